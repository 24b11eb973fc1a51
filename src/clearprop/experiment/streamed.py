"""Rows that do not fit into memory: opened, learned from in one pass, and read block by block."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clearprop.data import read
from clearprop.data.aside import with_test
from clearprop.data.blocks.hashing import parts_of
from clearprop.data.blocks.learning import Learned, Plan, drawn, learn, usable
from clearprop.data.blocks.memory import amount, anonymous_memory, memory_needed
from clearprop.data.blocks.opened import Opening, files_of, open_rows
from clearprop.data.blocks.rows import RowFile, numbers_of
from clearprop.data.cells import handle_missing
from clearprop.data.class_weights import row_weights
from clearprop.data.reading import Note
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.protocol import Rows
from clearprop.errors import ParameterError, raise_problems
from clearprop.experiment.prepared import (
    PARTS,
    TEST_SHARE,
    VALIDATION_SHARE,
    Prepared,
    validation_problems,
)
from clearprop.experiment.recipes import Recipe
from clearprop.model import Model
from clearprop.network.architecture import Array, Network
from clearprop.training.stream import Stream
from clearprop.training.windows import window_rows

__all__ = ["StreamedRows", "stream_rows"]

# Blocks of about so many bytes: small against any window, and still one reading of a disk.
_BLOCK = 1 << 14

# The share of the memory for rows to measure on, and the fewest and the most of them a part.
_KEPT_SHARE, _FEWEST, _MOST = 1 / 16, 10_000, 50_000

# theta, its moments, those before the epoch, the best ones, packed weights, a gradient: so many
# numbers for each parameter.
_COPIES = 10

# The share of what the network leaves of the memory, for windows of rows. Libraries and the reading
# take most of the rest.
_WINDOW_SHARE = 0.25

# What passes a network at once when rows are measured, and what allocators keep.
_ASIDE = 48e6


@dataclass(frozen=True, eq=False)
class StreamedRows(Prepared):
    """Prepared rows whose training part is read block by block.

    The tables of its parts are the rows to measure on: all of a part where they are few, otherwise
    those that the hash of their number draws.

    Attributes
    ----------
    file
        The rows.
    learned
        What one pass over them told.
    plan
        How they are divided.
    memory
        The bytes that the process may allocate.
    counts
        The rows of each part, by its name.
    """

    file: RowFile | None = None
    learned: Learned | None = None
    plan: Plan | None = None
    memory: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, int]:
        """The rows of each part, also of those that are not in memory."""
        return dict(self.counts)

    @property
    def class_rows(self) -> Array | None:
        """The training rows of each class; None for numbers."""
        assert self.learned is not None
        found = self.learned.class_rows
        return found if len(found) else None

    def allowed(self, recipe: Recipe, all_rows: bool) -> Recipe:
        """The recipe for one network on one strength, which takes one pass an epoch.

        Raises
        ------
        ParameterError
            For a bag, or for training once more on all rows.
        """
        problems = []
        if recipe.bag > 1:
            problems.append("bag: rows that are read in blocks train one network; leave it out")
        if all_rows:
            problems.append(
                "all_rows: rows that are read in blocks are trained on once; leave it out"
            )
        raise_problems(problems)
        strengths = recipe.strengths
        middle = strengths[len(strengths) // 2]
        return replace(recipe, lambdas=(), regularization=middle)

    def stream(
        self, network: Network, targets: Targets, dtype: Any, class_weights: Array | None
    ) -> Stream:
        """The training rows as a stream, in windows that the memory has room for.

        Raises
        ------
        ParameterError
            If the network leaves no room, with the figures.
        """
        assert self.file is not None
        assert self.plan is not None
        assert self.learned is not None
        blocks = _Blocks(self.file, self, network, targets, dtype, class_weights)
        width = np.dtype(dtype).itemsize
        row = width * (network.n_inputs + network.n_outputs + 1)
        fixed = _COPIES * width * network.n_parameters + _ASIDE
        now = anonymous_memory()
        # A share of the memory, and not what is left of it: the order of the rows, and so the bits,
        # must be those of the next run.
        left = int(_WINDOW_SHARE * (self.memory - fixed))
        least = row * max(4096, 64 * self.plan.block_rows)
        if left < least or now + fixed + left > self.memory:
            least = max(left, least)
            raise ParameterError(
                f"memory: expected at least {amount(now + fixed + least)}: {amount(now)} are taken "
                f"already, the network of {network.n_parameters:,} parameters takes "
                f"{amount(fixed)}, and a window of rows {amount(least)}; got "
                f"{amount(self.memory)}"
            )
        weight = None
        if self.learned.weight is not None or class_weights is not None:
            weight = blocks.weight()
        return Stream(blocks, max(window_rows(left, row), self.plan.block_rows), weight)


@dataclass(eq=False)
class _Blocks:
    """The training rows in blocks; see :class:`clearprop.training.stream.Blocks`."""

    file: RowFile
    rows: StreamedRows
    network: Network
    targets: Targets
    dtype: Any
    class_weights: Array | None

    def __post_init__(self) -> None:
        assert self.rows.learned is not None
        sizes = self.rows.learned.sizes
        self._numbers = np.flatnonzero(sizes)
        self._sizes = sizes[self._numbers].tolist()

    @property
    def sizes(self) -> Sequence[int]:
        """The training rows of each block that has some."""
        found: list[int] = self._sizes
        return found

    def read(self, numbers: Sequence[int]) -> Rows:
        """Those blocks, encoded."""
        table = self._table(numbers)
        X = self.rows.encoder.transform(table, self.dtype)  # (m, s_1)
        Y = self.targets.encode(table.y, self.network.cost).astype(self.dtype, copy=False)  # (m, K)
        return Rows(X, Y, self._weights(table))

    def weight(self) -> float:
        """The sum of the weights of all rows."""
        learned = self.rows.learned
        assert learned is not None
        if self.class_weights is None:
            return float(learned.weight or 0.0)
        if learned.weight is None:
            return float(self.class_weights @ learned.class_rows)
        total, step = 0.0, 1 << 8
        for start in range(0, len(self._numbers), step):
            last = min(start + step, len(self._numbers))
            weights = self._weights(self._table(range(start, last)))
            total += 0.0 if weights is None else float(weights.sum())
        return total

    def _table(self, numbers: Sequence[int]) -> Table:
        """The training rows of those blocks, with the labels that they are."""
        plan, learned = self.rows.plan, self.rows.learned
        assert plan is not None
        assert learned is not None
        b, m = plan.block_rows, self.file.n_rows
        ranges = [
            (int(k) * b, min((int(k) + 1) * b, m)) for k in self._numbers[np.asarray(numbers)]
        ]
        table, rows = self.file.table(ranges), numbers_of(ranges)
        keep = parts_of(rows, plan.shares, plan.seed) == 0
        if plan.missing == "drop":
            keep &= usable(table, plan.missing)
        table = table.take(keep)
        assert table.y is not None
        made = replace(table, y=learned.decode(table.y), image_shape=learned.image_shape)
        return made.known_as(True, False)

    def _weights(self, table: Table) -> Array | None:
        if self.class_weights is None:
            return table.weights
        of_class = row_weights(self.targets, self.class_weights, table.y)  # (m,)
        return of_class if table.weights is None else of_class * table.weights


def stream_rows(
    source: str,
    opening: Opening,
    recipe: Recipe,
    memory: int,
    *,
    validation_fraction: float | None = None,
    test: str | None = None,
    start: Model | None = None,
) -> StreamedRows:
    """Open a source that does not fit into memory, and learn from it what training needs.

    Parameters
    ----------
    source, opening
        As in :func:`clearprop.data.blocks.opened.open_rows`.
    recipe
        Its seed divides the rows, and its bins are those of numbers.
    memory
        The bytes that the process may allocate.
    validation_fraction
        The share of the rows to validate on; None: a tenth.
    test
        A source of rows to test on; None: those that `source` brings, or a fifth of its rows.
    start
        A model whose encoder and classes are kept; None: they are learned.

    Raises
    ------
    DataError, ParameterError
        For rows, labels or choices that do not fit.
    """
    started = time.perf_counter()
    held = VALIDATION_SHARE if validation_fraction is None else validation_fraction
    batch = max(1 << 20, min(1 << 25, memory // 32))
    opening = replace(opening, batch_bytes=batch)
    file = open_rows(source, opening)
    apart: RowFile | Table | None = file.test
    if test is not None:
        apart = _test(test, opening, file.head, memory)
    raise_problems(validation_problems(held, apart is not None))
    shares = (1 - held, held) if apart is not None else (1 - held - TEST_SHARE, held, TEST_SHARE)
    inputs = len(file.head.feature_names)
    width = 4 * inputs * (1 + recipe.bins) + 8 * inputs
    kept = int(min(_MOST, max(_FEWEST, _KEPT_SHARE * memory / width / 3)))
    block = max(1, _BLOCK // max(1, file.row_bytes))
    plan = Plan(
        shares, recipe.options.seed, block, opening.missing, opening.task, recipe.bins, kept
    )
    learned = learn(file, plan)
    if start is not None:
        learned = _as_before(learned, start)
    tables = list(learned.samples)
    counts = list(learned.rows)
    if apart is not None:
        shape = learned.image_shape
        table, n = (
            (apart, apart.n_rows)
            if isinstance(apart, Table)
            else drawn(apart, kept, plan.seed, plan.missing, _own(apart), shape)
        )
        tables.append(table)
        counts.append(n)
    notes = [*file.head.notes, Note("streamed", {"memory": amount(memory)})]
    if learned.gaps:
        notes.append(Note("filled", {"cells": learned.gaps}))
    if any(table.n_rows < n for table, n in zip(tables, counts, strict=True)):
        most = max(table.n_rows for table in tables)
        notes.append(Note("measured-on", {"rows": f"{most:,}"}))
    if recipe.bins and learned.encoder.n_bins:
        n_numbers = sum(1 for edges in learned.encoder.edges if len(edges))
        notes.append(Note("bins", {"numbers": n_numbers, "inputs": learned.encoder.n_bins}))
    rows = StreamedRows(
        source,
        dict(zip(PARTS, tables, strict=True)),
        learned.encoder,
        learned.targets,
        learned.dropped,
        tuple(notes),
        time.perf_counter() - started,
        apart is not None,
        file=file,
        learned=learned,
        plan=plan,
        memory=memory,
        counts=dict(zip(PARTS, counts, strict=True)),
    )
    strengths = rows.fitting(recipe).strengths
    if len(strengths) == 1:
        return rows
    one = Note("one-lambda", {"lambda": f"{strengths[len(strengths) // 2]:g}"})
    return replace(rows, notes=(*rows.notes, one))


def _as_before(learned: Learned, start: Model) -> Learned:
    """What was learned, with the encoder and the targets of a model."""
    if start.encoder is None:
        raise ParameterError(
            "start: the model takes inputs and no raw rows; train with one that train wrote"
        )
    start.encoder.transform(learned.samples[0].take([0]))
    found = replace(learned, encoder=start.encoder, targets=start.targets)
    if start.targets.classes is None or not len(learned.class_rows):
        return found
    mine = learned.targets.classes
    rows = np.zeros(len(start.targets.classes), np.int64)
    rows[start.targets.indices(np.asarray(mine))] = learned.class_rows
    return replace(found, class_rows=rows)


def _test(source: str, opening: Opening, head: Table, memory: int) -> RowFile | Table:
    """The rows to test on: read as a whole where they take little of the memory."""
    target = opening.target or head.target_names or head.target_name
    if memory_needed(files_of(source)) < memory * _KEPT_SHARE:
        table = with_test(head, read(source, target, reading=opening.reading)).test
        assert table is not None
        return handle_missing(table, opening.missing)[0]
    return open_rows(source, replace(opening, target=target, named=True))


def _own(rows: RowFile) -> Callable[[Array], Array]:
    """How the labels of a test set are decoded: each text as it stands there."""
    if not rows.texts:
        return lambda y: y
    texts = [np.array(list(of), object) for of in rows.texts]

    def decode(codes: Array) -> Array:
        columns = codes.reshape(len(codes), -1)
        found = np.stack([of[column] for of, column in zip(texts, columns.T, strict=True)], axis=1)
        labels: Array = found[:, 0] if codes.ndim == 1 else found
        return labels

    return decode
