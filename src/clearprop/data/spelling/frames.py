"""What all columns of a table are, where one column explains another."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.spelling.blanks import texts_of
from clearprop.data.spelling.dates import Dates
from clearprop.data.spelling.numerals import Numerals
from clearprop.data.spelling.plain import comma_columns, plain_columns
from clearprop.data.spelling.recognise import recognise, recognise_marked
from clearprop.data.spelling.styles import hint_of
from clearprop.data.spelling.verdicts import Recognised, Undecided

# Columns with a comma in their first cells are tried as numbers with decimal commas, all at once.
_SAMPLE = 8
# A point that cannot separate thousands.
_DECIMAL_POINT = r"^\D*(?:0?\.|\d{4,}\.|\d+\.(?:\d{0,2}|\d{4,})(?:[eE].*)?$)"


def recognise_frame(
    frame: pl.DataFrame, reading: Reading = AS_FOUND
) -> dict[str, Recognised | Undecided]:
    """What each column of a frame of text is.

    A mark that can be read in two ways, as in 1,234, means what it means in the other columns. So
    do the numbers of 6/5/2024.

    Parameters
    ----------
    frame
        Columns of String; a cell that is null or blank is empty.
    reading
        What was said about this table's columns.

    Examples
    --------
    >>> frame = pl.DataFrame({"people": ["1,234", "5,678"], "share": ["0.5", "0.25"]})
    >>> recognise_frame(frame)["people"].values.to_list()
    [1234.0, 5678.0]
    """
    hint = hint_of(reading)
    decimal = hint.decimal if hint else "."
    # Most columns of numbers have no outer blanks, so blanks are dropped from the others alone.
    plain = plain_columns(frame, reading, decimal)
    others = [name for name, found in plain.items() if found is None]
    stripped = texts_of(frame.select(others)).get_columns() if others else []
    changed = [text for text in stripped if not _same(text, frame[text.name])]
    plain |= plain_columns(pl.DataFrame(changed), reading, decimal) if changed else {}
    texts = dict(zip(frame.columns, frame.get_columns(), strict=True))
    texts |= {text.name: text for text in stripped}
    left = [text for text in stripped if plain[text.name] is None]
    commas = [text for text in left if any("," in cell for cell in text.head(_SAMPLE) if cell)]
    quick = dict(comma_columns(pl.DataFrame(commas), reading)) if commas else {}
    found = {
        name: plain[name] or quick.get(name) or recognise_marked(text, reading, hint)
        for name, text in texts.items()
    }
    points = [texts[name] for name, verdict in plain.items() if verdict is not None]
    return found | _explained(texts, reading, found, points)


def _same(one: pl.Series, two: pl.Series) -> bool:
    return bool(one.eq_missing(two).all())


def _explained(
    texts: Mapping[str, pl.Series],
    reading: Reading,
    found: Mapping[str, Recognised | Undecided],
    points: list[pl.Series],
) -> dict[str, Recognised | Undecided]:
    """The columns with marks that could be read in two ways, as the others explain them.

    `points` are those that are read as they are, with decimal points if any.
    """
    settled = [
        verdict.how
        for verdict in found.values()
        if isinstance(verdict, Recognised) and verdict.settled
    ]
    unclear = {verdict.open_mark for verdict in found.values() if isinstance(verdict, Undecided)}
    orders = {how.day_first for how in settled if isinstance(how, Dates)}
    day_first = orders.pop() if len(orders) == 1 else None
    marks = {how.decimal for how in settled if isinstance(how, Numerals)}
    hint = None
    if hint_of(reading) is None and (unclear & {",", "."} or "," in marks):
        if any(text.str.contains(_DECIMAL_POINT).any() for text in points):
            marks.add(".")
        hint = Numerals(decimal=marks.pop()) if len(marks) == 1 else None
    return {
        name: recognise(texts[name], reading, hint, day_first)
        for name, verdict in found.items()
        if _may_change(verdict, hint, day_first)
    }


def _may_change(
    verdict: Recognised | Undecided, hint: Numerals | None, day_first: bool | None
) -> bool:
    if isinstance(verdict, Undecided):
        known = day_first if verdict.open_mark == "/" else hint
        return bool(verdict.open_mark) and known is not None
    comma = hint is not None and hint.decimal == ","
    return comma and verdict.kind == "numbers" and not verdict.settled
