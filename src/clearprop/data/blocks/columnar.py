"""Parquet and Arrow files, a batch of rows at a time, through a child process.

A changed byte can make Polars ask for 2^61 bytes and abort the interpreter (see
:mod:`clearprop.data.readers.columnar`), and what is wrong may lie in a page in the middle of the
file. So one child reads the file from its beginning to its end and sends batch after batch.

With one thread, and one slice of rows at a time, the child takes 80 MB beside Polars itself, also
for a row group of millions of rows: pages before the slice are skipped. Polars' own batches hold
whole row groups, 420 MB for one of two million rows.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl

from clearprop.data.files import first_line
from clearprop.errors import DataError

__all__ = ["columnar_batches", "columnar_size"]

# Arguments: format, path, and the most bytes of a batch. Each batch follows its length; a length of
# 0 ends them, and the rows of the whole file come first. Exit code 1: standard error has the fault.
_CHILD = """
import io, sys
import polars as pl
out = sys.stdout.buffer
def send(data):
    out.write(len(data).to_bytes(8, "little"))
    out.write(data)
try:
    scan = getattr(pl, "scan_" + sys.argv[1])(sys.argv[2])
    rows = scan.select(pl.len()).collect().item()
    send(rows.to_bytes(8, "little"))
    head = scan.head(1000).collect()
    width = head.estimated_size() / max(head.height, 1)
    step = int(min(max(int(sys.argv[3]) / max(width, 1), 1), 1_000_000))
    for start in range(0, rows, step):
        data = io.BytesIO()
        scan.slice(start, step).collect().write_ipc(data)
        send(data.getbuffer())
    send(b"")
    out.flush()
except BrokenPipeError:
    import os
    os._exit(0)
except BaseException as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""
_SCAN = {"Parquet": "parquet", "Arrow": "ipc"}


def columnar_batches(path: Path, kind: str, batch_bytes: int) -> Iterator[pl.DataFrame]:
    """The frames of a file, one after another, each of about `batch_bytes`.

    Parameters
    ----------
    path, kind
        The file, and ``"Parquet"`` or ``"Arrow"``.

    Raises
    ------
    DataError
        For a file that cannot be read, wherever it is broken. The batches before have come then.
    """
    with _Child(path, kind, batch_bytes) as child:
        child.next_part()
        while data := child.next_part():
            yield pl.read_ipc(io.BytesIO(data))


def columnar_size(path: Path, kind: str) -> tuple[int, pl.DataFrame]:
    """The rows of a file, and its first rows.

    Raises
    ------
    DataError
        For a file that cannot be read.
    """
    with _Child(path, kind, 1 << 16) as child:
        rows = int.from_bytes(child.next_part(), "little")
        data = child.next_part()
        return rows, pl.read_ipc(io.BytesIO(data)) if data else pl.DataFrame()


class _Child:
    """The child process and what it sends."""

    def __init__(self, path: Path, kind: str, batch_bytes: int) -> None:
        self._path, self._kind = path, kind
        # One thread keeps the child's memory small, and leaves the processors to the parent.
        quiet = {"POLARS_MAX_THREADS": "1", "POLARS_ROW_GROUP_PREFETCH_SIZE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, _SCAN[kind], str(path), str(batch_bytes)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | quiet,
        )

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        self._process.wait()

    def next_part(self) -> bytes:
        """What comes next; ``b""`` at the end."""
        stream = self._process.stdout
        assert stream is not None
        length = _whole(stream, 8)
        size = int.from_bytes(length, "little")
        data = _whole(stream, size) if len(length) == 8 else b""
        if len(length) < 8 or len(data) < size:
            raise self._fault()
        return data

    def _fault(self) -> DataError:
        stream = self._process.stderr
        assert stream is not None
        said = stream.read().decode("utf-8", "replace")
        if self._process.wait() == 1:
            fault = first_line(RuntimeError(said))
            return DataError(f"{self._path}: cannot be read as {self._kind}: {fault}")
        return DataError(
            f"{self._path}: the {self._kind} data are damaged; the file was perhaps not copied or "
            "downloaded to its end: get it again, or write it again"
        )


def _whole(stream: IO[bytes], size: int) -> bytes:
    return stream.read(size)
