"""Several processes that train one network: how they join, agree, and notice that one is gone.

All of it is the runtime of JAX: its coordination service, and its collective operations over gloo
(processors) or NCCL (GPUs). A process enters the same collectives as the others in the same order,
so one that does not come keeps all others waiting. The watchdog ends them then.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from types import FrameType
from typing import Any, NoReturn, TypeVar

import numpy as np

from clearprop.errors import ClearpropError, DataError, EngineError
from clearprop.network.architecture import Array

__all__ = ["LOST", "Team", "join"]

LOST = 75  # the exit code where a process is gone: EX_TEMPFAIL, "try again later"

_Found = TypeVar("_Found")

_PUBLISH = 0.5  # seconds between two looks at the others
_COMING = 60.0  # seconds for all processes to come, at least
_SILENT = 4 * _PUBLISH  # seconds after which a process that publishes nothing is gone or stopped
_WORKS = 0.01  # the share of the time for which a process that reads uses a processor
_FIRST = 1.0  # seconds for the others to end first; JAX aborts those whose process 0 is gone
_AXIS = "processes"

# What stands in the errors of a collective that another process has left.
_LOSS = ("gloo", "nccl", "connection", "unavailable", "deadline", "coordination")


def join(
    coordinator: str | None = None,
    processes: int | None = None,
    process: int | None = None,
    *,
    seconds: float = 60.0,
    tell: Callable[[str], str] = str,
) -> Team:
    """Join the other processes; returns when all are there.

    Parameters
    ----------
    coordinator, processes, process
        Where process 0 listens, as ``"host:port"``, how many there are, and which one this is.
        None: the launcher (Slurm, Open MPI, Kubernetes) tells.
    seconds
        After so many seconds without a step by any process all end.
    tell
        Translates the line that is printed then.

    Raises
    ------
    EngineError
        Without JAX, without a launcher, or where the others do not come.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # one line is enough where one is gone
    try:
        import jax  # optional, and it takes a second to load
    except ImportError:
        raise EngineError(
            "distributed: needs JAX, which is not installed: pip install 'clearprop[jax]'"
        ) from None
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_default_matmul_precision", "highest")  # on GPUs, too
    jax.config.update("jax_enable_preemption_service", False)  # SIGTERM is a wish; see Team.asked
    own = coordinator is not None
    bind = None
    if coordinator is not None and coordinator.rpartition(":")[0] in ("127.0.0.1", "localhost"):
        bind = coordinator  # by default it would listen to other machines, too
    patience = max(_COMING, seconds)
    try:
        with _quiet(), _in_time(patience, tell):
            jax.distributed.initialize(
                coordinator,
                processes,
                process,
                cluster_detection_method="deactivate" if own else None,
                initialization_timeout=int(2 * patience),  # JAX would abort
                # The watchdog comes first: its line names the process.
                heartbeat_timeout_seconds=int(max(100, 3 * seconds)),
                shutdown_timeout_seconds=10,
                coordinator_bind_address=bind,
            )
            return Team(jax, seconds, tell)
    except (RuntimeError, ValueError, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        if not own and isinstance(error, ValueError):
            raise EngineError(
                "distributed: no launcher is known here (Slurm, Open MPI, Kubernetes): name the "
                "processes with coordinator, processes and process (--coordinator HOST:PORT "
                "--processes N --process I), or start them on this machine with local (--local N)"
            ) from None
        raise EngineError(f"distributed: could not join the other processes: {first}") from None


@contextlib.contextmanager
def _in_time(seconds: float, tell: Callable[[str], str]) -> Iterator[None]:
    """End this process in one line where the block takes longer."""

    def late() -> None:
        _end(tell, f"distributed: the other processes have not come within {seconds:g} s")

    timer = threading.Timer(seconds, late)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(tell: Callable[[str], str], line: str, wait: float = 0.0) -> NoReturn:
    """Print a line and end this process, whatever it is waiting for."""
    os.write(2, f"{tell('clearprop: ')}{tell(line)}\n".encode())
    time.sleep(wait)
    os._exit(LOST)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Gloo says on standard output that it is connected; results are printed there."""
    sys.stdout.flush()
    kept = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, TypeError, AttributeError):  # not on every system
            ctypes.CDLL(None).fflush(None)  # it may lie in C's memory for a pipe until the end
        os.dup2(kept, 1)
        os.close(kept)
        os.close(null)


class Team:
    """The processes that have joined. It is made by :func:`join`.

    Attributes
    ----------
    processes, process
        How many there are, and which one this is.
    mesh
        Their devices, one for each process, along the axis ``"processes"``.
    wish
        Whether this process was asked to end; the others learn of it with the next step.
    asked
        Whether any process was asked to end, as all of them know after the same step.
    terminated
        Whether this process was asked to by SIGTERM.
    """

    def __init__(self, jax: Any, seconds: float, tell: Callable[[str], str]) -> None:
        self._jax, self._seconds, self._tell = jax, seconds, tell
        self.processes: int = jax.process_count()
        self.process: int = jax.process_index()
        devices = [d for d in jax.devices() if d == _first_of(jax, d.process_index)]
        self.mesh = jax.sharding.Mesh(np.array(devices), (_AXIS,))
        self.wish = self.asked = self.terminated = False
        self._beats = self._entered = self._busy = 0
        self._watchdog: _Watchdog | None = _Watchdog(self)
        self._connect()
        self._watchdog.start()

    def _connect(self) -> None:
        """Enter a first collective, which connects all processes."""
        if self.processes == 1:
            return
        jax = self._jax
        rows = jax.sharding.PartitionSpec(_AXIS)
        one = jax.make_array_from_process_local_data(
            jax.sharding.NamedSharding(self.mesh, rows), np.ones(1)
        )
        added = jax.shard_map(
            lambda x: jax.lax.psum(x, _AXIS),
            mesh=self.mesh,
            in_specs=rows,
            out_specs=jax.sharding.PartitionSpec(),
        )
        jax.jit(added)(one).block_until_ready()

    # -- Asked to end ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Inside, the first Ctrl-C or SIGTERM is a wish; the second ends this process."""

        def handle(number: int, frame: FrameType | None) -> None:
            self.wish, self.terminated = True, number == signal.SIGTERM
            signal.signal(number, signal.SIG_DFL)

        before = {n: signal.signal(n, handle) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, old in before.items():
                signal.signal(number, old)

    # -- Agreement -------------------------------------------------------------------------------

    def beat(self) -> None:
        """Tell the watchdogs of all processes that this one goes on."""
        self._beats += 1

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Inside, this process moves as long as it uses its processor: it reads, or compiles."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def run(self, collective: Callable[[], _Found]) -> _Found:
        """Run what all processes run. Where one of them is gone, this one ends in one line."""
        self._entered += 1
        try:
            found = collective()
        except (RuntimeError, ValueError) as error:
            if any(word in str(error).lower() for word in _LOSS):
                self._lost()
            raise
        self._beats += 1
        return found

    def gathered(self, own: bytes) -> list[bytes]:
        """The bytes of every process, by its number."""
        sizes = self.all_of(len(own))  # (processes,)
        padded = np.zeros(int(sizes.max()), np.uint8)
        padded[: len(own)] = np.frombuffer(own, np.uint8)
        if not len(padded):
            return [b""] * self.processes
        return [row[:n].tobytes() for row, n in zip(self._all(padded), sizes, strict=True)]

    def _all(self, own: Array) -> Array:
        """The arrays of all processes, ``(processes, ...)``."""
        from jax.experimental import multihost_utils

        if self.processes == 1:
            return own[None]
        return self.run(lambda: np.asarray(multihost_utils.process_allgather(own)))

    def all_of(self, own: float) -> Array:
        """A number of every process, ``(processes,)``."""
        return self._all(np.array([own]))[:, 0]

    def from_first(self, made: Callable[[], bytes]) -> bytes:
        """What process 0 makes, for every process."""
        own = self.together(lambda: b"" if self.process else made())
        return self.gathered(own)[0]

    def together(self, job: Callable[[], _Found]) -> _Found:
        """Do what may fail on one process. Then it fails on all of them.

        Raises
        ------
        DataError
            With the message of the first process that failed, and its number.
        """
        found: Any = None
        problem = ""
        own: Exception | None = None
        try:
            with self.busy():
                found = job()
        except (ClearpropError, OSError, MemoryError) as error:
            own, problem = error, str(error) or type(error).__name__
        problems = [text.decode() for text in self.gathered(problem.encode())]
        if own is not None and all(text == problem for text in problems):
            raise own
        for process, text in enumerate(problems):
            if text:
                raise DataError(f"process {process}: {text}")
        result: _Found = found
        return result

    def same(self, what: Mapping[str, Any]) -> None:
        """Check that all processes have the same values, by name, as JSON.

        Raises
        ------
        EngineError
            Naming the first process that differs from process 0, and in what.
        """
        digests = {name: sha256(json.dumps(v).encode()).hexdigest() for name, v in what.items()}
        first, *others = (json.loads(text) for text in self.gathered(json.dumps(digests).encode()))
        for process, other in enumerate(others, 1):
            differ = [name for name in first if other.get(name) != first[name]]
            if differ:
                raise EngineError(
                    f"distributed: process {process} differs from process 0 in "
                    f"{', '.join(differ)}; all must have the same data, choices, packages and kind "
                    "of processor"
                )

    # -- The end ---------------------------------------------------------------------------------

    def leave(self) -> None:
        """Part from the others, all at the same time. What comes after is this process's own."""
        if self._watchdog is not None:
            self.gathered(b"")
            self._watchdog.stop()
            self._watchdog = None
            # Process 0 has all that counts. It shall be kept, whatever becomes of the others now.
            with contextlib.suppress(Exception):
                self._jax.distributed.shutdown()

    def _lost(self) -> NoReturn:
        assert self._watchdog is not None
        time.sleep(_SILENT + 2 * _PUBLISH)  # by now it is known who publishes no more
        self._watchdog.end("gone")


def _first_of(jax: Any, process: int) -> Any:
    return next(d for d in jax.devices() if d.process_index == process)


class _Watchdog:
    """Looks, in a thread, whether any process of a team still moves.

    Each process publishes how often it has moved and how many collectives it has entered. While one
    is waited for, those that wait do not move. So all stand still soon after one does.
    """

    def __init__(self, team: Team) -> None:
        # The service has no public interface; other libraries for JAX use the same one.
        from jax._src.distributed import global_state

        self._team = team
        self._client: Any = global_state.client
        self._seen: dict[int, tuple[int, int, int]] = {}
        now = time.monotonic()
        self._heard = dict.fromkeys(range(team.processes), now)  # when each published last
        self._moved = self._answered = now
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        for run in (self._publish, self._watch):
            threading.Thread(target=run, name="clearprop-watchdog", daemon=True).start()

    def stop(self) -> None:
        self._ended.set()

    def _publish(self) -> None:
        """Publish what this process does, and read what the others do."""
        team, tick, spent = self._team, 0, 0.0
        while not self._ended.wait(_PUBLISH):
            tick += 1
            before, spent = spent, time.process_time() - time.thread_time()
            team._beats += team._busy > 0 and spent - before > _WORKS * _PUBLISH
            own = f"{tick} {team._beats} {team._entered}"
            with contextlib.suppress(Exception):  # the service is gone; `_watch` notices
                self._client.key_value_set(f"clearprop/{team.process}", own, allow_overwrite=True)
                found = dict(self._client.key_value_dir_get("clearprop/"))
                self._note(found)

    def _note(self, found: Mapping[str, str]) -> None:
        now = time.monotonic()
        self._answered = now
        for key, text in found.items():
            process = int(key.rpartition("/")[2])
            tick, beats, entered = map(int, text.split())
            before = self._seen.get(process, (-1, -1, -1))
            if tick != before[0]:
                self._heard[process] = now
            if beats != before[1]:
                self._moved = now
            self._seen[process] = tick, beats, entered

    def _watch(self) -> None:
        beats, limit = -1, self._team._seconds
        while not self._ended.wait(min(_PUBLISH, limit / 4)):
            if self._team._beats != beats:
                beats, self._moved = self._team._beats, time.monotonic()
            if time.monotonic() - self._moved > limit:
                self.end("still")

    def end(self, how: str) -> NoReturn:
        """Print one line that names the process which is waited for, and end this process."""
        with self._lock:  # one line, whoever comes first
            if self._ended.is_set():
                time.sleep(60)
            self._ended.set()
            team, who = self._team, self._suspects()
            what = f"lost the connection to {who}"
            if how == "still":
                what = f"no process has made a step for {team._seconds:g} s; waited for {who}"
            line = f"distributed: {what}; all processes end, go on from the checkpoint (resume)"
            _end(team._tell, line, 0.0 if team.process else _FIRST)

    def _suspects(self) -> str:
        """The processes that are gone or stopped; else those that have entered the fewest steps."""
        now = time.monotonic()
        if self._team.process and now - self._answered > _SILENT:
            return "process 0, which does not answer"
        silent = [p for p, heard in self._heard.items() if now - heard > _SILENT]
        if silent:
            return f"{_listed(silent)}, gone or stopped"
        entered = {p: self._seen[p][2] for p in self._seen}
        entered[self._team.process] = self._team._entered
        last = min(entered.values())
        return _listed([p for p, n in entered.items() if n == last])


def _listed(processes: list[int]) -> str:
    return f"process{'es' if len(processes) > 1 else ''} {', '.join(map(str, sorted(processes)))}"
