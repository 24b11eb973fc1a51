"""The table that every reader returns: rows as they were read, not yet encoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clearprop.data.reading import AS_FOUND, Note, Reading
from clearprop.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import polars

    from clearprop.data.column import Column

Array: TypeAlias = NDArray[Any]

# The places of rows in the k-th of several files are their numbers there, plus k times this.
FILE_STEP = 1 << 40

# The most names that one message lists.
_LISTED = 12


@dataclass(frozen=True, eq=False)
class Table:
    """Rows as they were read: features X, and labels y if there are any.

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
        n names. For a matrix they are the column numbers from 0.
    target_name
        What the labels are called, or None.
    image_shape
        ``(height, width)`` if each row is an image.
    image_order
        How an image is unrolled: ``"C"``, row by row, or ``"F"``, column by column, as MATLAB does.
    test
        The test set, if the source has one; else None.
    places
        ``(m,)``: the number of each row in messages. It is the line in a text file, the number
        from 1 in a frame, or the index from 0 in a matrix. None: the rows are counted as they
        stand.
    place_word
        ``"line"`` or ``"row"``.
    files
        The names of the files, if there are several. Places then tell the file, too: they are the
        numbers in the file, plus its index times :data:`FILE_STEP`.
    reading
        How the source was read, and how its columns are meant.
    notes
        What the reader decided, for the story of a run.
    weights
        ``(m,)``: how much each row counts in training; None: all count alike.
    groups
        ``(m,)``: rows with the same whole number land in the same part when rows are split. None:
        every row is on its own.
    in_order
        Whether the numbers of `groups` are an order, as those of times: the last rows are those to
        test on.
    seconds
        How long it took to read the source.
    columns
        What each column of a frame is, once that is known; the frame then holds their types. None
        for a matrix, and for a frame as it was read.
    ids
        Columns that name the rows and are no features, or None.
    target_names
        The columns of the labels if there are several.

    Attributes
    ----------
    finite
        True if it was checked that no number of `X` and `y` is infinite.
    complete
        True if it was checked that no cell and no label is empty.

    Notes
    -----
    A table remembers its checks, so its cells are checked only once, where it comes in
    (:func:`clearprop.data.cells.ensure_finite` and :func:`clearprop.data.cells.handle_missing`).
    A selection of its rows or columns remembers them too. ``dataclasses.replace`` forgets them,
    since it may put in other cells.

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
    files: tuple[str, ...] = ()
    reading: Reading = AS_FOUND
    notes: tuple[Note, ...] = ()
    weights: Array | None = None
    groups: Array | None = None
    in_order: bool = False
    seconds: float = 0.0
    columns: tuple[Column, ...] | None = None
    ids: polars.DataFrame | None = None
    target_names: tuple[str, ...] = ()
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
        """The rows with these indices, in this order. Messages still name their old places.

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
            places=self.numbers[rows],
            weights=None if self.weights is None else self.weights[rows],
            groups=None if self.groups is None else self.groups[rows],
            ids=None if self.ids is None else self.ids[rows],
        )
        return taken.known_as(self.finite, self.complete)

    def without(self, names: Iterable[str]) -> Table:
        """The table without these feature columns; its test set likewise.

        Raises
        ------
        DataError
            For a name that is no feature, or if no feature would be left.

        Examples
        --------
        >>> table = Table("a.npy", np.array([[1.0, 2.0]]), None, ("0", "1"), None)
        >>> table.without(["0"]).X
        array([[2.]])
        """
        names = tuple(names)
        if not names:
            return self
        left_out = set(names_among(names, self.feature_names, self.source, "to leave out"))
        keep = [j for j, name in enumerate(self.feature_names) if name not in left_out]
        if not keep:
            raise DataError(f"{self.source}: no feature column is left")
        kept = replace(
            self,
            X=self.X[:, keep],
            feature_names=tuple(self.feature_names[j] for j in keep),
            image_shape=None,
            columns=None if self.columns is None else tuple(self.columns[j] for j in keep),
            test=None if self.test is None else self.test.without(names),
        )
        return kept.known_as(self.finite, self.complete)

    def known_as(self, finite: bool, complete: bool) -> Table:
        """The same table, marked with what a check found."""
        if (finite, complete) == (self.finite, self.complete):
            return self
        table = copy(self)  # `replace` would take five times as long, and forget the checks
        object.__setattr__(table, "finite", finite)
        object.__setattr__(table, "complete", complete)
        return table

    def place(self, i: int) -> str:
        """Where row i stands in the source: ``"line 4"``, ``"row 3"``, or ``"X[2]"``."""
        of_file, number = self._place(i)
        return of_file + (f"X[{number}]" if self.is_matrix else f"{self.place_word} {number}")

    def cell(self, i: int, j: int) -> str:
        """Where a cell stands: ``"line 4, column 'age'"``, or ``"X[2, 5]"``."""
        if self.is_matrix:
            of_file, number = self._place(i)
            return f"{of_file}X[{number}, {self.feature_names[j]}]"
        return f"{self.place(i)}, column {self.feature_names[j]!r}"

    def _place(self, i: int) -> tuple[str, int]:
        """The file of row i, if there are several, and its number there."""
        file, number = divmod(int(self.numbers[i]), FILE_STEP)
        return f"{self.files[file]}, " if self.files else "", number

    @property
    def numbers(self) -> Array:
        """``(m,)``: the number of each row in messages, as in `places`."""
        if self.places is not None:
            return self.places
        return np.arange(self.n_rows) + (0 if self.is_matrix else 1)  # (m,)


def names_among(
    typed: str | Iterable[str], known: Sequence[str], source: str, purpose: str
) -> tuple[str, ...]:
    """The columns that `typed` names. A name may hold a comma.

    Parameters
    ----------
    typed
        One name, several separated by commas, or a sequence of names. Neighbours in it are put
        together again where that is the name of a column.
    known
        The columns that there are.
    source, purpose
        The source and the use of the columns, for messages.

    Raises
    ------
    DataError
        For a name that is no column.

    Examples
    --------
    >>> names_among("size, cm,age", ("age", "size, cm"), "a.csv", "to leave out")
    ('size, cm', 'age')
    >>> names_among(["aeg"], ("age", "city"), "a.csv", "to leave out")
    Traceback (most recent call last):
    clearprop.errors.DataError: a.csv: no column 'aeg' to leave out (did you mean "age"?); the \
