"""Samples that are read in blocks, because they do not fit into memory together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from clearprop.engines.protocol import Rows
from clearprop.errors import ParameterError, raise_problems, whole_problems
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_targets, smoothed

__all__ = [
    "Blocks",
    "Memory",
    "Stream",
    "few_rows",
    "joined",
    "parts_of",
    "picked",
    "read_checked",
    "whole",
]

# A window is read in so many parts of at least so many rows. A source needs little memory beside
# it then, and reading ends soon after it is asked to.
_PARTS, _FEWEST = 32, 32

_FEW = 1000  # rows among which the gradient check finds ten, and by which a stream is known


class Blocks(Protocol):
    """Samples in blocks. `sizes` and `read` are deterministic.

    `read` is called from a thread of its own, one call at a time.
    """

    @property
    def sizes(self) -> Sequence[int]:
        """The rows of each block, each above 0. Their sum is m."""

    def read(self, numbers: Sequence[int]) -> Rows:
        """Those blocks, one after another: encoded, of one dtype, in C order."""


@dataclass(frozen=True, eq=False)
class Stream:
    """Blocks, and how many of their rows may be in memory.

    Parameters
    ----------
    blocks
        What is read.
    window_rows
        The rows of a window, from which minibatches are drawn; two windows are in memory at once.
        :func:`clearprop.training.windows.window_rows` finds it for a number of bytes.
    weight
        The sum of the sample weights. None: the samples have none.
    made_from
        The rows that blocks are made from, where these are in memory: a checkpoint knows the stream
        by all of them. None: by some.

    Raises
    ------
    ParameterError
        Where there is no row, or for a window that does not hold the largest block.

    Examples
    --------
    >>> class Lines:  # y = x on five rows
    ...     sizes = (2, 2, 1)
    ...
    ...     def read(self, numbers):
    ...         x = np.concatenate([np.arange(5.0)[2 * i : 2 * i + 2] for i in numbers])[:, None]
    ...         return Rows(x, x)
    >>> stream = Stream(Lines(), window_rows=4)
    >>> stream.rows
    5
    >>> from clearprop import Network, Options, Training
    >>> options = Options("sgd", learning_rate=0.01, batch_size=1, tol=0.0)
    >>> training = Training(Network((1, 1), cost="squared"), [0.0, 0.0], stream, options=options)
    >>> training.run().epochs
    200
    >>> training.theta.round(1).tolist()
    [0.0, 1.0]
    """

    blocks: Blocks
    window_rows: int
    weight: float | None = None
    made_from: Rows | None = None

    def __post_init__(self) -> None:
        raise_problems(whole_problems("window_rows", self.window_rows, 1))
        sizes = self.blocks.sizes
        if not len(sizes) or min(sizes) < 1:
            raise ParameterError("blocks: expected at least one row in each of at least one block")
        if max(sizes) > self.window_rows:
            raise ParameterError(
                f"window_rows: expected at least {max(sizes):,}, the rows of the largest block; "
                f"got {self.window_rows:,}"
            )

    @cached_property
    def rows(self) -> int:
        """m."""
        return sum(self.blocks.sizes)

    @property
    def fits(self) -> bool:
        """Whether all rows fit into one window."""
        return self.rows <= self.window_rows

    def known_by(self, network: Network, dtype: Any) -> dict[str, Any]:
        """The arrays by which a checkpoint knows the stream again: its sizes, and a few rows where
        to read all of them would take as long as an epoch.
        """

        def read(numbers: Sequence[int]) -> Rows:
            return read_checked(self, numbers, network, dtype)

        rows = self.made_from or few_rows(self, read, seed=0)
        return {"blocks": np.array(self.blocks.sizes), **rows._asdict()}


def parts_of(stream: Stream, numbers: Sequence[int] | Array) -> Iterator[list[int]]:
    """The numbers of blocks in parts that are read at once, small against a window.

    Examples
    --------
    >>> class Tens:
    ...     sizes = (10,) * 200
    >>> [len(part) for part in parts_of(Stream(Tens(), window_rows=1600), range(12))]
    [5, 5, 2]
    """
    sizes, least = stream.blocks.sizes, max(stream.window_rows // _PARTS, _FEWEST)
    part: list[int] = []
    rows = 0
    for number in numbers:
        part.append(int(number))
        rows += sizes[number]
        if rows >= least:
            yield part
            part, rows = [], 0
    if part:
        yield part


def read_checked(
    stream: Stream, numbers: Sequence[int], network: Network, dtype: Any, smoothing: float = 0.0
) -> Rows:
    """Blocks in the shapes and the dtype of the mathematics, their targets smoothed.

    Raises
    ------
    ParameterError
        For rows that do not fit the network or are not finite. It names the block, from 0.
    """
    sizes = stream.blocks.sizes
    X, Y, weight = stream.blocks.read(numbers)
    rows = sum(sizes[number] for number in numbers)
    try:
        X = as_inputs(network, X, dtype)  # (rows, s_1)
        if X.shape[0] != rows:
            raise ParameterError(f"X: expected {rows} rows, by the sizes; got {X.shape[0]}")
        Y = smoothed(network, as_targets(network, Y, rows, dtype), smoothing)  # (rows, K)
        if (weight is None) != (stream.weight is None):
            raise ParameterError("sample_weight: expected weights in all blocks, and their sum")
        if weight is not None:
            weight = _weights(weight, rows, dtype)  # (rows,)
    except ParameterError as error:
        if len(numbers) > 1:  # find the block
            for number in numbers:
                read_checked(stream, [number], network, dtype, smoothing)
        problems = (f"{problem} (block {numbers[0]})" for problem in error.problems)
        raise ParameterError(*problems) from None
    return Rows(X, Y, weight)


def few_rows(stream: Stream, read: Callable[[Sequence[int]], Rows], seed: int) -> Rows:
    """About a thousand rows of random blocks, at most a window, of blocks that have a weight."""
    parts, found, enough = [], 0, min(_FEW, stream.window_rows)
    for number in np.random.default_rng(seed).permutation(len(stream.blocks.sizes)):
        rows = read([int(number)])
        if rows.sample_weight is None or rows.sample_weight.any():
            parts.append(rows)
            found += rows.X.shape[0]
        if found >= enough:
            break
    return joined(parts)


def _weights(weight: Array, rows: int, dtype: Any) -> Array:
    """Weights that may all be 0, unlike those of a whole training set."""
    weight = np.ascontiguousarray(weight, dtype)
    if weight.shape != (rows,) or not (np.isfinite(weight) & (weight >= 0)).all():
        raise ParameterError(f"sample_weight: expected {rows} finite numbers of at least 0")
    return weight


class Memory:
    """Memory for the rows of a window. It is used again, since giving it back costs page faults."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._kept: Rows | None = None

    def filled(
        self,
        stream: Stream,
        read: Callable[[Sequence[int]], Rows],
        numbers: Sequence[int] | Array,
        stop: Callable[[], bool] = lambda: False,
    ) -> Rows:
        """The rows of these blocks, which `read` reads part by part until `stop` says True."""
        parts: list[Rows] = []
        end = 0
        for part in parts_of(stream, numbers):
            rows = read(part)
            if isinstance(rows.X, np.ndarray):
                self._keep(rows, end)
            else:  # sparse rows are of any length
                parts.append(rows)
            end += rows.X.shape[0]
            if stop():
                break
        if self._kept is None or parts:
            return joined(parts)
        return picked(self._kept, slice(end))

    def _keep(self, rows: Rows, begin: int) -> None:
        if self._kept is None:
            X, Y, weight = (None if a is None else self._like(a) for a in rows)
            assert X is not None
            self._kept = Rows(X, Y, weight)
        for array, own in zip(rows, self._kept, strict=True):
            if array is not None and own is not None:
                own[begin : begin + len(array)] = array

    def _like(self, array: Array) -> Array:
        return np.empty((self._rows, *array.shape[1:]), array.dtype)


def whole(stream: Stream, network: Network, dtype: Any) -> Rows:
    """All rows of a stream, in memory."""

    def read(numbers: Sequence[int]) -> Rows:
        return read_checked(stream, numbers, network, dtype)

    return Memory(stream.rows).filled(stream, read, range(len(stream.blocks.sizes)))


# -- Rows, dense or sparse -------------------------------------------------------------------------


def picked(rows: Rows, index: Any) -> Rows:
    """A copy of the rows with these numbers, or a view of a slice."""
    X, Y, weight = rows
    return Rows(
        X[index], None if Y is None else Y[index], None if weight is None else weight[index]
    )


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, one part after another."""
    if len(parts) == 1:
        return parts[0]
    Xs, Ys, weights = zip(*parts, strict=True)
    return Rows(
        _stacked(Xs),
        None if Ys[0] is None else np.concatenate(Ys),
        None if weights[0] is None else np.concatenate(weights),
    )


def _stacked(Xs: Sequence[Any]) -> Any:
    if all(isinstance(X, np.ndarray) for X in Xs):
        return np.concatenate(Xs)
    # Start-up time: only sparse rows need it.
    from scipy.sparse import vstack

    return vstack(Xs, format="csr")
