"""What happens during training, as values for those who listen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from clearprop.gradients.check import GradientReport


@dataclass(frozen=True)
class GradientChecked:
    """The gradient was compared with differences, and was right; from now on this is off."""

    report: GradientReport
    seconds: float


@dataclass(frozen=True)
class Progress:
    """A part of an epoch is done: `done` epochs of `epochs`, with a fraction."""

    done: float
    epochs: int


@dataclass(frozen=True)
class EpochEnded:
    """An epoch (an iteration, for ``lbfgs`` and ``cg``) is done.

    `cost` is J with lambda: the mean over the epoch's minibatches, each before its update, or the
    cost after the iteration of a full-batch solver. `validation_cost` is without lambda (course,
    week 6, "Model selection"); it and `validation_score` are None without a validation set.
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

    `reason` is ``"epochs"`` (all of them run), ``"converged"`` (the cost, or the validation score,
    stopped improving), ``"interrupted"`` (Ctrl-C) or ``"stopped"`` (a callback asked). `best_epoch`
    is the epoch whose parameters were kept, where early stopping chose one.
    """

    reason: str
    epochs: int
    best_epoch: int | None
    seconds: float


Event: TypeAlias = GradientChecked | Progress | EpochEnded | Ended
