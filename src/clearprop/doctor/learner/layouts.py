"""The ways in which people write theta down, and how a gradient that came back is read.

Clearprop's theta consists of blocks. The block of layer l has shape ``(s_l + 1, s_{l+1})``, with
the bias in row 0. A learner's function takes the same numbers as one vector, as matrices, or as
weights and biases. A layout says which, in what order, and how the matrices are turned. Writing and
reading stand side by side here, because each is the other's inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.doctor.learner.signature import Roles
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["VECTORS", "gradient_from", "theta_arguments"]

# Of each layout: how the blocks become one vector, and how a part of it becomes its block again.
VECTORS: dict[str, tuple[Callable[..., Array], Callable[[Array, tuple[int, int]], Array]]] = {
    # the course's [Theta1(:); Theta2(:)]: a block in C order
    "F": (
        lambda blocks: np.concatenate([B.ravel() for B in blocks]),
        lambda part, shape: part.reshape(shape),
    ),
    # the course's matrices, row after row: what NumPy's ravel gives
    "C": (
        lambda blocks: np.concatenate([B.T.ravel() for B in blocks]),
        lambda part, shape: part.reshape(shape[::-1]).T,
    ),
    # W row after row, then b, layer after layer
    "Wb": (
        lambda blocks: np.concatenate([np.r_[B[1:].T.ravel(), B[0]] for B in blocks]),
        lambda part, shape: np.vstack(
            [part[-shape[1] :], part[: -shape[1]].reshape(shape[1], shape[0] - 1).T]
        ),
    ),
    # the same with W of shape (s_l, s_{l+1})
    "wb": (
        lambda blocks: np.concatenate([np.r_[B[1:].ravel(), B[0]] for B in blocks]),
        lambda part, shape: np.vstack(
            [part[-shape[1] :], part[: -shape[1]].reshape(shape[0] - 1, shape[1])]
        ),
    ),
}
_MATRICES: dict[str, Callable[[Array], Array]] = {"course": lambda B: B.T, "blocks": lambda B: B}
_PAIRS: dict[str, Callable[[Array], tuple[Array, Array]]] = {
    "W,b": lambda B: (B[1:].T, B[0]),
    "W,b column": lambda B: (B[1:].T, B[0][:, None]),
    "w,b": lambda B: (B[1:], B[0]),
}


def theta_arguments(roles: Roles, layout: str, network: Network, theta: Array) -> dict[str, Any]:
    """Theta as the arguments of a learner's function, by the names of its parameters."""
    blocks, names = split(network, theta), roles.names
    if layout in VECTORS:
        role = "vector" if "vector" in names else "list"
        return {names[role]: VECTORS[layout][0](blocks)}
    if layout in _MATRICES:
        matrices = [np.ascontiguousarray(_MATRICES[layout](B)) for B in blocks]
        if roles.theta == "numbered":
            return {names[f"Theta{l}"]: Theta for l, Theta in enumerate(matrices, start=1)}
        return {names["list" if "list" in names else "vector"]: matrices}
    pairs = [tuple(map(np.ascontiguousarray, _PAIRS[layout](B))) for B in blocks]
    if roles.theta == "weights":
        return {names["weights"]: [W for W, _ in pairs], names["biases"]: [b for _, b in pairs]}
    arguments = {}
    for l, (W, b) in enumerate(pairs, start=1):
        arguments[names[f"W{l}"]], arguments[names[f"b{l}"]] = W, b
    return arguments


def gradient_from(
    arrays: Sequence[Array], layout: str, returned: str, network: Network
) -> Array | None:
    """The arrays that came back as one vector in theta's own order, ``(n_parameters,)``.

    `layout` is that of theta. `returned` is the layout of a gradient that comes back as one vector.
    None where the arrays have other sizes than theta.
    """
    shapes = network.block_shapes
    is_matrix = len(shapes) == 1 and arrays[0].ndim == 2 and layout not in VECTORS
    if len(arrays) == 1 and not is_matrix:
        return _from_vector(arrays[0], returned, network)
    if len(arrays) == len(shapes):
        return _joined([_block(array, s) for array, s in zip(arrays, shapes, strict=True)])
    if len(arrays) == 2 * len(shapes):
        return _joined(_from_pairs(arrays, layout, shapes))
    return None


def _from_vector(vector: Array, returned: str, network: Network) -> Array | None:
    if vector.size != network.n_parameters:
        return None
    if vector.ndim > 1 and 1 not in vector.shape:
        return None
    flat, start, blocks = vector.ravel().astype(np.float64), 0, []
    unpack = VECTORS[returned][1]
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
    arrays: Sequence[Array], layout: str, shapes: tuple[tuple[int, int], ...]
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
            turned = W.T if layout.startswith("W") else W
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
