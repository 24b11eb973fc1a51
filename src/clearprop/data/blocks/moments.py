"""Means, scales and ranges of columns in one pass over blocks of rows."""

from __future__ import annotations

import numpy as np

from clearprop.data.scaling import number_range
from clearprop.data.table import Array

__all__ = ["Moments"]


class Moments:
    """What :func:`clearprop.data.scaling.mean_and_scale` and ``number_range`` tell of all rows.

    Equation
    --------
    Blocks are put together as Chan, Golub and LeVeque have it (*Updating formulae and a pairwise
    algorithm for computing sample variances*, 1979): with counts a and b, means and sums of squared
    deviations M,

        d = mean_b - mean_a,  mean = mean_a + d b/(a+b),  M = M_a + M_b + d^2 ab/(a+b).

    The result is that of all rows at once, but for rounding.

    Parameters
    ----------
    p
        The number of columns.

    Examples
    --------
    >>> moments = Moments(2)
    >>> moments.add(np.array([[1.0, 7.0]]))
    >>> moments.add(np.array([[3.0, 7.0], [np.nan, 7.0]]))
    >>> moments.mean_and_scale(), moments.gaps.tolist()
    ((array([2., 7.]), array([1., 1.])), [True, False])
    """

    def __init__(self, p: int) -> None:
        self.count = np.zeros(p)  # filled cells, (p,)
        self.rows = 0
        self.low, self.high = np.full(p, np.inf), np.full(p, -np.inf)
        # Both as multiples of `_power`, a power of two: squares of 1e200 would overflow.
        self._mean, self._squares = np.zeros(p), np.zeros(p)
        self._power = np.full(p, np.ldexp(1.0, -1021))

    def add(self, X: Array) -> None:
        """Take in the rows X ``(m, p)``; NaN is ignored."""
        if not len(X):
            return
        self.rows += len(X)
        low, high = number_range(X)  # NaN for an empty column
        self.low, self.high = np.fmin(self.low, low), np.fmax(self.high, high)
        empty = np.isnan(X) if X.dtype.kind == "f" else np.zeros((1, X.shape[1]), bool)
        count = len(X) - empty.sum(axis=0)  # (p,)
        self._grow(np.fmax(np.abs(low), np.abs(high)))
        X = X / self._power  # (m, p)
        np.copyto(X, 0.0, where=empty)
        some = count > 0
        mean = X.sum(axis=0) / count.clip(1)  # (p,)
        X -= mean
        np.copyto(X, 0.0, where=empty)
        squares = np.einsum("ij,ij->j", X, X)  # (p,)
        total = self.count + count
        d = np.where(some, mean - self._mean, 0.0)
        share = count / total.clip(1)
        self._mean += d * share
        self._squares += squares + d * d * self.count * share
        self.count = total

    def _grow(self, largest: Array) -> None:
        """Make the powers of two large enough; to divide by one is exact."""
        some = np.isfinite(largest) & (largest > 0)
        power = np.ldexp(1.0, np.frexp(np.where(some, largest, 1.0))[1] - 1)
        power = np.where(some, np.maximum(power, self._power), self._power)
        ratio = self._power / power
        self._mean *= ratio
        self._squares *= ratio * ratio
        self._power = power

    @property
    def gaps(self) -> Array:
        """Which columns have an empty cell, ``(p,)`` of bool."""
        found: Array = self.count < self.rows
        return found

    def mean_and_scale(self) -> tuple[Array, Array]:
        """The mean and the standard deviation ``(p,)`` of each column, 1 where it never changes."""
        mean, power = self._mean, self._power
        spread = np.sqrt(self._squares / self.count.clip(1))  # (p,)
        # As in `clearprop.data.scaling`: such a spread is only rounding.
        eps, tiny = np.finfo(np.float64).eps, np.finfo(np.float64).tiny
        constant = (spread <= 10 * eps * np.maximum(np.abs(mean), spread)) | (spread * power < tiny)
        constant |= self.low == self.high
        return mean * power, np.where(constant, 1.0, spread * power)
