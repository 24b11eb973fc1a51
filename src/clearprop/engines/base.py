"""What an engine is, what it is handed, and how one is chosen."""

from __future__ import annotations

import functools
import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from clearprop.errors import EngineError, did_you_mean
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, as_theta
from clearprop.network.updates import Moments, Rule


@dataclass
class TrainingState:
    """Everything that a resumed run needs; `run_epoch` moves it forward.

    The order of the samples in an epoch is a function of `seed` and `epoch` (see
    :func:`epoch_order`), so that no generator has to be stored.
    """

    theta: Array
    moments: Moments
    seed: int
    step: int = 0  # updates made
    epoch: int = 0  # epochs completed
    position: int = 0  # minibatches done in the epoch under way
    rows_seen: int = 0  # samples of those minibatches, but for minibatches without any weight
    cost_sum: float = 0.0  # each minibatch's cost before its update, times its samples

    def end_epoch(self) -> None:
        """Count the epoch under way as done, and begin the next one."""
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
    order: Array | None  # (m,) of int64; None: as they stand
    size: int
    first: int
    last: int
    penalty_rows: float | None  # the m of lambda/(2m); None: that of each minibatch

    def rows(self, i: int) -> Any:
        """The index of minibatch i: an array of rows, or a slice where nothing is shuffled."""
        cut = slice(i * self.size, min((i + 1) * self.size, self.X.shape[0]))
        return cut if self.order is None else self.order[cut]


@dataclass(frozen=True)
class Update:
    """A rule and the learning rate of each step of a slice, shape ``(last - first,)``."""

    rule: Rule
    rates: Array


def epoch_order(seed: int, epoch: int, rows: int) -> Array:
    """The order of the samples in an epoch: a permutation that `seed` and `epoch` determine.

    Examples
    --------
    >>> epoch_order(seed=1, epoch=0, rows=4)
    array([...])
    """
    return np.random.default_rng([seed, epoch]).permutation(rows)


@runtime_checkable
class Engine(Protocol):
    """What computes. Arrays come checked, of one dtype, in the shapes of the mathematics."""

    name: str

    def cost_and_gradient(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None = None,
    ) -> tuple[float, Array]:
        """J and D over all rows; shapes ``()`` and ``(n_parameters,)``."""

    def predict(self, network: Network, theta: Array, X: Array) -> Array:
        """h(x) of every row, ``(m, K)``."""

    def run_epoch(
        self, network: Network, state: TrainingState, batches: Batches, update: Update
    ) -> float:
        """Train on a slice of an epoch; return the mean cost of the epoch so far.

        Changes `state`, all but seed and epoch. The mean is ``cost_sum / rows_seen``; it is summed
        up minibatch by minibatch, so that its bits, like theta's, do not depend on how the epoch is
        sliced, if slices begin at multiples of `slice_unit`.
        """

    def slice_unit(self, network: Network, rule: Rule, size: int, dtype: Any) -> int:
        """How many minibatches of `size` rows it computes as one.

        Within a unit theta need not be there: a factor of it may be kept apart and be rounded in at
        the end. For the same bits in every run that has to happen after the same minibatches.
        """


def _native() -> Engine:
    if importlib.util.find_spec("clearprop.engines._core") is None:
        raise ImportError("it was built without a C++20 compiler")
    from clearprop.engines.native import NativeEngine

    return NativeEngine()


def _reference() -> Engine:
    from clearprop.engines.reference import ReferenceEngine

    return ReferenceEngine()


# Best first; "auto" takes the first that loads. A loader raises ImportError where its engine is
# not installed.
ENGINES: dict[str, Callable[[], Engine]] = {"native": _native, "reference": _reference}


def available_engines() -> list[str]:
    """The names of the engines that load here, best first."""
    names = []
    for name, load in ENGINES.items():
        try:
            load()
        except ImportError:
            continue
        names.append(name)
    return names


