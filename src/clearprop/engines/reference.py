"""NumPy, eagerly: the equations as they stand, in the dtype of theta."""

from __future__ import annotations

import numpy as np

from clearprop.engines.protocol import (
    Engine,
    Rows,
    Session,
    TrainingState,
    Update,
    checked_slice,
    rows_of,
    targets_of,
)
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import decays
from clearprop.network.updates import clipped


class ReferenceSession(Session):
    """A session of the reference engine. It keeps no memory of its own."""

    slice_unit = 1  # each minibatch is a unit

    def __init__(
        self, network: Network, state: TrainingState, rows: Rows | None, update: Update | None
    ) -> None:
        self._network, self._state, self._rows, self._update = network, state, rows, update

    def advance(self, rates: Array, order: Array | None = None, block: Rows | None = None) -> float:
        """See :class:`clearprop.engines.protocol.Session`."""
        network, state = self._network, self._state
        trained, first = (self._rows, state.position) if block is None else (block, 0)
        rows, update = checked_slice(rates, order, trained, self._update, first)
        dtype, size, place = state.theta.dtype, update.size, state.position * update.size
        dropout = Dropout(update.dropout, state.seed, state.epoch) if update.dropout else None
        weights = decays(network, dtype)  # (n_parameters,)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for i, rate in enumerate(rates):
                part = slice((first + i) * size, (first + i + 1) * size)
                index = part if order is None else order[part]
                weight = None if rows.sample_weight is None else rows.sample_weight[index]
                state.position += 1
                if weight is not None and not weight.any():
                    continue  # no sample of this minibatch counts
                X, Y = rows.X[index], targets_of(rows)[index]
                masks = None
                if dropout:
                    masks = dropout.masks(network, place + i * size, X.shape[0], dtype)
                J, gradient = equations.cost_and_gradient(
                    np, network, state.theta, X, Y, weight, update.penalty_rows, masks
                )
                gradient = clipped(np, gradient, update.clip_norm)  # (n_parameters,)
                state.theta, state.moments = update.rule.step(
                    np, state.theta, gradient, state.moments, float(rate), state.step + 1, weights
                )
                state.step += 1
                state.cost_sum += float(J) * X.shape[0]
                state.rows_seen += X.shape[0]
        return state.mean_cost

    def cost_and_gradient(
        self, rows: Rows | None = None, dropout: Dropout | None = None
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Session`."""
        rows = rows_of(rows, self._rows)
        X, Y, weight = rows.X, targets_of(rows), rows.sample_weight
        network, theta = self._network, self._state.theta
        masks = dropout.masks(network, 0, X.shape[0], theta.dtype) if dropout else None
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            J, gradient = equations.cost_and_gradient(np, network, theta, X, Y, weight, masks=masks)
        return float(J), gradient

    def predict(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._forward(X).activations[-1]

    def logits(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._forward(X).weighted_inputs[-1]

    def _forward(self, X: Array | None) -> equations.Forward:
        X = rows_of(None, self._rows).X if X is None else X
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return equations.forward(np, self._network, self._state.theta, X)

    def move_to(self, theta: Array) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._state.theta = theta.copy()

    def state(self) -> TrainingState:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._state

    def close(self) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""


class ReferenceEngine(Engine):
    """The engine that every other one is compared with.

    NumPy does not warn here: underflow is harmless, and overflow becomes an infinite cost, which
    the training loop reports.
    """

    name = "reference"

    def decided_by(self) -> dict[str, str]:
        """See :func:`clearprop.engines.bits.decided_by`."""
        from clearprop.engines.blas import numpys_blas  # at import, threadpoolctl is not loaded

        return {"blas": numpys_blas()}

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """See :class:`clearprop.engines.protocol.Engine`."""
        return ReferenceSession(network, state, rows, update)
