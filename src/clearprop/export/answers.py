"""What a model answers for its outputs, as one row of numbers: what a C file and a page give."""

from __future__ import annotations

import numpy as np

from clearprop.data.targets import Targets
from clearprop.network.architecture import Array

__all__ = ["answers_of", "units_of"]


def answers_of(targets: Targets, h: Array) -> Array:
    """The answers for the outputs h ``(m, K)``.

    Returns
    -------
    The probability of each class or label, ``(m, n_classes)``; or the T numbers ``(m, T)``. With
    intervals each number has both ends of its own behind it, ``(m, 3T)``.

    Examples
    --------
    >>> answers_of(Targets.fit(["no", "yes"]), np.array([[0.25]]))
    array([[0.75, 0.25]])
    """
    if targets.task != "regression":
        return targets.probabilities(h)
    value = targets.decode(h).reshape(len(h), -1, 1)  # (m, T, 1)
    if targets.interval is not None:
        ends = targets.bounds(h).reshape(len(h), -1, 2)  # (m, T, 2)
        value = np.concatenate([value, ends], axis=2)  # (m, T, 3)
    return value.reshape(len(h), -1)


def units_of(targets: Targets, answers: Array) -> Array:
    """In what differences of the answers are measured, as an array like them.

    1 for probabilities. A number counts in units of its scale; one that lies further than that from
    the mean, by that distance.

    Examples
    --------
    >>> targets = Targets.fit([1.5, 3.5, 5.5])
    >>> units_of(targets, np.array([[3.5], [103.5]])).round(2)
    array([[  1.63],
           [100.  ]])
    """
    if targets.mean is None or targets.scale is None:
        return np.ones_like(answers)
    each = answers.shape[1] // len(targets.mean)
    mean, scale = np.repeat(targets.mean, each), np.repeat(targets.scale, each)  # each (N,)
    units: Array = np.maximum(scale, np.abs(answers - mean))  # (m, N)
    return units
