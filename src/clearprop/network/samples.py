"""Checks the user's theta, X, Y and weights, and converts them to the shapes of the mathematics."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from clearprop.errors import ParameterError, raise_problems, shown
from clearprop.network.architecture import Array, Network

# The costs of numbers: their targets are no shares of classes.
NUMBER_COSTS = ("squared", "poisson", "huber", "quantile")


def as_theta(network: Network, theta: Any) -> Array:
    """Theta as one contiguous vector of float64, or of float32 if it is float32 already.

    Raises
    ------
    ParameterError
        For a wrong length, text, or values that are not finite.
    """
    array = _as_float("theta", theta)
    if array.shape != (network.n_parameters,):
        raise ParameterError(
            f"theta: expected shape ({network.n_parameters},) for layers {network.layer_sizes}; "
            f"got {array.shape}. theta unrolls the blocks of shapes {network.block_shapes}"
        )
    raise_problems(_finite_problems("theta", array))
    return np.ascontiguousarray(array)


def as_inputs(network: Network, X: Any, dtype: Any = np.float64) -> Array:
    """X as ``(m, s_1)`` of `dtype`, in C order; one sample becomes one row; sparse becomes CSR.

    Raises
    ------
    ParameterError
        For a wrong number of columns, text, or values that are not finite.
    """
    sparse = hasattr(X, "tocsr")  # without an import of SciPy
    array: Any = X.tocsr().astype(dtype, copy=False) if sparse else _as_float("X", X, dtype)
    if array.ndim == 1 and array.shape[0] == network.n_inputs:
        array = array[None, :]  # (1, s_1)
    if array.ndim != 2 or array.shape[1] != network.n_inputs:
        raise ParameterError(
            f"X: expected shape (m, {network.n_inputs}), one row a sample; got {array.shape}"
        )
    if array.shape[0] == 0:
        raise ParameterError("X: expected at least one row; got 0 rows")
    problems = _finite_problems("X", array.data, array) if sparse else _finite_problems("X", array)
    raise_problems(problems)
    return array if sparse else np.ascontiguousarray(array)


def as_targets(network: Network, Y: Any, rows: int, dtype: Any = np.float64) -> Array:
    """Y as ``(m, K)`` of `dtype`: class numbers 0..K-1 become one-hot rows.

    Raises
    ------
    ParameterError
        For a wrong shape, a class number out of range, or values that the cost does not allow.

    Examples
    --------
    >>> as_targets(Network((2, 3)), [2, 0], rows=2)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    array = _as_float("Y", Y, dtype)
    K = network.n_outputs
    if array.shape[:1] != (rows,):
        raise ParameterError(f"Y: expected {rows} rows, as many as X; got shape {array.shape}")
    numbers = network.cost in NUMBER_COSTS or K == 1
    if array.ndim == 1 and not numbers:
        array = _one_hot(array, K, dtype)  # (m, K)
    elif array.ndim == 1 and K == 1:
        array = array[:, None]  # (m, 1)
    if array.shape != (rows, K):
        expected = f"shape ({rows}, {K})"
        if not numbers:
            expected = f"{rows} class numbers or {expected}"
        raise ParameterError(f"Y: expected {expected}; got {array.shape}")
    raise_problems(_finite_problems("Y", array) or _cost_problems(network, array))
    return np.ascontiguousarray(array)


def smoothed(network: Network, Y: Array, share: float) -> Array:
    """Targets of classes, of which a share goes to all classes alike.

    Equation
    --------
    ``Y := (1 - s) Y + s/K``; with one output unit, which stands for two classes, ``s/2``
    (Szegedy et al. 2016, section 7).

    Raises
    ------
    ParameterError
        For a cost of numbers, which have no classes.

    Examples
    --------
    >>> smoothed(Network((2, 4), cost="softmax"), np.array([[0.0, 1.0, 0.0, 0.0]]), 0.2)
    array([[0.05, 0.85, 0.05, 0.05]])
    >>> smoothed(Network((2, 1)), np.array([[1.0]]), 0.2)
    array([[0.9]])
    """
    if share == 0:
        return Y
    if network.cost in NUMBER_COSTS:
        raise ParameterError(
            f"label_smoothing: is for classes; the cost {network.cost} is for numbers; leave it at "
            f"0; got {share!r}"
        )
    even = share / max(network.n_outputs, 2)
    return (1 - share) * Y + even  # (m, K)


