"""What one output asks for on one sample: another bias, other weights, other activations.

Source: 3Blue1Brown, "What is backpropagation really doing?".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from clearprop.errors import ParameterError
from clearprop.figures.board import signed
from clearprop.figures.drawing import BLUE, FAINT, INK, RED, SOFT, Picture, sentences, sheet, styled
from clearprop.language import Sentences
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import backward, forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Wishes", "compute_wishes", "draw_wishes"]


@dataclass(frozen=True, eq=False)
class Wishes:
    """One sample, the answers to it, and what one output asks for.

    Attributes
    ----------
    image
        ``(height, width)``: the sample.
    answers, wanted
        ``(K,)``: a and y of the outputs.
    output
        The output that asks, counted from 0 as classes are.
    activations, weights
        ``(s,)``: a of the layer before, and the weights from there to the output.
    bias_wish, weight_wishes, activation_wishes
        Minus the derivatives of J_i by the bias, the weights ``(s,)`` and the activations ``(s,)``,
        the last along the wires to this output only.
    """

    image: Array
    answers: Array
    wanted: Array
    output: int
    activations: Array
    weights: Array
    bias_wish: float
    weight_wishes: Array
    activation_wishes: Array


def compute_wishes(network: Network, theta: Any, image: Any, y: Any, output: int) -> Wishes:
    """What `output` asks for when the network is shown an image.

    Parameters
    ----------
    network, theta
        A network with a hidden layer, and its parameters ``(n_parameters,)``.
    image, y
        ``(height, width)`` and ``(K,)``: one sample.
    output
        Counted from 0.

    Raises
    ------
    ParameterError
        For an output that there is not, and values that do not fit.

    Equation
    --------
    ``z = b + sum_k w_k a_k``, so ``-dJ/db = -delta``, ``-dJ/dw_k = -delta a_k`` and
    ``-dJ/da_k = -delta w_k``.

    Examples
    --------
    >>> network = Network((2, 1, 1), cost="quadratic")
    >>> found = compute_wishes(network, [0, 1, 1, 0, 2], [[0.0, 0.0]], [1], 0)
    >>> found.activations, round(found.bias_wish, 4), found.weight_wishes.round(4)
    (array([0.5]), 0.0529, array([0.0264]))
    """
    theta = as_theta(network, theta)
    image = np.asarray(image, np.float64)
    X = as_inputs(network, image.reshape(1, -1), theta.dtype)
    Y = as_targets(network, np.atleast_2d(y), 1, theta.dtype)
    if not 0 <= output < network.n_outputs:
        raise ParameterError(f"output: expected 0 to {network.n_outputs - 1}; got {output!r}")
    passed = forward(np, network, theta, X)
    delta = float(backward(np, network, theta, passed, Y).deltas[-1][0, output])
    a = passed.activations[-2][0]  # (s,)
    w = split(network, theta)[-1][1:, output]  # (s,)
    answers = passed.activations[-1][0]  # (K,)
    return Wishes(image, answers, Y[0], output, a, w, -delta, -delta * a, -delta * w)


def draw_wishes(found: Wishes, lang: str = "en", names: str = "") -> Picture:
    """Draw the image, an arrow from each answer to what is wanted, and the wishes for weights."""
    say = sentences(lang)
    named = list(names) or [str(k + 1) for k in range(len(found.answers))]
    title = say("wishes.title")
    with styled(title, *named):
        figure, (image, outputs, weights) = sheet(
            12.5, 4.9, title, "", columns=3, width_ratios=(0.75, 1, 1.15)
        )
        image.imshow(found.image, cmap="gray_r", interpolation="none")
        image.set(xticks=[], yticks=[])
        image.spines[:].set(visible=True, color=FAINT)
        image.set_title(say("wishes.image"))
        _draw_outputs(outputs, found, named, say)
        _draw_weights(weights, found, named, say)
    description = say(
        "wishes.description",
        outputs=", ".join(
            f"{name}: {a:.3f} → {y:.0f}"
            for name, a, y in zip(named, found.answers, found.wanted, strict=True)
        ),
        output=named[found.output],
        bias=signed(found.bias_wish, 5),
        a=f"{found.activations.max():.3f}",
        wish=signed(float(found.weight_wishes[found.activations.argmax()]), 5),
    )
    return Picture(figure, title, description, lang)


def _draw_outputs(axes: Axes, found: Wishes, named: list[str], say: Sentences) -> None:
    K = len(named)
    for k, (a, y) in enumerate(zip(found.answers, found.wanted, strict=True)):
        colour = BLUE if y > a else RED
        look: dict[str, Any] = {"arrowstyle": "-|>", "color": colour, "linewidth": 2}
        look |= {"shrinkA": 0, "shrinkB": 0, "linestyle": "-" if y > a else "--"}
        axes.annotate("", (y, k), (a, k), arrowprops=look)
        axes.plot(a, k, "o", color=colour)
        axes.text(1.1, k, signed(float(y - a), 3), ha="left", va="center", color=colour)
    axes.set(xlim=(-0.06, 1.45), ylim=(K - 0.4, -0.6), xlabel=say("wishes.output"))
    axes.set_xticks([0, 0.5, 1])
    axes.set_yticks(range(K), named, color=INK)
    axes.set_title(say("wishes.outputs"))


def _draw_weights(axes: Axes, found: Wishes, named: list[str], say: Sentences) -> None:
    colour = BLUE if found.bias_wish > 0 else RED
    axes.plot([0, 1], [0, found.bias_wish], color=SOFT, linewidth=1)
    axes.plot(found.activations, found.weight_wishes, "o", color=colour)
    axes.plot(1, found.bias_wish, "D", color=INK)
    axes.annotate(
        say("wishes.bias"),
        (1, found.bias_wish),
        (-10, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    axes.set_xlabel(say("wishes.activation"))
    axes.set_title(say("wishes.weights", output=named[found.output]))
    axes.grid()
