"""Parquet and Arrow files, read by a child process.

Polars trusts what these files state about themselves. A single changed byte can ask for 2^61 bytes,
and then the whole interpreter is aborted (Polars 2.1). What is wrong may lie in a compressed page,
so no check of the file can find it beforehand. A child process reads the file instead, and hands
over its columns. That costs about 0.3 seconds.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from clearprop.data.files import Content, first_line
from clearprop.data.frames import table_from_frame, tidy
from clearprop.data.numbering import without_row_numbers
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError

# Standard input to standard output. Exit code 3: there is no Polars for the child.
_CHILD = """
import io, sys
try:
    import polars
except ImportError:
    sys.exit(3)
try:
    frame = polars.{read}(io.BytesIO(sys.stdin.buffer.read()))
except BaseException as error:
    print(error, file=sys.stderr)
    sys.exit(1)
frame.write_ipc(sys.stdout.buffer)
"""
_READ = {"Parquet": "read_parquet", "Arrow": "read_ipc"}


def read_parquet(
    content: Content, target: str | Sequence[str] | None, need_target: bool, reading: Reading
) -> Table:
    """Read a Parquet file; parameters, result and errors as in `clearprop.data.read`."""
    return _read(content, "Parquet", target, need_target, reading)


def read_arrow(
    content: Content, target: str | Sequence[str] | None, need_target: bool, reading: Reading
) -> Table:
    """Read an Arrow (Feather) file; parameters, result and errors as in `clearprop.data.read`."""
    return _read(content, "Arrow", target, need_target, reading)


def _read(
    content: Content,
    kind: str,
    target: str | Sequence[str] | None,
    need_target: bool,
    reading: Reading,
) -> Table:
    source = content.name
    frame = _read_apart(content, kind)
    if frame.height == 0:
        raise DataError(f"{source}: holds no rows")
    frame, note = without_row_numbers(tidy(frame, source))
    table = table_from_frame(frame, source, target, need_target, reading=reading)
    notes = table.notes if note is None else (*table.notes, note)
    return replace(table, notes=notes)


def _read_apart(content: Content, kind: str) -> pl.DataFrame:
    raw = content.read()
    code = 3
    if sys.executable:  # an interpreter within another program has none
        child = subprocess.run(
            [sys.executable, "-c", _CHILD.format(read=_READ[kind])],
            input=raw,
            capture_output=True,
            check=False,
        )
        code = child.returncode
    if code == 3:
        return _read_here(content.name, raw, kind)
    if code == 0:
        return pl.read_ipc(io.BytesIO(child.stdout))
    if code == 1:
        fault = first_line(RuntimeError(child.stderr.decode("utf-8", "replace")))
        raise DataError(f"{content.name}: cannot be read as {kind}: {fault}")
    raise DataError(
        f"{content.name}: the {kind} data are damaged; the file was perhaps not copied or "
        "downloaded to its end: get it again, or write it again"
    )


def _read_here(source: str, raw: bytes, kind: str) -> pl.DataFrame:
    try:
        frame: pl.DataFrame = getattr(pl, _READ[kind])(io.BytesIO(raw))
        return frame
    except (Exception, pl.exceptions.PanicException) as error:
        # The parser may raise any type of error on a damaged file.
        raise DataError(f"{source}: cannot be read as {kind}: {first_line(error)}") from None
