"""Batches of rows and datasets of pyarrow become arrays: in memory, or mapped from a folder.

A random block can be read from a file and not from an iterator. So batches are iterated once, and
what does not fit into a window is written to a temporary folder, from which each epoch reads.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _get_feature_names

from clearprop.data.table import count, listing
from clearprop.engines.protocol import Rows
from clearprop.errors import DataError, ParameterError, did_you_mean, shown
from clearprop.estimators.labels import check_labels
from clearprop.estimators.mapped import STREAM_MEMORY
from clearprop.network.architecture import Array
from clearprop.training.stream import joined

__all__ = ["Collected", "collected"]

_BATCH_BYTES = 2**22  # of a dataset, which reads some batches ahead
_FREE_BYTES = 2**26  # that are left on a disk


class Collected(NamedTuple):
    """Rows, labels and weights as arrays, and the names of the columns where batches have some."""

    X: Any
    y: Any
    sample_weight: Any
    names: Array | None = None


@contextmanager
def collected(
    X: Any, y: Any, sample_weight: Any, window_rows: int | None = None
) -> Iterator[Collected]:
    """The rows of batches or of a dataset as arrays; anything else as it is.

    Parameters
    ----------
    X, y, sample_weight
        As `fit` takes them.
    window_rows
        How many rows are kept in memory; None: as many as half of a stream's memory holds. More
        are memory-mapped from a temporary folder, which is removed at the end of the context.

    Raises
    ------
    DataError
        For batches that do not fit together, naming the first one, and where the disk is full.

    Examples
    --------
    >>> batches = [(np.zeros((2, 3)), [0, 1]), (np.ones((1, 3)), [1])]
    >>> with collected(batches, None, None) as rows:
    ...     rows.X.shape, rows.y
    ((3, 3), array([0, 1, 1]))
    """
    if _is_dataset(X):
        batches, names = _of_dataset(X, y, sample_weight)
    elif y is None and _are_batches(X):
        batches, names = iter(X() if callable(X) else X), None
    else:
        yield Collected(X, y, sample_weight)
        return
    folder = _Folder()
    try:
        yield _joined(batches, names, folder, window_rows)
    finally:
        folder.remove()


def _are_batches(X: Any) -> bool:
    return callable(X) or (isinstance(X, Iterable) and not hasattr(X, "shape"))


def _is_dataset(X: Any) -> bool:
    """Whether this is a dataset or a table of pyarrow, without an import of it."""
    return hasattr(X, "to_batches") and hasattr(X, "schema")


# -- Batches, one after another --------------------------------------------------------------------


class _Batch(NamedTuple):
    X: Any
    y: Array
    weight: Array | None


def _joined(
    batches: Iterator[Any], names: Array | None, folder: _Folder, window_rows: int | None
) -> Collected:
    """All batches as arrays; the inputs are on disk where they do not fit."""
    inputs = _Inputs(folder, window_rows)
    labels: list[Array] = []
    weights: list[Array] = []
    for number, given in enumerate(batches, start=1):
        name = f"batch {number}"
        batch = _checked(given, name)
        if number == 1 and names is None:
            names = _get_feature_names(given[0])
        inputs.add(batch.X, name)
        labels.append(batch.y)
        if batch.weight is not None:
            weights.append(batch.weight)
        if len(weights) not in (0, number):
            raise DataError(f"{name}: expected weights in every batch or in none")
    if not labels:
        raise DataError("batches: expected at least one (X, y); there was none")
    try:
        y = np.concatenate(labels)
    except ValueError:
        raise DataError("batches: expected labels of one shape in all of them") from None
    return Collected(inputs.whole(), y, np.concatenate(weights) if weights else None, names)


def _checked(given: Any, name: str) -> _Batch:
    """A batch as arrays of as many rows."""
    if not isinstance(given, tuple | list) or len(given) not in (2, 3):
        raise DataError(
            f"{name}: expected (X, y) or (X, y, sample_weight); got {shown(given)}; fit(X, y) "
            "takes rows that are not in batches"
        )
    X, y, *others = given
    check_labels(f"y of {name}", y)
    try:
        X = check_array(X, accept_sparse="csr", ensure_min_samples=0)  # (b, s_1)
    except ValueError as error:
        raise DataError(f"{name}: {error}") from None
    y = np.asarray(y)
    weight = np.asarray(others[0], np.float64) if others and others[0] is not None else None
    lengths = {len(part) for part in (y, weight) if part is not None}
    if lengths != {X.shape[0]}:
        raise DataError(
            f"{name}: expected as many labels and weights as rows, {X.shape[0]}; got "
            f"{' and '.join(map(str, sorted(lengths)))}"
        )
    return _Batch(X, y, weight)


class _Inputs:
    """The inputs of all batches, in memory while they fit into a window, or else in a folder."""

    def __init__(self, folder: _Folder, window_rows: int | None) -> None:
        self._folder, self._window_rows = folder, window_rows
        self._kept: list[Any] = []
        self._columns, self._sparse, self._dtype = 0, False, np.dtype(np.float64)
        self._kind: Any = None  # of sparse rows: SciPy's array or matrix
        self._rows = self._bytes = 0

    def add(self, X: Any, name: str) -> None:
        """Keep the rows of a batch."""
        sparse, stored = hasattr(X, "tocsr"), _stored(X.dtype)
        if not self._rows:
            self._columns, self._sparse, self._dtype = X.shape[1], sparse, stored
            self._kind = type(X)
        if (X.shape[1], sparse) != (self._columns, self._sparse):
            raise DataError(
                f"{name}: expected {_described(self._columns, self._sparse)}, as before; got "
                f"{_described(X.shape[1], sparse)}"
            )
        if not np.can_cast(stored, self._dtype):
            raise DataError(
                f"{name}: expected numbers of {self._dtype}, as before; got {X.dtype}; convert all "
                "batches to one dtype"
            )
        X = X.astype(self._dtype, copy=False)
        self._kept.append(X)
        self._rows += X.shape[0]
        self._bytes += X.nnz * 12 if sparse else X.size * (4 if X.dtype == np.float32 else 8)
        if not self._fits:
            self._move()

    @property
    def _fits(self) -> bool:
        if self._window_rows is not None:
            return self._rows <= self._window_rows
        return self._bytes <= STREAM_MEMORY // 2

    def _move(self) -> None:
        """Move what is in memory to the folder."""
        for X in self._kept:
            if self._sparse:
                self._folder.append("data", X.data)
                self._folder.append("indices", X.indices.astype(np.int32, copy=False))
                self._folder.append("lengths", np.diff(X.indptr).astype(np.int64))
            else:
                self._folder.append("X", X)
        self._kept = []

    def whole(self) -> Any:
        """All rows, ``(m, s_1)``."""
        if self._kept:
            return joined([Rows(X) for X in self._kept]).X
        shape = self._rows, self._columns
        if not self._sparse:
            return self._folder.mapped("X", self._dtype).reshape(shape)
        ends = np.cumsum(self._folder.mapped("lengths", np.int64))  # (m,)
        starts = np.concatenate([[0], ends])  # (m + 1,)
        data = self._folder.mapped("data", self._dtype)
        return self._kind((data, self._folder.mapped("indices", np.int32), starts), shape=shape)


def _stored(dtype: Any) -> Any:
    """The dtype in which numbers are stored: bytes as they are, for images are four times as large
    in float32; else what training computes in.
    """
    return np.dtype(dtype if dtype in (np.uint8, np.float32) else np.float64)


def _described(columns: int, sparse: bool) -> str:
    return f"{count(columns, 'column')}{' of a sparse matrix' if sparse else ''}"


class _Folder:
    """A temporary folder that is made when the first file in it is."""

    def __init__(self) -> None:
        self._path: Path | None = None

    def append(self, name: str, array: Array) -> None:
        """Write an array behind what the file holds.

        Raises
        ------
        DataError
            If the disk is full, before it is.
        """
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="clearprop-", dir=_large_disk()))
        free = shutil.disk_usage(self._path).free
        try:
            if free < array.nbytes + _FREE_BYTES:
                raise OSError
            with (self._path / name).open("ab") as file:
                np.ascontiguousarray(array).tofile(file)
        except OSError:
            raise DataError(
                f"batches: they do not fit into memory, and {self._path.parent} has no room for "
                f"them ({free / 1e9:.1f} GB free); set TMPDIR to a folder with more"
            ) from None

    def mapped(self, name: str, dtype: Any) -> Array:
        """A file as an array."""
        assert self._path is not None
        return np.memmap(self._path / name, dtype, "r")

    def remove(self) -> None:
        """Remove the folder and all in it. On Windows a file that is still mapped may stay."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)


