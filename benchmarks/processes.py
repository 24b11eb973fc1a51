"""Commands in processes of their own, timed from outside."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any


def timed(command: list[str], **options: Any) -> tuple[float, str]:
    """Wall-clock seconds from the start of the process to its end, and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, **options)
    return time.perf_counter() - start, done.stdout


def answer(command: list[str]) -> dict[str, Any]:
    """The JSON object in the last line of what a command printed."""
    printed: dict[str, Any] = json.loads(timed(command)[1].splitlines()[-1])
    return printed


def in_turn(commands: dict[str, list[str]], repeats: int) -> dict[str, Any]:
    """Each command `repeats` times, in turn, after one run that warms the disk's cache."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(repeats + 1):
        for name, command in commands.items():
            taken = timed(command)[0]
            if turn:
                seconds[name].append(taken)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return {"seconds": seconds, "medians": medians}


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
