"""Whether a column of text holds dates, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from clearprop.data.reading import Reading
from clearprop.data.spelling.complaints import no_date, no_day, open_order, two_dates, two_digits
from clearprop.data.spelling.dates import Dates, dates_of, iso_moments, parse_dates
from clearprop.data.spelling.digits import dates_in_digits, moments_in_digits
from clearprop.data.spelling.markers import is_marker
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
# More different markers than this are none.
_WORDS = 50
# A column of numbers of eight digits is dates if all of them lie in these years.
_YEARS = range(1900, 2101)


def recognise_dates(column: Survey, day_first: bool | None = None) -> Recognised | Undecided | None:
    """The dates of a column, or why they cannot be read; None if it holds something else.

    `day_first` is what other columns tell of 6/5/2024.

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
        return _settled(column, spelled, (), day_first) if spelled else None
    many = len(spelled) > _FEW
    if many and len(rest) == 1 and texts[rest[0]] > 1 and not has_digit(rest[0]):
        return _settled(column, spelled, tuple(rest), day_first)  # a marker that is not known
    if many and sum(texts[text] for text in spelled) > sum(texts[text] for text in rest):
        return no_date(column, rest)
    return None


def long_column(text: pl.Series, reading: Reading) -> Recognised | None:
    """A long column of dates in digits, without a look at each text; None for others.

    It also is None where a look at each text has to decide.
    """
    moments, order = iso_moments(text), _Order(None, False)
    rows = _unread(text, moments)
    rest = text.gather(rows)
    if rest.n_unique() >= _WORDS and any(map(written, rest.head(_WORDS))):
        parts = dates_in_digits(rest)
        found = _order_in_digits(parts)
        if found is None:
            return None
        order = found
        moments = moments.scatter(rows, moments_in_digits(parts, order.day_first))
        rest = text.gather(_unread(text, moments))
    if moments.null_count() == len(text):
        return None
    named = {word.casefold() for word in reading.empty}
    words = tally(rest) if rest.n_unique() < _WORDS else {}
    if len(rest) and not (words and all(is_marker(w) or w.casefold() in named for w in words)):
        return None
    empty = tuple(sorted(word for word in words if word.casefold() in named))
    how = Dates(has_time=dates_of(moments).has_time, day_first=order.day_first, empty=empty)
    example = next((i, cell) for i, cell in enumerate(text) if cell and cell not in words)
    return Recognised("dates", how, words, order.settled, example=example, values=moments)


def _unread(text: pl.Series, moments: pl.Series) -> pl.Series:
    """The rows whose text has no moment yet."""
    return (moments.is_null() & text.is_not_null()).arg_true()


def _order_in_digits(parts: pl.DataFrame) -> _Order | None:
    """As :func:`_order`, of :func:`dates_in_digits`; None where it needs a look at each text."""
    numeric = parts.filter(pl.col("a").is_not_null())
    first, second = (bool((numeric[name] > 12).any()) for name in "ab")
    if first and second:
        return None
    if first or second:
        return _Order(not second, True)
    slashes = (numeric["mark"] != ".") & (numeric["a"] != numeric["b"])
    return None if slashes.any() else _Order(True if len(numeric) else None, False)


def _of_eight_digits(column: Survey) -> Recognised | Undecided | None:
    if any(len(text) != 8 or not text.isdecimal() for text in column.numbers):
        return None
    for text in tally(column.text):
        if text in column.named or text in column.markers:
            continue
        found = moment(text, None)
        if found is None or found.year not in _YEARS:
            return None
    return _recognised(column, Dates(), (), False)


def _settled(
    column: Survey,
    spelled: Mapping[str, Written],
    words: tuple[str, ...],
    day_first: bool | None,
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
    order = _order(column, spelled, day_first)
    if not isinstance(order, _Order):
        return order
    how = Dates(kind == "day", kind != "time", day_first=order.day_first)
    return _recognised(column, how, words, order.settled)


@dataclass(frozen=True)
class _Order:
    """Whether the day stands before the month, and whether the column itself shows it."""

    day_first: bool | None
    settled: bool


def _order(
    column: Survey, spelled: Mapping[str, Written], day_first: bool | None
) -> _Order | Undecided | None:
    numeric = {text: found for text, found in spelled.items() if found.a}
    first = [text for text, found in numeric.items() if found.a > 12]
    second = [text for text, found in numeric.items() if found.b > 12]
    if numeric and 2 * len(set(first) & set(second)) > len(numeric):
        return None  # parts of a code, such as 55-44-3333
    if first and second:
        return two_dates(column, first, second)
    if first or second:
        return _Order(not second, True)
    slashes = [text for text, found in numeric.items() if found.mark != "." and found.a != found.b]
    if slashes and day_first is None:
        return open_order(column, slashes)
    if slashes:
        return _Order(day_first, False)
    return _Order(True if numeric else None, False)


def _kind(found: Written) -> str:
    if found.spelling in (TWO_DIGITS, "time"):
        return found.spelling
    return "month" if found.spelling in WITHOUT_DAY else "day"


def _recognised(
    column: Survey, how: Dates, words: tuple[str, ...], settled: bool
) -> Recognised | Undecided:
    how = replace(how, empty=tuple(sorted([*column.named, *words])))
    moments, bad = parse_dates(column.text, how)
    if bad.any():
        return no_day(column, list(tally(column.text.filter(bad))))
    how = replace(how, has_time=not how.has_month or dates_of(moments).has_time)
    markers = column.named | column.markers | {word: column.others[word] for word in words}
    example = column.first(column.numbers | column.others)
    return Recognised("dates", how, markers, settled=settled, example=example, values=moments)
