"""What a hostile file is: its bytes, and what Clearprop must say of it."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

# What `says` holds for a file that is read, and read rightly; and for one whose changed byte may
# stand where it changes a value.
READ, EITHER = "", "may be read"


class Case(NamedTuple):
    """One file.

    Attributes
    ----------
    name
        What the file is called.
    content
        Its bytes, or a function of the folder that returns them, or that writes the file itself
        and what lies beside it.
    says
        A regular expression that stands in the error; `READ`: the command succeeds.
    words
        The words of the command; ``FILE`` is the file.
    code
        The exit code where it is not read.
    """

    name: str
    content: bytes | Callable[[Path], Any]
    says: str = READ
    words: tuple[str, ...] = ()
    code: int = 2

    def write(self, folder: Path) -> None:
        """Make the file."""
        made = self.content(folder) if callable(self.content) else self.content
        if isinstance(made, bytes):  # else it has written the file itself
            (folder / self.name).write_bytes(made)


# -- What several formats' generators share --------------------------------------------------------


def csv(header: str, rows: list[str]) -> bytes:
    """A table as text."""
    return "\n".join([header, *rows, ""]).encode("utf-8", "surrogateescape")


def npy(array: Any) -> bytes:
    """An array as the bytes of an NPY file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npy_header(text: str, values: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """An NPY file with any header."""
    head = text.encode() + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(head))
    return b"\x93NUMPY" + bytes(version) + size + head + values


def stated(shape: Any, dtype: str = "<f8", values: bytes = b"") -> bytes:
    """An NPY file that states a shape and holds whatever it holds."""
    return npy_header(f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}}}", values)


def mat(*elements: bytes) -> bytes:
    """A MAT 5 file."""
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + b"".join(elements)


def element(kind: int, data: bytes, size: int | None = None) -> bytes:
    """An element of a MAT file, with a true size or another."""
    size = len(data) if size is None else size
    return struct.pack("<II", kind, size) + data + bytes(-len(data) % 8)


def matrix(name: str, shape: list[int], values: bytes, kind: int = 6, stored: int = 9) -> bytes:
    """A matrix as an element of a MAT file: doubles, if nothing else is said."""
    return element(
        14,
        element(6, struct.pack("<II", kind, 0))
        + element(5, struct.pack(f"<{len(shape)}i", *shape))
        + element(1, name.encode())
        + element(stored, values),
    )


def packed(raw: bytes) -> bytes:
    """A compressed element of a MAT file."""
    data = zlib.compress(raw, 1)
    return struct.pack("<II", 15, len(data)) + data


def idx(kind: int, shape: list[int], values: bytes) -> bytes:
    """An IDX file."""
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + values


def safetensors(header: Any, data: bytes = b"") -> bytes:
    """The frame of a safetensors file around any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data
