"""One hidden unit as a graph of sums and products, where each node passes delta back by one rule.

Source: the graph view of Stanford's CS231n, "Backpropagation, Intuitions".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from clearprop.errors import ParameterError
from clearprop.figures.board import arrow, board, box, disc, words
from clearprop.figures.drawing import BLUE, INK, RED, SOFT, Picture, sentences, styled
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import backward, forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["LocalRules", "compute_local_rules", "draw_local_rules"]

_INPUTS, _OUTPUTS = 2, 2  # what a board has room for

# Inches: where the nodes stand from left to right, and the height of the middle.
_LEAF, _PRODUCT, _SUM, _G, _FORK, _LAST = 0.62, 2.5, 4.1, 5.6, 6.85, 8.2
_MIDDLE = 4.0


@dataclass(frozen=True, eq=False)
class LocalRules:
    """What stands on the wires of a hidden unit, forward and backward.

    Attributes
    ----------
    unit
        The hidden unit, counted from 1.
    x, weights_in, products
        ``(2,)``: the inputs, their weights, and both multiplied.
    bias, z, slope, a
        The unit's numbers.
    weights_out, sent
        ``(2,)``: the weights to the outputs, and what a sends to their z.
    output_deltas, back
        ``(2,)``: delta of the outputs, and each multiplied by its weight.
    back_a, delta
        dJ/da, the sum of `back`; and dJ/dz, that times the slope.
    """

    unit: int
    x: Array
    weights_in: Array
    products: Array
    bias: float
    z: float
    slope: float
    a: float
    weights_out: Array
    sent: Array
    output_deltas: Array
    back: Array
    back_a: float
    delta: float


def compute_local_rules(network: Network, theta: Any, x: Any, y: Any, unit: int) -> LocalRules:
    """Take one hidden unit of a network apart into its sums and products.

    Parameters
    ----------
    network
        With two inputs, one hidden layer and two outputs.
    theta
        ``(n_parameters,)``.
    x, y
        ``(2,)`` each: one sample.
    unit
        The hidden unit, counted from 1.

    Raises
    ------
    ParameterError
        For another network, a unit that it has not, and values that do not fit.

    Equation
    --------
    ``u = v + w: dJ/dv = dJ/du``; ``u = v w: dJ/dv = w dJ/du``; ``a = g(z): dJ/dz = g'(z) dJ/da``;
    where a value is used twice, its derivatives are added (the chain rule).

    Examples
    --------
    >>> from clearprop.figures.small_network import NETWORK, THETA, X, Y
    >>> found = compute_local_rules(NETWORK, THETA, X[0], Y[0], unit=2)
    >>> found.back.round(4), round(found.back_a * found.slope, 4)
    (array([0.1565, 0.3285]), 0.1194)
    """
    sizes = network.layer_sizes
    if len(sizes) != 3 or (sizes[0], sizes[2]) != (_INPUTS, _OUTPUTS):
        raise ParameterError(
            "network: expected two inputs, one hidden layer and two outputs; got "
            f"{'-'.join(map(str, sizes))}"
        )
    if not 1 <= unit <= sizes[1]:
        raise ParameterError(f"unit: expected 1 to {sizes[1]}, a hidden unit; got {unit!r}")
    theta = as_theta(network, theta)
    X = as_inputs(network, np.atleast_2d(x), theta.dtype)
    Y = as_targets(network, np.atleast_2d(y), 1, theta.dtype)
    passed = forward(np, network, theta, X)
    out = backward(np, network, theta, passed, Y).deltas[1][0]  # (2,)
    B1, B2 = split(network, theta)
    j = unit - 1
    z, a = passed.weighted_inputs[0][0], passed.activations[1][0]  # (s_2,), (s_2,)
    slope = float(ACTIVATIONS[network.activation].prime(np, z, a)[j])
    back = B2[unit] * out  # (2,)
    return LocalRules(
        unit,
        X[0],
        B1[1:, j],
        X[0] * B1[1:, j],
        float(B1[0, j]),
        float(z[j]),
        slope,
        float(a[j]),
        B2[unit],
        B2[unit] * a[j],
        out,
        back,
        float(back.sum()),
        float(back.sum() * slope),
    )


def draw_local_rules(found: LocalRules, lang: str = "en") -> Picture:
    """Draw the graph: values forward above the wires, derivatives backward below them."""
    say = sentences(lang)
    title = say("local-rules.title")
    with styled(title):
        figure, axes = board(10.0, 7.7, title)
        words(axes, (0.3, 6.98), say("local-rules.above"), ha="left", color=BLUE)
        words(axes, (9.7, 6.98), say("local-rules.below"), ha="right", color=RED)
        _draw_inward(axes, found)
        _draw_outward(axes, found)
        for n, rule in enumerate(("sum", "product", "slope", "fork")):
            at = (0.3 + 5.0 * (n // 2), 0.72 - 0.42 * (n % 2))
            words(axes, at, say(f"local-rules.{rule}"), ha="left")
    description = say(
        "local-rules.description",
        unit=found.unit,
        back=_number(found.back_a),
        slope=_number(found.slope),
        delta=_number(found.delta),
    )
    return Picture(figure, title, description, lang)


def _draw_inward(axes: Axes, found: LocalRules) -> None:
    """From the inputs to a: two products, their sum with the bias, and g."""
    j, d = found.unit, found.delta
    for i, y in enumerate((_MIDDLE + 1.45, _MIDDLE - 0.75)):
        x, w = float(found.x[i]), float(found.weights_in[i])
        leaves = (
            (rf"$x_{{{i + 1}}}$", x, d * w, 0.58),
            (rf"$\Theta_{{{j}{i + 1}}}^{{(1)}}$", w, d * x, -0.58),
        )
        for name, value, back, up in leaves:
            _leaf(axes, (_LEAF, y + up), name)
            end = (_PRODUCT - 0.29, y + 0.1 * np.sign(up))
            _wire(axes, (_LEAF + 0.34, y + up), end, value, back, part=0.36)
        disc(axes, (_PRODUCT, y), "×", radius=0.3)
        end = (_SUM - 0.27, _MIDDLE + (0.14 if i == 0 else -0.1))
        _wire(axes, (_PRODUCT + 0.3, y), end, float(found.products[i]), d)
    bias = (3.55, _MIDDLE - 2.2)
    _leaf(axes, bias, rf"$\Theta_{{{j}0}}^{{(1)}}$")
    _wire(axes, (bias[0], bias[1] + 0.28), (_SUM - 0.1, _MIDDLE - 0.29), found.bias, d)
    disc(axes, (_SUM, _MIDDLE), "+", radius=0.3)
    _wire(axes, (_SUM + 0.3, _MIDDLE), (_G - 0.3, _MIDDLE), found.z, d)
    _name_wire(axes, ((_SUM + _G) / 2, _MIDDLE), f"z_{{{j}}}^{{(2)}}", rf"\delta_{{{j}}}^{{(2)}}")
    disc(axes, (_G, _MIDDLE), "$g$", radius=0.3)
    _wire(axes, (_G + 0.3, _MIDDLE), (_FORK, _MIDDLE), found.a, found.back_a)
    words(axes, ((_G + _FORK) / 2 + 0.1, _MIDDLE + 0.62), rf"$a_{{{j}}}^{{(2)}}$", color=SOFT)


def _draw_outward(axes: Axes, found: LocalRules) -> None:
    """From a to z of both outputs: a is used twice, each time in a product."""
    axes.plot([_FORK], [_MIDDLE], "o", color=INK, markersize=7, zorder=4)
    for k, sign in enumerate((1, -1)):
        y = _MIDDLE + 1.35 * sign
        w, out = float(found.weights_out[k]), float(found.output_deltas[k])
        end = (_LAST - 0.27, y - 0.13 * sign)
        _wire(axes, (_FORK, _MIDDLE), end, found.a, float(found.back[k]))
        disc(axes, (_LAST, y), "×", radius=0.3)
        leaf = (_LAST, y + 1.15 * sign)
        _leaf(axes, leaf, rf"$\Theta_{{{k + 1}{found.unit}}}^{{(2)}}$")
        _wire(axes, (_LAST, leaf[1] - 0.28 * sign), (_LAST, y + 0.3 * sign), w, out * found.a)
        _wire(axes, (_LAST + 0.3, y), (9.6, y), float(found.sent[k]), out)
        names = rf"\to z_{{{k + 1}}}^{{(3)}}", rf"\delta_{{{k + 1}}}^{{(3)}}"
        _name_wire(axes, (9.2, y), *names)


def _name_wire(axes: Axes, at: tuple[float, float], above: str, below: str) -> None:
    words(axes, (at[0], at[1] + 0.62), f"${above}$", color=SOFT)
    words(axes, (at[0], at[1] - 0.62), f"${below}$", color=RED)


def _leaf(axes: Axes, at: tuple[float, float], name: str) -> None:
    box(axes, at, name, width=0.68, height=0.56, fontsize=13)


def _wire(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    value: float,
    back: float,
    part: float = 0.5,
) -> None:
    """An arrow with its value on the upper side, and its derivative on the lower one.

    They stand at this part of its way. Of a wire that points straight down or up, the value stands
    on the right.
    """
    arrow(axes, start, end, linewidth=1.4)
    along = np.array(end) - np.array(start)
    normal = np.array([-along[1], along[0]]) / np.hypot(*along)
    if normal[1] < 0 or (normal[1] == 0 and normal[0] < 0):
        normal = -normal
    away = 0.2 + 0.18 * abs(normal[0])  # a number is wider than high
    middle = np.array(start) + part * along
    for side, shown, colour in ((1, value, BLUE), (-1, back, RED)):
        x, y = middle + side * away * normal
        words(axes, (float(x), float(y)), _number(shown), color=colour, fontsize=12)


def _number(value: float) -> str:
    """At most four decimals, without zeros at the end."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "−")
