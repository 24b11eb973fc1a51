"""NumPy, eagerly: the equations as they stand, in the dtype of theta."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.engines.protocol import Batches, TrainingState, Update
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import decays
from clearprop.network.updates import Rule, clipped


class ReferenceEngine:
    """The engine that every other one is compared with.

    NumPy does not warn here: underflow is harmless, and overflow becomes an infinite cost, which
    the training loop reports.
    """

    name = "reference"

    def cost_and_gradient(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None = None,
        dropout: Dropout | None = None,
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Engine`."""
        masks = dropout.masks(network, 0, X.shape[0], theta.dtype) if dropout else None
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            J, gradient = equations.cost_and_gradient(
                np, network, theta, X, Y, sample_weight, masks=masks
            )
        return float(J), gradient

    def predict(self, network: Network, theta: Array, X: Array) -> Array:
        """See :class:`clearprop.engines.protocol.Engine`."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return equations.forward(np, network, theta, X).activations[-1]

    def logits(self, network: Network, theta: Array, X: Array) -> Array:
        """See :class:`clearprop.engines.protocol.Engine`."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return equations.forward(np, network, theta, X).weighted_inputs[-1]

    def slice_unit(self, network: Network, rule: Rule, size: int, dtype: Any) -> int:
        """See :class:`clearprop.engines.protocol.Engine`. Here each minibatch is a unit."""
        return 1

    def run_epoch(
        self, network: Network, state: TrainingState, batches: Batches, update: Update
    ) -> float:
        """See :class:`clearprop.engines.protocol.Engine`."""
        dtype = state.theta.dtype
        dropout = Dropout(update.dropout, state.seed, state.epoch) if update.dropout else None
        weights = decays(network, dtype)  # (n_parameters,)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for i, rate in zip(range(batches.first, batches.last), update.rates, strict=True):
                rows = batches.rows(i)
                weight = None if batches.sample_weight is None else batches.sample_weight[rows]
                if weight is not None and not weight.any():
                    state.position += 1  # no sample of this minibatch counts
                    continue
                X, Y = batches.X[rows], batches.Y[rows]
                masks = None
                if dropout:
                    masks = dropout.masks(network, i * batches.size, X.shape[0], dtype)
                J, gradient = equations.cost_and_gradient(
                    np, network, state.theta, X, Y, weight, batches.penalty_rows, masks
                )
                gradient = clipped(np, gradient, update.clip_norm)  # (n_parameters,)
                state.theta, state.moments = update.rule.step(
                    np, state.theta, gradient, state.moments, float(rate), state.step + 1, weights
                )
                state.step += 1
                state.position += 1
                state.cost_sum += float(J) * X.shape[0]
                state.rows_seen += X.shape[0]
        return state.cost_sum / state.rows_seen if state.rows_seen else 0.0
