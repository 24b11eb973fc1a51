"""What probabilities show beyond the class that is predicted: how they rank rows, and their size.

The definitions are scikit-learn's. They are computed here, since importing it takes a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.data.table import Array

__all__ = ["Bin", "Threshold", "auc", "calibration", "thresholds"]

# The recalls that a table of thresholds answers for: "to find nine in ten, ...".
_RECALLS = (0.25, 0.5, 0.75, 0.9, 1.0)

# The bins of a table of calibration. With five, a bin of 600 rows has 120.
_BINS = 5


@dataclass(frozen=True)
class Threshold:
    """What becomes of a class if rows are taken for it from some probability on.

    Attributes
    ----------
    threshold
        The smallest probability.
    rows
        How many rows have at least that.
    precision, recall
        Of those rows, the share that are of the class; of the class, the share among those rows.
    """

    threshold: float
    rows: int
    precision: float
    recall: float


@dataclass(frozen=True)
class Bin:
    """Rows of about the same probability.

    Attributes
    ----------
    rows
        How many.
    predicted, observed
        Their mean probability, and the share of them that are of the class.
    """

    rows: int
    predicted: float
    observed: float


def auc(p: Array, positive: Array) -> float | None:
    """The area under the ROC curve: how often a row of the class ranks above another row.

    Parameters
    ----------
    p
        ``(m,)``: what ranks the rows. Two rows that are equal count half.
    positive
        ``(m,)``: which rows are of the class.

    Returns
    -------
    0.5 for no order at all, 1 for a perfect one. None if all rows are of the class, or none is.

    Examples
    --------
    >>> auc(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    0.875
    """
    n = int(np.count_nonzero(positive))
    if n in (0, len(p)):
        return None
    _, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    # Ranks from 1; rows that are equal share the mean of theirs.
    ranks = np.cumsum(counts) - (counts - 1) / 2
    total = float(ranks[place.reshape(-1)][positive].sum())
    return (total - n * (n + 1) / 2) / (n * (len(p) - n))


def thresholds(p: Array, positive: Array) -> list[Threshold]:
    """Precision and recall against the threshold, from the highest threshold to the lowest.

    For each of some recalls it is the highest threshold that reaches it. A threshold of 0.5, the
    usual one, is there too.

    Parameters
    ----------
    p, positive
        As for :func:`auc`. At least one row is of the class.

    Examples
    --------
    >>> found = thresholds(np.array([0.1, 0.3, 0.4, 0.8]), np.array([False, True, False, True]))
    >>> [(t.threshold, t.rows, t.precision) for t in found]
    [(0.8, 1, 1.0), (0.5, 1, 1.0), (0.3, 3, 0.6666666666666666)]
    """
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(positive[order])  # (m,)
    levels = {0.5}
    for recall in _RECALLS:
        levels.add(float(p[order[np.searchsorted(hits, recall * hits[-1])]]))
    found = []
    for level in sorted(levels, reverse=True):
        rows = int(np.count_nonzero(p >= level))
        there = int(hits[rows - 1]) if rows else 0
        found.append(Threshold(level, rows, there / max(rows, 1), there / int(hits[-1])))
    return found


def calibration(p: Array, positive: Array) -> list[Bin]:
    """Predicted probability against observed share, in bins of about as many rows each.

    Parameters
    ----------
    p, positive
        As for :func:`auc`.

    Examples
    --------
    >>> p = np.array([0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9])
    >>> [(b.rows, round(b.predicted, 3), b.observed) for b in calibration(p, p > 0.5)]
    [(4, 0.1, 0.0), (4, 0.9, 1.0)]
    """
    edges = np.percentile(p, np.linspace(0, 100, _BINS + 1)[1:-1])
    places = np.searchsorted(edges, p)  # (m,)
    found = []
    for b in np.unique(places):
        inside = places == b
        found.append(
            Bin(int(inside.sum()), float(np.mean(p[inside])), float(np.mean(positive[inside])))
        )
    return found
