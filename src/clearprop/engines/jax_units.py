"""How rows reach the device: units of minibatches of one shape, and rows in padded parts.

A compiled function is for one shape. So minibatches are trained in units of the same length, and
what is missing at the end is filled with rows without weight and minibatches without a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from clearprop.engines.jax_functions import Batches
from clearprop.engines.protocol import Rows, Update, targets_of
from clearprop.network.architecture import Array, Network

# A unit is one call of the device. It takes about so many operations at most, so that Ctrl-C waits
# for a tenth of a second or two; a GPU is a hundred times as fast.
_FLOPS = 6  # of a sample, a parameter: forward, backward, gradient
_UNIT_FLOPS = {"cpu": 8_000_000_000}
_GPU_UNIT_FLOPS = 800_000_000_000
_UNIT_BYTES = 2**26  # of rows that are handed in with it
_UNIT_BATCHES = 1024

# Rows are padded to 8, 9, ... 16 times a power of two, so few shapes are compiled.
_STEPS = 8
_PART_NUMBERS = 2**26  # activations of a part, of all layers


def unit_length(network: Network, size: int, rows: int | None, itemsize: int) -> int:
    """How many minibatches a unit has, for an epoch of so many rows, or for a stream (None).

    Examples
    --------
    >>> unit_length(Network((784, 100, 10)), size=200, rows=60_000, itemsize=4)
    75
    """
    flops = _UNIT_FLOPS.get(jax.default_backend(), _GPU_UNIT_FLOPS)
    most = min(
        flops // (_FLOPS * network.n_parameters * size),
        _UNIT_BYTES // (size * itemsize * (network.n_inputs + network.n_outputs)),
        _UNIT_BATCHES,
    )
    most = max(1, most)
    if rows is None:
        return most
    count = -(-rows // size)
    units = -(-count // most)
    return -(-count // units)  # units of the same length leave little to fill


@dataclass(frozen=True)
class Cut:
    """Which minibatches of which rows a unit holds.

    `first` and `last` (excluded) count minibatches of `size` rows; there are at most `length`.
    `place` is that of the rows' first one in the epoch.
    """

    first: int
    last: int
    size: int
    length: int
    place: int

    def batches(
        self,
        rows: Rows,
        order: Array | None,
        update: Update,
        rates: Array,
        step: int,
        dtype: Any,
        there: bool,
    ) -> tuple[Batches, Array]:
        """The unit, and the rows of each minibatch ``(last - first,)``, 0 without any weight.

        `step` is the number of steps made; `there`: the rows lie on the device.
        """
        shape = self.length, self.size
        begin, end = self.first * self.size, min(self.last * self.size, rows.X.shape[0])
        # The last row fills up, since a row of zeros could overflow where no row does.
        at = np.minimum(np.arange(begin, begin + self.length * self.size), end - 1)
        index = at if order is None else order[at]  # (L b,)
        real = np.arange(self.length * self.size) < end - begin  # (L b,)
        weight = real if rows.sample_weight is None else real * rows.sample_weight[index]
        weight = weight.astype(dtype).reshape(shape)
        valid = weight.any(axis=1)  # (L,)
        counts = real.reshape(shape).sum(axis=1) * valid  # (L,)
        steps = step + np.cumsum(valid)  # (L,), the number of each step
        corrected = np.zeros(self.length)
        for i in np.flatnonzero(valid):
            corrected[i] = update.rule.corrected(float(rates[i]), int(steps[i]))
        rate = np.zeros(self.length)
        rate[: len(rates)] = rates
        places = None
        if update.dropout:
            places = (at + self.place).astype(np.uint64).astype(np.uint32).reshape(shape)
        X = Y = None
        if there:
            index = index.astype(np.int32).reshape(shape)
        else:
            X = dense(rows.X[index], dtype).reshape(*shape, -1)  # (L, b, s_1)
            Y = targets_of(rows)[index].astype(dtype, copy=False).reshape(*shape, -1)
        batches = Batches(
            index if there else None,
            X,
            Y,
            weight,
            places,
            rate.astype(dtype),
            corrected.astype(dtype),
            valid,
        )
        return batches, counts[: self.last - self.first]


def parts(network: Network, rows: int) -> Iterator[Array]:
    """The numbers of rows in parts that are computed at once, the last one padded with its last.

    Examples
    --------
    >>> [part.tolist() for part in parts(Network((2, 1)), 3)]
    [[0, 1, 2, 2, 2, 2, 2, 2]]
    """
    most = max(1, _PART_NUMBERS // sum(network.layer_sizes))
    for begin in range(0, rows, most):
        count = min(most, rows - begin)
        yield begin + np.minimum(np.arange(min(padded(count), most)), count - 1)


def padded(rows: int) -> int:
    """So many rows, or a few more: a shape that other numbers of rows share.

    Examples
    --------
    >>> padded(1), padded(9), padded(1000)
    (8, 9, 1024)
    """
    step = max(1, 2 ** (max(rows - 1, 1).bit_length() - 1) // _STEPS)
    return max(_STEPS, -(-rows // step) * step)


def dense(X: Any, dtype: Any) -> Array:
    """Rows in C order, also of SciPy's CSR."""
    return np.ascontiguousarray(X if isinstance(X, np.ndarray) else X.toarray(), dtype)
