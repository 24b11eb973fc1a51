"""What training learns from. One protocol, for rows in memory and for a stream of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from clearprop.engines.protocol import Engine, Rows, Session, TrainingState, epoch_order
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import decays
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, smoothed
from clearprop.training.options import Options
from clearprop.training.stream import picked

__all__ = ["Epoch", "InMemory", "Objective", "Piece", "Pieces", "Samples", "summed"]

# A sample takes about so many operations a parameter: forward, backward, gradient. More of them at
# once than this would keep Ctrl-C waiting; two processors take a tenth of a second or two.
_FLOPS, _PART_FLOPS = 6, 8_000_000_000


class Epoch(NamedTuple):
    """An epoch, and the minibatch from which on it is trained.

    `size` is the rows of a minibatch, and `unit` the session's `slice_unit`.
    """

    seed: int
    number: int
    position: int
    size: int
    unit: int


@dataclass(frozen=True, eq=False)
class Piece:
    """Minibatches that follow each other in an epoch and are drawn from the same rows.

    Attributes
    ----------
    first, last
        The minibatches, counted from 0 in the epoch; `last` is excluded.
    rows
        What they are drawn from; None: the session's own rows.
    order
        For a session's own rows their order in the epoch, ``(m,)``, or None. For other rows it
        stands twice, ``(2 rows,)``, so each slice of minibatches finds an order that begins with
        its first row.
    size
        The rows of a minibatch.
    begin
        The place in the order of the first minibatch's first row.
    """

    first: int
    last: int
    rows: Rows | None = None
    order: Array | None = None
    size: int = 0
    begin: int = 0

    def order_at(self, minibatch: int) -> Array | None:
        """The order for a call of :meth:`Session.advance` that goes on with this minibatch."""
        if self.rows is None or self.order is None:
            return self.order
        begin = self.begin + (minibatch - self.first) * self.size
        return self.order[begin : begin + len(self.order) // 2]  # (rows,)


# Gives the pieces of an epoch. None among them means: still waiting for rows.
Pieces = Callable[[Epoch], Iterator[Piece | None]]


class Objective(NamedTuple):
    """J and D over all samples, as a function of theta, and the session that computes them."""

    function: Callable[[Array], tuple[float, Array]]
    session: Session


class Samples(Protocol):
    """What training learns from.

    Attributes
    ----------
    rows
        m.
    weight
        What is m in the penalty: the sum of the weights, or else the number of rows.
    weighted
        Whether there are weights.
    own
        The rows that a session keeps; None: it is handed rows piece by piece.
    window_rows
        How many rows of a stream are in memory together; None where all are.
    """

    window_rows: int | None
    rows: int
    weight: float
    weighted: bool
    own: Rows | None

    def few(self, seed: int) -> Rows:
        """Rows among which the gradient check finds ten."""

    def known_by(self) -> dict[str, Any]:
        """The arrays by which a checkpoint knows these samples again, by name."""

    def reading(self, start: Epoch) -> AbstractContextManager[Pieces]:
        """What gives the pieces of this epoch and of those after it, while it is open."""

    def objective(
        self, engine: Engine, theta: Array, go_on: Callable[[], None]
    ) -> AbstractContextManager[Objective]:
        """What a full-batch solver minimises, while it is open.

        `go_on` is called between two parts of the samples; it raises to end the computation.
        """


class InMemory:
    """Samples in memory, checked and converted.

    Attributes
    ----------
    X, Y, sample_weight
        ``(m, s_1)``, ``(m, K)``, and ``(m,)`` or None.
    """

    window_rows: int | None = None

    def __init__(
        self,
        network: Network,
        X: Any,
        Y: Any,
        sample_weight: Any,
        dtype: Any,
        options: Options,
        order: Callable[[int], Array] | None,
    ) -> None:
        self.X = as_inputs(network, X, dtype)
        self.rows = rows = self.X.shape[0]
        self.Y = as_targets(network, Y, rows, dtype)
        self.sample_weight = as_sample_weight(sample_weight, rows, dtype)
        self.weight = float(rows if self.sample_weight is None else self.sample_weight.sum())
        self.weighted = self.sample_weight is not None
        followed = smoothed(network, self.Y, options.label_smoothing)
        self.own: Rows | None = Rows(self.X, followed, self.sample_weight)
        self._network, self._order = network, order
        self._shuffle = options.shuffle and options.solver != "gd"

    @property
    def checked(self) -> tuple[Array, Array, Array | None]:
        """X, Y and the weights."""
        return self.X, self.Y, self.sample_weight

    def few(self, seed: int) -> Rows:
        """See :class:`Samples`."""
        assert self.own is not None
        return self.own

    def known_by(self) -> dict[str, Any]:
        """See :class:`Samples`."""
        return {"X": self.X, "Y": self.Y, "sample_weight": self.sample_weight}

    def reading(self, start: Epoch) -> AbstractContextManager[Pieces]:
        """See :class:`Samples`."""
        return nullcontext(self._pieces)

    def _pieces(self, epoch: Epoch) -> Iterator[Piece | None]:
        order = None
        if self._shuffle and self._order is not None:
            order = self._order(epoch.number)  # (m,)
        elif self._shuffle:
            order = epoch_order(epoch.seed, epoch.number, self.rows)
        yield Piece(0, -(-self.rows // epoch.size), None, order)

    @contextmanager
    def objective(
        self, engine: Engine, theta: Array, go_on: Callable[[], None]
    ) -> Iterator[Objective]:
        """See :class:`Samples`. All samples are one part, unless that takes long."""
        network, rows = self._network, self.own
        assert rows is not None
        size = max(1, _PART_FLOPS // (_FLOPS * network.n_parameters))  # rows of a part

        def function(theta: Array) -> tuple[float, Array]:
            session.move_to(theta)
            J, gradient = session.cost_and_gradient()
            return J, gradient.astype(np.float64, copy=False)

        def in_parts(theta: Array) -> tuple[float, Array]:
            return summed(session, network, self.weight, theta, parts())

        def parts() -> Iterator[Rows]:
            for begin in range(0, self.rows, size):
                go_on()
                yield picked(rows, slice(begin, begin + size))

        # The solver asks for points beside the way, so the session has a state of its own.
        state = TrainingState(theta)
        if self.rows <= size:
            with engine.open(network, state, rows) as session:
                yield Objective(function, session)
        else:
            with engine.open(replace(network, regularization=0.0), state) as session:
                yield Objective(in_parts, session)


def summed(
    session: Session, network: Network, m: float, theta: Array, parts: Iterable[Rows]
) -> tuple[float, Array]:
    """J and D over all samples, part by part; shapes ``()`` and ``(n_parameters,)``.

    Parameters
    ----------
    session
        Of the network without lambda.
    network
        The network with its lambda.
    m
        What is m in the penalty; the sum of the weights of all parts, or of their rows.

    Equation
    --------
    ``m J = sum_w m_w J_w + lambda/2 sum weights^2`` over parts w, whose J_w has no lambda.
    """
    session.move_to(theta)
    total, sums = 0.0, np.zeros(network.n_parameters)  # (n_parameters,)
    for rows in parts:
        weights = rows.sample_weight
        count = rows.X.shape[0] if weights is None else float(weights.sum())
        if count:
            J, gradient = session.cost_and_gradient(rows)
            total += count * J
            sums += count * gradient
    shrink = network.regularization / m * decays(network)  # (n_parameters,)
    return total / m + float(equations.penalty(np, network, theta, m)), sums / m + shrink * theta