def choose_engine(engine: str | Engine = "auto") -> Engine:
    """Return the engine of that name; ``"auto"`` is the best that loads; an engine is itself.

    Raises
    ------
    EngineError
        Listing the engines that there are, and saying why the one asked for is not.

    Examples
    --------
    >>> choose_engine("reference").name
    'reference'
    >>> choose_engine("referense")
    Traceback (most recent call last):
    clearprop.errors.EngineError: engine: expected auto... or reference; got 'referense' \
(did you mean "reference"?)
    """
    if not isinstance(engine, str):
        if isinstance(engine, Engine):
            return engine
        raise EngineError(f"engine: expected a name or an Engine; got {type(engine).__name__}")
    for name, load in ENGINES.items():
        if engine in ("auto", name):
            try:
                return load()
            except ImportError as error:
                reason = error
    there = available_engines()
    *others, last = ["auto", *there]
    expected = f"expected {', '.join(others)} or {last}"
    if engine in ENGINES:
        raise EngineError(f"engine: {engine} is not installed here: {reason}; {expected}")
    raise EngineError(f"engine: {expected}; got {engine!r}{did_you_mean(engine, ['auto', *there])}")


@functools.cache
def warn_without_native() -> None:
    """Say, once in a process, that training will be slower than it could be, where it will.

    Examples
    --------
    >>> warn_without_native() if "native" in available_engines() else None
    """
    try:
        ENGINES["native"]()
    except ImportError as error:
        warnings.warn(
            f"the native core is not installed ({error}): training runs on NumPy and is slower; to "
            "get it, install a C++20 compiler and then Clearprop once more "
            "(pip install --force-reinstall --no-deps)",
            UserWarning,
            stacklevel=2,
        )


def cost_and_gradient(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    sample_weight: Any = None,
    engine: str | Engine = "auto",
) -> tuple[float, Array]:
    """J and its gradient by all parameters.

    Parameters
    ----------
    network
        The architecture, with cost and lambda.
    theta
        ``(n_parameters,)``, float64 or float32; its dtype is the dtype of the computation.
    X
        ``(m, s_1)``; one sample ``(s_1,)`` and SciPy's sparse arrays too.
    Y
        ``(m,)`` class numbers 0..K-1 (numbers, for regression), or ``(m, K)`` one-hot rows.
    sample_weight
        ``(m,)``, or None: a sample of weight w counts as w samples.
    engine
        ``"auto"``, a name, or an engine.

    Returns
    -------
    J, a float; the gradient D, ``(n_parameters,)``, unrolled like theta.

    Raises
    ------
    ParameterError
        For shapes or values that do not fit.
    EngineError
        For an engine that is not there.

    Equation
    --------
    ``J = (1/m) sum_i J_i + lambda/(2m) sum weights^2``, ``D = dJ/dtheta`` (course, week 5).

    Examples
    --------
    >>> network = Network((2, 2, 1))
    >>> J, gradient = cost_and_gradient(network, np.zeros(9), [[0.0, 1.0]], [1])
    >>> round(J, 6), gradient
    (0.693147, array([ 0.  ,  0.  ,  0.  ,  0.  ,  0.  ,  0.  , -0.5 , -0.25, -0.25]))
    """
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    weight = as_sample_weight(sample_weight, X.shape[0], theta.dtype)
    return choose_engine(engine).cost_and_gradient(network, theta, X, Y, weight)


def output_weighted_inputs(engine: Engine, network: Network, theta: Array, X: Array) -> Array:
    """z^(L) of every row, ``(m, K)``; arguments checked already.

    An engine's `predict` ends with the output's activation, which the cost decides; under the
    squared cost that is the identity, and the rest of the network does not know its cost.
    """
    return engine.predict(replace(network, cost="squared"), theta, X)


def predict(network: Network, theta: Any, X: Any, engine: str | Engine = "auto") -> Array:
    """h(x), the activations of the output layer, for every row of X.

    Parameters and errors as in :func:`cost_and_gradient`.

    Returns
    -------
    ``(m, K)`` in the dtype of theta.

    Examples
    --------
    >>> predict(Network((2, 1)), [0.0, 1.0, 1.0], [[2.0, -2.0]])
    array([[0.5]])
    """
    theta = as_theta(network, theta)
    return choose_engine(engine).predict(network, theta, as_inputs(network, X, theta.dtype))
