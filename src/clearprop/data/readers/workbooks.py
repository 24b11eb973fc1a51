"""Excel workbooks, read by Polars and fastexcel, which the extra ``excel`` brings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from clearprop.data.archives import beyond, unpacked_bound
from clearprop.data.files import Content
from clearprop.data.frames import table_from_frame, tidy
from clearprop.data.numbering import without_row_numbers
from clearprop.data.readers.apart import read_apart
from clearprop.data.reading import Note, Reading
from clearprop.data.table import Table
from clearprop.errors import DataError


def read_excel(
    content: Content, target: str | Sequence[str] | None, need_target: bool, reading: Reading
) -> Table:
    """Read the first sheet of a workbook; parameters as in `clearprop.data.read`.

    Raises
    ------
    DataError
        If fastexcel is not installed, for a damaged workbook, an empty sheet, or a column without
        a name.
    """
    source = content.name
    _check_sizes(content)
    try:
        frame, facts = read_apart(content, "Excel")
    except ImportError:
        raise DataError(
            f"{source}: expected a table such as CSV or Parquet; got an Excel workbook: save it as "
            "CSV, or install what reads it: pip install 'clearprop[excel]'"
        ) from None
    sheet = facts["sheet"]
    if not frame.height:
        raise DataError(f"{source}: the sheet {sheet!r} holds no rows")
    frame, note = without_row_numbers(tidy(frame, source))
    unnamed = [name for name in frame.columns if name.startswith("__UNNAMED__")]
    if unnamed:
        number = int(unnamed[0].removeprefix("__UNNAMED__")) + 1
        raise DataError(
            f"{source}: column {number} has no name; the first row of the sheet {sheet!r} must "
            "hold the names of the columns"
        )
    notes = [] if facts["sheets"] == 1 else [Note("sheet", facts)]
    notes += [] if note is None else [note]
    table = table_from_frame(frame, source, target, need_target, reading=reading)
    return replace(table, notes=(*table.notes, *notes))


def _check_sizes(content: Content) -> None:
    """Do nothing if the parts of a workbook are no larger than they may be."""
    with content.open() as file:
        most = unpacked_bound(file.seek(0, io.SEEK_END))
        with zipfile.ZipFile(file) as archive:  # it was opened before, to know the format
            if max(entry.file_size for entry in archive.infolist()) > most:
                raise DataError(f"{content.name}: {beyond(most)}")
