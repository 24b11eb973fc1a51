"""How far a learner's numbers are from others, and how far is still rounding."""

from __future__ import annotations

import numpy as np

from clearprop.network.architecture import Array

__all__ = ["TOLERANCE", "block_errors", "cost_error"]

# How close "to rounding" is. A test measures that mutations differ by far more on the probes.
TOLERANCE = {"float64": 1e-6, "float32": 3e-4}


def cost_error(J: float, learners: float | None) -> float:
    """The relative difference of two costs. NaN equals NaN; a cost that is not there fits any.

    Examples
    --------
    >>> cost_error(1.0, 2.0), cost_error(1.0, None)
    (0.5, 0.0)
    """
    if learners is None:
        return 0.0
    if np.isnan(J) and np.isnan(learners):
        return 0.0
    error = abs(J - learners) / max(abs(J), abs(learners), 1e-3)
    return float(error) if np.isfinite(error) else np.inf


def block_errors(D: Array, learners: Array, starts: Array) -> Array:
    """For each block the largest difference over the block's largest value, ``(n_blocks,)``."""
    difference = np.abs(D - learners)
    size = np.nan_to_num(np.maximum(np.abs(D), np.abs(learners)), nan=0.0, posinf=0.0)
    scale = np.maximum.reduceat(size, starts)
    scale = np.maximum(scale, 1e-3 * size.max(initial=0.0) + 1e-300)
    errors = np.maximum.reduceat(difference, starts) / scale
    return np.where(np.isfinite(errors), errors, np.inf)
