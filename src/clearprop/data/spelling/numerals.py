"""Numbers as people write them: their marks, and the float that a text stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.spelling.markers import is_marker
from clearprop.data.spelling.marks import PERCENT, currency_of, unit_of
from clearprop.data.spelling.shaped import values_of
from clearprop.data.spelling.shapes import Numeral, endless, normal, numeral, shape_of

# Columns with fewer rows are read sooner cell by cell than by Polars' calls.
SHORT = 2000


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


def casts(how: Numerals) -> bool:
    """Whether a text that Polars casts to a number is that number in this spelling.

    It is not in a column of percents or of a unit, where a number alone is another quantity, and
    where a number such as 999 stands for an empty cell.

    Examples
    --------
    >>> casts(Numerals(thousands=",")), casts(Numerals(",")), casts(Numerals(empty=("999",)))
    (True, False, False)
    """
    return how.decimal == "." and not _is_marked(how)


def _is_marked(how: Numerals) -> bool:
    return bool(how.percent or how.unit or any(map(numeral, how.empty)))


def sentinels(how: Numerals) -> list[float]:
    """The numbers that stand for an empty cell where the cells of a column are numbers already.

    Examples
    --------
    >>> sentinels(Numerals(empty=("-", "-999")))
    [-999.0]
    """
    values, _ = parse_numbers(pl.Series(how.empty, dtype=pl.String), replace(how, empty=()))
    return values.drop_nulls().to_list()


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
    if values.null_count() == text.null_count():
        return values, pl.Series(text.name, np.zeros(len(text), bool))
    reader = Reader(how)
    if len(text) < SHORT:
        cells = text.to_list()
        found = [None if cell is None else reader.value(cell) for cell in cells]
        wrong = [x is not None and x != x for x in found]
        if any(wrong):
            found = [None if x != x else x for x in found]
        return (
            pl.Series(text.name, found, dtype=pl.Float64),
            pl.Series(text.name, wrong, dtype=pl.Boolean),
        )
    rows = (values.is_null() & text.is_not_null()).arg_true()
    values = values.scatter(rows, _by_shape(text.gather(rows), how, reader))
    return values.fill_nan(None), values.is_nan().fill_null(False)


def _cast(text: pl.Series, how: Numerals) -> pl.Series:
    """The cells that Polars can read, where it reads the same as :class:`Reader`; else null."""
    comma = how.decimal == ","
    if _is_marked(how) or (comma and len(text) < SHORT):
        return pl.Series(text.name, [None], dtype=pl.Float64).new_from_index(0, len(text))
    if comma:
        # A cell with a point, or with more than one comma, is left to it.
        values = (
            text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).fill_nan(None)
        )
        return values.set(text.str.contains(".", literal=True), None)
    values = text.cast(pl.Float64, strict=False)
    total = values.sum()
    return values if total == total else values.fill_nan(None)


def _by_shape(text: pl.Series, how: Numerals, reader: Reader) -> pl.Series:
    """The numbers of a long column: cells of a sure shape all at once, the others by `reader`."""
    if any(map(numeral, how.empty)):
        values = pl.Series([None], dtype=pl.Float64).new_from_index(0, len(text))
    else:
        values = values_of(text, reader.plan)
    rows = values.is_null().arg_true()
    return values.scatter(rows, list(map(reader.value, text.gather(rows).to_list())))


class Reader:
    """The numbers of a column, cell by cell.

    Parameters
    ----------
    how
        How the numbers are written.

    Examples
    --------
    >>> reader = Reader(Numerals(thousands=",", currency=("$",)))
    >>> reader.value("$1,200"), reader.value("--"), reader.value("more")
    (1200.0, None, nan)
    """

    def __init__(self, how: Numerals) -> None:
        self._how = how
        self._empty = frozenset(word.casefold() for word in how.empty)
        self._currencies = {currency_of(mark) for mark in how.currency}
        # For each shape: where the digits begin and end, the mark between groups, and the sign.
        self._plans: dict[str, tuple[int, int, str, float]] = {}

    def value(self, cell: str) -> float | None:
        """The number of a cell: None for an empty cell, NaN for one that is no number."""
        if self._empty and cell.casefold() in self._empty:
            return None
        shape = shape_of(cell)
        plan = self._plans.get(shape)
        if plan is None:
            found = numeral(cell, shape)
            if found is None:
                return None if is_marker(cell) else endless(cell)
            plan = self.plan(cell, found)
            if not _depends_on_digits(found, cell):
                self._plans[shape] = plan
        start, stop, thousands, sign = plan
        if sign != sign:
            return sign
        digits = normal(cell)[start:stop]
        if thousands:
            digits = digits.replace(thousands, "")
        return sign * float(digits.replace(",", "."))

    def plan(self, cell: str, found: Numeral) -> tuple[int, int, str, float]:
        """Where the digits of a cell stand, the mark between groups, and the sign.

        The sign is NaN for a number that does not belong into the column.
        """
        how, decimal, thousands = self._how, found.decimal, found.thousands
        fits = self._takes(found.mark) or (how.percent and not found.mark and _is_zero(cell))
        if found.either == how.decimal:
            decimal = found.either
        elif found.either and found.either == how.thousands:
            thousands = found.either
        elif found.either:
            fits = False  # 1,234 where points are decimal marks: 1234, or a decimal comma
        if (decimal and decimal == how.thousands) or thousands == how.decimal:
            fits = False
        sign = math.nan if not fits else -1.0 if found.negative else 1.0
        return found.start, found.stop, thousands, sign

    def _takes(self, mark: str) -> bool:
        """Whether a number with this mark belongs into the column."""
        how = self._how
        if not mark:
            return not how.unit and not how.percent
        if how.percent or how.unit:
            percent = how.percent and mark.casefold() in PERCENT
            return percent or unit_of(mark) == unit_of(how.unit)
        currency = currency_of(mark)
        return currency is not None and currency in self._currencies


def _depends_on_digits(found: Numeral, cell: str) -> bool:
    """Whether another number of the same shape may have to be read in another way."""
    groups = found.either or found.thousands
    return bool(groups or normal(cell[found.start]) == "0" or normal(found.mark[-1:]) in "23")


def _is_zero(cell: str) -> bool:
    return not any(digit in "123456789" for digit in normal(cell))
