"""Draws that depend on the number of a row and a seed alone, not on how the rows are cut up.

A generator would have to be asked for all rows in their order. A hash tells for each row by itself
in which part it lies, so any block can be read alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearprop.data.table import Array

__all__ = ["parts_of", "uniform"]

# SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

# What is drawn. Each purpose has draws of its own: the rows of a sample are spread over all parts.
PARTS, SAMPLE, BINS = 1, 2, 3


def uniform(rows: Array, seed: int, purpose: int) -> Array:
    """A number in [0, 1) for each row, ``(m,)`` of float64; the same for the same row and seed.

    Parameters
    ----------
    rows
        ``(m,)``: the numbers of the rows, from 0.
    seed, purpose
        Other values give other numbers.

    Examples
    --------
    >>> whole, part = uniform(np.arange(5), 0, PARTS), uniform(np.arange(3, 5), 0, PARTS)
    >>> whole[3:].tolist() == part.tolist()
    True
    """
    start = np.random.SeedSequence([seed, purpose]).generate_state(1, np.uint64)
    with np.errstate(over="ignore"):
        z = start + (rows.astype(np.uint64) + np.uint64(1)) * _STEP  # (m,)
        z = (z ^ (z >> np.uint64(30))) * _FIRST
        z = (z ^ (z >> np.uint64(27))) * _SECOND
        z = z ^ (z >> np.uint64(31))
    drawn: Array = (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return drawn


def parts_of(rows: Array, shares: Sequence[float], seed: int) -> Array:
    """The part of each row, ``(m,)`` of int64: 0 for the first share, 1 for the second ...

    The shares sum to 1. A part has its share of the rows to within a few square roots of their
    number: 10 % of a million rows are 100,000, give or take 300.

    Examples
    --------
    >>> np.bincount(parts_of(np.arange(10_000), (0.7, 0.1, 0.2), seed=0)).tolist()
    [7027, 1021, 1952]
    """
    ends = np.cumsum(shares)[:-1]  # (P - 1,)
    parts: Array = np.searchsorted(ends, uniform(rows, seed, PARTS), side="right")
    return parts
