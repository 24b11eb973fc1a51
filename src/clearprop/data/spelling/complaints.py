"""Why a column could not be recognised, and what its reader can do."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from clearprop.data.spelling.styles import Clash
from clearprop.data.spelling.survey import Survey
from clearprop.data.spelling.verdicts import Undecided
from clearprop.data.table import count
from clearprop.errors import shown

# How many texts a sentence offers to read as empty cells.
_OFFERED = 3
# Longer texts nobody types.
_TYPED = 40


def stray(column: Survey, texts: Sequence[str], forced: bool) -> Undecided:
    """Texts among numbers that are no markers of the missing."""
    row, text = column.first(texts)
    words = texts if len(texts) <= _OFFERED and max(map(len, texts)) <= _TYPED else [text]
    empty = " ".join(f"--empty {shlex.quote(word)}" for word in sorted(words))
    it, them = ("it", "an empty cell") if len(words) == 1 else ("them", "empty cells")
    options = ["correct it"]
    if max(map(len, words)) <= _TYPED:
        options.append(f"read {it} as {them} ({empty})")
    return Undecided(
        row,
        text,
        _got("a number or an empty cell", column, texts),
        (*options, *_as_categories(column, forced)),
    )


def two_measures(column: Survey, one: Sequence[str], two: Sequence[str], forced: bool) -> Undecided:
    """Numbers that do not measure the same, such as 45% and 0.3."""
    (row, text), other = sorted((column.first(one), column.first(two)))
    return Undecided(
        row,
        text,
        f"expected numbers of one measure; got {shown(text)} and {shown(other[1])}",
        ("write all of them alike", *_as_categories(column, forced)),
        other,
    )


def clash(column: Survey, found: Clash, forced: bool) -> Undecided:
    """Marks that contradict each other, or that can be read in two ways."""
    cells = sorted(column.first(texts) for texts in found.groups)
    row, text = cells[0]
    if len(cells) > 1:
        return Undecided(
            row,
            text,
            f"expected one decimal mark and one mark of thousands; got {shown(text)} and "
            f"{shown(cells[1][1])}",
            ("write all numbers alike", *_as_categories(column, forced)),
            cells[1],
            found.open_mark,
        )
    mark = found.open_mark
    choice = {
        ",": "--decimal ',' or --thousands ','",
        ".": "--decimal . or --decimal ',' --thousands .",
    }[mark]
    return Undecided(
        row,
        text,
        f"the {'comma' if mark == ',' else 'point'} in {shown(text)} may be a decimal mark or "
        "separate thousands",
        (f"say which: {choice}", *_as_categories(column, forced)),
        open_mark=mark,
    )


def enclosed(column: Survey, texts: Sequence[str], forced: bool) -> Undecided:
    """Numbers that all stand in parentheses, with which bookkeepers write negative ones."""
    row, text = column.first(texts)
    return Undecided(
        row,
        text,
        f"every number stands in parentheses, such as {shown(text)}, which may make it negative",
        ("write them with a minus sign or without parentheses", *_as_categories(column, forced)),
    )


def no_date(column: Survey, texts: Sequence[str]) -> Undecided:
    """Texts among dates that are neither dates nor markers of the missing."""
    return replace(
        stray(column, texts, False), reason=_got("a date or an empty cell", column, texts)
    )


def no_day(column: Survey, texts: Sequence[str]) -> Undecided:
    """Texts that look like dates or times and name no day of the calendar or time of the clock."""
    reason = _got("a day of the calendar or a time of the clock", column, texts)
    return replace(stray(column, texts, False), reason=reason)


def two_dates(column: Survey, one: Sequence[str], two: Sequence[str]) -> Undecided:
    """Dates of which one half is not written as the other."""
    (row, text), other = sorted((column.first(one), column.first(two)))
    return Undecided(
        row,
        text,
        f"expected dates in one spelling; got {shown(text)} and {shown(other[1])}",
        _other_spelling(column),
        other,
    )


def open_order(column: Survey, texts: Sequence[str]) -> Undecided:
    """Dates in which day and month cannot be told apart."""
    row, text = column.first(texts)
    return Undecided(
        row,
        text,
        f"{shown(text)} is a date, but no row tells which number is the month",
        _other_spelling(column),
        open_mark="/",
    )


def two_digits(column: Survey, texts: Sequence[str]) -> Undecided:
    """Dates whose year has two digits."""
    row, text = column.first(texts)
    return Undecided(
        row,
        text,
        f"{shown(text)} is a date, but its year has two digits",
        _other_spelling(column),
    )


def _got(expected: str, column: Survey, texts: Sequence[str]) -> str:
    more = f" (and {count(len(texts) - 1, 'more text')})" if len(texts) > 1 else ""
    return f"expected {expected}; got {shown(column.first(texts)[1])}{more}"


def _other_spelling(column: Survey) -> tuple[str, ...]:
    name = shlex.quote(column.text.name)
    return (
        "write dates as 2024-05-06",
        f"leave the column out (--without {name})",
        *_as_categories(column, False),
    )


def _as_categories(column: Survey, forced: bool) -> tuple[str, ...]:
    if forced:
        return ()
    return (f"take the column as categories (--categories {shlex.quote(column.text.name)})",)
