"""The ways in which people write theta down, and how a gradient is read back.

Clearprop's theta consists of blocks. The block of layer l has shape ``(s_l + 1, s_{l+1})``, with
the bias in row 0. A learner's code takes the same numbers as one vector, as matrices that hold
their bias, or as weights and biases. A layout says which, in what order, and how the matrices are
turned. Writing and reading stand side by side here, because each is the other's inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["FORMS", "THRESHOLD", "VECTORS", "block_from", "parts_of", "theta_values", "vector_blocks"]

Shape = tuple[int, int]

# Of each layout: how the blocks become one vector, and how a part of it becomes its block again.
VECTORS: dict[str, tuple[Callable[..., Array], Callable[[Array, Shape], Array]]] = {
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
_MATRICES: dict[str, Callable[[Array], Array]] = {
    "course": lambda B: B.T,
    "blocks": lambda B: B,
    "course, bias last": lambda B: np.hstack([B[1:].T, B[:1].T]),
    "blocks, bias last": lambda B: np.vstack([B[1:], B[:1]]),
}
_PAIRS: dict[str, Callable[[Array], tuple[Array, Array]]] = {
    "W,b": lambda B: (B[1:].T, B[0]),
    "w,b": lambda B: (B[1:], B[0]),
    "W,b column": lambda B: (B[1:].T, B[0][:, None]),
    "w,b row": lambda B: (B[1:], B[0][None, :]),
    "w,b column": lambda B: (B[1:], B[0][:, None]),
    "W,b row": lambda B: (B[1:].T, B[0][None, :]),
    # one output: its weights as a vector, its bias as a number
    "W,b flat": lambda B: (B[1:].T, B[0]) if B.shape[1] > 1 else (B[1:, 0], B[0, 0]),
    "w,b flat": lambda B: (B[1:], B[0]) if B.shape[1] > 1 else (B[1:, 0], B[0, 0]),
    "w,b number": lambda B: (B[1:], B[0]) if B.shape[1] > 1 else (B[1:], B[0, 0]),
}

THRESHOLD = ", threshold"
"""The end of a layout whose biases are subtracted: z = x W - b."""

FORMS: dict[str, tuple[str, ...]] = {
    "vector": tuple(VECTORS),
    "list": tuple(_MATRICES),
    "pairs": tuple(_PAIRS),
    "weights": ("W,b", "w,b", "W,b flat"),
    "own": ("w,b", "W,b"),
}
"""The layouts of each form of theta, the likeliest first."""


def theta_values(layout: str, network: Network, theta: Array) -> dict[str, Any]:
    """Theta under the names that adapters know: ``theta``, ``thetas``, ``weights``, ``biases``.

    Examples
    --------
    >>> theta_values("W,b", Network((2, 1)), np.array([1.0, 2.0, 3.0]))
    {'weights': [array([[2., 3.]])], 'biases': [array([1.])]}
    """
    blocks = split(network, theta)
    if layout in VECTORS:
        return {"theta": VECTORS[layout][0](blocks)}
    if layout in _MATRICES:
        return {"thetas": [np.array(_MATRICES[layout](B), order="C") for B in blocks]}
    sign = -1.0 if layout.endswith(THRESHOLD) else 1.0
    turned = _PAIRS[layout.removesuffix(THRESHOLD)]
    pairs = [(_fresh(W), _fresh(sign * b)) for W, b in map(turned, blocks)]
    return {"weights": [W for W, _ in pairs], "biases": [b for _, b in pairs]}


def _fresh(part: Any) -> Any:
    return np.array(part, order="C") if np.ndim(part) else float(part)


def vector_blocks(vector: Array, layout: str, network: Network) -> list[Array]:
    """A vector's blocks ``(s_l + 1, s_{l+1})``, by the layout of vectors."""
    flat, start, blocks = vector.ravel().astype(np.float64), 0, []
    unpack = VECTORS[layout][1]
    for rows, columns in network.block_shapes:
        blocks.append(unpack(flat[start : start + rows * columns], (rows, columns)))
        start += rows * columns
    return blocks


def block_from(
    weights: Array | None, biases: Array | None, layout: str, shape: Shape
) -> tuple[Array, tuple[str, ...]]:
    """A block ``(s_l + 1, s_{l+1})`` from its parts, and which parts do not fit.

    `layout` tells how a matrix is turned. Where a matrix has the shape of the other turn, it is
    taken so. A bias of one number is broadcast. What is missing or of another size is NaN.
    """
    rows, columns = shape
    block = np.full(shape, np.nan)
    wrong = []
    if layout in _MATRICES and biases is None:
        whole = None if weights is None else _turned(weights, shape, layout.startswith("course"))
        if whole is not None:
            last = layout.endswith("last")
            return (np.vstack([whole[-1:], whole[:-1]]) if last else whole), ()
    if weights is not None:
        inner = _turned(weights, (rows - 1, columns), layout.startswith(("W", "course")))
        if inner is None:
            wrong.append("weights")
        else:
            block[1:] = inner
    if biases is not None:
        if biases.size not in (1, columns):
            wrong.append("biases")
        else:
            block[0] = -biases.ravel() if layout.endswith(THRESHOLD) else biases.ravel()
    return block, tuple(wrong)


def _turned(matrix: Array, shape: Shape, turned: bool) -> Array | None:
    """A matrix as ``(s_l, s_{l+1})``: `turned` where it should come as ``(s_{l+1}, s_l)``."""
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape == (shape[::-1] if turned else shape):
        return matrix.T if turned else matrix
    if matrix.shape == (shape if turned else shape[::-1]):
        return matrix if turned else matrix.T
    if matrix.size == shape[0] * shape[1] and (1 in shape or matrix.ndim > 2):
        return matrix.reshape(shape)
    return None


def parts_of(layout: str, block: Array) -> Sequence[Array]:
    """The arrays that a block becomes under a layout of matrices."""
    if layout in _MATRICES:
        return (_MATRICES[layout](block),)
    return _PAIRS[layout.removesuffix(THRESHOLD)](block)
