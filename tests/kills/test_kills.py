"""A few of the runs that ``make kills`` kills at random moments."""

import subprocess
import sys
from pathlib import Path

import pytest

KILLS = Path(__file__).with_name("kills.py")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_runs_killed_at_random_moments_end_with_the_same_bits() -> None:
    command = [sys.executable, str(KILLS), "3", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 runs of 3 kinds, killed ")
