"""Two classes with one output, a number, and with two outputs, a vector.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Cost function".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from clearprop.figures.answer import Answer, compute_answer
from clearprop.figures.board import board, disc, words
from clearprop.figures.digit_images import descended, image_at
from clearprop.figures.drawing import BLUE, FAINT, SOFT, Picture, sentences, styled
from clearprop.language import Sentences
from clearprop.network.architecture import Array, Network

__all__ = ["TwoClasses", "compute_two_classes", "draw_two_classes"]

_HIDDEN = 3
_STEPS = 30
_WIDTH = 5.4  # inches: one network


@dataclass(frozen=True, eq=False)
class TwoClasses:
    """What two networks say to the same image of the second class.

    Attributes
    ----------
    names
        The names of the two classes.
    one, two
        The answers of the network with one output and of the one with two.
    """

    names: tuple[str, str]
    one: Answer
    two: Answer


def compute_two_classes(
    images: Array, labels: Array, names: tuple[str, str], sample: int
) -> TwoClasses:
    """Train a network with one output and one with two, and ask both about one sample.

    Parameters
    ----------
    images
        ``(m, height, width)``, from 0 to 1.
    labels
        ``(m,)`` of 0 and 1.
    names
        What 0 and 1 stand for.
    sample
        Which image is asked about.

    Equation
    --------
    One output: ``J_i = -y log h - (1 - y) log(1 - h)``, y is 0 or 1. Two: the sum of this over both
    outputs, y is (1, 0) or (0, 1) (course, week 5).

    Examples
    --------
    >>> found = compute_two_classes(np.eye(2)[:, None], np.array([0, 1]), ("left", "right"), 1)
    >>> found.one.h.shape, found.two.h.shape
    ((1,), (2,))
    """
    rows = images.reshape(len(images), -1)  # (m, s_1)
    answers = []
    for Y in (labels[:, None].astype(float), np.eye(2)[labels]):  # (m, 1), (m, 2)
        network = Network((rows.shape[1], _HIDDEN, Y.shape[1]))
        theta = descended(network, rows, Y, _STEPS)
        answers.append(compute_answer(network, theta, images[sample], Y[sample]))
    return TwoClasses(names, *answers)


def draw_two_classes(found: TwoClasses, lang: str = "en") -> Picture:
    """Draw both networks side by side, with their answers and their costs."""
    say = sentences(lang)
    title = say("two-classes.title")
    with styled(title):
        figure, axes = board(2 * _WIDTH, 5.2, title)
        _draw_network(axes, found.one, found.names, 0.0, say)
        _draw_network(axes, found.two, found.names, _WIDTH, say)
        axes.plot([_WIDTH, _WIDTH], [0.4, 4.4], color=FAINT, linewidth=1)
    description = say(
        "two-classes.description",
        first=found.names[0],
        second=found.names[1],
        one=f"{found.one.h[0]:.3f}",
        two=", ".join(f"{value:.3f}" for value in found.two.h),
        total=f"{found.two.h.sum():.3f}",
        one_cost=f"{found.one.terms.sum():.3f}",
        two_cost=f"{found.two.terms.sum():.3f}",
    )
    return Picture(figure, title, description, lang)


def _draw_network(
    axes: Axes, answer: Answer, names: tuple[str, str], left: float, say: Sentences
) -> None:
    K = len(answer.h)
    middle = 2.75
    words(axes, (left + _WIDTH / 2, 4.4), say("two-classes.one" if K == 1 else "two-classes.two"))
    image_at(axes, answer.image, left + 0.35, middle - 0.55, 1.1)
    hidden = middle + 0.8 * (np.arange(_HIDDEN) - (_HIDDEN - 1) / 2)
    outputs = middle + 1.2 * ((K - 1) / 2 - np.arange(K))
    for y in hidden:
        axes.plot((left + 1.45, left + 2.3), (middle, y), color=FAINT, zorder=1)
        for end in outputs:
            axes.plot((left + 2.3, left + 3.55), (y, end), color=FAINT, zorder=1)
        disc(axes, (left + 2.3, float(y)), "", radius=0.23)
    for k, y in enumerate(outputs):
        disc(axes, (left + 3.55, float(y)), f"{answer.h[k]:.3f}", fontsize=12)
        line = say("two-classes.asks", name=names[k if K == 2 else 1])
        words(axes, (left + 4.05, y + 0.16), line, ha="left")
        words(axes, (left + 4.05, y - 0.16), f"y = {answer.y[k]:.0f}", ha="left", color=SOFT)
    terms = [
        f"− log {h:.3f}" if y == 1 else f"− log(1 − {h:.3f})"
        for h, y in zip(answer.h, answer.y, strict=True)
    ]
    text = f"$J_i$ = {' '.join(terms)} = {answer.terms.sum():.3f}"
    words(axes, (left + _WIDTH / 2, 0.75), text, fontsize=14, color=BLUE)
