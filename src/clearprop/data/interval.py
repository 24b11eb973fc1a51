"""Prediction intervals: three quantiles of each number, widened until they cover what they say.

Sources: R. Koenker and G. Bassett, *Regression quantiles*, 1978: the cost whose minimum is a
quantile. V. Chernozhukov, I. Fernandez-Val and A. Galichon, *Quantile and probability curves
without crossing*, 2010: sorted quantiles are never worse. Y. Romano, E. Patterson and E. Candes,
*Conformalized quantile regression*, 2019: held-out rows say how far an interval is to be widened.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.data.table import Array
from clearprop.errors import DataError, is_number, raise_problems, shown

__all__ = ["Interval", "fewest_rows", "interval_problems"]


@dataclass(frozen=True, eq=False)
class Interval:
    """The interval around each predicted number.

    The network has three outputs for each of the T numbers of a row: the quantiles of the levels
    (1 - p)/2, 1/2 and (1 + p)/2. Their order is that of the numbers: low, median and high of the
    first one, then those of the second.

    Parameters
    ----------
    coverage
        p, the share of rows whose number is to lie in its interval.
    margins
        ``(T,)``, in the unit of the outputs: what is added at both ends of the interval of each
        number. Below 0 the interval is narrowed.

    Raises
    ------
    ParameterError
        For a coverage that is no number from 0.01 to 0.999.

    Examples
    --------
    >>> interval = Interval(0.9, np.array([0.5]))
    >>> interval.levels
    (0.05, 0.5, 0.95)
    >>> interval.bounds(np.array([[1.0, 2.0, 4.0]]))
    array([[[0.5, 4.5]]])
    """

    coverage: float
    margins: Array

    def __post_init__(self) -> None:
        raise_problems(interval_problems(self.coverage))

    @property
    def levels(self) -> tuple[float, float, float]:
        """The level of each output of a number."""
        # Rounded, since (1 - 0.9)/2 is 0.04999999999999999 in floating point.
        tail = round((1 - self.coverage) / 2, 12)
        return tail, 0.5, round(1 - tail, 12)

    def quantiles(self, h: Array) -> Array:
        """The outputs h ``(m, 3T)`` as quantiles ``(m, T, 3)``, sorted so that they never cross.

        Examples
        --------
        >>> Interval(0.9, np.zeros(1)).quantiles(np.array([[3.0, 2.0, 4.0]]))
        array([[[2., 3., 4.]]])
        """
        apart = np.asarray(h).reshape(len(h), -1, 3)  # (m, T, 3)
        return np.sort(apart, axis=2)

    def medians(self, h: Array) -> Array:
        """The median of each number, ``(m, T)``, from the outputs h ``(m, 3T)``."""
        return self.quantiles(h)[:, :, 1]

    def bounds(self, h: Array) -> Array:
        """Both ends of each interval, ``(m, T, 2)``, from the outputs h ``(m, 3T)``.

        A margin below 0 brings no end beyond the median.
        """
        low, median, high = np.moveaxis(self.quantiles(h), 2, 0)  # each (m, T)
        low = np.minimum(low - self.margins, median)
        return np.stack([low, np.maximum(high + self.margins, median)], axis=2)

    def calibrated(self, h: Array, Y: Array) -> Interval:
        """The interval with margins that are right for these rows.

        Parameters
        ----------
        h, Y
            Outputs and targets ``(m, 3T)`` of rows that the network has not learned from; each
            target stands in Y three times.

        Equation
        --------
        ``E_i = max(low_i - y_i, y_i - high_i)``; the margin is the ``ceil((m + 1) p)``-th smallest
        E (Romano et al. 2019, eq. 6 and 8). The number of a new row then lies in its interval with
        a probability of at least p, if the m rows and the new one come in a random order and the m
        rows had no part in training.

        Of fewer than :func:`fewest_rows` rows the largest E is taken, which proves less.

        Examples
        --------
        >>> h, Y = np.array([[0.0, 1.0, 2.0]] * 4), np.array([[1.0], [2.5], [-0.2], [1.8]])
        >>> found = Interval(0.5, np.zeros(1)).calibrated(h, np.repeat(Y, 3, axis=1))
        >>> found.margins.round(6)  # E = -1, 0.5, 0.2, -0.2; the third smallest
        array([0.2])
        """
        low, _, high = np.moveaxis(self.quantiles(h).astype(np.float64), 2, 0)  # each (m, T)
        y = Y[:, ::3].astype(np.float64)  # (m, T)
        E = np.sort(np.maximum(low - y, y - high), axis=0)  # (m, T)
        return replace(self, margins=E[min(_rank(len(h), self.coverage), len(h)) - 1])

    def to_dict(self) -> dict[str, Any]:
        """The interval in JSON values."""
        return {"coverage": self.coverage, "margins": self.margins.tolist()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], numbers: int) -> Interval:
        """The inverse of :meth:`to_dict`, for so many numbers a row.

        Raises
        ------
        DataError
            For values that :meth:`to_dict` does not write.

        Examples
        --------
        >>> Interval.from_dict({"coverage": 0.9, "margins": [0.25]}, 1).margins
        array([0.25])
        """
        try:
            coverage, margins = float(values["coverage"]), np.array(values["margins"], np.float64)
            if len(values) != 2 or interval_problems(coverage):
                raise ValueError(shown(values))
            if margins.shape != (numbers,) or not np.isfinite(margins).all():
                raise ValueError(shown(values["margins"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise DataError(f"targets: interval: cannot be restored: {error!r}") from None
        return cls(coverage, margins)


def interval_problems(coverage: object) -> list[str]:
    """What is wrong with a coverage, as a list of at most one sentence.

    Examples
    --------
    >>> interval_problems(0.9), interval_problems(90)
    ([], ['interval: expected a number from 0.01 to 0.999, such as 0.9; got 90'])
    """
    if is_number(coverage) and 0.01 <= float(coverage) <= 0.999:
        return []
    return [f"interval: expected a number from 0.01 to 0.999, such as 0.9; got {shown(coverage)}"]


def fewest_rows(coverage: float) -> int:
    """With fewer rows even the largest E does not prove the coverage: ``ceil((m + 1) p) > m``.

    Examples
    --------
    >>> fewest_rows(0.9), fewest_rows(0.99)
    (9, 99)
    """
    m = max(1, math.floor(coverage / (1 - coverage)) - 1)
    while _rank(m, coverage) > m:
        m += 1
    return m


def _rank(m: int, coverage: float) -> int:
    """``ceil((m + 1) p)``, where 10 times 0.9 is 9 and not a little more."""
    return math.ceil(round((m + 1) * coverage, 9))
