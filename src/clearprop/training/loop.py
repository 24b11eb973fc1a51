"""The training loop: gradient check, epochs, validation, when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.engines.blas import one_blas_thread
from clearprop.engines.choice import choose_engine, warn_of_slowness
from clearprop.engines.protocol import Engine, Session, TrainingState, Update, targets_of
from clearprop.errors import (
    GradientError,
    number_problems,
    raise_problems,
)
from clearprop.gradients.check import GradientReport, quick_check
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.samples import as_theta
from clearprop.training.events import Ended, EpochEnded, Event, GradientChecked, Progress
from clearprop.training.full_batch import Outcome, minimize
from clearprop.training.history import History
from clearprop.training.interrupt import Asked, Interrupt
from clearprop.training.options import FULL_BATCH, Options
from clearprop.training.rates import lower_rate, rates_of
from clearprop.training.samples import Epoch, InMemory, Piece, Samples
from clearprop.training.shared import Shared
from clearprop.training.stream import Stream, whole
from clearprop.training.streamed import Streamed
from clearprop.training.validation import Validation, checked, measuring


class Training:
    """A training run. Iterate over it to train and to get the events.

    Parameters
    ----------
    network, theta, X, Y, sample_weight
        As in :func:`clearprop.cost_and_gradient`. Or `X` is a
        :class:`~clearprop.training.stream.Stream`, which brings Y and the weights. Its rows are
        read window by window, the next one while this one is trained on. An epoch has the same
        minibatches as in memory, in another order. A stream that fits into one window is read at
        once: then all is as in memory, to the bit. Or `X` is a
        :class:`~clearprop.training.shared.Shared`, whose rows lie on several processes.
    options
        How to train.
    validation
        Samples to measure on after every epoch.
    engine
        ``"auto"``, a name, or an engine.
    callbacks
        Called with every event. One that returns True ends training after the current slice.
    state, history
        Of an earlier run, which goes on here. `theta` is then the state's.
    order
        A function from the number of an epoch, counted from 0, to the order of its samples,
        ``(m,)``. None: :func:`clearprop.engines.protocol.epoch_order` of the options' seed.
        A stream has an order of its own, of seed, epoch and the sizes of its blocks.
    slice_seconds
        An epoch is cut into slices that take about this long. Ctrl-C, progress and checkpoints
        come between two slices. The results are the same bits for every value.

    Attributes
    ----------
    X, Y, sample_weight : ndarray, or None for the weights
        As they were checked: ``(m, s_1)``, ``(m, K)`` and ``(m,)``. Label smoothing changes what
        training follows, and not `Y`. None under a stream.
    samples
        The same as training takes them, also under a stream; `samples.rows` is m.
    penalty_rows : float or None
        The m of lambda/(2m); None: that of each minibatch.
    theta : ndarray of shape (n_parameters,)
        The parameters: the best ones under early stopping, otherwise the last ones.
    gradient_report : GradientReport or None
        The result of the check before training.
    history : History
        Cost, validation cost and validation score of every epoch.
    fitted : callable or None
        What makes the `estimator` of an event; an estimator that trains sets it.

    Raises
    ------
    ParameterError
        For data or options that do not fit.
    GradientError
        While iterating: the gradient is wrong, so training is refused.
    DivergenceError
        While iterating: the cost stopped being finite. `theta` stays at the last finite values.

    Examples
    --------
    >>> from clearprop import Network, initial_theta
    >>> network = Network((2, 4, 1), activation="tanh")
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> training = Training(network, initial_theta(network, 0), X, Y, Options("lbfgs"))
    >>> [type(event).__name__ for event in training][-1]
    'Ended'
    >>> training.history.costs[-1] < 0.01
    True
    """

    def __init__(
        self,
        network: Network,
        theta: Any,
        X: Any,
        Y: Any = None,
        options: Options | None = None,
        *,
        sample_weight: Any = None,
        validation: Validation | None = None,
        engine: EngineName | Engine = "auto",
        callbacks: Sequence[Callable[[Event], object]] = (),
        state: TrainingState | None = None,
        history: History | None = None,
        order: Callable[[int], Array] | None = None,
        slice_seconds: float = 0.05,
    ) -> None:
        self.network = network
        self.options = options or Options()
        theta = as_theta(network, theta if state is None else state.theta)
        if isinstance(X, Stream) and X.fits:
            X, Y, sample_weight = whole(X, network, theta.dtype)
        self.X: Any = None  # (m, s_1)
        self.Y: Any = None  # (m, K)
        self.sample_weight: Array | None = None  # (m,)
        self.samples: Samples
        if isinstance(X, Stream):
            self.samples = Streamed(network, X, theta.dtype, self.options)
        elif isinstance(X, Shared):
            self.samples = X
        else:
            kept = InMemory(network, X, Y, sample_weight, theta.dtype, self.options, order)
            self.samples, self.X, self.Y, self.sample_weight = kept, *kept.checked
        self.penalty_rows = None if self.options.penalty_per_batch else self.samples.weight
        self.validation = checked(validation, network, theta.dtype)
        problems = []
        if self.options.early_stopping and validation is None:
            problems.append("early_stopping: expected a validation set to watch; got none")
        problems += number_problems("slice_seconds", slice_seconds, low=0)
        raise_problems(problems)
        self.engine = choose_engine(engine)
        self._chosen_by_name = engine != "auto"
        self.callbacks = tuple(callbacks)
        self._rule = self.options.rule()
        self._state = state or TrainingState(
            theta.copy(), self._rule.start(np, theta), seed=self.options.seed
        )
        self._session: Session | None = None  # while minibatches are trained on
        self.history = history or History()
        self.gradient_report: GradientReport | None = None
        self.fitted: Callable[[], Any] | None = None
        self._interrupt = Interrupt()
        self._stop_asked = False
        self.slice_seconds = slice_seconds
        self._slice_units = 1  # as many as take `slice_seconds`, once the pace is known

    @property
    def state(self) -> TrainingState:
        """Parameters, moments and counters as they stand."""
        return self._state if self._session is None else self._session.state()

    @state.setter
    def state(self, state: TrainingState) -> None:
        self._state, self._session = state, None

    @property
    def theta(self) -> Array:
        """The parameters to use."""
        best = self.history.best_theta
        return self.state.theta if best is None else best

    def stop(self, asked: bool = True) -> None:
        """Ask training to end after the current slice of minibatches, or take that back."""
        self._stop_asked = asked

    def dropout(self) -> Dropout | None:
        """What decides which hidden units the current epoch leaves out; None: no unit."""
        rate = self.options.dropout
        return Dropout(rate, self.state.seed, self.state.epoch) if rate else None

    def run(self) -> Ended:
        """Iterate to the end and return the last event."""
        with Interrupt():
            *_, last = self
        assert isinstance(last, Ended)
        return last

    def __iter__(self) -> Iterator[Event]:
        """Train, yielding events; the last one is :class:`Ended`."""
        self._interrupt = Interrupt()
        return self._interrupt.around(self._heard())

    def _heard(self) -> Generator[Event, None, None]:
        """The events, after the callbacks."""
        with closing(self._events()) as events:
            for event in events:
                for callback in self.callbacks:
                    if callback(event) is True:
                        self.stop()
                yield event

    def _events(self) -> Generator[Event, None, None]:
        started = time.perf_counter()
        if not self._chosen_by_name:
            warn_of_slowness()
        if self.options.check_gradient:
            yield self.check()
        full = self.options.solver in FULL_BATCH
        try:
            reason = yield from self._full_batch_epochs() if full else self._minibatch_epochs()
        except Asked as asked:
            reason = asked.reason
        kept = self.history.best_epoch if self.history.best_theta is not None else None
        yield Ended(reason, self.state.epoch, kept, time.perf_counter() - started)

    def _asked_to_end(self) -> str | None:
        """The reason to end that the user or a callback gave, if one did."""
        if self._interrupt.asked:
            return "interrupted"
        return "stopped" if self._stop_asked else None

    def _go_on(self) -> None:
        """Raise Asked where there is a reason to end."""
        if reason := self._asked_to_end():
            raise Asked(reason)

    # -- Before: is the gradient right? ----------------------------------------------------------

    def check(self) -> GradientChecked:
        """Compare the gradient with differences, as training does before its first step.

        Raises
        ------
        GradientError
            If the gradient is wrong.
        """
        started = time.perf_counter()
        rows = self.samples.few(self.options.seed)
        report = quick_check(
            self.network,
            self.state.theta,
            rows.X,
            targets_of(rows),
            engine=self.engine,
            sample_weight=rows.sample_weight,
            seed=self.options.seed,
            dropout=self.dropout(),
        )
        self.gradient_report = report
        if report.verdict == "wrong":  # "unsure": the epochs report a cost that is not finite
            wrong = f"the gradient of engine {self.engine.name} is wrong; training was refused"
            raise GradientError(f"{wrong}\n{report}", report)
        return GradientChecked(report, time.perf_counter() - started)

    # -- Minibatches -----------------------------------------------------------------------------

    def _minibatch_epochs(self) -> Generator[Event, None, str]:
        """Yield the events of each epoch; return the reason to end."""
        options, m = self.options, self.samples.rows
        size = options.rows_per_batch(m)
        update = Update(self._rule, size, self.penalty_rows, options.dropout, options.clip_norm)
        with self._opened(update) as session:
            return (yield from self._epochs_of(session, size, math.ceil(m / size)))

    @contextmanager
    def _opened(self, update: Update) -> Iterator[Session]:
        """A session that holds the state while it is open."""
        with self.engine.open(self.network, self._state, self.samples.own, update) as session:
            self._session = session
            try:
                yield session
            finally:
                self.state = self.state  # the session's, or the one that took its place

    def _epochs_of(self, session: Session, size: int, count: int) -> Generator[Event, None, str]:
        """Train in a session, `count` minibatches of `size` rows an epoch."""
        options, state = self.options, session.state()

        def now() -> Epoch:
            return Epoch(state.seed, state.epoch, state.position, size, session.slice_unit)

        with self.samples.reading(now()) as pieces:
            while state.epoch < options.epochs and not self._stalled():
                started = time.perf_counter()
                before = replace(
                    state, theta=state.theta.copy(), moments=tuple(v.copy() for v in state.moments)
                )
                for done in self._slices(session, pieces(now()), count):
                    if not math.isfinite(state.mean_cost):
                        self.state = before
                        raise options.diverged(state.epoch, before.theta)
                    if done < count:
                        yield Progress(state.epoch + done / count, options.epochs)
                        self._go_on()
                if not np.isfinite(session.state().theta).all():
                    self.state = before
                    raise options.diverged(state.epoch, before.theta)
                rate, J = float(self._rates(count - 1, count, count)[0]), state.mean_cost
                shown = yield from self._measured(session)
                state.end_epoch()
                event = self._epoch_ended(J, shown, rate, started)
                # Before the event: a checkpoint that is made at the event must hold the new rate.
                lower_rate(self.options, self.history)
                yield event
                self._go_on()
        return "converged" if self._stalled() else "epochs"

    def _slices(
        self, session: Session, pieces: Iterator[Piece | None], count: int
    ) -> Iterator[int]:
        """Train the rest of an epoch; yield after each slice how many minibatches are done.

        It also yields while rows are being read.
        """
        state, unit = session.state(), session.slice_unit
        for piece in pieces:
            while piece is not None and state.position < piece.last:
                first = state.position
                last = min((first // unit + self._slice_units) * unit, piece.last)
                started = time.perf_counter()
                session.advance(self._rates(first, last, count), piece.order_at(first), piece.rows)
                pace = (last - first) / max(time.perf_counter() - started, 1e-9)
                self._slice_units = max(1, int(pace * self.slice_seconds / unit))
                yield last
            if piece is None:
                yield state.position

    def _rates(self, first: int, last: int, count: int) -> Array:
        """The rates of minibatches `first` to `last` (excluded) of the `count` in this epoch."""
        epoch, rows = self.state.epoch, self.samples.rows
        return rates_of(self.options, self.history, epoch, rows, first, last, count)

    def _stalled(self) -> bool:
        """Whether there was no improvement for too long."""
        return self.history.stalled > self.options.patience

    # -- Full batch ------------------------------------------------------------------------------

    def _full_batch_epochs(self) -> Generator[Event, None, str]:
        """Yield an event for each iteration of SciPy's solver; return the reason to end."""
        state, dtype = self._state, self._state.theta.dtype
        started = time.perf_counter()
        # SciPy's own steps are many small products. One BLAS thread is faster for those, but not
        # for the few large products of the reference engine.
        quiet = nullcontext() if self.engine.name == "reference" else one_blas_thread()
        start = state.theta.astype(np.float64)
        opened = self.samples.objective(self.engine, state.theta, self._go_on)
        with opened as (function, session), quiet:
            solver = minimize(function, start, self.options, lambda: bool(self._asked_to_end()))
            with closing(solver):
                for found in solver:
                    if not (math.isfinite(found.cost) and np.isfinite(found.theta).all()):
                        raise self.options.diverged(state.epoch, state.theta)
                    state.theta = found.theta.astype(dtype)
                    if isinstance(found, Outcome):
                        return "converged" if found.converged else "epochs"
                    session.move_to(state.theta)
                    shown = yield from self._measured(session)
                    state.epoch += 1
                    state.step += 1
                    yield self._epoch_ended(found.cost, shown, None, started)
                    self._go_on()
                    if self.options.early_stopping and self._stalled():
                        return "converged"
                    started = time.perf_counter()
        self._go_on()
        return "epochs"

    # -- After an epoch --------------------------------------------------------------------------

    def _measured(self, session: Session) -> Generator[Event, None, tuple[float, float] | None]:
        """Validation cost and score after this epoch; None without a validation set."""
        if self.validation is None:
            return None
        parts = measuring(self.validation, self.network, session)
        while True:
            try:
                next(parts)
            except StopIteration as end:
                shown: tuple[float, float] = end.value
                return shown
            yield Progress(self.state.epoch + 1.0, self.options.epochs)
            self._go_on()

    def _epoch_ended(
        self, J: float, shown: tuple[float, float] | None, rate: float | None, started: float
    ) -> EpochEnded:
        """Note the epoch; `shown` are validation cost and score."""
        history = self.history
        history.costs.append(J)
        validation_cost, score = shown or (None, None)
        if validation_cost is not None and score is not None:
            history.validation_costs.append(validation_cost)
            history.validation_scores.append(score)
        value, keep = -J, None
        if self.options.early_stopping and score is not None:
            value = -history.recent_validation_cost if self.options.watch == "cost" else score
            keep = self.state.theta
        history.note(value, self.state.epoch, self.options.tol, keep)
        seconds = time.perf_counter() - started
        return EpochEnded(
            self.state.epoch,
            self.options.epochs,
            J,
            validation_cost,
            score,
            rate,
            seconds,
            self.network,
            self.state,
            self.fitted,
        )
