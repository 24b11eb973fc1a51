"""A drawn digit, made into an image as those of MNIST are made.

MNIST's digits were cut out, their longer side was brought to 20 pixels, and their centre of mass
was put on pixel 14 of 28 (LeCun, Cortes and Burges, "The MNIST database of handwritten digits"). A
network that was trained on such images reads a drawing only if it gets the same treatment.
The pages draw by `web/src/elements/drawn.ts`, which does the same; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clearprop.errors import DataError

__all__ = ["as_mnist", "as_small_digit", "ink_of"]

Image = NDArray[np.float64]

SIDE, LONGER, CENTRE = 28, 20, 14
SMALL = 8
# Less ink than this share of the darkest pixel is the soft edge of a stroke, and not cut along.
_EDGE = 0.25


def ink_of(strokes: Sequence[Sequence[Sequence[float]]], side: int, width: float) -> Image:
    """The ink of strokes on a square canvas, ``(side, side)``, from 0 to 1.

    Between the points of a stroke, which a pointer gives far apart, the pen draws straight lines.

    Parameters
    ----------
    strokes
        Each a list of points ``(x, y)`` in pixels, y downwards. A single point is a dot.
    width
        Of the pen, in pixels.

    Examples
    --------
    >>> ink_of([[(2.5, 1.5), (2.5, 3.5)]], side=5, width=2)[:, 1:4]
    array([[0.08578644, 0.5       , 0.08578644],
           [0.5       , 1.        , 0.5       ],
           [0.5       , 1.        , 0.5       ],
           [0.5       , 1.        , 0.5       ],
           [0.08578644, 0.5       , 0.08578644]])
    """
    ink = np.zeros((side, side))
    reach = width / 2 + 1
    for stroke in strokes:
        points = [(float(x), float(y)) for x, y in stroke]
        for (x, y), (to_x, to_y) in zip(points, [*points[1:], points[-1]], strict=True):
            near = tuple(
                slice(max(0, int(min(a, b) - reach)), max(0, int(max(a, b) + reach) + 1))
                for a, b in ((y, to_y), (x, to_x))
            )
            rows, columns = np.mgrid[:side, :side][:, near[0], near[1]] + 0.5  # pixels' middles
            dx, dy = to_x - x, to_y - y
            along = ((columns - x) * dx + (rows - y) * dy) / (dx * dx + dy * dy or 1.0)
            along = np.clip(along, 0, 1)
            off = np.hypot(columns - x - along * dx, rows - y - along * dy)
            ink[near] = np.maximum(ink[near], np.clip(width / 2 + 0.5 - off, 0, 1))
    return ink


def as_mnist(ink: Image) -> Image:
    """The 28 x 28 pixels that a network trained on MNIST expects, from 0 to 1.

    Parameters
    ----------
    ink
        Of any size ``(rows, columns)``: 0 where nothing is drawn.

    Raises
    ------
    DataError
        For a canvas without ink.

    Examples
    --------
    >>> image = as_mnist(ink_of([[(20, 20), (20, 70)]], side=100, width=8))
    >>> image.shape, image.any(axis=1).sum(), np.flatnonzero(image.any(axis=0))
    ((28, 28), np.int64(20), array([13, 14, 15]))
    >>> as_mnist(np.zeros((9, 9)))
    Traceback (most recent call last):
    clearprop.errors.DataError: drawing: expected a digit; got a canvas without ink
    """
    cut = _cut(ink)  # (height, width)
    scale = LONGER / max(cut.shape)
    small = _shares(cut.shape[0], scale) @ cut @ _shares(cut.shape[1], scale).T
    small /= small.max()  # at most (20, 20)
    image = np.zeros((SIDE, SIDE))
    top, left = (_start(small.sum(axis=1 - axis), CENTRE, SIDE) for axis in (0, 1))
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return image


def as_small_digit(ink: Image) -> Image:
    """The 8 x 8 pixels of scikit-learn's digits, from 0 to 1.

    Those are counts of ink in the blocks of 32 x 32 points, and every digit has its full height
    (Alpaydin and Kaynak, "Optical recognition of handwritten digits", UCI).

    Raises
    ------
    DataError
        For a canvas without ink.

    Examples
    --------
    >>> image = as_small_digit(ink_of([[(20, 20), (20, 70)]], side=100, width=12))
    >>> image.shape, image.any(axis=1).sum(), np.flatnonzero(image.any(axis=0))
    ((8, 8), np.int64(8), array([3, 4]))
    """
    cut = _cut(ink)  # (height, width)
    down = SMALL / cut.shape[0]
    small = _shares(cut.shape[0], down) @ cut
    small = small @ _shares(cut.shape[1], min(down, SMALL / cut.shape[1])).T  # (8, at most 8)
    image = np.zeros((SMALL, SMALL))
    left = _start(small.sum(axis=0), (SMALL - 1) / 2, SMALL)
    image[:, left : left + small.shape[1]] = small
    return image


def _cut(ink: Image) -> Image:
    """The smallest box with all ink, ``(height, width)``."""
    drawn = ink > _EDGE * ink.max()
    if not drawn.any():
        raise DataError("drawing: expected a digit; got a canvas without ink")
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shares(n: int, scale: float) -> Image:
    """The mean over what each new pixel covers of `n` old ones: ``(new, n)``."""
    new = np.arange(int(np.ceil(n * scale - 1e-9)))[:, None]  # (new, 1)
    old = np.arange(n)  # (n,)
    covered = np.minimum((old + 1) * scale, new + 1) - np.maximum(old * scale, new)  # (new, n)
    return np.asarray(np.maximum(covered, 0.0))


def _start(mass: Image, centre: float, side: int) -> int:
    """Where rows (or columns) with this ink begin, so that their centre of mass is `centre`."""
    middle = (mass @ np.arange(len(mass))) / mass.sum()
    return int(np.clip(np.floor(centre - middle + 0.5), 0, side - len(mass)))
