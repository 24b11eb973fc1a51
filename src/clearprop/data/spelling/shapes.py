"""What the shape of a text tells of the number in it: signs, marks, groups of digits."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from clearprop.data.spelling.marks import PERCENT, currency_of


@dataclass(frozen=True)
class Numeral:
    """What the shape of a text tells of the number in it.

    Attributes
    ----------
    start, stop
        Where the digits with their marks and exponent stand in the text.
    negative
        A minus sign, or parentheses as bookkeepers use them.
    enclosed
        The number stands in parentheses.
    mark
        What stands before or behind it: a currency, a percent sign, a unit. ``""``: nothing.
    decimal, thousands
        The marks that can only be this; ``""`` if there is none.
    either
        A mark that can be both, as in ``1,234``.
    measured
        It is written as a quantity: with a sign, a mark, or decimals. Codes are not.
    """

    start: int
    stop: int
    negative: bool
    enclosed: bool
    mark: str
    decimal: str
    thousands: str
    either: str
    measured: bool


# Zeros of other scripts: Arabic, Persian, N'Ko, Devanagari, Bengali, Gurmukhi, Gujarati, Oriya,
# Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian.
_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66),
    *(0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810),
)


def _normal_characters() -> dict[int, str]:
    """Characters that mean the same in a number, each with its ASCII twin."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width
    blanks = [0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x200B, 0xFEFF]
    table |= dict.fromkeys([*blanks, 0x200E, 0x200F, 0x61C, 0x2060], " ")
    table |= dict.fromkeys([0x2212, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0xFE63, 0x207B], "-")
    table |= dict.fromkeys([0x2019, 0x2018, 0x2BC, 0xB4, 0x2BB, 0x2B9], "'")
    table |= {0x66B: ".", 0x66C: ",", 0x60C: ",", 0x66A: "%", 0xFE6A: "%", 0xFE69: "$"}
    table |= {0x3002: ".", 0xFE52: ".", 0xFE50: ",", 0x3001: ",", 0xFE62: "+", 0xFFE5: "¥"}
    table |= {0xFFE1: "£", 0xFFE6: "₩", 0xFFE0: "¢", 0xFE59: "(", 0xFE5A: ")"}
    for zero in _ZEROS:
        table |= {zero + digit: str(digit) for digit in range(10)}
    return table


NORMAL: dict[int, str] = _normal_characters()
"""Characters that mean the same in a number, each with its ASCII twin."""

_SHAPES = NORMAL | dict.fromkeys(map(ord, "012345678"), "9")
_SHAPES |= {code: "9" for code, twin in NORMAL.items() if twin.isdigit()}

