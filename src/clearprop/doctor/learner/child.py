"""A learner's file in a process of its own, with a time limit. What the code does stays there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from clearprop.doctor.learner.calling import Parameter, Raised, Returned
from clearprop.doctor.learner.wire import from_wire, to_wire
from clearprop.errors import ParameterError

__all__ = ["ChildProcess"]


class ChildProcess:
    """A Python function in a file, as a :class:`~clearprop.doctor.learner.calling.Callee`.

    Parameters
    ----------
    path, name
        The file, and the function in it.
    time_limit
        Seconds for everything, loading included. After that the child is ended, with all that it
        started.

    Raises
    ------
    ParameterError
        For a name that is not in the file.
    """

    def __init__(self, path: Path, name: str, time_limit: float = 30.0) -> None:
        self.name, self.path, self.time_limit = name, path, time_limit
        self.parameters: tuple[Parameter, ...] = ()
        self.values = "numpy"
        self.broken: Raised | None = None
        self._end = time.monotonic() + time_limit
        self._folder = tempfile.TemporaryDirectory(prefix="clearprop-doctor-")
        self._traces = os.path.join(self._folder.name, "traces")
        self._errors = open(os.path.join(self._folder.name, "errors"), "w+b")  # noqa: SIM115
        self._process = subprocess.Popen(
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._buffer = b""
        try:
            self._greet()
        except BaseException:
            self.close()
            raise

    def _command(self) -> Sequence[str]:
        runner = [sys.executable, "-m", "clearprop.doctor.learner.runner"]
        return [*runner, str(self.path), self.name, self._traces]

    def _greet(self) -> None:
        hello = self._read()
        if isinstance(hello, Raised):
            self.broken = hello
        elif "not_found" in hello:
            raise ParameterError(hello["not_found"])
        else:
            self.parameters = tuple(Parameter(name, bool(r)) for name, r in hello["parameters"])
            self.values = hello["values"]

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
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._folder.cleanup()

    def call(self, arguments: Mapping[str, Any], values: str) -> Returned | Raised:
        """See :class:`~clearprop.doctor.learner.calling.Callee`."""
        if self.broken is not None:
            return self.broken
        request = {"arguments": to_wire(dict(arguments)), "values": values}
        self._send(json.dumps(request).encode())
        answer = self._read()
        if isinstance(answer, Raised):
            return answer
        return Returned(from_wire(answer["value"]), tuple(answer["changed"]))

    def _send(self, line: bytes) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError):  # the child has ended; _read says how
            stdin.write(line + b"\n")
            stdin.flush()

    def _parse(self, line: bytes) -> Any:
        """What a line of the child's standard output says; None where it is not meant for us."""
        answer = json.loads(line)
        return Raised(**answer["raised"]) if "raised" in answer else answer

    def _read(self) -> Any:
        """The child's next answer. An exception, its end or too long a silence is a Raised."""
        stdout = self._process.stdout
        assert stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while True:
                while b"\n" in self._buffer:
                    line, _, self._buffer = self._buffer.partition(b"\n")
                    if (answer := self._parse(line)) is not None:
                        return answer
                left = self._end - time.monotonic()
                if left <= 0 or not selector.select(left):
                    self.broken = self._timed_out()
                    return self.broken
                chunk = os.read(stdout.fileno(), 1 << 20)
                if not chunk:
                    self.broken = self._ended()
                    return self.broken
                self._buffer += chunk

    def _timed_out(self) -> Raised:
        file, line, code = self._where()
        message = f"no answer within {self.time_limit:g} s: a loop that does not end?"
        return Raised("Timeout", message, file, line, code)

    def _where(self) -> tuple[str, int, str]:
        """The innermost line of the learner's file in the stack that the child is asked for."""
        with contextlib.suppress(OSError):
            self._process.send_signal(signal.SIGUSR1)
            time.sleep(0.1)
            text = Path(self._traces).read_text(encoding="utf-8")
            for file, line in re.findall(r'File "(.+?)", line (\d+)', text):
                if os.path.abspath(file) == os.path.abspath(self.path):
                    return file, int(line), _line_of(file, int(line))
        return str(self.path), 0, ""

    def _ended(self) -> Raised:
        code = self._process.wait()
        self._errors.seek(0)
        last = self._errors.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        said = f"; it said: {last[:200]}" if last else ""
        return Raised("ProcessEnded", f"the function ended its process ({how}){said}")


def _line_of(file: str, line: int) -> str:
    with contextlib.suppress(OSError, IndexError):
        return (
            Path(file).read_text(encoding="utf-8", errors="replace").splitlines()[line - 1].strip()
        )
    return ""
