"""What the sample, the inputs and the outputs of an explanation are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from clearprop.network.architecture import Array

__all__ = ["Names"]


@dataclass(frozen=True)
class Names:
    """The names in an explanation, and how its inputs become an image.

    Attributes
    ----------
    source
        Where the sample comes from, such as ``"digits"``; or None.
    rows
        The numbers of the batch's rows there, from 0; empty if they are the batch's own.
    inputs, outputs
        A name for each unit of the first and of the last layer; or None.
    image_shape
        ``(height, width)`` if the inputs are the pixels of an image.
    image_order
        ``"C"`` if the pixels come row by row, ``"F"`` if they come column by column.
    seen, truth
        What the network says and what is right, in the user's words; or None.
    interval
        The prediction interval of each number, from low to high in the user's words; or None.
    margins
        What was added at both ends of each interval, in the unit of the outputs; below 0 it was
        narrowed. Or None.
    encoded, standardised
        Whether the inputs, and the targets, differ from the user's own numbers.
    networks
        How many networks the model averages; the first of them is explained.
    answer
        What their average says, in the user's words; None for one network.
    binned
        The first input that is a bin of a number, from 1; or None.
    dropout
        The share of hidden units that each step of the training left out.

    Examples
    --------
    >>> names = Names(inputs=("height", "width"), outputs=("iris",))
    >>> names.inputs[1]
    'width'
    """

    source: str | None = None
    rows: tuple[int, ...] = ()
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    image_shape: tuple[int, int] | None = None
    image_order: Literal["C", "F"] = "C"
    seen: str | None = None
    truth: str | None = None
    interval: str | None = None
    margins: tuple[float, ...] | None = None
    encoded: bool = False
    standardised: bool = False
    networks: int = 1
    answer: str | None = None
    binned: int | None = None
    dropout: float = 0.0

    def image(self, x: Array) -> Array:
        """The inputs ``(s_1,)`` as an image ``(height, width)``.

        Examples
        --------
        >>> Names(image_shape=(2, 2), image_order="F").image(np.arange(4))
        array([[0, 2],
               [1, 3]])
        """
        assert self.image_shape is not None
        return x.reshape(self.image_shape, order=self.image_order)

    def pixel(self, unit: int) -> tuple[int, int]:
        """Row and column of an input. The unit, its row and its column are counted from 1.

        Examples
        --------
        >>> Names(image_shape=(2, 2), image_order="F").pixel(2)
        (2, 1)
        """
        assert self.image_shape is not None
        row, column = np.unravel_index(unit - 1, self.image_shape, order=self.image_order)
        return int(row) + 1, int(column) + 1
