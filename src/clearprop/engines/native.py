"""The native core: C++ kernels on all cores, float32 and float64.

The kernels are in ``native/``, compiled for several instruction sets. This module converts
arguments to the layout that the kernels expect, and says how many threads they may use. The results
are the same bits for every number of threads.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from clearprop.engines import _core
from clearprop.engines.protocol import Batches, TrainingState, Update
from clearprop.engines.reference import ReferenceEngine
from clearprop.engines.threads import usable_threads
from clearprop.errors import EngineError, ParameterError, one_of, raise_problems, whole_problems
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.updates import SGD, Adam, AdamW, Rule

# The order of the enumerations in native/job.hpp.
_ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu")
_COSTS = ("logistic", "softmax", "quadratic", "squared", "poisson", "huber", "quantile")
_SGD, _MOMENTUM, _NESTEROV, _ADAM, _ADAMW = range(1, 6)
_MOMENTS = {_SGD: 0, _MOMENTUM: 1, _NESTEROV: 1, _ADAM: 2, _ADAMW: 2}

_SPARSE_ROWS = 1024  # rows of a sparse matrix that are made dense at a time


class NativeEngine:
    """The C++ core.

    Parameters
    ----------
    n_threads
        Threads of one computation. None: as many as this process may use. That depends on its
        processors, the limit of its container, and ``OMP_NUM_THREADS``, which joblib sets for its
        workers. A copy of the engine in another process counts again.

    Notes
    -----
    Threads change the speed and not the results. A small step uses fewer of them, since each thread
    needs about a million flops to pay for itself. Several computations that run at once share the
    threads. After a fork the child starts threads of its own.

    In float32 and float64 exp is within 2 ulp, tanh and the sigmoid are within 4 ulp, over the
    whole range. Results below the smallest normal number become 0.

    The core uses the best instruction set of the processor: on x86-64 AVX-512, AVX2, or the
    baseline of 2009. The environment variable ``CLEARPROP_ISA`` names another one: ``baseline``,
    ``avx2`` or ``avx512``. The bits may differ between instruction sets.

    Raises
    ------
    ParameterError
        For a number of threads that is no whole number of at least 1.
    EngineError
        For a ``CLEARPROP_ISA`` that names no instruction set, or one that this processor lacks.

    Examples
    --------
    >>> network = Network((2, 2, 1))
    >>> J, D = NativeEngine(n_threads=1).cost_and_gradient(
    ...     network, np.zeros(9), np.array([[0.0, 1.0]]), np.array([[1.0]])
    ... )
    >>> round(J, 6), D
    (0.693147, array([ 0.  ,  0.  ,  0.  ,  0.  ,  0.  ,  0.  , -0.5 , -0.25, -0.25]))
    """

    name = "native"

    def __init__(self, n_threads: int | None = None) -> None:
        if n_threads is not None:
            raise_problems(whole_problems("n_threads", n_threads, least=1))
        _check_instruction_set()
        self._asked = n_threads
        self.n_threads = n_threads or usable_threads()

    def __repr__(self) -> str:
        return f"NativeEngine({'' if self._asked is None else f'n_threads={self._asked}'})"

    def __reduce__(self) -> tuple[type[NativeEngine], tuple[int | None]]:
        return type(self), (self._asked,)  # a worker process may have other processors

    def cost_and_gradient(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None = None,
        dropout: Dropout | None = None,
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Engine`.

        The reference engine computes a sparse X.
        """
        if not isinstance(X, np.ndarray) or not _is_float(theta):
            reference = ReferenceEngine()
            return reference.cost_and_gradient(network, theta, X, Y, sample_weight, dropout)
        dtype = theta.dtype
        _check(network, theta, X, Y, sample_weight)
        gradient = np.empty_like(theta)
        total, rows = _core.cost_and_gradient(
            shape=_shape(network),
            theta=np.ascontiguousarray(theta),
            gradient=gradient,
            X=_rows(X, dtype),
            Y=np.ascontiguousarray(Y, dtype),
            weight=None if sample_weight is None else np.ascontiguousarray(sample_weight, dtype),
            dropout=_masks(dropout, 0) if dropout else None,
            threads=self.n_threads,
        )
        return total / rows, gradient

    def predict(self, network: Network, theta: Array, X: Array) -> Array:
        """See :class:`clearprop.engines.protocol.Engine`.

        A sparse X is made dense piece by piece.
        """
        if not _is_float(theta):
            return ReferenceEngine().predict(network, theta, X)
        return self._forward(network, theta, X, logits=False)

    def logits(self, network: Network, theta: Array, X: Array) -> Array:
        """See :class:`clearprop.engines.protocol.Engine`."""
        if not _is_float(theta):
            return ReferenceEngine().logits(network, theta, X)
        return self._forward(network, theta, X, logits=True)

    def _forward(self, network: Network, theta: Array, X: Array, logits: bool) -> Array:
        _check(network, theta, X)
        outputs = np.empty((X.shape[0], network.n_outputs), theta.dtype)  # (m, K)
        step = max(1, X.shape[0]) if isinstance(X, np.ndarray) else _SPARSE_ROWS
        for first in range(0, X.shape[0], step):
            cut = slice(first, first + step)
            _core.predict(
                shape=_shape(network),
                theta=np.ascontiguousarray(theta),
                X=_rows(_dense(X[cut]), theta.dtype),
                out=outputs[cut],
                logits=logits,
                threads=self.n_threads,
            )
        return outputs

    def slice_unit(self, network: Network, rule: Rule, size: int, dtype: Any) -> int:
        """See :class:`clearprop.engines.protocol.Engine`.

        It is 32 for plain gradient descent with a penalty, small minibatches and a wide first
        layer. The decay is then a common factor of all weights (native/kernels/few.hpp).
        """
        unit = _core.slice_unit_float32 if dtype == np.float32 else _core.slice_unit_float64
        return unit(_shape(network), size, _rule(rule)[0])

    def run_epoch(
        self, network: Network, state: TrainingState, batches: Batches, update: Update
    ) -> float:
        """See :class:`clearprop.engines.protocol.Engine`. Theta and the moments change in place."""
        rule, a, b, epsilon, weight_decay = _rule(update.rule)
        if len(state.moments) != _MOMENTS[rule]:
            raise ParameterError(
                f"moments: expected {_MOMENTS[rule]} for {update.rule}; got {len(state.moments)}"
            )
        dtype = state.theta.dtype
        state.theta = _changeable(state.theta, dtype)
        state.moments = tuple([_changeable(m, dtype) for m in state.moments])
        _check(network, state.theta, batches.X, batches.Y, batches.sample_weight)
        rates = np.ascontiguousarray(update.rates, np.float64)  # (last - first,)
        raise_problems(_slice_problems(batches, state, rates))
        dropout = Dropout(update.dropout, state.seed, state.epoch) if update.dropout else None
        for X, Y, weight, order, size, first, last, done in _pieces(batches, dtype):
            state.cost_sum, rows, steps = _core.train(
                shape=_shape(network),
                theta=state.theta,
                moments=list(state.moments),
                X=X,
                Y=Y,
                weight=weight,
                order=order,
                size=size,
                first=first,
                last=last,
                penalty_rows=float(batches.penalty_rows or 0),
                # A minibatch that was made dense is a job of its own, whose first row is row 0.
                dropout=_masks(dropout, (batches.first + done - first) * batches.size)
                if dropout
                else None,
                rule=rule,
                a=a,
                b=b,
                epsilon=epsilon,
                weight_decay=weight_decay,
                clip_norm=update.clip_norm or 0.0,
                rates=rates[done : done + last - first],
                step=state.step,
                total=state.cost_sum,
                threads=self.n_threads,
            )
            state.rows_seen += round(rows)
            state.step += steps
            state.position += last - first
        return state.cost_sum / state.rows_seen if state.rows_seen else 0.0


