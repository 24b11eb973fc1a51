"""What each hidden unit looks for: its incoming weights as an image.

Source: A. Ng, *Machine Learning* (Coursera), exercise 4, section 3, "Visualizing the hidden layer".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clearprop.errors import ParameterError
from clearprop.figures.drawing import SOFT, Picture, sentences, sheet, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.samples import as_theta

__all__ = ["HiddenUnits", "compute_hidden_units", "draw_hidden_units", "show_tiles"]

_MOST = 100  # ten by ten; smaller images could not be seen on a slide
_GAP = 1  # pixels between images


@dataclass(frozen=True, eq=False)
class HiddenUnits:
    """The weights into the first hidden layer.

    Attributes
    ----------
    network
        The network that has these weights.
    images
        ``(units, height, width)``: the weights without the bias, of at most the first 100 units.
    """

    network: Network
    images: Array


def compute_hidden_units(
    network: Network,
    theta: Any,
    image_shape: tuple[int, int],
    image_order: Literal["C", "F"] = "C",
) -> HiddenUnits:
    """The rows of ``Theta^(1)`` as images.

    Parameters
    ----------
    network, theta
        A network with a hidden layer, and its parameters ``(n_parameters,)``.
    image_shape
        ``(height, width)`` of the images that are its inputs.
    image_order
        How an image is unrolled: ``"C"``, row by row, or ``"F"``, column by column, as MATLAB does
        (the course's ``ex4data1.mat``).

    Raises
    ------
    ParameterError
        For a network without a hidden layer, or a shape that is not that of its inputs.

    Examples
    --------
    >>> found = compute_hidden_units(Network((4, 1, 1)), [9, 1, 2, 3, 4, 0, 0], (2, 2))
    >>> found.images[0]
    array([[1., 2.],
           [3., 4.]])
    """
    height, width = image_shape
    problems = []
    if network.n_layers < 3:
        problems.append("network: expected a hidden layer; this one has none")
    if height * width != network.n_inputs:
        problems.append(
            f"image_shape: expected a product of {network.n_inputs}, the inputs of the network; "
            f"got {image_shape!r}"
        )
    if problems:
        raise ParameterError(*problems)
    weights = split(network, as_theta(network, theta))[0][1:].T  # (s_2, s_1)
    return HiddenUnits(network, as_images(weights[:_MOST], image_shape, image_order))


def as_images(rows: Array, image_shape: tuple[int, int], image_order: Literal["C", "F"]) -> Array:
    """Rows ``(n, height * width)`` as images ``(n, height, width)``."""
    return np.array([row.reshape(image_shape, order=image_order) for row in rows])


def show_tiles(axes: Axes, images: Array, each_its_own: bool) -> None:
    """Draw images side by side in a square, from black (negative) to white (positive).

    The grey of 0 is the same in all images. With `each_its_own` an image is scaled to its own
    largest weight, as in the course's ``displayData``; otherwise all share one scale.
    """
    n, height, width = images.shape
    largest = np.abs(images).max(axis=(1, 2) if each_its_own else None, keepdims=True)
    scaled = images / np.where(largest > 0, largest, 1)  # (n, height, width)
    columns = math.ceil(math.sqrt(n))
    lines = math.ceil(n / columns)
    shape = (lines * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP)
    sheet_of = np.full(shape, np.nan)
    for k, image in enumerate(scaled):
        top, left = k // columns * (height + _GAP), k % columns * (width + _GAP)
        sheet_of[top : top + height, left : left + width] = image
        corner = (left - 0.5, top - 0.5)
        frame = Rectangle(corner, width, height, fill=False, edgecolor=SOFT, linewidth=0.6)
        axes.add_patch(frame).set_clip_on(False)
    axes.imshow(sheet_of, cmap="gray", vmin=-1, vmax=1, interpolation="none")
    axes.axis("off")


def draw_hidden_units(found: HiddenUnits, lang: str = "en", source: str = "") -> Picture:
    """Draw the images in a square."""
    say = sentences(lang)
    n, total = len(found.images), found.network.layer_sizes[1]
    title = say("hidden-units.title")
    sizes = "-".join(map(str, found.network.layer_sizes))
    caption = say("hidden-units.caption")
    if source:
        caption = f"{source}, {sizes}\n{caption}"
    with styled(title, caption):
        figure, axes = sheet(7, 7.4, title, caption)
        show_tiles(axes, found.images, each_its_own=True)
    description = say("hidden-units.description", n=n, total=total)
    return Picture(figure, title, description, lang)
