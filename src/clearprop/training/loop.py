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
from clearprop.engines.choice import choose_engine, warn_without_native
from clearprop.engines.protocol import (
    Engine,
    Rows,
    Session,
    TrainingState,
    Update,
    epoch_order,
)
from clearprop.errors import (
    DivergenceError,
    GradientError,
    number_problems,
    raise_problems,
)
from clearprop.gradients.check import GradientReport, quick_check
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout
from clearprop.network.samples import (
    as_inputs,
    as_sample_weight,
    as_targets,
    as_theta,
    smoothed,
)
from clearprop.training.events import Ended, EpochEnded, Event, GradientChecked, Progress
from clearprop.training.full_batch import Outcome, minimize
from clearprop.training.history import History
from clearprop.training.interrupt import Interrupt
from clearprop.training.options import FULL_BATCH, Options
from clearprop.training.validation import Validation, checked, measured

# scikit-learn's schedule "adaptive" stops once the rate is this small.
SMALLEST_RATE = 1e-6


class Training:
    """A training run. Iterate over it to train and to get the events.

    Parameters
    ----------
    network, theta, X, Y, sample_weight
        As in :func:`clearprop.cost_and_gradient`.
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
    slice_seconds
        An epoch is cut into slices that take about this long. Ctrl-C, progress and checkpoints
        come between two slices. The results are the same bits for every value.

    Attributes
    ----------
    X, Y, sample_weight : ndarray, or None for the weights
        As they were checked: ``(m, s_1)``, ``(m, K)`` and ``(m,)``. Label smoothing changes what
        training follows, and not `Y`.
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
        Y: Any,
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
        self.X = as_inputs(network, X, theta.dtype)
        rows = self.X.shape[0]
        self.Y = as_targets(network, Y, rows, theta.dtype)
        self._Y = smoothed(network, self.Y, self.options.label_smoothing)  # what training follows
        self.sample_weight = as_sample_weight(sample_weight, rows, theta.dtype)
        weight = self.sample_weight
        self.penalty_rows: float | None = None
        if not self.options.penalty_per_batch:
            self.penalty_rows = float(rows if weight is None else weight.sum())
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
        self._order = order or (lambda epoch: epoch_order(self.state.seed, epoch, rows))
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
            warn_without_native()
        if self.options.check_gradient:
            yield self.check()
        if self.options.solver in FULL_BATCH:
            reason = yield from self._full_batch_epochs()
        else:
            reason = yield from self._minibatch_epochs()
        kept = self.history.best_epoch if self.history.best_theta is not None else None
        yield Ended(reason, self.state.epoch, kept, time.perf_counter() - started)

    def _asked_to_end(self) -> str | None:
        """The reason to end that the user or a callback gave, if one did."""
        if self._interrupt.asked:
            return "interrupted"
        return "stopped" if self._stop_asked else None

    # -- Before: is the gradient right? ----------------------------------------------------------

    def check(self) -> GradientChecked:
        """Compare the gradient with differences, as training does before its first step.

        Raises
        ------
        GradientError
            If the gradient is wrong.
        """
        started = time.perf_counter()
        report = quick_check(
            self.network,
            self.state.theta,
            self.X,
            self._Y,
            engine=self.engine,
            sample_weight=self.sample_weight,
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
        options = self.options
        size = options.rows_per_batch(self.X.shape[0])
        update = Update(self._rule, size, self.penalty_rows, options.dropout, options.clip_norm)
        with self._opened(update) as session:
            return (yield from self._epochs_of(session, math.ceil(self.X.shape[0] / size)))

    @contextmanager
    def _opened(self, update: Update) -> Iterator[Session]:
        """A session that holds the state while it is open."""
        with self.engine.open(self.network, self._state, self._rows(), update) as session:
            self._session = session
            try:
                yield session
            finally:
                self.state = self.state  # the session's, or the one that took its place

    def _rows(self) -> Rows:
        return Rows(self.X, self._Y, self.sample_weight)

    def _epochs_of(self, session: Session, count: int) -> Generator[Event, None, str]:
        """Train in a session, `count` minibatches an epoch."""
        options, state, unit = self.options, session.state(), session.slice_unit
        shuffle = options.shuffle and options.solver != "gd"
        while state.epoch < options.epochs and not self._stalled():
            started = time.perf_counter()
            state = session.state()
            before = replace(
                state, theta=state.theta.copy(), moments=tuple(v.copy() for v in state.moments)
            )
            order = self._order(state.epoch) if shuffle else None
            while state.position < count:
                first = state.position
                last = min((first // unit + self._slice_units) * unit, count)
                slice_started = time.perf_counter()
                mean = session.advance(self._rates(first, last, count), order)
                if not math.isfinite(mean):
                    self.state = before
                    raise _diverged(before, options)
                pace = (last - first) / max(time.perf_counter() - slice_started, 1e-9)
                self._slice_units = max(1, int(pace * self.slice_seconds / unit))
                if last < count:
                    yield Progress(state.epoch + last / count, options.epochs)
                    if asked := self._asked_to_end():
                        return asked
            if not np.isfinite(session.state().theta).all():
                self.state = before
                raise _diverged(before, options)
            rate = float(self._rates(count - 1, count, count)[0])
            state.end_epoch()
            event = self._epoch_ended(mean, rate, started, session)
            # Before the event: a checkpoint that is made at the event must hold the new rate.
            self._lower_rate()
            yield event
            if asked := self._asked_to_end():
                return asked
        return "converged" if self._stalled() else "epochs"

    def _rates(self, first: int, last: int, count: int) -> Array:
        """The rates of minibatches `first` to `last` (excluded) of the `count` in this epoch.

        They follow the number of the minibatch. `state.step` leaves out minibatches without weight.
        """
        options, epoch = self.options, self.state.epoch
        start, steps = epoch * count + first, options.epochs * count
        schedule = options.rate_schedule()
        rates = schedule.rates(start, last - first, epoch, self.X.shape[0], steps)
        return rates / self.history.rate_divisor

    def _stalled(self) -> bool:
        """Whether there was no improvement for too long."""
        return self.history.stalled > self.options.patience

    def _lower_rate(self) -> None:
        """scikit-learn's "adaptive": once training has stalled, go on with a fifth of the rate."""
        options, history = self.options, self.history
        adapts = options.schedule == "adaptive" and options.solver in ("sgd", "gd")
        rate = options.learning_rate / history.rate_divisor
        if self._stalled() and adapts and rate > SMALLEST_RATE:
            history.stalled = 0
            history.rate_divisor *= 5

    # -- Full batch ------------------------------------------------------------------------------

    def _full_batch_epochs(self) -> Generator[Event, None, str]:
        """Yield an event for each iteration of SciPy's solver; return the reason to end."""
        state, dtype = self._state, self._state.theta.dtype
        # The solver asks for points beside the way, so the session has a state of its own.
        session = self.engine.open(self.network, TrainingState(state.theta), self._rows())

        def function(theta: Array) -> tuple[float, Array]:
            session.move_to(theta)
            J, gradient = session.cost_and_gradient()
            return J, gradient.astype(np.float64, copy=False)

        started = time.perf_counter()
        # SciPy's own steps are many small products. One BLAS thread is faster for those, but not
        # for the few large products of the reference engine.
        quiet = nullcontext() if self.engine.name == "reference" else one_blas_thread()
        start = state.theta.astype(np.float64)
        solver = minimize(function, start, self.options, lambda: self._asked_to_end() is not None)
        with session, quiet, closing(solver):
            for found in solver:
                if not (math.isfinite(found.cost) and np.isfinite(found.theta).all()):
                    raise _diverged(state, self.options)
                state.theta = found.theta.astype(dtype)
                if isinstance(found, Outcome):
                    return "converged" if found.converged else "epochs"
                state.epoch += 1
                state.step += 1
                session.move_to(state.theta)
                yield self._epoch_ended(found.cost, None, started, session)
                if asked := self._asked_to_end():
                    return asked
                if self.options.early_stopping and self._stalled():
                    return "converged"
                started = time.perf_counter()
        return self._asked_to_end() or "epochs"

    # -- After an epoch --------------------------------------------------------------------------

    def _epoch_ended(
        self, J: float, rate: float | None, started: float, session: Session
    ) -> EpochEnded:
        history = self.history
        history.costs.append(J)
        validation_cost = score = None
        if self.validation is not None:
            validation_cost, score = measured(self.validation, self.network, session)
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


def _diverged(state: TrainingState, options: Options) -> DivergenceError:
    epoch = state.epoch + 1
    tries = "scale the inputs, or add regularization"
    if options.solver not in FULL_BATCH:
        tries = f"take a smaller learning rate than {options.learning_rate:g}, {tries}"
    return DivergenceError(
        f"the cost stopped being finite in epoch {epoch}; {tries}. "
        "The parameters are those of the last epoch that was finite",
        epoch,
        state.theta,
    )
