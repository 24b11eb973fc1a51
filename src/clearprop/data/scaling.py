"""What numbers are standardised by: mean and scale of a column, the divisor of pixels."""

from __future__ import annotations

import numpy as np

from clearprop.data.table import Array, Table
from clearprop.errors import DataError

__all__ = [
    "columns_with_nan",
    "filled_mean_and_scale",
    "mean_and_scale",
    "number_range",
    "pixel_scale",
]


def mean_and_scale(X: Array) -> tuple[Array, Array]:
    """The mean and the standard deviation ``(n,)`` of each column of X ``(m, n)``.

    NaN is ignored. The scale of a column that never changes is 1, so ``(x - mean) / scale`` is
    always defined.

    Examples
    --------
    >>> mean_and_scale(np.array([[1.0, 7.0], [3.0, 7.0], [np.nan, 7.0]]))
    (array([2., 7.]), array([1., 1.]))
    """
    empty = np.isnan(X) if X.dtype.kind == "f" else np.zeros((1, X.shape[1]), bool)
    filled = len(X) - empty.sum(axis=0)  # (n,)
    largest = np.maximum(
        np.fmax.reduce(X, axis=0).astype(np.float64), -np.fmin.reduce(X, axis=0).astype(np.float64)
    )  # (n,)
    # Squares of 1e200 would overflow. So X is divided by a power of two first, which is exact.
    power = np.ldexp(1.0, np.frexp(largest)[1] - 1)  # (n,)
    X = X / power  # (m, n)
    np.copyto(X, 0.0, where=empty)
    mean = X.sum(axis=0) / filled  # (n,)
    X -= mean
    np.copyto(X, 0.0, where=empty)
    spread = np.sqrt(np.einsum("ij,ij->j", X, X) / filled)  # (n,)
    # The spread of a column that never changes is only rounding. A spread below `tiny` would make
    # the division inexact or infinite. In both cases the scale is 1.
    eps, tiny = np.finfo(np.float64).eps, np.finfo(np.float64).tiny
    constant = (spread <= 10 * eps * np.maximum(np.abs(mean), spread)) | (spread * power < tiny)
    return mean * power, np.where(constant, 1.0, spread * power)


def number_range(X: Array) -> tuple[Array, Array]:
    """The smallest and the largest number ``(p,)`` of each column of X ``(m, p)``; NaN is ignored.

    Examples
    --------
    >>> number_range(np.array([[1, 7], [3, 5]]))
    (array([1., 5.]), array([3., 7.]))
    """
    if not len(X):
        return np.zeros(X.shape[1]), np.zeros(X.shape[1])
    with np.errstate(invalid="ignore"):
        low, high = np.fmin.reduce(X, axis=0), np.fmax.reduce(X, axis=0)
    return low.astype(np.float64), high.astype(np.float64)


def pixel_scale(X: Array) -> float:
    """The divisor of all pixels: the largest value, or 1 if they lie in about 0 to 1 already.

    Examples
    --------
    >>> pixel_scale(np.array([[0, 255]])), pixel_scale(np.array([[-0.13, 1.13]]))
    (255.0, 1.0)
    """
    largest = float(max(np.fmax.reduce(X, axis=None), -float(np.fmin.reduce(X, axis=None))))
    return largest if largest > 1.5 else 1.0


def columns_with_nan(X: Array) -> Array:
    """Which columns of X ``(m, n)`` hold NaN, ``(n,)`` of bool."""
    if X.dtype.kind != "f":
        return np.zeros(X.shape[1], bool)
    found: Array = np.asarray(np.isnan(X).any(axis=0))
    return found


def filled_mean_and_scale(table: Table, names: list[str], X: Array) -> tuple[Array, Array]:
    """Mean and scale of the columns X with these names; DataError if a column is empty."""
    empty = np.isnan(X).all(axis=0) if X.dtype.kind == "f" else np.zeros(X.shape[1], bool)
    if empty.any():
        name = names[int(np.argmax(empty))]
        raise DataError(f"{table.source}: column {name!r} is empty in every row; leave it out")
    return mean_and_scale(X)
