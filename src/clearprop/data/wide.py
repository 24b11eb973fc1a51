"""Frames with more columns than rows. Polars takes ten microseconds for each column of a query.

So the query is not over the columns: a frame of text is turned on its side, and one of numbers goes
to NumPy.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from clearprop.data.table import Array

__all__ = ["as_floats", "extremes", "with_nan"]


def as_floats(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of text or numbers as Float64; a text that Polars reads as no number is null.

    Examples
    --------
    >>> as_floats(pl.DataFrame({"a": ["1.5"], "b": ["x"], "c": ["nan"]})).row(0)
    (1.5, None, nan)
    """
    floats = pl.all().cast(pl.Float64, strict=False)
    if not _is_wide(frame) or set(frame.dtypes) != {pl.String()}:
        return frame.select(floats)
    return frame.transpose().select(floats).transpose(column_names=frame.columns)


def with_nan(frame: pl.DataFrame) -> Array:
    """Which columns of Float64 hold NaN, which null is not; ``(n,)`` of bool.

    Examples
    --------
    >>> with_nan(pl.DataFrame({"a": [1.5, None], "b": [None, float("nan")]}))
    array([False,  True])
    """
    if _is_wide(frame):
        gone: Array = np.isnan(frame.to_numpy()).sum(axis=0)  # (n,)
        return gone > frame.null_count().row(0)
    return np.array(frame.select(pl.all().is_nan().any()).row(0), bool)


def extremes(frame: pl.DataFrame) -> tuple[Array, Array]:
    """The smallest and the largest number of each column of Float64, ``(n,)``; NaN if it has none.

    Examples
    --------
    >>> low, high = extremes(pl.DataFrame({"a": [1.5, None], "b": [2.0, 7.0]}))
    >>> low, high
    (array([1.5, 2. ]), array([1.5, 7. ]))
    """
    if _is_wide(frame):
        X = frame.to_numpy()  # (m, n)
        return np.fmin.reduce(X, axis=0), np.fmax.reduce(X, axis=0)
    low, high = frame.min().row(0), frame.max().row(0)
    return np.array(low, np.float64), np.array(high, np.float64)


def _is_wide(frame: pl.DataFrame) -> bool:
    return frame.width > frame.height > 0
