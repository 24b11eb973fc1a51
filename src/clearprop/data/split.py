"""Split the rows into parts: training, validation, test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from clearprop.data.table import Array
from clearprop.errors import DataError, ParameterError


def split_rows(
    n_rows: int, fractions: Sequence[float], seed: int, labels: Any = None
) -> list[Array]:
    """Divide the rows 0 to ``n_rows - 1`` at random; every row lands in exactly one part.

    Parameters
    ----------
    n_rows
        m.
    fractions
        The share of each part. The shares sum to 1.
    seed
        The same seed gives the same parts.
    labels
        ``(m,)``: the rows of each label are split in these shares, to within one row a label. None:
        the sizes of the parts are right to within one row.

    Returns
    -------
    One array of row indices for each fraction, in random order.

    Raises
    ------
    ParameterError
        For fractions that are not above 0 or do not sum to 1, or labels of another length.
    DataError
        If a part would get no row.

    Examples
    --------
    >>> train, test = split_rows(10, (0.8, 0.2), seed=0, labels=list("aaaaabbbbb"))
    >>> len(train), len(test), sorted("aaaaabbbbb"[i] for i in test)
    (8, 2, ['a', 'b'])
    """
    shares = np.asarray(fractions, np.float64)  # (P,)
    if shares.ndim != 1 or not (shares > 0).all() or abs(shares.sum() - 1) > 1e-9:
        raise ParameterError(
            f"fractions: expected numbers above 0 that sum to 1; got {list(fractions)}"
        )
    groups = np.zeros(n_rows, np.int64)  # (m,)
    if labels is not None:
        labels = np.asarray(labels)
        if labels.shape != (n_rows,):
            raise ParameterError(f"labels: expected shape ({n_rows},); got {labels.shape}")
        groups = np.unique(labels, return_inverse=True)[1]
    order = np.random.default_rng(seed).permutation(n_rows)
    # Sort by group; within a group the order stays random.
    order = order[np.argsort(groups[order], kind="stable")]
    part = np.empty(n_rows, np.int64)
    dealt, start = np.zeros(len(shares)), 0  # rows that each part has so far, (P,)
    for size in np.bincount(groups) if n_rows else []:
        counts = np.floor(shares * size + 1e-9)
        # Fewer rows are left over than there are parts. They go to the parts that lag most.
        lag = shares * (start + size) - dealt - counts
        counts[np.argsort(-lag, kind="stable")[: int(size - counts.sum())]] += 1
        part[start : start + size] = np.repeat(np.arange(len(shares)), counts.astype(np.int64))
        dealt, start = dealt + counts, start + int(size)
    if (dealt == 0).any():
        text = ", ".join(f"{share:.0%}" for share in shares)
        raise DataError(f"{n_rows} rows are too few to divide into {text}: a part would be empty")
    shuffle = np.random.default_rng([seed, 1]).permutation(n_rows)
    order, part = order[shuffle], part[shuffle]
    return [order[part == p] for p in range(len(shares))]
