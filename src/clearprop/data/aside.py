"""What is set aside before training: columns that are no inputs, and rows to test on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.reading import Note
from clearprop.data.table import Array, Table, listing
from clearprop.errors import DataError, did_you_mean, shown

if TYPE_CHECKING:
    import polars

# Numbers are an order if at least this share of the rows have one of their own, as times have.
# Others, such as a patient's number or a year, name groups.
_NEARLY_ALL = 0.9


def set_aside(table: Table, weights: str | None = None, split_by: str | None = None) -> Table:
    """Take the named columns out of the inputs, and keep what they say about the rows.

    Parameters
    ----------
    table
        As read. Its test set loses the columns too, where it has them.
    weights
        The column with the weight of each row, a number of at least 0.
    split_by
        The column that says which rows land in one part when the rows are split. Dates and times,
        and numbers of which nearly all differ, are an order: the last rows are those to test on.
        Other columns name groups.

    Returns
    -------
    The table with ``weights``, ``groups`` and ``in_order`` set, and a note on each column.

    Raises
    ------
    DataError
        For a column that is not there, and naming a cell that is empty or holds no weight.

    Examples
    --------
    >>> X = np.array([[5.0, 1.0], [6.0, 1.0], [7.0, 3.0]])
    >>> table = set_aside(Table("a.npy", X, None, ("0", "1"), None), weights="1")
    >>> table.X.shape, table.weights
    ((3, 1), array([1., 1., 3.]))
    """
    notes = list(table.notes)
    if weights is not None:
        column = _column(table, weights, "the weights")
        table = replace(table, weights=_weights(table, weights, column)).known_as(
            table.finite, table.complete
        )
        notes.append(Note("weights", {"column": weights}))
    if split_by is not None:
        column = _column(table, split_by, "the split")
        groups, in_order = _groups(table, split_by, column)
        table = replace(table, groups=groups, in_order=in_order).known_as(
            table.finite, table.complete
        )
        key = "split-order" if in_order else "split-groups"
        notes.append(Note(key, {"column": split_by, "groups": int(groups.max()) + 1}))
    names = {weights, split_by}
    test = table.test
    if test is not None:
        test = test.without([name for name in test.feature_names if name in names])
    kept = table.without([name for name in table.feature_names if name in names])
    return replace(kept, test=test, notes=tuple(notes)).known_as(table.finite, table.complete)


def with_test(table: Table, test: Table) -> Table:
    """The table with these rows as its test set, or with the test set that they have themselves.

    Columns that the table lacks are left out of the test set, as they are when rows are predicted.

    Raises
    ------
    DataError
        If one of the two is a matrix and the other has named columns, or for columns that the
        test set lacks.

    Examples
    --------
    >>> one, two = (Table(f"{m}.npy", np.eye(m, 2), None, ("0", "1"), None) for m in (5, 3))
    >>> with_test(one, two).test.n_rows
    3
    """
    test = test if test.test is None else test.test
    if test.is_matrix != table.is_matrix:
        kinds = {True: "a matrix of numbers", False: "named columns"}
        raise DataError(
            f"{test.source}: expected {kinds[table.is_matrix]} to test on, as {table.source} has; "
            f"got {kinds[test.is_matrix]}"
        )
    if not test.is_matrix:
        known, found = set(table.feature_names), set(test.feature_names)
        if missing := [name for name in table.feature_names if name not in found]:
            raise DataError(
                f"{test.source}: expected the columns of {table.source}; missing: "
                f"{listing(missing)}; found: {listing(test.feature_names)}"
            )
        test = test.without([name for name in test.feature_names if name not in known])
    return replace(table, test=test).known_as(table.finite and test.finite, table.complete)


def _column(table: Table, name: str, purpose: str) -> Array | polars.Series:
    if name in table.feature_names:
        j = table.feature_names.index(name)
        return table.X[:, j] if isinstance(table.X, np.ndarray) else table.X.to_series(j)
    if name == table.target_name:
        raise DataError(f"{table.source}: {name!r} is the target and cannot be {purpose} too")
    raise DataError(
        f"{table.source}: no column {name!r} for {purpose}"
        f"{did_you_mean(name, table.feature_names)}; the columns are {listing(table.feature_names)}"
    )


def _weights(table: Table, name: str, column: Any) -> Array:
    """The weights as numbers, ``(m,)``."""
    matrix = isinstance(column, np.ndarray)
    numbers = column.astype(np.float64) if matrix else _numbers(column)  # (m,)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        i = int(np.argmax(wrong))
        raise DataError(
            f"{table.source}, {_place(table, i, name)}: expected a weight, a number of at least 0; "
            f"got {_shown(column[i])}"
        )
    if not numbers.any():
        raise DataError(f"{table.source}: every weight in column {name!r} is 0: no row would count")
    return numbers


def _groups(table: Table, name: str, column: Any) -> tuple[Array, bool]:
    """The number of each row's group from 0, ``(m,)``, sorted by value; and whether they are times.

    Raises
    ------
    DataError
        For an empty cell.
    """
    order = False
    if isinstance(column, np.ndarray):
        values, numeric = column, True
        empty = np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), bool)
    else:
        empty = column.is_null().to_numpy()
        times = _times(column)
        order = times is not None
        found = _numbers(column)
        numeric = not order and not (np.isnan(found) & ~empty).any()
        values = found if numeric else column.to_numpy() if times is None else times
    if empty.any():
        raise DataError(
            f"{table.source}, {_place(table, int(np.argmax(empty)), name)}: expected a value to "
            "split by; got an empty cell"
        )
    different, groups = np.unique(values, return_inverse=True)  # (m,)
    in_order = order or (numeric and len(different) >= _NEARLY_ALL * len(groups))
    return groups.reshape(-1), in_order


def _numbers(column: polars.Series) -> Array:
    """The column as numbers ``(m,)``; NaN where it holds none."""
    import polars as pl  # start-up time: matrices need no Polars

    if column.dtype == pl.Boolean or column.dtype.is_temporal():
        return np.full(len(column), np.nan)
    return column.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def _times(column: polars.Series) -> Array | None:
    """The column as microseconds ``(m,)``, if it holds dates or times; else None."""
    import polars as pl  # start-up time: matrices need no Polars

    if column.dtype == pl.String:
        try:
            column = column.str.to_datetime(time_unit="us", strict=False)
        except pl.exceptions.PolarsError:
            return None
    if not column.dtype.is_temporal() or column.null_count():
        return None
    return column.to_physical().to_numpy()


def _place(table: Table, i: int, name: str) -> str:
    return table.cell(i, table.feature_names.index(name))


def _shown(cell: object) -> str:
    if cell is None or cell != cell:
        return "an empty cell"
    return shown(cell.item() if isinstance(cell, np.generic) else cell)
