"""What a learner's function gave back, brought into theta's own layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.gradients.calling import Raised, Returned
from clearprop.gradients.probe import describe
from clearprop.gradients.signature import VECTORS, Convention
from clearprop.network.architecture import Array, Network

__all__ = ["Answer", "read_answer"]


@dataclass(frozen=True, eq=False)
class Answer:
    """J and the gradient of one probe.

    Attributes
    ----------
    gradient
        ``(n_parameters,)`` in theta's layout, or None where its size is another one.
    raw
        The gradient as one vector, whatever its size, in the order in which it came.
    single
        Whether all numbers are float32's.
    """

    J: float
    gradient: Array | None
    raw: Array
    single: bool
    changed: tuple[str, ...] = ()


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
        return Raised("ReturnValue", f"expected (J, gradient); it returned {describe(value)}")
    J = _scalar(value[0])
    if J is None:
        return Raised(
            "ReturnValue",
            f"expected J, one number, as the first of (J, gradient); got {describe(value[0])}",
        )
    rest = value[1] if len(value) == 2 else value[1:]
    arrays = _arrays(rest)
    if arrays is None or not arrays:
        return Raised(
            "ReturnValue", f"expected the gradient as arrays of numbers; got {describe(rest)}"
        )
    single = _is_single(arrays)
    raw = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    gradient = _in_theta_layout(arrays, convention, network)
    return Answer(float(J), gradient, raw, single, returned.changed)


def _scalar(value: Any) -> float | None:
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return None
    return float(array.reshape(())) if array.size == 1 else None


def _arrays(value: Any) -> list[Array] | None:
    """The arrays in a nested list, in order; None where something else is in it."""
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


def _in_theta_layout(arrays: list[Array], convention: Convention, network: Network) -> Array | None:
    shapes = network.block_shapes
    is_matrix = len(shapes) == 1 and arrays[0].ndim == 2 and convention.layout not in VECTORS
    if len(arrays) == 1 and not is_matrix:
        return _from_vector(arrays[0], convention, network)
    if len(arrays) == len(shapes):
        blocks = [_block(array, s) for array, s in zip(arrays, shapes, strict=True)]
        return _joined(blocks)
    if len(arrays) == 2 * len(shapes):
        return _joined(_from_pairs(arrays, convention, shapes))
    return None


def _from_vector(vector: Array, convention: Convention, network: Network) -> Array | None:
    if vector.size != network.n_parameters:
        return None
    if vector.ndim > 1 and 1 not in vector.shape:
        return None
    flat, start, blocks = vector.ravel().astype(np.float64), 0, []
    unpack = VECTORS[convention.returned][1]
    for rows, columns in network.block_shapes:
        part = flat[start : start + rows * columns]
        blocks.append(unpack(part, (rows, columns)))
        start += rows * columns
    return _joined(blocks)


def _block(array: Array, shape: tuple[int, int]) -> Array | None:
    if array.shape == shape[::-1]:
        return array.T
    if array.shape == shape:
        return array
    if array.size == shape[0] * shape[1] and 1 in shape:
        return array.reshape(shape)
    return None


def _from_pairs(
    arrays: list[Array], convention: Convention, shapes: tuple[tuple[int, int], ...]
) -> list[Array | None]:
    """Weights and biases of each layer, whether they come in turn or one list after the other."""
    n = len(shapes)
    orders = [
        ([2 * l for l in range(n)], [2 * l + 1 for l in range(n)]),
        (list(range(n)), list(range(n, 2 * n))),
        ([2 * l + 1 for l in range(n)], [2 * l for l in range(n)]),
        (list(range(n, 2 * n)), list(range(n))),
    ]
    for Ws, bs in orders:
        blocks = []
        for l, (rows, columns) in enumerate(shapes):
            W, b = arrays[Ws[l]], arrays[bs[l]]
            if b.size != columns or W.size != (rows - 1) * columns:
                break
            turned = W.T if convention.layout.startswith("W") else W
            if turned.shape != (rows - 1, columns):
                turned = W if W.shape == (rows - 1, columns) else W.T
            if turned.shape != (rows - 1, columns):
                break
            blocks.append(np.vstack([b.reshape(1, columns), turned]))
        else:
            return list(blocks)
    return [None]


def _joined(blocks: Sequence[Array | None]) -> Array | None:
    if any(block is None for block in blocks):
        return None
    return np.concatenate([np.asarray(block, np.float64).ravel() for block in blocks])
