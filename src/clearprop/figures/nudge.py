"""A nudge of one hidden unit's z, and what arrives: the meaning of delta, drawn in the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from clearprop.errors import ParameterError
from clearprop.figures.board import arrow, board, box, disc, signed, words
from clearprop.figures.drawing import BLUE, FAINT, INK, RED, SOFT, Picture, sentences, styled
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import cost_of
from clearprop.network.equations import backward, forward, split
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Nudge", "compute_nudge", "draw_nudge"]

_DASHED = (0, (4, 2))
_MOST = 4  # units of a layer that a board has room for


@dataclass(frozen=True, eq=False)
class Nudge:
    """A nudge of z of a hidden unit of a network with one hidden layer.

    Attributes
    ----------
    network
        The architecture.
    unit
        The hidden unit, counted from 1.
    nudge
        What is added to its z.
    slope
        g'(z) of the unit.
    weights, output_deltas
        ``(K,)``: the unit's weights to the outputs, and delta of the outputs.
    delta
        delta of the unit.
    change_a, changes_z, cost_change
        By how much a of the unit, z of the outputs ``(K,)`` and J change, as measured.
    """

    network: Network
    unit: int
    nudge: float
    slope: float
    weights: Array
    output_deltas: Array
    delta: float
    change_a: float
    changes_z: Array
    cost_change: float


def compute_nudge(
    network: Network, theta: Any, x: Any, y: Any, unit: int, nudge: float = 0.01
) -> Nudge:
    """Run the network on one sample, once as it is and once with one z nudged.

    Parameters
    ----------
    network
        With one hidden layer, and at most four units in each layer.
    theta
        ``(n_parameters,)``.
    x, y
        ``(s_1,)`` and ``(K,)``: one sample.
    unit
        The hidden unit, counted from 1.
    nudge
        What is added to its z.

    Raises
    ------
    ParameterError
        For a network that is not drawn, a unit that it has not, and values that do not fit.

    Equation
    --------
    ``J(z + nudge) - J(z) ~ delta nudge``, with
    ``delta^(2)_j = g'(z^(2)_j) sum_k Theta^(2)_kj delta^(3)_k`` (course, week 5).

    Examples
    --------
    >>> from clearprop.figures.small_network import NETWORK, THETA, X, Y
    >>> found = compute_nudge(NETWORK, THETA, X[0], Y[0], unit=2)
    >>> round(found.delta, 4), round(found.cost_change, 6)
    (0.1194, 0.001194)
    """
    sizes = network.layer_sizes
    if len(sizes) != 3 or max(sizes) > _MOST:
        raise ParameterError(
            f"network: expected one hidden layer and at most {_MOST} units in each layer; got "
            f"{'-'.join(map(str, sizes))}"
        )
    if not 1 <= unit <= sizes[1]:
        raise ParameterError(f"unit: expected 1 to {sizes[1]}, a hidden unit; got {unit!r}")
    theta = as_theta(network, theta)
    X = as_inputs(network, np.atleast_2d(x), theta.dtype)
    Y = as_targets(network, np.atleast_2d(y), 1, theta.dtype)
    passed = forward(np, network, theta, X)
    (z2, z3), (_, a2, _) = passed  # (1, s_2), (1, K); a2: (1, s_2)
    delta2, delta3 = backward(np, network, theta, passed, Y).deltas  # (1, s_2), (1, K)
    g, B2 = ACTIVATIONS[network.activation], split(network, theta)[1]
    j = unit - 1
    nudged = z2.copy()  # (1, s_2)
    nudged[0, j] += nudge
    a2_there = g.f(np, nudged)  # (1, s_2)
    z3_there = B2[0] + a2_there @ B2[1:]  # (1, K)
    cost = cost_of(network).per_output
    return Nudge(
        network,
        unit,
        nudge,
        float(g.prime(np, z2, a2)[0, j]),
        B2[unit],
        delta3[0],
        float(delta2[0, j]),
        float(a2_there[0, j] - a2[0, j]),
        (z3_there - z3)[0],
        float(cost(np, z3_there, Y).sum() - cost(np, z3, Y).sum()),
    )


def draw_nudge(found: Nudge, lang: str = "en") -> Picture:
    """Draw the network, with the nudge's way in colour and a factor at each wire."""
    say = sentences(lang)
    title = say("nudge.title", nudge=f"{found.nudge:g}")
    inputs, hidden, K = found.network.layer_sizes
    j = found.unit - 1
    with styled(title):
        figure, axes = board(9.0, 5.7, title)
        X, Z, A, O, J = 0.55, 2.05, 3.75, 6.35, 8.4  # where the columns stand
        middle = 3.15
        of_inputs, of_hidden, of_outputs = (
            _heights(middle, n, gap) for n, gap in ((inputs, 1.3), (hidden, 1.45), (K, 1.9))
        )
        for i, y in enumerate(of_inputs):
            disc(axes, (X, y), f"$x_{{{i + 1}}}$", radius=0.32, colour=SOFT)
            for there in of_hidden:
                axes.plot([X + 0.32, Z - 0.36], [y, there], color=FAINT, linewidth=1, zorder=1)
        for h, y in enumerate(of_hidden):
            colour = INK if h == j else SOFT
            disc(axes, (Z, y), f"$z_{{{h + 1}}}^{{(2)}}$", radius=0.36, colour=colour)
            disc(axes, (A, y), f"$a_{{{h + 1}}}^{{(2)}}$", radius=0.36, colour=colour)
            if h != j:
                axes.plot([Z + 0.36, A - 0.36], [y, y], color=FAINT, linewidth=1, zorder=1)
                for there in of_outputs:
                    axes.plot([A + 0.36, O - 0.4], [y, there], color=FAINT, linewidth=1, zorder=1)
        box(axes, (J, middle), "$J$", width=0.62, height=0.62)
        _draw_way(axes, found, (Z, A, O, J), float(of_hidden[j]), of_outputs, middle)
        words(axes, (4.5, 0.62), _sum(found), fontsize=14, color=BLUE if found.delta > 0 else RED)
        below = say(
            "nudge.measured",
            rise=signed(found.cost_change, 6),
            nudge=found.nudge,
            rate=signed(found.cost_change / found.nudge),
        )
        words(axes, (4.5, 0.22), below, color=SOFT)
    description = say(
        "nudge.description",
        unit=found.unit,
        nudge=found.nudge,
        a=signed(found.change_a, 6),
        z=say("nudge.and").join(signed(change, 6) for change in found.changes_z),
        J=signed(found.cost_change, 6),
        delta=signed(found.delta),
    )
    return Picture(figure, title, description, lang)


