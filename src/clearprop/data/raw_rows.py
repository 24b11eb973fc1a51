"""Rows of any kind, as a user hands them to a model, as a Table."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from clearprop.data.table import Table
from clearprop.errors import DataError

__all__ = ["as_table"]


def as_table(rows: Any, n_columns: int) -> Table:
    """Rows of any kind as a Table. Messages call it "rows".

    Raises
    ------
    DataError
        For anything but a frame, a matrix of numbers, one row of them, or images.

    Examples
    --------
    >>> as_table([1.0, 2.0], n_columns=2).X
    array([[1., 2.]])
    """
    if isinstance(rows, Table):
        return rows
    if hasattr(rows, "columns") and hasattr(rows, "shape"):
        from clearprop.data.frames import frame_of  # start-up time: it loads Polars

        frame = frame_of(rows, "rows")
        return Table("rows", frame, None, tuple(frame.columns), None)
    try:
        X = np.asarray(rows)
        X = X.astype(np.float64) if X.dtype.kind == "O" else X
    except (TypeError, ValueError):
        X = np.empty(0, object)
    if X.dtype.kind not in "biuf":
        raise DataError(
            "rows: expected a rectangular array of numbers, or a frame with named columns; got "
            f"{type(rows).__name__}"
        )
    if X.ndim == 1 and X.shape[0] == n_columns:
        X = X[None, :]  # (1, n)
    if X.ndim == 3:
        X = X.reshape(len(X), -1)  # (m, height * width)
    if X.ndim != 2:
        raise DataError(f"rows: expected shape (m, {n_columns}); got {X.shape}")
    return Table("rows", X, None, _numbered(X.shape[1]), None)


@lru_cache(maxsize=16)  # for one row of an image this would take longer than the row's way through
def _numbered(n: int) -> tuple[str, ...]:
    """The names of n columns of a matrix, their numbers."""
    return tuple(map(str, range(n)))
