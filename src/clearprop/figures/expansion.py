"""One unit with its wires: z written out term by term, then g.

Source: A. Ng, *Machine Learning* (Coursera), weeks 4 and 5, "Model representation".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.explain.numbers import addition, significant
from clearprop.figures.board import arrow, board, disc, words
from clearprop.figures.drawing import BLUE, INK, RED, Picture, sentences, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import forward
from clearprop.network.parameters import course_matrices
from clearprop.network.samples import as_inputs, as_theta

__all__ = ["Expansion", "compute_expansion", "draw_expansion"]

_MOST = 6  # wires; more do not fit into the line of the sum
_PITCH = 0.95  # inches between the units on the left


@dataclass(frozen=True, eq=False)
class Expansion:
    """What one unit does with one sample.

    Attributes
    ----------
    layer, unit
        Which unit, both counted from 1; the inputs are layer 1.
    weights
        ``(s + 1,)``: its row of ``Theta^(layer - 1)``, the bias first.
    inputs
        ``(s + 1,)``: what its wires bring, the 1 of the bias first.
    z, a
        The weighted input, and its activation.
    is_output
        Whether it is a unit of the last layer.
    """

    layer: int
    unit: int
    weights: Array
    inputs: Array
    z: float
    a: float
    is_output: bool

    @property
    def products(self) -> Array:
        """``(s + 1,)``: weight times input of each wire; z is their sum."""
        return self.weights * self.inputs


def compute_expansion(
    network: Network, theta: Any, x: Any, layer: int = 3, unit: int = 1
) -> Expansion:
    """Take one unit's arithmetic out of a forward pass.

    Parameters
    ----------
    network, theta
        The network, and its parameters ``(n_parameters,)``.
    x
        ``(s_1,)``: one sample.
    layer, unit
        Which unit, both counted from 1; the inputs are layer 1 and have no wires.

    Raises
    ------
    ParameterError
        For shapes that do not fit, a unit that is not there, or one of more than six wires.

    Equation
    --------
    ``z_i^(l+1) = Theta_i0^(l) 1 + Theta_i1^(l) a_1^(l) + ...``, ``a_i^(l+1) = g(z_i^(l+1))``
    (course, week 4).

    Examples
    --------
    >>> found = compute_expansion(Network((2, 1)), [-30, 20, 20], [1, 1], layer=2)
    >>> found.products, found.z, round(found.a, 5)
    (array([-30.,  20.,  20.]), 10.0, 0.99995)
    """
    theta = as_theta(network, theta)
    row = as_inputs(network, np.atleast_2d(np.asarray(x, np.float64)))[:1]
    sizes = network.layer_sizes
    if not 2 <= layer <= len(sizes):
        raise ParameterError(f"layer: expected 2 to {len(sizes)}; got {layer!r}")
    if not 1 <= unit <= sizes[layer - 1]:
        raise ParameterError(
            f"unit: expected 1 to {sizes[layer - 1]}, the units of layer {layer}; got {unit!r}"
        )
    wires = sizes[layer - 2] + 1
    if wires > _MOST:
        raise ParameterError(
            f"unit: expected one of at most {_MOST} wires, so that they can be read; it has {wires}"
        )
    passed = forward(np, network, theta, row)
    before = passed.activations[layer - 2][0]  # (s,)
    return Expansion(
        layer,
        unit,
        course_matrices(network, theta)[layer - 2][unit - 1],
        np.concatenate([[1.0], before]),
        float(passed.weighted_inputs[layer - 2][0, unit - 1]),
        float(passed.activations[layer - 1][0, unit - 1]),
        layer == len(sizes),
    )


def draw_expansion(found: Expansion, lang: str = "en") -> Picture:
    """Draw the wires with their weights, and below them the sum, first in letters."""
    say = sentences(lang)
    z = f"$z_{{{found.unit}}}^{{({found.layer})}}$"
    title = say("expansion.title")
    wires = len(found.weights)
    height = _PITCH * wires + 2.35
    with styled(title):
        figure, axes = board(10, height, title)
        middle = height - 0.7 - _PITCH * wires / 2
        heights = middle + _PITCH * ((wires - 1) / 2 - np.arange(wires))  # (s + 1,)
        for j in range(wires):
            _draw_wire(axes, found, j, float(heights[j]), middle)
        _draw_unit(axes, found, z, middle)
        printed = addition(found.products.tolist(), found.z)
        letters, numbers = [], []
        for j in range(wires):
            letters.append(f"{_theta(found, j)} {_input(found, j)}")
            factor = f" × {significant(float(found.inputs[j]))}"
            numbers.append(f"{significant(float(found.weights[j]))}{factor}")
        # Rounded terms need not add up to the rounded sum.
        equals = "=" if printed.rounding is None else "≈"
        total = f"{equals}  {printed.total}".replace("-", "−")
        words(axes, (1.9, 1.35), z, ha="right", fontsize=14)
        for k, line in enumerate(
            ("  +  ".join(letters), _added(numbers), f"{_added(list(printed.terms))}  {total}")
        ):
            words(axes, (2.0, 1.35 - 0.42 * k), f"=  {line}", ha="left", fontsize=14)
    description = say(
        "expansion.description",
        unit=found.unit,
        layer=found.layer,
        terms=_added(numbers),
        z=printed.total,
        a=f"{found.a:.4f}",
    )
    return Picture(figure, title, description, lang)


def _theta(found: Expansion, j: int) -> str:
    return rf"$\Theta_{{{found.unit}{j}}}^{{({found.layer - 1})}}$"


def _input(found: Expansion, j: int) -> str:
    return f"$x_{{{j}}}$" if found.layer == 2 else f"$a_{{{j}}}^{{({found.layer - 1})}}$"


def _added(terms: list[str]) -> str:
    """Terms as a sum: a minus stands between two terms like a plus.

    Examples
    --------
    >>> _added(["0.2", "-0.1 × 3"])
    '0.2 − 0.1 × 3'
    """
    text = terms[0].replace("-", "−")
    for term in terms[1:]:
        text += f" − {term[1:]}" if term.startswith("-") else f" + {term}"
    return text


def _draw_wire(axes: Axes, found: Expansion, j: int, height: float, middle: float) -> None:
    weight = float(found.weights[j])
    colour, dashes = (BLUE, "-") if weight > 0 else (RED, (0, (4, 2)))
    axes.plot((1.9, 7.0), (height, middle), color=colour, linestyle=dashes, zorder=1)
    value = significant(float(found.inputs[j]), 4)
    if j == 0:
        corner = (1.9 - 0.36, height - 0.36)
        look: dict[str, Any] = {"facecolor": "#E4E4E4", "edgecolor": INK, "linewidth": 1.6}
        axes.add_patch(Rectangle(corner, 0.72, 0.72, zorder=3, **look))
        words(axes, (1.9, height), "1", fontsize=12)
    else:
        disc(axes, (1.9, height), value, fontsize=12)
    words(axes, (1.4, height), _input(found, j), ha="right", fontsize=15)
    x = 4.0
    y = height + (middle - height) * (x - 1.9) / (7.0 - 1.9)
    label = f"{_theta(found, j)} = {significant(weight)}".replace("-", "−")
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    words(axes, (x, y), label, fontsize=13, color=colour, bbox=box, zorder=2)


def _draw_unit(axes: Axes, found: Expansion, z: str, middle: float) -> None:
    disc(axes, (7.0, middle), z, radius=0.42)
    arrow(axes, (7.48, middle), (8.52, middle))
    words(axes, (8.0, middle + 0.22), "$g$", fontsize=15)
    disc(axes, (9.0, middle), f"{found.a:.4f}", radius=0.42, fontsize=12)
    name = f"a_{{{found.unit}}}^{{({found.layer})}}"
    if found.is_output:
        name = rf"h_\Theta(x)_{{{found.unit}}}"
    words(axes, (9.0, middle + 0.7), f"${name}$", fontsize=15)
