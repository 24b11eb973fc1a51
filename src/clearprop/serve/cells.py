"""The cells of one column, as JSON or a frame has them, in the type of the column in training.

A cell is read by its column and by itself: what it becomes does not depend on the other rows. What
does not fit is collected, all of it, so that one answer can name every wrong cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.column import TRUTH, Column
from clearprop.data.spelling import parse_numbers
from clearprop.data.spelling.blanks import text_of
from clearprop.data.spelling.dates import parse_dates
from clearprop.data.spelling.numerals import sentinels
from clearprop.errors import as_float

__all__ = ["Cells", "read_cells"]

_FINITE = "a finite number"


@dataclass
class Cells:
    """One column that was read.

    Attributes
    ----------
    series
        ``(m,)`` of Float64, String or Datetime; null for an empty cell and for a wrong one.
    wrong
        The places of the wrong cells, from 0, each with what was expected.
    """

    series: pl.Series
    wrong: list[tuple[int, str]]


def read_cells(column: Column, values: Sequence[Any]) -> Cells:
    """Read the cells of a column: numbers, texts, true, false, and None for an empty one.

    Examples
    --------
    >>> cells = read_cells(Column("age", "numbers"), [7, "8.5", None, "x"])
    >>> cells.series.to_list(), cells.wrong
    ([7.0, 8.5, None, None], [(3, 'a number')])
    """
    cells = _READ[column.kind](column, values)
    cells.series = cells.series.alias(column.name)
    return cells


def _numbers(column: Column, values: Sequence[Any]) -> Cells:
    how, wrong = column.numerals, []
    mark = "%" if how.percent else how.unit
    expected = f"a number with {mark!r}, as in training" if mark else "a number"
    empty = set(sentinels(how)) if how.empty else set()
    found: list[float | None] = [None] * len(values)
    texts: list[int] = []
    for i, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, str):
            texts.append(i)
        elif isinstance(value, int | float):  # true and false are 1 and 0, as in a frame
            x = as_float(value) if type(value) is not bool else float(value)
            if not math.isfinite(x):
                wrong.append((i, _FINITE))
            elif x not in empty:
                found[i] = x
        else:
            wrong.append((i, expected))
    if texts:
        read, bad = parse_numbers(_text([values[i] for i in texts], texts, wrong), how)
        for i, x, is_bad in zip(texts, read.to_list(), bad.to_list(), strict=True):
            if is_bad:
                wrong.append((i, expected))
            elif x is not None and not math.isfinite(x):
                wrong.append((i, _FINITE))
            else:
                found[i] = x
    return Cells(pl.Series(found, dtype=pl.Float64), sorted(wrong))


def _text(texts: list[str], places: list[int], wrong: list[tuple[int, str]]) -> pl.Series:
    """The texts without outer blanks. One that is no whole characters is wrong, and null."""
    try:
        return text_of(pl.Series(texts, dtype=pl.String))
    except UnicodeEncodeError:
        kept: list[str | None] = []
        for i, text in zip(places, texts, strict=True):
            whole = not any("\ud800" <= c <= "\udfff" for c in text)
            kept.append(text if whole else None)
            if not whole:
                wrong.append((i, "text of whole characters"))
        return text_of(pl.Series(kept, dtype=pl.String))


def _categories(column: Column, values: Sequence[Any]) -> Cells:
    wrong: list[tuple[int, str]] = []
    found: list[str | None] = [None] * len(values)
    places = []
    for i, value in enumerate(values):
        if type(value) is bool:
            found[i] = column.truth[value]
            continue
        if isinstance(value, int | float) and column.codes:
            wrong.append((i, f"text, as in training, where {column.codes!r} is not the number"))
        elif isinstance(value, int | float):
            found[i] = _number_text(value)
            if found[i] is None:
                wrong.append((i, _FINITE))
        elif isinstance(value, str):
            found[i] = value
        elif value is not None:
            wrong.append((i, "a text"))
            continue
        places.append(i)
    texts = _text([found[i] or "" for i in places], places, wrong)
    if column.empty:
        texts = texts.set(texts.is_in(list(column.empty)), None)
    for i, text in zip(places, texts.to_list(), strict=True):
        found[i] = text
    return Cells(pl.Series(found, dtype=pl.String), sorted(wrong))


def _number_text(value: float) -> str | None:
    """A number as the text of a category; a whole one has no decimal point."""
    x = as_float(value)
    if not math.isfinite(x):
        return None
    if isinstance(value, int):
        return str(value)
    if x.is_integer() and abs(x) < 2.0**63:
        return str(int(x))
    text: str = pl.Series([x]).cast(pl.String)[0]
    return text


def _booleans(column: Column, values: Sequence[Any]) -> Cells:
    wrong: list[tuple[int, str]] = []
    found: list[str | None] = [None] * len(values)
    places = [i for i, value in enumerate(values) if isinstance(value, str)]
    texts = _text([values[i] for i in places], places, wrong).str.to_lowercase().to_list()
    for i, text in zip(places, texts, strict=True):
        found[i] = text
    for i, value in enumerate(values):
        if isinstance(value, int | float) and value in (0, 1):
            found[i] = TRUTH[bool(value)]
        elif isinstance(value, int | float) or not (value is None or isinstance(value, str)):
            wrong.append((i, "true or false"))
    return Cells(pl.Series(found, dtype=pl.String), sorted(wrong))


def _dates(column: Column, values: Sequence[Any]) -> Cells:
    assert column.dates is not None
    expected = "a date written as in training" if column.dates.has_month else "a time of day"
    wrong = [
        (i, expected)
        for i, value in enumerate(values)
        if not (value is None or isinstance(value, str))
    ]
    places = [i for i, value in enumerate(values) if isinstance(value, str)]
    texts = _text([values[i] for i in places], places, wrong)
    moments, bad = parse_dates(texts, column.dates)
    wrong += [(i, expected) for i, is_bad in zip(places, bad.to_list(), strict=True) if is_bad]
    found = np.full(len(values), np.datetime64("NaT", "us"))  # (m,)
    found[places] = moments.to_numpy()
    return Cells(pl.Series(found), sorted(wrong))


_READ: dict[str, Callable[[Column, Sequence[Any]], Cells]] = {
    "numbers": _numbers,
    "categories": _categories,
    "booleans": _booleans,
    "dates": _dates,
}
