"""Training on a stream: its windows become minibatches, or sums over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from typing import Any

import numpy as np

from clearprop.engines.protocol import Engine, Rows, TrainingState
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.training.ahead import Ahead
from clearprop.training.options import Options
from clearprop.training.samples import Epoch, Objective, Piece, Pieces, summed
from clearprop.training.stream import Stream, few_rows, joined, picked, read_checked
from clearprop.training.windows import blocks_of_windows, rows_of_window

__all__ = ["Streamed"]


class Streamed:
    """The samples of a stream, as training takes them.

    Raises
    ------
    ParameterError
        For the solver "gd", and for minibatches that are larger than a window.
    """

    own: Rows | None = None

    def __init__(self, network: Network, stream: Stream, dtype: Any, options: Options) -> None:
        self.stream, self.rows = stream, stream.rows
        self.window_rows: int | None = stream.window_rows
        self.weight = float(self.rows if stream.weight is None else stream.weight)
        self.weighted = stream.weight is not None
        self._network, self._dtype, self._options = network, dtype, options
        if options.solver == "gd":
            raise ParameterError(
                f"solver: gd takes all {self.rows:,} rows in each step, and {stream.window_rows:,} "
                "fit into memory; take adam, adamw, sgd or lbfgs"
            )
        if (options.batch_size or 0) > stream.window_rows:
            raise ParameterError(
                f"batch_size: expected at most {stream.window_rows:,}, the rows that fit into "
                f"memory; got {options.batch_size:,}"
            )

    def few(self, seed: int) -> Rows:
        """See :class:`~clearprop.training.samples.Samples`."""
        return few_rows(self.stream, self._read, seed)

    def known_by(self) -> dict[str, Any]:
        """See :class:`~clearprop.training.samples.Samples`."""
        return self.stream.known_by(self._network, self._dtype)

    def _read(self, numbers: Sequence[int]) -> Rows:
        smoothing = self._options.label_smoothing
        return read_checked(self.stream, numbers, self._network, self._dtype, smoothing)

    # -- Minibatches -----------------------------------------------------------------------------

    @contextmanager
    def reading(self, start: Epoch) -> Iterator[Pieces]:
        """See :class:`~clearprop.training.samples.Samples`."""

        def windows() -> Iterator[Array]:
            yield from self._windows(start)[_first_window(self._ends(start), start) :]
            for number in range(start.number + 1, self._options.epochs):
                yield from self._windows(start._replace(number=number))

        with Ahead(self.stream, self._read, windows()) as ahead:
            yield lambda epoch: self._pieces(epoch, ahead)

    def _windows(self, epoch: Epoch) -> list[Array]:
        """The numbers of the blocks in each window."""
        sizes, rows = self.stream.blocks.sizes, self.stream.window_rows
        return blocks_of_windows(epoch.seed, epoch.number, sizes, rows, self._options.shuffle)

    def _ends(self, epoch: Epoch) -> Array:
        """The rows of the epoch up to the end of each window, ``(windows,)``."""
        sizes = np.asarray(self.stream.blocks.sizes, np.int64)
        return np.cumsum([sizes[numbers].sum() for numbers in self._windows(epoch)])

    def _pieces(self, epoch: Epoch, ahead: Ahead) -> Iterator[Piece | None]:
        """The windows as one sequence of rows, cut into groups of `unit` minibatches.

        A group that lies in two windows is copied and becomes a piece. So minibatches and units
        are those of the same sequence in memory, and so are the results, to the bit.
        """
        size, group = epoch.size, epoch.size * epoch.unit
        ends = self._ends(epoch)
        done = epoch.position * size  # rows of the sequence that have become pieces
        left: list[Rows] = []  # rows before the window that have not
        for k in range(_first_window(ends, epoch), len(ends)):
            begin, end = int(ends[k - 1]) if k else 0, int(ends[k])
            while not ahead.ready():
                yield None
            rows = ahead.take()
            order = np.arange(end - begin)  # (rows,)
            if self._options.shuffle:
                order = rows_of_window(epoch.seed, epoch.number, k, end - begin)
            whole = end // group * group  # the end of the last group that is whole
            if left and done < whole:
                missing = order[: done + group - begin]
                yield _copied([*left, picked(rows, missing)], done, size)
                done, left = done + group, []
            if not left and done < whole:
                twice = np.tile(order, 2)  # (2 rows,)
                yield Piece(done // size, whole // size, rows, twice, size, done - begin)
                done = whole
            if max(done, begin) < end:
                left.append(picked(rows, order[max(done, begin) - begin :]))
        if left:
            yield _copied(left, done, size)

    # -- Full batch ------------------------------------------------------------------------------

    @contextmanager
    def objective(
        self, engine: Engine, theta: Array, go_on: Callable[[], None]
    ) -> Iterator[Objective]:
        """See :class:`~clearprop.training.samples.Samples`. Each window is a part."""
        network = self._network
        sizes, window = self.stream.blocks.sizes, self.stream.window_rows
        windows = blocks_of_windows(0, 0, sizes, window, shuffle=False)

        def function(theta: Array) -> tuple[float, Array]:
            return summed(session, network, self.weight, theta, parts())

        def parts() -> Iterator[Rows]:
            for _ in windows:
                go_on()
                while not ahead.ready():
                    go_on()
                yield ahead.take()

        plain = replace(network, regularization=0.0)
        with (
            engine.open(plain, TrainingState(theta)) as session,
            Ahead(self.stream, self._read, cycle(windows)) as ahead,
        ):
            yield Objective(function, session)


def _first_window(ends: Array, epoch: Epoch) -> int:
    """The window in which the epoch's first row that is not trained on lies."""
    return int(np.searchsorted(ends, epoch.position * epoch.size, side="right"))


def _copied(parts: list[Rows], done: int, size: int) -> Piece:
    rows = joined(parts)
    m = rows.X.shape[0]
    return Piece(done // size, -(-(done + m) // size), rows, np.tile(np.arange(m), 2), size)
