"""The learning curve: cost and validation score after every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import MaxNLocator

from clearprop.experiment.run import Experiment
from clearprop.figures.drawing import BLUE, RED, Picture, network_line, sentences, sheet, styled
from clearprop.language import Sentences
from clearprop.network.architecture import Network
from clearprop.training.options import FULL_BATCH

__all__ = ["LearningCurve", "draw_learning_curve", "recorded"]

# Costs that fall below this part of their first value are drawn on a logarithmic axis.
_LOGARITHMIC = 1 / 30


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """The curves that a training run recorded.

    Attributes
    ----------
    network, rows
        What was trained, and on how many rows.
    costs
        J with lambda for every epoch; see :class:`clearprop.training.EpochEnded`.
    validation_costs, validation_scores
        J without lambda, and the score, on the validation rows.
    regression
        Whether the score is R^2; otherwise it is the accuracy.
    iterations
        Whether an epoch was an iteration of a full-batch solver.
    """

    network: Network
    rows: int
    costs: tuple[float, ...]
    validation_costs: tuple[float, ...]
    validation_scores: tuple[float, ...]
    regression: bool
    iterations: bool


def recorded(run: Experiment) -> LearningCurve:
    """The curves of a run up to now.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> run = Experiment(read("digits"), RECIPES["course"].with_(epochs=3))
    >>> for event in run.train():
    ...     pass
    >>> curve = recorded(run)
    >>> len(curve.costs), curve.costs[-1] == run.training.history.costs[-1], curve.iterations
    (3, True, True)
    """
    history = run.training.history
    return LearningCurve(
        run.network,
        run.parts["train"].n_rows,
        tuple(history.costs),
        tuple(history.validation_costs),
        tuple(history.validation_scores),
        run.targets.task == "regression",
        run.recipe.options.solver in FULL_BATCH,
    )


def draw_learning_curve(curve: LearningCurve, lang: str = "en", source: str = "") -> Picture:
    """Draw the costs on the left, the validation score on the right."""
    say = sentences(lang)
    score = say("learning-curve.r2" if curve.regression else "learning-curve.accuracy")
    title = say("learning-curve.title")
    caption = network_line(say, curve.network, curve.rows, source)
    epochs = range(1, len(curve.costs) + 1)
    # A single epoch is a point, which a line does not show.
    marker = "o" if len(epochs) == 1 else ""
    watched: dict[str, Any] = {"marker": marker, "linestyle": "--", "color": RED}
    with styled(title, caption):
        figure, (left, right) = sheet(12, 5, title, caption, columns=2)
        trained = say("learning-curve.train")
        left.plot(epochs, curve.costs, marker=marker, color=BLUE, label=trained)
        validation = say("learning-curve.validation")
        left.plot(epochs, curve.validation_costs, label=validation, **watched)
        left.set_ylabel(say("shared.cost"))
        costs = curve.costs + curve.validation_costs
        if 0 < min(costs, default=0) < _LOGARITHMIC * max(costs, default=0):
            left.set_yscale("log")
        left.legend()
        right.plot(epochs, curve.validation_scores, **watched)
        right.set_ylabel(score)
        for axes in (left, right):
            axes.set_xlabel(say("shared.iteration" if curve.iterations else "shared.epoch"))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            if len(epochs) == 1:
                axes.set_xlim(0, 2)
            axes.grid()
    return Picture(figure, title, _description(curve, score, say), lang)


def _description(curve: LearningCurve, score: str, say: Sentences) -> str:
    if not curve.costs:
        return say("learning-curve.empty")
    return say(
        "learning-curve.description",
        n=len(curve.costs),
        first=f"{curve.costs[0]:.4g}",
        last=f"{curve.costs[-1]:.4g}",
        validation=f"{curve.validation_costs[-1]:.4g}",
        name=score,
        score=f"{curve.validation_scores[-1]:.4f}",
    )
