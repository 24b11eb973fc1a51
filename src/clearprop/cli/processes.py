"""`clearprop train` on several processes: as one of them, or as the one that starts them here."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO

from clearprop.choices.commands import COMMANDS
from clearprop.choices.process_options import ALL
from clearprop.cli.running import Running
from clearprop.engines.gpus import gpus_of_jax
from clearprop.engines.watchdog import LOST
from clearprop.errors import ParameterError
from clearprop.experiment.processes import Processes, of_process
from clearprop.experiment.train import TrainJob

if TYPE_CHECKING:
    from clearprop.engines.team import Team
    from clearprop.experiment.distributed import DistributedExperiment

__all__ = ["joined", "launched"]

_LOOK = 0.05  # seconds between two looks at the processes
_OF_JAX = "client.h:"  # where the report of its service on the end of process 0 begins
_GRACE = 5.0  # seconds for the others to end by themselves, once one has failed or 0 is done


# -- One of the processes --------------------------------------------------------------------------


@contextmanager
def joined(
    wanted: Processes, given: Mapping[str, Any], running: Running
) -> Iterator[tuple[Team, TrainJob, DistributedExperiment]]:
    """Inside, the run of this process, set up. Only process 0 prints."""
    team = wanted.join(running.message)
    with _silent() if team.process else _as_ever():
        job = team.together(lambda: TrainJob.of(of_process(given, team.process)))
        # Start-up time: it needs JAX.
        from clearprop.experiment.distributed import distributed_experiment

        yield team, job, distributed_experiment(job, team, running.tell)


@contextmanager
def _as_ever() -> Iterator[None]:
    yield


@contextmanager
def _silent() -> Iterator[None]:
    """Print nothing but what no one foresaw: process 0 says all the rest."""
    streams = sys.stdout, sys.stderr
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        try:
            yield
        finally:
            sys.stdout, sys.stderr = streams


# -- Those of this machine -------------------------------------------------------------------------


def launched(wanted: Processes, given: Mapping[str, Any], running: Running) -> int:
    """Start the processes on this machine, and wait for their end; return the exit code.

    Where one ends in an error, the others are ended. No launcher of a cluster is needed then, and
    none is replaced: it starts nothing elsewhere, and nothing anew.

    Raises
    ------
    ParameterError
        With fewer GPUs than processes: two cannot join on one.
    """
    n = wanted.local or 1
    if 0 < (gpus := gpus_of_jax()) < n:
        raise ParameterError(
            f"local: expected at most {gpus}, one process for each GPU here; got {n}; with "
            "JAX_PLATFORMS=cpu in the environment they compute on processors"
        )
    words = [sys.executable, "-m", "clearprop", *_words(given)]
    address = f"127.0.0.1:{_free_port()}"
    stopping = _Stopping()
    with stopping, contextlib.ExitStack() as files:
        # Process 0 draws its progress bar by itself. The others print nothing but that they end.
        said = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in range(n - 1)]
        stopping.children = [
            subprocess.Popen(
                [*words, "--coordinator", address, "--processes", str(n), "--process", str(i)],
                stdin=subprocess.DEVNULL if i else None,
                stderr=said[i - 1] if i else None,
                env={**os.environ, **_own_device(i)},
                # A terminal tells its whole group of Ctrl-C; they shall hear it once, from here.
                process_group=0 if os.name == "posix" else None,
            )
            for i in range(n)
        ]
        for i, child in enumerate(stopping.children):
            _place(child.pid, i, n)
        codes = _waited(stopping.children)
        lines = [line for file in said for line in _lines(file)]
    if stopping.children[0].returncode == 0:  # it has written all, and the others had parted
        return 0
    process, code = min(codes.items(), key=_blame)
    if code < 0:
        running.tell(
            f"local: process {process} was ended by signal {-code}; all processes end, go on from "
            "the checkpoint (resume)"
        )
        return 128 - code
    if codes.get(0) != code:  # process 0 has not said it
        print(*dict.fromkeys(lines), sep="\n", file=sys.stderr)
    return code


def _waited(children: Sequence[subprocess.Popen[bytes]]) -> dict[int, int]:
    """Wait for all; the codes of those that failed.

    Where one fails, the others are ended. When process 0 is done they have nothing left to do.
    """
    since: float | None = None
    failed: dict[int, int] = {}
    while None in (codes := [child.poll() for child in children]):
        now = time.monotonic()
        failed = {i: code for i, code in enumerate(codes) if code}
        if since is None and (failed or codes[0] == 0):
            since = now
        if since is not None and now - since > _GRACE:
            for child in children:
                if child.poll() is None:
                    child.kill()  # SIGKILL: one that is stopped hears no other signal
                child.wait()
            return failed
        time.sleep(_LOOK)
    return {i: code for i, code in enumerate(codes) if code}


def _blame(ended: tuple[int, int]) -> tuple[int, int]:
    """Sorts the ones first that have ended the others: by a signal, or in an error of their own.

    Those that have lost another process end with a code of their own, or JAX aborts them.
    """
    process, code = ended
    if code == -signal.SIGABRT:
        return 3, process
    if code == LOST:
        return 2, process
    return int(code > 0), process


def _lines(file: TextIO) -> list[str]:
    """What a process has said, without what JAX reports by itself."""
    file.seek(0)
    lines = file.read().splitlines()
    end = next((i for i, line in enumerate(lines) if _OF_JAX in line), len(lines))
    return [line for line in lines[:end] if line.strip()]


class _Stopping:
    """Inside, Ctrl-C and SIGTERM are handed on to the processes, which end together."""

    def __init__(self) -> None:
        self.children: Sequence[subprocess.Popen[bytes]] = ()

    def __enter__(self) -> None:
        self._before = {
            signal.SIGINT: signal.signal(signal.SIGINT, self._hand_on),
            signal.SIGTERM: signal.signal(signal.SIGTERM, self._hand_on),
        }

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _hand_on(self, number: int, frame: FrameType | None) -> None:
        for child in self.children:
            if child.poll() is None:
                child.send_signal(number)


def _words(given: Mapping[str, Any]) -> list[str]:
    """The command that was typed, without the choice of processes but for the watchdog."""
    words = ["train"]
    apart = {option.name for option in ALL} - {"watchdog"}
    for option in COMMANDS["train"].all:
        value = given.get(option.name)
        if value in (None, False) or option.name in apart:
            continue
        if option.argument:
            words.append(str(value))
        elif option.switch:
            words.append(option.flag)
        else:
            words.append(f"{option.flag}={value}")
    return words


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _own_device(process: int) -> dict[str, str]:
    """Each process has a GPU of its own, where there are some and none is chosen."""
    if "CUDA_VISIBLE_DEVICES" in os.environ:
        shared = os.environ["CUDA_VISIBLE_DEVICES"].split(",")
        return {"CUDA_VISIBLE_DEVICES": shared[process % len(shared)]}
    return {"CUDA_VISIBLE_DEVICES": str(process)}


def _place(pid: int, process: int, n: int) -> None:
    """Divide the processors, where the system can: threads of all on all are slow."""
    if not hasattr(os, "sched_setaffinity"):
        return
    processors = sorted(os.sched_getaffinity(0))
    each = max(1, len(processors) // n)
    own = {processors[(process * each + k) % len(processors)] for k in range(each)}
    try:
        os.sched_setaffinity(pid, own)
    except OSError:  # it has ended already
        return
