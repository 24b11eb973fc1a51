"""The learning curve: cost and validation score after every epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from clearprop.experiment.run import Experiment
from clearprop.figures.drawing import (
    BLUE,
    INK,
    RED,
    Picture,
    network_line,
    sentences,
    sheet,
    styled,
)
from clearprop.language import Sentences
from clearprop.network.architecture import Network
from clearprop.training.options import FULL_BATCH

__all__ = ["CandidateCurve", "LearningCurve", "draw_learning_curve", "recorded"]

# Costs that fall below this part of their first value are drawn on a logarithmic axis.
_LOGARITHMIC = 1 / 30


@dataclass(frozen=True, eq=False)
class CandidateCurve:
    """The curves of one of several runs among which the validation rows chose.

    Attributes
    ----------
    regularization
        Its lambda.
    costs, validation_costs
        J with lambda, and J of its validation rows without lambda, for every epoch.
    best_epoch
        The epoch whose parameters were kept.
    chosen
        Whether it was chosen.
    """

    regularization: float
    costs: tuple[float, ...]
    validation_costs: tuple[float, ...]
    best_epoch: int
    chosen: bool


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
    best_epoch
        The epoch whose parameters were kept; None for the last one.
    candidates
        The curves of all runs, if there were several.
    """

    network: Network
    rows: int
    costs: tuple[float, ...]
    validation_costs: tuple[float, ...]
    validation_scores: tuple[float, ...]
    regression: bool
    iterations: bool
    best_epoch: int | None = None
    candidates: tuple[CandidateCurve, ...] = ()


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
    history, members = run.training.history, run.choice.members
    several = run.candidates if len(run.candidates) > 1 else []
    return LearningCurve(
        run.network,
        run.parts["train"].n_rows,
        tuple(history.costs),
        tuple(history.validation_costs),
        tuple(history.validation_scores),
        run.targets.task == "regression",
        run.recipe.options.solver in FULL_BATCH,
        None if history.best_theta is None else history.best_epoch,
        tuple(
            CandidateCurve(
                candidate.regularization,
                tuple(candidate.training.history.costs),
                tuple(candidate.training.history.validation_costs),
                candidate.best_epoch,
                candidate in members,
            )
            for candidate in several
        ),
    )


def draw_learning_curve(curve: LearningCurve, lang: str = "en", source: str = "") -> Picture:
    """Draw the costs on the left, the validation score on the right.

    Of several candidates the training costs are drawn on the left and the validation costs on the
    right, each in its own scale, since lambda is in those of training. Chosen ones are thick, and a
    dot marks the epoch that was kept.
    """
    say = sentences(lang)
    score = say("learning-curve.r2" if curve.regression else "learning-curve.accuracy")
    title = say("learning-curve.title")
    caption = network_line(say, curve.network, curve.rows, source)
    several = len(curve.candidates) > 1
    with styled(title, caption):
        figure, (left, right) = sheet(12, 5, title, caption, columns=2)
        if several:
            _draw_candidates(left, right, curve, say)
        else:
            _draw_one(left, right, curve, say)
            right.set_ylabel(score)
        left.set_ylabel(say("shared.cost"))
        epochs = max([len(curve.costs), *(len(c.costs) for c in curve.candidates)])
        for axes in (left, right):
            axes.set_xlabel(say("shared.iteration" if curve.iterations else "shared.epoch"))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            if epochs == 1:
                axes.set_xlim(0, 2)
            axes.grid()
    return Picture(figure, title, _description(curve, score, say), lang)


def _draw_one(left: Axes, right: Axes, curve: LearningCurve, say: Sentences) -> None:
    epochs = range(1, len(curve.costs) + 1)
    # A single epoch is a point, which a line does not show.
    marker = "o" if len(epochs) == 1 else ""
    watched: dict[str, Any] = {"marker": marker, "linestyle": "--", "color": RED}
    trained = say("learning-curve.train")
    left.plot(epochs, curve.costs, marker=marker, color=BLUE, label=trained)
    validation = say("learning-curve.validation")
    left.plot(epochs, curve.validation_costs, label=validation, **watched)
    if _far(curve.costs + curve.validation_costs):
        left.set_yscale("log")
    right.plot(epochs, curve.validation_scores, **watched)
    if curve.best_epoch is not None:
        kept = say("learning-curve.kept")
        for axes, values in ((left, curve.validation_costs), (right, curve.validation_scores)):
            at = curve.best_epoch, values[curve.best_epoch - 1]
            axes.plot(*at, "o", color=INK, label=kept, zorder=3)
    left.legend()


def _draw_candidates(left: Axes, right: Axes, curve: LearningCurve, say: Sentences) -> None:
    """The curves of each lambda have a colour of their own, from dark to light."""
    strengths = sorted({candidate.regularization for candidate in curve.candidates})
    colours = colormaps["viridis"]
    labelled = set()
    for candidate in sorted(curve.candidates, key=lambda candidate: candidate.chosen):
        strength = candidate.regularization
        # The lightest fifth of the colours is hard to see on white.
        colour = colours(0.8 * strengths.index(strength) / max(1, len(strengths) - 1))
        thick = candidate.chosen
        label = say(
            "learning-curve.chosen" if thick else "learning-curve.other", strength=f"{strength:g}"
        )
        for axes, values in ((left, candidate.costs), (right, candidate.validation_costs)):
            axes.plot(
                range(1, len(values) + 1),
                values,
                marker="o" if len(values) == 1 else "",
                color=colour,
                linewidth=2.5 if thick else 0.8,
                label=None if label in labelled else label,
                zorder=2.5 if thick else 2,
            )
            if thick and values:
                kept = say("learning-curve.kept")
                at = candidate.best_epoch, values[candidate.best_epoch - 1]
                axes.plot(*at, "o", color=INK, label=None if kept in labelled else kept, zorder=3)
        labelled |= {label, *([say("learning-curve.kept")] if thick else [])}
    left.set_title(say("learning-curve.train"))
    right.set_title(say("learning-curve.validation"))
    for axes, costs in (
        (left, [J for c in curve.candidates for J in c.costs]),
        (right, [J for c in curve.candidates for J in c.validation_costs]),
    ):
        if _far(costs):
            axes.set_yscale("log")
    right.legend()


def _far(costs: Sequence[float]) -> bool:
    """Whether costs fall so far that a logarithmic axis shows more."""
    return 0 < min(costs, default=0) < _LOGARITHMIC * max(costs, default=0)


def _description(curve: LearningCurve, score: str, say: Sentences) -> str:
    if not curve.costs:
        return say("learning-curve.empty")
    text = say(
        "learning-curve.description",
        n=len(curve.costs),
        first=f"{curve.costs[0]:.4g}",
        last=f"{curve.costs[-1]:.4g}",
        validation=f"{curve.validation_costs[-1]:.4g}",
        name=score,
        score=f"{curve.validation_scores[-1]:.4f}",
    )
    if len(curve.candidates) > 1:
        strength = f"{curve.network.regularization:g}"
        text = say("learning-curve.candidates", n=len(curve.candidates), strength=strength) + text
    if curve.best_epoch is not None:
        text += say("learning-curve.best", epoch=curve.best_epoch)
    return text
