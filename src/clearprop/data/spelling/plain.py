"""Columns of numbers that need no second look, at the price of one conversion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np
import polars as pl

from clearprop.data.reading import Reading
from clearprop.data.spelling.markers import is_marker
from clearprop.data.spelling.numerals import PLAIN, SHORT, Numerals
from clearprop.data.spelling.shapes import numeral
from clearprop.data.spelling.survey import tally
from clearprop.data.spelling.verdicts import Recognised
from clearprop.data.wide import as_floats, with_nan

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
) -> dict[str, Recognised | None]:
    """Numbers as Python has them, and known markers; None for any other column.

    Columns with text that could mean something else are left out, too: codes with leading zeros,
    dates of eight digits, points that may separate thousands.

    Parameters
    ----------
    frame
        Columns of String without outer blanks; null is an empty cell.
    reading
        What was said about the columns.
    decimal
        The decimal mark of other columns. With a comma, points may separate thousands.

    Examples
    --------
    >>> frame = pl.DataFrame({"a": ["1.5", "NA", None], "b": ["007", "042", "100"]})
    >>> found = plain_columns(frame, Reading())
    >>> found["a"].markers, found["b"]
    ({'NA': 1}, None)
    """
    return _plain(frame, as_floats(frame), reading, decimal)


def _plain(
    frame: pl.DataFrame, values: pl.DataFrame, reading: Reading, decimal: str
) -> dict[str, Recognised | None]:
    """As :func:`plain_columns`, of columns that Polars has converted to `values`."""
    found: dict[str, Recognised | None] = dict.fromkeys(frame.columns)
    if not (frame.width and frame.height) or any(map(numeral, reading.empty)):
        return found
    named = frozenset(word.casefold() for word in reading.empty)
    gone = np.array(values.null_count().row(0))  # (n,)
    clean = (gone == frame.null_count().row(0)) & ~with_nan(values)  # every text is a number
    rows = list(range(0, frame.height, frame.height // _SAMPLE + 1))
    texts = zip(*frame[rows].rows(), strict=True)
    seen = values[rows].to_numpy().T  # (n, rows)
    filled, finite = ~np.isnan(seen), np.isfinite(seen).any(axis=1).tolist()
    columns = zip(frame.columns, values.get_columns(), texts, strict=True)
    whole = filled.all(axis=1).tolist()
    for j, (name, numbers, cells) in enumerate(columns):
        if gone[j] == frame.height or name in reading.categories:
            continue
        if not finite[j] and _only_infinite(numbers):
            continue  # INF may be a word
        text = frame.to_series(j)
        markers = {} if clean[j] else _markers(text, numbers, named)
        sample = cells if whole[j] else tuple(compress(cells, filled[j]))
        if markers is None or _suspect(text, sample, decimal):
            continue
        if markers and gone[j] < text.null_count() + sum(markers.values()):
            numbers = numbers.fill_nan(None)
        how = Numerals(empty=_named(markers, reading)) if markers else PLAIN
        found[name] = Recognised("numbers", how, markers, values=numbers)
    return found


def _only_infinite(numbers: pl.Series) -> bool:
    return bool(numbers.is_infinite().any() and not numbers.is_finite().any())


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
    for name, found in _plain(left, values, reading, "").items():
        if found is not None:
            how = Numerals(decimal=",", empty=_named(found.markers, reading))
            cell = next((i, cell) for i, cell in enumerate(left[name]) if cell and "," in cell)
            yield name, replace(found, how=how, settled=True, example=cell)


def _markers(text: pl.Series, values: pl.Series, named: frozenset[str]) -> dict[str, int] | None:
    """The texts that are no numbers, if all of them are markers; None if one is anything else."""
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


def _suspect(text: pl.Series, sample: Sequence[str], decimal: str) -> bool:
    """Whether the numbers may be codes, dates or groups of thousands.

    `sample` are some of the texts that are numbers.
    """
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
