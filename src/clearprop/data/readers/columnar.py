"""Parquet and Arrow files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearprop.data.files import Content
from clearprop.data.frames import table_from_frame, tidy
from clearprop.data.numbering import without_row_numbers
from clearprop.data.readers.apart import read_apart
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError


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
    frame = read_apart(content, kind).frame
    if frame.height == 0:
        raise DataError(f"{source}: holds no rows")
    frame, note = without_row_numbers(tidy(frame, source))
    table = table_from_frame(frame, source, target, need_target, reading=reading)
    notes = table.notes if note is None else (*table.notes, note)
    return replace(table, notes=notes)
