"""Ordinary rows as inputs, without a frame: a frame of one row costs more than the network.

Rows are ordinary where every cell is what training has prepared the network for. Of all others (a
value that was not seen, a number far outside, a blank to strip, a cell that does not fit) nothing
is said here: the encoder takes them, which warns, and the checks, which refuse. So this is no
second encoding. It gives the encoder's bits or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from clearprop.data.column import TRUTH, Column
from clearprop.data.encoding import Encoder
from clearprop.data.levels import Levels
from clearprop.data.spelling.dates import moment_of, parts_of
from clearprop.data.spelling.numerals import sentinels
from clearprop.data.table import Array
from clearprop.serve.numbers import writer

__all__ = ["Ordinary"]

# What a reader of one column does: from a cell, the place of the input that is 1; None: none is.
_Place: TypeAlias = Callable[[Any], int | None]


class _Unusual(Exception):  # noqa: N818  the encoder has its turn
    """A cell that is not ordinary."""


class Ordinary:
    """The encoder's way for ordinary rows of JSON.

    Parameters
    ----------
    encoder
        That of a model.
    dtype
        That of the network.

    Examples
    --------
    >>> from clearprop.data.table import Table
    >>> encoder = Encoder.fit(Table("a.npy", np.array([[1.0], [3.0]]), None, ("0",), None))
    >>> ordinary = Ordinary(encoder, np.float64)
    >>> ordinary.inputs([[3]]), ordinary.inputs([[99]]), ordinary.inputs([["x"]])
    (array([[1.]]), None, None)
    """

    def __init__(self, encoder: Encoder, dtype: Any) -> None:
        self._dtype, self._write = dtype, writer(encoder)
        columns, n = encoder.columns, encoder.n_columns
        self._shape, self._n = list if columns is None else dict, n
        self._p, self._n_outputs = len(encoder.part_columns), encoder.n_outputs
        kinds = ["numbers"] * n if columns is None else [column.kind for column in columns]
        keys: list[Any] = list(range(n) if columns is None else encoder.names or ())
        first = np.cumsum([0, *map(len, encoder.parts)]).tolist()  # (n + 1,), each column's parts
        of_numbers = [j for j, kind in enumerate(kinds) if kind == "numbers"]
        self._numbers = _getter([keys[j] for j in of_numbers])
        self._parts = [first[j] for j in of_numbers]  # (numbers,)
        self._empty = [
            (first[j], frozenset(sentinels(columns[j].numerals)))
            for j in of_numbers
            if columns is not None and columns[j].numerals.empty
        ]
        self._places: list[tuple[Any, _Place]] = []
        self._dates: list[tuple[Any, int, int | None, Callable[[Any], list[float] | None]]] = []
        for j, kind in enumerate(kinds):
            if kind == "numbers" or columns is None:
                continue
            span, levels = encoder.spans[j], encoder.levels[j]
            gap = span.stop - 1 if encoder.gaps[j] else None
            if levels is not None:
                self._places.append((keys[j], _place(columns[j], levels, span.start, gap)))
            else:
                self._dates.append((keys[j], first[j], gap, _date(columns[j], encoder.parts[j])))

    def inputs(self, rows: Sequence[Any]) -> Array | None:
        """The network's inputs ``(m, s_1)`` of rows of JSON; None if one is not ordinary."""
        shape, n = self._shape, self._n
        for row in rows:
            if type(row) is not shape or len(row) != n:
                return None
        out = np.zeros((len(rows), self._n_outputs), self._dtype)  # (m, s_1)
        try:
            cells = list(map(self._numbers, rows))
            if self._places:
                self._write_places(rows, out)
            if self._dates:
                cells = [
                    self._with_dates(row, of_row, x)
                    for row, of_row, x in zip(rows, cells, out, strict=True)
                ]
        except (_Unusual, KeyError):
            return None
        if not self._write(cells, out):
            return None
        for k, values in self._empty:
            if any(row[k] is not None and float(row[k]) in values for row in cells):
                return None
        return out

    def _write_places(self, rows: Sequence[Any], out: Array) -> None:
        for row, x in zip(rows, out, strict=True):
            for key, place in self._places:
                at = place(row[key])
                if at is not None:
                    x[at] = 1

    def _with_dates(self, row: Any, numbers: tuple[Any, ...], x: Array) -> tuple[Any, ...]:
        """The cells of all p parts; `x` ``(s_1,)`` has its 1 where a date is empty."""
        cells: list[Any] = [None] * self._p
        for part, number in zip(self._parts, numbers, strict=True):
            cells[part] = number
        for key, first, gap, read in self._dates:
            found = read(row[key])
            if found is not None:
                cells[first : first + len(found)] = found
            elif gap is None:
                raise _Unusual
            else:
                x[gap] = 1
        return tuple(cells)


def _getter(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    if not keys:
        return lambda row: ()
    if len(keys) == 1:
        (key,) = keys
        return lambda row: (row[key],)
    return itemgetter(*keys)


def _place(column: Column, levels: Levels, start: int, gap: int | None) -> _Place:
    """Where the inputs of a column have their 1, by the cell."""
    booleans, codes = column.kind == "booleans", column.codes is not None
    truth = TRUTH if booleans else column.truth
    places = {value: start + k for k, value in enumerate(levels.values)}
    other = start + len(levels.values) if levels.other else None

    def place(cell: Any) -> int | None:
        kind = type(cell)
        if kind is str:
            if cell in places and cell not in column.empty and cell == cell.strip():
                return places[cell]
            plain = cell.isascii() and cell and cell == cell.strip() and cell not in column.empty
            if booleans or not plain:
                raise _Unusual
            text = cell
        elif kind is bool:
            text = truth[cell]
        elif kind is int and not codes and not booleans:
            text = str(cell)
            if text in column.empty:
                raise _Unusual
        elif cell is None and gap is not None:
            return gap
        else:
            raise _Unusual
        found = places.get(text, other)
        if found is None:
            raise _Unusual
        return found

    return place


def _date(column: Column, names: Sequence[str]) -> Callable[[Any], list[float] | None]:
    """The parts of a cell of dates; None for an empty one."""
    how = column.dates
    assert how is not None
    empty = frozenset(word.casefold() for word in how.empty)

    def read(cell: Any) -> list[float] | None:
        if cell is None:
            return None
        if type(cell) is not str or not cell or cell != cell.strip():
            raise _Unusual
        moment = moment_of(cell, how, empty)
        if moment is None:
            return None
        if not isinstance(moment, datetime):
            raise _Unusual
        parts = parts_of(moment, how)
        return [parts[name] for name in names]

    return read
