"""Mean and scale, by which a column of numbers is standardised."""

from __future__ import annotations

import numpy as np

from clearprop.data.table import Array


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
