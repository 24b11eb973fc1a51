"""What an engine is, and the sessions that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from clearprop.errors import ParameterError, raise_problems
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.updates import Moments, Rule

__all__ = ["Engine", "Rows", "Session", "TrainingState", "Update", "epoch_order"]


@dataclass
class TrainingState:
    """Everything that a resumed run needs; a session moves it forward.

    It stores no random generator: seed and epoch alone determine the order of the samples (see
    :func:`epoch_order`).
    """

    theta: Array
    moments: Moments = ()
    seed: int = 0
    step: int = 0  # updates made
    epoch: int = 0  # epochs completed
    position: int = 0  # minibatches done in the current epoch
    rows_seen: int = 0  # samples seen in it, zero-weight minibatches excluded
    cost_sum: float = 0.0  # sum over minibatches of samples times cost before the update

    @property
    def mean_cost(self) -> float:
        """The mean cost of the current epoch so far, ``cost_sum / rows_seen``."""
        return self.cost_sum / self.rows_seen if self.rows_seen else 0.0

    def end_epoch(self) -> None:
        """Count the current epoch as done and begin the next one."""
        self.epoch += 1
        self.position, self.rows_seen, self.cost_sum = 0, 0, 0.0


class Rows(NamedTuple):
    """Samples, in the shapes and the dtype of the mathematics."""

    X: Array  # (m, s_1), dense in C order, or SciPy's CSR
    Y: Array | None = None  # (m, K)
    sample_weight: Array | None = None  # (m,)


@dataclass(frozen=True)
class Update:
    """How a session makes its steps: a rule, and what does not change from step to step.

    `dropout` is the share of hidden units that each step leaves out. The masks are those of
    ``Dropout(dropout, state.seed, state.epoch)``, and a sample's place is that in the epoch's
    order. `clip_norm` is the largest norm of the gradient that the rule gets; None: any.
    """

    rule: Rule
    size: int  # rows of a minibatch; the last one of an epoch may have fewer
    penalty_rows: float | None = None  # the m of lambda/(2m); None: that of each minibatch
    dropout: float = 0.0
    clip_norm: float | None = None


def epoch_order(seed: int, epoch: int, rows: int) -> Array:
    """The order of the samples in an epoch: a permutation, shape ``(rows,)`` of int64.

    The same seed and epoch always give the same permutation.

    Examples
    --------
    >>> epoch_order(seed=1, epoch=0, rows=4)
    array([...])
    """
    return np.random.default_rng([seed, epoch]).permutation(rows)


class Session(Protocol):
    """What an engine keeps between two calls about one network: memory, packed weights, rows.

    A session is used by one thread at a time, and closed once. It computes with the parameters of
    its state. Where it was opened with rows, `cost_and_gradient`, `logits` and `predict` take
    those unless they are given others.

    Examples
    --------
    >>> from clearprop.engines.choice import choose_engine
    >>> from clearprop.network.updates import SGD
    >>> rows = Rows(np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]]))
    >>> state, update = TrainingState(np.zeros(2)), Update(SGD(), size=1)
    >>> with choose_engine().open(Network((1, 1)), state, rows, update) as session:
    ...     mean_cost = session.advance(rates=np.array([2.0, 2.0]))
    ...     z = session.logits()
    >>> z.shape, session.state().step
    ((2, 1), 2)
    """

    @property
    def slice_unit(self) -> int:
        """How many minibatches are computed as one unit; 1 without an update.

        Within a unit an engine may keep a common factor of theta apart and multiply it in at the
        end. Results are the same bits in every run only if that happens after the same minibatches.
        """

    def advance(self, rates: Array, order: Array | None = None, block: Rows | None = None) -> float:
        """Train on the next minibatches, one for each rate; return the epoch's mean cost so far.

        Minibatch i of the session's rows holds ``order[i * size : (i + 1) * size]``; `order` is
        ``(m,)`` of int64, and None is the order of the rows. Those after the state's position come
        next. A `block` is trained on from its first row on, in its own order, as what comes next
        in the epoch: a stream hands in one block after another.

        Everything in the state but seed and epoch moves forward. The cost is summed minibatch by
        minibatch. So the bits of mean and theta do not depend on where the epoch is cut into
        slices, as long as each slice begins at a multiple of `slice_unit`.

        Raises
        ------
        ParameterError
            For rates, an order or a block that do not fit.
        """

    def cost_and_gradient(
        self, rows: Rows | None = None, dropout: Dropout | None = None
    ) -> tuple[float, Array]:
        """J and D over all rows; shapes ``()`` and ``(n_parameters,)``.

        With `dropout`, under its masks; the rows have the places 0, 1, ...
        """

    def predict(self, X: Array | None = None) -> Array:
        """h(x), the activations of the output layer, ``(m, K)``."""

    def logits(self, X: Array | None = None) -> Array:
        """z^(L), the weighted inputs of the output layer, ``(m, K)``.

        A cost is computed from these and not from h(x), so that nothing overflows.
        """

    def move_to(self, theta: Array) -> None:
        """Take over the parameters, a copy of them: ``(n_parameters,)`` in the state's dtype."""

    def state(self) -> TrainingState:
        """The state that the session was opened with, its theta and moments brought up to date.

        Its arrays may change when the session goes on.
        """

    def close(self) -> None:
        """Give the memory back. The state keeps what `state` gave."""

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@runtime_checkable
class Engine(Protocol):
    """What computes.

    Its arguments are checked already: arrays of one dtype in the shapes of the mathematics.
    An engine needs a name and `open`. Its other methods are sessions of one call.
    """

    name: str

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """Open a session at the parameters of `state`.

        Parameters
        ----------
        network
            The architecture.
        state
            Parameters; for training also moments and counters. A session that trains may change
            its arrays in place.
        rows
            What the session trains on and computes by itself. None: each call is given its rows.
        update
            How steps are made. None: the session does not train.

        Raises
        ------
        ParameterError
            For arrays that do not fit.
        """

    def cost_and_gradient(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None = None,
        dropout: Dropout | None = None,
    ) -> tuple[float, Array]:
        """See :meth:`Session.cost_and_gradient`."""
        with self.open(network, TrainingState(theta), Rows(X, Y, sample_weight)) as session:
            return session.cost_and_gradient(dropout=dropout)

    def predict(self, network: Network, theta: Array, X: Array) -> Array:
        """See :meth:`Session.predict`."""
        with self.open(network, TrainingState(theta)) as session:
            return session.predict(X)

    def logits(self, network: Network, theta: Array, X: Array) -> Array:
        """See :meth:`Session.logits`."""
        with self.open(network, TrainingState(theta)) as session:
            return session.logits(X)


