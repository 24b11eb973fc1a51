"""Which columns matter, as bars; for images, as a heat map of the pixels."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from clearprop.experiment.importance import Importance
from clearprop.figures.drawing import BLUE, INK, Picture, sentences, sheet, styled
from clearprop.figures.hidden_units import as_images
from clearprop.language import Sentences, printable, shorten

__all__ = ["draw_importance"]

_MOST = 20  # columns; more names could not be read on a slide
_NAME = 30  # columns of a name


def draw_importance(found: Importance, lang: str = "en", source: str = "") -> Picture:
    """Draw the mean fall of each column with its deviation, the largest first.

    Images are drawn as one image of the falls of their pixels.

    Examples
    --------
    >>> found = Importance(("a", "b"), np.array([[0.2, 0.4], [0.0, 0.0]]), "accuracy", 0.9)
    >>> draw_importance(found).title
    'Which columns matter'
    """
    say = sentences(lang)
    images = found.image_shape is not None
    title = say("importance.pixels" if images else "importance.title")
    fall = say("importance.fall", score=say(f"importance.{found.score}"))
    repeats = found.falls.shape[1]
    caption = say("importance.caption", n=repeats)
    if source:
        caption = f"{source}; {caption}" if lang == "en" else f"{source}；{caption}"
    names = [shorten(printable(found.columns[j]), _NAME) for j in found.order[:_MOST]]
    with styled(title, caption, *names):
        if images:
            figure = _pixels(found, title, caption, fall)
        else:
            figure, axes = sheet(9, max(3.2, 1.8 + 0.36 * len(names)), title, caption)
            shown = found.order[:_MOST]
            axes.barh(
                np.arange(len(shown)),
                found.mean[shown],
                xerr=found.std[shown],
                color=BLUE,
                ecolor=INK,
                capsize=3,
            )
            axes.set_yticks(np.arange(len(shown)), names, parse_math=False)
            axes.invert_yaxis()
            axes.axvline(0, color=INK, linewidth=0.8)
            axes.set_xlabel(fall)
            axes.grid(axis="x")
    return Picture(figure, title, _description(found, fall, say), lang)


def _pixels(found: Importance, title: str, caption: str, fall: str) -> Figure:
    assert found.image_shape is not None
    (image,) = as_images(found.mean[None, :], found.image_shape, found.image_order)
    figure, axes = sheet(7, 6.4, title, caption)
    largest = max(float(np.abs(image).max()), 1e-12)
    shown = axes.imshow(image, cmap="RdBu_r", vmin=-largest, vmax=largest, interpolation="none")
    axes.axis("off")
    figure.colorbar(shown, ax=axes, label=fall, shrink=0.8)
    return figure


def _description(found: Importance, fall: str, say: Sentences) -> str:
    first = [
        say("importance.column", name=found.columns[j], mean=f"{found.mean[j]:.4f}")
        for j in found.order[:_MOST]
    ]
    return say("importance.description", fall=fall, columns=say("importance.between").join(first))