def _check_instruction_set() -> None:
    """Refuse a CLEARPROP_ISA that the core cannot follow here."""
    try:
        _core.instruction_set()
    except ValueError:  # no set has that name
        asked = os.environ.get("CLEARPROP_ISA")
        raise EngineError(*one_of("CLEARPROP_ISA", asked, _core.instruction_sets())) from None
    except RuntimeError as error:  # this processor, or this build, lacks it
        listed = ", ".join(_core.instruction_sets())
        raise EngineError(f"CLEARPROP_ISA: {error}; expected one of {listed}") from None


def _check(
    network: Network, theta: Array, X: Any, Y: Array | None = None, weight: Array | None = None
) -> None:
    """Refuse arrays that do not fit. The core reads memory by these shapes and would crash."""
    m, sizes = X.shape[0], network.layer_sizes
    expected = (
        ("theta", theta, (network.n_parameters,)),
        ("X", X, (m, sizes[0])),
        ("Y", Y, (m, sizes[-1])),
        ("sample_weight", weight, (m,)),
    )
    raise_problems(
        [
            f"{name}: expected shape {shape}; got {array.shape}"
            for name, array, shape in expected
            if array is not None and array.shape != shape
        ]
    )


def _slice_problems(batches: Batches, state: TrainingState, rates: Array) -> list[str]:
    problems = []
    first, last, rows = batches.first, batches.last, batches.X.shape[0]
    count = -(-rows // max(1, batches.size))
    if batches.size < 1 or not 0 <= first <= last <= count:
        problems.append(
            f"batches: expected a slice of the {count} minibatches of {batches.size}; "
            f"got {first} to {last}"
        )
    order = batches.order
    if order is not None and (order.shape != (rows,) or order.min() < 0 or order.max() >= rows):
        problems.append(f"order: expected {rows} row numbers from 0 to {rows - 1}")
    if rates.shape != (last - first,):
        problems.append(f"rates: expected {last - first}, one a minibatch; got {rates.shape}")
    if any(moment.shape != state.theta.shape for moment in state.moments):
        problems.append(f"moments: expected the shape of theta, {state.theta.shape}")
    return problems


def _changeable(array: Array, dtype: Any) -> Array:
    """The array, or a copy of it, that the core can change in place."""
    if array.dtype == dtype and array.flags.carray:  # np.require would take three times as long
        return array
    return np.require(array, dtype, ["C", "W"])


def _is_float(theta: Array) -> bool:
    return theta.dtype in (np.float32, np.float64)


def _shape(network: Network) -> Any:
    return _core.Shape(
        list(network.layer_sizes),
        _ACTIVATIONS.index(network.activation),
        _COSTS.index(network.cost),
        network.regularization,
        network.threshold,
        list(network.levels),
    )


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


def _rule(rule: Rule) -> tuple[int, float, float, float, float]:
    """The rule's number in native/job.hpp, its two coefficients, epsilon and weight decay."""
    if isinstance(rule, AdamW):
        return _ADAMW, rule.beta_1, rule.beta_2, rule.epsilon, rule.weight_decay
    if isinstance(rule, Adam):
        return _ADAM, rule.beta_1, rule.beta_2, rule.epsilon, 0.0
    if isinstance(rule, SGD):
        kind = _NESTEROV if rule.nesterov else _MOMENTUM
        return kind if rule.momentum else _SGD, rule.momentum, 0.0, 0.0, 0.0
    raise ParameterError(f"rule: expected SGD, Adam or AdamW; got {type(rule).__name__}")


def _dense(X: Any) -> Array:
    return X if isinstance(X, np.ndarray) else X.toarray()  # (m, s_1)


def _rows(X: Array, dtype: Any) -> Array:
    """X with contiguous rows. There may be gaps between rows, so a slice is not copied."""
    whole = X.dtype == dtype and X.strides[1] == X.itemsize and X.strides[0] >= 0
    return X if whole and X.strides[0] % X.itemsize == 0 else np.ascontiguousarray(X, dtype)


def _pieces(batches: Batches, dtype: Any) -> Any:
    """The arguments of each call of the core.

    Dense minibatches go into one call. Each sparse one is made dense and gets its own.
    """
    weight = batches.sample_weight
    if weight is not None:
        weight = np.ascontiguousarray(weight, dtype)  # (m,)
    Y = np.ascontiguousarray(batches.Y, dtype)  # (m, K)
    first, last = batches.first, batches.last
    if isinstance(batches.X, np.ndarray):
        order = batches.order
        if order is not None:
            order = np.ascontiguousarray(order, np.int64)  # (m,)
        yield _rows(batches.X, dtype), Y, weight, order, batches.size, first, last, 0
        return
    for i in range(first, last):
        rows = batches.rows(i)
        X = np.ascontiguousarray(batches.X[rows].toarray(), dtype)  # (b, s_1)
        part = None if weight is None else np.ascontiguousarray(weight[rows])
        yield X, np.ascontiguousarray(Y[rows]), part, None, X.shape[0], 0, 1, i - first
