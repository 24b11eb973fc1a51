"""Warnings of cells that training has not prepared a network for."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from clearprop.data.table import Array, Table, count, listing

# The caller of `Encoder.transform`, which calls these functions.
_LEVEL = 4


def warn_of_gaps(table: Table, gaps: Mapping[int, Array]) -> None:
    """Warn of empty cells in columns that had none in training.

    `gaps` holds, by the number of such a column, which of its cells are empty, ``(m,)`` of bool.
    """
    if not gaps:
        return
    first, *_ = gaps
    n = sum(int(mask.sum()) for mask in gaps.values())
    where = table.cell(int(np.argmax(gaps[first])), first)
    names = listing(repr(table.feature_names[j]) for j in gaps)
    warnings.warn(
        f"{table.source}, {where}: {count(n, 'empty cell')} in {names}, where the training "
        "rows had none; filled with the mean of the numbers or the most frequent value",
        UserWarning,
        stacklevel=_LEVEL,
    )


def warn_of_far_numbers(
    table: Table,
    X: Array,
    bounds: tuple[Array, Array],
    far: tuple[Array, Array],
    trained: tuple[Array, Array],
    columns: Array,
) -> None:
    """Warn of numbers ``(m, p)`` that lie far outside the training numbers.

    Each pair holds a smallest and a largest number for each part, ``(p,)``: `bounds` those of X,
    `far` those from which on a number is far outside, `trained` those of training. `columns` are
    the numbers of the parts' columns, ``(p,)``.
    """
    (low, high), (least, most) = bounds, far
    parts = np.flatnonzero((low < least) | (high > most))
    if not len(parts):
        return
    k = int(parts[0])
    own = int(columns[k])
    i = int(np.argmax((X[:, k] < least[k]) | (X[:, k] > most[k])))
    others = [j for j in dict.fromkeys(columns[parts].tolist()) if j != own]
    more = listing(repr(table.feature_names[j]) for j in others)
    warnings.warn(
        f"{table.source}, {table.cell(i, own)}: {X[i, k]:g} is far outside the training "
        f"numbers, {trained[0][k]:g} to {trained[1][k]:g}"
        f"{f' (likewise in {more})' if others else ''}",
        UserWarning,
        stacklevel=_LEVEL,
    )
