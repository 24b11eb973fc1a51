"""Bytes from files and streams. Each source is opened once, and failures become clear sentences."""

from __future__ import annotations

import io
import os
import select
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from clearprop.data.archives import PackedError, check_layers, is_packed, unpacked, zip_kind
from clearprop.errors import DataError, did_you_mean

# The names of standard input. Linux opens /dev/stdin anew for a file, but a pipe only once.
_STANDARD_INPUT = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")

# How long to wait for a stream before Ctrl-C is looked for, in seconds, and the most bytes that
# one read takes.
_STEP, _CHUNK = 0.2, 1 << 20


@dataclass(frozen=True, eq=False)
class Content:
    """What stands in a source.

    Attributes
    ----------
    name
        What messages call it.
    path
        Where it lies; None for a stream. Readers use it to find files beside this one.
    raw
        Its bytes if they are in memory: those of a stream, or what was packed. None: they lie in
        the file at `path`.
    entry
        The name of the entry that was unpacked out of a zip archive, or None.
    kind
        The format, if it is known already: one that is a zip archive itself, such as ``"NPZ"``, or
        ``"IDX"`` for a folder.
    """

    name: str
    path: Path | None
    raw: bytes | None = None
    entry: str | None = None
    kind: str | None = None

    def open(self) -> BinaryIO:
        """The content as an open binary file."""
        if self.raw is not None:
            return io.BytesIO(self.raw)
        assert self.path is not None
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.name, error) from None

    def head(self, size: int = 4096) -> bytes:
        """The first bytes."""
        if self.raw is not None:
            return self.raw[:size]
        with self.open() as file:
            return file.read(size)

    def read(self) -> bytes:
        """All bytes."""
        if self.raw is not None:
            return self.raw
        with self.open() as file:
            return file.read()


def is_stream(source: str | Path) -> bool:
    """Whether a source is a pipe or standard input, which can be read only once.

    Examples
    --------
    >>> is_stream("-"), is_stream("letters.csv")
    (True, False)
    """
    if str(source) in _STANDARD_INPUT:
        return True
    try:
        path = Path(source)
        return path.exists() and not (path.is_file() or path.is_dir())
    except (OSError, ValueError):
        return False


def content_of(source: str | Path) -> Content:
    """Open a source: the path of a file, or ``"-"`` for standard input.

    A pipe is read to its end here, since it can be read only once. Gzip, bzip2, xz, Zstandard and
    zip archives with one table are unpacked.

    Raises
    ------
    DataError
        For a source that is not there, cannot be opened, is empty, or is damaged.
    """
    name, path = str(source), Path(source)
    raw = None
    try:
        if name in _STANDARD_INPUT:
            name, raw = "standard input", _standard_input()
        else:
            check_exists(path)
            if path.is_dir():
                return Content(name, path, kind="IDX")
            if is_stream(path):
                with path.open("rb", buffering=0) as stream:
                    raw = _stream_bytes(stream)
    except OSError as error:
        raise _unreadable(name, error) from None
    content = Content(name, path if raw is None else None, raw)
    head = content.head()
    entry: str | None = None
    layers = 0
    try:
        # An archive may hold a packed file.
        while is_packed(head):
            layers += 1
            with content.open() as file:
                kind = zip_kind(file, head, entry or name)
                if kind is not None:
                    return replace(content, kind=kind)
                check_layers(layers)
                file.seek(0)
                found, raw = unpacked(file, head)
            entry = found or entry
            content = replace(content, raw=raw, entry=entry)
            head = content.head()
    except PackedError as error:
        raise DataError(f"{name}: {error}") from None
    if not head:
        raise DataError(f"{name}: the file is empty")
    return content


def _standard_input() -> bytes:
    if sys.stdin is None or os.isatty(0):
        raise DataError(
            'standard input: expected a table from a pipe, as in "cat table.csv | clearprop ..."; '
            "got a terminal"
        )
    with open(0, "rb", buffering=0, closefd=False) as stream:
        return _stream_bytes(stream)


def _stream_bytes(stream: io.FileIO) -> bytes:
    """All bytes of a stream, waiting for them in short steps.

    Once Polars is loaded, the system restarts a read that Ctrl-C interrupts. Python then sees
    Ctrl-C only between two reads, so no read may wait.
    """
    parts: list[bytes] = []
    while True:
        # On Windows, select knows sockets alone.
        while os.name == "posix" and not select.select([stream], [], [], _STEP)[0]:
            pass
        part = stream.read(_CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)


def check_exists(path: Path) -> None:
    """Do nothing if there is a file or folder at `path`.

    Raises
    ------
    DataError
        Naming a file beside it with a similar name, if there is one.
    """
    try:
        if path.exists():
            return
        folder = path.parent
        names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else None
    except (OSError, ValueError) as error:  # ValueError: a path that holds a zero byte
        raise _unreadable(str(path), error) from None
    if names is None:
        raise DataError(f"{path}: there is no folder {folder}")
    raise DataError(
        f"{path}: no such file{did_you_mean(path.name, [*names, 'digits'])}. "
        'A source is a path, or "digits"'
    )


def read_bytes(path: Path) -> bytes:
    """All bytes of a file, unpacked if its content (not its name) says that it is packed.

    Raises
    ------
    DataError
        As :func:`content_of`.
    """
    return content_of(path).read()


def first_line(error: BaseException) -> str:
    r"""The useful part of a library's message: its first line, cut to 160 characters.

    Examples
    --------
    >>> first_line(ValueError("no such thing\nConsider this library's options"))
    'no such thing'
    """
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line if len(line) <= 160 else line[:157] + "..."


def _unreadable(name: str, error: Exception) -> DataError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return DataError(f"{name}: cannot be read: {reason.lower()}")
