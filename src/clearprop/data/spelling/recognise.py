"""What a column of text is: numbers, categories, dates or booleans."""

from __future__ import annotations

import math
import re

import polars as pl

from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.spelling.complaints import clash, enclosed, stray, two_measures
from clearprop.data.spelling.marks import currency_of, measure_of, unit_of
from clearprop.data.spelling.moments import written
from clearprop.data.spelling.numerals import SHORT, Numerals, parse_numbers
from clearprop.data.spelling.plain import comma_columns, plain_columns
from clearprop.data.spelling.recognise_dates import long_column, recognise_dates
from clearprop.data.spelling.shaped import shaped, shapes_among
from clearprop.data.spelling.shapes import endless, normal, numeral
from clearprop.data.spelling.styles import Clash, Style, hint_of, style_of
from clearprop.data.spelling.survey import Survey, has_digit
from clearprop.data.spelling.verdicts import Recognised, Undecided

_NONZERO = frozenset("123456789")
# More different texts without a digit are neither markers nor Booleans.
_MANY = 1000
_POWER = re.compile(r"9(?=\s*$)")
# A number that needs no word about how it is written.
_PLAIN = re.compile(r"[+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?")


def recognise(
    text: pl.Series,
    reading: Reading = AS_FOUND,
    hint: Numerals | None = None,
    day_first: bool | None = None,
) -> Recognised | Undecided:
    """What a column of text is. The order of its rows does not matter.

    Parameters
    ----------
    text
        ``(m,)`` of String without outer blanks; null is an empty cell. Its name is the column's.
    reading
        What was said about this table's columns.
    hint
        How the numbers of other columns are written. It decides marks that can be read in two ways.
    day_first
        Whether 6/5/2024 is in May, if other columns tell.

    Examples
    --------
    >>> found = recognise(pl.Series("a", ["1,5", "-", "20,25"]))
    >>> found.kind, found.how.decimal, found.markers, found.values.to_list()
    ('numbers', ',', {'-': 1}, [1.5, None, 20.25])
    >>> recognise(pl.Series("a", ["1,234", "5,678"])).open_mark
    ','
    """
    hint = hint_of(reading) or hint
    plain = plain_columns(text.to_frame(), reading, hint.decimal if hint else ".")[text.name]
    if plain is None and len(text) >= SHORT:
        plain = dict(comma_columns(text.to_frame(), reading)).get(text.name)
    return plain or recognise_marked(text, reading, hint, day_first)


def recognise_marked(
    text: pl.Series,
    reading: Reading,
    hint: Numerals | None = None,
    day_first: bool | None = None,
) -> Recognised | Undecided:
    """As :func:`recognise`, by a look at each different text."""
    if text.name in reading.categories:
        return Recognised("categories", markers=Survey.of(text, reading).named)
    forced = text.name in reading.numbers
    if not forced and len(text) >= SHORT and (found := _at_a_glance(text, reading)) is not None:
        return found
    column = Survey.of(text, reading)
    if not column.numbers and not column.others:
        return _without_values(column)
    if not forced:
        words = {cell.casefold() for cell in (*column.numbers, *column.others, *column.markers)}
        if words <= {"true", "false"}:
            return Recognised("booleans", markers=column.named)
        dates = recognise_dates(column, day_first)
        if dates is not None:
            return dates
        if not column.numbers:
            return Recognised("categories", markers=column.named)
    elif not column.numbers:
        return stray(column, list(column.others), forced)
    verdict = _of_one_measure(column, forced)
    if not isinstance(verdict, Survey):
        return verdict
    column = verdict
    if forced and column.others:
        return stray(column, list(column.others), forced)
    levels = None if forced else _levels(column)
    return levels or _numbers(column, hint, forced)


def _at_a_glance(text: pl.Series, reading: Reading) -> Recognised | None:
    """A long column of dates in digits or of many texts that are no numbers; else None."""
    if text.str.contains(r"\d").any():
        dates = long_column(text, reading)
        if dates is not None:
            return dates
        shapes = shapes_among(shaped(text))
        if shapes is None or any(map(_may_have_values, shapes)):
            return None
    many = not reading.empty and text.n_unique() > _MANY
    return Recognised("categories") if many else None


def _may_have_values(shape: str) -> bool:
    """Whether some text of this shape may be a number or a date."""
    power = _POWER.sub("2", shape)  # 5 m2
    infinite = not math.isnan(endless(shape))
    return infinite or bool(written(shape) or numeral(shape) or numeral(power))


