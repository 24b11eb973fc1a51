"""What all columns of a table are, where one column explains another."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.spelling.numerals import Numerals
from clearprop.data.spelling.plain import plain_columns
from clearprop.data.spelling.recognise import recognise, recognise_marked
from clearprop.data.spelling.styles import hint_of
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
    found: dict[str, Recognised | Undecided] = {}
    plain = []
    hint = hint_of(reading)
    for text, verdict in plain_columns(frame, reading, hint.decimal if hint else "."):
        found[text.name] = verdict or recognise_marked(text, reading, hint)
        if verdict is not None:
            plain.append(text)
    if hint is None:
        found |= _explained(frame, reading, found, plain)
    return found


def _explained(
    frame: pl.DataFrame,
    reading: Reading,
    found: Mapping[str, Recognised | Undecided],
    plain: list[pl.Series],
) -> dict[str, Recognised | Undecided]:
    """The columns with marks that could be read in two ways, as the others explain them."""
    marks = {
        verdict.how.decimal
        for verdict in found.values()
        if isinstance(verdict, Recognised) and verdict.settled and isinstance(verdict.how, Numerals)
    }
    is_open = any(
        isinstance(verdict, Undecided) and verdict.open_mark for verdict in found.values()
    )
    if not (is_open or "," in marks):
        return {}
    if any(text.str.contains(_DECIMAL_POINT).any() for text in plain):
        marks.add(".")
    if len(marks) != 1:
        return {}
    hint = Numerals(decimal=marks.pop())
    return {
        name: recognise(frame[name], reading, hint)
        for name, verdict in found.items()
        if _may_change(verdict)
    }


def _may_change(verdict: Recognised | Undecided) -> bool:
    if isinstance(verdict, Undecided):
        return bool(verdict.open_mark)
    return verdict.kind == "numbers" and not verdict.settled
