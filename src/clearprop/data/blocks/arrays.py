"""Arrays in files that are read row range by row range: NPY, NPZ members, IDX.

They are read and not mapped. A map of a file that is cut off meanwhile would end the process; a
read that comes short ends in one line.
"""

from __future__ import annotations

import io
import math
import os
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from clearprop.data.table import Array
from clearprop.errors import DataError

__all__ = ["FileArray", "idx_array", "npy_array", "npz_arrays"]

_LOCAL_HEADER = 30  # bytes of a zip entry's own header, before its name


@dataclass(frozen=True, eq=False)
class FileArray:
    """An array that lies in a file in C order.

    Attributes
    ----------
    name, path
        What messages call it, and its file.
    offset
        Where its first byte lies.
    shape, dtype
        As stored; the dtype may have the other byte order.
    """

    name: str
    path: Path
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def row_bytes(self) -> int:
        """The bytes of one row."""
        return math.prod(self.shape[1:]) * self.dtype.itemsize

    def rows(self, ranges: list[tuple[int, int]]) -> Array:
        """The rows of all ranges ``(start, stop)``, one range after another; in native byte order.

        Raises
        ------
        DataError
            For a file that has become shorter.
        """
        m = sum(stop - start for start, stop in ranges)
        out = np.empty((m, *self.shape[1:]), self.dtype)
        with self.path.open("rb", buffering=0) as file:
            read_ranges(self.name, file, bytes_of(out), ranges, self.row_bytes, self.offset)
        return out.astype(self.dtype.newbyteorder("="), copy=False)

    def checked(self) -> FileArray:
        """The same, once the file is known to be long enough.

        Raises
        ------
        DataError
            For a file that ends too early.
        """
        expected = self.offset + math.prod(self.shape) * self.dtype.itemsize
        size = self.path.stat().st_size
        if size < expected:
            raise DataError(
                f"{self.name}: the file ends too early: its header says shape {self.shape}, "
                f"{expected} bytes in all; got {size} bytes"
            )
        return self


def bytes_of(array: Array) -> memoryview:
    """The bytes of an array in C order, to be read or written."""
    flat: Any = array.reshape(-1).view(np.uint8)
    return memoryview(flat)


def read_into(name: str, file: io.FileIO, view: memoryview) -> None:
    """Fill `view` from an unbuffered file; DataError if the file ends before."""
    at = 0
    while at < len(view):
        got = file.readinto(view[at:])
        if not got:
            raise DataError(f"{name}: the file has become shorter while it was read")
        at += got


def read_ranges(
    name: str,
    file: io.FileIO,
    view: memoryview,
    ranges: Sequence[tuple[int, int]],
    size: int,
    offset: int = 0,
) -> None:
    """Fill `view` with the rows of all ranges; a row has `size` bytes, the first is at `offset`.

    Raises
    ------
    DataError
        If the file ends before.
    """
    places = [(offset + start * size, (stop - start) * size) for start, stop in ranges]
    if hasattr(os, "posix_fadvise"):
        # A disk gives scattered rows faster when it knows of all of them. What lies behind them is
        # not needed.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        for begin, length in places:
            os.posix_fadvise(file.fileno(), begin, length, os.POSIX_FADV_WILLNEED)
    at = 0
    for begin, length in places:
        file.seek(begin)
        read_into(name, file, view[at : at + length])
        at += length


def npy_array(name: str, path: Path) -> FileArray:
    """The array of an NPY file.

    Raises
    ------
    DataError
        For a damaged header, Python objects, an array in Fortran's order, or a file that ends
        too early.
    """
    with path.open("rb") as file:
        return _array_at(name, path, file).checked()


def _array_at(name: str, path: Path, file: BinaryIO) -> FileArray:
    """The array whose NPY header begins where `file` stands."""
    try:
        version = np.lib.format.read_magic(file)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, fortran, dtype = read(file)
    except Exception as error:  # a forged header raises any type of error
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{name}: cannot be read as NPY: {text}") from None
    if dtype.hasobject:
        raise DataError(
            f"{name}: cannot be read as NPY: it holds Python objects, which are never loaded; "
            "save arrays of numbers"
        )
    if fortran and len(shape) > 1:
        raise DataError(
            f"{name}: is stored column by column, so rows cannot be read in blocks; save it with "
            "numpy.save(FILE, numpy.ascontiguousarray(X))"
        )
    return FileArray(name, path, file.tell(), tuple(map(int, shape)), dtype)


def npz_arrays(name: str, path: Path) -> dict[str, FileArray | None]:
    """The arrays of an NPZ file by name; None for those that are compressed.

    Raises
    ------
    DataError
        For a damaged archive.
    """
    found: dict[str, FileArray | None] = {}
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                member = info.filename.removesuffix(".npy")
                found[member] = None
                if info.compress_type == zipfile.ZIP_STORED and info.filename.endswith(".npy"):
                    file.seek(info.header_offset)
                    local = file.read(_LOCAL_HEADER)
                    file.seek(sum(struct.unpack("<HH", local[26:30])), 1)
                    found[member] = _array_at(f"{name}: {member}", path, file).checked()
    # The last one is zipfile's own, for an archive of a later version.
    except (zipfile.BadZipFile, OSError, struct.error, NotImplementedError) as error:
        raise DataError(f"{name}: cannot be read as NPZ: {error}") from None
    return found


# As in `clearprop.data.readers.idx`, which states the format.
_IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx_array(path: Path) -> FileArray:
    """The array of an IDX file that is not packed.

    Raises
    ------
    DataError
        For another magic number, or a file that ends too early.
    """
    with path.open("rb") as file:
        head = file.read(4 + 4 * 255)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _IDX_TYPES or head[3] == 0:
        raise DataError(
            f"{path}: not an IDX file: expected a magic number such as 00 00 08 03; got "
            f"{head[:4].hex(' ')}"
        )
    start = 4 + 4 * head[3]
    if len(head) < start:
        raise DataError(f"{path}: the file ends within its header")
    shape = tuple(int(size) for size in np.frombuffer(head, ">u4", head[3], 4))
    return FileArray(str(path), path, start, shape, np.dtype(_IDX_TYPES[head[2]])).checked()
