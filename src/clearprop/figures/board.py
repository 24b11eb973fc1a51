"""A blank board whose unit is an inch, and what is drawn on it: discs, arrows, braces, words."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from clearprop.figures.drawing import INK

__all__ = ["arrow", "board", "box", "brace", "disc", "signed", "words"]

Point = tuple[float, float]


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


def signed(value: float, places: int = 4) -> str:
    """A number with its sign; minus is as wide as plus.

    Examples
    --------
    >>> signed(-0.39134), signed(0.01, places=2)
    ('−0.3913', '+0.01')
    """
    return f"{value:+.{places}f}".replace("-", "−")
