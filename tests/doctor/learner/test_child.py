"""A function in a process of its own: its prints, exits and children stay there."""

import time
from pathlib import Path

import numpy as np

from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.learner.raised import Raised

ADAPTER = "def adapter(theta):\n    return f(theta)\n"


def child(folder, code, time_limit=20.0):
    path = folder / "code.py"
    path.write_text(code, encoding="utf-8")
    return ChildProcess(path, "f", time_limit)


def test_prints_and_reads_do_not_disturb_the_protocol(tmp_path):
    code = (
        "import sys, os\n"
        "def f(theta):\n"
        "    print('{\"value\": 1}'); os.write(1, b'noise\\n'); sys.stdout.flush()\n"
        "    assert sys.stdin.read() == ''\n"
        "    return theta.sum(), theta\n"
    )
    with child(tmp_path, code) as process:
        answer = process.call({"theta": np.arange(3.0)}, "numpy", ADAPTER)
    assert answer.value[0] == 3.0
    np.testing.assert_array_equal(answer.value[1], [0.0, 1.0, 2.0])


def test_a_function_that_ends_its_process_is_told(tmp_path):
    with child(tmp_path, "import os\ndef f(theta):\n    os._exit(7)\n") as process:
        answer = process.call({"theta": np.zeros(2)}, "numpy", ADAPTER)
    assert isinstance(answer, Raised)
    assert (answer.kind, answer.message) == (
        "ProcessEnded",
        "the function ended its process (exit code 7)",
    )


def test_sys_exit_is_an_exception_with_a_line(tmp_path):
    with child(tmp_path, "import sys\ndef f(theta):\n    sys.exit('enough')\n") as process:
        answer = process.call({"theta": np.zeros(2)}, "numpy", ADAPTER)
    assert (answer.kind, answer.message, answer.line) == ("SystemExit", "enough", 3)


def test_what_it_started_ends_with_it(tmp_path):
    code = (
        "import subprocess\n"
        "def f(theta):\n"
        "    return subprocess.Popen(['sleep', '60']).pid, theta\n"
    )
    with child(tmp_path, code) as process:
        pid = process.call({"theta": np.zeros(2)}, "numpy", ADAPTER).value[0]
    time.sleep(0.1)
    status = Path(f"/proc/{pid}/status")
    assert not status.exists() or "\nState:\tZ" in status.read_text()


def test_modules_beside_the_file_are_found(tmp_path):
    (tmp_path / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    code = "from helper import twice\ndef f(theta):\n    return twice(1.0), twice(theta)\n"
    with child(tmp_path, code) as process:
        assert process.call({"theta": np.ones(2)}, "numpy", ADAPTER).value[0] == 2.0
