"""What a learner's function gave back: J, and the gradient in theta's own order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.doctor.learner.calling import Raised, Returned
from clearprop.doctor.learner.conventions import Convention
from clearprop.doctor.learner.layouts import gradient_from
from clearprop.errors import described
from clearprop.network.architecture import Array, Network

__all__ = ["Answer", "Part", "read_answer"]


@dataclass(frozen=True)
class Part:
    """One array of a gradient, as it came back.

    Attributes
    ----------
    name
        What the learner calls it, such as ``"db1"``; empty where it has no name.
    layer, block
        l of the Theta^(l) that it belongs to, counted from 1, and ``"bias"`` or ``"weights"``.
    shape
        The shape that came.
    expected
        The shape of the learner's own parameter.
    """

    name: str
    layer: int
    block: str
    shape: tuple[int, ...]
    expected: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Answer:
    """J and the gradient of one probe.

    Attributes
    ----------
    J
        The cost; None if the code gives none.
    gradient
        ``(n_parameters,)`` in theta's own order; None if nothing could be read. A block that is
        missing, or has a wrong size, is NaN in every entry.
    raw
        The gradient as one vector of any size, in the order in which it came.
    single
        Whether all numbers are float32's.
    changed
        The arguments that the function changed in place.
    parts
        A :class:`Part` for each array, where the gradient came as arrays with known places.
    """

    J: float | None
    gradient: Array | None
    raw: Array
    single: bool
    changed: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def read_answer(
    returned: Returned | Raised, convention: Convention, network: Network
) -> Answer | Raised:
    """Find J and the gradient in what came back, or say what is wrong with it."""
    if isinstance(returned, Raised):
        return returned
    value = returned.value
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list) or len(value) < 2:
        return Raised("ReturnValue", f"expected (J, gradient); it returned {described(value)}")
    J = _scalar(value[0])
    if J is None:
        return Raised(
            "ReturnValue",
            f"expected J, one number, as the first of (J, gradient); got {described(value[0])}",
        )
    rest = value[1] if len(value) == 2 else value[1:]
    arrays = _arrays(rest)
    if arrays is None or not arrays:
        return Raised(
            "ReturnValue", f"expected the gradient as arrays of numbers; got {described(rest)}"
        )
    raw = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    gradient = gradient_from(arrays, convention.layout, convention.returned, network)
    return Answer(float(J), gradient, raw, _is_single(arrays), returned.changed)


def _scalar(value: Any) -> float | None:
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return None
    return float(array.reshape(())) if array.size == 1 else None


def _arrays(value: Any) -> list[Array] | None:
    """The arrays in a nested list, in order; None where it holds anything else."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        if value and all(isinstance(item, int | float) for item in value):
            return [np.asarray(value, np.float64)]
        parts = [_arrays(item) for item in value]
        if any(part is None for part in parts):
            return None
        return [array for part in parts for array in part or []]
    array = np.asarray(value)
    return [array] if array.dtype.kind in "biuf" else None


def _is_single(arrays: list[Array]) -> bool:
    every = np.concatenate([array.ravel().astype(np.float64) for array in arrays])
    with np.errstate(over="ignore"):
        return bool(len(every)) and bool((every == every.astype(np.float32)).all())
