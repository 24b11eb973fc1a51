"""A search among networks: cost against size, time against size, and the finalists' curves.

Source: A. Ng, *Machine Learning* (Coursera), week 6, "Bias/variance": the training cost falls with
the size of a model, the validation cost has its lowest point where the size is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.ticker import MaxNLocator

from clearprop.experiment.search import Search
from clearprop.experiment.search_text import layers_text
from clearprop.experiment.trial import Trial, best_first
from clearprop.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    RED,
    SOFT,
    Picture,
    sentences,
    sheet,
    styled,
)
from clearprop.language import Sentences

__all__ = ["draw_architectures", "search_svg"]

# More curves than these could not be told apart.
_CURVES = 3
# By the number of hidden layers, up to three of them.
_MARKERS = ("*", "o", "s", "^")


def draw_architectures(search: Search, lang: str = "en", source: str = "") -> Picture:
    """Draw what a search found.

    On the left J of training and validation rows, without lambda, by the number of parameters,
    after the epochs of the first rung; lines join networks of one hidden layer. In the middle the
    seconds of an epoch. On the right the curves of the last rung.

    Examples
    --------
    >>> import clearprop
    >>> recipe = clearprop.RECIPES["modern"].with_(epochs=3)
    >>> search = clearprop.choose("digits", recipe=recipe, lambdas=[1.0], rates=[0.003])
    >>> draw_architectures(search).title
    'Choosing an architecture'
    """
    say = sentences(lang)
    title = say("architectures.title")
    trials = [trial for trial in search.trials if math.isfinite(trial.validation_cost)]
    caption = say("architectures.caption", source=source) if source else ""
    with styled(title, caption, say("architectures.training")):
        figure, (left, middle, right) = sheet(16, 5.4, title, caption, columns=3)
        _draw_costs(left, [t for t in trials if t.epochs == trials[0].epochs], search, say)
        _draw_times(middle, trials, say)
        _draw_curves(right, finalists(trials), say)
        for axes in (left, middle, right):
            axes.grid()
    assert search.best is not None
    best = search.best
    description = say(
        "architectures.description",
        n=len(search.trials),
        layers=layers_text(best.configuration.hidden),
        parameters=f"{best.parameters:,}",
        J=f"{best.validation_cost:.4g}",
        cost=f"{best.cost:.4g}",
    )
    return Picture(figure, title, description, lang)


def finalists(trials: Sequence[Trial]) -> list[Trial]:
    """The trials whose curves are drawn: those with the most epochs, the best ones first."""
    most = max((trial.epochs for trial in trials), default=0)
    return best_first(trial for trial in trials if trial.epochs == most)[:_CURVES]


def search_svg(search: Search) -> str:
    """The figure as an element of a notebook's fragment."""
    return draw_architectures(search)._repr_svg_()


def _draw_costs(axes: Any, trials: Sequence[Trial], search: Search, say: Sentences) -> None:
    """Both costs by size, on logarithmic axes."""
    for name, colour, line in (("validation", RED, "--"), ("training", BLUE, "-")):
        for layers in range(len(_MARKERS)):
            of = sorted(
                (t for t in trials if len(t.configuration.hidden) == layers),
                key=lambda t: t.parameters,
            )
            if not of:
                continue
            costs = [t.cost if name == "training" else t.validation_cost for t in of]
            axes.plot(
                [t.parameters for t in of],
                costs,
                color=colour,
                marker=_MARKERS[layers],
                markersize=8,
                linestyle=line if layers == 1 else "none",
                label=say(f"architectures.{name}") if layers == 1 else None,
            )
    for layers, marker in enumerate(_MARKERS):
        if any(len(t.configuration.hidden) == layers for t in trials):
            label = say(f"architectures.layers-{layers}")
            axes.plot(
                [], [], color=SOFT, marker=marker, markersize=8, linestyle="none", label=label
            )
    best = search.best
    assert best is not None
    axes.axvline(best.parameters, color=INK, linewidth=1, linestyle=":")
    axes.set_xscale("log")
    if min((t.cost for t in trials), default=0) > 0:
        axes.set_yscale("log")
    axes.set_title(say("architectures.costs", epochs=trials[0].epochs))
    axes.set_xlabel(say("architectures.parameters"))
    axes.set_ylabel(say("architectures.cost"))
    axes.legend(fontsize=10)


def _draw_times(axes: Any, trials: Sequence[Trial], say: Sentences) -> None:
    """Seconds of an epoch by size, on logarithmic axes."""
    timed = [t for t in trials if t.ran and t.seconds > 0]
    for layers, marker in enumerate(_MARKERS):
        of = [t for t in timed if len(t.configuration.hidden) == layers]
        axes.plot(
            [t.parameters for t in of],
            [t.seconds / t.ran for t in of],
            color=GREEN,
            marker=marker,
            markersize=8,
            linestyle="none",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(say("architectures.time"))
    axes.set_xlabel(say("architectures.parameters"))
    axes.set_ylabel(say("architectures.seconds"))


def _draw_curves(axes: Any, trials: Sequence[Trial], say: Sentences) -> None:
    """Training and validation cost of each finalist by epoch."""
    for trial, colour in zip(trials, (INK, ORANGE, BLUE), strict=False):
        wanted = trial.configuration
        label = say(
            "architectures.curve",
            layers=layers_text(wanted.hidden),
            regularization=f"{wanted.regularization:g}",
            rate=f"{wanted.learning_rate:g}",
        )
        if wanted.dropout:
            label = say("architectures.curve-dropout", curve=label, share=f"{wanted.dropout:g}")
        for costs, line in ((trial.validation_costs, "--"), (trial.costs, "-")):
            marker = "o" if len(costs) == 1 else ""
            axes.plot(
                range(1, len(costs) + 1),
                costs,
                color=colour,
                linestyle=line,
                marker=marker,
                label=label if line == "-" else None,
            )
    if min((min(t.costs, default=0) for t in trials), default=0) > 0:
        axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_title(say("architectures.curves"))
    axes.set_xlabel(say("shared.epoch"))
    axes.set_ylabel(say("shared.cost"))
    axes.legend(fontsize=10)
