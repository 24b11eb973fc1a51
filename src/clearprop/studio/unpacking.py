"""How large an upload gets when it is read: what unpacks to far more is refused before.

A ZIP archive says how large its entries are, and nothing reads beyond that. The elements of a MAT
file are unpacked here, a piece at a time. Parquet and Arrow say how many rows they hold: a child
process asks, since a damaged file can end the process that reads it.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from clearprop.data.archives import is_packed
from clearprop.errors import DataError

__all__ = ["MOST", "check_unpacked"]

MOST = 1 << 28  # bytes that an upload may unpack to: 256 MiB
_CELL = 8  # bytes of a number
_PIECE = 1 << 20
_SECONDS = 20.0

_SCANS = {".parquet": "scan_parquet", ".arrow": "scan_ipc", ".feather": "scan_ipc"}
# Columns, rows, and whether a column holds lists, of which a few rows may hold many numbers.
_CHILD = """
import sys
import polars as pl
scan = getattr(pl, sys.argv[1])(sys.argv[2])
types = scan.collect_schema().dtypes()
rows = scan.select(pl.len()).collect().item()
print(len(types), rows, int(any(each.is_nested() for each in types)))
"""


def check_unpacked(name: str, path: Path, data: bytes) -> None:
    """Refuse what could unpack to far more than was handed in.

    Parameters
    ----------
    name
        What messages call the file.
    path, data
        Where it lies, and its bytes.

    Raises
    ------
    DataError
        For a file that unpacks to more than 256 MiB, or is packed as a whole.
    """
    ending = path.suffix.lower()
    if data[:4] == b"PK\x03\x04":
        size = _of_archive(name, path)
    elif is_packed(data[:4096]):
        raise DataError(f"{name}: is packed; unpack it, or open it by its path")
    elif ending == ".mat":
        size = _of_matrices(data)
    elif ending in _SCANS:
        size = _of_columns(name, path, _SCANS[ending])
    else:
        return
    if size > MOST:
        raise DataError(f"{name}: unpacks to more than {MOST >> 20} MiB; open it by its path")


def _of_archive(name: str, path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    # The last one is zipfile's own, for an archive in several parts or of a later version.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise DataError(f"{name}: the archive is damaged") from None


def _of_matrices(data: bytes) -> int:
    """The bytes of a MAT 5 file's elements, as far as they can be unpacked, or past the most."""
    order: Literal["little", "big"] = "little" if data[126:128] == b"IM" else "big"
    at, size = 128, 0
    while at + 8 <= len(data) and size <= MOST:
        kind = int.from_bytes(data[at : at + 4], order)
        length = int.from_bytes(data[at + 4 : at + 8], order)
        packed = memoryview(data)[at + 8 : at + 8 + length]
        size += _inflated(packed, MOST - size) if kind == 15 else len(packed)
        at += 8 + length
    return size


def _inflated(packed: memoryview, most: int) -> int:
    """How many bytes a zlib stream holds; it is unpacked no further than past the most."""
    stream, size, rest = zlib.decompressobj(), 0, bytes(packed)
    try:
        while rest and size <= most:
            size += len(stream.decompress(rest, _PIECE))
            rest = stream.unconsumed_tail
    except zlib.error:
        pass  # the reader will tell
    return size


def _of_columns(name: str, path: Path, scan: str) -> int:
    try:
        child = subprocess.run(
            [sys.executable, "-c", _CHILD, scan, str(path)],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
        columns, rows, nested = (int(word) for word in child.stdout.split())
    except (ValueError, OSError, subprocess.TimeoutExpired):
        return 0  # damaged: the reader will tell
    if nested:
        raise DataError(f"{name}: a column holds lists; open it by its path")
    return columns * rows * _CELL
