"""A session of the JAX engine: theta, moments and rows on the device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from clearprop.engines import jax_functions as functions
from clearprop.engines.jax_functions import Fixed, exactly
from clearprop.engines.jax_units import Cut, dense, parts, unit_length
from clearprop.engines.protocol import (
    Rows,
    Session,
    TrainingState,
    Update,
    checked_slice,
    rows_of,
    targets_of,
)
from clearprop.errors import EngineError
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import decays

_SHARE = 0.5  # of the device's free memory, for rows; the rest is for a unit, theta and moments


class JaxSession(Session):
    """A session of the JAX engine."""

    def __init__(
        self, network: Network, state: TrainingState, rows: Rows | None, update: Update | None
    ) -> None:
        self._network, self._state, self._rows, self._update = network, state, rows, update
        self._dtype = state.theta.dtype
        self._theta: Any = self._put(state.theta)
        self._moments: Any = tuple([self._put(v) for v in state.moments])
        self._fixed: Fixed | None = None
        self._there = rows is not None and _fits(rows)
        self._behind = False  # whether the state is behind the device
        self._length = 1
        if update is not None:
            self._learn(update)

    def _put(self, array: Array) -> Any:
        """A copy on the device, which a step may write over."""
        with exactly():
            return jax.device_put(np.asarray(array, self._dtype), may_alias=False)

    def _learn(self, update: Update) -> None:
        network, rows = self._network, self._rows
        m = None if rows is None else rows.X.shape[0]
        self._size = update.size if m is None else min(update.size, m)
        self._length = unit_length(network, self._size, m, self._dtype.itemsize)
        self._train = functions.training(network, update.rule, update.dropout, update.clip_norm)
        penalty_rows = update.penalty_rows
        with exactly():
            X = Y = None
            if rows is not None and self._there:
                X = jax.device_put(dense(rows.X, self._dtype))  # (m, s_1)
                Y = jax.device_put(dense(targets_of(rows), self._dtype))  # (m, K)
            self._fixed = Fixed(
                X,
                Y,
                jax.device_put(decays(network, self._dtype)),
                None,
                None if penalty_rows is None else np.asarray(penalty_rows, self._dtype),
            )

    @property
    def slice_unit(self) -> int:
        """See :class:`clearprop.engines.protocol.Session`.

        The bits are the same for every slice. A shorter one takes as long as a whole unit.
        """
        return self._length

    def advance(self, rates: Array, order: Array | None = None, block: Rows | None = None) -> float:
        """See :class:`clearprop.engines.protocol.Session`.

        While the device computes a unit, the next one is gathered.
        """
        self._check_open()
        state = self._state
        trained, first = (self._rows, state.position) if block is None else (block, 0)
        rates = np.ascontiguousarray(rates, np.float64)  # (minibatches,)
        rows, update = checked_slice(rates, order, trained, self._update, first)
        there = self._there and block is None
        assert self._fixed is not None
        fixed = self._fixed if there else self._fixed._replace(X=None, Y=None)
        if update.dropout:
            dropout = Dropout(update.dropout, state.seed, state.epoch)
            fixed = fixed._replace(keys=dropout.keys(self._network))
        place = (state.position - first) * update.size  # of the rows' first one in the epoch
        computed: list[tuple[Any, Array]] = []
        self._behind = True
        for begin in range(0, len(rates), self._length):
            some = rates[begin : begin + self._length]
            cut = Cut(
                first + begin, first + begin + len(some), self._size, self._length, place
            )
            batches, counts = cut.batches(
                rows, order, update, some, state.step, self._dtype, there
            )
            state.step += int((counts > 0).sum())
            state.position += len(some)
            for costs, counted in computed:  # wait for the unit before
                self._add(costs, counted)
            with exactly():
                self._theta, self._moments, costs = self._train(
                    self._theta, self._moments, fixed, batches
                )
            computed = [(costs, counts)]
        for costs, counts in computed:
            self._add(costs, counts)
        return state.mean_cost

    def _add(self, costs: Any, counts: Array) -> None:
        """Add up the costs of a unit, minibatch by minibatch: so the sum does not see units."""
        state = self._state
        for J, count in zip(np.asarray(costs)[: len(counts)], counts, strict=True):
            if count:
                state.cost_sum += float(J) * int(count)
                state.rows_seen += int(count)

    def cost_and_gradient(
        self, rows: Rows | None = None, dropout: Dropout | None = None
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Session`.

        The device adds up; parts are added and means are taken here.
        """
        self._check_open()
        rows = rows_of(rows, self._rows)
        X, Y, weight = rows.X, targets_of(rows), rows.sample_weight
        network = self._network
        summing = functions.summing(network, dropout.rate if dropout else 0.0)
        keys = dropout.keys(network) if dropout else None
        added: Any = None
        for index in parts(network, X.shape[0]):
            real = np.diff(index, prepend=-1) > 0  # (b,)
            w = (real if weight is None else real * weight[index]).astype(self._dtype)  # (b,)
            places = index.astype(np.uint32) if dropout else None
            with exactly():
                sums = summing(
                    self._theta,
                    dense(X[index], self._dtype),
                    dense(Y[index], self._dtype),
                    w,
                    keys,
                    places,
                )
            sums = jax.tree.map(np.asarray, sums)
            added = sums if added is None else jax.tree.map(np.add, added, sums)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            J, D = equations.means(np, network, self.state().theta, added)
        return float(J), D

    def predict(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._outputs(X, 1)

    def logits(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._outputs(X, 0)

    def _outputs(self, X: Array | None, which: int) -> Array:
        self._check_open()
        X = rows_of(None, self._rows).X if X is None else X
        network = self._network
        forward: Callable[..., Any] = functions.forward(network)
        outputs = np.empty((X.shape[0], network.n_outputs), self._dtype)  # (m, K)
        for index in parts(network, X.shape[0]):
            begin, end = int(index[0]), int(index[-1]) + 1
            with exactly():
                found = forward(self._theta, dense(X[index], self._dtype))
            outputs[begin:end] = np.asarray(found[which])[: end - begin]
        return outputs

    def move_to(self, theta: Array) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._check_open()
        self.state()
        self._state.theta = np.array(theta, self._dtype)
        self._theta = self._put(self._state.theta)

    def state(self) -> TrainingState:
        """See :class:`clearprop.engines.protocol.Session`."""
        if self._behind:
            self._state.theta = np.array(self._theta)  # (n_parameters,)
            self._state.moments = tuple([np.array(v) for v in self._moments])
            self._behind = False
        return self._state

    def close(self) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        if self._theta is not None:
            self.state()
        self._theta = self._moments = self._fixed = None

    def _check_open(self) -> None:
        if self._theta is None:
            raise EngineError("the session is closed; open another one")


def _fits(rows: Rows) -> bool:
    """Whether the rows are put on the device: dense ones that take up to half of what is free."""
    if not isinstance(rows.X, np.ndarray):
        return False
    memory = jax.devices()[0].memory_stats()
    if not memory or "bytes_limit" not in memory:
        return True  # the device is the processor, and the rows are in its memory already
    free = memory["bytes_limit"] - memory.get("bytes_in_use", 0)
    needed: int = rows.X.nbytes + (0 if rows.Y is None else rows.Y.nbytes)
    return needed <= _SHARE * free
