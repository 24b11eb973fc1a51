"""Dates and times of day as people write them, one text at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from clearprop.data.spelling.shapes import normal, shape_of

# In English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish and Russian.
_MONTHS = """
january januar janvier enero gennaio janeiro januari styczeń stycznia январь января jänner
february februar février fevrier febrero febbraio fevereiro februari luty lutego февраль февраля
march märz maerz mars marzo março marco maart marzec marca март марта mrz
april avril abril aprile kwiecień kwietnia апрель апреля
may mai mayo maggio maio mei maj maja май мая
june juni juin junio giugno junho czerwiec czerwca июнь июня
july juli juillet julio luglio julho lipiec lipca июль июля
august août aout agosto augustus augusti sierpień sierpnia август августа
september septembre septiembre settembre setembro wrzesień września сентябрь сентября
october oktober octobre octubre ottobre outubro październik października октябрь октября
november novembre noviembre novembro listopad listopada ноябрь ноября
december dezember décembre decembre diciembre dicembre dezembro grudzień grudnia декабрь декабря
"""


def _month_names() -> dict[str, int]:
    """The names of months and their beginnings from three letters on, with the month's number."""
    found: dict[str, set[int]] = {}
    for month, names in enumerate(_MONTHS.strip().splitlines(), start=1):
        for name in names.split():
            for end in range(3, len(name) + 1):
                found.setdefault(name[:end], set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


_MONTH_OF = _month_names()

_MORNING = ["上午", "早上", "凌晨", "午前", "오전"]
_AFTERNOON = ["下午", "晚上", "中午", "午後", "오후"]
_HALF = "|".join((*_MORNING, *_AFTERNOON))
_WEEKDAY = r"(?:\s*\(?(?:星期|周|週)?[一二三四五六日天月火水木金土](?:曜日)?\)?(?=\s|$))?"
_NAME = r"(?P<name>[^\W\d_]{3,10})"
_PREFIX = r"(?: [^\W\d_]{2,10} \.? ,? \s+ )?"  # a day of the week
_TIME = rf"""
    (?: (?P<half> {_HALF} ) \s* )? (?P<hour> \d{{1,2}} )
    (?: : (?P<minute> \d{{2}} ) (?: : (?P<second> \d{{2}} ) (?: [.,] (?P<fraction> \d+ ) )? )?
      | [hH] (?P<minute_h> \d{{2}} )
      | [时時点點시] \s*
        (?: (?P<minute_cjk> \d{{1,2}} ) [分분] \s* (?: (?P<second_cjk> \d{{1,2}} ) [秒초] )? )?
    )
    (?: \s* (?P<noon> [AaPp]\.?[Mm]\.? ) | \s* Uhr )?
    (?: \s* (?: Z | UTC | GMT | [+-]\d{{2}} (?: :?\d{{2}} )? ) )?
"""
TWO_DIGITS = "a/b/yy"
"""The spelling of a date in digits whose year has two. It cannot be read."""

# The ways to write a day, each by the order of its parts.
_DAYS = {
    "year-month-day": r"(?P<year>\d{4}) (?P<mark>[-/.]) (?P<month>\d{1,2}) (?P=mark) "
    r"(?P<day>\d{1,2})",
    "年月日": rf"(?P<year>\d{{4}}) \s* [年년] \s* (?P<month>\d{{1,2}}) \s* [月월] \s* "
    rf"(?P<day>\d{{1,2}}) \s* [日号號일] {_WEEKDAY}",
    "年月": r"(?P<year>\d{4}) \s* [年년] \s* (?P<month>\d{1,2}) \s* [月월]",
    "year-month": r"(?P<year>\d{4}) [-/] (?P<month>\d{1,2})",
    "a/b/year": r"(?P<a>\d{1,2}) (?P<mark>[-/.]) (?P<b>\d{1,2}) (?P=mark) (?P<year>\d{4})",
    TWO_DIGITS: r"(?P<a>\d{1,2}) (?P<mark>[-/.]) (?P<b>\d{1,2}) (?P=mark) (?P<yy>\d{2})",
    "month/year": r"(?P<month>\d{1,2}) [-/] (?P<year>\d{4})",
    "day name year": rf"{_PREFIX} (?P<day>\d{{1,2}}) (?: st|nd|rd|th|\. )? [\s-]* (?: de \s+ )? "
    rf"{_NAME} \.? ,? (?: \s+ de )? [\s-]* (?: (?P<year>\d{{4}}) | (?P<yy>\d{{2}}) )",
    "name day year": rf"{_PREFIX} {_NAME} \.? \s* (?P<day>\d{{1,2}}) (?: st|nd|rd|th )? "
    r"(?: ,\s* | \s+ ) (?P<year>\d{4})",
    "year name day": rf"(?P<year>\d{{4}}) [\s-]* {_NAME} [\s-]* (?P<day>\d{{1,2}})",
    "name year": rf"{_NAME} \.? ,? [\s-]+ (?P<year>\d{{4}})",
    "yyyymmdd": r"(?P<year>\d{4}) (?P<month>\d{2}) (?P<day>\d{2})",
}
WITHOUT_DAY: frozenset[str] = frozenset({"年月", "year-month", "month/year", "name year"})
"""The spellings of a month."""

_BETWEEN = r"(?: [T\s] \s* | ,\s* )"
_PATTERNS = {
    **{
        name: re.compile(rf"{day} (?: (?: {_BETWEEN} | (?={_HALF}) ) {_TIME} )?", re.VERBOSE)
        for name, day in _DAYS.items()
    },
    "time": re.compile(_TIME, re.VERBOSE),
}
_LIKELY = re.compile(r"\d(?:\d{3}|.?[-/.:hH时時点點시：]|\D*\d\d)")
# No date takes more characters.
_LONGEST = 60


@dataclass(frozen=True)
class Written:
    """How a text writes a date or a time of day.

    Attributes
    ----------
    spelling
        The order of its parts: a name in the table of patterns.
    mark
        What stands between the parts of a date in digits; else ``""``.
    has_time
        A time of day stands in it.
    a, b
        The first two numbers where they are day and month, in either order; else 0.
    """

    spelling: str
    mark: str
    has_time: bool
    a: int
    b: int


def written(text: str) -> Written | None:
    """How a text writes a date or a time of day; None if it writes none.

    Examples
    --------
    >>> written("2024-05-06T12:30").spelling, written("6.5.2024").mark, written("6 of 9")
    ('year-month-day', '.', None)
    """
    found = _match(text)
    if found is None:
        return None
    spelling, match = found
    part = match.groupdict()
    return Written(
        spelling,
        part.get("mark") or "",
        part["hour"] is not None,
        int(part.get("a") or 0),
        int(part.get("b") or 0),
    )


def may_be_date(text: str) -> bool:
    """Whether a look at a text does not rule out a date or a time; cheaper than :func:`written`.

    Examples
    --------
    >>> may_be_date("May 2024"), may_be_date("room 5")
    (True, False)
    """
    return len(text) <= _LONGEST and _LIKELY.search(text) is not None


def moment(text: str, day_first: bool | None) -> datetime | None:
    """The date and time in a text; None where the calendar or the clock has none.

    A time of day alone is one of 1 January 1970. An offset from UTC is left out: the time is what a
    clock on the wall showed.

    Parameters
    ----------
    text
        One that :func:`written` knows.
    day_first
        Whether 6/5/2024 is in May; None if that is not known. 6.5.2024 is, unless this is False.

    Examples
    --------
    >>> moment("下午 3:20", None).hour, moment("2024-02-30", None)
    (15, None)
    """
    found = _match(text)
    if found is None:
        return None
    spelling, match = found
    part = match.groupdict()
    year, month, day = 1970, 1, 1
    if spelling != "time":
        if spelling == TWO_DIGITS:
            return None
        year = int(part["year"]) if part["year"] else _year_of(int(part["yy"]))
        if spelling == "a/b/year":
            if day_first is None and part["mark"] != ".":
                return None
            day, month = int(part["a"]), int(part["b"])
            if day_first is False:
                day, month = month, day
        else:
            month = _MONTH_OF[part["name"].casefold()] if part.get("name") else int(part["month"])
            day = int(part.get("day") or 1)
    try:
        return datetime(year, month, day) + _clock(part)
    except (ValueError, OverflowError):
        return None


def _year_of(two_digits: int) -> int:
    """The year of a date with a month's name and two digits, as POSIX has it: 69 is 1969."""
    return two_digits + (1900 if two_digits > 68 else 2000)


def _clock(part: dict[str, str | None]) -> timedelta:
    """The time since midnight. Raises ValueError for one that no clock shows."""
    if part["hour"] is None:
        return timedelta()
    hour = int(part["hour"])
    minute = int(part["minute"] or part["minute_h"] or part["minute_cjk"] or 0)
    second = int(part["second"] or part["second_cjk"] or 0)
    half = part["half"] or (part["noon"] or "").replace(".", "").casefold()
    if half in (*_MORNING, "am") and hour == 12:
        hour = 0
    if half in (*_AFTERNOON, "pm") and hour < 12:
        hour += 12
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and minute + second > 0):
        raise ValueError
    fraction = round(float(f"0.{part['fraction'] or 0}") * 1e6)
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _match(text: str) -> tuple[str, re.Match[str]] | None:
    if len(text) > _LONGEST:
        return None
    spelling = _spelling(shape_of(text))
    if spelling is None:
        return None
    match = _PATTERNS[spelling].fullmatch(normal(text).strip())
    return None if match is None else (spelling, match)


@lru_cache(maxsize=16384)
def _spelling(shape: str) -> str | None:
    """The name of the pattern that a text of this shape follows."""
    if "9" not in shape:
        return None
    for name, pattern in _PATTERNS.items():
        match = pattern.fullmatch(shape.strip())
        if match is not None:
            month = match.groupdict().get("name")
            if month is None or month.casefold() in _MONTH_OF:
                return name
    return None
