"""How many hidden units? Cost against their number, and the images that networks read wrongly.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Putting it together": one hidden layer, as
many units as inputs or a multiple of that, the more the better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.engines.evaluate import predict
from clearprop.errors import ParameterError
from clearprop.experiment.prepared import Prepared
from clearprop.experiment.recipes import Recipe
from clearprop.experiment.run import Experiment
from clearprop.figures.drawing import FAINT, INK, SOFT, Picture, sentences, sheet, styled
from clearprop.figures.hidden_units import as_images
from clearprop.figures.training_set_size import draw_by_size
from clearprop.language import Sentences, printable, shorten
from clearprop.network.architecture import Array

__all__ = ["HiddenSizes", "WronglyRead", "compute_hidden_sizes", "draw_hidden_sizes"]

_LINES, _A_LINE = 3, 7  # networks whose mistakes are shown, and images of each


@dataclass(frozen=True, eq=False)
class WronglyRead:
    """The validation images that a network reads wrongly.

    Attributes
    ----------
    size
        Its hidden units.
    total
        How many it reads wrongly.
    images, right, read
        Some of them ``(n, height, width)``, their classes, and what the network reads.
    """

    size: int
    total: int
    images: Array
    right: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class HiddenSizes:
    """Networks of one hidden layer that were trained alike.

    Attributes
    ----------
    inputs, rows
        The inputs of the networks, and how many validation rows there are.
    sizes
        Their hidden units, ascending.
    train, validation
        J of each without lambda: on the training rows, and on the validation rows.
    wrong
        What the smallest, the middle and the largest of them read wrongly.
    """

    inputs: int
    rows: int
    sizes: tuple[int, ...]
    train: tuple[float, ...]
    validation: tuple[float, ...]
    wrong: tuple[WronglyRead, ...]


def compute_hidden_sizes(rows: Prepared, recipe: Recipe, sizes: Sequence[int]) -> HiddenSizes:
    """Train a network of each size by the recipe, and measure it.

    Parameters
    ----------
    rows
        Images with classes.
    recipe
        How to train; its hidden layers are replaced.
    sizes
        At least three numbers of hidden units, ascending.

    Raises
    ------
    ParameterError
        For rows that are no images with classes, and for other sizes.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.prepared import prepare
    >>> from clearprop.experiment.recipes import RECIPES
    >>> recipe = RECIPES["modern"].with_(epochs=5, regularization=1.0)
    >>> found = compute_hidden_sizes(prepare(read("digits")), recipe, (4, 16, 64))
    >>> found.validation[0] > found.validation[1] > found.validation[2]
    True
    """
    sizes = tuple(int(size) for size in sizes)
    problems = []
    validation, classes = rows.parts["validation"], rows.targets.classes
    if validation.image_shape is None or classes is None:
        problems.append("rows: expected images with classes; these are none")
    if len(sizes) < _LINES or list(sizes) != sorted(set(sizes)) or sizes[0] < 1:
        problems.append(f"sizes: expected at least three, ascending from 1; got {sizes}")
    if problems:
        raise ParameterError(*problems)
    assert validation.image_shape is not None
    assert classes is not None
    names = [shorten(printable(name), 12) for name in classes.tolist()]
    runs = [Experiment(rows, recipe.with_(hidden=(size,))).fit() for size in sizes]
    X = rows.inputs("validation", np.dtype(np.float64))  # (m, s_1)
    right = rows.encoded_labels("validation", runs[0].network.cost).argmax(axis=1)  # (m,)
    wrong = []
    for k in (0, len(sizes) // 2, len(sizes) - 1):
        model = runs[k].model()
        read = predict(model.network, model.theta, X).argmax(axis=1)  # (m,)
        found = np.flatnonzero(read != right)
        some = found[:_A_LINE]
        images = as_images(
            np.asarray(validation.X)[some], validation.image_shape, validation.image_order
        )
        wrong.append(
            WronglyRead(
                sizes[k],
                len(found),
                images,
                tuple(names[c] for c in right[some]),
                tuple(names[c] for c in read[some]),
            )
        )
    return HiddenSizes(
        X.shape[1],
        X.shape[0],
        sizes,
        tuple(run.measure("train").cost for run in runs),
        tuple(run.measure("validation").cost for run in runs),
        tuple(wrong),
    )


def draw_hidden_sizes(found: HiddenSizes, lang: str = "en", source: str = "") -> Picture:
    """Draw both costs by hidden units on the left, the wrongly read images on the right."""
    say = sentences(lang)
    title = say("hidden-sizes.title")
    with styled(title, source):
        figure, (left, right) = sheet(12, 5.4, title, source, columns=2)
        draw_by_size(left, found, say, "hidden-sizes", "units")
        if found.sizes[0] <= found.inputs <= found.sizes[-1]:
            left.axvline(found.inputs, color=SOFT, linewidth=1, linestyle=":")
            top = left.get_ylim()[1]
            text = say("hidden-sizes.inputs", n=found.inputs)
            left.text(found.inputs * 1.08, 0.55 * top, text, color=SOFT, fontsize=12)
        _draw_wrong(right, found, say)
    description = say(
        "hidden-sizes.description",
        sizes=", ".join(map(str, found.sizes)),
        train=", ".join(f"{cost:.4g}" for cost in found.train),
        validation=", ".join(f"{cost:.4g}" for cost in found.validation),
        wrong=", ".join(f"{w.size}: {w.total}" for w in found.wrong),
        rows=found.rows,
    )
    return Picture(figure, title, description, lang)


def _draw_wrong(axes: Any, found: HiddenSizes, say: Sentences) -> None:
    """A line of images for each network; below each what it is and what is read."""
    for line, wrong in enumerate(found.wrong):
        top = -2.0 * line
        head = say("hidden-sizes.wrong", units=wrong.size, wrong=wrong.total, rows=found.rows)
        axes.text(0, top, head, va="bottom")
        for k, (image, right, read) in enumerate(
            zip(wrong.images, wrong.right, wrong.read, strict=True)
        ):
            place = (k + 0.08, k + 0.92, top - 1.0, top - 0.16)
            axes.imshow(image, cmap="gray_r", extent=place, interpolation="none")
            text = f"{right} → {read}"
            axes.text(k + 0.5, top - 1.22, text, ha="center", va="center", fontsize=11, color=INK)
        axes.plot([0, _A_LINE], [top - 1.5, top - 1.5], color=FAINT, linewidth=0.8)
    axes.set(xlim=(0, _A_LINE), ylim=(1.5 - 2.0 * _LINES - 1.1, 0.5))
    axes.axis("off")
