"""A run told as the course's six steps: the facts of each step.

:mod:`clearprop.experiment.telling` makes sentences of them in English and Chinese. A terminal, a
notebook and a studio can each show the same steps in their own way.

The story computes nothing. Steps 2 to 4 report J and its gradient on the rows of the gradient
check, since the check has computed them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.data.labels import label_text
from clearprop.engines.slices import cost_of_outputs
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.run import Experiment
from clearprop.gradients.report import GradientReport
from clearprop.network.architecture import Network
from clearprop.training import Ended
from clearprop.training.options import ALL_ROWS, FULL_BATCH

__all__ = [
    "Step",
    "ending",
    "learning",
    "opening",
    "refit",
    "score_name",
    "selection",
    "six_steps",
]


@dataclass(frozen=True)
class Step:
    """One step of the story.

    Attributes
    ----------
    number
        1 to 6 for the course's steps. None for what comes before and after them.
    name
        The course's steps are ``"initial"``, ``"forward"``, ``"cost"``, ``"backward"``,
        ``"check"`` and ``"minimise"``. Before them come ``"data"``, ``"network"`` and ``"engine"``,
        after them ``"ended"``, ``"selection"``, ``"refit"`` and ``"learning"``.
    facts
        Numbers and names, as JSON values.
    """

    number: int | None
    name: str
    facts: Mapping[str, Any]


def opening(run: Experiment) -> list[Step]:
    """The steps before the first: data, network and engine.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> data, network, engine = opening(Experiment(read("digits"), RECIPES["course"]))
    >>> data.facts["rows"], network.facts["parameters"]
    ({'train': 1258, 'validation': 180, 'test': 359}, 1885)
    """
    network, training = run.network, run.training
    data = {
        "source": run.source,
        "rows": run.prepared.rows,
        "learned": _learned(run),
        "dropped": run.dropped,
        "notes": [[note.key, dict(note.facts)] for note in run.prepared.notes],
        "class_weights": _class_weights(run),
    }
    made = {
        "layer_sizes": list(network.layer_sizes),
        "activation": network.activation,
        "output": network.output_activation,
        "cost": network.cost,
        "regularization": list(run.recipe.strengths),
        "bag": run.recipe.bag,
        "quantiles": None if run.targets.interval is None else list(run.targets.interval.levels),
        "parameters": network.n_parameters,
    }
    n = getattr(training.engine, "processes", 1)
    engine = {"engine": training.engine.name, "dtype": str(training.theta.dtype), "processes": n}
    return [Step(None, "data", data), Step(None, "network", made), Step(None, "engine", engine)]


def six_steps(run: Experiment, report: GradientReport) -> list[Step]:
    """The course's steps. The sixth begins with the first epoch.

    Parameters
    ----------
    run
        A run whose gradient has just been checked.
    report
        The report of that check.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> run = Experiment(read("digits"), RECIPES["course"].with_(epochs=1))
    >>> checked, *_ = run.train()
    >>> steps = six_steps(run, checked.report)
    >>> [step.name for step in steps]
    ['initial', 'forward', 'cost', 'backward', 'check', 'minimise']
    >>> steps[1].facts["rows"], steps[2].facts["J"] == checked.report.cost
    (10, True)
    """
    assert report.penalty is not None  # a network's
    recipe, after = run.recipe, run.training.state.epoch
    seed = recipe.options.seed
    # After a checkpoint, or from a model, the network no longer guesses, so the comparison would
    # mislead.
    guess = None if after or run.start is not None else _guess(run.network)
    init = recipe.init if run.start is None else None
    return [
        Step(1, "initial", {"init": init, "seed": seed, "after": after}),
        Step(2, "forward", {"rows": report.n_rows}),
        # The penalty is divided by the number of rows, so for ten rows it is most of J. It is kept
        # apart: a guess is compared with J without it.
        Step(3, "cost", {"J": report.cost, "penalty": report.penalty, "guess": guess}),
        Step(4, "backward", {"norm": report.gradient_norm}),
        Step(
            5,
            "check",
            {
                "verdict": report.verdict,
                "parameters": report.n_checked,
                "difference": report.largest_relative_difference,
            },
        ),
        Step(6, "minimise", _solver(run)),
    ]


def ending(run: Experiment, ended: Ended) -> Step:
    """The last step: how training ended."""
    costs = run.training.history.costs
    facts = {
        "epochs": ended.epochs,
        "epoch_name": run.recipe.epoch_name,
        "seconds": ended.seconds,
        "cost": costs[-1] if costs else None,
        "reason": ended.reason,
    }
    return Step(None, "ended", facts)


def selection(run: Experiment) -> Step | None:
    """What the validation rows chose; None where there was nothing to choose.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> recipe = RECIPES["modern"].with_(lambdas=(1.0, 10.0), epochs=3)
    >>> step = selection(Experiment(read("digits"), recipe).fit())
    >>> sorted(step.facts["costs"]), step.facts["best_epochs"]
    ([1.0, 10.0], [3])
    """
    choice = run.choice
    if not run.recipe.options.early_stopping or math.isinf(choice.costs[choice.regularization]):
        return None
    facts = {
        "costs": choice.costs,
        "regularization": choice.regularization,
        "best_epochs": [member.best_epoch for member in choice.members],
        "epochs": [member.training.state.epoch for member in choice.members],
        "epoch_name": run.recipe.epoch_name,
    }
    return Step(None, "selection", facts)


def refit(run: Experiment) -> Step | None:
    """What became of training on all rows; None where that was not asked for, or not begun.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> recipe = RECIPES["course"].with_(epochs=3)
    >>> facts = refit(Experiment(read("digits"), recipe, all_rows=True).fit()).facts
    >>> facts["rows"], facts["epochs"], facts["reason"]
    (1797, [3], 'done')
    """
    if run.refit is None:
        return None
    facts = {
        "rows": run.refit.rows,
        "epochs": list(run.refit.epochs),
        "epoch_name": run.recipe.epoch_name,
        "regularization": run.choice.regularization,
        "reason": run.refit.reason,
    }
    return Step(None, "refit", facts)


def learning(run: Experiment, measurements: Mapping[str, Measurement]) -> Step | None:
    """How training and validation cost stand to each other (course, week 6).

    The measure of a cost is the cost of the best constant answer: the shares of the classes, the
    mean, or the quantiles. The network has *high variance* if the validation cost lies above the
    training cost by more than a tenth of that, and by more than a quarter of the training cost.
    Otherwise it has *high bias*, or labels that the columns cannot tell, if the training cost is
    more than half of it. The quantile cost grows like the error, others like its square. So its
    squares are compared. None where rows were weighted: training minimised another cost then than
    the one that is measured.
    """
    if run.parts["train"].weights is not None or run.class_weights is not None:
        return None
    interval = run.targets.interval
    coverage = None if interval is None else interval.coverage
    # Those of the whole part: a run of a bag has only its own rows.
    Y = run.prepared.encoded_labels("train", run.network.cost, coverage)  # (m, K)
    best = Y.mean(axis=0, dtype=np.float64)  # (K,)
    linear = run.network.cost == "quantile"
    if linear:
        levels = run.network.levels
        best = np.array([np.quantile(y, q) for y, q in zip(Y.T, levels, strict=True)])  # (K,)
    guess = cost_of_outputs(run.network, np.broadcast_to(best, Y.shape), Y)
    train, validation = measurements["train"].cost, measurements["validation"].cost
    t, v, g = (J**2 if linear else J for J in (train, validation, guess))
    verdict = "close"
    if v - t > max(g / 10, t / 4):
        verdict = "variance"
    elif t > g / 2:
        verdict = "bias"
    facts = {"train": train, "validation": validation, "guess": guess, "verdict": verdict}
    return Step(None, "learning", facts)


def score_name(run: Experiment) -> str:
    """The name of the run's score: ``"accuracy"`` or ``"r2"``."""
    return "r2" if run.targets.task == "regression" else "accuracy"