def as_sample_weight(sample_weight: Any, rows: int, dtype: Any = np.float64) -> Array | None:
    """The weights as ``(m,)`` of `dtype`, or None.

    Raises
    ------
    ParameterError
        For a wrong shape, a weight below 0, or a sum of 0.
    """
    if sample_weight is None:
        return None
    array = _as_float("sample_weight", sample_weight, dtype)
    if array.shape != (rows,):
        raise ParameterError(f"sample_weight: expected shape ({rows},); got {array.shape}")
    raise_problems(_finite_problems("sample_weight", array))
    if (array < 0).any() or not array.sum() > 0:
        raise ParameterError(
            "sample_weight: expected weights of at least 0 with a sum above 0; "
            f"got a smallest weight of {array.min()} and a sum of {array.sum()}"
        )
    return array


def _as_float(name: str, value: Any, dtype: Any = None) -> Array:
    """An array of `dtype`, or of the float type that the value has already, else float64."""
    try:
        array = np.asarray(value)
        if dtype is None:
            dtype = array.dtype if array.dtype in (np.float32, np.float64) else np.float64
        if array.dtype == dtype:
            return array
        if array.dtype.kind not in "biufO":
            raise TypeError
        with np.errstate(over="ignore"):  # too large for float32 becomes infinite: an error later
            return np.asarray(array, dtype)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"{name}: expected a rectangular array of numbers; got {type(value).__name__} "
            f"{shown(value)}"
        ) from None


def _finite_problems(name: str, array: Array, csr: Any = None) -> list[str]:
    """What is not finite, as a list of at most one sentence; `array` may be the data of a `csr`."""
    # A finite sum means that every value is finite. It costs no array of booleans.
    with np.errstate(all="ignore"):
        if math.isfinite(array.sum()):
            return []
    bad = np.argwhere(~np.isfinite(array))
    if not len(bad):
        return []
    where = tuple(int(i) for i in bad[0])
    kind = "NaN" if np.isnan(array[where]) else "infinite"
    if csr is not None:
        row = int(np.searchsorted(csr.indptr, where[0], side="right")) - 1
        where = (row, int(csr.indices[where[0]]))
    place = f"row {where[0]}, column {where[1]}" if len(where) == 2 else f"position {where[0]}"
    more = f" ({len(bad)} such values)" if len(bad) > 1 else ""
    return [f"{name}: expected finite numbers; got {kind} at {place}{more}"]


def _one_hot(labels: Array, K: int, dtype: Any) -> Array:
    raise_problems(_finite_problems("Y", labels))
    outside = (np.floor(labels) != labels) | (labels < 0) | (labels >= K)
    if outside.any():
        row = int(np.argmax(outside))
        hint = (
            "; the course counts classes from 1: subtract 1 (its label 10 for the digit 0: y % 10)"
            if labels.min() >= 1 and (labels[outside] == K).all()
            else ""
        )
        raise ParameterError(
            f"Y: expected class numbers 0 to {K - 1}; got {labels[row]:g} in row {row}{hint}"
        )
    one_hot = np.zeros((len(labels), K), dtype)  # (m, K)
    one_hot[np.arange(len(labels)), labels.astype(np.int64)] = 1
    return one_hot


def _cost_problems(network: Network, Y: Array) -> list[str]:
    if network.cost in ("logistic", "softmax") and ((Y < 0).any() or (Y > 1).any()):
        return [f"Y: the {network.cost} cost expects 0 to 1; got {Y.min():g} to {Y.max():g}"]
    if network.cost == "softmax":
        off = np.abs(Y.sum(axis=1) - 1) > 1e-3
        if off.any():
            row = int(np.argmax(off))
            return [
                f"Y: the softmax cost expects rows that sum to 1; row {row} sums to "
                f"{float(Y[row].sum()):g}. For several labels a sample use cost='logistic'"
            ]
    if network.cost == "poisson" and (Y < 0).any():
        return [f"Y: the poisson cost expects counts of at least 0; got {Y.min():g}"]
    return []
