"""The same wires forward and backward: a row of Theta, then a column of Theta."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.figures.board import SUBSCRIPT, arrow, board, box, disc, tiles, words
from clearprop.figures.drawing import BLUE, FAINT, INK, RED, SOFT, Picture, sentences, styled
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import backward, forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["SameWires", "compute_same_wires", "draw_same_wires"]

_MOST = 3  # units of a layer that a board has room for
_SIZE = (0.66, 0.42)  # inches: a tile
_CENTRE = 1.95  # inches: the height of the matrices' middle


@dataclass(frozen=True, eq=False)
class SameWires:
    """The last weights of a network on one sample.

    Attributes
    ----------
    Theta
        ``(K, 1 + s)``: the last matrix, bias in column 0.
    a, z
        ``(1 + s,)`` and ``(K,)``: [1; a] of the hidden layer, and z of the outputs.
    deltas, back
        ``(K,)`` and ``(s,)``: delta of the outputs, and their sums over the wires.
    slope
        g'(z) of the hidden unit.
    output, unit
        The output whose z is shown, and the hidden unit whose sum is shown, counted from 1.
    """

    Theta: Array
    a: Array
    z: Array
    deltas: Array
    back: Array
    slope: float
    output: int
    unit: int


def compute_same_wires(
    network: Network, theta: Any, x: Any, y: Any, output: int, unit: int
) -> SameWires:
    """Take the last weights of a network and what passes them, both ways.

    Parameters
    ----------
    network
        With one hidden layer, and at most three units in it and in the output layer.
    theta
        ``(n_parameters,)``.
    x, y
        ``(s_1,)`` and ``(K,)``: one sample.
    output, unit
        The output whose z is shown, and the hidden unit whose sum is shown, counted from 1.

    Raises
    ------
    ParameterError
        For a network that is not drawn, units that it has not, and values that do not fit.

    Equation
    --------
    ``z^(3) = Theta^(2) [1; a^(2)]`` and ``(Theta^(2))' delta^(3)`` without its first row
    (course, week 5).

    Examples
    --------
    >>> from clearprop.figures.small_network import NETWORK, THETA, X, Y
    >>> found = compute_same_wires(NETWORK, THETA, X[0], Y[0], output=1, unit=2)
    >>> found.z.round(4), found.back.round(4)
    (array([0.4417, 0.1909]), array([-0.2269,  0.4851, -0.1409]))
    """
    sizes = network.layer_sizes
    if len(sizes) != 3 or max(sizes[1:]) > _MOST:
        raise ParameterError(
            f"network: expected one hidden layer, and at most {_MOST} units in it and in the "
            f"output layer; got {'-'.join(map(str, sizes))}"
        )
    problems = [
        f"{name}: expected 1 to {most}; got {value!r}"
        for name, value, most in (("output", output, sizes[2]), ("unit", unit, sizes[1]))
        if not 1 <= value <= most
    ]
    if problems:
        raise ParameterError(*problems)
    theta = as_theta(network, theta)
    X = as_inputs(network, np.atleast_2d(x), theta.dtype)
    Y = as_targets(network, np.atleast_2d(y), 1, theta.dtype)
    passed = forward(np, network, theta, X)
    Theta = split(network, theta)[1].T  # (K, 1 + s)
    deltas = backward(np, network, theta, passed, Y).deltas[1][0]  # (K,)
    a = np.concatenate([[1.0], passed.activations[1][0]])  # (1 + s,)
    z2, z3 = passed.weighted_inputs  # (1, s), (1, K)
    slope = ACTIVATIONS[network.activation].prime(np, z2[0], a[1:])[unit - 1]
    back = Theta[:, 1:].T @ deltas  # (s,)
    return SameWires(Theta, a, z3[0], deltas, back, float(slope), output, unit)


def draw_same_wires(found: SameWires, lang: str = "en") -> Picture:
    """Draw forward propagation on the left and backward propagation on the right."""
    say = sentences(lang)
    title = say("same-wires.title")
    k, j = found.output - 1, found.unit
    with styled(title):
        figure, axes = board(9.6, 7.3, title)
        axes.plot([4.8, 4.8], [0.3, 6.5], color=FAINT, linewidth=1)
        for left, way, colour in ((0.0, "forward", BLUE), (4.8, "backward", RED)):
            words(axes, (left + 2.4, 6.55), say(f"same-wires.{way}"), fontsize=14, color=colour)
            here, there = _nodes(axes, found, left, way)
            for row, end in enumerate(there):
                for column, start in enumerate(here):
                    taken = row == k if way == "forward" else column == j
                    _draw_wire(axes, start, end, float(found.Theta[row, column]), taken, way)
        _draw_forward(axes, found, 0.4)
        _draw_backward(axes, found, 5.7)
        at = {"output": SUBSCRIPT[k + 1], "unit": SUBSCRIPT[j]}
        z, back = _number(float(found.z[k])), _number(float(found.back[j - 1]))
        delta = {"slope": _number(found.slope), "delta": _number(found.slope * found.back[j - 1])}
        words(axes, (2.4, 0.62), say("same-wires.row", row=k + 1, z=z, **at), color=BLUE)
        words(axes, (7.2, 0.62), say("same-wires.column", column=j, back=back), color=RED)
        words(axes, (7.2, 0.26), say("same-wires.slope", **delta, **at), color=RED)
    description = say(
        "same-wires.description",
        output=k + 1,
        z=z,
        unit=j,
        column=j,
        row=k + 1,
        back=back,
        **delta,
    )
    return Picture(figure, title, description, lang)


def _draw_forward(axes: Axes, found: SameWires, left: float) -> None:
    """Theta times [1; a]: the output's row is framed, and the hidden unit's column is marked."""
    K, columns = found.Theta.shape
    wide, high = _SIZE
    top, aside = _CENTRE + K * high / 2, left + columns * wide + 0.45
    tiles(axes, (left, _CENTRE), found.Theta, size=_SIZE, places=1)
    tiles(axes, (aside, _CENTRE), found.a[:, None], size=_SIZE)
    words(axes, (aside - 0.22, _CENTRE), "×")
    words(axes, (left + columns * wide / 2, top + 0.3), r"$\Theta^{(2)}$")
    head = (aside + wide / 2, _CENTRE + columns * high / 2 + 0.3)
    words(axes, head, r"$[1;\ a^{(2)}]$")
    _frame(axes, (left + found.unit * wide, top - K * high), wide, K * high, RED, dashed=True)
    _frame(axes, (left, top - found.output * high), columns * wide, high, BLUE)


def _draw_backward(axes: Axes, found: SameWires, left: float) -> None:
    """The transpose of Theta times delta: the hidden unit's column has become a row."""
    K, columns = found.Theta.shape
    wide, high = _SIZE
    top, aside = _CENTRE + columns * high / 2, left + K * wide + 0.45
    tiles(axes, (left, _CENTRE), found.Theta.T, size=_SIZE, places=1)
    tiles(axes, (aside, _CENTRE), found.deltas[:, None], size=_SIZE)
    words(axes, (aside - 0.22, _CENTRE), "×")
    words(axes, (left + K * wide / 2, top + 0.3), r"$(\Theta^{(2)})^T$")
    words(axes, (aside + wide / 2, _CENTRE + K * high / 2 + 0.3), r"$\delta^{(3)}$")
    _frame(axes, (left, top - (found.unit + 1) * high), K * wide, high, RED)


