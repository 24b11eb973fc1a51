"""Images that are learned shifted, too: more training data from the same rows.

A digit that is shifted by a pixel is the same digit, but many inputs have another value. A network
does not know which inputs are neighbours. Shifted copies show it.

Sources: A. Ng, *Machine Learning* (Coursera), week 11, "Getting lots of data and artificial data";
M. Nielsen, *Neural Networks and Deep Learning*, ch. 3, "Artificially expanding the training data".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

import numpy as np

from clearprop.data.table import Table
from clearprop.engines.protocol import Rows
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array
from clearprop.training.stream import Blocks, Stream, joined, picked
from clearprop.training.windows import small_block, window_rows

__all__ = ["Images", "InBlocks", "Shifted", "copies_of", "shift_of", "shifted"]

# Images and copies of at most so many bytes are made before training. The networks of a search have
# their own, all at once.
_HELD_BYTES = 2**24

# Of more, so many bytes are in memory at a time, and at least so many minibatches.
_WINDOW_BYTES, _BATCHES = 2**27, 8

# The images that are looked at, and how much less neighbours differ. The digits' differ by 0.31 and
# 0.63 of what any two pixels do, MNIST's by 0.20, the columns of a table by 1.
_LOOK, _ALIKE = 1000, 0.8

# Up, down, left and right, in rows and columns.
_WAYS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def copies_of(pixels: int) -> int:
    """How often an image is learned: as it is, and shifted each way by each number of pixels.

    Examples
    --------
    >>> copies_of(0), copies_of(1), copies_of(2)
    (1, 5, 9)
    """
    return 1 + len(_WAYS) * pixels


def shift_of(pixels: int, table: Table, inputs: int, stated: bool) -> int:
    """How far the rows of a table are shifted; 0: not at all.

    Parameters
    ----------
    pixels
        How far they are to be shifted.
    inputs
        Of the network. Images with empty cells have more of them than pixels; they stay.
    stated
        Whether a user asked for it. Otherwise rows whose neighbouring pixels are not alike stay,
        too: a table of 64 columns may only look like images.

    Raises
    ------
    ParameterError
        For so many pixels that nothing of an image would be left.
    """
    if not pixels or table.image_shape is None or inputs != math.prod(table.image_shape):
        return 0
    side = min(table.image_shape)
    if not stated:
        return pixels if pixels < side and _neighbours_alike(table) else 0
    if pixels >= side:
        raise ParameterError(
            f"shift: expected less than {side}, the pixels of a side; got {pixels}"
        )
    return pixels


def _neighbours_alike(table: Table) -> bool:
    """Whether pixels differ less from their neighbours than from others, both down and across."""
    assert table.image_shape is not None
    X = np.asarray(table.X[:_LOOK], np.float64)
    height, width = table.image_shape
    images = X.reshape(-1, *((height, width) if table.image_order == "C" else (width, height)))
    anywhere = 2 * X.var(axis=1).mean()  # the mean of (x_i - x_j)^2
    between = [(np.diff(images, axis=axis) ** 2).mean() for axis in (1, 2)]
    return bool(max(between) < _ALIKE * anywhere)


@dataclass(frozen=True)
class Images:
    """What the inputs of a network are, and how far they are shifted.

    Attributes
    ----------
    shape
        Height and width.
    order
        ``"C"``: inputs go row by row; ``"F"``: column by column.
    pixels
        Images are shifted by 1 to so many pixels.
    """

    shape: tuple[int, int]
    order: Literal["C", "F"]
    pixels: int

    @classmethod
    def of(cls, table: Table, pixels: int) -> Images:
        """The images that the rows of a table are."""
        assert table.image_shape is not None
        return cls(table.image_shape, table.image_order, pixels)

    @cached_property
    def sources(self) -> Array:
        """For each copy, where each of its inputs comes from: ``(copies, inputs)``.

        What moves in at an edge is the edge itself, once more.

        Examples
        --------
        >>> Images((2, 2), "C", 1).sources.tolist()
        [[0, 1, 2, 3], [2, 3, 2, 3], [0, 1, 0, 1], [1, 1, 3, 3], [0, 0, 2, 2]]
        """
        height, width = self.shape
        inputs = np.arange(height * width).reshape(self.shape, order=self.order)
        moves = [(0, 0)]
        moves += [(n * i, n * j) for n in range(1, self.pixels + 1) for i, j in _WAYS]
        found = []
        for down, right in moves:
            rows = np.clip(np.arange(height) - down, 0, height - 1)  # (height,)
            columns = np.clip(np.arange(width) - right, 0, width - 1)  # (width,)
            found.append(inputs[np.ix_(rows, columns)].ravel(order=self.order))
        return np.array(found)


@dataclass(frozen=True, eq=False)
class InBlocks:
    """Rows in memory, in blocks of so many; see :class:`clearprop.training.stream.Blocks`."""

    rows: Rows
    block_rows: int = 1

    @cached_property
    def sizes(self) -> Sequence[int]:
        """The rows of each block."""
        m, b = self.rows.X.shape[0], self.block_rows
        return [min(b, m - begin) for begin in range(0, m, b)]

    def read(self, numbers: Sequence[int]) -> Rows:
        """Copies of those blocks."""
        b = self.block_rows
        index = (np.asarray(numbers, np.int64)[:, None] * b + np.arange(b)).ravel()
        return picked(self.rows, index[index < self.rows.X.shape[0]])


@dataclass(frozen=True, eq=False)
class Shifted:
    """Blocks of images, followed by the blocks of each of their copies.

    Examples
    --------
    >>> rows = Rows(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[1.0]]))
    >>> blocks = Shifted(InBlocks(rows), Images((2, 2), "C", 1))
    >>> blocks.sizes
    [1, 1, 1, 1, 1]
    >>> blocks.read([0, 1, 4]).X.tolist()  # as it is, shifted up, shifted to the right
    [[1.0, 2.0, 3.0, 4.0], [3.0, 4.0, 3.0, 4.0], [1.0, 1.0, 3.0, 3.0]]
    """

    blocks: Blocks
    images: Images

    @cached_property
    def sizes(self) -> Sequence[int]:
        """The rows of each block."""
        return list(self.blocks.sizes) * copies_of(self.images.pixels)

    def read(self, numbers: Sequence[int]) -> Rows:
        """Those blocks, shifted."""
        n = len(self.blocks.sizes)
        parts = []
        for copy, group in groupby(numbers, key=lambda number: number // n):
            rows = self.blocks.read([number % n for number in group])
            if copy:
                X = np.take(rows.X, self.images.sources[copy], axis=1)  # (m, s_1), in C order
                rows = rows._replace(X=X)
            parts.append(rows)
        return joined(parts)


def shifted(rows: Rows | Stream, images: Images, batch: int, whole: bool = False) -> Rows | Stream:
    """The rows and their copies: as a stream, unless they take little memory.

    Parameters
    ----------
    rows
        Rows in memory, or a stream of them.
    batch
        The rows of a minibatch.
    whole
        Whether all of them are held in any case, for a solver that takes all rows in each step.
    """
    copies = copies_of(images.pixels)
    if isinstance(rows, Stream):
        weight = None if rows.weight is None else rows.weight * copies
        return Stream(Shifted(rows.blocks, images), rows.window_rows, weight)
    m = rows.X.shape[0]
    row_bytes = sum(array[:1].nbytes for array in rows if array is not None)
    if whole or m * copies * row_bytes <= _HELD_BYTES:
        return Shifted(InBlocks(rows, m), images).read(range(copies))
    window = max(window_rows(_WINDOW_BYTES, row_bytes), _BATCHES * batch)
    weight = None if rows.sample_weight is None else copies * float(rows.sample_weight.sum())
    blocks = Shifted(InBlocks(rows, min(m, small_block(window))), images)
    return Stream(blocks, window, weight, made_from=rows)
