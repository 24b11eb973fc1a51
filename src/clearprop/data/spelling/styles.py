"""Which mark is the decimal mark of a column, and which one separates thousands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clearprop.data.reading import Reading
from clearprop.data.spelling.marks import currency_of, groups_with_comma
from clearprop.data.spelling.numerals import Numerals
from clearprop.data.spelling.shapes import Numeral

_OTHER = {",": ".", ".": ","}


@dataclass(frozen=True)
class Style:
    """The marks of a column's numbers; ``""`` where none was seen.

    `settled`: a cell shows which mark is the decimal mark, so the column can explain others.
    """

    decimal: str
    thousands: str
    settled: bool


@dataclass(frozen=True)
class Clash:
    """Texts that contradict each other, or, with one group alone, can be read in two ways.

    `open_mark` is the mark that other columns may explain.
    """

    groups: tuple[tuple[str, ...], ...]
    open_mark: str = ""


def hint_of(reading: Reading) -> Numerals | None:
    """What the options say about marks that can be read in two ways.

    Examples
    --------
    >>> hint_of(Reading(thousands=",")).decimal, hint_of(Reading())
    ('.', None)
    """
    if reading.decimal is None and reading.thousands is None:
        return None
    return Numerals(reading.decimal or ".", reading.thousands or "")


def style_of(numbers: Mapping[str, Numeral], hint: Numerals | None) -> Style | Clash:
    """The style in which all texts of a column can be read.

    Parameters
    ----------
    numbers
        Each text with what is written in it.
    hint
        What other columns, or the options, say about marks that can be read in two ways.

    Examples
    --------
    >>> from clearprop.data.spelling.shapes import numeral
    >>> style_of({text: numeral(text) for text in ("1,234", "0.5")}, None)
    Style(decimal='.', thousands=',', settled=True)
    """
    decimals = _by_mark((found.decimal, text) for text, found in numbers.items())
    thousands = _by_mark((found.thousands, text) for text, found in numbers.items())
    either = _by_mark((found.either, text) for text, found in numbers.items())
    if clash := _contradiction(decimals, thousands):
        return clash
    decimal, grouping = "".join(decimals), "".join(thousands)
    settled = bool(decimals) or grouping in _OTHER
    if not decimal and grouping in _OTHER:
        decimal = _OTHER[grouping]
    if not decimal and either:
        choice = _decimal_of(numbers, either, hint)
        if isinstance(choice, Clash):
            return choice
        decimal = choice
    for mark, texts in either.items():
        if mark != decimal:
            if grouping not in ("", mark):
                return Clash((texts, thousands[grouping]))
            grouping = mark
    return Style(decimal, grouping, settled)


def _by_mark(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for mark, text in pairs:
        if mark:
            found.setdefault(mark, []).append(text)
    return {mark: tuple(found[mark]) for mark in sorted(found)}


def _contradiction(
    decimals: Mapping[str, tuple[str, ...]], thousands: Mapping[str, tuple[str, ...]]
) -> Clash | None:
    for uses in (decimals, thousands):
        if len(uses) > 1:
            return Clash(tuple(uses.values()))
    for mark in decimals:
        if mark in thousands:
            return Clash((decimals[mark], thousands[mark]))
    return None


def _decimal_of(
    numbers: Mapping[str, Numeral], either: Mapping[str, tuple[str, ...]], hint: Numerals | None
) -> str | Clash:
    """The decimal mark of a column in which every mark can be read in two ways."""
    if hint is not None:
        return hint.decimal
    if len(either) > 1:
        return Clash(tuple(either.values()), ",")
    ((mark, texts),) = either.items()
    grouped = _looks_grouped(numbers, texts)
    if mark == ",":
        # A comma without such signs is left open.
        dollars = all(groups_with_comma(numbers[text].mark) for text in texts)
        return "." if grouped or dollars else Clash((texts,), mark)
    # Programs write points with three decimals. They write no currencies, and not 1.200 beside 950.
    money = any(currency_of(numbers[text].mark) for text in texts)
    return Clash((texts,), mark) if grouped or money else "."


def _looks_grouped(numbers: Mapping[str, Numeral], texts: tuple[str, ...]) -> bool:
    """Whether 1,200 stands beside 950.

    Decimals of a fixed number would be there in both, and trimmed decimals do not end in a zero.
    """
    others = [text for text, found in numbers.items() if not found.either]
    small = [len(text[numbers[text].start : numbers[text].stop]) <= 3 for text in others]
    nonzero = any(set("123456789") & set(text) for text in others)
    return nonzero and all(small) and any(text[numbers[text].stop - 1] == "0" for text in texts)
