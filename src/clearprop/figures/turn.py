"""Once around: from a sample forward to its cost, back to the gradient, and on to a better theta.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Putting it together".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.explain.numbers import significant
from clearprop.figures.board import arrow, board, signed, words
from clearprop.figures.drawing import BLUE, GREEN, INK, RED, SOFT, Picture, sentences, styled
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import course_matrices
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Turn", "compute_turn", "draw_turn"]

_MOST = 3  # units of a layer whose numbers fit into a box
_STEP = 1e-4
_WIDE, _HIGH = 3.3, 1.45  # inches: a box


@dataclass(frozen=True, eq=False)
class Turn:
    """The numbers of one turn of training on one sample.

    Attributes
    ----------
    x, a, h, y
        Input, activations of the hidden layer, answer, and the right answer.
    J
        The cost of the sample.
    delta_hidden, delta_output
        ``(s_2,)`` and ``(K,)``.
    place
        ``(l, i, j)``: the weight Theta^(l)_ij with the largest derivative, j = 0 is the bias.
    derivative, measured
        Its derivative by backward propagation, and by a two-sided difference.
    rate
        The learning rate alpha.
    J_after
        The cost of the sample after theta := theta - alpha D.
    """

    x: Array
    a: Array
    h: Array
    y: Array
    J: float
    delta_hidden: Array
    delta_output: Array
    place: tuple[int, int, int]
    derivative: float
    measured: float
    rate: float
    J_after: float


def compute_turn(network: Network, theta: Any, x: Any, y: Any, rate: float = 1.0) -> Turn:
    """Forward, cost, backward, check and step, for one sample.

    Parameters
    ----------
    network, theta
        A network of three layers with at most three units each, and its parameters.
    x, y
        ``(s_1,)`` and ``(K,)``.
    rate
        The learning rate.

    Raises
    ------
    ParameterError
        For another network, and for shapes that do not fit.

    Equation
    --------
    ``theta := theta - alpha D`` (course, week 5, "Putting it together").

    Examples
    --------
    >>> found = compute_turn(Network((1, 1, 1)), [0.1, 0.4, -1.5, 2.0], [1.0], [1.0])
    >>> found.place, found.J_after < found.J
    ((2, 1, 0), True)
    """
    if network.n_layers != 3 or max(network.layer_sizes) > _MOST:
        raise ParameterError(
            f"network: expected three layers of at most {_MOST} units, so that their numbers can "
            f"be read; got {'-'.join(map(str, network.layer_sizes))}"
        )
    theta = as_theta(network, theta)
    X = as_inputs(network, np.atleast_2d(np.asarray(x, np.float64)))[:1]
    Y = as_targets(network, np.atleast_2d(y), 1)
    passed = equations.forward(np, network, theta, X)
    deltas = equations.backward(np, network, theta, passed, Y).deltas

    def J(there: Array) -> float:
        return float(equations.cost_and_gradient(np, network, there, X, Y)[0])

    D = equations.cost_and_gradient(np, network, theta, X, Y)[1]  # (n_parameters,)
    largest = int(np.abs(D).argmax())
    step = _STEP * (np.arange(theta.size) == largest)  # (n_parameters,)
    marked = course_matrices(network, step)
    l = next(l for l, Theta in enumerate(marked) if Theta.any())
    i, j = np.argwhere(marked[l])[0]
    return Turn(
        X[0],
        passed.activations[1][0],
        passed.activations[2][0],
        Y[0],
        J(theta),
        deltas[0][0],
        deltas[1][0],
        (l + 1, int(i) + 1, int(j)),
        float(D[largest]),
        (J(theta + step) - J(theta - step)) / (2 * _STEP),
        rate,
        J(theta - rate * D),
    )


def draw_turn(found: Turn, lang: str = "en") -> Picture:
    """Draw six boxes in a ring, each with its numbers."""
    say = sentences(lang)
    title = say("turn.title")
    l, i, j = found.place
    weight = rf"\Theta_{{{i}{j}}}^{{({l})}}"
    boxes = (
        ("sample", INK, (f"$x$ = {_vector(found.x)}", f"$y$ = {_vector(found.y)}")),
        (
            "forward",
            BLUE,
            (f"$a^{{(2)}}$ = {_vector(found.a, 3)}", f"$h = a^{{(3)}}$ = {_vector(found.h, 3)}"),
        ),
        ("cost", BLUE, (say("turn.far"), f"$J$ = {found.J:.4f}")),
        (
            "backward",
            RED,
            (
                rf"$\delta^{{(3)}} = a^{{(3)}} - y$ = {_vector(found.delta_output, 3)}",
                rf"$\delta^{{(2)}}$ = {_vector(found.delta_hidden, 3)}",
            ),
        ),
        (
            "gradient",
            RED,
            (
                rf"$\partial J / \partial {weight}$ = {signed(found.derivative)}",
                say("turn.measured", value=signed(found.measured)),
            ),
        ),
        (
            "step",
            GREEN,
            (
                rf"$\theta$ := $\theta - \alpha D$,  $\alpha$ = {significant(found.rate)}",
                f"$J$ = {found.J_after:.4f}",
            ),
        ),
    )
    width, above, below = 12.0, 3.75, 1.3
    x = (1.95, width / 2, width - 1.95)
    places = [*((at, above) for at in x), *((at, below) for at in x[::-1])]
    with styled(title):
        figure, axes = board(width, 5.1, title)
        for (name, colour, lines), at in zip(boxes, places, strict=True):
            corner = (at[0] - _WIDE / 2, at[1] - _HIGH / 2)
            look: dict[str, Any] = {"facecolor": "white", "edgecolor": colour, "linewidth": 1.6}
            axes.add_patch(Rectangle(corner, _WIDE, _HIGH, **look))
            heading = say(f"turn.{name}")
            words(axes, (at[0], at[1] + 0.45), heading, color=colour, fontsize=14)
            for k, line in enumerate(lines):
                words(axes, (at[0], at[1] + 0.02 - 0.4 * k), line, fontsize=12)
        for start, end in pairwise(places):
            if start[1] == end[1]:
                side = np.sign(end[0] - start[0]) * (_WIDE / 2 + 0.05)
                arrow(axes, (start[0] + side, start[1]), (end[0] - side, end[1]))
        half = _HIGH / 2 + 0.05
        arrow(axes, (x[2], above - half), (x[2], below + half))
        arrow(axes, (x[0], below + half), (x[0], above - half), linestyle="--")
        words(axes, (x[0] + 0.15, 2.53), say("turn.again"), ha="left", fontsize=12, color=SOFT)
    description = say(
        "turn.description",
        h=_vector(found.h, 4),
        J=f"{found.J:.4f}",
        delta=_vector(found.delta_output, 4),
        derivative=signed(found.derivative),
        measured=signed(found.measured),
        after=f"{found.J_after:.4f}",
    )
    return Picture(figure, title, description, lang)


def _vector(values: Iterable[float], places: int | None = None) -> str:
    """A vector as the text prints it.

    Examples
    --------
    >>> _vector([1.0, 0.5]), _vector([-0.39134, 0.5], places=3)
    ('(1, 0.5)', '(−0.391, 0.500)')
    """
    shown = (significant(v) if places is None else f"{v:.{places}f}" for v in values)
    return f"({', '.join(shown)})".replace("-", "−")
