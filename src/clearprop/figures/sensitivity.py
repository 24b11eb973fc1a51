"""How much J depends on each parameter: predicted by the gradient, measured by a nudge, ranked.

Source: 3Blue1Brown, "Gradient descent, how neural networks learn".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.figures.board import SUBSCRIPT
from clearprop.figures.drawing import BLUE, FAINT, INK, Picture, raised, sentences, sheet, styled
from clearprop.figures.secant import parameter_place
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import cost, cost_and_gradient, forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Sensitivity", "compute_sensitivity", "draw_sensitivity"]

_TOLD = 10  # parameters that are named


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """All parameters, the one that J depends on most first.

    Attributes
    ----------
    network
        The architecture.
    order
        ``(n_parameters,)``: indices into theta, ranked.
    gradient
        ``(n_parameters,)``: dJ/dtheta, ranked.
    nudge
        By how much each parameter was moved, against its gradient.
    falls
        ``(n_parameters,)``: by how much J fell, as measured, ranked.
    pixels
        ``(s_1,)``: the mean size of the derivatives by the weights from each input.
    """

    network: Network
    order: Array
    gradient: Array
    nudge: float
    falls: Array
    pixels: Array


def compute_sensitivity(
    network: Network, theta: Any, X: Any, Y: Any, nudge: float = 0.001
) -> Sensitivity:
    """Move one parameter after the other downhill, and look at J without lambda.

    Parameters
    ----------
    network, theta
        A network and its parameters ``(n_parameters,)``.
    X, Y
        ``(m, s_1)`` and ``(m, K)``; J is computed once for each parameter.
    nudge
        How far.

    Raises
    ------
    ParameterError
        For values that do not fit.

    Equation
    --------
    ``J(theta - nudge sign(D_j) e_j) ~ J(theta) - nudge |D_j|``.

    Examples
    --------
    >>> network = Network((2, 1))
    >>> found = compute_sensitivity(network, [0, 0, 0], [[1.0, 3.0]], [[1]])
    >>> found.order, found.gradient, found.falls.round(6)
    (array([2, 0, 1]), array([-1.5, -0.5, -0.5]), array([0.001499, 0.0005  , 0.0005  ]))
    """
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    plain = replace(network, regularization=0.0)
    J, D = cost_and_gradient(np, plain, theta, X, Y)

    def at(theta: Array) -> float:
        z = forward(np, plain, theta, X).weighted_inputs[-1]  # (m, K)
        return float(cost(np, plain, theta, z, Y))

    falls = np.empty_like(D)  # (n_parameters,)
    for j in range(D.size):
        moved = theta.copy()
        moved[j] -= nudge * np.sign(D[j])
        falls[j] = J - at(moved)
    order = np.argsort(-np.abs(D), kind="stable")
    pixels = np.abs(split(network, D)[0][1:]).mean(axis=1)  # (s_1,)
    return Sensitivity(network, order, D[order], nudge, falls[order], pixels)


def draw_sensitivity(
    found: Sensitivity, lang: str = "en", image_shape: tuple[int, int] | None = None
) -> Picture:
    """Draw the first of the ranking, all of it, and, for images, the pixels' weights."""
    say = sentences(lang)
    title = say("sensitivity.title")
    columns = 3 if image_shape else 2
    with styled(title):
        figure, panels = sheet(
            12.5, 4.9, title, "", columns=columns, width_ratios=(1.1, 1.1, 0.8)[:columns]
        )
        first, every = panels[:2]
        told = min(_TOLD, len(found.order))
        predicted, places = found.nudge * np.abs(found.gradient), np.arange(told)
        first.barh(places, 1e6 * predicted[:told], color=BLUE, alpha=0.45)
        first.plot(1e6 * found.falls[:told], places, "D", color=INK, markersize=5)
        first.set_yticks(places, [_name(found.network, int(j)) for j in found.order[:told]])
        first.tick_params(axis="y", labelcolor=INK, length=0)
        first.invert_yaxis()
        first.set(xlabel=say("sensitivity.fall"), title=say("sensitivity.first", n=told))
        some = predicted > 0
        ranks = np.arange(1, len(predicted) + 1)
        every.semilogy(ranks[some], predicted[some], color=BLUE, label=say("sensitivity.gradient"))
        dots = np.unique(np.linspace(0, some.sum() - 1, 40).astype(int))
        every.semilogy(
            ranks[dots], found.falls[dots], "D", color=INK, ms=4, label=say("sensitivity.measured")
        )
        every.set(
            xlabel=say("sensitivity.rank"), title=say("sensitivity.every", n=f"{len(ranks):,}")
        )
        every.legend(loc="lower left")
        every.grid()
        if image_shape:
            panels[2].imshow(
                found.pixels.reshape(image_shape), cmap="gray_r", vmin=0, interpolation="none"
            )
            panels[2].set(xticks=[], yticks=[], title=say("sensitivity.pixels"))
            panels[2].spines[:].set(visible=True, color=FAINT)
    description = say(
        "sensitivity.description",
        n=f"{len(found.order):,}",
        nudge=found.nudge,
        first=", ".join(
            f"{_plain(found.network, int(j))}: {1e6 * fall:.2f}"
            for j, fall in zip(found.order[:told], found.falls[:told], strict=True)
        ),
        zeros=int((~some).sum()),
    )
    return Picture(figure, title, description, lang)


def _name(network: Network, index: int) -> str:
    l, i, j = parameter_place(network, index)
    return rf"$\Theta_{{{i},{j}}}^{{({l})}}$"


def _plain(network: Network, index: int) -> str:
    l, i, j = parameter_place(network, index)
    low = f"{i},{j}".translate(str.maketrans("0123456789", SUBSCRIPT))
    return f"Θ{low}⁽{raised(l)}⁾"