def rows_of(given: Rows | None, own: Rows | None) -> Rows:
    """The rows of a call: those that it was given, or the session's own.

    Examples
    --------
    >>> rows_of(None, None)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: rows: expected some, since the session has none; got none
    """
    rows = own if given is None else given
    if rows is None:
        raise ParameterError("rows: expected some, since the session has none; got none")
    return rows


def targets_of(rows: Rows) -> Array:
    """The targets of rows that need them.

    Examples
    --------
    >>> targets_of(Rows(np.zeros((1, 2))))
    Traceback (most recent call last):
    clearprop.errors.ParameterError: Y: expected targets; got none
    """
    if rows.Y is None:
        raise ParameterError("Y: expected targets; got none")
    return rows.Y


def checked_slice(
    rates: Array, order: Array | None, rows: Rows | None, update: Update | None, first: int
) -> tuple[Rows, Update]:
    """Rows and update of a call of :meth:`Session.advance` from minibatch `first` of the rows on.

    Raises
    ------
    ParameterError
        For rates or an order that do not fit, and where there are no targets or no update.

    Examples
    --------
    >>> from clearprop.network.updates import SGD
    >>> rows = Rows(np.zeros((4, 2)), np.zeros((4, 1)))
    >>> _ = checked_slice(np.ones(3), None, rows, Update(SGD(), size=2), first=1)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: rates: expected at most 1, one for each minibatch of 2 rows \
that is left; got 3
    """
    if update is None:
        raise ParameterError("update: expected one when the session was opened; it does not train")
    rows = rows_of(None, rows)
    targets_of(rows)
    count: int = rows.X.shape[0]
    left = max(0, -(-count // update.size) - first)
    problems = []
    if rates.ndim != 1 or len(rates) > left:
        problems.append(
            f"rates: expected at most {left}, one for each minibatch of {update.size} rows that is "
            f"left; got {len(rates) if rates.ndim == 1 else rates.shape}"
        )
    if order is not None and (order.shape != (count,) or order.min() < 0 or order.max() >= count):
        problems.append(f"order: expected {count} row numbers from 0 to {count - 1}")
    raise_problems(problems)
    return rows, update
