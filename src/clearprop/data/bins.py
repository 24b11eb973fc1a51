"""Piecewise-linear encoding: how far a number fills each bin of its column.

With the edges ``b_0 < b_1 < ... < b_T`` a number x becomes T inputs besides its standardised value,

    e_t = min(max((x - b_{t-1}) / (b_t - b_{t-1}), 0), 1),  t = 1 .. T:

0 below the bin, 1 above it, and a straight line between (Gorishniy et al., *On Embeddings for
Numerical Features in Tabular Deep Learning*, 2022, section 3.2). A layer of weights behind them
can follow any curve with corners at the edges.

The paper leaves the first bin open below and the last one open above. Here they are clamped like
the others, so that all these inputs lie in 0 to 1 whatever new rows hold. The standardised value
still tells how far a number lies outside, up to four deviations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np

from clearprop.data.table import Array
from clearprop.errors import is_whole

__all__ = [
    "MOST_BINS",
    "Lines",
    "bin_names",
    "bin_problems",
    "edges_of",
    "edges_within",
    "most_inputs",
    "no_edges",
    "refused",
]

# The number of inputs encoded at a time: 256 kB of float64, which stay in a core's cache.
_BLOCK = 1 << 15

# More bins than that are finer than any column of a table needs; a forged file could ask for more.
MOST_BINS = 256

# A column with up to so many times as many different numbers as bins has an edge at each: hours of
# the day, letters' features from 0 to 15. Hours in eight bins cost 16 % of the error on the hired
# bicycles; a column of many numbers gains nothing from more bins.
_FEW = 4

# Beside bins a standardised value is cut off at so many deviations. One diamond of 59 mm among
# those of 3 to 10 would else be 46 deviations out, and its price wrong by that much.
_FARTHEST = 4.0

# Numbers below that size with that many decimals are written without an exponent.
_PLAIN, _DECIMALS = 1e12, 8

# The most inputs of a network whose numbers have bins. Beyond it a wide table (pixels without a
# shape, genes) would have a first layer of millions of weights.
_MOST_INPUTS = 4096

# The most encoded numbers, rows times inputs: 2 GiB in float32.
_MOST_NUMBERS = 1 << 29


def bin_problems(bins: object) -> list[str]:
    """What is wrong with a number of bins, as a list of at most one sentence.

    Examples
    --------
    >>> bin_problems(8), bin_problems(1)
    ([], ['bins: expected 0, for none, or a whole number from 2 to 256; got 1'])
    """
    if is_whole(bins) and (int(bins) == 0 or 2 <= int(bins) <= MOST_BINS):
        return []
    return [f"bins: expected 0, for none, or a whole number from 2 to {MOST_BINS}; got {bins!r}"]


def most_inputs(m: int) -> int:
    """How many inputs a network may have with bins, for m training rows.

    There are no more inputs than rows: beyond that, a linear model can already meet every label,
    and bins would only help it to remember the rows.

    Examples
    --------
    >>> most_inputs(105), most_inputs(20_000), most_inputs(1_000_000)
    (105, 4096, 536)
    """
    return min(m, _MOST_INPUTS, _MOST_NUMBERS // max(m, 1))


def refused(inputs: int, p: int, bins: int, m: int) -> int:
    """How many inputs p numbers would make with their bins, if that is too many; else 0.

    `inputs` is their number without bins, m the number of training rows.

    Examples
    --------
    >>> refused(20, 20, 8, 1000), refused(20, 20, 8, 100)
    (0, 180)
    """
    wanted = inputs + bins * p
    return wanted if bins and wanted > most_inputs(m) else 0


def edges_of(x: Array, bins: int, few: int = _FEW) -> Array:
    """The edges of at most `bins` bins of the numbers x, as learned from the training rows.

    Each edge is one of the numbers, so no bin is empty. The edges are quantiles: about the same
    number of rows lies in each bin. A value that fills a whole bin or more, such as the 0 in an
    amount that most rows do not have, counts as one bin. So the other edges spread over the rest. A
    column with few different numbers, at most `few` B, has an edge at each.

    Parameters
    ----------
    x
        ``(m,)``; NaN is ignored.
    bins
        B, the number of bins of a column with many different numbers; 2 or more.
    few
        How many times as many different numbers as bins are few.

    Returns
    -------
    ``(T + 1,)`` of float64, rising, with 2 <= T <= `few` B; or ``(0,)`` if one bin would be left,
    which the standardised value tells already.

    Examples
    --------
    >>> edges_of(np.arange(100.0), 4)
    array([ 0., 24., 49., 74., 99.])
    >>> edges_of(np.array([3, 1, 2, 3, 1]), 2), edges_of(np.array([0, 1, 1, 0]), 4)
    (array([1., 2., 3.]), array([], dtype=float64))
    """
    x = np.sort(x.astype(np.float64))  # NaN comes last
    x = x[: np.searchsorted(x, np.nan)] + 0.0  # -0 becomes 0
    first = np.flatnonzero(x != np.append(np.nan, x[:-1]))  # (d,), where each value begins
    values, counts = x[first], np.diff(first, append=len(x))  # (d,) each
    if len(values) > max(bins + 1, min(few * bins, MOST_BINS)):
        reached = np.cumsum(np.minimum(counts, _cap(counts, bins)))  # (d,)
        at = np.searchsorted(reached, np.linspace(0, reached[-1], bins + 1))  # (B + 1,)
        values = values[np.unique(at)]
    # A range that float64 cannot hold has no width to divide by.
    with np.errstate(over="ignore"):
        usable = len(values) > 2 and bool(np.isfinite(values[-1] - values[0]))
    return values if usable else np.empty(0)


def edges_within(X: Array, bins: int, room: int) -> tuple[Array, ...]:
    """The edges of each column of X ``(m, p)``.

    If the bins are more than `room`, columns of few numbers have quantiles like the others. If
    those are still too many, there are none at all.
    """
    for few in (_FEW, 1):
        found, left = [], room
        for k in range(X.shape[1]):
            found.append(edges_of(X[:, k], bins, few))
            left -= max(0, len(found[-1]) - 1)
            if left < 0:
                break
        else:
            return tuple(found)
    return no_edges(X.shape[1])


def no_edges(p: int) -> tuple[Array, ...]:
    """The edges of p parts without bins."""
    return (np.empty(0),) * p


def _cap(counts: Array, bins: int) -> float:
    """The count c at which a value fills one of the bins: ``c = sum(min(counts, c)) / bins``."""
    largest = np.sort(counts)[::-1][:bins]  # (B,)
    # If the k largest fill one bin each, the others share what is left of the bins.
    others = counts.sum() - np.cumsum(largest) + largest  # (B,), without the k largest
    caps = others / np.arange(bins, 0, -1)  # (B,)
    return float(caps[np.argmax(largest <= caps)])


def bin_names(edges: Array) -> list[str]:
    """The names of the T bins between edges ``(T + 1,)``.

    All have the decimals that the narrowest bin needs: its width in two digits. Numbers that are
    very large or lie very close together have as many digits as keep them apart, four at least.

    Examples
    --------
    >>> bin_names(np.array([0.0, 7.0, 9.0, 23.0]))
    ['0 to 7', '7 to 9', '9 to 23']
    >>> bin_names(np.array([-1.23456, 0.00001, 0.5, 12345.67]))
    ['-1.23 to 0', '0 to 0.5', '0.5 to 12345.67']
    >>> bin_names(np.array([0.0, 1e-12, 1e20]))
    ['0 to 1e-12', '1e-12 to 1e+20']
    """
    if not len(edges):
        return []
    decimals = max(0, 1 - int(np.floor(np.log10(np.diff(edges).min()))))
    if decimals <= _DECIMALS and np.abs(edges).max() < _PLAIN:
        # Adding 0 makes 0 of -0.
        texts = [f"{round(edge, decimals) + 0.0:.{decimals}f}" for edge in edges.tolist()]
        texts = [text.rstrip("0").rstrip(".") if decimals else text for text in texts]
    else:
        digits = range(4, 18)
        written = ([f"{edge:.{of}g}" for edge in edges.tolist()] for of in digits)
        texts = next(texts for texts in written if len(set(texts)) == len(texts))
    return [f"{low} to {high}" for low, high in pairwise(texts)]


@dataclass(frozen=True, eq=False)
class Lines:
    """How w inputs come from the numbers of p parts: ``(x - shift) / scale``, cut off at two ends.

    Attributes
    ----------
    part
        ``(w,)``: the part whose number is x.
    place
        ``(w,)``: where the input stands among all inputs of the network.
    shift, scale
        ``(w,)``: the mean and the deviation for a standardised value, the lower edge and the width
        for a bin.
    least, most
        ``(w,)``: 0 and 1 for a bin, -4 and 4 for a standardised value; infinite where no part has
        bins.
    """

    part: Array
    place: Array
    shift: Array
    scale: Array
    least: Array
    most: Array

    @classmethod
    def of(cls, first: Array, mean: Array, scale: Array, edges: Sequence[Array]) -> Self:
        """The lines of p parts.

        Parameters
        ----------
        first
            ``(p,)``: where each part's standardised value stands; its bins follow.
        mean, scale
            ``(p,)``.
        edges
            ``(T + 1,)`` for each part, or ``(0,)``.
        """
        widths = np.array([max(1, len(of)) for of in edges], np.int64)  # (p,)
        part = np.repeat(np.arange(len(widths)), widths)  # (w,)
        start = np.cumsum(widths) - widths  # (p,)
        is_bin = np.ones(len(part), bool)  # (w,)
        is_bin[start] = False
        farthest = _FARTHEST if is_bin.any() else np.inf
        shift, divisor = np.empty(len(part)), np.empty(len(part))  # (w,) each
        shift[start], divisor[start] = mean, scale
        if is_bin.any():
            shift[is_bin] = np.concatenate([of[:-1] for of in edges])
            divisor[is_bin] = np.concatenate([np.diff(of) for of in edges])
        return cls(
            part,
            first[part] + np.arange(len(part)) - start[part],
            shift,
            divisor,
            np.where(is_bin, 0.0, -farthest),
            np.where(is_bin, 1.0, farthest),
        )

    def write(self, X: Array, fill: Array | None, out: Array) -> None:
        """Write the inputs of X ``(m, p)`` into `out` ``(m, s_1)``, block after block.

        `fill` ``(p,)`` stands in for NaN; None: X has no NaN.
        """
        w, p = len(self.part), X.shape[1]
        target: Any = slice(None) if w == out.shape[1] else self.place
        has_bins = w > p
        rows = max(1, _BLOCK // max(1, w))
        numbers = np.empty((min(rows, len(X)), p))
        buffer = np.empty((len(numbers), w)) if has_bins else numbers
        for start in range(0, len(X), rows):
            x, block = numbers[: len(X) - start], buffer[: len(X) - start]  # (b, p), (b, w)
            x[:] = X[start : start + rows]
            if fill is not None and X.dtype.kind == "f":
                np.copyto(x, fill, where=np.isnan(x))
            if has_bins:
                np.take(x, self.part, axis=1, out=block, mode="clip")
            # A number that the dtype cannot hold becomes infinite. The error comes later, from
            # `clearprop.network.samples.as_inputs`, which checks all inputs once.
            with np.errstate(over="ignore"):
                block -= self.shift
                block /= self.scale
                if has_bins:
                    np.maximum(block, self.least, out=block)
                    np.minimum(block, self.most, out=block)
                out[start : start + rows, target] = block
