"""The network as a diagram: units, bias units, weights, and the course's names for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle

from clearprop.errors import ParameterError
from clearprop.figures.drawing import BLUE, FAINT, INK, RED, SOFT, Picture, sentences, styled
from clearprop.language import Sentences
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.samples import as_theta

__all__ = ["Diagram", "compute_diagram", "draw_diagram"]

# Ten show all units of ten classes. A longer layer shows its first units and its last one; the
# ellipsis between them takes a row.
_MOST, _FIRST = 10, 6

_DASHED = (0, (4, 2))
_PITCH, _RADIUS = 0.62, 0.23  # inches: from unit to unit, and of a unit
_ABOVE, _BELOW, _BESIDE = 1.65, 1.75, 1.1  # inches around the units


@dataclass(frozen=True, eq=False)
class Diagram:
    """What a diagram of a network shows.

    Attributes
    ----------
    network
        The architecture.
    shown
        The units of each layer that are drawn, counted from 1. An ellipsis stands for units that
        are left out.
    weights
        For each block of theta the weights of the lines that are drawn, ``(1 + units shown in
        layer l, units shown in layer l+1)``, bias in row 0. None without theta.
    outputs
        The names of the output units shown, or none.
    """

    network: Network
    shown: tuple[tuple[int, ...], ...]
    weights: tuple[Array, ...] | None
    outputs: tuple[str, ...]


def compute_diagram(network: Network, theta: Any = None, outputs: Sequence[object] = ()) -> Diagram:
    """Choose the units to draw, and pick their weights.

    Parameters
    ----------
    network
        The architecture.
    theta
        ``(n_parameters,)``; None draws all lines alike.
    outputs
        The names of the output units, K of them or none.

    Raises
    ------
    ParameterError
        For a theta or names that do not fit the network.

    Examples
    --------
    >>> diagram = compute_diagram(Network((784, 3, 1)))
    >>> diagram.shown
    ((1, 2, 3, 4, 5, 6, 784), (1, 2, 3), (1,))
    """
    if outputs and len(outputs) != network.n_outputs:
        raise ParameterError(
            f"outputs: expected {network.n_outputs} names or none; got {len(outputs)}"
        )
    shown = tuple(_folded(size) for size in network.layer_sizes)
    weights = None
    if theta is not None:
        blocks = split(network, as_theta(network, theta))
        weights = tuple(
            B[np.ix_([0, *here], [unit - 1 for unit in there])]  # (1 + shown_l, shown_{l+1})
            for B, here, there in zip(blocks, shown, shown[1:], strict=False)
        )
    names = tuple(str(outputs[unit - 1]) for unit in shown[-1]) if outputs else ()
    return Diagram(network, shown, weights, names)


def _folded(size: int) -> tuple[int, ...]:
    return tuple(range(1, size + 1)) if size <= _MOST else (*range(1, _FIRST + 1), size)


def draw_diagram(diagram: Diagram, lang: str = "en") -> Picture:
    """Draw layers from left to right, a square for +1, and lines as wide as their weights.

    The widest line between two layers is the largest weight drawn there. Lines of negative weights
    are dashed. Without theta all lines are alike.
    """
    say = sentences(lang)
    network = diagram.network
    L = network.n_layers
    places = _places(diagram)
    half = max(float(np.nanmax(y)) for y in places)  # inches: how far units stand above the middle
    width = max(10.0, 2 * _BESIDE + 1.9 * (L - 1))
    height = 2 * half + _ABOVE + _BELOW
    x = np.linspace(_BESIDE, width - _BESIDE - 0.3, L)  # (L,)
    middle = _BELOW + half
    title = say("network.title", sizes="-".join(map(str, network.layer_sizes)))
    with styled(title, *diagram.outputs):
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(0, height))  # so that one unit is an inch
        axes.axis("off")
        axes.text(width / 2, height - 0.35, title, ha="center", va="center", fontsize=15)
        for l in range(L - 1):
            _draw_lines(axes, diagram, l, (x[l], x[l + 1]), places, middle)
            shape = f"{network.layer_sizes[l + 1]} × {network.layer_sizes[l] + 1}"
            between = float(x[l] + x[l + 1]) / 2
            at: dict[str, Any] = {"ha": "center", "va": "center"}
            axes.text(between, height - 0.85, rf"$\Theta^{{({l + 1})}}$", **at)
            axes.text(between, height - 1.15, shape, color=SOFT, fontsize=12, **at)
        for l in range(L):
            _draw_units(axes, diagram, l, float(x[l]), places[l], middle)
            _name_layer(axes, network, l, float(x[l]), say)
        if diagram.weights is not None:
            _explain_lines(axes, say)
    description = _description(diagram, say)
    return Picture(figure, title, description, lang)


def _places(diagram: Diagram) -> list[Array]:
    """How far the bias unit and the units of each layer stand above the middle, in inches."""
    found = []
    for l, layer in enumerate(diagram.shown):
        has_bias = l < len(diagram.shown) - 1
        row = np.arange(len(layer), dtype=float) + has_bias
        if layer[-1] != len(layer):
            row[-1] += 1  # for the ellipsis
        y = (row[-1] / 2 - np.concatenate([[0.0], row])) * _PITCH
        found.append(y if has_bias else np.concatenate([[np.nan], y[1:]]))
    return found


def _draw_lines(
    axes: Axes,
    diagram: Diagram,
    l: int,
    x: tuple[float, float],
    places: list[Array],
    middle: float,
) -> None:
    weights = None if diagram.weights is None else diagram.weights[l]
    largest = 1.0 if weights is None else float(np.abs(weights).max()) or 1.0
    for i, start in enumerate(places[l]):
        for j, end in enumerate(places[l + 1][1:]):
            style: dict[str, Any] = {"color": FAINT, "linewidth": 0.8}
            if weights is not None:
                share = abs(float(weights[i, j])) / largest
                style = {
                    "color": BLUE if weights[i, j] > 0 else RED,
                    "linestyle": "-" if weights[i, j] > 0 else _DASHED,
                    "linewidth": 0.3 + 3 * share,
                    "alpha": 0.25 + 0.65 * share,
                }
            axes.plot(x, (middle + start, middle + end), zorder=1, **style)


def _draw_units(
    axes: Axes, diagram: Diagram, l: int, x: float, places: Array, middle: float
) -> None:
    layer, last = diagram.shown[l], l == diagram.network.n_layers - 1
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "linewidth": 1.4, "zorder": 2}
    text: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 3}
    if not last:
        corner = (x - 0.19, middle + places[0] - 0.19)
        axes.add_patch(Rectangle(corner, 0.38, 0.38, **(look | {"facecolor": "#E4E4E4"})))
        axes.text(x, middle + places[0], "+1", fontsize=11, **text)
    for k, (unit, y) in enumerate(zip(layer, places[1:], strict=True)):
        axes.add_patch(Circle((x, middle + y), _RADIUS, **look))
        name = rf"$x_{{{unit}}}$" if l == 0 else rf"$a_{{{unit}}}^{{({l + 1})}}$"
        axes.text(x, middle + y, name, fontsize=11 if l and not last else 12, **text)
        if last:
            label = diagram.outputs[k] if diagram.outputs else rf"$h_\Theta(x)_{{{unit}}}$"
            if not diagram.outputs and len(layer) == 1:
                label = r"$h_\Theta(x)$"
            axes.text(
                x + 0.34, middle + y, label, ha="left", va="center", parse_math=not diagram.outputs
            )
    if layer[-1] != len(layer):
        axes.text(x, middle + (places[-1] + places[-2]) / 2, "⋮", fontsize=18, **text)


def _name_layer(axes: Axes, network: Network, l: int, x: float, say: Sentences) -> None:
    kind = "input" if l == 0 else "output" if l == network.n_layers - 1 else "hidden"
    what = {"hidden": network.activation, "output": network.output_activation}.get(kind, "")
    units = network.layer_sizes[l]
    lines = [
        say("network.layer", l=l + 1),
        say(f"network.{kind}") + (f" ({what})" if what else ""),
        say("network.units" if units > 1 else "network.unit", n=f"{units:,}"),
    ]
    for k, line in enumerate(lines):
        axes.text(
            x,
            _BELOW - 0.6 - 0.26 * k,
            line,
            ha="center",
            va="center",
            fontsize=13 if k == 0 else 12,
            color=INK if k == 0 else SOFT,
        )


def _explain_lines(axes: Axes, say: Sentences) -> None:
    positive, negative = (say(f"network.{sign}") for sign in ("positive", "negative"))
    lines = [
        Line2D([], [], color=BLUE, linewidth=2.5, label=positive),
        Line2D([], [], color=RED, linewidth=2.5, linestyle=_DASHED, label=negative),
    ]
    axes.legend(handles=lines, loc="lower center", ncols=2, bbox_to_anchor=(0.5, 0.0))


def _description(diagram: Diagram, say: Sentences) -> str:
    network = diagram.network
    text = say(
        "network.description",
        layers=network.n_layers,
        sizes=", ".join(map(str, network.layer_sizes)),
        parameters=f"{network.n_parameters:,}",
    )
    if any(len(layer) != layer[-1] for layer in diagram.shown):
        text += say("network.folded")
    if diagram.weights is not None:
        text += say("network.weighted")
    return text
