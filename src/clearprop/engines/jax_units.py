"""The shapes that a device computes with: units of minibatches, and rows in padded parts.

A compiled function is for one shape. So minibatches are trained in units of one length, and what is
missing at the end is filled up with rows without weight and minibatches without a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.engines.jax_functions import Batches
from clearprop.engines.protocol import Rows, Update, targets_of
from clearprop.network.architecture import Array, Network

# A sample takes about so many operations a parameter: forward, backward, gradient. A unit takes so
# many at most that Ctrl-C waits for a tenth of a second or two. A GPU is a hundred times as fast.
_FLOPS = 6
_UNIT_FLOPS, _GPU_UNIT_FLOPS = 8_000_000_000, 800_000_000_000
_UNIT_BYTES = 2**26  # of rows that are handed over with a unit; two units are under way
_UNIT_BATCHES = 1024

# Rows are padded to 8, 9, ... 16 times a power of two: few shapes, and an eighth more work at most.
_STEPS = 8
_PART_NUMBERS = 2**26  # a pass over a part has so many activations, of all layers


def unit_length(network: Network, size: int, rows: int | None, itemsize: int, gpu: bool) -> int:
    """How many minibatches of `size` rows a unit has.

    An epoch of `rows` rows has units of the same length, so little is filled up; None: a stream's.

    Examples
    --------
    >>> unit_length(Network((784, 100, 10)), size=200, rows=60_000, itemsize=4, gpu=False)
    75
    """
    flops = _GPU_UNIT_FLOPS if gpu else _UNIT_FLOPS
    row_bytes = itemsize * (network.n_inputs + network.n_outputs)
    most = min(
        flops // (_FLOPS * network.n_parameters * size),
        _UNIT_BYTES // (row_bytes * size),
        _UNIT_BATCHES,
    )
    most = max(1, most)
    if rows is None:
        return most
    count = -(-rows // size)
    units = -(-count // most)
    return -(-count // units)


@dataclass(frozen=True)
class Cutter:
    """Cuts units out of rows.

    Attributes
    ----------
    rows, order, update
        As in :meth:`clearprop.engines.protocol.Session.advance`.
    size, length
        Rows of a minibatch, minibatches of a unit.
    place
        The place of the first row in the epoch.
    dtype
        Of theta.
    there
        Whether X and Y lie on the device, so that a unit needs the numbers of its rows alone.
    """

    rows: Rows
    order: Array | None
    update: Update
    size: int
    length: int
    place: int
    dtype: Any
    there: bool

    def unit(self, first: int, rates: Array, step: int) -> tuple[Batches, Array]:
        """The unit from minibatch `first` on, one minibatch for each rate, up to `length` of them.

        `step` is the number of steps made before.

        Returns
        -------
        The unit, and the rows of each of its minibatches, 0 where none has a weight: ``(length,)``.
        """
        shape = self.length, self.size
        begin, count = first * self.size, len(rates) * self.size
        end = min(begin + count, self.rows.X.shape[0])
        # The last row fills up. A row of zeros could overflow where no row does.
        at = np.minimum(np.arange(begin, begin + self.length * self.size), end - 1)  # (L b,)
        index = at if self.order is None else self.order[at]  # (L b,)
        real = np.arange(self.length * self.size) < end - begin  # (L b,)
        given = self.rows.sample_weight
        weight = (real if given is None else real * given[index]).reshape(shape)
        valid = weight.any(axis=1)  # (L,)
        counts = real.reshape(shape).sum(axis=1) * valid  # (L,)
        rate = np.zeros(self.length)
        rate[: len(rates)] = rates
        steps = step + np.cumsum(valid)  # (L,), the number of each step
        corrected = [self.update.rule.corrected(*one) for one in zip(rate, steps, strict=True)]
        batches = Batches(
            rows=index.astype(np.int32).reshape(shape) if self.there else None,
            X=None if self.there else self._gathered(self.rows.X, index),
            Y=None if self.there else self._gathered(targets_of(self.rows), index),
            weight=weight.astype(self.dtype),
            places=_words(self.place + at).reshape(shape) if self.update.dropout else None,
            rate=rate.astype(self.dtype),
            corrected=np.array(corrected, self.dtype),
            valid=valid,
        )
        return batches, counts

    def _gathered(self, X: Array, index: Array) -> Array:
        return dense(X[index], self.dtype).reshape(self.length, self.size, -1)


def _words(places: Array) -> Array:
    """Places modulo 2^32, as dropout takes them."""
    return places.astype(np.uint64).astype(np.uint32)


@dataclass(frozen=True)
class Part:
    """Rows that are computed at once.

    Attributes
    ----------
    begin, end
        Which rows (`end` is excluded).
    index
        Their numbers, filled up with the last one.
    """

    begin: int
    end: int
    index: Array

    def weights(self, given: Array | None, dtype: Any) -> Array:
        """The weights of the part, 0 for what fills up: like `index`."""
        real = np.arange(len(self.index)) < self.end - self.begin
        return (real if given is None else real * given[self.index]).astype(dtype)

    def places(self) -> Array:
        """The places for dropout; those of the rows themselves."""
        return _words(self.index)


def parts(network: Network, rows: int) -> Iterator[Part]:
    """All rows, part by part.

    Examples
    --------
    >>> [(part.end, len(part.index)) for part in parts(Network((1000, 10)), 100_000)]
    [(66444, 66444), (100000, 36864)]
    """
    most = max(1, _PART_NUMBERS // sum(network.layer_sizes))
    for begin in range(0, rows, most):
        end = min(begin + most, rows)
        width = min(padded(end - begin), most)
        yield Part(begin, end, np.minimum(np.arange(begin, begin + width), end - 1))


def padded(rows: int) -> int:
    """So many rows or a few more: a shape that other numbers of rows share.

    Examples
    --------
    >>> padded(1), padded(9), padded(1000)
    (8, 9, 1024)
    """
    step = max(1, (1 << (rows - 1).bit_length()) // (2 * _STEPS))
    return max(_STEPS, -(-rows // step) * step)


def dense(X: Any, dtype: Any) -> Array:
    """Rows in C order, also those of SciPy's CSR."""
    return np.ascontiguousarray(X if isinstance(X, np.ndarray) else X.toarray(), dtype)