_SHAPE = re.compile(
    r"""\s* '? \s*
    (?P<open> \( )? \s* (?P<sign> [+-] )? \s*
    (?P<before> [^\d\s.,'()+\-_\#] [^\d()+\-]{0,9}? )? \s*
    (?P<open2> \( )? (?P<sign2> [+-] )? \s*
    (?P<body> (?: \d (?: [\d.,'_\ ]* \d )? \.? | [.,] \d+ ) (?: [eE] [+-]? \d+ )? ) \s*
    (?P<close2> \) )? \s*
    (?P<behind>
        [^\d\s.,'()+\-_\#] [^\d()+\-]{0,14}? | ['"] | (?: [a-z]{1,2} / )? [a-z]{1,2} 9
    )? \s*
    (?P<trailing> - )? \s* (?P<close> \) )? \s*
    """,
    re.VERBOSE,
)
# Groups of three, and those of India: 12,34,567.
_GROUPS = re.compile(r"\d{1,3}(?:(?P<mark>[.,'_ ])\d{3})(?:(?P=mark)\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
# No number that float64 can hold takes more characters, if it is written with reason.
_LONGEST = 400
_WORD = 12
_INFINITE = re.compile(r"(?P<sign>[+-]?)(?:inf|infinity|∞|1\.#inf)", re.IGNORECASE)


def normal(text: str) -> str:
    """A text with digits, signs and blanks in ASCII, character by character.

    Examples
    --------
    >>> normal("−１.5")
    '-1.5'
    """
    return text if text.isascii() else text.translate(NORMAL)


def shape_of(text: str) -> str:
    """A text like :func:`normal`, in which every digit is a 9.

    Examples
    --------
    >>> shape_of("-1.50 kg")
    '-9.99 kg'
    """
    return text.translate(_SHAPES)


def numeral(text: str, shape: str | None = None) -> Numeral | None:
    """What is written in a text, if that is one number; `shape` is :func:`shape_of`, if known.

    Examples
    --------
    >>> numeral("1.234,5").decimal, numeral("1,234").either, numeral("2A1")
    (',', ',', None)
    """
    if len(text) > _LONGEST:
        return None
    found = _numeral(shape_of(text) if shape is None else shape)
    if found is None:
        return None
    if found.mark.endswith("9"):  # m2 and m3 have one shape
        power = normal(text).strip()[-1]
        return _of_unit(found, found.mark[:-1] + power) if power in "23" else None
    if (found.either or found.thousands) and normal(text[found.start]) == "0":
        # No group of thousands begins with a zero.
        return None if found.thousands else _with_decimal(found)
    return found


@lru_cache(maxsize=1024)
def _with_decimal(found: Numeral) -> Numeral:
    return replace(found, decimal=found.either, either="")


@lru_cache(maxsize=1024)
def _of_unit(found: Numeral, unit: str) -> Numeral:
    return replace(found, mark=unit)


@lru_cache(maxsize=16384)
def _numeral(shape: str) -> Numeral | None:
    match = _SHAPE.fullmatch(shape)
    if match is None:
        return None
    part = match.groupdict("")
    before, behind = part["before"].strip(), part["behind"].strip()
    opened, closed = part["open"] + part["open2"], part["close"] + part["close2"]
    signs = part["sign"] + part["sign2"] + part["trailing"]
    if before and (behind or (currency_of(before) is None and before.casefold() not in PERCENT)):
        return None
    if len(opened) != len(closed) or len(opened) + len(signs) > 1:
        return None
    digits = re.split("[eE]", part["body"])[0]
    marks = _marks(digits)
    if marks is None:
        return None
    decimal, thousands, either = marks
    return Numeral(
        match.start("body"),
        match.end("body"),
        bool(opened) or "-" in signs,
        bool(opened),
        before or behind,
        decimal,
        thousands,
        either,
        bool(signs or opened or decimal or thousands or either),
    )


def _marks(digits: str) -> tuple[str, str, str] | None:
    """The decimal mark, the mark of thousands, and the one that can be either."""
    found = re.findall(r"[^\d]", digits)
    if not found:
        return "", "", ""
    first, last = found[0], found[-1]
    whole, _, decimals = digits.rpartition(last)
    if len(found) == 1:
        if last not in ".,":
            return ("", last, "") if _is_grouped(digits) else None
        return ("", "", last) if _is_grouped(digits) else (last, "", "")
    if len(set(found)) == 1:
        return ("", first, "") if _is_grouped(digits) else None
    if last not in ".," or found.count(last) > 1 or not decimals.isdigit():
        return None
    if len(set(found)) > 2 or not _is_grouped(whole):
        return None
    return last, first, ""


def _is_grouped(digits: str) -> bool:
    return (_GROUPS.fullmatch(digits) or _INDIAN.fullmatch(digits)) is not None


def endless(text: str) -> float:
    """The infinity that a text names; NaN for any other text.

    Examples
    --------
    >>> endless("-Infinity"), endless("infant")
    (-inf, nan)
    """
    found = _INFINITE.fullmatch(normal(text)) if len(text) < _WORD else None
    if found is None:
        return math.nan
    return -math.inf if found["sign"] == "-" else math.inf
