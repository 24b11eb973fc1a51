"""Bytes from the disk. Gzip is unpacked, and every failure becomes one clear sentence."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from clearprop.errors import DataError, did_you_mean

_GZIP = b"\x1f\x8b"


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
    except OSError as error:
        raise _unreadable(path, error) from None
    if names is None:
        raise DataError(f"{path}: there is no folder {folder}")
    raise DataError(
        f"{path}: no such file{did_you_mean(path.name, [*names, 'digits'])}. "
        'A source is a path, or "digits"'
    )


def read_head(path: Path, size: int = 512) -> tuple[bytes, bool]:
    """The first bytes of a file (unpacked if it is gzip), and whether it is gzip."""
    try:
        with path.open("rb") as file:
            head = file.read(size)
        if not head.startswith(_GZIP):
            return head, False
        with gzip.open(path, "rb") as packed:
            return packed.read(size), True
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _cut(path) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def read_bytes(path: Path) -> bytes:
    """All bytes of a file, unpacked if its content (not its name) says that it is gzip.

    Raises
    ------
    DataError
        For a file that cannot be opened, is empty, or is damaged gzip.
    """
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP):
            raw = gzip.decompress(raw)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _cut(path) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if not raw:
        raise DataError(f"{path}: the file is empty")
    return raw


def first_line(error: BaseException) -> str:
    r"""The useful part of a library's message: its first line, cut to 160 characters.

    Examples
    --------
    >>> first_line(ValueError("no such thing\nConsider this library's options"))
    'no such thing'
    """
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line if len(line) <= 160 else line[:157] + "..."


def _cut(path: Path) -> DataError:
    return DataError(
        f"{path}: the gzip data are damaged or end too early; the file was perhaps not copied or "
        "downloaded to its end"
    )


def _unreadable(path: Path, error: OSError) -> DataError:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return DataError(f"{path}: cannot be read: {reason}")
