"""Columns of numbers that need no second look, at the price of one conversion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from clearprop.data.reading import Reading
from clearprop.data.spelling.markers import is_marker
from clearprop.data.spelling.numerals import PLAIN, SHORT, Numerals
from clearprop.data.spelling.shapes import numeral
from clearprop.data.spelling.survey import tally
from clearprop.data.spelling.verdicts import Recognised

# Numbers that may mean something else: codes of one length (007), dates (20240506), and groups of
# thousands (1.200 beside 950).
_WHOLE = re.compile(r"\d{3,}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})?")
# As many cells are looked at before all of them are.
_SAMPLE = 8
# A comma that separates no thousands.
_DECIMAL_COMMA = r"^[+-]?0?,|\d{4},|,\d{0,2}(?:[eE].*)?$|,\d{4}"


def plain_columns(
    frame: pl.DataFrame, reading: Reading, decimal: str = "."
) -> Iterator[tuple[str, Recognised | None]]:
    """The name of each column of a frame of String, and what :func:`plain_column` finds in it."""
    values = frame.select(pl.all().cast(pl.Float64, strict=False))
    for text, numbers in zip(frame.get_columns(), values.get_columns(), strict=True):
        yield text.name, plain_column(text, numbers, reading, decimal)


def plain_column(
    text: pl.Series, values: pl.Series, reading: Reading, decimal: str = "."
) -> Recognised | None:
    """Numbers as Python has them, and known markers; None for any other column.

    Columns with text that could mean something else are left out, too: codes with leading zeros,
    dates of eight digits, points that may separate thousands.

    Parameters
    ----------
    text
        ``(m,)`` of String without outer blanks; null is an empty cell.
    values
        The same as Float64, as Polars converts it.
    reading
        What was said about the columns.
    decimal
        The decimal mark of other columns. With a comma, points may separate thousands.

    Examples
    --------
    >>> text = pl.Series("a", ["1.5", "NA", None])
    >>> plain_column(text, text.cast(pl.Float64, strict=False), Reading()).markers
    {'NA': 1}
    >>> text = pl.Series("a", ["007", "042"])
    >>> plain_column(text, text.cast(pl.Float64, strict=False), Reading()) is None
    True
    """
    if text.name in reading.categories or any(map(numeral, reading.empty)):
        return None
    named = frozenset(word.casefold() for word in reading.empty)
    markers = _markers(text, values, named)
    if markers is None or _suspect(text, values, decimal):
        return None
    if markers and values.null_count() < text.null_count() + sum(markers.values()):
        values = values.fill_nan(None)
    how = Numerals(empty=_named(markers, reading)) if markers else PLAIN
    return Recognised("numbers", how, markers, values=values)


def _named(markers: Mapping[str, int], reading: Reading) -> tuple[str, ...]:
    named = {word.casefold() for word in reading.empty}
    return tuple(sorted(word for word in markers if word.casefold() in named))


def comma_columns(frame: pl.DataFrame, reading: Reading) -> Iterator[tuple[str, Recognised]]:
    """The columns of numbers that have decimal commas and no other marks.

    Parameters
    ----------
    frame
        Columns of String that are no plain numbers.
    reading
        What was said about the columns.

    Examples
    --------
    >>> frame = pl.DataFrame({"a": ["1,5", "NA"], "b": ["1,234", "5"], "c": ["1,5", "1.5"]})
    >>> [name for name, _ in comma_columns(frame, reading=Reading())]
    ['a']
    """
    commas = frame.select(pl.all().str.contains(_DECIMAL_COMMA).any()).row(0)
    points = frame.select(pl.all().str.contains(".", literal=True).any()).row(0)
    named = zip(frame.columns, commas, points, strict=True)
    left = frame.select([name for name, comma, point in named if comma and not point])
    values = left.select(
        pl.all().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    )
    for text, numbers in zip(left.get_columns(), values.get_columns(), strict=True):
        found = plain_column(text, numbers, reading, "")
        if found is not None:
            how = Numerals(decimal=",", empty=_named(found.markers, reading))
            cell = next((i, cell) for i, cell in enumerate(text) if cell and "," in cell)
            yield text.name, replace(found, how=how, settled=True, example=cell)


def _markers(text: pl.Series, values: pl.Series, named: frozenset[str]) -> dict[str, int] | None:
    """The texts that are no numbers, if all of them are markers; None if one is anything else."""
    nulls, total = values.null_count(), values.sum()
    if nulls == len(text):
        return None
    if nulls == text.null_count() and total == total:
        return {}
    if len(text) < SHORT:
        cells = zip(text.to_list(), values.to_list(), strict=True)
        odd = [cell for cell, x in cells if cell is not None and (x is None or x != x)]
        words = dict(Counter(odd))
    else:
        strange = text.filter((values.is_null() & text.is_not_null()) | values.is_nan())
        if not all(is_marker(word) or word.casefold() in named for word in strange.head(_SAMPLE)):
            return None
        words = tally(strange)
    return words if all(is_marker(word) or word.casefold() in named for word in words) else None


def _suspect(text: pl.Series, values: pl.Series, decimal: str) -> bool:
    """Whether the numbers may be codes, dates or groups of thousands."""
    step = len(text) // _SAMPLE + 1
    rows = [i for i in range(0, len(text), step) if (x := values[i]) is not None and x == x]
    sample = [text[i] for i in rows]
    if all(map(_WHOLE.fullmatch, sample)):
        return len(set(map(len, sample))) < 2 and _of_one_length(text)
    if not all(map(_GROUPED.fullmatch, sample)):
        return False
    return decimal == "," or (decimal == "." and _grouped(text))


def _of_one_length(text: pl.Series) -> bool:
    """Whether all numbers have the same length, and are codes or dates."""
    if len(text) < SHORT:
        cells = [cell for cell in text.to_list() if cell is not None and not is_marker(cell)]
        lengths = set(map(len, cells))
        return len(lengths) == 1 and (8 in lengths or any(cell[0] == "0" for cell in cells))
    text = text.filter(text.str.contains(r"^\d+$"))
    shortest, longest = text.str.len_bytes().min(), text.str.len_bytes().max()
    return bool(shortest == longest and (longest == 8 or text.str.starts_with("0").any()))


def _grouped(text: pl.Series) -> bool:
    """Whether some numbers have a point and some have none, and one with a point ends in a zero."""
    if len(text) < SHORT:
        cells = [cell for cell in text.to_list() if cell is not None]
        whole = [cell for cell in cells if "." not in cell]
        return (
            0 < len(whole) < len(cells)
            and any("." in cell and cell[-1] == "0" for cell in cells)
            and not all(map(is_marker, whole))
        )
    points = text.str.contains(".", literal=True)
    if points.all() or not points.any():
        return False
    return bool((points & text.str.ends_with("0")).any())
