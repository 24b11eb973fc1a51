"""Numbers as people write them: their marks, and the float that a text stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import polars as pl

from clearprop.data.spelling.markers import is_marker
from clearprop.data.spelling.marks import PERCENT, currency_of


@dataclass(frozen=True)
class Numerals:
    """How the numbers of a column are written.

    Parameters
    ----------
    decimal
        The decimal mark, ``"."`` or ``","``.
    thousands
        The mark between groups of digits: ``"."``, ``","``, ``" "``, ``"'"``, ``"_"``, or ``""`` if
        the column has none.
    percent
        Every number has a percent sign. The number is taken as it is written: 45% is 45.
    currency
        The marks of one currency, such as ``("$",)``. Numbers without one are read, too.
    unit
        What stands behind every number, such as ``"kg"``.
    empty
        The texts of this column that stand for an empty cell, beside those that are always
        known (:func:`~clearprop.data.spelling.markers.is_marker`).

    Examples
    --------
    >>> how = Numerals(decimal=",", thousands=".", currency=("€",))
    >>> Numerals.from_dict(how.to_dict()) == how
    True
    """

    decimal: str = "."
    thousands: str = ""
    percent: bool = False
    currency: tuple[str, ...] = ()
    unit: str = ""
    empty: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON has them; those that say nothing are left out."""
        fields = {**asdict(self), "currency": list(self.currency), "empty": list(self.empty)}
        plain = asdict(PLAIN)
        return {name: value for name, value in fields.items() if value not in (plain[name], [])}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Numerals:
        """The record that :meth:`to_dict` wrote."""
        texts = {name: tuple(fields[name]) for name in ("currency", "empty") if name in fields}
        return cls(**{**fields, **texts})


PLAIN = Numerals()
"""Numbers as Python writes them."""


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
    table |= dict.fromkeys([0x2019, 0x2018, 0x2BC, 0xB4, 0x60, 0x2BB, 0x2B9], "'")
    table |= {0x66B: ".", 0x66C: ",", 0x60C: ",", 0x66A: "%", 0xFE6A: "%", 0xFE69: "$"}
    table |= {0x3002: ".", 0xFE52: ".", 0xFE50: ",", 0x3001: ",", 0xFE62: "+", 0xFFE5: "¥"}
    table |= {0xFFE1: "£", 0xFFE6: "₩", 0xFFE0: "¢", 0xFE59: "(", 0xFE5A: ")"}
    for zero in _ZEROS:
        table |= {zero + digit: str(digit) for digit in range(10)}
    return table


_NORMAL = _normal_characters()
_DIGITS = {ord(digit): "9" for digit in "012345678"}

