"""The events of training: what command line, estimators and notebooks listen to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from clearprop.engines.protocol import TrainingState
from clearprop.errors import ParameterError
from clearprop.gradients.check import GradientReport
from clearprop.network.architecture import Array, Network


@dataclass(frozen=True)
class GradientChecked:
    """The gradient was compared with differences and is right. The check is off from now on.

    Examples
    --------
    >>> from clearprop import Network, Options, Training
    >>> first, *_ = Training(Network((1, 1)), [0.0, 0.0], [[1.0]], [1], Options(epochs=1))
    >>> isinstance(first, GradientChecked), first.report.verdict
    (True, 'right')
    """

    report: GradientReport
    seconds: float


@dataclass(frozen=True)
class Progress:
    """A part of an epoch is done: `done` epochs of `epochs`, with a fraction.

    Examples
    --------
    >>> Progress(done=2.25, epochs=10)
    Progress(done=2.25, epochs=10)
    """

    done: float
    epochs: int


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is done. For ``lbfgs`` and ``cg`` it is an iteration.

    `cost` is J with lambda. For minibatches it is the mean of their costs, each taken before the
    update; for a full-batch solver it is the cost after the iteration. `validation_cost` is without
    lambda (course, week 6, "Model selection"). It and `validation_score` are None without a
    validation set.

    A callback can compute with what stands after the epoch: with `network` and `theta`, and with
    `estimator` where an estimator trains. `theta` and `estimator` are copies, made when they are
    read. They are there until training goes on, and raise ParameterError after that. A pickle of
    the event leaves all three out.

    Examples
    --------
    >>> from clearprop import MLPClassifier, Network, Options, Training, predict
    >>> options = Options("lbfgs", epochs=50)
    >>> network = Network((1, 1), cost="squared")
    >>> for event in Training(network, [0.0, 0.0], [[1], [2]], [3, 5], options):
    ...     if isinstance(event, EpochEnded) and event.epoch == 1:
    ...         print(event.epoch, event.epochs, event.cost > 0, event.validation_cost)
    ...         print(predict(event.network, event.theta, [[3]]).shape)
    1 50 True None
    (1, 1)

    A metric of one's own, on rows of one's own, after every epoch:

    >>> from sklearn.datasets import load_iris
    >>> from sklearn.metrics import balanced_accuracy_score
    >>> X, y = load_iris(return_X_y=True)
    >>> curve = []
    >>> def listen(event):
    ...     if isinstance(event, EpochEnded):
    ...         predicted = event.estimator.predict(X[1::2])
    ...         curve.append(balanced_accuracy_score(y[1::2], predicted))
    >>> classifier = MLPClassifier((8,), solver="lbfgs", random_state=0, callbacks=[listen])
    >>> classifier.fit(X[::2], y[::2]).n_iter_ == len(curve)
    True
    """

    epoch: int
    epochs: int
    cost: float
    validation_cost: float | None
    validation_score: float | None
    learning_rate: float | None
    seconds: float
    network: Network | None = field(default=None, repr=False, compare=False)
    state: TrainingState | None = field(default=None, repr=False, compare=False)
    fitted: Callable[[], Any] | None = field(default=None, repr=False, compare=False)

    @property
    def done(self) -> float:
        """The epochs that are done, as in :class:`Progress`."""
        return float(self.epoch)

    @property
    def theta(self) -> Array:
        """The parameters after this epoch, ``(n_parameters,)``."""
        return self._current("theta").theta.copy()

    @property
    def estimator(self) -> Any:
        """The estimator that trains, fitted as after this epoch; None if there is none."""
        self._current("estimator")
        return None if self.fitted is None else self.fitted()

    def _current(self, name: str) -> TrainingState:
        """The state, if it is still that after this epoch."""
        state = self.state
        if state is None or (state.epoch, state.position) != (self.epoch, 0):
            raise ParameterError(
                f"{name}: expected to be read in the callback of epoch {self.epoch}, before "
                "training goes on; copy it there to keep it"
            )
        return state

    def __reduce__(self) -> tuple[Any, ...]:
        names = ("epoch", "epochs", "cost", "validation_cost", "validation_score")
        return EpochEnded, tuple(
            getattr(self, name) for name in (*names, "learning_rate", "seconds")
        )


@dataclass(frozen=True)
class Ended:
    """Training is over.

    `reason` is ``"epochs"`` (all of them were run), ``"converged"`` (the cost or the validation
    score stopped improving), ``"interrupted"`` (Ctrl-C) or ``"stopped"`` (a callback asked for it).
    `best_epoch` is the epoch whose parameters were kept, if early stopping chose one.

    Examples
    --------
    >>> from clearprop import Network, Options, Training
    >>> ended = Training(Network((1, 1)), [0.0, 0.0], [[1.0]], [1], Options(epochs=3)).run()
    >>> ended.reason, ended.epochs
    ('epochs', 3)
    """

    reason: str
    epochs: int
    best_epoch: int | None
    seconds: float


Event: TypeAlias = GradientChecked | Progress | EpochEnded | Ended