columns are age, city
    """
    columns = dict(zip(known, known, strict=True))
    columns |= {_squeezed(name) if "," in name else name.strip(): name for name in known}
    pieces = typed.split(",") if isinstance(typed, str) else [str(name) for name in typed]
    found: list[str] = []
    start = 0
    while start < len(pieces):
        # The longest run of pieces that is a name.
        for end in range(len(pieces), start, -1):
            name = columns.get(_squeezed(",".join(pieces[start:end])))
            if name is not None:
                found.append(name)
                start = end
                break
        else:
            name = pieces[start].strip()
            raise DataError(
                f"{source}: no column {name!r} {purpose}{did_you_mean(name, known)}; the columns "
                f"are {listing(known)}"
            )
    return tuple(dict.fromkeys(found))


def _squeezed(name: str) -> str:
    """A name without the blanks around its commas, which typing does not keep."""
    return ",".join(part.strip() for part in name.split(","))


def listing(names: Iterable[object]) -> str:
    """The names as a message lists them. A long list is shortened in the middle.

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
    """The shape of the images if the rows of a table look like images, else None.

    They do if n >= 64 is a square number and the values are those of pixels. Pixels are whole
    numbers from 0 to 255, or lie in about 0 to 1 if somebody has scaled them (the course's digits:
    -0.13 to 1.13). The Encoder scales pixels otherwise than columns of numbers.

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
