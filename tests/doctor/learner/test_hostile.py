"""Hostile learners: each ends within its limit, leaves nothing, and is told honestly."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from clearprop.doctor.learner import supervised
from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.learner.raised import Raised
from hostile import HOSTILE, source

# Seconds: short for those that would never end, long for those that end by themselves.
SHORT, LONG = 1.5, 30.0
MEMORY = 1 << 28
ADAPTER = "def adapter(theta, X, y, lambda_):\n    return f(theta, X, y, lambda_)\n"
ARGUMENTS = {"theta": np.ones(5), "X": np.ones((2, 4)), "y": np.ones(2), "lambda_": 0.5}


def marked():
    """The processes that carry the mark of a diagnosis by this process."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if f"CLEARPROP_DOCTOR={os.getpid()}-".encode() in environment and state != "Z":
            found.append(int(pid))
    return found


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_learner_ends_in_time_and_leaves_nothing(name, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(source(name))
    limit = SHORT if HOSTILE[name][1] == ("Timeout",) else LONG
    started = time.monotonic()
    with ChildProcess(path, "f", limit, MEMORY) as child:
        answer = child.call(ARGUMENTS, "numpy", ADAPTER)
        again = child.call(ARGUMENTS, "numpy", ADAPTER)
    seconds = time.monotonic() - started
    if isinstance(answer, Raised):
        assert isinstance(again, Raised)
        assert answer.kind in HOSTILE[name][1], answer
        assert answer.message.isprintable()
        assert len(answer.message) <= 1000
    else:
        assert "Returned" in HOSTILE[name][1]
    assert seconds < limit + 2
    assert marked() == []
    noted = path.with_name("pids")
    assert [
        pid for pid in (noted.read_text().split() if noted.exists() else []) if alive(pid)
    ] == []


@pytest.mark.parametrize(
    "name",
    ["leaves a session", "leaves a daemon without a mark", "runs away", "runs away and ends"],
)
def test_without_a_filter_of_system_calls_nothing_is_left_either(name, tmp_path, monkeypatch):
    script = tmp_path / "supervisor.py"
    known = '"x86_64": ('
    text = Path(supervised._SUPERVISOR).read_text(encoding="utf-8")
    assert known in text
    script.write_text(text.replace(known, '"another": (').replace('"aarch64": (', '"other": ('))
    monkeypatch.setattr(supervised, "_SUPERVISOR", str(script))
    test_a_hostile_learner_ends_in_time_and_leaves_nothing(name, tmp_path)


_MEASURED = """
import json, re, sys
from pathlib import Path
import numpy as np
from clearprop.doctor.learner.child import ChildProcess

arguments = {"theta": np.ones(5), "X": np.ones((2, 4)), "y": np.ones(2), "lambda_": 0.5}
adapter = "def adapter(theta, X, y, lambda_):\\n    return f(theta, X, y, lambda_)\\n"
kinds = []
for path in sys.argv[1:]:
    limit = 1.5 if "floods" in path else 30.0
    with ChildProcess(Path(path), "f", limit, 1 << 28) as child:
        found = child.call(arguments, "numpy", adapter)
        kinds.append(getattr(found, "kind", "Returned"))
# Not getrusage: its highest value is that of the process which started this one, too.
most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([kinds, int(most[1])]))
"""


@pytest.mark.long
def test_the_doctor_stays_small_whatever_is_poured_over_it(tmp_path):
    names = [
        name for name in HOSTILE if name.split()[0] in ("floods", "answers", "returns", "raises")
    ]
    paths = []
    for name in names:
        paths.append(tmp_path / f"{name}.py")
        paths[-1].write_text(source(name))
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
    )
    kinds, kilobytes = json.loads(done.stdout)
    assert all(kind in HOSTILE[name][1] for kind, name in zip(kinds, names, strict=True)), kinds
    assert kilobytes < 300_000


def test_a_doctor_that_is_killed_leaves_nothing(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(source("leaves a session"))
    with subprocess.Popen([sys.executable, "-c", _MEASURED, str(path)]) as doctor:
        noted = tmp_path / "pids"
        end = time.monotonic() + 30
        while not (noted.exists() and noted.read_text().endswith("\n")):
            assert time.monotonic() < end
            time.sleep(0.05)
        doctor.kill()
    end = time.monotonic() + 5
    while any(map(alive, noted.read_text().split())):
        assert time.monotonic() < end
        time.sleep(0.05)
