"""The chain rule on one neuron a layer: a nudge of z passes three factors on its way to J.

Source: 3Blue1Brown, *Neural networks*, chapter 4, "Backpropagation calculus".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.figures.board import arrow, board, brace, disc, signed, words
from clearprop.figures.drawing import BLUE, INK, RED, SOFT, Picture, sentences, styled
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Network
from clearprop.network.costs import cost_of
from clearprop.network.equations import forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Chain", "compute_chain", "draw_chain"]

_TALLEST = 0.75  # inches: the bar of the largest change


@dataclass(frozen=True)
class Chain:
    """A nudge of z^(2), and what arrives.

    Attributes
    ----------
    values
        z^(2), a^(2), z^(3), a^(3) and J.
    factors
        What a small change is multiplied by between one value and the next: g'(z^(2)), the weight,
        g'(z^(3)) and dJ/da^(3).
    deltas
        delta^(2) and delta^(3): the products of all factors, and of the last two.
    changes
        By how much the five values change when `nudge` is added to z^(2), as measured.
    """

    values: tuple[float, ...]
    factors: tuple[float, ...]
    deltas: tuple[float, float]
    changes: tuple[float, ...]

    @property
    def nudge(self) -> float:
        """What was added to z^(2)."""
        return self.changes[0]


def compute_chain(network: Network, theta: Any, x: Any, y: Any, nudge: float = 0.01) -> Chain:
    """Run a 1-1-1 network on one sample, once as it is and once with z^(2) nudged.

    Parameters
    ----------
    network
        With layers 1-1-1 and a cost whose output is a sigmoid.
    theta
        ``(4,)``.
    x, y
        The sample's input and target.
    nudge
        What is added to z^(2).

    Raises
    ------
    ParameterError
        For another network, and for values that do not fit.

    Equation
    --------
    ``delta^(2) = g'(z^(2)) Theta^(2)_11 delta^(3)`` and ``delta^(3) = g'(z^(3)) dJ/da^(3)``
    (course, week 5).

    Examples
    --------
    >>> found = compute_chain(Network((1, 1, 1)), [0.1, 0.4, -1.5, 2.0], 1.0, 1.0)
    >>> [round(factor, 4) for factor in found.factors]
    [0.235, 2.0, 0.246, -2.2906]
    >>> round(found.deltas[0], 4), round(found.changes[-1] / found.nudge, 3)
    (-0.2648, -0.264)
    """
    row = cost_of(network)
    if network.layer_sizes != (1, 1, 1) or row.output != "sigmoid":
        raise ParameterError(
            "network: expected layers 1-1-1 and the logistic or the quadratic cost; got "
            f"{'-'.join(map(str, network.layer_sizes))}, {network.cost}"
        )
    theta = as_theta(network, theta)
    X = as_inputs(network, [[x]], theta.dtype)
    Y = as_targets(network, [[y]], 1, theta.dtype)
    B2 = split(network, theta)[1]  # (2, 1)
    g = ACTIVATIONS[network.activation]

    def onward(z2: Any) -> list[Any]:
        a2 = g.f(np, z2)
        z3 = B2[0] + a2 @ B2[1:]  # (1, 1)
        return [z2, a2, z3, row.h(np, z3), row.per_output(np, z3, Y)]

    z2 = forward(np, network, theta, X).weighted_inputs[0]  # (1, 1)
    values = np.ravel(onward(z2))  # (5,)
    changes = np.ravel(onward(z2 + nudge)) - values  # (5,)
    out = float(row.delta(np, values[3], Y).item())
    slopes = [float(g.prime(np, values[0], values[1])), float(values[3] * (1 - values[3]))]
    factors = (slopes[0], float(B2[1, 0]), slopes[1], out / slopes[1])
    return Chain(
        tuple(values.tolist()),
        factors,
        (factors[0] * factors[1] * out, out),
        tuple(changes.tolist()),
    )


def draw_chain(found: Chain, lang: str = "en") -> Picture:
    """Draw the five values in a row, the factors between them, deltas below, changes above."""
    say = sentences(lang)
    title = say("chain.title")
    names = ["$z^{(2)}$", "$a^{(2)}$", "$z^{(3)}$", "$a^{(3)}$", "$J$"]
    rules = [
        r"$\times\ g$′$(z^{(2)})$",
        r"$\times\ \Theta^{(2)}_{11}$",
        r"$\times\ g$′$(z^{(3)})$",
        r"$\times\ \partial J/\partial a^{(3)}$",
    ]
    with styled(title):
        figure, axes = board(9.0, 5.8, title)
        x = np.linspace(0.75, 8.25, 5)
        row, foot = 2.75, 3.95  # heights: of the values, and of the bars' feet
        scale = _TALLEST / max(map(abs, found.changes))
        words(
            axes, (0.3, 4.98), say("chain.changes", nudge=f"{found.nudge:g}"), ha="left", color=SOFT
        )
        axes.plot([0.3, 8.7], [foot, foot], color=SOFT, linewidth=0.8)
        for k, (name, value, change) in enumerate(
            zip(names, found.values, found.changes, strict=True)
        ):
            colour = BLUE if change > 0 else RED
            tall = change * scale
            axes.add_patch(Rectangle((x[k] - 0.15, foot), 0.3, tall, color=colour, linewidth=0))
            # The number of a bar stands on the other side of its foot.
            side = -0.2 if change > 0 else 0.2
            words(
                axes,
                (x[k], foot + side),
                _signed(change) if k == 0 else signed(change, 5),
                color=colour,
            )
            disc(axes, (x[k], row), name)
            words(axes, (x[k], row - 0.6), f"{value:.4f}".replace("-", "−"), color=SOFT)
        for k, (rule, factor) in enumerate(zip(rules, found.factors, strict=True)):
            arrow(axes, (x[k] + 0.42, row), (x[k + 1] - 0.42, row))
            between = (x[k] + x[k + 1]) / 2
            words(axes, (between, row + 0.32), rule, fontsize=13)
            words(axes, (between, row - 0.26), _plain(factor), fontsize=14)
        first, weight, slope, by_a = map(_plain, found.factors)
        whole, out = map(_plain, found.deltas)
        brace(axes, x[2], x[4], 1.7, INK)
        equals = _equals(found.deltas[1], *found.factors[2:])
        last = rf"$\delta^{{(3)}}$ = {slope} × ({by_a}) {equals} {out}"
        words(axes, ((x[2] + x[4]) / 2, 1.42), last, fontsize=14)
        brace(axes, x[0], x[4], 1.0, RED)
        equals = _equals(found.deltas[0], *found.factors[:2], found.deltas[1])
        three = rf"$\delta^{{(2)}}$ = {first} × {weight} × ({out}) {equals} {whole}"
        words(axes, ((x[0] + x[4]) / 2, 0.7), three, fontsize=15, color=RED)
        words(axes, ((x[0] + x[4]) / 2, 0.3), say("chain.product"), color=SOFT)
    description = say(
        "chain.description",
        nudge=f"{found.nudge:g}",
        change=_plain(found.changes[-1], 5),
        factors=" × ".join(map(_plain, found.factors)),
        hidden=whole,
        output=out,
    )
    return Picture(figure, title, description, lang)


def _plain(value: float, places: int = 4) -> str:
    """A number; a whole one without decimals."""
    shown = f"{value:g}" if value == int(value) else f"{value:.{places}f}"
    return shown.replace("-", "−")


def _signed(value: float) -> str:
    """As short as it can be, with its sign."""
    return f"{value:+g}".replace("-", "−")


def _equals(product: float, *factors: float) -> str:
    """Rounded factors need not give the rounded product."""
    shown = math.prod(Decimal(f"{factor:.4f}") for factor in factors)
    return "=" if f"{shown:.4f}" == f"{product:.4f}" else "≈"