def _without_values(column: Survey) -> Recognised:
    words = {cell.casefold() for cell in column.markers}
    if len(words) > 1:  # answers such as none and unknown
        return Recognised("categories", markers=column.named)
    return Recognised("empty", markers=column.named | column.markers)


def _of_one_measure(column: Survey, forced: bool) -> Survey | Recognised | Undecided:
    """The column with numbers that are all bare, all in percent, in one currency or in one unit."""
    groups: dict[tuple[str, str], list[str]] = {}
    for cell in column.numbers:
        mark = column.mark(cell)
        measure = measure_of(mark)
        name = currency_of(mark) if measure == "currency" else unit_of(mark)
        groups.setdefault((measure, "" if measure == "percent" else name or ""), []).append(cell)
    measures = {measure for measure, _ in groups}
    if len(groups) == 2 and measures == {"bare", "percent"}:
        if not any(_NONZERO & set(normal(cell)) for cell in groups["bare", ""]):
            return column  # 0 is 0, with and without a percent sign
    elif len(groups) == 2 and measures == {"bare", "currency"}:
        return column
    elif len(groups) == 1:
        # Of an unknown suffix, 5x and 7x are levels; 1.5x is a quantity.
        quantity = column.measured or column.many or measures != {"suffix"}
        return column if forced or quantity else _few(column)
    sizes = {name: sum(column.numbers[cell] for cell in groups[name]) for name in groups}
    most, next_most = sorted(groups, key=lambda name: (-sizes[name], name))[:2]
    if forced or measures & {"percent", "currency"}:
        return two_measures(column, groups[most], groups[next_most], forced)
    if not column.many:
        return _few(column)
    bare = groups.get(("bare", ""), [])
    if not column.measured and any(cell[0] == "0" and cell[1:].isdecimal() for cell in bare):
        return column.only(bare)  # 042 beside 3d0
    if "unit" in measures:
        if sum(column.others.values()) > sum(column.numbers.values()):
            return _categories(column, "texts")  # 3fa9c beside 4453a and 72877
        return two_measures(column, groups[most], groups[next_most], forced)
    return column.only(groups[most])  # 12 beside 12A and 7C


def _levels(column: Survey) -> Recognised | Undecided | None:
    """Categories, if that is what numbers with other texts among them are; None for numbers."""
    if column.are_codes:
        return _categories(column, "codes")
    if not column.others:
        return None
    if not column.many:
        return _few(column)
    if len(column.others) == 1:
        ((word, cells),) = column.others.items()
        if cells > 1 and not has_digit(word):
            return None  # a marker that is not known
    elif sum(column.others.values()) > sum(column.numbers.values()):
        return _categories(column, "texts")
    return stray(column, list(column.others), forced=False)


def _few(column: Survey) -> Recognised:
    return _categories(column, "few")


def _categories(column: Survey, why: str) -> Recognised:
    example = column.first(column.others or column.numbers)
    return Recognised("categories", markers=column.named, why=why, example=example)


def _numbers(column: Survey, hint: Numerals | None, forced: bool) -> Recognised | Undecided:
    inside = [cell for cell, found in column.read.items() if found.enclosed]
    if len(inside) == len(column.numbers) and sum(map(column.texts_of, inside)) > 1:
        return enclosed(column, inside, forced)
    style = style_of(column.read, hint)
    if isinstance(style, Clash):
        return clash(column, style, forced)
    how = _how(column, style)
    values, bad = parse_numbers(column.text, how)
    if bad.any():
        return stray(column, sorted(set(column.text.filter(bad).to_list())), forced)
    marked = [
        cell
        for cell in column.read
        if not _PLAIN.fullmatch(cell) or (how.decimal == "," and "." in cell)
    ]
    return Recognised(
        "numbers",
        how,
        markers=column.named | column.markers | column.others,
        settled=style.settled,
        example=column.first(marked) if marked else None,
        values=values,
    )


def _how(column: Survey, style: Style) -> Numerals:
    marks = {found.mark for found in column.read.values()} - {""}
    by_measure = {
        measure: sorted(mark for mark in marks if measure_of(mark) == measure)
        for measure in ("percent", "currency", "unit", "suffix")
    }
    units = by_measure["unit"] + by_measure["suffix"]
    return Numerals(
        style.decimal or ".",
        style.thousands,
        percent=bool(by_measure["percent"]),
        currency=tuple(by_measure["currency"]),
        unit=units[0] if units else "",
        empty=tuple(sorted([*column.named, *column.others])),
    )
