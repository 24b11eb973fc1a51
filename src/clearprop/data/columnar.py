"""Parquet and Arrow files. A damaged file is refused before Polars could stop the interpreter."""

from __future__ import annotations

import io
from dataclasses import replace

import polars as pl

from clearprop.data.files import Content, first_line
from clearprop.data.frames import table_from_frame, tidy
from clearprop.data.numbering import without_row_numbers
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError


def read_parquet(
    content: Content, target: str | None, need_target: bool, reading: Reading
) -> Table:
    """Read a Parquet file; parameters, result and errors as in `clearprop.data.read`."""
    return _read(content, "Parquet", target, need_target, reading)


def read_arrow(content: Content, target: str | None, need_target: bool, reading: Reading) -> Table:
    """Read an Arrow (Feather) file; parameters, result and errors as in `clearprop.data.read`."""
    return _read(content, "Arrow", target, need_target, reading)


def _read(
    content: Content, kind: str, target: str | None, need_target: bool, reading: Reading
) -> Table:
    source = content.name
    raw = content.read()
    read = pl.read_parquet if kind == "Parquet" else pl.read_ipc
    try:
        frame = read(io.BytesIO(raw))
    except (Exception, pl.exceptions.PanicException) as error:
        # The parser may raise any type of error on a damaged file.
        raise DataError(f"{source}: cannot be read as {kind}: {first_line(error)}") from None
    if frame.height == 0:
        raise DataError(f"{source}: holds no rows")
    frame, note = without_row_numbers(tidy(frame, source))
    table = table_from_frame(frame, source, target, need_target)
    notes = table.notes if note is None else (*table.notes, note)
    return replace(table, reading=reading, notes=notes)
