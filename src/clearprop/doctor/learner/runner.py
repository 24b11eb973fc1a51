"""The child process: it loads a learner's file, says what there is, and answers calls.

Each request and each reply is one line of JSON. The protocol has its own file descriptors, out of
the way of what learners write to. What the learner's code prints goes to standard error, and what
it reads from standard input is empty.
"""

from __future__ import annotations

import faulthandler
import fcntl
import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from clearprop.doctor.learner.calling import InProcess, Returned
from clearprop.doctor.learner.limits import end_with_parent, limit_memory
from clearprop.doctor.learner.loading import load, refused
from clearprop.doctor.learner.namespace import Namespace, NoEntryError
from clearprop.doctor.learner.raised import Raised, raised
from clearprop.doctor.learner.source import Source
from clearprop.doctor.learner.surveyed import survey
from clearprop.doctor.learner.wire import MOST_BYTES, TooLargeError, from_wire, to_wire

__all__ = ["main"]

_HIGH = 700  # the protocol's descriptors stand above those that a loop over small numbers reaches


class _Protocol:
    """Requests and replies, on descriptors that are checked before each reply."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._in, self._out = _moved(0), _moved(1)
        self._identity = self._who()
        self._requests: TextIO = os.fdopen(self._in, "r", encoding="utf-8", closefd=False)
        # A copy of this process, made by the learner's fork, must not answer.
        os.register_at_fork(after_in_child=self._leave)

    def _leave(self) -> None:
        for descriptor in (self._in, self._out):
            os.close(descriptor)

    def _who(self) -> list[tuple[int, int]]:
        found = [os.fstat(descriptor) for descriptor in (self._in, self._out)]
        return [(state.st_dev, state.st_ino) for state in found]

    def request(self) -> dict[str, Any] | None:
        """The next request; None at the end."""
        if os.getpid() != self.process:
            os._exit(0)
        line = self._requests.readline()
        return json.loads(line) if line else None

    def reply(self, number: int, value: dict[str, Any]) -> None:
        """Answer one request. A copy of the process ends here, and so does one without its pipe."""
        if os.getpid() != self.process:
            os._exit(0)
        said = {"request": number, "process": self.process, "cpu_seconds": time.process_time()}
        line = json.dumps({**value, **said}).encode() + b"\n"
        if self._who() != self._identity:
            os._exit(3)
        while line:
            line = line[os.write(self._out, line) :]


def _moved(descriptor: int) -> int:
    """The descriptor under a high number, where the limit on open files allows one."""
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 60)


def _greeting(
    namespace: Namespace, source: str, failed: Raised | None, entry: str
) -> dict[str, Any]:
    """What the parent is told first: what the file has, and how its entry is called."""
    for name in entry.split(","):
        if name.strip():
            namespace.entry(name.strip())
    module = namespace.module
    return {
        "survey": survey(vars(module), source, module.__name__).to_dict(),
        "failed": None if failed is None else failed.to_wire(),
    }


def _answer(namespace: Namespace, cells: Source, request: dict[str, Any]) -> dict[str, Any]:
    try:
        called = InProcess(namespace.adapter(request["adapter"]))
        answer = called.call(from_wire(request["arguments"]), request["values"])
        if isinstance(answer, Returned):
            return {"value": to_wire(answer.value), "changed": list(answer.changed)}
    except MemoryError as error:
        answer = raised(error)
        if not answer.message:
            answer = replace(answer, message="the memory that it may take is used up")
    except TooLargeError:
        answer = Raised.said("ReturnValue", "too-large", most=f"{MOST_BYTES // 10**6}")
    except BaseException as error:  # a learner's own BaseException too
        answer = raised(error)
    return {"raised": _placed(answer, cells).to_wire()}


def _placed(found: Raised, cells: Source) -> Raised:
    """In a notebook, its cell and the line there."""
    if not found.line or not cells.cells:
        return found
    file, line = cells.place(found.file, found.line)
    return replace(found, file=file, line=line)


def _serve(protocol: _Protocol, path: str, entry: str, seconds: float, memory: int) -> None:
    try:
        loaded = load(Path(path), seconds)
        namespace = Namespace(loaded.module)
        limit_memory(memory)
        protocol.reply(0, _greeting(namespace, loaded.source, loaded.failed, entry))
    except NoEntryError as error:
        failed = None if loaded.failed is None else loaded.failed.to_wire()
        missing = {"name": error.name, "there": error.there, "failed": failed}
        protocol.reply(0, {"not_found": missing})
        return
    except SyntaxError as error:
        protocol.reply(0, {"raised": refused(error).to_wire()})
        return
    except BaseException as error:
        protocol.reply(0, {"raised": raised(error).to_wire()})
        return
    while (request := protocol.request()) is not None:
        protocol.reply(request["request"], _answer(namespace, loaded.cells, request))


def main() -> None:
    """Move the protocol out of the way of the learner's prints, and serve."""
    path, entry, traces, seconds, memory = sys.argv[1:]
    end_with_parent()
    protocol = _Protocol()
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    opened = os.open(traces, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    where = _moved(opened)
    os.close(opened)
    faulthandler.enable(file=where)  # a crash leaves its line there
    faulthandler.register(signal.SIGUSR1, file=where)  # the parent asks where a loop hangs
    _serve(protocol, path, entry, float(seconds), int(memory))
