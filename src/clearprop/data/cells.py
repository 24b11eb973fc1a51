"""Infinite and empty cells: infinite ones are an error, empty ones are the user's choice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clearprop.data.table import Array, Table, count
from clearprop.errors import DataError, one_of, raise_problems

# How many columns a message about empty cells names. It begins with the emptiest.
_NAMED = 8


def ensure_finite(table: Table) -> Table:
    """The table with ``finite`` set. Its cells are checked only if that was not known yet.

    Raises
    ------
    DataError
        As :func:`check_finite`.

    Examples
    --------
    >>> table = ensure_finite(Table("a.npy", np.array([[1.0]]), None, ("0",), None))
    >>> table.finite, ensure_finite(table) is table
    (True, True)
    """
    if table.finite:
        return table
    check_finite(table)
    complete = table.complete
    if table.test is not None:
        table = replace(table, test=table.test.known_as(True, table.test.complete))
    return table.known_as(True, complete)


def check_finite(table: Table) -> None:
    """Do nothing if every cell holds a finite number or is empty. The test set is checked too.

    Raises
    ------
    DataError
        Naming the first infinite number and counting them.

    Examples
    --------
    >>> check_finite(Table("a.npy", np.array([[1.0, np.inf]]), None, ("0", "1"), None))
    Traceback (most recent call last):
    clearprop.errors.DataError: a.npy, X[0, 1]: expected a finite number; got an infinite one; \
