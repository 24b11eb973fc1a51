"""A gradient whose arrays have other sizes than theta's, compared array by array.

Where the arrays of the learner's have known places, each is compared with its block. Otherwise
they came in some order, and the order that fits best is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from clearprop.doctor.learner.answer import Answer
from clearprop.network.architecture import Array

__all__ = ["resized_errors"]

_Piece = tuple[tuple[int, ...], Array]
"""Blocks, counted from 0 (the bias and the weights of each layer), and the array of them."""


def resized_errors(Ds: Sequence[Array], answer: Answer, shapes: Sequence[tuple[int, int]]) -> Array:
    """The error of each block, ``(n_blocks,)``; infinite where the sizes differ.

    `shapes` are those of theta's blocks. Where `Ds` have them, whole matrices alone are compared:
    weights and biases of the right sizes would have been read.

    Examples
    --------
    >>> D = np.array([[1.0], [2.0], [3.0]])
    >>> resized_errors([D], Answer(0.0, None, np.array([2.0, 3.0, 1.0]), False), [(2, 2)])
    array([0., 0.])
    """
    if answer.parts:
        return _by_parts(Ds, answer)
    best = np.full(2 * len(Ds), np.inf)
    if sum(D.size for D in Ds) != answer.raw.size:
        return best
    floor = max(1e-3 * np.abs(answer.raw).max(initial=0.0), 1e-300)
    for pieces in _orders(Ds, shapes):
        starts = np.cumsum([0, *(array.size for _, array in pieces[:-1])])
        right = np.concatenate([array.ravel() for _, array in pieces])
        size = np.maximum(np.abs(right), np.abs(answer.raw))
        difference = np.maximum.reduceat(np.abs(right - answer.raw), starts)
        of_pieces = difference / np.maximum(np.maximum.reduceat(size, starts), floor)
        errors = np.full(2 * len(Ds), np.inf)
        for (blocks, _), error in zip(pieces, of_pieces, strict=True):
            errors[list(blocks)] = error if np.isfinite(error) else np.inf
        best = min(best, errors, key=lambda e: (-(e < 1e-3).sum(), e.max()))
    return best


def _by_parts(Ds: Sequence[Array], answer: Answer) -> Array:
    errors, start = np.full(2 * len(Ds), np.inf), 0
    for part in answer.parts:
        size = prod(part.shape)
        mine = answer.raw[start : start + size]
        start += size
        D = Ds[part.layer - 1]
        right = {"bias": D[0], "weights": D[1:], "all": D}[part.block]
        if len(mine) == right.size:
            turned = (right.ravel(), right.T.ravel())
            first = 2 * (part.layer - 1)
            blocks = {"bias": [first], "weights": [first + 1], "all": [first, first + 1]}
            errors[blocks[part.block]] = min(_error(mine, array, answer.raw) for array in turned)
    return errors


def _orders(Ds: Sequence[Array], shapes: Sequence[tuple[int, int]]) -> Iterator[list[_Piece]]:
    """The orders in which people return their arrays."""
    for turned in (True, False):
        for layers in (list(enumerate(Ds)), list(enumerate(Ds))[::-1]):
            whole: list[_Piece] = [((2 * i, 2 * i + 1), D.T if turned else D) for i, D in layers]
            weights: list[_Piece] = [
                ((2 * i + 1,), D[1:].T if turned else D[1:]) for i, D in layers
            ]
            biases: list[_Piece] = [((2 * i,), D[0]) for i, D in layers]
            yield whole
            if all(D.shape == shape for D, shape in zip(Ds, shapes, strict=True)):
                continue
            yield [piece for pair in zip(weights, biases, strict=True) for piece in pair]
            yield [piece for pair in zip(biases, weights, strict=True) for piece in pair]
            yield [*weights, *biases]
            yield [*biases, *weights]


def _error(mine: Array, right: Array, every: Array) -> float:
    difference = np.abs(mine - right).max(initial=0.0)
    size = max(np.abs(mine).max(initial=0.0), np.abs(right).max(initial=0.0))
    scale = max(size, 1e-3 * np.abs(every).max(initial=0.0), 1e-300)
    error = float(difference / scale)
    return error if np.isfinite(error) else np.inf
