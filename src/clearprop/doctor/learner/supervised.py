"""A process under the supervisor, seen from the doctor: its pipes, its limits, its end."""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

__all__ = ["Ended", "Supervised"]

_SUPERVISOR = str(Path(__file__).with_name("supervisor.py"))
_MARK = "CLEARPROP_DOCTOR"  # in the environment of all that the process starts
_TAIL = 4000  # bytes of its standard error that are kept
_GRACE = 1.0  # seconds that its end may take to be reported

# One thread is enough for a few samples, and many hand-ins are asked one after the other.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Ended(Exception):  # noqa: N818  how the process ended, and no error of ours
    """The process gives no more answers.

    Attributes
    ----------
    how
        ``"time"``, ``"memory"``, ``"processes"`` (too many), ``"exit"``, ``"hung up"`` (it closed
        its pipe), ``"flood"`` (more than a message may hold).
    code
        Its exit code, or minus the number of a signal; None where it was still running.
    """

    def __init__(self, how: str, code: int | None = None) -> None:
        super().__init__(how)
        self.how, self.code = how, code


class Supervised:
    """A command with a time limit, a limit of memory, and nothing left of it at its end.

    Parameters
    ----------
    command
        What to run. It gets requests on standard input and answers on standard output.
    folder
        For its temporary files.
    time_limit
        Seconds for all its answers together. What the doctor does between them is not counted.
    memory_limit
        Bytes that it may hold, together with all that it starts.
    longest
        Bytes of one line of its answers.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: str,
        time_limit: float,
        memory_limit: int,
        longest: int,
    ) -> None:
        self._left = time_limit
        self._end = time.monotonic() + time_limit
        self._longest = longest
        self._buffer, self._errors, self._told = bytearray(), b"", b""
        self._mark = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._control, theirs = socket.socketpair()
        supervisor = [sys.executable, "-I", "-S", _SUPERVISOR]
        with theirs:
            self._process = subprocess.Popen(
                [*supervisor, str(theirs.fileno()), str(memory_limit), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=self._environment(folder),
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._stderr = self._process.stderr
        for stream in (self._stdin, self._stdout, self._stderr, self._control):
            os.set_blocking(stream.fileno(), False)

    def _environment(self, folder: str) -> dict[str, str]:
        hidden = ("DISPLAY", "WAYLAND_DISPLAY")
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        for name in _ONE_THREAD:
            environment.setdefault(name, "1")
        return {**environment, _MARK: self._mark, "TMPDIR": folder}

    @property
    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        return self._errors.decode("utf-8", "replace")

    def exchange(self, request: bytes) -> bytes:
        """Send a request; return the next line that comes.

        Raises
        ------
        Ended
            Where none comes.
        """
        self._end = time.monotonic() + self._left
        try:
            return self._exchanged(memoryview(request))
        finally:
            self._left = self._end - time.monotonic()

    def _exchanged(self, left: memoryview) -> bytes:
        with selectors.DefaultSelector() as selector:
            if left:
                selector.register(self._stdin, selectors.EVENT_WRITE)
            for stream in (self._stdout, self._stderr, self._control):
                selector.register(stream, selectors.EVENT_READ)
            while (line := self._line()) is None:
                seconds = self._end - time.monotonic()
                ready = {key.fileobj for key, _ in selector.select(max(seconds, 0))}
                if seconds <= 0:
                    raise Ended("time")
                if self._stdin in ready and not (left := self._written(left)):
                    selector.unregister(self._stdin)
                if self._stderr in ready and not self._read_errors():
                    selector.unregister(self._stderr)
                answered = self._stdout in ready
                if answered and not self._read_answer():
                    raise self._ended()
                if self._control in ready and not answered:  # what came before it is read first
                    raise self._ended()
        return line

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > self._longest:
                self._buffer.clear()
                raise Ended("flood")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _written(self, left: memoryview) -> memoryview:
        try:
            return left[os.write(self._stdin.fileno(), left) :]
        except BlockingIOError:
            return left
        except OSError:  # it has closed its end; what it answers, or its end, says more
            return left[:0]

    def _read_answer(self) -> bool:
        chunk = _read(self._stdout.fileno())
        self._buffer += chunk or b""
        return chunk != b""

    def _read_errors(self) -> bool:
        chunk = _read(self._stderr.fileno())
        self._errors = (self._errors + (chunk or b""))[-_TAIL:]
        return chunk != b""

    def _ended(self) -> Ended:
        """How it ended, as the supervisor reports it."""
        end = min(time.monotonic() + _GRACE, max(self._end, time.monotonic() + 0.1))
        while b"\n" not in self._told and (left := end - time.monotonic()) > 0:
            with selectors.DefaultSelector() as selector:
                selector.register(self._control, selectors.EVENT_READ)
                if not selector.select(left):
                    break
            chunk = _read(self._control.fileno())
            if chunk == b"":
                break
            self._told += chunk or b""
        self._read_errors()
        word, _, number = self._told.partition(b"\n")[0].decode("ascii", "replace").partition(" ")
        if word in ("memory", "processes"):
            return Ended(word)
        return Ended("exit", int(number)) if word == "ended" else Ended("hung up")

    def close_input(self) -> None:
        """Let its standard input be empty."""
        self._stdin.close()

    def signal(self) -> None:
        """Send the process SIGUSR1."""
        with contextlib.suppress(OSError):
            self._control.send(b"w")

    def close(self) -> None:
        """End the process and all that it started."""
        self._control.close()  # the supervisor hears this
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        if self._process.poll() != 0:  # something has ended or stopped it, or it is at a loss
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
            self._sweep()
        for stream in (self._stdin, self._stdout, self._stderr):
            with contextlib.suppress(OSError):
                stream.close()

    def _sweep(self) -> None:
        """Kill what carries the mark, where no supervisor could."""
        mark = f"{_MARK}={self._mark}".encode()
        for _ in range(20):
            left = [pid for pid in _processes() if mark in _environment_of(pid)]
            if not left:
                return
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)


def _read(descriptor: int) -> bytes | None:
    """What is there to be read: nothing at the end, None where nothing has come yet."""
    try:
        return os.read(descriptor, 1 << 16)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _processes() -> list[int]:
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return []


def _environment_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""