def _heights(middle: float, n: int, gap: float) -> Array:
    """Where n units of a column stand, from top to bottom; three gaps' room at most."""
    gap = min(gap, 3.2 / max(n - 1, 1))
    return middle + gap * ((n - 1) / 2 - np.arange(n))


def _draw_way(
    axes: Axes,
    found: Nudge,
    columns: tuple[float, float, float, float],
    y: float,
    of_outputs: Array,
    middle: float,
) -> None:
    """The nudge's way: amounts at the units, factors on the wires."""
    Z, A, O, J = columns
    words(axes, (Z, y - 0.54), f"{found.nudge:+g}".replace("-", "−"), **_strong(found.nudge))
    arrow(axes, (Z + 0.36, y), (A - 0.36, y), color=INK, linewidth=2.2)
    words(axes, ((Z + A) / 2, y + 0.24), r"$\times\ g$′$(z)$", fontsize=13)
    words(axes, ((Z + A) / 2, y - 0.2), f"{found.slope:.4f}", fontsize=13)
    words(axes, (A, y - 0.54), signed(found.change_a, 5), **_strong(found.change_a))
    for k, there in enumerate(of_outputs):
        weight, delta = float(found.weights[k]), float(found.output_deltas[k])
        change = float(found.changes_z[k])
        _factor_arrow(
            axes, (A + 0.36, y), (O - 0.42, float(there)), weight, f"× {_bracketed(_short(weight))}"
        )
        disc(axes, (O, float(there)), f"$z_{{{k + 1}}}^{{(3)}}$", radius=0.4)
        above = 0.6 if there >= middle else -0.6
        words(axes, (O, there + above), signed(change, 5), **_strong(change))
        end = (J - 0.33, middle + (0.12 if there >= middle else -0.12))
        name = rf"$\times\ \delta_{{{k + 1}}}^{{(3)}}$ = {signed(delta)}"
        start = (O + 0.4, float(there))
        arrow(axes, start, end, color=_colour(delta), linestyle=_style(delta), linewidth=2.2)
        up = 0.34 if there >= middle else -0.34
        words(axes, (7.72, (there + middle) / 2 + up * 1.55), name, fontsize=13)
    words(axes, (J, middle - 0.55), signed(found.cost_change, 5), **_strong(found.cost_change))


def _factor_arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], factor: float, name: str
) -> None:
    arrow(axes, start, end, color=_colour(factor), linestyle=_style(factor), linewidth=2.2)
    at = (start[0] + 0.58 * (end[0] - start[0]), start[1] + 0.58 * (end[1] - start[1]))
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    words(axes, at, name, fontsize=14, bbox=paper)


def _sum(found: Nudge) -> str:
    terms = " + ".join(
        f"{_bracketed(_short(w))} × {_bracketed(_short(d, 4))}"
        for w, d in zip(found.weights, found.output_deltas, strict=True)
    )
    name = rf"$\delta_{{{found.unit}}}^{{(2)}}$"
    return f"{name} = {found.slope:.4f} × [{terms}] = {signed(found.delta)}"


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith("−") else number


def _short(value: float, places: int | None = None) -> str:
    shown = f"{value:.4g}" if places is None else f"{value:.{places}f}"
    return shown.replace("-", "−")


def _colour(factor: float) -> str:
    return BLUE if factor >= 0 else RED


def _style(factor: float) -> Any:
    return "-" if factor >= 0 else _DASHED


def _strong(change: float) -> dict[str, Any]:
    return {"color": _colour(change), "fontsize": 14}
