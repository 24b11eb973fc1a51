"""Arrays whose columns have types of their own, as frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from clearprop.data.cells import empty_labels
from clearprop.data.table import Array

__all__ = ["frame_of_array"]


def frame_of_array(X: Array, names: Sequence[str]) -> pl.DataFrame:
    """The columns of an array ``(m, n)`` as a frame. A column that mixes types is text.

    Examples
    --------
    >>> X = np.array([[1, "a", None], [2, "b", True]], object)
    >>> frame_of_array(X, ["n", "t", "b"]).rows()
    [(1, 'a', None), (2, 'b', True)]
    """
    return pl.DataFrame([_series(name, cells) for name, cells in zip(names, X.T, strict=True)])


def _series(name: str, cells: Array) -> pl.Series:
    if cells.dtype.kind != "O":
        return pl.Series(name, np.ascontiguousarray(cells))
    pairs = zip(cells.tolist(), empty_labels(cells), strict=True)
    values = [None if empty else cell for cell, empty in pairs]
    try:
        return pl.Series(name, values, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(name, [None if value is None else str(value) for value in values])
