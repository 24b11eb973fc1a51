"""A session of the native core: arguments in the layout that the kernels expect."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from clearprop.engines import _core
from clearprop.engines.protocol import (
    Rows,
    Session,
    TrainingState,
    Update,
    checked_slice,
    rows_of,
    targets_of,
)
from clearprop.engines.reference import ReferenceSession
from clearprop.errors import EngineError, ParameterError, raise_problems
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.updates import SGD, Adam, AdamW, Rule

# The order of the enumerations in native/job.hpp.
_ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu")
_COSTS = ("logistic", "softmax", "quadratic", "squared", "poisson", "huber", "quantile")
_SGD, _MOMENTUM, _NESTEROV, _ADAM, _ADAMW = range(1, 6)
_MOMENTS = {_SGD: 0, _MOMENTUM: 1, _NESTEROV: 1, _ADAM: 2, _ADAMW: 2}

_SPARSE_ROWS = 1024  # rows of a sparse matrix that are made dense at a time


class NativeSession(Session):
    """A session of the native core, for a theta of float32 or float64.

    Theta and the moments of the state change in place. Arrays of another dtype or order are copied
    when the session is opened, and not at each call. Minibatches of sparse rows are made dense one
    by one.
    """

    def __init__(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None,
        update: Update | None,
        threads: int,
    ) -> None:
        theta = state.theta
        if theta.shape != (network.n_parameters,):
            raise ParameterError(_unlike("theta", (network.n_parameters,), theta))
        self._network, self._state, self._update = network, state, update
        self._dtype = theta.dtype
        if update is None:
            theta = np.ascontiguousarray(theta)
        else:
            theta = state.theta = _changeable(theta, theta.dtype)
        single = theta.dtype == np.float32
        make = _core.Float32Session if single else _core.Float64Session
        self._core: _core._Session | None = make(_shape(network), theta, threads)
        self._rows = None if rows is None else _converted(network, rows, theta.dtype)
        self._samples = self._of(self._rows)
        if update is not None:
            self._learn(update)

    def _learn(self, update: Update) -> None:
        state = self._state
        rule, a, b, epsilon, weight_decay = _numbers(update.rule)
        if len(state.moments) != _MOMENTS[rule]:
            raise ParameterError(
                f"moments: expected {_MOMENTS[rule]} for {update.rule}; got {len(state.moments)}"
            )
        raise_problems(
            [
                _unlike("moments", state.theta.shape, m)
                for m in state.moments
                if m.shape != state.theta.shape
            ]
        )
        state.moments = tuple([_changeable(m, self._dtype) for m in state.moments])
        if update.size < 1:
            raise ParameterError(f"size: expected at least 1; got {update.size}")
        size = update.size if self._rows is None else min(update.size, self._rows.X.shape[0])
        self._open.learn(
            theta=state.theta,
            moments=list(state.moments),
            rule=rule,
            a=a,
            b=b,
            epsilon=epsilon,
            weight_decay=weight_decay,
            clip_norm=update.clip_norm or 0.0,
            size=size,
            penalty_rows=float(update.penalty_rows or 0),
        )

    def _of(self, rows: Rows | None) -> _core._Samples | None:
        """The core's handle of dense rows; None for sparse ones, or for none."""
        return self._held(rows) if rows is not None and isinstance(rows.X, np.ndarray) else None

    def _held(self, rows: Rows) -> _core._Samples:
        single = self._dtype == np.float32
        make = _core.Float32Samples if single else _core.Float64Samples
        return make(rows.X, rows.Y, rows.sample_weight)

    @property
    def slice_unit(self) -> int:
        """See :class:`clearprop.engines.protocol.Session`.

        It is 32 for plain gradient descent with a penalty, small minibatches and a wide first
        layer. The decay is then a common factor of all weights (native/kernels/few.hpp).
        """
        return 1 if self._update is None else self._open.slice_unit()

    @property
    def _open(self) -> _core._Session:
        if self._core is None:
            raise EngineError("the session is closed; open another one")
        return self._core

    def advance(self, rates: Array, order: Array | None = None, block: Rows | None = None) -> float:
        """See :class:`clearprop.engines.protocol.Session`."""
        state, core = self._state, self._open
        if block is None:
            trained, samples, first = self._rows, self._samples, state.position
        else:
            trained, first = _converted(self._network, block, self._dtype), 0
            samples = self._of(trained)
        rates = np.ascontiguousarray(rates, np.float64)  # (minibatches,)
        rows, update = checked_slice(rates, order, trained, self._update, first)
        own = self._rows  # the core has laid out memory for minibatches of as many
        if own is not None and own.X.shape[0] < min(update.size, rows.X.shape[0]):
            raise ParameterError(
                f"block: expected at most {own.X.shape[0]} rows, those of the session, as its "
                f"minibatches of {update.size} are smaller; got {rows.X.shape[0]}"
            )
        place = (state.position - first) * update.size  # of the rows' first one in the epoch
        if samples is not None:
            if order is not None:
                order = np.ascontiguousarray(order, np.int64)  # (m,)
            self._train(core, samples, order, first, rates, place)
            return state.mean_cost
        for i in range(len(rates)):
            part = slice((first + i) * update.size, (first + i + 1) * update.size)
            dense = _dense(rows, part if order is None else order[part])
            at = place + (first + i) * update.size
            self._train(core, self._held(dense), None, 0, rates[i : i + 1], at)
        return state.mean_cost

    def _train(
        self,
        core: _core._Session,
        samples: _core._Samples,
        order: Array | None,
        first: int,
        rates: Array,
        place: int,
    ) -> None:
        state, update = self._state, self._update
        masks = None
        if update is not None and update.dropout:
            masks = _masks(Dropout(update.dropout, state.seed, state.epoch), place)
        state.cost_sum, rows, steps = core.train(
            samples, order, first, rates, state.step, state.cost_sum, masks
        )
        state.rows_seen += round(rows)
        state.step += steps
        state.position += len(rates)

    def cost_and_gradient(
        self, rows: Rows | None = None, dropout: Dropout | None = None
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Session`.

        The reference engine computes sparse rows.
        """
        core = self._open
        if rows is None:
            rows, samples = rows_of(None, self._rows), self._samples
        else:
            rows = _converted(self._network, rows, self._dtype)
            samples = self._of(rows)
        targets_of(rows)
        if samples is None:
            session = ReferenceSession(self._network, self._state, rows, None)
            return session.cost_and_gradient(dropout=dropout)
        gradient = np.empty(self._network.n_parameters, self._dtype)
        masks = _masks(dropout, 0) if dropout else None
        total, count = core.cost_and_gradient(samples, gradient, masks)
        return total / count, gradient

    def predict(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`.

        A sparse X is made dense piece by piece.
        """
        return self._forward(X, logits=False)

    def logits(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._forward(X, logits=True)

    def _forward(self, X: Array | None, logits: bool) -> Array:
        X = rows_of(None, self._rows).X if X is None else X
        sizes = self._network.layer_sizes
        if X.shape[1:] != sizes[:1]:
            raise ParameterError(_unlike("X", (X.shape[0], sizes[0]), X))
        outputs = np.empty((X.shape[0], sizes[-1]), self._dtype)  # (m, K)
        core = self._open
        if isinstance(X, np.ndarray):
            if X.shape[0]:
                core.predict(_contiguous(X, self._dtype), outputs, logits)
            return outputs
        for first in range(0, X.shape[0], _SPARSE_ROWS):
            part = slice(first, first + _SPARSE_ROWS)
            dense = _contiguous(X[part].toarray(), self._dtype)  # (rows of the part, s_1)
            core.predict(dense, outputs[part], logits)
        return outputs

    def move_to(self, theta: Array) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        state = self._state
        if theta.shape != state.theta.shape:
            raise ParameterError(_unlike("theta", state.theta.shape, theta))
        state.theta = np.array(theta, self._dtype, order="C")
        self._open.move_to(state.theta)
        if self._update is not None:
            self._learn(self._update)

    def state(self) -> TrainingState:
        """See :class:`clearprop.engines.protocol.Session`."""
        return self._state

    def close(self) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._core = self._samples = None


@lru_cache(maxsize=64)
def _shape(network: Network) -> Any:
    return _core.Shape(
        list(network.layer_sizes),
        _ACTIVATIONS.index(network.activation),
        _COSTS.index(network.cost),
        network.regularization,
        network.threshold,
        list(network.levels),
    )


def _unlike(name: str, shape: tuple[int, ...], array: Array) -> str:
    return f"{name}: expected shape {shape}; got {array.shape}"


def _converted(network: Network, rows: Rows, dtype: Any) -> Rows:
    """The rows in the core's layout. It reads memory by these shapes and would crash on others."""
    X, Y, weight = rows
    m, sizes = X.shape[0], network.layer_sizes
    expected = (("X", X, (m, sizes[0])), ("Y", Y, (m, sizes[-1])), ("sample_weight", weight, (m,)))
    raise_problems(
        [
            _unlike(name, shape, array)
            for name, array, shape in expected
            if array is not None and array.shape != shape
        ]
    )
    return Rows(
        _contiguous(X, dtype) if isinstance(X, np.ndarray) else X,
        None if Y is None else np.ascontiguousarray(Y, dtype),
        None if weight is None else np.ascontiguousarray(weight, dtype),
    )


def _dense(rows: Rows, index: Any) -> Rows:
    """A minibatch of sparse rows."""
    X, Y, weight = rows.X, targets_of(rows), rows.sample_weight
    return Rows(
        np.ascontiguousarray(X[index].toarray(), Y.dtype),  # (b, s_1)
        np.ascontiguousarray(Y[index]),
        None if weight is None else np.ascontiguousarray(weight[index]),
    )


def _contiguous(X: Array, dtype: Any) -> Array:
    """X with contiguous rows. There may be gaps between rows, so a slice is not copied."""
    whole = X.dtype == dtype and X.strides[1] == X.itemsize and X.strides[0] >= 0
    return X if whole and X.strides[0] % X.itemsize == 0 else np.ascontiguousarray(X, dtype)


def _changeable(array: Array, dtype: Any) -> Array:
    """The array, or a copy of it, that the core can change in place."""
    if array.dtype == dtype and array.flags.carray:  # np.require would take three times as long
        return array
    return np.require(array, dtype, ["C", "W"])


def _masks(dropout: Dropout, place: int) -> Any:
    """What the core needs to compute the masks; `place` is that of the job's first row."""
    seed, word = int(dropout.seed), 2**32 - 1
    return _core.Dropout(
        rate=dropout.rate,
        seed_low=seed & word,
        seed_high=seed >> 32 & word,
        epoch=int(dropout.epoch) & word,
        stays_from=min(round(dropout.rate * 2**32), word),
        place=place,
    )


def _numbers(rule: Rule) -> tuple[int, float, float, float, float]:
    """The rule's number in native/job.hpp, its two coefficients, epsilon and weight decay."""
    if isinstance(rule, AdamW):
        return _ADAMW, rule.beta_1, rule.beta_2, rule.epsilon, rule.weight_decay
    if isinstance(rule, Adam):
        return _ADAM, rule.beta_1, rule.beta_2, rule.epsilon, 0.0
    if isinstance(rule, SGD):
        kind = _NESTEROV if rule.nesterov else _MOMENTUM
        return kind if rule.momentum else _SGD, rule.momentum, 0.0, 0.0, 0.0
    raise ParameterError(f"rule: expected SGD, Adam or AdamW; got {type(rule).__name__}")
