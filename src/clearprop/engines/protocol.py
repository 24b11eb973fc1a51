"""What an engine is: the methods that each one has, and what the training loop hands it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.updates import Moments, Rule

__all__ = ["Batches", "Engine", "TrainingState", "Update", "epoch_order"]


@dataclass
class TrainingState:
    """Everything that a resumed run needs; `run_epoch` moves it forward.

    It stores no random generator: seed and epoch alone determine the order of the samples (see
    :func:`epoch_order`).
    """

    theta: Array
    moments: Moments
    seed: int
    step: int = 0  # updates made
    epoch: int = 0  # epochs completed
    position: int = 0  # minibatches done in the current epoch
    rows_seen: int = 0  # samples seen in it, zero-weight minibatches excluded
    cost_sum: float = 0.0  # sum over minibatches of samples times cost before the update

    def end_epoch(self) -> None:
        """Count the current epoch as done and begin the next one."""
        self.epoch += 1
        self.position, self.rows_seen, self.cost_sum = 0, 0, 0.0


@dataclass(frozen=True)
class Batches:
    """A slice of an epoch: minibatches `first` to `last` (excluded) of the samples in `order`.

    Minibatch i holds the rows ``order[i * size : (i + 1) * size]``; the last one may be smaller.
    """

    X: Array  # (m, s_1), dense in C order, or SciPy's CSR
    Y: Array  # (m, K)
    sample_weight: Array | None  # (m,)
    order: Array | None  # (m,) of int64; None: the order of the rows in X
    size: int
    first: int
    last: int
    penalty_rows: float | None  # the m of lambda/(2m); None: that of each minibatch

    def rows(self, i: int) -> Any:
        """The index of minibatch i: an array of row numbers, or a slice without shuffling."""
        cut = slice(i * self.size, min((i + 1) * self.size, self.X.shape[0]))
        return cut if self.order is None else self.order[cut]


@dataclass(frozen=True)
class Update:
    """How the steps of a slice are made: a rule, and the rate of each, ``(last - first,)``.

    `dropout` is the share of hidden units that each step leaves out. The masks are those of
    ``Dropout(dropout, state.seed, state.epoch)``, and a sample's place is that in the epoch's
    order. `clip_norm` is the largest norm of the gradient that the rule gets; None: any.
    """

    rule: Rule
    rates: Array
    dropout: float = 0.0
    clip_norm: float | None = None


def epoch_order(seed: int, epoch: int, rows: int) -> Array:
    """The order of the samples in an epoch: a permutation, shape ``(rows,)`` of int64.

    The same seed and epoch always give the same permutation.

    Examples
    --------
    >>> epoch_order(seed=1, epoch=0, rows=4)
    array([...])
    """
    return np.random.default_rng([seed, epoch]).permutation(rows)


@runtime_checkable
class Engine(Protocol):
    """What computes.

    Its arguments are checked already: arrays of one dtype in the shapes of the mathematics.
    """

    name: str

    def cost_and_gradient(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None = None,
        dropout: Dropout | None = None,
    ) -> tuple[float, Array]:
        """J and D over all rows; shapes ``()`` and ``(n_parameters,)``.

        With `dropout`, under its masks; the rows have the places 0, 1, ...
        """

    def predict(self, network: Network, theta: Array, X: Array) -> Array:
        """h(x), the activations of the output layer, ``(m, K)``."""

    def logits(self, network: Network, theta: Array, X: Array) -> Array:
        """z^(L), the weighted inputs of the output layer, ``(m, K)``.

        A cost is computed from these and not from h(x), so that nothing overflows.
        """

    def run_epoch(
        self, network: Network, state: TrainingState, batches: Batches, update: Update
    ) -> float:
        """Train on a slice of an epoch; return the mean cost of the epoch so far.

        Changes everything in `state` but seed and epoch. The mean is ``cost_sum / rows_seen``. The
        sum runs minibatch by minibatch. So the bits of mean and theta do not depend on where the
        epoch is cut into slices, as long as each slice begins at a multiple of `slice_unit`.
        """

    def slice_unit(self, network: Network, rule: Rule, size: int, dtype: Any) -> int:
        """How many minibatches of `size` rows the engine computes as one unit.

        Within a unit an engine may keep a common factor of theta apart and multiply it in at the
        end. Results are the same bits in every run only if that happens after the same minibatches.
        """
