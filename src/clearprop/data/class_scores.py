"""How well each class is found: precision, recall, F1, and what is made of them.

The definitions are scikit-learn's. They are computed here, since importing it takes a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.data.table import Array

__all__ = ["ClassScores", "balanced_accuracy", "class_scores", "log_loss", "macro_f1"]


@dataclass(frozen=True, eq=False)
class ClassScores:
    """Precision, recall and F1 of K classes.

    Attributes
    ----------
    precision
        Of the rows that were taken for the class, the share that are of it, ``(K,)``. 0 for a class
        that was never predicted, as in scikit-learn; NaN if it has no rows either.
    recall
        Of the rows of the class, the share that were found, ``(K,)``. NaN without such rows.
    f1
        ``2 hits / (rows + predicted)``, ``(K,)``. NaN if both are 0.
    rows, predicted
        How many rows are of the class, and how many were taken for it, ``(K,)``.
    """

    precision: Array
    recall: Array
    f1: Array
    rows: Array
    predicted: Array


def class_scores(hits: Array, rows: Array, predicted: Array) -> ClassScores:
    """The scores of each class from three counts, each ``(K,)``.

    Parameters
    ----------
    hits
        Rows of the class that were taken for it.
    rows, predicted
        Rows of the class, and rows that were taken for it.

    Examples
    --------
    >>> found = class_scores(np.array([1, 0]), rows=np.array([4, 2]), predicted=np.array([6, 0]))
    >>> found.precision.round(3), found.recall, found.f1
    (array([0.167, 0.   ]), array([0.25, 0.  ]), array([0.2, 0. ]))
    """
    there = rows + predicted > 0
    precision = np.where(there, hits / predicted.clip(1), np.nan)  # (K,)
    recall = np.where(rows > 0, hits / rows.clip(1), np.nan)
    f1 = np.where(there, 2 * hits / (rows + predicted).clip(1), np.nan)
    return ClassScores(precision, recall, f1, rows, predicted)


def balanced_accuracy(found: ClassScores) -> float:
    """The mean recall of the classes that have rows.

    Guessing the largest class always gives 1/K, however large it is.
    """
    return float(np.nanmean(found.recall))


def macro_f1(found: ClassScores) -> float:
    """The mean F1 of the classes that have rows or were predicted."""
    return float(np.nanmean(found.f1))


def log_loss(probabilities: Array, actual: Array) -> float:
    """``-(1/m) sum log p``, with p the probability of each row's actual class.

    Parameters
    ----------
    probabilities
        ``(m, K)``. They are moved off 0 by the rounding of their dtype, as in scikit-learn, so the
        loss is finite.
    actual
        ``(m,)``: the number of each row's class.

    Examples
    --------
    >>> round(log_loss(np.array([[0.5, 0.5], [0.9, 0.1]]), np.array([0, 0])), 6)
    0.399254
    """
    tiny = np.finfo(probabilities.dtype).eps
    p = probabilities[np.arange(len(actual)), actual].clip(tiny, 1 - tiny)  # (m,)
    return float(-np.mean(np.log(p.astype(np.float64))))
