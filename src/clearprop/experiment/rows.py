"""The rows that a model is applied to: those of a source, or those around one sample."""

from __future__ import annotations

import contextlib

from clearprop.data import read
from clearprop.data.cells import empty_labels
from clearprop.data.files import content_of, is_stream
from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.model import Model

__all__ = ["batch_around", "rows_for"]

# A sample's gradient is averaged over this many rows, itself included: Nielsen's minibatch.
_BATCH = 10


def rows_for(
    model: Model,
    source: str,
    target: str | None,
    need_target: bool,
    reading: Reading = AS_FOUND,
) -> Table:
    """The rows of a source, or its test set if it has one.

    Parameters
    ----------
    target
        The column with the labels; None: the one that the model was trained on.
    need_target, reading
        As in :func:`clearprop.data.read`.

    Raises
    ------
    DataError
        For a source that cannot be used.
    """
    known = model.targets.names or model.targets.name
    held = content_of(source) if is_stream(source) else source
    try:
        table = read(held, target or known, need_target, reading)
    except DataError:
        if target is not None or known is None:
            raise
        # A source with labels of its own may call them by any name.
        with contextlib.suppress(DataError):
            return _test_part(read(held, None, need_target, reading))
        raise
    return _test_part(table)


def _test_part(table: Table) -> Table:
    return table if table.test is None else table.test


def batch_around(model: Model, table: Table, sample: int) -> list[int]:
    """The rows that a sample is explained with: the sample and the nine rows after it.

    At the end of the table these are its last ten rows. Rows whose label the model does not know
    are left out. A sample without a label is explained alone, since there is no cost to propagate
    back.

    Raises
    ------
    DataError
        If the model does not know the sample's own label.
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
