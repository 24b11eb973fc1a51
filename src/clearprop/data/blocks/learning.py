"""The encoder and the targets of rows that are read block by block, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.data.bins import edges_within, most_inputs, no_edges
from clearprop.data.blocks.column_sums import ColumnSums
from clearprop.data.blocks.hashing import BINS, SAMPLE, parts_of, uniform
from clearprop.data.blocks.labels import LabelCounts
from clearprop.data.blocks.moments import Moments
from clearprop.data.blocks.rows import RowFile, numbers_of, ranges_within
from clearprop.data.cells import empty_labels, handle_missing
from clearprop.data.encoding import Encoder
from clearprop.data.table import Array, Table, guess_image_shape
from clearprop.data.targets import Targets
from clearprop.errors import DataError

__all__ = ["Learned", "Plan", "drawn", "learn"]

# The bytes of the rows that are looked at together.
_LOOK = 1 << 23

# Edges of bins are quantiles of so many training rows, drawn by the hash of their number. By the
# inequality of Dvoretzky, Kiefer and Wolfowitz the share of rows below an edge is right to within
# 0.5 points with 99 % probability: sqrt(ln(2 / 0.01) / (2 * 100,000)) = 0.0051.
_QUANTILE_ROWS = 100_000


@dataclass(frozen=True)
class Plan:
    """How rows are divided and looked at.

    Attributes
    ----------
    shares
        The shares of training, validation and test rows, or of the first two alone.
    seed
        Decides which row lands in which part.
    block_rows
        The rows of a block.
    missing, task, bins
        As in :func:`clearprop.experiment.prepared.prepare`.
    kept
        The most rows of each part that are kept in memory to measure on.
    """

    shares: tuple[float, ...]
    seed: int
    block_rows: int
    missing: str | None
    task: str
    bins: int
    kept: int


@dataclass(frozen=True, eq=False)
class Learned:
    """What one pass over the rows tells.

    Attributes
    ----------
    encoder, targets
        As :meth:`Encoder.fit` and :meth:`Targets.fit` learn them of the training rows.
    decode
        From labels as they are read to the labels that they are.
    sizes
        The training rows of each block, ``(B,)``.
    rows
        The rows of each part.
    samples
        Rows of each part to measure on, all of them where they are few; in their order.
    weight
        The sum of the weights of the training rows; None without weights.
    class_rows
        The training rows of each class; empty for numbers.
    dropped
        How many rows were left out.
    gaps
        How many cells of each column of the training rows are empty, by its name.
    image_shape
        Where rows are images.
    """

    encoder: Encoder
    targets: Targets
    decode: Callable[[Array], Array]
    sizes: Array
    rows: tuple[int, ...]
    samples: tuple[Table, ...]
    weight: float | None
    class_rows: Array
    dropped: int
    gaps: dict[str, int]
    image_shape: tuple[int, int] | None


def usable(table: Table, missing: str | None) -> Array:
    """Which rows of a table are used, ``(m,)`` of bool: all but those that `missing` drops.

    Raises
    ------
    DataError
        For an empty label, unless its row is left out.
    """
    keep = np.ones(table.n_rows, bool)
    if table.y is not None:
        keep &= ~empty_labels(table.y)
    if missing == "drop":
        if isinstance(table.X, np.ndarray) and table.X.dtype.kind == "f":
            keep &= ~np.isnan(table.X).any(axis=1)
    elif not keep.all():
        handle_missing(table, missing)
    return keep


def learn(rows: RowFile, plan: Plan, numerals: Any = ()) -> Learned:
    """Learn encoder and targets in one pass.

    Means, scales, ranges, categories, classes and gaps are those of all training rows. Means and
    scales agree with :meth:`Encoder.fit` to rounding, the others exactly. The edges of bins are
    quantiles of 100,000 training rows. Results do not depend on `plan.block_rows`.

    Raises
    ------
    DataError
        For rows, columns and labels that cannot be used.
    """
    head = rows.head
    counts = LabelCounts(head, rows.texts, numerals, head.columns is None)
    columns = ColumnSums(head)
    share = plan.shares[0]
    of_bins = _QUANTILE_ROWS / max(1.0, share * rows.n_rows)
    edges_of: list[Array] = []
    samples = [_Sample(plan, part, rows.n_rows) for part in range(len(plan.shares))]
    sizes = np.zeros(-(-rows.n_rows // plan.block_rows), np.int64)
    low, high, whole, dropped, weight = np.inf, -np.inf, True, 0, 0.0
    label_sums: dict[Any, int] = {}
    step = max(1, _LOOK // max(1, rows.row_bytes) // plan.block_rows) * plan.block_rows
    for ranges in ranges_within(0, rows.n_rows, step):
        table, numbers = rows.table(ranges), numbers_of(ranges)
        if table.y is None:
            raise DataError(f"{rows.source}: training needs labels; none were found")
        keep = usable(table, plan.missing)
        if not keep.all():
            dropped += int((~keep).sum())
            table, numbers = table.take(keep), numbers[keep]
        if not len(numbers):
            continue
        assert table.y is not None
        part = parts_of(numbers, plan.shares, plan.seed)  # (m,)
        training = part == 0
        counts.add(table.y, training)
        if isinstance(table.X, np.ndarray):
            low = min(low, float(np.fmin.reduce(table.X, axis=None)))
            high = max(high, float(np.fmax.reduce(table.X, axis=None)))
            if whole and table.X.dtype.kind == "f":
                whole = head.columns is not None and bool((np.floor(table.X) == table.X).all())
        of_train = table.take(training)
        columns.add(of_train)
        np.add.at(sizes, numbers[training] // plan.block_rows, 1)
        if of_train.weights is not None:
            weight += float(of_train.weights.sum())
        if of_train.y is not None and of_train.y.ndim == 1 and len(label_sums) <= 100_000:
            for value, n in zip(*np.unique(of_train.y, return_counts=True), strict=True):
                label_sums[value.item()] = label_sums.get(value.item(), 0) + int(n)
        for sample in samples:
            sample.add(table, numbers, part)
        if plan.bins:
            drawn_rows = uniform(numbers[training], plan.seed, BINS) < of_bins
            edges_of.append(columns.numbers(of_train.take(drawn_rows)))
    if not counts.rows:
        raise DataError(
            f"{rows.source}: no row is left without its empty cells; leave out the emptiest "
            "columns, or use missing='mean' (--missing mean)"
        )
    targets, decode = counts.settled(plan.task)
    shape = _image_shape(head, columns, low, high, whole)
    of_parts = tuple(sample.rows for sample in samples)
    if not all(of_parts):
        raise DataError(
            f"{rows.source}: {counts.rows} rows are too few to divide into parts by chance"
        )
    encoder = columns.encoder(shape)
    if plan.bins and len(encoder.mean) and np.isfinite(encoder.low).all():
        room = most_inputs(of_parts[0]) - encoder.n_outputs
        chosen = np.concatenate([X[:, columns.kept] for X in edges_of])
        encoder = replace(encoder, edges=_edges(chosen, plan.bins, room, encoder))
    if targets.task == "regression" and rows.texts:
        targets = _standardised(targets, decode, label_sums)
    return Learned(
        encoder,
        targets,
        decode,
        sizes,
        of_parts,
        tuple(sample.table(decode, shape) for sample in samples),
        weight if head.weights is not None else None,
        _class_rows(targets, decode, label_sums),
        dropped,
        columns.empty_cells,
        shape,
    )


def _standardised(
    targets: Targets, decode: Callable[[Array], Array], sums: dict[Any, int]
) -> Targets:
    """The targets of numbers that were kept as text, with mean and scale of the training rows."""
    codes = np.array(list(sums), np.int64)
    moments = Moments(1)
    moments.add(np.repeat(decode(codes).astype(np.float64), list(sums.values()))[:, None])
    mean, scale = moments.mean_and_scale()
    return replace(targets, mean=mean, scale=scale)


def _class_rows(targets: Targets, decode: Callable[[Array], Array], sums: dict[Any, int]) -> Array:
    """The training rows of each class, ``(n_classes,)``."""
    if targets.task != "classification" or targets.classes is None:
        return np.zeros(0, np.int64)
    values = np.array(list(sums))
    found = np.zeros(len(targets.classes), np.int64)
    np.add.at(found, targets.indices(decode(values)), list(sums.values()))
    return found


def _edges(X: Array, bins: int, room: int, encoder: Encoder) -> tuple[Array, ...]:
    """Edges from a sample, with the smallest and the largest number of all training rows."""
    if not len(X):
        return no_edges(len(encoder.mean))
    found = edges_within(X, bins, room)
    for edges, low, high in zip(found, encoder.low, encoder.high, strict=True):
        if len(edges):
            edges[0], edges[-1] = low, high
    return found


def _image_shape(
    head: Table, columns: ColumnSums, low: float, high: float, whole: bool
) -> tuple[int, int] | None:
    """As the readers of arrays and :func:`clearprop.data.learning.learned` find it."""
    if head.image_shape is not None and head.is_matrix and head.columns is None:
        return head.image_shape
    if not head.is_matrix and not columns.plain:
        return None
    if head.columns is not None:
        return guess_image_shape(columns.p, low, high, True) if whole and columns.filled else None
    assert isinstance(head.X, np.ndarray)
    return guess_image_shape(head.X.shape[1], low, high, head.X.dtype.kind in "iub")


class _Sample:
    """Rows of a part that are kept: about so many, drawn by the hash of their number."""

    def __init__(self, plan: Plan, part: int, m: int) -> None:
        self._plan, self._part = plan, part
        self._share = plan.kept / max(1.0, plan.shares[part] * m)
        self._tables: list[Table] = []
        self.rows = 0

    def add(self, table: Table, numbers: Array, part: Array) -> None:
        """Take in rows with their numbers and parts."""
        ours = part == self._part
        self.rows += int(ours.sum())
        if self._share < 1:
            ours = ours & (uniform(numbers, self._plan.seed, SAMPLE) < self._share)
        if ours.any():
            self._tables.append(table.take(ours))

    def table(self, decode: Callable[[Array], Array], shape: tuple[int, int] | None) -> Table:
        """The rows as one table, with the labels that they are."""
        return stacked(self._tables, decode, shape)


def stacked(
    tables: Sequence[Table],
    decode: Callable[[Array], Array],
    shape: tuple[int, int] | None,
) -> Table:
    """Tables of one source as one, with the labels that they are."""
    first = tables[0]
    if isinstance(first.X, np.ndarray):
        X: Any = np.concatenate([np.asarray(table.X) for table in tables])
    else:
        import polars as pl

        frames: list[Any] = [table.X for table in tables]
        X = pl.concat(frames, rechunk=True)
    y = None if first.y is None else decode(np.concatenate([table.y for table in tables]))
    weights = None
    if first.weights is not None:
        weights = np.concatenate([table.weights for table in tables])
    places = np.concatenate([table.numbers for table in tables])
    made = replace(first, X=X, y=y, weights=weights, places=places, image_shape=shape)
    return made.known_as(True, False)


def drawn(
    rows: RowFile,
    kept: int,
    seed: int,
    missing: str | None,
    decode: Callable[[Array], Array],
    shape: tuple[int, int] | None,
) -> tuple[Table, int]:
    """About `kept` rows of a test set, all where there are fewer; and how many there are.

    Raises
    ------
    DataError
        For an empty label.
    """
    plan = Plan((1.0,), seed, 1, missing, "auto", 0, kept)
    sample = _Sample(plan, 0, rows.n_rows)
    step = max(1, _LOOK // max(1, rows.row_bytes))
    for ranges in ranges_within(0, rows.n_rows, step):
        table, numbers = rows.table(ranges), numbers_of(ranges)
        if table.y is None:
            raise DataError(f"{rows.source}: testing needs labels; none were found")
        keep = usable(table, missing)
        table, numbers = table.take(keep), numbers[keep]
        sample.add(table, numbers, np.zeros(len(numbers), np.int64))
    if not sample.rows:
        raise DataError(f"{rows.source}: no row is left to test on")
    return sample.table(decode, shape), sample.rows
