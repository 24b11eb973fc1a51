"""Rows that lie in a file, any of which can be read: as tables, like those that `read` gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from clearprop.data.blocks.arrays import FileArray
from clearprop.data.cells import ensure_finite
from clearprop.data.table import Array, Table

__all__ = ["ArrayRows", "RowFile"]

Ranges = list[tuple[int, int]]


class RowFile(Protocol):
    """Rows in a file."""

    @property
    def source(self) -> str:
        """What messages call them."""

    @property
    def n_rows(self) -> int:
        """m."""

    @property
    def row_bytes(self) -> int:
        """The bytes of a row in the file."""

    @property
    def head(self) -> Table:
        """A table of the same columns, names, reading and notes; its rows are some of the first."""

    @property
    def texts(self) -> tuple[Sequence[str], ...]:
        """The texts of each column of labels whose numbers stand in `y`; ``()`` for numbers."""

    @property
    def test(self) -> RowFile | None:
        """The test set, if the source has one."""

    def table(self, ranges: Ranges) -> Table:
        """The rows of all ranges ``(start, stop)``, one range after another, in their types.

        Its labels are numbers: for texts their index in `texts`, -1 for an empty one.

        Raises
        ------
        DataError
            For a file that has become shorter, and for infinite numbers.
        """


@dataclass(frozen=True, eq=False)
class ArrayRows:
    """The rows of arrays: NPY, NPZ, IDX.

    Attributes
    ----------
    source
        What messages call them.
    X
        ``(m, n)``, or images ``(m, height, width)``.
    y
        ``(m,)`` or ``(m, K)``; None: a column of X, or no labels.
    column
        The column of X with the labels, or None.
    target_name
        What the labels are called, or None.
    test
        The test set, or None.
    """

    source: str
    X: FileArray
    y: FileArray | None
    column: int | None
    target_name: str | None
    test: ArrayRows | None = None
    texts: tuple[Sequence[str], ...] = ()

    @property
    def n_rows(self) -> int:
        """m."""
        return len(self.X)

    @property
    def row_bytes(self) -> int:
        """The bytes of a row in both files."""
        return self.X.row_bytes + (0 if self.y is None else self.y.row_bytes)

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """The shape of the images where the file tells it."""
        return (self.X.shape[1], self.X.shape[2]) if len(self.X.shape) > 2 else None

    @property
    def head(self) -> Table:
        """The first row, which tells the columns."""
        return self.table([(0, 1)])

    def table(self, ranges: Ranges) -> Table:
        """As in :class:`RowFile`."""
        X = self.X.rows(ranges)
        X = X.reshape(len(X), -1)  # (m, n)
        if X.dtype == bool:
            X = X.astype(np.uint8)
        y: Array | None = None
        names = tuple(str(j) for j in range(X.shape[1]) if j != self.column)
        if self.column is not None:
            y = X[:, self.column]
            X = np.delete(X, self.column, axis=1)
        elif self.y is not None:
            y = self.y.rows(ranges)
            if y.ndim == 2 and y.shape[1] == 1:
                y = y[:, 0]
        places = numbers_of(ranges)
        table = Table(
            self.source,
            X,
            y,
            names,
            self.target_name,
            image_shape=self.image_shape,
            places=places,
        )
        return ensure_finite(table)


def numbers_of(ranges: Ranges) -> Array:
    """The numbers of the rows in all ranges, from 0, ``(m,)``.

    Examples
    --------
    >>> numbers_of([(5, 7), (0, 2)]).tolist()
    [5, 6, 0, 1]
    """
    parts = [np.arange(start, stop) for start, stop in ranges]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def ranges_within(start: int, stop: int, step: int) -> list[Ranges]:
    """The rows from `start` to `stop` in ranges of `step` rows, for one reading each.

    Examples
    --------
    >>> ranges_within(0, 5, 2)
    [[(0, 2)], [(2, 4)], [(4, 5)]]
    """
    return [[(at, min(at + step, stop))] for at in range(start, stop, step)]
