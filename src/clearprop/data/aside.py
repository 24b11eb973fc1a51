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

    Raises
    ------
    DataError
        If one of the two is a matrix and the other has named columns.

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
    return replace(table, test=test).known_as(table.finite and test.finite, table.complete)


def _column(table: Table, name: str, purpose: str) -> Array | polars.Series:
    if name in table.feature_names:
        j = table.feature_names.index(name)
        return table.X[:, j] if isinstance(table.X, np.ndarray) else table.X.to_series(j)
    if table.ids is not None and name in table.ids.columns:
        return table.ids[name]
    if name == table.target_name or name in table.target_names:
        raise DataError(f"{table.source}: {name!r} is the target and cannot be {purpose} too")
    raise DataError(
        f"{table.source}: no column {name!r} for {purpose}"
        f"{did_you_mean(name, table.feature_names)}; the columns are {listing(table.feature_names)}"
    )


def _weights(table: Table, name: str, column: Any) -> Array:
    """The weights as numbers, ``(m,)``."""
    if isinstance(column, np.ndarray):
        numbers = column.astype(np.float64)  # (m,)
    else:
        numbers = _numbers(table, column)  # (m,)
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


def _numbers(table: Table, column: polars.Series) -> Array:
    """The column as numbers ``(m,)``; NaN where it holds none."""
    import polars as pl  # start-up time: matrices need no Polars

    kind, values = _meant(table, column)
    if kind == "categories" and values.dtype == pl.String:
        values = values.cast(pl.Float64, strict=False)  # the error names the first cell of text
    elif kind != "numbers":
        return np.full(len(column), np.nan)
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _groups(table: Table, name: str, column: Any) -> tuple[Array, bool]:
    """The number of each row's group from 0, ``(m,)``, sorted by value; and whether they are times.

    Raises
    ------
    DataError
        For an empty cell.
    """
    if isinstance(column, np.ndarray):
        kind, values = "numbers", column
        empty = np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), bool)
    else:
        kind, series = _meant(table, column)
        values, empty = series.to_numpy(), series.is_null().to_numpy()
    if empty.any():
        i = int(np.argmax(empty))
        raise DataError(
            f"{table.source}, {_place(table, i, name)}: expected a value to split by; got "
            f"{_shown(column[i])}"
        )
    different, groups = np.unique(values, return_inverse=True)  # (m,)
    nearly_all = len(different) >= _NEARLY_ALL * len(groups)
    return groups.reshape(-1), kind == "dates" or (kind == "numbers" and nearly_all)


def _meant(table: Table, column: polars.Series) -> tuple[str, polars.Series]:
    """What a column is, ``"numbers"``, ``"dates"`` or ``"categories"``, and its values."""
    import polars as pl  # start-up time: matrices need no Polars

    from clearprop.data.spelling import Recognised, recognise_frame
    from clearprop.data.spelling.blanks import text_of

    if column.dtype != pl.String:
        numeric = column.dtype.is_numeric()
        kind = "numbers" if numeric else "dates" if column.dtype.is_temporal() else "categories"
        return kind, column
    text = text_of(column)
    found = recognise_frame(text.to_frame(), table.reading)[column.name]
    if isinstance(found, Recognised) and found.values is not None:
        return found.kind, found.values
    return "categories", text


def _place(table: Table, i: int, name: str) -> str:
    if table.is_matrix:
        return table.cell(i, table.feature_names.index(name))
    return f"{table.place(i)}, column {name!r}"


def _shown(cell: object) -> str:
    if cell is None or cell == "" or cell != cell:
        return "an empty cell"
    return shown(cell.item() if isinstance(cell, np.generic) else cell)
