"""What every reader returns: rows as they were read, with nothing encoded yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clearprop.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import polars

Array: TypeAlias = NDArray[Any]

# More names than this make a message unreadable.
_LISTED = 12


@dataclass(frozen=True, eq=False)
class Table:
    """Rows as they were read: features X and, where there are any, labels y.

    Parameters
    ----------
    source
        What messages call it: a path, or ``"digits"``.
    X
        ``(m, n)``: a matrix of numbers, or a Polars frame of columns of several types. An empty
        cell is NaN in a matrix and null in a frame.
    y
        ``(m,)`` numbers or text, ``(m, K)`` for several labels a row, or None. An empty label is
        NaN or None.
    feature_names
        n names; of a matrix, the numbers of its columns from 0.
    target_name
        What the labels are called, or None.
    image_shape
        ``(height, width)`` where a row is an image.
    image_order
        How an image is unrolled: ``"C"``, row by row, or ``"F"``, column by column, as MATLAB does.
    test
        The test set that the source brings along, or None.
    places
        ``(m,)``: the number by which messages call each row: its line in a text file, its number
        from 1 in a frame, its index from 0 in a matrix. None: as they stand.
    place_word
        ``"line"`` or ``"row"``.

    Attributes
    ----------
    finite
        Whether somebody has looked: no number of `X` and `y` is infinite.
    complete
        Whether somebody has looked: no cell and no label is empty.

    Notes
    -----
    A table carries what is known of it, so that its cells are looked at once, where it comes in
    (:func:`clearprop.data.cells.ensure_finite` and :func:`clearprop.data.cells.handle_missing`).
    Rows and columns that are taken out of it carry it too. ``dataclasses.replace`` forgets it,
    since it may bring other cells.

    Examples
    --------
    >>> table = Table("made.npy", np.eye(3), np.array([1, 2, 3]), ("0", "1", "2"), "y")
    >>> table.n_rows, table.take([2, 0]).y.tolist()
    (3, [3, 1])
    """

    source: str
    X: Array | polars.DataFrame
    y: Array | None
    feature_names: tuple[str, ...]
    target_name: str | None
    image_shape: tuple[int, int] | None = None
    image_order: Literal["C", "F"] = "C"
    test: Table | None = None
    places: Array | None = None
    place_word: str = "row"
    finite: bool = field(default=False, init=False)
    complete: bool = field(default=False, init=False)

    @property
    def n_rows(self) -> int:
        """m, the number of rows."""
        return int(self.X.shape[0])

    @property
    def is_matrix(self) -> bool:
        """Whether X is a matrix of numbers rather than a frame."""
        return isinstance(self.X, np.ndarray)

    def take(self, rows: Any) -> Table:
        """The rows of these indices, in this order; they keep their places in messages.

        Examples
        --------
        >>> table = Table("a.npy", np.array([[1.0], [2.0]]), None, ("0",), None)
        >>> table.take([1]).cell(0, 0)
        'X[1, 0]'
        """
        rows = np.asarray(rows)
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.int64)
        taken = replace(
            self,
            X=self.X[rows],
            y=None if self.y is None else self.y[rows],
            places=self._places[rows],
        )
        return taken.known_as(self.finite, self.complete)

    def without(self, names: Iterable[str]) -> Table:
        """The table without these feature columns; its test set likewise.

        Raises
        ------
        DataError
            For a name that is no feature, or where no feature would be left.

        Examples
        --------
        >>> table = Table("a.npy", np.array([[1.0, 2.0]]), None, ("0", "1"), None)
        >>> table.without(["0"]).X
        array([[2.]])
        """
        names = list(names)
        for name in names:
            if name not in self.feature_names:
                raise DataError(
                    f"{self.source}: no column {name!r} to leave out"
                    f"{did_you_mean(name, self.feature_names)}; the columns are "
                    f"{listing(self.feature_names)}"
                )
        keep = [j for j, name in enumerate(self.feature_names) if name not in names]
        if not keep:
            raise DataError(f"{self.source}: no feature column is left")
        kept = replace(
            self,
            X=self.X[:, keep],
            feature_names=tuple(self.feature_names[j] for j in keep),
            image_shape=self.image_shape if not names else None,
            test=None if self.test is None else self.test.without(names),
        )
        return kept.known_as(self.finite, self.complete)

    def known_as(self, finite: bool, complete: bool) -> Table:
        """The same cells with what somebody who has looked at them knows."""
        if (finite, complete) == (self.finite, self.complete):
            return self
        table = replace(self)
        object.__setattr__(table, "finite", finite)
        object.__setattr__(table, "complete", complete)
        return table

    def place(self, i: int) -> str:
        """Where row i stands in the source: ``"line 4"``, ``"row 3"``, or ``"X[2]"``."""
        number = int(self._places[i])
        return f"X[{number}]" if self.is_matrix else f"{self.place_word} {number}"

    def cell(self, i: int, j: int) -> str:
        """Where a cell stands: ``"line 4, column 'age'"``, or ``"X[2, 5]"``."""
        if self.is_matrix:
            return f"X[{int(self._places[i])}, {self.feature_names[j]}]"
        return f"{self.place(i)}, column {self.feature_names[j]!r}"

    @property
    def _places(self) -> Array:
        if self.places is not None:
            return self.places
        return np.arange(self.n_rows) + (0 if self.is_matrix else 1)  # (m,)


def listing(names: Iterable[object]) -> str:
    """The names for a message, shortened in the middle where there are many.

    Examples
    --------
    >>> listing(["age", "city"])
    'age, city'
    >>> listing(range(100))
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..., 99 (100 in all)'
    """
    texts = [str(name) for name in names]
    if len(texts) <= _LISTED:
        return ", ".join(texts)
    return f"{', '.join(texts[: _LISTED - 1])}, ..., {texts[-1]} ({len(texts)} in all)"


def count(number: int, word: str) -> str:
    """``"1 row"``, ``"1,797 rows"``: a number and its noun."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def guess_image_shape(
    n: int, smallest: float, largest: float, whole: bool
) -> tuple[int, int] | None:
    """The shape of a row where a table without one looks like images, else None.

    That is: n >= 64 is a square number, and all values are whole ones from 0 to 255, or, as images
    that somebody has scaled, lie in about 0 to 1 (the course's digits: -0.13 to 1.13). It matters
    for the scaling: pixels share one unit, and dividing each by its own spread would blow up the
    noise of those that are hardly ever inked.

    Examples
    --------
    >>> guess_image_shape(784, 0, 255, whole=True)
    (28, 28)
    >>> guess_image_shape(784, -3.1, 2.9, whole=False) is None
    True
    """
    side = round(n**0.5)
    if side * side != n or side < 8:
        return None
    in_range = (
        (smallest >= 0 and 1 <= largest <= 255)
        if whole
        else (smallest >= -0.5 and 0.5 <= largest <= 1.5)
    )
    return (side, side) if in_range else None
