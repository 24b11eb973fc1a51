"""The options of `train` on several processes."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_PROCESSES = "Several processes"

DISTRIBUTED = Option(
    "distributed",
    "--distributed",
    "",
    "Train one network on all processes that a launcher has started.",
    _PROCESSES,
)
LOCAL = Option(
    "local",
    "--local",
    "NUMBER",
    "Start so many processes on this machine, and train on them.",
    _PROCESSES,
    parsing.whole,
)
COORDINATOR = Option(
    "coordinator",
    "--coordinator",
    "HOST:PORT",
    "Without a launcher: where process 0 listens.",
    _PROCESSES,
)
N_PROCESSES = Option(
    "processes",
    "--processes",
    "NUMBER",
    "Without a launcher: how many processes there are.",
    _PROCESSES,
    parsing.whole,
)
PROCESS = Option(
    "process",
    "--process",
    "NUMBER",
    "Without a launcher: which process this is, from 0.",
    _PROCESSES,
    parsing.whole,
)
WATCHDOG = Option(
    "watchdog",
    "--watchdog",
    "TIME",
    "End all processes where none makes a step for so long; 60s unless chosen.",
    _PROCESSES,
    parsing.duration,
)

ALL = (DISTRIBUTED, LOCAL, COORDINATOR, N_PROCESSES, PROCESS, WATCHDOG)
