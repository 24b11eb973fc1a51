"""Columns of plain numbers, found at the price of one conversion."""

from __future__ import annotations

import re

import polars as pl

# The numbers of a column that may be more than numbers: codes of one length (007), days (20240506),
# and groups of thousands (1.200 beside 950).
_WHOLE = re.compile(r"\d{3,}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})?")
# As many cells are looked at before all of them are.
_SAMPLE = 8


def plain_numbers(frame: pl.DataFrame, decimal: str = ".") -> pl.DataFrame:
    """The columns of a frame of String in which every filled cell is a number as Python has it.

    Columns with text that could mean something else are left out, too: codes with leading zeros,
    dates of eight digits, points that may separate thousands.

    Parameters
    ----------
    frame
        Columns of String without outer blanks; null is an empty cell.
    decimal
        The decimal mark of other columns. With a comma, points may separate thousands.

    Returns
    -------
    Their values as Float64; null for an empty cell.

    Examples
    --------
    >>> plain_numbers(pl.DataFrame({"a": ["1.5", None], "b": ["1,5", "2"], "c": ["007", "042"]}))
    shape: (2, 1)
    ...
    """
    values = frame.select(pl.col(pl.String).cast(pl.Float64, strict=False))
    total = values.sum().row(0)  # NaN is written in a text, or came of infinities
    kept = []
    for series, sum_ in zip(values.get_columns(), total, strict=True):
        text = frame[series.name]
        nulls = text.null_count()
        if (
            series.null_count() == nulls < len(text)
            and sum_ == sum_
            and not _suspect(text, decimal)
        ):
            kept.append(series)
    return pl.DataFrame(kept)


def _suspect(text: pl.Series, decimal: str) -> bool:
    n = len(text)
    sample = [cell for i in range(0, n, n // _SAMPLE + 1) if (cell := text[i]) is not None]
    if all(map(_WHOLE.fullmatch, sample)):
        return _one_length(text)
    if not all(map(_GROUPED.fullmatch, sample)):
        return False
    return decimal == "," or _grouped(text)


def _one_length(text: pl.Series) -> bool:
    """Whether all cells have the same length, and are codes or days."""
    lengths = text.str.len_bytes()
    shortest, longest = lengths.min(), lengths.max()
    if shortest != longest:
        return False
    return bool(longest == 8 or text.str.starts_with("0").any())


def _grouped(text: pl.Series) -> bool:
    """Whether some cells have a point, some have none, and one with a point ends in a zero."""
    pointed = text.str.contains(".", literal=True)
    if pointed.all() or not pointed.any():
        return False
    return bool((pointed & text.str.ends_with("0")).any())