def _large_disk() -> str | None:
    """Where large temporary files belong. /tmp is memory on many systems, and /var/tmp is not."""
    stated, large = os.environ.get("TMPDIR"), "/var/tmp"
    if stated is None and os.path.isdir(large) and os.access(large, os.W_OK):
        return large
    return None


# -- Datasets of pyarrow ---------------------------------------------------------------------------


def _of_dataset(dataset: Any, y: Any, sample_weight: Any) -> tuple[Iterator[Any], Array]:
    """The batches of a dataset, and the names of its inputs: all columns but `y` and weights."""
    names = list(dataset.schema.names)
    own = [y] if isinstance(y, str) else list(y) if isinstance(y, tuple | list) else [y]
    aside = own if sample_weight is None else [*own, sample_weight]
    wrong = [name for name in aside if not isinstance(name, str) or name not in names]
    if wrong:
        raise ParameterError(
            f"y, sample_weight: expected names of columns of the dataset ({listing(names)}); got "
            f"{shown(wrong[0])}{did_you_mean(str(wrong[0]), names)}"
        )
    inputs = [name for name in names if name not in aside]
    rows = max(1, _BATCH_BYTES // (8 * len(names)))
    if hasattr(dataset, "scanner"):
        ahead = {"batch_readahead": 2, "fragment_readahead": 1}
        batches = dataset.to_batches(batch_size=rows, **ahead)
    else:  # a table
        batches = dataset.to_batches(max_chunksize=rows)

    def arrays() -> Iterator[Any]:
        for batch in batches:
            X = np.column_stack([_numbers(batch, name) for name in inputs])  # (b, s_1)
            labels = [_column(batch, name) for name in own]
            weight = None if sample_weight is None else _column(batch, sample_weight)
            yield X, labels[0] if isinstance(y, str) else np.column_stack(labels), weight

    return arrays(), np.array(inputs, object)


def _column(batch: Any, name: str) -> Array:
    return np.asarray(batch.column(name).to_numpy(zero_copy_only=False))


def _numbers(batch: Any, name: str) -> Array:
    column = _column(batch, name)
    if column.dtype.kind not in "biuf":
        raise DataError(
            f"column {name!r}: expected numbers; got {batch.schema.field(name).type}; leave it "
            "out, or train on the file: clearprop train encodes text and dates"
        )
    return column
