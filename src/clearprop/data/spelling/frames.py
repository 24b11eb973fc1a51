"""What all columns of a table are, where one column explains another."""

from __future__ import annotations

import polars as pl

from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.spelling.numerals import PLAIN, Numerals
from clearprop.data.spelling.plain import plain_numbers
from clearprop.data.spelling.recognise import recognise
from clearprop.data.spelling.verdicts import Recognised, Undecided

# A point that cannot separate thousands.
_DECIMAL_POINT = r"^\D*(?:0?\.|\d{4,}\.|\d+\.(?:\d{0,2}|\d{4,})(?:[eE].*)?$)"


def recognise_frame(
    frame: pl.DataFrame, reading: Reading = AS_FOUND
) -> dict[str, Recognised | Undecided]:
    """What each column of a frame of text is.

    A mark that can be read in two ways, as in 1,234, means what it means in the other columns.

    Parameters
    ----------
    frame
        Columns of String without outer blanks; null is an empty cell.
    reading
        What was said about this table's columns.

    Examples
    --------
    >>> frame = pl.DataFrame({"people": ["1,234", "5,678"], "share": ["0.5", "0.25"]})
    >>> recognise_frame(frame)["people"].values.to_list()
    [1234.0, 5678.0]
    """
    frame = frame.select(pl.col(pl.String))
    plain = _plain(frame, reading)
    found: dict[str, Recognised | Undecided] = {}
    for text in frame.get_columns():
        values = plain.get(text.name)
        if values is None:
            found[text.name] = recognise(text, reading)
        else:
            found[text.name] = Recognised("numbers", PLAIN, values=values)
    marks = {
        verdict.how.decimal
        for verdict in found.values()
        if isinstance(verdict, Recognised) and verdict.settled and isinstance(verdict.how, Numerals)
    }
    is_open = any(
        isinstance(verdict, Undecided) and verdict.open_mark for verdict in found.values()
    )
    if not (is_open or "," in marks):
        return found
    if any(frame[name].str.contains(_DECIMAL_POINT).any() for name in plain):
        marks.add(".")
    if len(marks) == 1:
        hint = Numerals(decimal=marks.pop())
        found |= {
            name: recognise(frame[name], reading, hint)
            for name, verdict in found.items()
            if _may_change(verdict)
        }
    return found


def _plain(frame: pl.DataFrame, reading: Reading) -> dict[str, pl.Series]:
    if reading.empty:
        return {}
    plain = plain_numbers(frame.drop(reading.categories, strict=False), reading.decimal or ".")
    return {series.name: series for series in plain.get_columns()}


def _may_change(verdict: Recognised | Undecided) -> bool:
    if isinstance(verdict, Undecided):
        return bool(verdict.open_mark)
    return verdict.kind == "numbers" and not verdict.settled
