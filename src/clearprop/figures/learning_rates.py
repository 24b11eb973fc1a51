"""Gradient descent with a learning rate that is too small, right, and too large.

Source: A. Ng, *Machine Learning* (Coursera), week 1, "Gradient descent intuition".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError
from clearprop.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    RED,
    SOFT,
    Picture,
    network_line,
    sentences,
    sheet,
    styled,
)
from clearprop.language import Sentences
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["LearningRates", "compute_learning_rates", "draw_learning_rates"]

_ALONG = 60  # points of the curve of the first step
_BEYOND = 1.1  # how far that curve goes, as a part of the largest rate
_LOOKS = ((RED, "s", "--"), (BLUE, "o", "-"), (GREEN, "^", "-."))
_NAMES = ("small", "right", "large")


@dataclass(frozen=True, eq=False)
class LearningRates:
    """Descents from the same start with three rates.

    Attributes
    ----------
    network, rows
        The network, and how many rows J is the mean over.
    rates
        The three learning rates, the smallest first.
    costs
        ``(3, steps + 1)``: J before the first step and after every step.
    alphas, along
        ``(g,)``: how far along -D from the start, and J there.
    """

    network: Network
    rows: int
    rates: tuple[float, ...]
    costs: Array
    alphas: Array
    along: Array


def compute_learning_rates(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    rates: Sequence[float] = (0.03, 1.0, 10.0),
    *,
    steps: int = 100,
    engine: EngineName | Engine = "auto",
) -> LearningRates:
    """Descend from theta with each rate, and measure J along the first step.

    Parameters
    ----------
    network, theta, X, Y, engine
        As in :func:`clearprop.cost_and_gradient`.
    rates
        Three rates, each larger than the one before.
    steps
        How many steps each descent makes.

    Raises
    ------
    ParameterError
        For data that do not fit, and for other rates or steps.

    Equation
    --------
    ``theta := theta - alpha * D`` with ``D = dJ/dtheta`` (course, week 1).

    Examples
    --------
    >>> found = compute_learning_rates(Network((1, 1)), [0.0, 0.0], [[1.0]], [[1.0]], steps=2)
    >>> found.costs.round(3)[:, :2]
    array([[0.693, 0.678],
           [0.693, 0.313],
           [0.693, 0.   ]])
    """
    rates = tuple(float(rate) for rate in rates)
    if len(rates) != len(_NAMES) or not 0 < rates[0] < rates[1] < rates[2]:
        raise ParameterError(
            f"rates: expected three rates above 0, the smallest first; got {rates}"
        )
    if steps < 1:
        raise ParameterError(f"steps: expected a whole number of at least 1; got {steps!r}")
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    using = choose_engine(engine)
    J, D = using.cost_and_gradient(network, theta, X, Y)
    alphas = np.linspace(0, _BEYOND * rates[-1], _ALONG)
    # The dots of the three rates lie on the curve, which would otherwise jump over the smallest.
    alphas = np.unique(np.concatenate([alphas, rates]))  # (g,)
    moved = [theta - alpha * D for alpha in alphas]
    along = np.array([using.cost_and_gradient(network, there, X, Y)[0] for there in moved])  # (g,)
    costs = np.full((len(rates), steps + 1), float(J))
    for k, rate in enumerate(rates):
        here, slope = theta, D
        for step in range(1, steps + 1):
            here = here - rate * slope  # (n_parameters,)
            costs[k, step], slope = using.cost_and_gradient(network, here, X, Y)
    return LearningRates(network, X.shape[0], rates, costs, alphas, along)


def draw_learning_rates(found: LearningRates, lang: str = "en", source: str = "") -> Picture:
    """Draw J along the first step on the left, and J after every step on the right."""
    say = sentences(lang)
    title = say("learning-rates.title")
    caption = network_line(say, found.network, found.rows, source)
    with styled(title, caption):
        figure, (left, right) = sheet(12, 5, title, caption, columns=2)
        _draw_first_step(left, found, say)
        for name, rate, costs, (colour, marker, line) in _each(found):
            right.plot(
                costs,
                color=colour,
                linestyle=line,
                marker=marker,
                markevery=10,
                label=say(f"learning-rates.{name}", rate=f"{rate:g}"),
            )
        right.set_title(say("learning-rates.steps", steps=found.costs.shape[1] - 1))
        right.set_xlabel(say("learning-rates.step"))
        right.set_ylabel(say("shared.cost"))
        right.legend()
        left.set_ylim(bottom=0)
        right.set_yscale("log")
        right.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        right.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        right.yaxis.set_minor_formatter(NullFormatter())
        for axes in (left, right):
            axes.grid()
    ends = ", ".join(f"α = {rate:g}: {costs[-1]:.4g}" for _, rate, costs, _ in _each(found))
    description = say(
        "learning-rates.description",
        J=f"{found.costs[0, 0]:.4g}",
        steps=found.costs.shape[1] - 1,
        ends=ends,
        highest=f"{found.costs[-1].max():.4g}",
    )
    return Picture(figure, title, description, lang)


def _each(found: LearningRates) -> Any:
    """Name, rate, costs and look of each descent."""
    return zip(_NAMES, found.rates, found.costs, _LOOKS, strict=True)


def _draw_first_step(axes: Any, found: LearningRates, say: Sentences) -> None:
    axes.plot(found.alphas, found.along, color=SOFT)
    axes.plot(0, found.costs[0, 0], "D", color=INK, ms=9, label=say("learning-rates.start"))
    for _, rate, costs, (colour, marker, _line) in _each(found):
        axes.plot(rate, costs[1], marker, color=colour, ms=10, mec="white", label=f"α = {rate:g}")
    axes.set_title(say("learning-rates.first"))
    axes.set_xlabel(say("learning-rates.alpha"))
    axes.set_ylabel(say("shared.cost"))
    axes.legend()