correct it or leave the cell empty
    """
    if table.test is not None:
        check_finite(table.test)
    total, where = 0, ""
    for j, infinite in _infinite_columns(table):
        where = where or table.cell(int(np.argmax(infinite)), j)
        total += int(infinite.sum())
    if table.y is not None and table.y.dtype.kind == "f" and np.isinf(table.y).any():
        row = int(np.argwhere(np.isinf(table.y))[0, 0])
        where = where or f"{table.place(row)}, {label_name(table)}"
        total += int(np.isinf(table.y).sum())
    if total:
        more = f" ({total} such values)" if total > 1 else ""
        raise DataError(
            f"{table.source}, {where}: expected a finite number; got an infinite one{more}; "
            "correct it or leave the cell empty"
        )


def _infinite_columns(table: Table) -> list[tuple[int, Array]]:
    """The columns that hold infinite numbers, each with its mask ``(m,)``."""
    if isinstance(table.X, np.ndarray):
        # If anything is infinite, an extreme is. The extremes need no mask of the whole matrix.
        if table.X.dtype.kind != "f" or table.X.size == 0:
            return []
        with np.errstate(invalid="ignore"):
            ends = np.fmin.reduce(table.X, axis=None), np.fmax.reduce(table.X, axis=None)
        if not np.isinf(ends).any():
            return []
        mask = np.isinf(table.X)  # (m, n)
        return [(int(j), mask[:, j]) for j in np.flatnonzero(mask.any(axis=0))]
    floats = [j for j, dtype in enumerate(table.X.dtypes) if dtype.is_float()]
    if not floats:
        return []
    from clearprop.data.wide import extremes  # start-up time: matrices do not need Polars

    # If anything in a column is infinite, an extreme is.
    low, high = extremes(table.X if len(floats) == table.X.width else table.X[:, floats])
    return [
        (floats[k], table.X.to_series(floats[k]).is_infinite().fill_null(False).to_numpy())
        for k in np.flatnonzero(np.isinf(low) | np.isinf(high)).tolist()
    ]


def label_name(table: Table) -> str:
    """The name of the labels in messages."""
    return "the labels" if table.target_name is None else f"target {table.target_name!r}"


def empty_labels(y: Array) -> Array:
    """Which rows of `y` have an empty label: NaN, None or no text; ``(m,)`` of bool.

    Examples
    --------
    >>> empty_labels(np.array(["a", None, "b"], dtype=object))
    array([False,  True, False])
    """
    mask: Array
    if y.dtype.kind == "f":
        mask = np.isnan(y)
    elif y.dtype.kind in "mM":
        mask = np.isnat(y)
    elif y.dtype.kind == "U":
        mask = y == ""
    elif y.dtype.kind == "O":
        # NaN and NaT differ from themselves. Comparing pandas' NA raises an error.
        mask = np.array([_is_empty(label) for label in y.ravel()], bool).reshape(y.shape)
    else:
        mask = np.zeros(y.shape, bool)
    rows: Array = mask if mask.ndim == 1 else np.asarray(mask.any(axis=1))
    return rows


def _is_empty(label: object) -> bool:
    if label is None or (isinstance(label, str) and not label):
        return True
    try:
        return bool(label != label)
    except TypeError:
        return True


def _empty_mask(table: Table) -> Array:
    """Which feature cells are empty, ``(m, n)`` of bool."""
    if isinstance(table.X, np.ndarray):
        if table.X.dtype.kind == "f":
            return np.isnan(table.X)
        return np.zeros(table.X.shape, bool)
    columns = [series.is_null().to_numpy() for series in table.X.get_columns()]
    return np.stack(columns, axis=1)


def empty_masks(table: Table) -> dict[int, Array]:
    """Which cells of each feature are empty, ``(m,)`` of bool; columns without any are left out.

    Examples
    --------
    >>> empty_masks(Table("a.npy", np.array([[1.0, np.nan]]), None, ("0", "1"), None))
    {1: array([ True])}
    """
    if isinstance(table.X, np.ndarray):
        if table.X.dtype.kind != "f" or not np.isnan(table.X.sum()):
            return {}
        mask = np.isnan(table.X)  # (m, n)
        return {int(j): mask[:, j] for j in np.flatnonzero(mask.any(axis=0))}
    return {
        j: table.X.to_series(j).is_null().to_numpy()
        for j, gaps in enumerate(table.X.null_count().row(0))
        if gaps
    }


def empty_cells(table: Table) -> dict[str, int]:
    """How many cells of each feature are empty; columns without any are left out.

    Examples
    --------
    >>> empty_cells(Table("a.npy", np.array([[1.0, np.nan]]), None, ("0", "1"), None))
    {'1': 1}
    """
    if not isinstance(table.X, np.ndarray):
        counts = list(table.X.null_count().row(0))
    elif table.X.dtype.kind == "f" and np.isnan(table.X.sum()):
        counts = _empty_mask(table).sum(axis=0).tolist()
    else:
        return {}
    return {name: n for name, n in zip(table.feature_names, counts, strict=True) if n}


def describe_empty(table: Table) -> str:
    """The empty cells in words: ``"3 empty cells (2 in 'age', 1 in 'city')"``; ``""`` for none."""
    counts = empty_cells(table)
    if not counts:
        return ""
    worst = sorted(counts, key=lambda name: -counts[name])
    called = repr if not table.is_matrix else lambda name: f"column {name}"
    parts = [f"{counts[name]} in {called(name)}" for name in worst[:_NAMED]]
    if len(worst) > _NAMED:
        parts.append(f"more in {len(worst) - _NAMED} other columns")
    return f"{count(sum(counts.values()), 'empty cell')} ({', '.join(parts)})"


def check_missing(missing: object) -> None:
    """Do nothing for None, ``"mean"`` and ``"drop"``; raise ParameterError for anything else."""
    raise_problems([] if missing is None else one_of("missing", missing, ["mean", "drop"]))


def handle_missing(table: Table, missing: str | None = None) -> tuple[Table, int]:
    """Decide what becomes of empty cells, before the rows are split. The test set is included.

    Parameters
    ----------
    table
        In the types of its columns.
    missing
        None or ``"mean"``: they stay, and the Encoder fills them; empty labels are an error.
        ``"drop"``: rows with an empty cell or label are dropped.

    Returns
    -------
    The table, and how many of its rows were dropped (rows of the test set are not counted). The
    table is known to be complete, unless the Encoder still has cells to fill.

    Raises
    ------
    DataError
        For empty labels, or if no row is left.
    ParameterError
        For another value of `missing`.

    Examples
    --------
    >>> table = Table("a.npy", np.array([[1.0], [np.nan]]), np.array([0, 1]), ("0",), "1")
    >>> handle_missing(table, "drop")[0].X, handle_missing(table, "drop")[1]
    (array([[1.]]), 1)
    >>> handle_missing(table)[0].complete
    False
    """
    check_missing(missing)
    if table.test is not None:
        test = handle_missing(table.test, missing)[0]
        table = replace(table, test=test).known_as(table.finite, table.complete)
    if table.complete:
        return table, 0
    if missing == "drop":
        table, dropped = _dropped(table)
        return table.known_as(table.finite, True), dropped
    empty = np.zeros(0, bool) if table.y is None else empty_labels(table.y)
    if empty.any():
        raise DataError(
            f"{table.source}: {count(int(empty.sum()), 'row')} without a label "
            f"({label_name(table)} is empty, first in {table.place(int(np.argmax(empty)))}); fill "
            "them in, or leave the rows out with missing='drop' (--missing drop)"
        )
    return table.known_as(table.finite, not empty_cells(table)), 0


def _dropped(table: Table) -> tuple[Table, int]:
    empty = _empty_mask(table).any(axis=1) if empty_cells(table) else np.zeros(table.n_rows, bool)
    if table.y is not None:
        empty = empty | empty_labels(table.y)
    n = int(empty.sum())
    if n == 0:
        return table, 0
    if n == table.n_rows:
        text = describe_empty(table) or "no row has a label"
        raise DataError(
            f"{table.source}: no row is left without its empty cells: {text}; leave out the "
            "emptiest columns, or use missing='mean' (--missing mean)"
        )
    return table.take(~empty), n
