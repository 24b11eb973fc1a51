"""Ordinary rows as inputs, without a frame: a frame of one row costs more than the network.

Rows are ordinary where every cell is what training has prepared the network for. Of all others (a
value that was not seen, a number far outside, a blank to strip, a cell that does not fit) nothing
is said here: the encoder takes them, which warns, and the checks, which refuse. So this is no
second encoding. It gives the encoder's bits or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from clearprop.data.column import TRUTH, Column
from clearprop.data.encoding import Encoder
from clearprop.data.levels import Levels
from clearprop.data.spelling.dates import moment_of, parts_of
from clearprop.data.spelling.numerals import sentinels
from clearprop.data.table import Array

__all__ = ["Ordinary"]

# What a reader of one column does: from a cell, the place of the input that is 1; None: none is.
_Place: TypeAlias = Callable[[Any], int | None]
_NUMBERS = frozenset((int, float))
_OR_EMPTY = _NUMBERS | {type(None)}


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
        self._encoder, self._dtype = encoder, dtype
        columns = encoder.columns
        self._named, self._n = columns is not None, encoder.n_columns
        kinds = ["numbers"] * self._n if columns is None else [column.kind for column in columns]
        keys: list[Any] = list(range(self._n) if columns is None else encoder.names or ())
        first = np.cumsum([0, *map(len, encoder.parts)])  # (n + 1,), of each column's parts
        of_numbers = [j for j, kind in enumerate(kinds) if kind == "numbers"]
        self._cells = _getter([keys[j] for j in of_numbers])
        self._parts = first[of_numbers]  # (numbers,)
        self._all = len(of_numbers) == self._n
        self._gaps = encoder.gaps[of_numbers]  # (numbers,)
        stops = np.array([span.stop for span in encoder.spans])  # (n,)
        self._gap_places = stops[of_numbers] - 1  # (numbers,), where there is a gap
        self._empty = [
            (k, [*sentinels(columns[j].numerals)])
            for k, j in enumerate(of_numbers)
            if columns is not None and columns[j].numerals.empty
        ]
        self._places: list[tuple[Any, _Place]] = []
        self._dates: list[tuple[Any, slice, int | None, Callable[[Any], list[float] | None]]] = []
        for j, kind in enumerate(kinds):
            if kind == "numbers" or columns is None:
                continue
            gap = int(stops[j]) - 1 if encoder.gaps[j] else None
            levels = encoder.levels[j]
            if levels is not None:
                place = _place(columns[j], levels, encoder.spans[j].start, gap)
                self._places.append((keys[j], place))
            else:
                parts = slice(int(first[j]), int(first[j + 1]))
                read = _date(columns[j], encoder.parts[j])
                self._dates.append((keys[j], parts, gap, read))
        self._low, self._high = encoder.far  # (p,) each
        ends = np.zeros((2, encoder.n_outputs), dtype)
        encoder.lines.write(np.stack(encoder.far), encoder.fill, ends)
        # Each input is a line between its ends: no number within the bounds can overflow.
        self._bounded = bool(np.isfinite(encoder.far).all() and np.isfinite(ends).all())

    def inputs(self, rows: Sequence[Any]) -> Array | None:
        """The network's inputs ``(m, s_1)`` of rows of JSON; None if one is not ordinary."""
        shape = dict if self._named else list
        n = self._n
        for row in rows:
            if type(row) is not shape or len(row) != n:
                return None
        try:
            return self._encoded(rows)
        except (_Unusual, KeyError, OverflowError):
            return None

    def _encoded(self, rows: Sequence[Any]) -> Array | None:
        cells = list(map(self._cells, rows))
        kinds = set(map(type, chain.from_iterable(cells)))
        if not kinds <= _NUMBERS and not (kinds <= _OR_EMPTY and self._fills(cells)):
            return None
        X = np.array(cells, np.float64)  # (m, numbers); None is NaN
        if not self._all:
            numbers, X = X, np.empty((len(rows), len(self._low)))  # (m, p)
            X[:, self._parts] = numbers
        out = np.zeros((len(rows), self._encoder.n_outputs), self._dtype)  # (m, s_1)
        for i, row in enumerate(rows):
            for key, place in self._places:
                at = place(row[key])
                if at is not None:
                    out[i, at] = 1
            for key, parts, gap, read in self._dates:
                found = read(row[key])
                if found is not None:
                    X[i, parts] = found
                elif gap is None:
                    return None
                else:
                    X[i, parts] = np.nan
                    out[i, gap] = 1
        some_empty = type(None) in kinds
        within = np.count_nonzero((self._low <= X) & (self._high >= X)) == X.size
        if not within and not self._only_empty(X, cells):
            return None
        for k, values in self._empty:
            if np.isin(X[:, self._parts[k]], values).any():
                return None
        if some_empty:
            empty = np.isnan(X[:, self._parts])  # (m, numbers)
            of_row, of_number = np.nonzero(empty)
            out[of_row, self._gap_places[of_number]] = 1
        self._encoder.lines.write(X, None if within else self._encoder.fill, out)
        return out if self._bounded or math.isfinite(out.sum()) else None

    def _only_empty(self, X: Array, cells: Sequence[Sequence[Any]]) -> bool:
        """Whether the numbers of X ``(m, p)`` outside the bounds are all empty cells."""
        within = (self._low <= X) & (self._high >= X) | np.isnan(X)
        # JSON has no NaN, so one in the cells is no empty cell.
        gone = np.isnan(X[:, self._parts]).sum()
        return bool(within.all()) and int(gone) == sum(row.count(None) for row in cells)

    def _fills(self, cells: Sequence[Sequence[Any]]) -> bool:
        """Whether every empty cell stands in a column that had some in training."""
        return all(
            gap or value is not None
            for row in cells
            for gap, value in zip(self._gaps, row, strict=True)
        )


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
