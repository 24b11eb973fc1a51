"""What an output costs by how far it is from the truth: the logarithm beside the square.

Sources: A. Ng, *Machine Learning* (Coursera), week 3, "Cost function", and week 5,
"Backpropagation intuition".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.figures.drawing import BLUE, RED, SOFT, Picture, sentences, sheet, styled
from clearprop.network.architecture import Array

__all__ = ["CostCurves", "compute_cost_curves", "draw_cost_curves"]

_MARKED = (0.9, 0.5, 0.1, 0.01)  # points with their numbers, for y = 1


@dataclass(frozen=True, eq=False)
class CostCurves:
    """Costs of one output for every answer between 0 and 1.

    Attributes
    ----------
    h
        ``(n,)``: the answers.
    logarithm, square
        ``(2, n)``: the costs -y log h - (1 - y) log(1 - h) and (h - y)^2 / 2, for y = 1 in row 0
        and for y = 0 in row 1.
    """

    h: Array
    logarithm: Array
    square: Array


def compute_cost_curves() -> CostCurves:
    """Both costs on a grid.

    Equation
    --------
    ``cost = -y log h - (1 - y) log(1 - h)`` (course, week 3); ``(h - y)^2 / 2``.

    Examples
    --------
    >>> found = compute_cost_curves()
    >>> round(float(found.square.max()), 3), round(float(found.logarithm.max()), 2)
    (0.495, 5.3)
    """
    h = np.linspace(0.005, 0.995, 199)  # (n,)
    logarithm = np.stack([-np.log(h), -np.log(1 - h)])  # (2, n)
    return CostCurves(h, logarithm, np.stack([(h - 1) ** 2, h**2]) / 2)


def draw_cost_curves(found: CostCurves, lang: str = "en") -> Picture:
    """Draw both curves, for y = 1 on the left and for y = 0 on the right."""
    say = sentences(lang)
    title = say("cost-curves.title")
    caption = say("cost-curves.caption")
    with styled(title, caption):
        figure, panels = sheet(11, 4.9, title, caption, columns=2, sharey=True)
        for row, (axes, y) in enumerate(zip(panels, (1, 0), strict=True)):
            formula = "−log h" if y else "−log(1 − h)"
            square = "(h − 1)² / 2" if y else "h² / 2"
            axes.plot(found.h, found.logarithm[row], color=BLUE, label=formula)
            axes.plot(found.h, found.square[row], color=RED, linestyle="--", label=square)
            at = [h if y else round(1 - h, 4) for h in _MARKED]
            heights = [-np.log(h) for h in _MARKED]
            axes.plot(at, heights, "o", color=BLUE, markersize=6)
            axes.plot(at, [(1 - h) ** 2 / 2 for h in _MARKED], "s", color=RED, markersize=5)
            for x, height in zip(at, heights, strict=True):
                side = 1 if y else -1
                axes.annotate(
                    f"{height:.2f}",
                    (x, height),
                    (8 * side, 5),
                    textcoords="offset points",
                    ha="left" if y else "right",
                    color=BLUE,
                )
            axes.set_title(say("cost-curves.right" if y else "cost-curves.wrong"))
            axes.set(xlim=(-0.03, 1.03), ylim=(-0.15, 5.4), xlabel="h")
            axes.axhline(0.5, color=SOFT, linewidth=0.8, linestyle=":")
            axes.legend(loc="upper center")
        panels[0].set_ylabel(say("cost-curves.cost"))
    description = say(
        "cost-curves.description",
        marks=", ".join(f"{h:g}: {-np.log(h):.2f}, {(1 - h) ** 2 / 2:.3f}" for h in _MARKED),
    )
    return Picture(figure, title, description, lang)
