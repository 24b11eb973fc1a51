"""The bundled digits as images, and how an image is drawn on a board."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clearprop.data import read
from clearprop.engines.choice import choose_engine
from clearprop.figures.drawing import FAINT
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta

__all__ = ["Digits", "bundled_digits", "descended", "image_at"]


class Digits(NamedTuple):
    """All digits in their order.

    Attributes
    ----------
    X
        ``(1797, 64)``: pixels from 0 to 1.
    Y
        ``(1797, 10)``: one-hot; column 0 is the digit 0.
    """

    X: Array
    Y: Array

    @property
    def images(self) -> Array:
        """``(1797, 8, 8)``."""
        return self.X.reshape(-1, 8, 8)


def bundled_digits() -> Digits:
    """The digits that come with scikit-learn.

    Examples
    --------
    >>> digits = bundled_digits()
    >>> digits.images.shape, float(digits.X.max())
    ((1797, 8, 8), 1.0)
    """
    rows = read("digits")
    return Digits(np.asarray(rows.X, np.float64) / 16, np.eye(10)[np.asarray(rows.y, int)])


def descended(network: Network, X: Array, Y: Array, steps: int, rate: float = 1.0) -> Array:
    """Theta after `steps` of gradient descent on all rows, from the initial values of seed 0.

    Examples
    --------
    >>> bool(descended(Network((1, 1)), np.ones((1, 1)), np.ones((1, 1)), 200).sum() > 4)
    True
    """
    theta = initial_theta(network, 0)
    engine = choose_engine("auto")
    for _ in range(steps):
        _, D = engine.cost_and_gradient(network, theta, X, Y)
        theta = theta - rate * D  # (n_parameters,)
    return theta


def image_at(axes: Axes, image: Array, x: float, y: float, size: float) -> None:
    """Draw an image ``(height, width)`` as a square of ink whose lower left corner is (x, y)."""
    limits = axes.get_xlim(), axes.get_ylim()
    place = (x, x + size, y, y + size)
    axes.imshow(image, cmap="gray_r", extent=place, aspect="auto", interpolation="none")
    axes.set(xlim=limits[0], ylim=limits[1])  # imshow moves them to the image
    axes.add_patch(Rectangle((x, y), size, size, fill=False, edgecolor=FAINT, linewidth=0.8))
