"""What the watchdog of a team makes of what the processes publish, and how a process ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("jax")

from clearprop.engines.watchdog import LOST, SILENT, Movement, Watchdog


def looking(process: int, entered: int = 4) -> Watchdog:
    """The watchdog of one of three processes, which has read what all of them published."""
    watchdog = Watchdog(Movement(entered=entered), process, 3, 60.0, str)
    watchdog._note({"clearprop/0": "1 2 4", "clearprop/1": "1 2 4", "clearprop/2": "1 2 3"})
    return watchdog


def test_who_has_entered_the_fewest_steps_is_waited_for() -> None:
    assert looking(0)._suspects() == "process 2"
    assert looking(1, entered=3)._suspects() == "processes 1, 2"  # its own count is the newest


def test_who_publishes_no_more_is_gone() -> None:
    watchdog = looking(0)
    watchdog._heard[1] -= 2 * SILENT
    assert watchdog._suspects() == "process 1, gone or stopped"
    watchdog._note({"clearprop/1": "1 2 4"})  # the same number of looks: nothing new
    assert watchdog._suspects() == "process 1, gone or stopped"
    watchdog._note({"clearprop/1": "2 2 4"})
    assert watchdog._suspects() == "process 2"


def test_without_the_service_it_is_process_0() -> None:
    watchdog = looking(1)
    watchdog._answered -= 2 * SILENT
    assert watchdog._suspects() == "process 0, which does not answer"


def test_a_process_ends_in_one_line() -> None:
    script = "from clearprop.engines.watchdog import end_process; end_process(str, 'gone')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (LOST, "", "clearprop: gone\n")
