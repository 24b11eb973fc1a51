"""A blank board whose unit is an inch, and what is drawn on it: discs, arrows, tiles, words."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from clearprop.figures.drawing import BLUE, INK, RED, SOFT
from clearprop.network.architecture import Array

__all__ = ["SUBSCRIPT", "arrow", "board", "box", "brace", "disc", "signed", "tiles", "words"]

Point = tuple[float, float]

SUBSCRIPT = "₀₁₂₃₄₅₆₇₈₉"  # in sentences, where a formula in Chinese would find no font


def board(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    """An empty figure of this size in inches, with its title; call it within ``styled``."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    words(axes, (width / 2, height - 0.32), title, fontsize=16)
    return figure, axes


def words(axes: Axes, at: Point, text: str, **more: Any) -> None:
    """Text, centred at a point unless `more` says otherwise."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 4}
    axes.text(*at, text, **(look | more))


def disc(
    axes: Axes, at: Point, name: str, *, radius: float = 0.4, colour: str = INK, **more: Any
) -> None:
    """A circle with a name in it."""
    look: dict[str, Any] = {"facecolor": "white", "linewidth": 1.6, "zorder": 3}
    axes.add_patch(Circle(at, radius, edgecolor=colour, **look))
    words(axes, at, name, **({"color": colour, "fontsize": 15} | more))


def box(axes: Axes, at: Point, name: str, *, width: float, height: float, **more: Any) -> None:
    """A rounded rectangle with a name in it, centred at a point."""
    corner = (at[0] - width / 2, at[1] - height / 2)
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "linewidth": 1.6, "zorder": 3}
    style = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, **look))
    words(axes, at, name, **({"fontsize": 15} | more))


def arrow(axes: Axes, start: Point, end: Point, **more: Any) -> None:
    """An arrow from point to point."""
    look: dict[str, Any] = {"color": INK, "linewidth": 1.8, "zorder": 2, "shrinkA": 0, "shrinkB": 0}
    shape = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=14, **(look | more))
    axes.add_patch(shape)


def brace(axes: Axes, left: float, right: float, y: float, colour: str) -> None:
    """A bracket below what stands between `left` and `right`."""
    x = [left, left, right, right]
    axes.plot(x, [y + 0.13, y, y, y + 0.13], color=colour, linewidth=1.8)


def tiles(
    axes: Axes,
    left: Point,
    values: Array,
    largest: float = 0.0,
    *,
    size: tuple[float, float],
    places: int = 3,
) -> None:
    """A matrix in tiles, from the middle of its left edge on.

    A tile is as deep in colour as its number is large beside `largest`; 0 leaves all white. `size`
    is the width and the height of a tile. A number without decimals is written without.
    """
    wide, high = size
    rows = len(values)
    for (r, c), value in np.ndenumerate(values):
        corner = (left[0] + c * wide, left[1] + (rows / 2 - r - 1) * high)
        share = 0.6 * abs(value) / largest if largest else 0.0
        colour = np.array(to_rgb(BLUE if value > 0 else RED))
        face = tuple(1 - share * (1 - colour))
        look: dict[str, Any] = {"facecolor": face, "edgecolor": SOFT, "linewidth": 0.8}
        axes.add_patch(Rectangle(corner, wide, high, **look))
        shown = f"{value:.0f}" if value == int(value) else f"{value:.{places}f}"
        at = (corner[0] + wide / 2, corner[1] + high / 2)
        words(axes, at, shown.replace("-", "−"), fontsize=11)


def signed(value: float, places: int = 4) -> str:
    """A number with its sign; minus is as wide as plus.

    Examples
    --------
    >>> signed(-0.39134), signed(0.01, places=2)
    ('−0.3913', '+0.01')
    """
    return f"{value:+.{places}f}".replace("-", "−")
