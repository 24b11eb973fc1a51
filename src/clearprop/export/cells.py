"""The cells of a table as numbers: what a program without text and dates is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.network.architecture import Array

if TYPE_CHECKING:
    import polars

__all__ = ["UNSEEN", "cells_of"]

UNSEEN = -1  # the code of a value that training has not seen


def cells_of(encoder: Encoder | None, table: Table) -> Array:
    """The cells of the model's columns as float64, ``(m, n)``; NaN for an empty one.

    A number stands for itself. A category is the place of its value among those that have an input
    of their own, from 0, and -1 for any other. A date is its seconds since 1 January 1970, by its
    own clock; a time of day alone is its seconds since midnight.

    Raises
    ------
    DataError
        For columns that are missing, and for cells that their columns cannot hold.

    Examples
    --------
    >>> cells_of(None, Table("made", np.eye(2), None, ("0", "1"), None))
    array([[1., 0.],
           [0., 1.]])
    """
    if encoder is None or encoder.columns is None:
        if isinstance(table.X, np.ndarray):
            return np.asarray(table.X, np.float64)
        from clearprop.data.inputs import as_matrix  # start-up time: matrices do not need Polars

        return np.asarray(as_matrix(table).X, np.float64)
    from clearprop.data.columns import typed

    table = typed(table, encoder.columns)
    assert not isinstance(table.X, np.ndarray)
    found = np.empty((table.n_rows, encoder.n_columns))  # (m, n)
    for j, (column, levels) in enumerate(zip(encoder.columns, encoder.levels, strict=True)):
        series = table.X.to_series(j)
        if levels is not None:
            codes = {value: code for code, value in enumerate(levels.values)}
            found[:, j] = [
                np.nan if cell is None else codes.get(cell, UNSEEN) for cell in series.to_list()
            ]
        elif column.dates is not None:
            found[:, j] = _seconds(series)
        else:
            found[:, j] = series.cast(float).fill_null(float("nan")).to_numpy()
    return found


def _seconds(series: polars.Series) -> Array:
    import polars as pl

    if series.dtype == pl.Time:
        return (series.cast(pl.Int64).cast(pl.Float64) / 1e9).fill_null(float("nan")).to_numpy()
    if isinstance(series.dtype, pl.Datetime):
        series = series.dt.replace_time_zone(None)
    moments = series.cast(pl.Datetime("us")).to_physical()
    return (moments.cast(pl.Float64) / 1e6).fill_null(float("nan")).to_numpy()