def _nodes(
    axes: Axes, found: SameWires, left: float, way: str
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The hidden units, bias first, and the outputs: where they stand."""
    K, columns = found.Theta.shape
    middle, gap = 4.75, 0.8
    here = [(left + 0.75, middle + gap * ((columns - 1) / 2 - n)) for n in range(columns)]
    there = [(left + 3.75, middle + 1.6 * gap * ((K - 1) / 2 - n)) for n in range(K)]
    box(axes, here[0], "+1", width=0.5, height=0.42, fontsize=12)
    for n, at in enumerate(here[1:], start=1):
        shown = way == "forward" or n == found.unit
        disc(axes, at, f"$a_{{{n}}}$", radius=0.32, colour=INK if shown else SOFT, fontsize=14)
    letter = "z" if way == "forward" else r"\delta"
    for n, at in enumerate(there):
        shown = way == "backward" or n == found.output - 1
        name = f"${letter}_{{{n + 1}}}$"
        disc(axes, at, name, radius=0.32, colour=INK if shown else SOFT, fontsize=14)
    return here, there


def _draw_wire(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    weight: float,
    taken: bool,
    way: str,
) -> None:
    a, b = (start[0] + 0.32, start[1]), (end[0] - 0.34, end[1])
    if not taken:
        axes.plot([a[0], b[0]], [a[1], b[1]], color=FAINT, linewidth=1, zorder=1)
        return
    colour, ends = (BLUE, (a, b)) if way == "forward" else (RED, (b, a))
    arrow(axes, *ends, color=colour)
    part = 0.32 if way == "forward" else 0.62
    at = (a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]))
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    words(axes, at, f"{weight:.4g}".replace("-", "−"), color=colour, bbox=paper)


def _frame(
    axes: Axes,
    corner: tuple[float, float],
    width: float,
    height: float,
    colour: str,
    dashed: bool = False,
) -> None:
    look: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "zorder": 5}
    look |= {"linewidth": 1.6, "linestyle": (0, (4, 2))} if dashed else {"linewidth": 3}
    axes.add_patch(Rectangle(corner, width, height, **look))


def _number(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")
