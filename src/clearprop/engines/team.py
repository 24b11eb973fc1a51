"""Several processes that train one network: how they agree, and end together.

All of it is the runtime of JAX: its coordination service, and its collective operations over gloo
(processors) or NCCL (GPUs). A process enters the same collectives as the others in the same order,
so one that does not come keeps all others waiting. The watchdog ends them then.
"""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from types import FrameType
from typing import Any, NoReturn, TypeVar

import numpy as np

from clearprop.engines.watchdog import PUBLISH, SILENT, Movement, Watchdog
from clearprop.errors import ClearpropError, DataError, EngineError
from clearprop.network.architecture import Array

__all__ = ["Team"]

_Found = TypeVar("_Found")

_AXIS = "processes"

# What stands in the errors of a collective that another process has left.
_LOSS = ("gloo", "nccl", "connection", "unavailable", "deadline", "coordination")


class Team:
    """The processes that have joined, by :func:`clearprop.engines.joining.join`.

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
        self._jax = jax
        self.processes: int = jax.process_count()
        self.process: int = jax.process_index()
        devices = [d for d in jax.devices() if d == _first_of(jax, d.process_index)]
        self.mesh = jax.sharding.Mesh(np.array(devices), (_AXIS,))
        self.wish = self.asked = self.terminated = False
        self._own = Movement()
        self._watchdog: Watchdog | None = Watchdog(
            self._own, self.process, self.processes, seconds, tell
        )
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
        self._own.beats += 1

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Inside, this process moves as long as it uses its processor: it reads, or compiles."""
        self._own.busy += 1
        try:
            yield
        finally:
            self._own.busy -= 1

    def run(self, collective: Callable[[], _Found]) -> _Found:
        """Run what all processes run. Where one of them is gone, this one ends in one line."""
        self._own.entered += 1
        try:
            found = collective()
        except (RuntimeError, ValueError) as error:
            if any(word in str(error).lower() for word in _LOSS):
                self._lost()
            raise
        self._own.beats += 1
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
        time.sleep(SILENT + 2 * PUBLISH)  # by now it is known who publishes no more
        self._watchdog.end("gone")


def _first_of(jax: Any, process: int) -> Any:
    return next(d for d in jax.devices() if d.process_index == process)
