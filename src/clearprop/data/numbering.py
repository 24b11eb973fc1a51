"""Columns that number the rows, as programs write them beside a table."""

from __future__ import annotations

import re

import polars as pl

from clearprop.data.reading import Note

# pandas' index: without a name, "Unnamed: 0" once it was read back, and "__index_level_0__" in
# Parquet. R writes "X" or "...1" for the same.
_NAMES = re.compile(r"|Unnamed: ?0(?:\.\d+)?|__index_level_\d+__|\.\.\.1", re.IGNORECASE)


def without_row_numbers(frame: pl.DataFrame) -> tuple[pl.DataFrame, Note | None]:
    """Leave out the columns with which a program has numbered the rows.

    Parameters
    ----------
    frame
        With raw text or numbers.

    Returns
    -------
    The frame, and a note that names what was left out, or None.

    Examples
    --------
    >>> frame = pl.DataFrame({"Unnamed: 0": ["0", "1"], "a": ["5", "6"]})
    >>> frame, note = without_row_numbers(frame)
    >>> frame.columns, note.facts["columns"]
    (['a'], "'Unnamed: 0'")
    """
    found = [name for name in frame.columns if _NAMES.fullmatch(name) and _is_whole(frame[name])]
    if not found or len(found) == frame.width:
        return frame, None
    return frame.drop(found), Note("row-numbers", {"columns": ", ".join(map(repr, found))})


def _is_whole(series: pl.Series) -> bool:
    """Whether every value is a whole number. Some may be equal, if tables were put together."""
    if series.dtype == pl.String:
        series = series.cast(pl.Int64, strict=False)
    return series.dtype.is_integer() and not series.null_count()
