"""The order of an epoch over several processes: strands, of which each process holds some.

The rows are cut into strands, one range of rows after another. Each strand has an order of its own
in every epoch, and a minibatch takes the next rows of each strand. So a process needs no rows but
those of its strands, and the minibatches do not depend on which process holds which strand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from clearprop.errors import DataError
from clearprop.network.architecture import Array

__all__ = ["Share", "Strands", "cut", "strand_count"]

# 1, 2, 3, 4, 6, 8, 12 and 24 processes hold whole strands of these, so they have the same
# minibatches.
_STRANDS = 24


def strand_count(processes: int) -> int:
    """How many strands there are: 24 where the processes divide that, else the next multiple.

    Examples
    --------
    >>> [strand_count(n) for n in (1, 2, 4, 5, 24, 32)]
    [24, 24, 24, 120, 24, 96]
    """
    return math.lcm(_STRANDS, processes)


def cut(sizes: Sequence[int] | Array, parts: int) -> list[range]:
    """Cut blocks of these sizes into so many ranges of about as many rows each.

    Returns
    -------
    The numbers of the blocks in each range; a range may be empty where blocks are few.

    Examples
    --------
    >>> cut([2, 2, 2, 2, 4], 3)
    [range(0, 2), range(2, 4), range(4, 5)]
    """
    ends = np.cumsum(np.asarray(sizes, np.int64))  # (blocks,)
    middles = ends - np.asarray(sizes) / 2  # (blocks,)
    part = np.minimum(middles * parts // max(int(ends[-1]), 1), parts - 1)  # (blocks,)
    first = np.searchsorted(part, np.arange(parts + 1))  # (parts + 1,)
    return [range(int(a), int(b)) for a, b in pairwise(first)]


class Share(NamedTuple):
    """What a process has of a minibatch.

    Attributes
    ----------
    rows
        The numbers of its rows among those of the process, ``(rows,)`` of int64.
    place
        The place of the first of them in the epoch. The others follow.
    """

    rows: Array
    place: int


@dataclass(eq=False)
class Strands:
    """The strands of all processes.

    Parameters
    ----------
    sizes
        The rows of each strand. Each process has as many strands as the others, one after another.
    processes, process
        How many processes there are, and which one this is, from 0.
    shuffle
        Whether each epoch has another order.

    Raises
    ------
    DataError
        For a process without rows.

    Examples
    --------
    >>> both = [Strands([3, 2, 3, 2], processes=2, process=p, shuffle=False) for p in (0, 1)]
    >>> [strands.share(seed=0, epoch=0, number=1, count=2).rows.tolist() for strands in both]
    [[1, 2, 4], [1, 2, 4]]
    >>> both[1].share(seed=0, epoch=0, number=1, count=2).place
    7
    """

    sizes: Sequence[int]
    processes: int
    process: int
    shuffle: bool = True
    _epoch: tuple[int, int] = field(default=(0, -1), init=False, repr=False)
    _orders: dict[int, Array] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if min(rows := self.rows_of_each) == 0:
            raise DataError(
                f"{sum(rows):,} rows to train on are too few for {self.processes} processes: "
                f"process {rows.index(0)} has none; use fewer processes"
            )

    @property
    def rows(self) -> int:
        """m, the rows of all processes."""
        return sum(self.sizes)

    @property
    def rows_of_each(self) -> list[int]:
        """The rows of each process."""
        each = len(self.sizes) // self.processes
        return [sum(self.sizes[p * each : (p + 1) * each]) for p in range(self.processes)]

    @property
    def own(self) -> range:
        """The strands of this process."""
        each = len(self.sizes) // self.processes
        return range(self.process * each, (self.process + 1) * each)

    def most(self, count: int) -> int:
        """The most rows that any process has of one of `count` minibatches."""
        most = [-(-size // count) for size in self.sizes]
        each = len(self.sizes) // self.processes
        return max(sum(most[p * each : (p + 1) * each]) for p in range(self.processes))

    def share(self, seed: int, epoch: int, number: int, count: int) -> Share:
        """What this process has of minibatch `number` of the `count` in an epoch.

        Minibatch k holds the rows ``floor(k m_s / count)`` to ``floor((k + 1) m_s / count)`` of
        each strand s of m_s rows, in the strand's order. So each row comes once in an epoch.
        """
        sizes = np.asarray(self.sizes, np.int64)  # (S,)
        begins, ends = number * sizes // count, (number + 1) * sizes // count  # (S,)
        place = int(begins.sum() + (ends - begins)[: self.own.start].sum())
        start, parts = 0, []
        for strand in self.own:
            order = self._order(seed, epoch, strand)  # (m_s,)
            parts.append(start + order[begins[strand] : ends[strand]])
            start += self.sizes[strand]
        return Share(np.concatenate(parts), place)

    def _order(self, seed: int, epoch: int, strand: int) -> Array:
        """The order of a strand, ``(m_s,)`` of int64; it is kept for the epoch."""
        if self._epoch != (seed, epoch):
            self._epoch, self._orders = (seed, epoch), {}
        if strand not in self._orders:
            rows = self.sizes[strand]
            draw = np.random.default_rng(np.random.SeedSequence([seed, epoch], spawn_key=(strand,)))
            self._orders[strand] = draw.permutation(rows) if self.shuffle else np.arange(rows)
        return self._orders[strand]
