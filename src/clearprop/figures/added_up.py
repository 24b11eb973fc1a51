"""The wishes of all outputs for the layer before, and their sum: one step of passing back.

Source: 3Blue1Brown, "What is backpropagation really doing?".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.figures.board import signed
from clearprop.figures.drawing import BLUE, INK, RED, Picture, sentences, sheet, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import backward, forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["AddedUp", "compute_added_up", "draw_added_up"]


@dataclass(frozen=True, eq=False)
class AddedUp:
    """What the outputs ask of the activations of the layer before them.

    Attributes
    ----------
    asked
        ``(K, s)``: minus delta of an output times its weight from a neuron.
    sums
        ``(s,)``: added up over the outputs; minus the derivative of J_i by a.
    """

    asked: Array
    sums: Array


def compute_added_up(network: Network, theta: Any, x: Any, y: Any) -> AddedUp:
    """The wishes of every output on one sample.

    Parameters
    ----------
    network, theta
        A network and its parameters ``(n_parameters,)``.
    x, y
        ``(s_1,)`` and ``(K,)``: one sample.

    Raises
    ------
    ParameterError
        For values that do not fit.

    Equation
    --------
    ``-dJ/da = -(Theta^(L-1))' delta^(L)``, without the bias.

    Examples
    --------
    >>> network = Network((1, 2), cost="quadratic")
    >>> found = compute_added_up(network, [0, 0, 2, -2], [0], [1, 0])
    >>> found.asked, found.sums
    (array([[0.25],
           [0.25]]), array([0.5]))
    """
    theta = as_theta(network, theta)
    X = as_inputs(network, np.atleast_2d(x), theta.dtype)
    Y = as_targets(network, np.atleast_2d(y), 1, theta.dtype)
    passed = forward(np, network, theta, X)
    delta = backward(np, network, theta, passed, Y).deltas[-1][0]  # (K,)
    asked = -delta[:, None] * split(network, theta)[-1][1:].T  # (K, s)
    return AddedUp(asked, asked.sum(axis=0))


def draw_added_up(found: AddedUp, lang: str = "en", names: str = "") -> Picture:
    """Draw a row of tiles for each output, and below them the row of their sums."""
    say = sentences(lang)
    title = say("added-up.title")
    K, s = found.asked.shape
    named = list(names) or [str(k + 1) for k in range(K)]
    with styled(title, say("added-up.caption")):
        figure, axes = sheet(12, 5.6, title, say("added-up.caption"))
        for row, values in enumerate([*found.asked, found.sums]):
            y = row if row < K else K + 0.4
            largest = np.abs(found.asked if row < K else found.sums).max()
            for j, value in enumerate(values):
                share = 0.15 + 0.85 * abs(value) / largest
                colour = BLUE if value > 0 else RED
                axes.barh(y, 0.94, 0.94, j - 0.47, color=colour, alpha=0.55 * share)
                text = signed(float(value), 2)
                axes.text(j, y, text, ha="center", va="center", fontsize=10)
        axes.set(xlim=(-0.6, s - 0.4), ylim=(K + 1, -0.6))
        axes.set_xticks(range(s), [str(j + 1) for j in range(s)])
        axes.set_yticks([*range(K), K + 0.4], [*named, say("added-up.sum")], color=INK)
        axes.set(xlabel=say("added-up.neuron"), ylabel=say("added-up.output"))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    description = say(
        "added-up.description",
        K=K,
        s=s,
        first=", ".join(signed(float(value)) for value in found.asked[:, 0]),
        sum=signed(float(found.sums[0])),
        sums=", ".join(signed(float(value)) for value in found.sums),
    )
    return Picture(figure, title, description, lang)
