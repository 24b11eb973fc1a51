"""A layer as a matrix times a column: each row of weights gives one z.

Source: A. Ng, *Machine Learning* (Coursera), week 4, "Model representation II"; 3Blue1Brown,
"But what is a neural network?".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.explain.numbers import significant
from clearprop.figures.board import arrow, board, words
from clearprop.figures.drawing import BLUE, SOFT, Picture, sentences, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import forward
from clearprop.network.parameters import course_matrices
from clearprop.network.samples import as_inputs, as_theta

__all__ = ["LayerProduct", "compute_row_times_column", "draw_row_times_column"]

_MOST = 6  # rows and columns that are drawn
_WIDE, _HIGH = 0.92, 0.6  # inches: a cell
_GREY, _LIT = "#E4E4E4", "#D6E6F2"


@dataclass(frozen=True, eq=False)
class LayerProduct:
    """One layer's step for one sample.

    Attributes
    ----------
    layer
        l: the step leads from layer l to layer l + 1, counted from 1.
    matrix
        ``(s_{l+1}, s_l + 1)``: Theta^(l), the bias in column 0.
    column
        ``(s_l + 1,)``: a^(l) below a 1.
    z, a
        ``(s_{l+1},)``: the product, and g of it.
    """

    layer: int
    matrix: Array
    column: Array
    z: Array
    a: Array


def compute_row_times_column(network: Network, theta: Any, x: Any, layer: int = 1) -> LayerProduct:
    """One layer of a forward pass, with its matrix.

    Parameters
    ----------
    network, theta, x
        The network, its parameters ``(n_parameters,)``, and one sample ``(s_1,)``.
    layer
        l: which step, from layer l to layer l + 1, counted from 1.

    Raises
    ------
    ParameterError
        For shapes that do not fit, a layer that is not there, or more than six rows or columns.

    Equation
    --------
    ``z^(l+1) = Theta^(l) [1; a^(l)]``, ``a^(l+1) = g(z^(l+1))`` (course, week 4).

    Examples
    --------
    >>> found = compute_row_times_column(Network((2, 1)), [-30, 20, 20], [1, 0])
    >>> found.matrix, found.column, found.z
    (array([[-30.,  20.,  20.]]), array([1., 1., 0.]), array([-10.]))
    """
    theta = as_theta(network, theta)
    row = as_inputs(network, np.atleast_2d(np.asarray(x, np.float64)))[:1]
    last = network.n_layers - 1
    if not 1 <= layer <= last:
        raise ParameterError(f"layer: expected 1 to {last}; got {layer!r}")
    matrix = course_matrices(network, theta)[layer - 1]
    if max(matrix.shape) > _MOST:
        raise ParameterError(
            f"layer: expected a matrix of at most {_MOST} rows and columns, so that it can be "
            f"read; this one is {matrix.shape[0]} by {matrix.shape[1]}"
        )
    passed = forward(np, network, theta, row)
    column = np.concatenate([[1.0], passed.activations[layer - 1][0]])
    z, a = passed.weighted_inputs[layer - 1][0], passed.activations[layer][0]
    return LayerProduct(layer, matrix, column, z, a)


def draw_row_times_column(found: LayerProduct, lang: str = "en") -> Picture:
    """Draw matrix, column, z and a; the first row, the column and z_1 have the same colour."""
    say = sentences(lang)
    title = say("row-times-column.title")
    rows, columns = found.matrix.shape
    matrix_x = 1.75
    column_x = matrix_x + columns * _WIDE + 0.75
    z_x = column_x + _WIDE + 0.85
    a_x = z_x + _WIDE + 1.15
    width = a_x + _WIDE + 0.7
    tallest = max(rows, columns) * _HIGH
    height = tallest + 3.3
    middle = 1.45 + tallest / 2
    names = [say("row-times-column.bias"), *(_input(j, found.layer) for j in range(1, columns))]
    with styled(title, say("row-times-column.bias")):
        figure, axes = board(width, height, title)
        top = middle + rows * _HIGH / 2
        _cells(axes, found.matrix, matrix_x, middle, lit_row=True, grey_column=True)
        _cells(axes, found.column[:, None], column_x, middle, lit_all=True)
        _cells(axes, found.z[:, None], z_x, middle, lit_row=True)
        _cells(axes, found.a[:, None], a_x, middle)
        for j, name in enumerate(names):
            words(axes, (matrix_x + (j + 0.5) * _WIDE, top + 0.25), name, color=SOFT)
        for i in range(rows):
            line = say("row-times-column.row", i=i + 1)
            y = top - (i + 0.5) * _HIGH
            words(axes, (matrix_x - 0.15, y), line, ha="right", color=SOFT, fontsize=12)
        above = middle + tallest / 2 + 0.72
        for x, name in (
            (matrix_x + columns * _WIDE / 2, rf"$\Theta^{{({found.layer})}}$"),
            (column_x + _WIDE / 2, _column_name(found)),
            (z_x + _WIDE / 2, f"$z^{{({found.layer + 1})}}$"),
            (a_x + _WIDE / 2, f"$a^{{({found.layer + 1})}}$"),
        ):
            words(axes, (x, above), name, fontsize=16)
        words(axes, ((matrix_x + columns * _WIDE + column_x) / 2, middle), "×", fontsize=18)
        words(axes, ((column_x + _WIDE + z_x) / 2, middle), "=", fontsize=18)
        arrow(axes, (z_x + _WIDE + 0.12, middle), (a_x - 0.12, middle))
        words(axes, ((z_x + _WIDE + a_x) / 2, middle + 0.22), "$g$", fontsize=15)
        words(axes, (width / 2, 0.7), _first_row(found), fontsize=14, color=BLUE)
    description = say(
        "row-times-column.description",
        layer=found.layer,
        rows=rows,
        columns=columns,
        z=", ".join(significant(float(value)) for value in found.z),
        a=", ".join(f"{value:.4f}" for value in found.a),
    )
    return Picture(figure, title, description, lang)


def _input(j: int, layer: int) -> str:
    return f"$x_{{{j}}}$" if layer == 1 else f"$a_{{{j}}}^{{({layer})}}$"


def _column_name(found: LayerProduct) -> str:
    return "$1; x$" if found.layer == 1 else f"$1; a^{{({found.layer})}}$"


def _first_row(found: LayerProduct) -> str:
    """The first row times the column, with numbers."""
    text = ""
    for weight, value in zip(found.matrix[0], found.column, strict=True):
        sign = "−" if weight < 0 else "+"
        text += f" {sign} {significant(abs(float(weight)))} × {significant(float(value), 4)}"
    text = text.removeprefix(" + ").strip()
    total = significant(float(found.z[0]), 4).replace("-", "−")
    return f"$z_{{1}}^{{({found.layer + 1})}}$ = {text} = {total}"


def _cells(
    axes: Axes,
    values: Array,
    x: float,
    middle: float,
    lit_row: bool = False,
    lit_all: bool = False,
    grey_column: bool = False,
) -> None:
    """Draw a matrix as a table of cells, its middle at `middle`."""
    rows, columns = values.shape
    top = middle + rows * _HIGH / 2
    frame: dict[str, Any] = {"fill": False, "edgecolor": BLUE, "linewidth": 2.2, "zorder": 3}
    for i in range(rows):
        for j in range(columns):
            lit = lit_all or (lit_row and i == 0)
            grey = (grey_column and j == 0) or (lit_all and i == 0)
            corner = (x + j * _WIDE, top - (i + 1) * _HIGH)
            face = _LIT if lit and not grey else _GREY if grey else "white"
            edge: dict[str, Any] = {"edgecolor": SOFT, "linewidth": 0.8}
            axes.add_patch(Rectangle(corner, _WIDE, _HIGH, facecolor=face, **edge))
            text = significant(float(values[i, j]), 4).replace("-", "−")
            words(axes, (corner[0] + _WIDE / 2, corner[1] + _HIGH / 2), text, fontsize=13)
        if lit_row and i == 0:
            axes.add_patch(Rectangle((x, top - _HIGH), columns * _WIDE, _HIGH, **frame))
    if lit_all:
        axes.add_patch(Rectangle((x, top - rows * _HIGH), _WIDE, rows * _HIGH, **frame))
