"""What prediction intervals hold: the share of the rows inside, and how wide they are."""

from __future__ import annotations

from dataclasses import dataclass

from clearprop.data.table import Array

__all__ = ["IntervalScores", "interval_scores"]


@dataclass(frozen=True)
class IntervalScores:
    """What intervals show on rows with labels.

    Attributes
    ----------
    expected
        The share of rows that they are to cover.
    covered
        The share whose number lies in its interval, ends included; the mean over several outputs.
    width
        The mean width, in the unit of the numbers; the mean over several outputs.
    """

    expected: float
    covered: float
    width: float


def interval_scores(expected: float, bounds: Array, actual: Array) -> IntervalScores:
    """Coverage and mean width of intervals ``(m, T, 2)`` around the actual numbers ``(m, T)``.

    Examples
    --------
    >>> import numpy as np
    >>> interval_scores(0.9, np.array([[[0.0, 2.0]], [[1.0, 5.0]]]), np.array([[2.0], [0.5]]))
    IntervalScores(expected=0.9, covered=0.5, width=3.0)
    """
    low, high = bounds[:, :, 0], bounds[:, :, 1]  # each (m, T)
    inside = (low <= actual) & (actual <= high)
    return IntervalScores(expected, float(inside.mean()), float((high - low).mean()))
