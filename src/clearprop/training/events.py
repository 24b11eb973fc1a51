"""The events of training: what command line, estimators and notebooks listen to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from clearprop.gradients.check import GradientReport


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

    Examples
    --------
    >>> from clearprop import Network, Options, Training
    >>> options = Options("lbfgs", epochs=50)
    >>> network = Network((1, 1), cost="squared")
    >>> for event in Training(network, [0.0, 0.0], [[1], [2]], [3, 5], options):
    ...     if isinstance(event, EpochEnded) and event.epoch == 1:
    ...         print(event.epoch, event.epochs, event.cost > 0, event.validation_cost)
    1 50 True None
    """

    epoch: int
    epochs: int
    cost: float
    validation_cost: float | None
    validation_score: float | None
    learning_rate: float | None
    seconds: float


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
