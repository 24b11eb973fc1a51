"""Typed rows in a file without a name: it is gone when the process ends, however it ends.

Text and columns of a frame cannot be read by rows. So they are parsed once, and each row is written
as one record: its numbers, the numbers of its texts, its moments. Any rows can be read back.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.blocks.arrays import bytes_of, read_ranges
from clearprop.data.blocks.rows import Ranges, RowFile
from clearprop.data.cells import ensure_finite
from clearprop.data.column import Column
from clearprop.data.table import Array, Table
from clearprop.errors import DataError

__all__ = ["CachedRows", "Layout", "cached"]

# A column with more different texts than that takes too much memory to hold them.
_MOST_TEXTS = 1_000_000

_NO_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Layout:
    """How a row is written.

    Attributes
    ----------
    numbers, texts, times
        Which columns are numbers, texts (categories and booleans), and dates.
    time_types
        The type of each column of dates in a frame.
    labels
        How many columns of labels there are, and whether they are texts.
    weighted
        Whether rows have weights.
    """

    numbers: tuple[int, ...]
    texts: tuple[int, ...]
    times: tuple[int, ...]
    time_types: tuple[Any, ...]
    labels: int
    label_texts: bool
    weighted: bool

    @classmethod
    def of(cls, table: Table, label_texts: bool) -> Layout:
        """The layout of typed rows."""
        assert table.columns is not None
        assert isinstance(table.X, pl.DataFrame)
        kinds = [column.kind for column in table.columns]
        times = tuple(j for j, kind in enumerate(kinds) if kind == "dates")
        y = table.y
        return cls(
            tuple(j for j, kind in enumerate(kinds) if kind == "numbers"),
            tuple(j for j, kind in enumerate(kinds) if kind in ("categories", "booleans")),
            times,
            tuple(table.X.dtypes[j] for j in times),
            0 if y is None else 1 if y.ndim == 1 else y.shape[1],
            label_texts,
            table.weights is not None,
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """One record: place, numbers, times, weight, texts, labels."""
        label = np.int32 if self.label_texts else np.float64
        fields: list[tuple[str, Any, tuple[int, ...]]] = [
            ("place", np.int64, ()),
            ("numbers", np.float64, (len(self.numbers),)),
            ("times", np.int64, (len(self.times),)),
            ("weight", np.float64, (int(self.weighted),)),
            ("labels", label, (self.labels,)),
            ("texts", np.int32, (len(self.texts),)),
        ]
        return np.dtype(fields)


@dataclass(eq=False)
class _Texts:
    """The different texts of a column, in the order in which they came, and their numbers."""

    numbers: dict[str, int] = field(default_factory=dict)

    def codes(self, source: str, name: str, series: pl.Series) -> Array:
        """The number of each text, ``(m,)`` of int32; -1 for an empty cell."""
        for text in series.drop_nulls().unique(maintain_order=True).to_list():
            self.numbers.setdefault(text, len(self.numbers))
        if len(self.numbers) > _MOST_TEXTS:
            raise DataError(
                f"{source}: column {name!r} has more than {_MOST_TEXTS:,} different texts; leave "
                "it out (--without)"
            )
        codes = series.cast(pl.Enum(list(self.numbers))).to_physical()
        found: Array = codes.cast(pl.Int32).fill_null(-1).to_numpy()
        return found


@dataclass(eq=False)
class CachedRows:
    """Rows that were written by :func:`cached`; see :class:`clearprop.data.blocks.rows.RowFile`."""

    source: str
    head: Table
    layout: Layout
    file: io.FileIO
    named: bool
    n_rows: int = 0
    label_dtype: Any = None
    test: RowFile | None = None
    levels: list[_Texts] = field(default_factory=list)
    label_levels: list[_Texts] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def row_bytes(self) -> int:
        """The bytes of a record."""
        return self.layout.dtype.itemsize

    @property
    def texts(self) -> tuple[Sequence[str], ...]:
        """As in :class:`RowFile`."""
        return tuple(list(of.numbers) for of in self.label_levels)

    def write(self, table: Table, labels: Sequence[pl.Series] | None) -> None:
        """Write typed rows behind those that are there; `labels` are theirs, where they are text.

        Raises
        ------
        OSError
            For a file that cannot be written.
        """
        layout, frame = self.layout, table.X
        assert isinstance(frame, pl.DataFrame)
        records = np.zeros(table.n_rows, layout.dtype)  # (m,)
        records["place"] = table.numbers
        for k, j in enumerate(layout.numbers):
            column = frame.to_series(j).cast(pl.Float64).fill_null(float("nan"))
            records["numbers"][:, k] = column.to_numpy()
        for k, j in enumerate(layout.times):
            moments = frame.to_series(j).cast(layout.time_types[k])
            records["times"][:, k] = (
                moments.to_physical().cast(pl.Int64).fill_null(_NO_TIME).to_numpy()
            )
        for k, j in enumerate(layout.texts):
            name = frame.columns[j]
            records["texts"][:, k] = self.levels[k].codes(self.source, name, frame.to_series(j))
        if table.weights is not None:
            records["weight"][:, 0] = table.weights
        if labels is not None:
            for k, series in enumerate(labels):
                name = table.target_name or "y"
                records["labels"][:, k] = self.label_levels[k].codes(self.source, name, series)
        elif table.y is not None:
            records["labels"] = table.y.reshape(table.n_rows, -1)
            kind = table.y.dtype
            same = self.label_dtype is None or kind == self.label_dtype
            self.label_dtype = kind if same else np.result_type(kind, self.label_dtype)
        self.file.write(bytes_of(records))
        self.n_rows += table.n_rows

    def table(self, ranges: Ranges) -> Table:
        """As in :class:`RowFile`."""
        layout, columns = self.layout, self.head.columns
        assert columns is not None
        records = self._records(ranges)
        y: Array | None = None
        if layout.labels:
            y = records["labels"] if layout.labels > 1 else records["labels"][:, 0]
            y = y.astype(np.int32 if layout.label_texts else self.label_dtype)
        numbers = np.ascontiguousarray(records["numbers"])  # (m, q)
        places = records["place"].copy()
        weights = records["weight"][:, 0].copy() if layout.weighted else None
        if not (self.named or layout.texts or layout.times):
            # A matrix is encoded without a detour over a frame.
            X: Any = numbers
        else:
            X = self._frame(columns, records, numbers)
        made = replace(
            self.head, X=X, y=y, places=places, weights=weights, ids=None, test=None, notes=()
        )
        return ensure_finite(made)

    def _frame(self, columns: Sequence[Column], records: Array, numbers: Array) -> pl.DataFrame:
        layout = self.layout
        found: dict[int, pl.Series] = {}
        for k, j in enumerate(layout.numbers):
            column = np.ascontiguousarray(numbers[:, k])
            found[j] = pl.Series(columns[j].name, column, nan_to_null=True)
        for k, j in enumerate(layout.times):
            since = pl.Series(columns[j].name, np.ascontiguousarray(records["times"][:, k]))
            since = since.set(since == _NO_TIME, None)
            kind = layout.time_types[k]
            found[j] = since.cast(pl.Int32 if kind == pl.Date else pl.Int64).cast(kind)
        for k, j in enumerate(layout.texts):
            codes = pl.Series(columns[j].name, np.ascontiguousarray(records["texts"][:, k]))
            codes = codes.set(codes < 0, None).cast(pl.UInt32)
            texts = pl.Series(columns[j].name, list(self.levels[k].numbers), pl.String)
            found[j] = texts.gather(codes)
        return pl.DataFrame([found[j] for j in range(len(columns))])

    def _records(self, ranges: Ranges) -> Array:
        m = sum(stop - start for start, stop in ranges)
        records = np.empty(m, self.layout.dtype)  # (m,)
        with self._lock:  # the file has one place where it is read
            read_ranges(self.source, self.file, bytes_of(records), ranges, self.row_bytes)
        return records


def cached(
    head: Table,
    batches: Iterator[tuple[Table, Sequence[pl.Series] | None]],
    label_texts: bool,
    folder: Path,
    expected_rows: int,
    tell: Callable[[Path, int], object] | None = None,
    *,
    named: bool = False,
) -> CachedRows:
    """Write typed rows into a file without a name in `folder`.

    Parameters
    ----------
    head
        Typed rows that tell the columns.
    batches
        All rows in their types, with their labels where these are text.
    label_texts
        Whether the labels are text.
    folder
        Where the file lies. The system removes it when the process ends, also when it is killed.
    expected_rows
        About how many rows there will be. If the disk has no room for them, nothing is written.
    tell
        Called with the folder and the expected bytes before anything is written.
    named
        Whether tables are frames also where all columns are numbers.

    Raises
    ------
    DataError
        For a folder that cannot be written, a disk without room, and for the first batch that is
        wrong.
    """
    layout = Layout.of(head, label_texts)
    size = expected_rows * layout.dtype.itemsize
    source = head.source
    try:
        free = shutil.disk_usage(folder).free
        if free < size:
            raise DataError(
                f"{source}: its rows take about {_amount(size)} in a file beside it while it is "
                f"read, and {folder} has {_amount(free)} left; name another folder (--cache)"
            )
        if tell is not None:
            tell(folder, size)
        # Linux makes a file without a name; elsewhere the name is removed at once. It stays open
        # until nobody needs the rows.
        with tempfile.TemporaryFile(dir=folder, buffering=0) as made:
            descriptor = os.dup(made.fileno())
        file = io.FileIO(descriptor, "r+b", closefd=False)
        rows = CachedRows(source, head, layout, file, named)
        weakref.finalize(rows, os.close, descriptor)
        rows.levels = [_Texts() for _ in layout.texts]
        rows.label_levels = [_Texts() for _ in range(layout.labels if label_texts else 0)]
        for table, labels in batches:
            rows.write(table, labels)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(
            f"{source}: its rows cannot be kept in {folder} while they are read: {reason}; name "
            "another folder (--cache)"
        ) from None
    return rows


def _amount(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
