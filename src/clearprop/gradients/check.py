"""The gradient check of a network before it trains, or of any function of theta.

:mod:`clearprop.gradients.compare` does the work. :mod:`clearprop.gradients.report` is the result.
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
    as_float,
    is_whole,
    one_of,
    raise_problems,
    shown,
    whole_problems,
)
from clearprop.gradients.compare import METHODS, check, unsure
from clearprop.gradients.report import Block, GradientReport, blocks_of
from clearprop.gradients.subjects import FunctionSubject, NetworkSubject
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, as_theta

__all__ = ["GradientReport", "check_gradient", "quick_check"]

_QUICK_ROWS = 10
_QUICK_SAMPLE = 10
_QUICK_BLOCKS = 60  # of more, a few are checked
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
    dropout: Dropout | None = None,
) -> GradientReport:
    """Check a gradient against derivatives that are computed from the cost alone.

    For a network, the engine's gradient is compared with the cost of the reference equations in
    float64. A two-sided difference cannot settle every entry: a ReLU's kink or strong curvature may
    lie within the step, or the gradient may be smaller than the rounding. The complex step then
    decides. For a function smaller steps decide, and an entry at a kink is right if it lies between
    the one-sided slopes.

    Parameters
    ----------
    subject
        A network; or a function ``theta -> (J, gradient)`` of your own.
    theta
        ``(n_parameters,)``, float64 or float32. A function gets copies of it, in that dtype.
    X, Y, sample_weight
        For a network, as for :func:`~clearprop.cost_and_gradient`. The check takes two forward
        passes for each parameter, and a few rows show as much as many.
    step
        The step of the two-sided differences.
    method
        ``"differences"``, or ``"complex"``, whose only error is rounding. It is for networks, and
        for functions that take a complex theta and return a complex J.
    sample
        How many parameters of each block are compared: half of them have the largest gradient, the
        others are random. None compares all.
    seed
        Decides the sample and the random directions.
    engine
        The engine whose gradient is checked.
    layer_sizes
        For a function of a network's theta: ``(s_1, ..., s_L)``. The report then tells layers, bias
        and weights apart.
    dropout
        For a network: both sides compute under these masks of dropout.

    Returns
    -------
    GradientReport
        Its ``verdict`` is ``"right"``, ``"wrong"``, or ``"unsure"`` for a function whose cost is
        too noisy. ``print`` shows it as a table.

    Raises
    ------
    ParameterError
        For options that do not fit. For a function that raises, or whose J is not finite or
        differs from call to call, or whose gradient has not theta's length.

    Equation
    --------
    ``D_j ~ (J(theta + step e_j) - J(theta - step e_j)) / (2 step)`` (course, week 5, "Gradient
    checking"); over each block at once, ``D.d ~ dJ(theta + t d)/dt`` for a random d.

    Examples
    --------
    >>> report = check_gradient(Network((2, 2, 1)), np.zeros(9), [[0.0, 1.0]], [1])
    >>> report.verdict, report.n_checked
    ('right', 9)
    >>> wrong = check_gradient(lambda theta: (theta @ theta, theta * [2, 1]), np.array([1.0, 2.0]))
    >>> print(wrong.problems[0])
    theta: theta[1] is 2.000000e+00, by differences 4.000000e+00; 1 of 2 compared differ
    """
    raise_problems(_option_problems(step, method, sample, seed, dropout))
    for_network = {"X": X, "Y": Y, "sample_weight": sample_weight, "dropout": dropout}
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
            own = NetworkSubject(subject, theta, X, Y, weight, choose_engine(engine), step, dropout)
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
    layers: Any = layer_sizes  # Network takes any sequence and names what is none
    sizes = None if layers is None else Network(layers)
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
    dropout: Dropout | None = None,
) -> GradientReport:
    """The check before training: ten rows of different classes, ten parameters of each block.

    Each block is also checked as a whole, in a random direction, so no entry goes unseen. Of more
    than 60 blocks, which are 31 layers, 20 are checked, with two parameters each: the first, the
    last and some between. Theta is moved at random by about 0.001 first. Initial zeros would hide
    the layers below from the cost and put every ReLU at its kink.

    Parameters
    ----------
    network, theta, X, Y, sample_weight
        Checked already, as for an engine.
    engine
        The engine that will train.
    seed
        Decides rows, parameters and directions.
    dropout
        The rows are checked under its masks, as the first rows of the epoch.

    Returns
    -------
    GradientReport
        Its verdict is ``"unsure"`` if the cost is not finite. Training itself reports that.

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
            network, moved.astype(theta.dtype), X[rows], Y[rows], weight, engine, 1e-4, dropout
        )
        if not own.finite:
            problem = f"cost: J ({own.numerical_cost:g}) or its gradient overflows in {own.dtype}"
            return unsure(own, problem)
        blocks, sample = blocks_of(network.layer_sizes), _QUICK_SAMPLE
        if len(blocks) > _QUICK_BLOCKS:
            blocks, sample = _few_blocks(blocks, generator), 2
        return check(own, blocks, "differences", sample, seed)


def _few_blocks(blocks: list[Block], generator: np.random.Generator) -> list[Block]:
    """Twenty blocks of a very deep network, where each takes passes through all the layers."""
    chosen = np.sort(generator.choice(np.arange(5, len(blocks) - 5), 10, replace=False))
    return [*blocks[:5], *(blocks[i] for i in chosen), *blocks[-5:]]


def _option_problems(
    step: object, method: object, sample: object, seed: object, dropout: object
) -> list[str]:
    problems = one_of("method", method, METHODS)
    if not 0 < as_float(step) < math.inf:
        problems.append(f"step: expected a finite number above 0, such as 1e-4; got {shown(step)}")
    if sample is not None and not (is_whole(sample) and sample >= 1):
        problems.append(
            "sample: expected how many parameters of each block, or None for all; got "
            f"{shown(sample)}"
        )
    problems += whole_problems("seed", seed, 0)
    if dropout is not None and not isinstance(dropout, Dropout):
        problems.append(
            "dropout: expected its masks, such as Dropout(0.5, seed=0, epoch=0), or None; got "
            f"{shown(dropout)}"
        )
    return problems


def _as_vector(theta: Any) -> Array:
    try:
        array = np.asarray(theta)
        if array.dtype not in (np.float32, np.float64):
            if array.dtype.kind not in "biufO":
                raise TypeError
            array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"theta: expected a vector of real numbers; got {shown(theta)}"
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
    """Ten rows with a weight, of as many classes as a thousand random rows have."""
    counting = np.arange(len(Y)) if sample_weight is None else np.flatnonzero(sample_weight)
    rows = generator.permutation(counting)[:1000]
    labels = Y[rows].argmax(axis=1) if Y.shape[1] > 1 else Y[rows, 0]  # (m,)
    seen: dict[float, int] = {}
    turn = np.empty(len(rows), np.int64)  # (m,): how many rows of its class come before a row
    for i, label in enumerate(labels.tolist()):
        turn[i] = seen.get(label, 0)
        seen[label] = turn[i] + 1
    return np.sort(rows[np.argsort(turn, kind="stable")[:_QUICK_ROWS]])
