"""Predictions beside the columns of the table that they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from clearprop.data.table import Array, Table
from clearprop.errors import DataError

__all__ = ["as_read", "beside"]


def beside(
    table: Table, predictions: Mapping[str, Array], ids: Sequence[str], keep: bool
) -> pl.DataFrame:
    """The columns that name the rows, with `keep` all others too, and then the predictions.

    Parameters
    ----------
    table
        The rows that were predicted.
    predictions
        Columns ``(m,)`` by name.
    ids
        Columns of the table that name the rows, beside those of ``table.ids``.

    Raises
    ------
    DataError
        For a column that is called like a prediction.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table("a.npy", np.array([[1, 2]]), None, ("0", "1"), None)
    >>> beside(table, {"prediction": np.array([0.5])}, (), keep=True).rows(named=True)
    [{'0': 1, '1': 2, 'prediction': 0.5}]
    """
    parts = [] if table.ids is None else [table.ids]
    if keep or ids:
        kept = as_read(table)
        parts.append(kept if keep else kept.select(ids))
    for name in (name for part in parts for name in part.columns):
        if name in predictions:
            raise DataError(
                f"{table.source}: column {name!r} is called like the predictions beside it; rename "
                "the column, or leave keep out"
            )
    return pl.concat([*parts, pl.DataFrame(dict(predictions))], how="horizontal")


def as_read(table: Table) -> pl.DataFrame:
    """The columns of a table as they were read, the labels after the others.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table("a.npy", np.array([[1, 2]]), np.array([7]), ("0", "1"), "2")
    >>> as_read(table).rows(named=True)
    [{'0': 1, '1': 2, '2': 7}]
    """
    X, y = table.X, table.y
    frame = X if isinstance(X, pl.DataFrame) else pl.DataFrame(X, schema=list(table.feature_names))
    if y is None or table.target_name is None:
        return frame
    columns = [y] if y.ndim == 1 else list(y.T)
    names: tuple[str, ...] = (table.target_name,)
    if y.ndim == 2:
        several = tuple(f"{table.target_name}_{k}" for k in range(y.shape[1]))
        names = table.target_names or several
    return frame.with_columns(
        pl.Series(name, column.tolist()) for name, column in zip(names, columns, strict=True)
    )
