"""Whether a column of text holds dates, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from clearprop.data.spelling.complaints import no_date, no_day, open_order, two_dates, two_digits
from clearprop.data.spelling.dates import Dates, dates_of, parse_dates
from clearprop.data.spelling.moments import (
    TWO_DIGITS,
    WITHOUT_DAY,
    Written,
    may_be_date,
    moment,
    written,
)
from clearprop.data.spelling.survey import Survey, has_digit, tally
from clearprop.data.spelling.verdicts import Recognised, Undecided

# Beside more different dates than this, one repeated word stands for an empty cell.
_FEW = 10
# A column of numbers of eight digits is dates if all of them lie in these years.
_YEARS = range(1900, 2101)


def recognise_dates(column: Survey) -> Recognised | Undecided | None:
    """The dates of a column, or why they cannot be read; None if it holds something else.

    Examples
    --------
    >>> import polars as pl
    >>> from clearprop.data.reading import Reading
    >>> text = pl.Series("day", ["6.5.2024", "n/a", "24.12.2024"])
    >>> recognise_dates(Survey.of(text, Reading())).markers
    {'n/a': 1}
    """
    if not column.others:
        return _of_eight_digits(column)
    texts = column.numbers | column.others
    if not any(map(may_be_date, column.others)):
        return None
    spelled = {text: found for text in texts if (found := written(text)) is not None}
    rest = [text for text in texts if text not in spelled]
    if not spelled or not rest:
        return _settled(column, spelled, ()) if spelled else None
    many = len(spelled) > _FEW
    if many and len(rest) == 1 and texts[rest[0]] > 1 and not has_digit(rest[0]):
        return _settled(column, spelled, tuple(rest))  # a marker that is not known
    if many and sum(texts[text] for text in spelled) > sum(texts[text] for text in rest):
        return no_date(column, rest)
    return None


def _of_eight_digits(column: Survey) -> Recognised | Undecided | None:
    if any(len(text) != 8 or not text.isdecimal() for text in column.numbers):
        return None
    for text in tally(column.text):
        if text in column.named or text in column.markers:
            continue
        found = moment(text, None)
        if found is None or found.year not in _YEARS:
            return None
    return _recognised(column, Dates(), ())


def _settled(
    column: Survey, spelled: Mapping[str, Written], words: tuple[str, ...]
) -> Recognised | Undecided | None:
    kinds: dict[str, list[str]] = {}
    for text, found in spelled.items():
        kinds.setdefault(_kind(found), []).append(text)
    if list(kinds) == [TWO_DIGITS]:
        # Other numbers in this form are versions and the like.
        small = all(max(found.a, found.b) < 32 for found in spelled.values())
        return two_digits(column, list(spelled)) if small else None
    if len(kinds) > 1:
        return two_dates(column, *sorted(kinds.values(), key=len)[-2:])
    (kind,) = kinds
    day_first = None
    numeric = {text: found for text, found in spelled.items() if found.a}
    if numeric:
        first = [text for text, found in numeric.items() if found.a > 12]
        second = [text for text, found in numeric.items() if found.b > 12]
        if 2 * len(set(first) & set(second)) > len(numeric):
            return None  # parts of a code, such as 55-44-3333
        if first and second:
            return two_dates(column, first, second)
        slashes = [text for text, found in numeric.items() if found.mark != "."]
        if slashes and not first and not second:
            open_ = [text for text in slashes if numeric[text].a != numeric[text].b]
            if open_:
                return open_order(column, open_)
        day_first = not second
    how = Dates(kind == "day", kind != "time", day_first=day_first)
    return _recognised(column, how, words)


def _kind(found: Written) -> str:
    if found.spelling in (TWO_DIGITS, "time"):
        return found.spelling
    return "month" if found.spelling in WITHOUT_DAY else "day"


def _recognised(column: Survey, how: Dates, words: tuple[str, ...]) -> Recognised | Undecided:
    how = replace(how, empty=tuple(sorted([*column.named, *words])))
    moments, bad = parse_dates(column.text, how)
    if bad.any():
        return no_day(column, list(tally(column.text.filter(bad))))
    how = replace(how, has_time=not how.has_month or dates_of(moments).has_time)
    markers = column.named | column.markers | {word: column.others[word] for word in words}
    example = column.first(column.numbers | column.others)
    return Recognised("dates", how, markers, example=example, values=moments)
