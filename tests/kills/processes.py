"""Processes that are killed, stopped or put to sleep end all others, and a resumed run has the same
bits: ``make ranks``.

    python tests/kills/processes.py 20 [SEED] [KINDS]

Each trial trains on `PROCESSES` processes of this machine, and at a random moment of the training
one of them gets SIGKILL, or SIGSTOP, or its main thread sleeps for an hour. Then all processes must
be gone within the watchdog's limit and some seconds, with a code other than 0, and with lines that
are no traceback. The same command with ``--resume`` ends with the bits of a run without a pause.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROCESSES = 2
LIMIT = 30.0  # seconds
WATCHDOG = 5

COMMAND = (
    *("train", "digits", "--local", str(PROCESSES), "--hidden", "12", "--lambda", "1"),
    *("--epochs", "25", "--quiet", "--watchdog", f"{WATCHDOG}s"),
)
KINDS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "sleep": signal.SIGUSR1}
# Every Python that starts in this folder's environment loads it.
SLEEPER = """
import signal, time
signal.signal(signal.SIGUSR1, lambda number, frame: time.sleep(3600))
"""


def started(folder: Path, resume: bool) -> subprocess.Popen[bytes]:
    """The command."""
    words = ["--checkpoint", str(folder / "run"), "--every", "0.2s"]
    words += ["--out", str(folder / "model.safetensors"), *(["--resume"] if resume else [])]
    path = [str(folder.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    with open(folder / "said", "ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "clearprop", *COMMAND, *words],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    with contextlib.suppress(OSError):
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    return []


def alive(process: int) -> bool:
    """Whether a process is left."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def trial(kind: str, folder: Path, bits: bytes, training: float, draw: random.Random) -> str:
    """One trial; returns what came of it, "" where it came too late."""
    run = started(folder, resume=False)
    kept = folder / "run"
    while run.poll() is None and not (kept.exists() and any(kept.iterdir())):
        time.sleep(0.02)
    time.sleep(draw.uniform(0, training))
    if (folder / "model.safetensors").exists():  # the training was over before
        assert run.wait() == 0
        return ""
    there = children(run.pid)
    victim = draw.randrange(len(there)) if there else 0
    begun = time.monotonic()
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(there[victim], KINDS[kind])
    try:
        code = run.wait(LIMIT)
    except subprocess.TimeoutExpired:
        for left in [run.pid, *there]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        raise AssertionError(f"{kind} of process {victim}: still there after {LIMIT} s") from None
    seconds = time.monotonic() - begun
    assert not any(map(alive, there)), "a process is left"
    said = (folder / "said").read_text()
    assert "Traceback" not in said, said
    late = code == 0  # the moment came after the training
    if not late:
        assert code in (75, 137), f"{kind} of process {victim}: code {code}\n{said}"
        assert said.count("clearprop: ") + said.count("distributed: ") >= 1, said
        (folder / "said").write_text("")
        assert started(folder, resume=True).wait() == 0, (folder / "said").read_text()
    assert (folder / "model.safetensors").read_bytes() == bits, f"{kind}: other bits"
    last = said.strip().splitlines()[-1] if said.strip() else ""
    return f"{kind} of process {victim}: code {code}, gone after {seconds:.1f} s: {last}"


def main(n: int, seed: int, kinds: list[str]) -> int:
    """`n` trials of each kind; return the exit code."""
    draw = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="clearprop-processes-"))
    (place / "sitecustomize.py").write_text(SLEEPER)
    folder = place / "whole"
    folder.mkdir()
    run = started(folder, resume=False)
    while not (folder / "run").exists() or not any((folder / "run").iterdir()):
        time.sleep(0.02)
    begun = time.time()
    assert run.wait() == 0, (folder / "said").read_text()
    last = max(file.stat().st_mtime for file in (folder / "run").iterdir())
    training = 0.5 * max(last - begun, 0.0)
    bits = (folder / "model.safetensors").read_bytes()
    for kind in kinds:
        done = 0
        while done < n:
            folder = place / kind
            folder.mkdir()
            if told := trial(kind, folder, bits, training, draw):
                print(told, flush=True)
                done += 1
            shutil.rmtree(folder)
    shutil.rmtree(place)
    print(f"{n} trials of {', '.join(kinds)}: all processes gone in time, the same bits resumed")
    return 0


if __name__ == "__main__":
    how = sys.argv[3].split(",") if len(sys.argv) > 3 else list(KINDS)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0, how))
