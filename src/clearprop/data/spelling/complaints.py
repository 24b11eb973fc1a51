"""Why a column could not be recognised, and what its reader can do."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from clearprop.data.spelling.styles import Clash
from clearprop.data.spelling.survey import Survey
from clearprop.data.spelling.verdicts import Undecided

# How many texts a sentence offers to read as empty cells.
_OFFERED = 3


def stray(column: Survey, texts: Sequence[str], forced: bool) -> Undecided:
    """Texts among numbers that are no markers of the missing."""
    row, text = column.first(texts)
    more = f" (and {len(texts) - 1} more texts)" if len(texts) > 1 else ""
    words = texts if len(texts) <= _OFFERED else [text]
    empty = " ".join(f"--empty {shlex.quote(word)}" for word in sorted(words))
    it, them = ("it", "an empty cell") if len(words) == 1 else ("them", "empty cells")
    options = ["correct it", f"read {it} as {them} ({empty})"]
    return Undecided(
        row,
        text,
        f"expected a number or an empty cell; got {text!r}{more}",
        (*options, *_as_categories(column, forced)),
    )


def two_measures(column: Survey, one: Sequence[str], two: Sequence[str], forced: bool) -> Undecided:
    """Numbers that do not measure the same, such as 45% and 0.3."""
    (row, text), other = sorted((column.first(one), column.first(two)))
    return Undecided(
        row,
        text,
        f"expected numbers of one measure; got {text!r} and {other[1]!r}",
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
            f"expected one decimal mark and one mark of thousands; got {text!r} and "
            f"{cells[1][1]!r}",
            ("write all numbers alike", *_as_categories(column, forced)),
            cells[1],
        )
    mark, other = found.open_mark, "." if found.open_mark == "," else ","
    return Undecided(
        row,
        text,
        f"the {'comma' if mark == ',' else 'point'} in {text!r} may be a decimal mark or separate "
        "thousands",
        (
            f"say which: --decimal '{mark}' or --thousands '{mark}'"
            + (f" --decimal '{other}'" if mark == "." else ""),
            *_as_categories(column, forced),
        ),
        open_mark=mark,
    )


def enclosed(column: Survey, texts: Sequence[str], forced: bool) -> Undecided:
    """Numbers that all stand in parentheses, with which bookkeepers write negative ones."""
    row, text = column.first(texts)
    return Undecided(
        row,
        text,
        f"every number stands in parentheses, such as {text!r}, which may make it negative",
        ("write them with a minus sign or without parentheses", *_as_categories(column, forced)),
    )


def _as_categories(column: Survey, forced: bool) -> tuple[str, ...]:
    if forced:
        return ()
    return (f"take the column as categories (--categories {shlex.quote(column.text.name)})",)