def _learned(run: Experiment) -> dict[str, Any]:
    """What the network learns for each row: one of n classes, n labels, or n numbers."""
    targets = run.targets
    if targets.task == "classification" and targets.classes is not None:
        kind, n = "class", len(targets.classes)
    else:
        kind = "label" if targets.task == "multilabel" else "number"
        n = targets.n_units(run.network.cost) // (1 if targets.interval is None else 3)
    return {"kind": kind, "n": n, "target": targets.name}


def _class_weights(run: Experiment) -> dict[str, float] | None:
    """The weight of each class, by its label as text."""
    classes, weights = run.targets.classes, run.class_weights
    if classes is None or weights is None:
        return None
    names = map(label_text, classes.tolist())
    return dict(zip(names, weights.tolist(), strict=True))


def _guess(network: Network) -> dict[str, Any] | None:
    """The cost of a network that gives all classes the same probability: a sanity check."""
    K = network.n_outputs
    if network.cost == "softmax":
        return {"formula": f"ln {K}", "J": math.log(K)}
    if network.cost == "logistic":
        return {"formula": "ln 2" if K == 1 else f"{K} ln 2", "J": K * math.log(2)}
    return None


def _cut(run: Experiment) -> dict[str, Any] | None:
    """What the limit of time left out; None if nothing."""
    recipe, wanted = run.recipe, run.wanted
    if recipe == wanted:
        return None
    dropped = [strength for strength in wanted.strengths if strength not in recipe.strengths]
    return {"epochs": wanted.options.epochs, "dropped": dropped}


def _shift(run: Experiment) -> dict[str, int] | None:
    """How far images are shifted, and how many an epoch takes; None where they are not."""
    pixels = run.recipe.shift
    return {"pixels": pixels, "images": run.training.samples.rows} if pixels else None


def _solver(run: Experiment) -> dict[str, Any]:
    """Solver, rate, minibatches and epochs."""
    options = run.recipe.options
    full_batch = options.solver in FULL_BATCH
    minibatches = options.solver not in ALL_ROWS
    return {
        "solver": options.solver,
        "rate": None if full_batch else options.learning_rate,
        "schedule": options.schedule,
        "batch_size": options.rows_per_batch(run.training.samples.rows) if minibatches else None,
        "epochs": options.epochs,
        "candidates": len(run.candidates),
        "epoch_name": run.recipe.epoch_name,
        "at_most": full_batch or options.patience != math.inf,
        "cut": _cut(run),
        "shift": _shift(run),
        **options.beside_the_rule(),
    }
