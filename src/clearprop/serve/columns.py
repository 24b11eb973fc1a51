"""The model's columns, as the rows of a request are checked by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.column import Column
from clearprop.data.columns import typed
from clearprop.data.inputs import numbers
from clearprop.data.table import Array, Table
from clearprop.errors import DataError, did_you_mean
from clearprop.model import Model
from clearprop.network.samples import as_inputs
from clearprop.serve.cells import read_cells
from clearprop.serve.parsing import Twice
from clearprop.serve.refusal import MOST_PROBLEMS, Problem, Refusal, refused

__all__ = ["Columns"]


class Columns:
    """The columns of a model.

    Attributes
    ----------
    columns
        What each is. Those of a model of arrays are numbers, called by their number from 1.
    named
        Whether rows have names for their cells: the model was trained on a table.
    beside
        Columns of the training table that were no inputs, such as the target: rows may have them.

    Examples
    --------
    >>> from clearprop.data.targets import Targets
    >>> from clearprop.network.architecture import Network
    >>> columns = Columns(Model(Network((2, 1)), [0.0, 9.0, 9.0], Targets.fit(["no", "yes"])))
    >>> columns.named, columns.inputs(columns.of_rows([[1, 2.5]]))
    (False, array([[1. , 2.5]]))
    """

    def __init__(self, model: Model) -> None:
        self._model, encoder = model, model.encoder
        self.named = encoder is not None and encoder.columns is not None
        if encoder is not None and encoder.columns is not None:
            self.columns = encoder.columns
        else:
            n = model.network.n_inputs if encoder is None else encoder.n_columns
            self.columns = tuple(Column(str(j + 1), "numbers") for j in range(n))
        self.names = tuple(column.name for column in self.columns)
        ids = model.trained.get("id")
        known = (model.targets.name, *model.targets.names, *(ids if ids else ()))
        self.beside = frozenset(name for name in known if name) - set(self.names)

    # -- Rows of JSON -----------------------------------------------------------------------------

    def of_rows(self, rows: Sequence[Any]) -> Table:
        """Rows of JSON as a table in the types of the columns.

        Raises
        ------
        Refusal
            422, with every row and cell that does not fit.
        """
        found = _Found()
        filled = [self._cells(i, row, found) for i, row in enumerate(rows, start=1)]
        series = []
        for j, column in enumerate(self.columns):
            values = [None if cells is None else cells[j] for cells in filled]
            read = read_cells(column, values)
            series.append(read.series)
            found.add_cells(self.label(j), values, read.wrong)
        found.raise_any()
        return self._table(pl.DataFrame(series))

    def _cells(self, i: int, row: Any, found: _Found) -> Sequence[Any] | None:
        """The cells of a row in the order of the columns; None for a row of the wrong shape."""
        if not self.named:
            if not isinstance(row, list):
                found.add([Problem(f"an array of {len(self.names)} numbers", i, None, row)])
            elif len(row) != len(self.names):
                what = f"expected {len(self.names)} numbers; got {len(row)}"
                found.add([Problem(what, i)])
            else:
                return row
            return None
        if not isinstance(row, dict):
            found.add([Problem("an object with the names of the columns", i, None, row)])
            return None
        if isinstance(row, Twice):
            found.add([Problem("the name stands twice in the object", i, row.name)])
        if row.keys() != set(self.names):
            found.add(self._misnamed(i, row))
        return [row.get(name) for name in self.names]

    def _misnamed(self, i: int, row: dict[str, Any]) -> list[Problem]:
        there = set(self.names)
        problems = [
            Problem("is missing; null stands for an empty cell", i, name)
            for name in self.names
            if name not in row
        ]
        others = [name for name in row if name not in there and name not in self.beside]
        return problems + [
            Problem(f"no such column{did_you_mean(name, self.names)}", i, name)
            for name in others[:MOST_PROBLEMS]
        ]

    # -- Frames -----------------------------------------------------------------------------------

    def of_table(self, table: Table) -> Table:
        """A table as a reader gives it, in the types of the columns.

        Raises
        ------
        Refusal
            422, with every column and cell that does not fit.
        """
        frame = table.X
        if isinstance(frame, np.ndarray):  # no reader of this room gives a matrix
            raise TypeError("expected a frame")
        if not self.named:
            if frame.width != len(self.names):
                found = f"expected {len(self.names)} columns; got {frame.width}"
                raise refused([Problem(found)])
            frame = frame.rename(dict(zip(frame.columns, self.names, strict=True)))
        self._check_names(frame.columns)
        frame = frame.select(self.names)
        plain = Table(table.source, frame, None, self.names, None)
        try:
            return self._table(typed(plain, self.columns).X)
        except DataError as error:
            found_ = _Found()
            for j, column in enumerate(self.columns):
                values = frame.to_series(j).to_list()
                wrong = read_cells(column, values).wrong
                found_.add_cells(self.label(j), values, wrong)
            found_.raise_any()
            raise Refusal(422, str(error)) from None

    def _check_names(self, names: Sequence[str]) -> None:
        there, known = set(names), {*self.names, *self.beside}
        missing = [name for name in self.names if name not in there]
        others = [name for name in names if name not in known]
        found = _Found()
        found.add(
            Problem(f"is missing{did_you_mean(name, others)}", None, name) for name in missing
        )
        found.add(
            Problem(f"no such column{did_you_mean(name, self.names)}", None, name)
            for name in others
        )
        found.raise_any()

    # -- Both -------------------------------------------------------------------------------------

    def label(self, j: int) -> str | int:
        """What an answer calls a column: by name, or by number from 1."""
        return self.names[j] if self.named else j + 1

    def _table(self, frame: Any) -> Table:
        """A frame in the types of the columns as a table; a matrix for a model of arrays."""
        if self.named:
            table = Table("rows", frame, None, self.names, None, columns=self.columns)
            return table.known_as(True, False)
        columns = tuple(Column(name, "numbers") for name in self.names)
        table = Table("rows", frame, None, self.names, None, columns=columns)
        X = numbers(table, (("",),) * len(columns))  # (m, n)
        found = _Found()
        if self._model.encoder is None and np.isnan(X).any():
            for j in np.flatnonzero(np.isnan(X).any(axis=0)).tolist():
                wrong = [(i, "a number") for i in np.flatnonzero(np.isnan(X[:, j])).tolist()]
                found.add_cells(self.label(j), [None] * len(X), wrong)
            found.raise_any()
        places = np.arange(1, len(X) + 1)  # rows count from 1 here, as columns do
        return Table("rows", X, None, self.names, None, places=places).known_as(True, False)

    def inputs(self, table: Table) -> Array:
        """The network's inputs ``(m, s_1)`` of a table of :meth:`of_rows` or :meth:`of_table`.

        Raises
        ------
        Refusal
            422, for numbers that the network's dtype cannot hold.

        Warns
        -----
        UserWarning
            As :meth:`clearprop.data.encoding.Encoder.transform`.
        """
        model, encoder = self._model, self._model.encoder
        dtype = model.theta.dtype
        with np.errstate(over="ignore"):
            X = table.X if encoder is None else encoder.transform(table, dtype)
            X = np.asarray(X, dtype)  # (m, s_1)
        bad = ~np.isfinite(X)
        if bad.any():
            spans = [slice(j, j + 1) for j in range(len(self.names))]
            found = _Found()
            for j, span in enumerate(spans if encoder is None else encoder.spans):
                rows = np.flatnonzero(bad[:, span].any(axis=1)).tolist()
                values = dict.fromkeys(rows, ...)
                found.add_cells(
                    self.label(j), values, [(i, f"is too large for {dtype}") for i in rows]
                )
            found.raise_any()
        return as_inputs(model.network, X, dtype)


_KEPT = 1000  # problems of names and shapes, which come in the order of the rows


class _Found:
    """The problems of a request: the first ones, and a count of all."""

    def __init__(self) -> None:
        self._first: list[Problem] = []
        self._count = 0

    def add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._count += 1
            if len(self._first) < _KEPT:
                self._first.append(problem)

    def add_cells(self, column: str | int, values: Any, wrong: list[tuple[int, str]]) -> None:
        """The wrong cells of a column, in the order of the rows."""
        for i, expected in wrong[:MOST_PROBLEMS]:
            self._first.append(Problem(expected, i + 1, column, values[i]))
        self._count += len(wrong)

    def raise_any(self) -> None:
        if self._first:
            raise refused(self._first, self._count)