_SHAPE = re.compile(
    r"""\s* '? \s*
    (?P<open> \( )? \s* (?P<sign> [+-] )? \s*
    (?P<before> [^\d\s.,'()+\-_] [^\d()+\-]{0,9}? )? \s*
    (?P<open2> \( )? (?P<sign2> [+-] )? \s*
    (?P<body> (?: \d (?: [\d.,'_\ ]* \d )? \.? | [.,] \d+ ) (?: [eE] [+-]? \d+ )? ) \s*
    (?P<close2> \) )? \s*
    (?P<behind> [^\d\s.,'()+\-_] [^\d()+\-]{0,14}? | ['"] )? \s*
    (?P<trailing> - )? \s* (?P<close> \) )? \s*
    """,
    re.VERBOSE,
)
# Groups of three, and those of India: 12,34,567.
_GROUPS = re.compile(r"\d{1,3}(?:(?P<mark>[.,'_ ])\d{3})(?:(?P=mark)\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_INFINITE = re.compile(r"(?P<sign>[+-]?)(?:inf|infinity|∞|1\.#inf)", re.IGNORECASE)


def normal(text: str) -> str:
    """A text with digits, signs and blanks in ASCII, character by character.

    Examples
    --------
    >>> normal("−１.5")
    '-1.5'
    """
    return text if text.isascii() else text.translate(_NORMAL)


def numeral(text: str) -> Numeral | None:
    """What is written in a text, if that is one number; `text` is :func:`normal`.

    Examples
    --------
    >>> numeral("1.234,5").decimal, numeral("1,234").either, numeral("2A1")
    (',', ',', None)
    """
    found = _numeral(text.translate(_DIGITS))
    if found is not None and found.either and text[found.start] == "0":
        found = replace(found, decimal=found.either, either="")  # no group begins with a zero
    return found


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


def parse_numbers(text: pl.Series, how: Numerals) -> tuple[pl.Series, pl.Series]:
    """The numbers in a column of text.

    A cell is read in the column's own spelling. A cell in another spelling is read if it can mean
    only one number: ``1.5`` in a column with decimal commas and no points. No cell's number depends
    on the other cells.

    Parameters
    ----------
    text
        ``(m,)`` of String; null is an empty cell.
    how
        How the numbers are written.

    Returns
    -------
    values
        ``(m,)`` of Float64; null for an empty cell.
    bad
        ``(m,)`` of Boolean: cells that are neither a number nor empty.

    Examples
    --------
    >>> values, bad = parse_numbers(pl.Series(["1.200,5", "n/a", "x"]), Numerals(",", "."))
    >>> values.to_list(), bad.to_list()
    ([1200.5, None, None], [False, False, True])
    """
    values = _cast(text, how)
    left = values.is_null() & text.is_not_null()
    rows = left.arg_true()
    if not len(rows):
        return values, left
    cells = text.gather(rows).to_list()
    empty = frozenset(word.casefold() for word in how.empty)
    read = {cell: value_of(cell, how, empty) for cell in set(cells)}
    found = [read[cell] for cell in cells]
    values = values.scatter(rows, [None if x is None or math.isnan(x) else x for x in found])
    wrong = pl.Series(rows.filter(pl.Series([x is not None and math.isnan(x) for x in found])))
    bad = pl.repeat(False, len(text), eager=True).scatter(wrong, True)
    return values.alias(text.name), bad.alias(text.name)


def _cast(text: pl.Series, how: Numerals) -> pl.Series:
    """The cells that Polars can read, where it reads the same as :func:`value_of`; else null."""
    if how.percent or how.unit:
        return pl.repeat(None, len(text), dtype=pl.Float64, eager=True).alias(text.name)
    if any(numeral(normal(word)) for word in how.empty):
        is_empty = text.str.to_lowercase().is_in([word.lower() for word in how.empty])
        text = text.set(is_empty, None)
    if how.decimal == ",":
        # With a point beside, or more than one comma, the cell is left to `value_of`.
        plain = text.set(text.str.contains(".", literal=True), None)
        text = plain.str.replace(",", ".", literal=True)
    return text.cast(pl.Float64, strict=False).fill_nan(None)


def value_of(cell: str, how: Numerals, empty: frozenset[str] = frozenset()) -> float | None:
    """The number of one cell: None for an empty cell, NaN for one that is no number.

    Examples
    --------
    >>> value_of("$1,200", Numerals(thousands=",", currency=("$",))), value_of("--", PLAIN)
    (1200.0, None)
    """
    if cell.casefold() in empty or is_marker(cell):
        return None
    text = normal(cell)
    found = numeral(text)
    if found is None:
        return endless(text)
    value = _value(text, found, how)
    return value if _fits(found.mark, value, how) else math.nan


def endless(text: str) -> float:
    """The infinity that a text names; NaN for any other text.

    Examples
    --------
    >>> endless("-Infinity"), endless("infant")
    (-inf, nan)
    """
    found = _INFINITE.fullmatch(text)
    if found is None:
        return math.nan
    return -math.inf if found["sign"] == "-" else math.inf


def _value(text: str, found: Numeral, how: Numerals) -> float:
    decimal, thousands = found.decimal, found.thousands
    if found.either == how.decimal:
        decimal = found.either
    elif found.either == how.thousands:
        thousands = found.either
    elif found.either:
        return math.nan  # 1,234 where points are decimal marks: 1234, or a decimal comma
    if decimal == how.thousands != "" or thousands == how.decimal:
        return math.nan
    digits = text[found.start : found.stop]
    if thousands:
        digits = digits.replace(thousands, "")
    value = float(digits.replace(",", "."))
    return -value if found.negative else value


def _fits(mark: str, value: float, how: Numerals) -> bool:
    """Whether a number with this mark belongs into the column."""
    if mark.casefold() in PERCENT:
        return how.percent
    if how.percent:
        return not mark and value == 0
    if how.unit:
        return mark.casefold() == how.unit.casefold()
    if mark and (currency := currency_of(mark)) is not None:
        return currency in {currency_of(known) for known in how.currency}
    return not mark
