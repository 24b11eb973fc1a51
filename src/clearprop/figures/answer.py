"""One image, what each output says to it, and what that costs.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Cost function".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from clearprop.errors import ParameterError
from clearprop.figures.board import board, words
from clearprop.figures.digit_images import image_at
from clearprop.figures.drawing import BLUE, FAINT, INK, SOFT, Picture, sentences, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import cost_of
from clearprop.network.equations import forward
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Answer", "compute_answer", "draw_answer", "unit_name"]

_PITCH = 0.38  # inches between two outputs


@dataclass(frozen=True, eq=False)
class Answer:
    """The outputs for one sample, and their terms of the cost.

    Attributes
    ----------
    image
        ``(height, width)``: the sample.
    h, y
        ``(K,)``: what the outputs say, and what they should say.
    terms
        ``(K,)``: -log h_k where y_k = 1 and -log(1 - h_k) where y_k = 0; the sample's cost is
        their sum.
    """

    image: Array
    h: Array
    y: Array
    terms: Array


def compute_answer(network: Network, theta: Any, image: Any, y: Any) -> Answer:
    """A forward pass of one image, and the cost output by output.

    Parameters
    ----------
    network, theta
        A network with the logistic cost, and its parameters ``(n_parameters,)``.
    image
        ``(height, width)``, as many values as the network has inputs, in their order.
    y
        ``(K,)``: 1 for the right class, 0 elsewhere.

    Raises
    ------
    ParameterError
        For another cost, and for shapes that do not fit.

    Equation
    --------
    ``J_i = sum_k -y_k log h_k - (1 - y_k) log(1 - h_k)`` (course, week 5).

    Examples
    --------
    >>> found = compute_answer(Network((4, 2)), np.zeros(10), [[0, 1], [1, 0]], [1, 0])
    >>> found.h, found.terms.round(4)
    (array([0.5, 0.5]), array([0.6931, 0.6931]))
    """
    if network.cost != "logistic":
        raise ParameterError(f'network: expected cost="logistic"; got {network.cost!r}')
    image = np.asarray(image, np.float64)
    row = as_inputs(network, image.reshape(1, -1))
    right = as_targets(network, np.atleast_2d(y), 1)[0]  # (K,)
    passed = forward(np, network, as_theta(network, theta), row)
    terms = cost_of(network).per_output(np, passed.weighted_inputs[-1][0], right)  # (K,)
    return Answer(image, passed.activations[-1][0], right, terms)


def draw_answer(found: Answer, lang: str = "en", names: Sequence[object] = ()) -> Picture:
    """Draw the image, a bar for each output, and the terms with their sum.

    `names` are those of the K classes; without them the outputs are only numbered.
    """
    say = sentences(lang)
    K = len(found.h)
    title = say("answer.title")
    printed = [f"{term:.3f}" for term in found.terms]
    total = f"{found.terms.sum():.3f}"
    height = K * _PITCH + 2.0
    top = height - 1.3
    with styled(title, *map(str, names)):
        figure, axes = board(10, height, title)
        image_at(axes, found.image, 0.4, top - (K - 1) * _PITCH / 2 - 1.1, 2.2)
        words(axes, (4.6, top + 0.4), "$y_k$", color=SOFT)
        words(axes, (5.2, top + 0.4), "$h_k$", color=SOFT)
        words(axes, (9.5, top + 0.4), say("answer.term"), ha="right", color=SOFT)
        for k in range(K):
            y = top - k * _PITCH
            right = found.y[k] == 1
            axes.barh(y, 1.9 * found.h[k], 0.24, left=5.05, color=BLUE if right else FAINT)
            axes.plot([5.05, 6.95], [y - 0.12, y - 0.12], color=FAINT, linewidth=0.6)
            words(axes, (3.75, y), unit_name(k, names), ha="right")
            words(axes, (4.6, y), f"{found.y[k]:.0f}", color=BLUE if right else INK)
            inside = f"{found.h[k]:.3f}" if right else f"1 − {found.h[k]:.3f}"
            line = f"−log({inside}) = {printed[k]}"
            words(axes, (9.5, y), line, ha="right", color=BLUE if right else SOFT)
        # Rounded terms need not add up to the rounded sum.
        equals = "=" if sum(map(Decimal, printed)) == Decimal(total) else "≈"
        y = top - K * _PITCH
        axes.plot([8.6, 9.5], [y + 0.19, y + 0.19], color=SOFT, linewidth=1)
        words(axes, (9.5, y - 0.05), f"$J_i$ {equals} {total}", ha="right")
    description = say(
        "answer.description",
        K=K,
        h=", ".join(f"{value:.3f}" for value in found.h),
        y=", ".join(f"{value:.0f}" for value in found.y),
        J=total,
    )
    return Picture(figure, title, description, lang)


def unit_name(k: int, names: Sequence[object]) -> str:
    """Output k, counted from 0, as the course counts it, with its class.

    Examples
    --------
    >>> unit_name(0, "0123456789"), unit_name(1, [])
    ('$k = 1$  (0)', '$k = 2$')
    """
    number = f"$k = {k + 1}$"
    return f"{number}  ({names[k]})" if names else number
