"""What a run of a search has shown, as a trial."""

from __future__ import annotations

import math

from clearprop.engines.protocol import TrainingState
from clearprop.experiment.run import Experiment
from clearprop.experiment.trial import Configuration, Trial
from clearprop.training import Validation
from clearprop.training.validation import measured

__all__ = ["cost_of_training", "trial_of"]


def trial_of(
    run: Experiment,
    configuration: Configuration,
    epochs: int,
    rung: int,
    cost: float,
    seconds: float,
) -> Trial:
    """The trial that `run` was, of `epochs` epochs at most, on rung number `rung`.

    `cost` is that of the training rows (:func:`cost_of_training`). The validation cost is that of
    the epoch that is kept, and infinite where there is none.
    """
    (candidate,) = run.candidates
    history, kept = candidate.training.history, candidate.best_epoch
    # What is watched may be a mean of epochs. In a short run that would be mostly its start.
    J = history.validation_costs[kept - 1] if kept else math.inf
    return Trial(
        configuration,
        rung,
        epochs,
        run.network.n_parameters,
        cost,
        J if math.isfinite(J) else math.inf,
        len(history.costs),
        kept,
        seconds,
        tuple(history.costs),
        tuple(history.validation_costs),
    )


def cost_of_training(run: Experiment) -> float:
    """J of the training rows without lambda, for the parameters that are kept."""
    training, own = run.training, run.encoded.rows("train")
    rows = Validation(own.X, own.Y, sample_weight=own.weights)
    with training.engine.open(training.network, TrainingState(training.theta)) as session:
        return measured(rows, training.network, session)[0]
