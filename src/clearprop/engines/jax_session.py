"""A session of the JAX engine: theta, moments and rows on the device."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from clearprop.engines import jax_functions as functions
from clearprop.engines.jax_functions import Fixed, exactly
from clearprop.engines.jax_units import Cutter, Part, dense, padded, parts, unit_length
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

_SHARE = 0.5  # of the device's free memory that rows may take; a pass over them needs some, too


class _There(NamedTuple):
    """The session's own rows on the device, padded so that other numbers of rows have the shape."""

    X: Any  # (m or a few more, s_1)
    Y: Any  # (the same, K), or None


class JaxSession(Session):
    """A session of the JAX engine.

    The session's own rows are put on the device once, if they take up to half of the memory that is
    free there. Other rows, and SciPy's sparse ones, are handed over unit by unit, dense: one unit
    is gathered while the device computes the one before.

    The state's arrays are brought up to date by :meth:`state` and :meth:`close`.
    """

    def __init__(
        self, network: Network, state: TrainingState, rows: Rows | None, update: Update | None
    ) -> None:
        self._network, self._state, self._rows, self._update = network, state, rows, update
        self._dtype = state.theta.dtype
        gpu = functions.on_gpu()  # or an error where there is no device
        self._theta: Any = self._copied(state.theta)
        self._moments: Any = tuple([self._copied(v) for v in state.moments])
        self._behind = False  # whether the state is behind the device
        self._there = self._put(rows) if rows is not None and _fits(rows) else None
        self._length = 1
        if update is not None:
            m = None if rows is None else rows.X.shape[0]
            self._size = update.size if m is None else min(update.size, m)
            self._length = unit_length(network, self._size, m, self._dtype.itemsize, gpu)
            self._decays = self._copied(decays(network, self._dtype))  # (n_parameters,)

    def _copied(self, array: Array) -> Any:
        """A copy on the device, over which a step may write."""
        with exactly():
            return jnp.array(array, self._dtype, copy=True)

    def _put(self, rows: Rows) -> _There:
        m = rows.X.shape[0]
        index = np.minimum(np.arange(padded(m)), m - 1)
        with exactly():
            X, Y = (
                None if a is None else jax.device_put(dense(a[index], self._dtype))
                for a in (rows.X, rows.Y)
            )
        return _There(X, Y)

    @property
    def slice_unit(self) -> int:
        """See :class:`clearprop.engines.protocol.Session`.

        The bits are the same for slices of every length. A shorter one takes as long as a unit.
        """
        return self._length

    # -- Training --------------------------------------------------------------------------------

    def advance(self, rates: Array, order: Array | None = None, block: Rows | None = None) -> float:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._check_open()
        state = self._state
        trained, first = (self._rows, state.position) if block is None else (block, 0)
        rates = np.ascontiguousarray(rates, np.float64)  # (minibatches,)
        rows, update = checked_slice(rates, order, trained, self._update, first)
        there = self._there if block is None else None
        place = (state.position - first) * update.size  # of the rows' first one in the epoch
        cutter = Cutter(
            rows, order, update, self._size, self._length, place, self._dtype, there is not None
        )
        fixed = self._fixed(update, there)
        rule: Any = update.rule  # a key; to mypy no protocol is hashable
        train = functions.training(self._network, rule, update.dropout, update.clip_norm)
        self._behind = True
        before: tuple[Any, Array] | None = None
        for begin in range(0, len(rates), self._length):
            some = rates[begin : begin + self._length]
            batches, counts = cutter.unit(first + begin, some, state.step)
            with exactly():
                self._theta, self._moments, costs = train(
                    self._theta, self._moments, fixed, batches
                )
            state.step += int(np.count_nonzero(counts))
            state.position += len(some)
            if before is not None:  # two units are under way, and no more
                self._count(*before)
            before = costs, counts
        if before is not None:
            self._count(*before)
        return state.mean_cost

    def _fixed(self, update: Update, there: _There | None) -> Fixed:
        state, m = self._state, update.penalty_rows
        keys = None
        if update.dropout:
            keys = Dropout(update.dropout, state.seed, state.epoch).keys(self._network)
        return Fixed(
            None if there is None else there.X,
            None if there is None else there.Y,
            self._decays,
            keys,
            None if m is None else np.asarray(m, self._dtype),
        )

    def _count(self, costs: Any, counts: Array) -> None:
        """Wait for a unit and add up its costs, one minibatch after another in every slice."""
        state = self._state
        with exactly():
            found = np.asarray(costs).tolist()
        for J, count in zip(found, counts.tolist(), strict=True):
            if count:
                state.cost_sum += J * count
                state.rows_seen += count

    # -- Computing -------------------------------------------------------------------------------

    def cost_and_gradient(
        self, rows: Rows | None = None, dropout: Dropout | None = None
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Session`.

        The device adds up over the rows of a part. Parts are added, and means are taken, here.
        """
        self._check_open()
        there = self._there if rows is None else None
        rows = rows_of(rows, self._rows)
        X, Y = (rows.X, targets_of(rows)) if there is None else there
        network = self._network
        summing = functions.summing(network, dropout.rate if dropout else 0.0)
        keys = dropout.keys(network) if dropout else None
        added: Any = None
        for part in parts(network, rows.X.shape[0]):
            weights = part.weights(rows.sample_weight, self._dtype)  # (b,)
            places = part.places() if dropout else None
            with exactly():
                sums = summing(
                    self._theta, self._of(X, part), self._of(Y, part), weights, keys, places
                )
                sums = jax.tree.map(np.asarray, sums)
            added = sums if added is None else jax.tree.map(np.add, added, sums)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            J, D = equations.means(np, network, self.state().theta, added)
        return float(J), D

    def predict(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._outputs(X, "h")

    def logits(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._outputs(X, "z")

    def _outputs(self, X: Array | None, which: str) -> Array:
        self._check_open()
        there = self._there if X is None else None
        X = rows_of(None, self._rows).X if X is None else X
        network = self._network
        forward = functions.forward(network)
        outputs = np.empty((X.shape[0], network.n_outputs), self._dtype)  # (m, K)
        for part in parts(network, X.shape[0]):
            with exactly():
                found = forward(self._theta, self._of(X if there is None else there.X, part))
                outputs[part.begin : part.end] = getattr(found, which)[: part.end - part.begin]
        return outputs

    def _of(self, X: Any, part: Part) -> Any:
        """The rows of a part, on the device or to be put there."""
        if not isinstance(X, jax.Array):
            return dense(X[part.index], self._dtype)
        return X if len(part.index) == X.shape[0] else X[part.index]

    # -- The state -------------------------------------------------------------------------------

    def move_to(self, theta: Array) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._check_open()
        state = self.state()
        state.theta = np.array(theta, self._dtype)
        self._theta = self._copied(state.theta)

    def state(self) -> TrainingState:
        """See :class:`clearprop.engines.protocol.Session`."""
        if self._behind:
            self._state.theta = np.array(self._theta)  # (n_parameters,)
            self._state.moments = tuple([np.array(v) for v in self._moments])
            self._behind = False
        return self._state

    def close(self) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        self.state()
        self._theta = self._moments = self._there = None

    def _check_open(self) -> None:
        if self._theta is None:
            raise EngineError("the session is closed; open another one")


def _fits(rows: Rows) -> bool:
    """Whether the rows are put on the device. Sparse ones would take a multiple of their memory."""
    if not isinstance(rows.X, np.ndarray):
        return False
    needed: int = rows.X.nbytes + (0 if rows.Y is None else rows.Y.nbytes)
    free = functions.free_on_device()
    return free is None or needed <= _SHARE * free
