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
    shares = _shares(fractions)  # (P,)
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
        raise DataError(
            f"{n_rows} rows are too few to divide into {_listed(shares)}: a part would be empty"
        )
    shuffle = np.random.default_rng([seed, 1]).permutation(n_rows)
    order, part = order[shuffle], part[shuffle]
    return [order[part == p] for p in range(len(shares))]


def split_groups(groups: Array, fractions: Sequence[float], seed: int) -> list[Array]:
    """Divide the rows at random so that the rows of a group stay together.

    Parameters
    ----------
    groups
        ``(m,)``: the number of each row's group.
    fractions, seed
        As in :func:`split_rows`. The groups are dealt one by one, the largest first, to the part
        that lacks most rows. So the shares are right to within about one group.

    Returns
    -------
    One array of row indices for each fraction, in random order.

    Raises
    ------
    DataError
        For fewer groups than parts.

    Examples
    --------
    >>> groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    >>> train, test = split_groups(groups, (0.75, 0.25), seed=0)
    >>> len(train), len(test), len(set(groups[test]))
    (6, 2, 1)
    """
    shares = _shares(fractions)  # (P,)
    numbers, row_group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(numbers) < len(shares):
        raise DataError(
            f"{len(numbers)} groups are too few to divide into {_listed(shares)}: a part would be "
            "empty"
        )
    random = np.random.default_rng(seed)
    order = random.permutation(len(numbers))
    # The largest first, so that the small ones make up for what is uneven.
    order = order[np.argsort(-sizes[order], kind="stable")]
    part_of_group = np.empty(len(numbers), np.int64)
    lacking = (shares * len(groups)).tolist()  # rows that each part still lacks
    empty = set(range(len(shares)))
    for left, group in zip(range(len(order), 0, -1), order.tolist(), strict=True):
        # The last groups go to the parts without any, if there still are such parts.
        part = max(empty if len(empty) == left else range(len(lacking)), key=lacking.__getitem__)
        part_of_group[group] = part
        lacking[part] -= sizes[group]
        empty.discard(part)
    part_of_row = part_of_group[row_group.reshape(-1)]  # (m,)
    shuffled = random.permutation(len(groups))
    return [shuffled[part_of_row[shuffled] == p] for p in range(len(shares))]


def split_in_order(groups: Array, fractions: Sequence[float]) -> list[Array]:
    """Divide the rows by their order: the first part has the first rows, the last part the last.

    Parameters
    ----------
    groups
        ``(m,)``: numbers in whose order the rows are taken. Rows with the same number stay
        together, in the part that comes earlier.
    fractions
        As in :func:`split_rows`.

    Returns
    -------
    One array of row indices for each fraction, in order.

    Raises
    ------
    DataError
        If a part would get no row.

    Examples
    --------
    >>> [part.tolist() for part in split_in_order(np.array([3, 0, 1, 2]), (0.5, 0.5))]
    [[1, 2], [3, 0]]
    """
    shares = _shares(fractions)  # (P,)
    order = np.argsort(groups, kind="stable")
    ends = np.round(np.cumsum(shares) * len(groups)).astype(np.int64)  # (P,)
    # An end inside of a group moves behind the group.
    last = groups[order[ends.clip(min=1) - 1]]
    ends = np.searchsorted(groups[order], last, side="right")
    parts = np.split(order, ends[:-1])
    if any(len(part) == 0 for part in parts):
        raise DataError(
            f"{len(np.unique(groups))} different values are too few to divide into "
            f"{_listed(shares)}: a part would be empty"
        )
    return parts


def _shares(fractions: Sequence[float]) -> Array:
    shares = np.asarray(fractions, np.float64)  # (P,)
    if shares.ndim != 1 or not (shares > 0).all() or abs(shares.sum() - 1) > 1e-9:
        raise ParameterError(
            f"fractions: expected numbers above 0 that sum to 1; got {list(fractions)}"
        )
    return shares


def _listed(shares: Array) -> str:
    return ", ".join(f"{share:.0%}" for share in shares)
