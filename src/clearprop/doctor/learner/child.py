"""A learner's file in a process of its own, with limits. What the code does stays there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.problems import Problem
from clearprop.doctor.learner.raised import Raised, harmless
from clearprop.doctor.learner.source import read_source
from clearprop.doctor.learner.supervised import Ended, Supervised
from clearprop.doctor.learner.survey import Survey
from clearprop.doctor.learner.wire import MOST_BYTES, from_wire, to_wire
from clearprop.errors import ParameterError, nearest

__all__ = ["MEMORY_LIMIT", "ChildProcess"]

MEMORY_LIMIT = 4 << 30  # bytes, of the process and all that it starts

_BOOT = str(Path(__file__).with_name("boot.py"))
_LONGEST = MOST_BYTES * 3 // 2  # bytes of a message: arrays in base64, and what is around them


class ChildProcess:
    """A Python file, as a :class:`~clearprop.doctor.learner.calling.Callee`.

    Parameters
    ----------
    path
        The file, ``.py`` or ``.ipynb``.
    entry
        What is asked: a function, ``Class``, ``Class.method``, several of them between commas, or
        nothing for the file as a whole.
    time_limit
        Seconds for everything, loading included. After that the child is ended, with all that it
        started.
    memory_limit
        Bytes that the child may hold, with all that it starts.

    Attributes
    ----------
    entries
        The parts of `entry`.
    survey
        What the file has.
    octave
        Whether calls go to Octave, where the adapter is said in its language.
    failed
        The first statement of the file's top level that failed; the rest was loaded.
    broken
        Why no call gives an answer any more.
    cpu_seconds
        What the code has used, as of its last answer.

    Raises
    ------
    ParameterError
        For a name that is not in the file.
    """

    octave = False

    def __init__(
        self,
        path: Path,
        entry: str = "",
        time_limit: float = 30.0,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        self.path, self.entry = path, entry
        self.name = harmless(entry or path.name)
        self.entries = tuple(part.strip() for part in entry.split(",") if part.strip())
        self.time_limit, self.memory_limit = time_limit, memory_limit
        self.survey = Survey()
        self.failed: Raised | None = None
        self.broken: Raised | None = None
        self.cpu_seconds = 0.0
        self._number, self._process_id = 0, 0
        self._folder = tempfile.TemporaryDirectory(
            prefix="clearprop-doctor-", ignore_cleanup_errors=True
        )
        self._traces = os.path.join(self._folder.name, "traces")
        self._process = Supervised(
            self._command(), self._folder.name, time_limit, memory_limit, _LONGEST
        )
        try:
            self._greet()
        except BaseException:
            self.close()
            raise

    def _command(self) -> Sequence[str]:
        runner = [sys.executable, _BOOT]
        limits = [str(self.time_limit / 3), str(self.memory_limit)]
        return [*runner, str(self.path), self.entry, self._traces, *limits]

    def _greet(self) -> None:
        hello = self._asked(b"")
        if isinstance(hello, Raised):
            return
        if "not_found" in hello:
            raise ParameterError(self._missing(**hello["not_found"]))
        try:
            self.survey = Survey.from_dict(hello["survey"])
            self.failed = None if hello["failed"] is None else Raised(**hello["failed"])
            self._process_id = int(hello["process"])
        except (KeyError, TypeError, ValueError):
            self._break(self._garbled())

    def _missing(self, name: str, there: list[str], failed: dict[str, Any] | None) -> Problem:
        listed = ", ".join(there) or "-"
        near = nearest(name, there)
        if failed is None:
            return Problem(self.path, "no-such-entry", name=name, near=near, there=listed)
        return Problem(
            *(self.path, "no-such-entry-failed"),
            name=name,
            near=near,
            there=listed,
            failed=Raised(**failed),
        )

    def __enter__(self) -> ChildProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and all that it started."""
        self._process.close()
        self._folder.cleanup()

    def call(self, arguments: Mapping[str, Any], values: str, adapter: str) -> Returned | Raised:
        """Call an adapter to the file.

        Parameters
        ----------
        arguments
            By name; arrays are NumPy's.
        values
            What the code gets: arrays of ``"numpy"``, ``"torch"`` or ``"jax"``, or ``"lists"``.
        adapter
            Python that defines a function `adapter`; it sees the names of the learner's file.
        """
        if self.broken is not None:
            return self.broken
        self._number += 1
        request = {
            "request": self._number,
            "arguments": to_wire(dict(arguments)),
            "values": values,
            "adapter": adapter,
        }
        answer = self._asked(json.dumps(request).encode() + b"\n")
        if isinstance(answer, Raised):
            return answer
        try:
            return Returned(from_wire(answer["value"]), tuple(map(str, answer["changed"])))
        except (KeyError, TypeError, ValueError, RecursionError):
            return self._break(self._garbled())

    def _asked(self, request: bytes) -> Any:
        """The child's answer to a request. An exception, its end or too long a silence: Raised."""
        try:
            line = self._process.exchange(request)
            while not self._is_ours(answer := json.loads(line)):
                line = self._process.exchange(b"")
            self.cpu_seconds = float(answer["cpu_seconds"])
            if "raised" not in answer:
                return answer
            found = Raised(**answer["raised"])
        except Ended as end:
            return self._break(self._said(end))
        except (KeyError, TypeError, ValueError, RecursionError):
            return self._break(self._garbled())
        if self._number == 0:  # it could not even be loaded
            self.broken = found
        return found

    def _is_ours(self, answer: Any) -> bool:
        """Whether an answer is the child's to this request, and no copy's of the child."""
        ours = self._process_id in (0, answer["process"])
        return bool(ours and answer["request"] == self._number)

    def _break(self, why: Raised) -> Raised:
        """There will be no more answers: end the child now."""
        self.broken = why
        self._process.close()
        return why

    # -- What is said of an end --------------------------------------------------------------------

    def _said(self, end: Ended) -> Raised:
        if end.how == "time":
            file, line, code = self._where(asking=True)
            limit = f"{self.time_limit:g}"
            return Raised.said("Timeout", "timeout", file=file, line=line, code=code, seconds=limit)
        if end.how == "memory":
            file, line, code = self._where(asking=False)
            most = f"{self.memory_limit / 2**30:.3g}"
            return Raised.said("Memory", "memory", file=file, line=line, code=code, most=most)
        if end.how == "processes":
            return Raised.said("Processes", "processes", file=str(self.path))
        if end.how == "flood":
            return self._garbled()
        if end.how == "hung up":
            return Raised.said("Protocol", "hung-up", file=str(self.path))
        return self._exited(end.code or 0)

    def _exited(self, code: int) -> Raised:
        file, line, where = self._where(asking=False)
        known = {number.value: number.name for number in signal.Signals}
        how = f"signal {known.get(-code, -code)}" if code < 0 else f"exit code {code}"
        last = self._process.errors.strip().rpartition("\n")[2]
        key, said = ("ended-saying", {"last": last[:200]}) if last else ("ended", {})
        return Raised.said("ProcessEnded", key, file=file, line=line, code=where, how=how, **said)

    def _garbled(self) -> Raised:
        return Raised.said("Protocol", "garbled", file=str(self.path))

    def _where(self, asking: bool) -> tuple[str, int, str]:
        """The innermost line of the learner's file in the stack that the child leaves.

        A child that crashes leaves it by itself; one that hangs is asked.
        """
        if asking:
            self._process.signal()
            time.sleep(0.1)
        with contextlib.suppress(OSError, SyntaxError):
            with open(self._traces, encoding="utf-8", errors="replace") as traces:
                text = traces.read(100_000)
            for file, line in re.findall(r'File "(.+?)", line (\d{1,9})', text):
                if os.path.abspath(file) == os.path.abspath(self.path):
                    source = read_source(self.path)
                    place = source.place(str(self.path), int(line))
                    return *place, source.line(int(line))
        return str(self.path), 0, ""
