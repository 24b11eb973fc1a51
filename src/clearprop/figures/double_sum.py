"""The double sum of the cost: every sample's every output has a term; add them all.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Cost function".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.figures.answer import unit_name
from clearprop.figures.board import board, words
from clearprop.figures.digit_images import image_at
from clearprop.figures.drawing import BLUE, INK, SOFT, Picture, sentences, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import cost_of
from clearprop.network.equations import forward
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["DoubleSum", "compute_double_sum", "draw_double_sum"]

_MOST = 8  # samples that fit beside one another
_WIDE, _HIGH = 1.1, 0.36  # inches: a cell
_LEFT = 1.75
_SHADES = LinearSegmentedColormap.from_list("terms", ["white", "#F2B488"])


@dataclass(frozen=True, eq=False)
class DoubleSum:
    """The terms of J without its penalty. A sample is a column, an output is a row.

    Attributes
    ----------
    images
        ``(m, height, width)``: the samples.
    h, Y, terms
        ``(K, m)``: the outputs, the right answers, and the terms.
    """

    images: Array
    h: Array
    Y: Array
    terms: Array

    @property
    def per_sample(self) -> Array:
        """``(m,)``: the sum over k = 1..K, the cost of each sample."""
        sums: Array = self.terms.sum(axis=0)
        return sums

    @property
    def J(self) -> float:
        """The mean of these."""
        return float(self.per_sample.mean())


def compute_double_sum(network: Network, theta: Any, images: Any, Y: Any) -> DoubleSum:
    """The terms of the cost for a few images.

    Parameters
    ----------
    network, theta
        A network with the logistic cost, and its parameters ``(n_parameters,)``.
    images
        ``(m, height, width)``: at most eight.
    Y
        ``(m, K)``: 1 for the right class, 0 elsewhere.

    Raises
    ------
    ParameterError
        For another cost, more images, and for shapes that do not fit.

    Equation
    --------
    ``J = 1/m sum_i sum_k -y_k log h_k - (1 - y_k) log(1 - h_k)`` (course, week 5).

    Examples
    --------
    >>> found = compute_double_sum(Network((1, 2)), np.zeros(4), [[[1]], [[0]]], [[1, 0], [0, 1]])
    >>> found.terms.shape, round(found.J, 4)
    ((2, 2), 1.3863)
    """
    images = np.asarray(images, np.float64)
    problems = []
    if network.cost != "logistic":
        problems.append(f'network: expected cost="logistic"; got {network.cost!r}')
    if images.ndim != 3 or not 1 <= len(images) <= _MOST:
        problems.append(
            f"images: expected shape (m, height, width) with m from 1 to {_MOST}; got shape "
            f"{images.shape}"
        )
    if problems:
        raise ParameterError(*problems)
    rows = as_inputs(network, images.reshape(len(images), -1))
    right = as_targets(network, Y, len(images))  # (m, K)
    passed = forward(np, network, as_theta(network, theta), rows)
    terms = cost_of(network).per_output(np, passed.weighted_inputs[-1], right)  # (m, K)
    return DoubleSum(images, passed.activations[-1].T, right.T, terms.T)


def draw_double_sum(found: DoubleSum, lang: str = "en", names: Sequence[object] = ()) -> Picture:
    """Draw a table of the terms, an image above each column and its sum below.

    `names` are those of the K classes; without them the outputs are only numbered.
    """
    say = sentences(lang)
    K, m = found.terms.shape
    title = say("double-sum.title")
    bottom = 1.2
    top = bottom + K * _HIGH
    end = _LEFT + m * _WIDE
    with styled(title, *map(str, names)):
        figure, axes = board(end + 2.6, K * _HIGH + 3.25, title)
        for i in range(m):
            middle = _LEFT + (i + 0.5) * _WIDE
            image_at(axes, found.images[i], middle - 0.42, top + 0.4, 0.84)
            words(axes, (middle, top + 0.19), f"$i = {i + 1}$", color=SOFT)
        for k in range(K):
            y = top - (k + 0.5) * _HIGH
            words(axes, (_LEFT - 0.15, y), unit_name(k, names), ha="right", color=SOFT)
            for i in range(m):
                _draw_cell(axes, found, k, i, top)
        for i, value in enumerate(found.per_sample):
            words(axes, (_LEFT + (i + 0.5) * _WIDE, bottom - 0.3), f"{value:.3f}")
        words(axes, (_LEFT - 0.15, bottom - 0.3), r"$\Sigma_k$", ha="right")
        mean = rf"$J = \frac{{1}}{{{m}}}\,\Sigma_i$ = {found.J:.3f}"
        words(axes, (end + 0.2, bottom - 0.3), mean, ha="left")
        middle = (bottom + top) / 2
        words(axes, (end + 0.2, middle + 0.5), say("double-sum.right"), ha="left", color=BLUE)
        words(axes, (end + 0.2, middle - 0.5), say("double-sum.wrong"), ha="left")
        caption = say("double-sum.caption")
        words(axes, ((end + 2.6) / 2, 0.35), caption, fontsize=11, color=SOFT)
    description = say(
        "double-sum.description",
        K=K,
        m=m,
        sums=", ".join(f"{value:.3f}" for value in found.per_sample),
        J=f"{found.J:.3f}",
    )
    return Picture(figure, title, description, lang)


def _draw_cell(axes: Axes, found: DoubleSum, k: int, i: int, top: float) -> None:
    """One term: the darker, the larger; framed where y is 1."""
    term, right = float(found.terms[k, i]), found.Y[k, i] == 1
    corner = (_LEFT + i * _WIDE, top - (k + 1) * _HIGH)
    shade = _SHADES(term / float(found.terms.max()))
    look: dict[str, Any] = {"edgecolor": BLUE if right else "#DDDDDD"}
    look |= {"linewidth": 2.2, "zorder": 3} if right else {"linewidth": 0.6}
    axes.add_patch(Rectangle(corner, _WIDE, _HIGH, facecolor=shade, **look))
    place = corner[0] + _WIDE / 2, corner[1] + _HIGH / 2
    words(axes, place, f"{term:.3f}", fontsize=12, color=BLUE if right else INK)
