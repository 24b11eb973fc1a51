"""The gradient check: of a network before it trains, or of anybody's function.

:mod:`clearprop.gradients.compare` is what happens inside; :mod:`clearprop.gradients.report` is what
comes out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.engines.blas import one_blas_thread
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.errors import (
    ParameterError,
    is_number,
    is_whole,
    one_of,
    raise_problems,
    whole_problems,
)
from clearprop.gradients.compare import METHODS, check, unsure
from clearprop.gradients.report import GradientReport, blocks_of
from clearprop.gradients.subjects import FunctionSubject, NetworkSubject
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, as_theta

__all__ = ["GradientReport", "check_gradient", "quick_check"]

_QUICK_ROWS = 10
_QUICK_SAMPLE = 10
_JITTER = 1e-3


def check_gradient(
    subject: Network | Callable[[Array], Any],
    theta: Any,
    X: Any = None,
    Y: Any = None,
    *,
    step: float = 1e-4,
    method: str = "differences",
    sample: int | None = None,
    seed: int = 0,
    sample_weight: Any = None,
    engine: EngineName | Engine = "auto",
    layer_sizes: Sequence[int] | None = None,
) -> GradientReport:
    """Check a gradient against derivatives that are taken from the cost alone.

    For a network, the engine's gradient is held against the cost of the reference equations in
    float64. Where a two-sided difference cannot settle an entry (a ReLU's kink or strong curvature
    within the step, a gradient smaller than the rounding), the complex step does. For a function,
    smaller steps do, and an entry at a kink is right where it lies between the one-sided slopes.

    Parameters
    ----------
    subject
        A network; or a function ``theta -> (J, gradient)`` of your own.
    theta
        ``(n_parameters,)``, float64 or float32. A function gets copies of it, in that dtype.
    X, Y, sample_weight
        For a network, as for :func:`~clearprop.cost_and_gradient`. The check costs two forward
        passes a parameter: a few rows show as much as many.
    step
        Of the two-sided differences.
    method
        ``"differences"``; or ``"complex"``, whose error is that of rounding: for networks, and for
        functions that take a complex theta and return a complex J.
    sample
        Compare so many parameters of each block, half of them those with the largest gradient and
        the others at random; None compares all.
    seed
        Of the sample and of the random directions.
    engine
        Whose gradient is under test.
    layer_sizes
        For a function: ``(s_1, ..., s_L)`` where theta is laid out as a network's, so that the
        report tells layers, bias and weights apart.

    Returns
    -------
    GradientReport
        Its ``verdict`` is ``"right"``, ``"wrong"`` or, for a function whose cost is too noisy,
        ``"unsure"``; printed, it is a table.

    Raises
    ------
    ParameterError
        For options that do not fit; for a function that raises, gives no finite number for J, no
        gradient of theta's length, or another J each time.

    Equation
    --------
    ``D_j ~ (J(theta + step e_j) - J(theta - step e_j)) / (2 step)`` (course, week 5, "Gradient
    checking"); over each block at once, ``D.d ~ dJ(theta + t d)/dt`` for a random d.

    Examples
    --------
    >>> report = check_gradient(Network((2, 2, 1)), np.zeros(9), [[0.0, 1.0]], [1])
    >>> report.verdict, report.n_checked
    ('right', 9)
    >>> wrong = check_gradient(lambda theta: (theta @ theta, theta), np.array([1.0, 2.0]))
    >>> print(wrong.problems[0])
    theta: theta[0] is 1.000000e+00, by differences 2.000000e+00; 2 of 2 compared differ
    """
    raise_problems(_option_problems(step, method, sample, seed))
    for_network = {"X": X, "Y": Y, "sample_weight": sample_weight}
    if isinstance(subject, Network):
        if X is None or Y is None:
            raise ParameterError(
                "X, Y: a network is checked on samples: check_gradient(network, theta, X, Y)"
            )
        if layer_sizes is not None:
            raise ParameterError("layer_sizes: is for functions; a network brings its own")
        theta = as_theta(subject, theta)
        X = as_inputs(subject, X, theta.dtype)
        Y = as_targets(subject, Y, X.shape[0], theta.dtype)
        weight = as_sample_weight(sample_weight, X.shape[0], theta.dtype)
        with one_blas_thread(), np.errstate(all="ignore"):
            own = NetworkSubject(subject, theta, X, Y, weight, choose_engine(engine), step)
            if not own.finite:
                raise ParameterError(
                    f"theta: expected cost and gradient to be finite in {own.dtype} for these "
                    f"rows; J is {own.numerical_cost:g}. Scale X, or take a smaller theta"
                )
            return check(own, blocks_of(subject.layer_sizes), method, sample, seed)
    if not callable(subject):
        raise ParameterError(
            "check_gradient: expected a Network, or a function theta -> (J, gradient); "
            f"got {type(subject).__name__}"
        )
    given = [name for name, value in for_network.items() if value is not None]
    if given or engine != "auto":
        names = ", ".join(given or ["engine"])
        raise ParameterError(
            f"{names}: a function is checked as check_gradient(function, theta); samples and "
            "engine are the function's own"
        )
    theta = _as_vector(theta)
    sizes = None if layer_sizes is None else Network(tuple(layer_sizes))
    if sizes is not None and sizes.n_parameters != len(theta):
        raise ParameterError(
            f"layer_sizes: {sizes.layer_sizes} have {sizes.n_parameters} parameters; theta has "
            f"{len(theta)}"
        )
    blocks = blocks_of(sizes.layer_sizes if sizes else None, len(theta))
    return check(FunctionSubject(subject, theta, step), blocks, method, sample, seed)


def quick_check(
    network: Network,
    theta: Array,
    X: Array,
    Y: Array,
    engine: Engine,
    sample_weight: Array | None = None,
    seed: int = 0,
) -> GradientReport:
    """The check before training: ten rows of different classes, ten parameters of each block.

    Each block is checked as a whole too, in a random direction, so that no entry goes unseen.
    Theta is moved at random by about 0.001 for it: zeros as initial values would hide the layers
    below from the cost, and put every ReLU at its kink.

    Parameters
    ----------
    network, theta, X, Y, sample_weight
        Checked already, as an engine gets them.
    engine
        The engine that is going to train.
    seed
        Of rows, parameters and directions.

    Returns
    -------
    GradientReport
        Its verdict is ``"unsure"`` where the cost is not finite: training itself will say so.

    Examples
    --------
    >>> network = Network((2, 3, 2), "relu", "softmax")
    >>> X, Y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
    >>> quick_check(network, np.zeros(17), X, Y, choose_engine("reference")).verdict
    'right'
    """
    generator = np.random.default_rng(seed)
    rows = _few_rows(Y, sample_weight, generator)
    moved = theta + _JITTER * generator.standard_normal(len(theta))  # (n,)
    weight = None if sample_weight is None else sample_weight[rows]
    with one_blas_thread(), np.errstate(all="ignore"):
        own = NetworkSubject(
            network, moved.astype(theta.dtype), X[rows], Y[rows], weight, engine, step=1e-4
        )
        if not own.finite:
            problem = f"cost: J ({own.numerical_cost:g}) or its gradient overflows in {own.dtype}"
            return unsure(own, problem)
        return check(own, blocks_of(network.layer_sizes), "differences", _QUICK_SAMPLE, seed)


def _option_problems(step: object, method: object, sample: object, seed: object) -> list[str]:
    problems = one_of("method", method, METHODS)
    if not is_number(step) or not 0 < float(step) < math.inf:
        problems.append(f"step: expected a finite number above 0, such as 1e-4; got {step!r}")
    if sample is not None and not (is_whole(sample) and sample >= 1):
        problems.append(
            f"sample: expected how many parameters of each block, or None for all; got {sample!r}"
        )
    return problems + whole_problems("seed", seed, 0)


def _as_vector(theta: Any) -> Array:
    try:
        array = np.asarray(theta)
        if array.dtype not in (np.float32, np.float64):
            if array.dtype.kind not in "biufO":
                raise TypeError
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ParameterError(
            f"theta: expected a vector of real numbers; got {str(theta)[:60]}"
        ) from None
    if array.ndim != 1 or not len(array):
        raise ParameterError(
            f"theta: expected one vector of at least one parameter; got shape {array.shape}. "
            "Unroll matrices into one vector"
        )
    if not np.isfinite(array).all():
        index = int(np.argmin(np.isfinite(array)))
        raise ParameterError(
            f"theta: expected finite numbers; got {array[index]} at position {index}"
        )
    return array


def _few_rows(Y: Array, sample_weight: Array | None, generator: np.random.Generator) -> Array:
    """Ten rows that count, of as many classes as there are among a thousand."""
    counting = np.arange(len(Y)) if sample_weight is None else np.flatnonzero(sample_weight)
    rows = generator.permutation(counting)[:1000]
    labels = Y[rows].argmax(axis=1) if Y.shape[1] > 1 else Y[rows, 0]  # (m,)
    seen: dict[float, int] = {}
    turn = np.empty(len(rows), np.int64)  # (m,): how many of its class came before
    for i, label in enumerate(labels.tolist()):
        turn[i] = seen.get(label, 0)
        seen[label] = turn[i] + 1
    return np.sort(rows[np.argsort(turn, kind="stable")[:_QUICK_ROWS]])
