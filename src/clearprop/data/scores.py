"""Accuracy, R^2 and errors as scikit-learn defines them, computed without importing it."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.data.table import Array
from clearprop.data.targets import Targets
from clearprop.errors import DataError


def score(targets: Targets, predicted: Array, actual: Any) -> float:
    """How well labels or numbers were predicted: accuracy, or R^2 for regression.

    A row with several labels is right only if all of them are. With several outputs, R^2 is the
    plain mean over them. For a constant target it is 1 if every prediction is exact, else 0.

    Parameters
    ----------
    targets
        What the labels are.
    predicted, actual
        ``(m,)``, or ``(m, K)`` if a row has several.

    Raises
    ------
    DataError
        If their shapes differ, or `actual` holds a label that the targets do not know.

    Examples
    --------
    >>> score(Targets.fit(["no", "yes"]), np.array(["no", "yes"]), ["no", "no"])
    0.5
    """
    actual = np.asarray(actual)
    if actual.shape == (len(predicted), 1) and predicted.ndim == 1:
        actual = actual[:, 0]  # (m,)
    if actual.shape != predicted.shape:
        raise DataError(f"y: expected shape {predicted.shape}; got {actual.shape}")
    if targets.task == "regression":
        return _r2(targets.numbers(actual), predicted)
    if targets.task == "classification":
        # Compare class numbers: then "7" and 7 are the same label, and an unknown one is an error.
        actual, predicted = targets.indices(actual), targets.indices(predicted)
    else:
        actual, predicted = (targets.encode(y, "logistic") for y in (actual, predicted))
    right = predicted == actual  # (m,) or (m, K)
    return float(np.mean(right if right.ndim == 1 else right.all(axis=1)))


def root_mean_squared_error(predicted: Array, actual: Array) -> float:
    """``sqrt((1/m) sum (y - h)^2)`` of numbers ``(m, K)``, the mean over the outputs.

    Examples
    --------
    >>> root_mean_squared_error(np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]])).__round__(6)
    1.414214
    """
    return float(np.mean(np.sqrt(np.mean((actual - predicted) ** 2, axis=0))))


def mean_absolute_error(predicted: Array, actual: Array) -> float:
    """``(1/m) sum |y - h|`` of numbers ``(m, K)``, the mean over the outputs.

    Examples
    --------
    >>> mean_absolute_error(np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]]))
    1.0
    """
    return float(np.mean(np.abs(actual - predicted)))


def _r2(actual: Array, predicted: Array) -> float:
    """``1 - sum (y - h)^2 / sum (y - mean y)^2``, the mean over the outputs."""
    if len(actual) < 2:
        raise DataError(f"y: R^2 needs two rows at least; got {len(actual)}")
    residual = np.sum((actual - predicted.reshape(actual.shape)) ** 2, axis=0)  # (K,)
    spread = np.sum((actual - actual.mean(axis=0)) ** 2, axis=0)  # (K,)
    constant = spread == 0
    ratio = residual / np.where(constant, 1, spread)
    return float(np.mean(np.where(constant, residual == 0, 1 - ratio)))
