"""A model applied to rows that do not fit into memory: table after table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from clearprop.data.blocks.memory import amount, anonymous_memory, free_memory
from clearprop.data.blocks.opened import Opening, batches_of, files_of, open_rows
from clearprop.data.blocks.rows import ranges_within
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.engines.slices import cost_in_slices, outputs_in_slices
from clearprop.errors import DataError
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.scores import Scores
from clearprop.model import Model
from clearprop.network.architecture import Array

__all__ = ["measure_tables", "tables_of"]

# The bytes of a batch of raw rows, and of the rows of an array.
_BATCH = 1 << 24


def tables_of(
    model: Model, source: str, target: str | None, need_target: bool, reading: Reading
) -> Iterator[Table]:
    """The rows of a source, or of its test set if it has one, in tables one after another.

    Parameters
    ----------
    target
        The column with the labels; None: the one that the model was trained on.
    need_target, reading
        As in :func:`clearprop.data.read`.

    Raises
    ------
    DataError
        For a source that cannot be used, when the table that is wrong has its turn.
    """
    files = files_of(source)
    known = target or model.targets.names or model.targets.name
    if files[0][1] in ("IDX", "NPZ"):
        known = target
    opening = Opening(known, reading, need_target=need_target, batch_bytes=_BATCH)
    if files[0][1] not in ("NPY", "NPZ", "IDX"):
        return batches_of(source, files, opening)
    rows = open_rows(source, opening)
    rows = rows if rows.test is None else rows.test
    step = max(1, _BATCH // max(1, rows.row_bytes))
    return (rows.table(ranges) for ranges in ranges_within(0, rows.n_rows, step))


def measure_tables(model: Model, tables: Iterator[Table], memory: float | None) -> Measurement:
    """Score, cost and confusion of a model on the rows of all tables.

    Scores such as the area under a curve need the outputs of all rows, so these are kept.

    Raises
    ------
    DataError
        For rows that do not fit the model, and if the outputs do not fit into the memory.
    """
    network, targets = model.network, model.targets
    outputs: list[Array] = []
    labels: list[Array] = []
    total, rows, taken = 0.0, 0, 0
    free = free_memory() if memory is None else memory - anonymous_memory()
    for table in tables:
        if table.y is None:
            raise DataError(f"{table.source}: measuring needs labels; none were found")
        X = model.inputs(table)  # (m, s_1)
        Y = targets.encode(table.y, network.cost)  # (m, K)
        h = outputs_in_slices(network, model.thetas, X)  # (m, K)
        outputs.append(h)
        labels.append(table.y)
        total += cost_in_slices(network, model.thetas, X, Y) * len(h)
        rows += len(h)
        # The scores make two more copies of both on their way.
        taken += 3 * (8 * h.size + table.y.nbytes)
        if free is not None and taken > free:
            raise DataError(
                f"{table.source}: the outputs of the first {rows:,} rows take {amount(taken)} "
                f"while they are scored, and {amount(max(0, free))} are left; measure fewer rows, "
                "or allow more (--memory)"
            )
    if not outputs:
        raise DataError("the source holds no rows")
    scores = Scores(targets, np.concatenate(outputs), np.concatenate(labels))
    return Measurement(rows, scores.score, total / rows, scores.confusion, scores)
