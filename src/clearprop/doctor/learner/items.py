"""What came back from a learner's code, as named items: J among them, and the arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from clearprop.doctor.learner.names import is_cost, place_of, roles_of
from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array

__all__ = [
    "Item",
    "array_of",
    "cost_of",
    "is_single",
    "items_of",
    "leaves_of",
    "matrix_of",
    "of_units",
    "scalar",
]

Item = tuple[str, Any]


def items_of(value: Any, names: Sequence[str]) -> list[Item]:
    """What came back, with its names: the keys of a dict, the names of the return statement."""
    value = of_units(value)
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        if len(value) == len(names):
            return list(zip(names, value, strict=True))
        if names and names[-1].startswith("*") and len(value) >= len(names) - 1:
            rest = len(value) - len(names) + 1
            return list(zip([*names[:-1], *[""] * rest], value, strict=True))
        if len(names) == 1 and _is_gradient(names[0]):
            return [(names[0], value)]
        if value and all(isinstance(item, int | float) for item in value) and len(value) > 2:
            return [("", np.asarray(value, np.float64))]
        return [("", item) for item in value]
    return [(names[0] if len(names) == 1 else "", value)]


def of_units(value: Any) -> Any:
    """Lists of units, ``net[l][j]["weights"]``, as one matrix a layer; all else as it is.

    A unit is a dict, or an object that came back. Where it holds its bias apart, a layer becomes a
    dict of weights and biases.

    Examples
    --------
    >>> of_units([[{"weights": [1.0, 2.0], "bias": 0.5, "delta": 0.1}]])
    [{'weights': array([[1., 2.]]), 'biases': array([0.5])}]
    """
    if not isinstance(value, list) or not value:
        return value
    layers = [_layer_of_units(layer) for layer in value]
    return value if any(layer is None for layer in layers) else layers


def _layer_of_units(units: Any) -> Any:
    if not isinstance(units, list) or not units or not all(isinstance(u, dict) for u in units):
        return None
    found: dict[str, list[Any]] = {"weights": [], "biases": []}
    for unit in units:
        for key, item in unit.items():
            place = place_of(key)
            if place is not None and not place.gradient and place.index is None:
                found[place.kind].append(array_of(item))
    if len(found["weights"]) != len(units) or len({np.shape(w) for w in found["weights"]}) > 1:
        return None
    if any(np.ndim(w) != 1 for w in found["weights"]):
        return None
    weights = np.array(found["weights"], np.float64)  # (s_{l+1}, s_l), or with the bias
    if len(found["biases"]) != len(units):
        return weights
    return {"weights": weights, "biases": np.array(found["biases"], np.float64).ravel()}


def _is_gradient(name: str) -> bool:
    """Whether one name stands for the whole gradient: ``grads``, ``nabla``, ``dW``."""
    return place_of(name) is not None or roles_of(name) == "gradients" or "grad" in name.lower()


def cost_of(
    items: list[Item], probe: Probe, lists: bool = False
) -> tuple[float | None, list[Item]]:
    """J, and the items without it."""
    for i, (name, value) in enumerate(items):
        if name and is_cost(name) and place_of(name) is None:
            first = value
            if isinstance(value, list | np.ndarray) and lists and np.size(value) > 1:
                first = np.ravel(value)[0]
            J = scalar(first)
            if J is not None or lists:
                return J, items[:i] + items[i + 1 :]
    n = probe.network.n_layers - 1
    count = len(list(leaves_of(items)))
    for i in dict.fromkeys((0, len(items) - 1)):
        if len(items) < 2:
            break
        name, value = items[i]
        named = place_of(name) is not None if name else False
        if not isinstance(value, list | dict) and not named and scalar(value) is not None:
            scalars = [v for _, v in items if not isinstance(v, list | dict) and np.size(v) == 1]
            if count == 2 * n and len(scalars) == len(items):
                continue  # weights and biases of one number each
            return scalar(value), items[:i] + items[i + 1 :]
    return None, items


def scalar(value: Any) -> float | None:
    """One number, however it is wrapped; None for anything else."""
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return None
    return float(array.reshape(())) if array.size == 1 else None


def leaves_of(items: Sequence[Item]) -> Iterator[tuple[str, Array]]:
    """The arrays in nested lists and dicts, in order, each with the nearest name."""
    for name, value in items:
        if isinstance(value, dict):
            yield from leaves_of(list(value.items()))
        elif isinstance(value, list):
            if value and all(isinstance(v, int | float) for v in value):
                yield name, np.asarray(value, np.float64)
                continue
            if (matrix := matrix_of(value)) is not None:
                yield name, matrix
                continue
            yield from leaves_of([(name, item) for item in value])
        elif isinstance(value, np.ndarray | int | float) and not isinstance(value, bool):
            array = np.asarray(value)
            if array.dtype.kind in "biuf":
                yield name, array


def matrix_of(value: list[Any]) -> Array | None:
    """Nested Python lists of numbers as a matrix."""
    if not value or not all(isinstance(row, list) and row for row in value):
        return None
    if not all(isinstance(x, int | float) for row in value for x in row):
        return None
    if len({len(row) for row in value}) > 1:
        return None
    return np.asarray(value, np.float64)


def array_of(value: Any) -> Array | None:
    """An array, a number or nested lists of numbers; None for anything else."""
    if isinstance(value, bool) or value is None or isinstance(value, str | dict):
        return None
    if isinstance(value, list):
        if (matrix := matrix_of(value)) is not None:
            return matrix
        if not value or not all(isinstance(item, int | float) for item in value):
            return None
        return np.asarray(value, np.float64)
    array = np.asarray(value)
    return array if array.dtype.kind in "biuf" else None


def is_single(arrays: Sequence[Array]) -> bool:
    """Whether every number is one of float32."""
    every = np.concatenate([array.ravel().astype(np.float64) for array in arrays])
    with np.errstate(over="ignore"):
        return bool(len(every)) and bool((every == every.astype(np.float32)).all())
