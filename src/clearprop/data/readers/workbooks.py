"""Excel workbooks, read by Polars with fastexcel, which the extra ``excel`` brings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from clearprop.data.files import Content, first_line
from clearprop.data.frames import table_from_frame, tidy
from clearprop.data.numbering import without_row_numbers
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
    try:
        sheets = pl.read_excel(io.BytesIO(content.read()), sheet_id=0, engine="calamine")
    except ImportError:
        raise DataError(
            f"{source}: expected a table such as CSV or Parquet; got an Excel workbook: save it as "
            "CSV, or install what reads it: pip install 'clearprop[excel]'"
        ) from None
    except (Exception, pl.exceptions.PanicException) as error:
        raise DataError(f"{source}: cannot be read as Excel: {first_line(error)}") from None
    sheet, frame = next(iter(sheets.items()))
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
    notes = [] if len(sheets) == 1 else [Note("sheet", {"sheet": sheet, "sheets": len(sheets)})]
    notes += [] if note is None else [note]
    table = table_from_frame(frame, source, target, need_target, reading=reading)
    return replace(table, notes=(*table.notes, *notes))
