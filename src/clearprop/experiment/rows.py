"""The rows that a model is put to: of a source, or around one sample."""

from __future__ import annotations

import contextlib

from clearprop.data import read
from clearprop.data.cells import empty_labels
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.model import Model

__all__ = ["batch_around", "rows_for"]

# The rows that a sample's gradient is averaged with, itself among them: Nielsen's minibatch.
_BATCH = 10


def rows_for(model: Model, source: str, target: str | None, need_target: bool) -> Table:
    """The rows of a source; of one with a test set of its own, that one.

    Parameters
    ----------
    target
        The column with the labels; None: the one that the model was trained on.
    need_target
        As in :func:`clearprop.data.read`.

    Raises
    ------
    DataError
        For a source that cannot be used.
    """
    try:
        table = read(source, target or model.targets.name, need_target=need_target)
    except DataError:
        if target is not None or model.targets.name is None:
            raise
        # Sources that bring their own labels call them what they like.
        with contextlib.suppress(DataError):
            return _test_part(read(source, None, need_target=need_target))
        raise
    return _test_part(table)


def _test_part(table: Table) -> Table:
    return table if table.test is None else table.test


def batch_around(model: Model, table: Table, sample: int) -> list[int]:
    """The rows that a sample is explained with: itself and those after it, ten in all.

    At the end of the table these are the last ten. Other rows count only with a label that the
    model knows. A sample whose own label is empty stands alone, since only what runs forward can
    be told of it.

    Raises
    ------
    DataError
        Where the sample's own label is none that the model knows.
    """
    first = max(0, min(sample, table.n_rows - _BATCH))
    rows = range(first, min(first + _BATCH, table.n_rows))
    y = table.y
    if y is None:
        return list(rows)

    def has_label(row: int) -> bool:
        try:
            model.targets.encode(y[row : row + 1], model.network.cost)
        except DataError:
            return False
        return True

    if empty_labels(y[sample : sample + 1]).any():
        return [sample]
    if not has_label(sample):
        model.targets.encode(y[: sample + 1], model.network.cost)  # raises, and names the row
    return [row for row in rows if has_label(row)]
