"""A search as text: the table of its trials, and why this network, in English or Chinese."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from clearprop.errors import library_problems
from clearprop.experiment.telling import ROOM, counted, number_text
from clearprop.experiment.trial import Rung, Trial
from clearprop.faces import face
from clearprop.language import Sentences, cells, wrapped
from clearprop.page import fragment

if TYPE_CHECKING:
    from clearprop.experiment.search import Search

__all__ = [
    "layers_text",
    "numbers_text",
    "reasons",
    "rung_text",
    "search_fragment",
    "search_text",
    "stored_lines",
    "table_lines",
]

# A difference of the cost that is no reason: validation rows of another draw would turn it over.
_ALIKE = 0.01
# A smaller network is named if it has at most half of the parameters, and costs this much more.
_SMALLER, _LITTLE = 0.5, 0.1


def search_text(search: Search) -> str:
    """The table and the sentences, in English, in lines of at most 80 columns."""
    lines = table_lines([trial.to_dict() for trial in search.trials], "en")
    told = reasons(search.trials, search.best, "en", search.run.recipe.epoch_name)
    told = [sentence.replace("¦", " ") for sentence in told]
    return "\n".join([*lines, "", *(line for text in told for line in wrapped(text, 80))])


def search_fragment(search: Search) -> str:
    """The search with its styles, for a notebook: the table, why this network, and the figure."""
    shown = [f'<div class="scroll"><pre>{escape(str(search))}</pre></div>']
    if search.best is not None:
        lacks = library_problems("picture", "matplotlib", "figures")
        shown += [f"<p>{escape(lack)}</p>" for lack in lacks] or [face(search, "svg")(search)]
    return fragment("\n".join(shown), "en")


def layers_text(hidden: Sequence[int]) -> str:
    """The hidden layers in a word, for a table.

    Examples
    --------
    >>> layers_text((128, 128, 128)), layers_text((256, 128)), layers_text(())
    ('3 x 128', '256-128', '-')
    """
    if len(hidden) > 1 and len(set(hidden)) == 1:
        return f"{len(hidden)} x {hidden[0]}"
    return "-".join(map(str, hidden)) or "-"


def numbers_text(
    say: Sentences, lambdas: Sequence[float], rates: Sequence[float], dropouts: Sequence[float]
) -> str:
    """Lambdas, learning rates and dropouts in a line that may break at ¦; no dropout is no word.

    Examples
    --------
    >>> numbers_text(Sentences(ROOM, "en"), (0.3, 3.0), (0.003,), (0.0,))
    'lambda 0.3, 3,¦rate 0.003'
    """
    between = say("network.between")
    named = {"lambda": lambdas, "rate": rates, "dropout": dropouts if any(dropouts) else ()}
    return say("choose.numbers").join(
        say(f"choose.of-{name}", values=between.join(f"{value:g}" for value in values))
        for name, values in named.items()
        if values
    )


def rung_text(rung: Rung, number: int, lang: str, counts: str = "epoch") -> str:
    """What a rung trains, in a line that may break at ¦.

    `counts` is what the solver counts: ``"epoch"`` or ``"iteration"``.

    Examples
    --------
    >>> from clearprop.experiment.trial import Configuration
    >>> rung_text(Rung("width", 4, (Configuration((), 1.0, 0.003),)), 1, "en")
    '1: none or one hidden layer¦(1 network, 4 epochs each)'
    """
    say = Sentences(ROOM, lang)
    return say(
        "choose.rung",
        number=number,
        what=say(f"choose.{rung.name}"),
        networks=counted(say, len(rung.configurations), "network"),
        epochs=counted(say, rung.epochs, counts),
    )


def table_lines(rows: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    """A table of trials, as :meth:`~clearprop.experiment.trial.Trial.to_dict` gives them.

    Each rung stands apart. Every line has at most 80 columns.

    Examples
    --------
    >>> from clearprop.experiment.trial import Configuration
    >>> trial = Trial(Configuration((8, 8), 3.0, 0.003), 2, 4, 131, 0.5, 0.625, 4, 3, 1.25)
    >>> print(*table_lines([trial.to_dict()], "en"), sep=chr(10))
    layers  parameters  lambda   rate  epoch  training  validation  seconds
    2 x 8          131       3  0.003    3/4    0.5000      0.6250      1.2
    """
    say = Sentences(ROOM, lang)
    rows = list(rows)
    names = ["layers", "parameters", "lambda", "rate", "dropout", "epoch"]
    names += ["training", "validation", "seconds"]
    if not any(row["dropout"] for row in rows):
        names.remove("dropout")
    head = [say(f"choose.{name}") for name in names]
    groups = [
        [[texts[name] for name in names] for texts in map(_texts, group)]
        for _, group in groupby(rows, lambda row: row["rung"])
    ]
    widths = [
        max(map(cells, column))
        for column in zip(head, *(r for g in groups for r in g), strict=True)
    ]
    table = [head, *groups[0]]
    for group in groups[1:]:
        table += [[""] * len(head), *group]
    between = "  " if sum(widths) + 2 * (len(head) - 1) <= 80 else " "
    return [_line(row, widths, between) for row in table]


def stored_lines(found: object, lang: str = "en") -> list[str]:
    """The table of a model that a search has chosen, after an empty line; else no lines.

    A model file may hold anything there, so what is no table is not shown.

    Examples
    --------
    >>> stored_lines(None), stored_lines([{"hidden": "wide"}])
    ([], [])
    """
    if not isinstance(found, list) or not found:
        return []
    try:
        return ["", *table_lines([Trial.of(row).to_dict() for row in found], lang)]
    except (KeyError, TypeError, ValueError, OverflowError):
        return []


def _line(row: Sequence[str], widths: Sequence[int], between: str) -> str:
    first, *others = row
    parts = [first + " " * (widths[0] - cells(first))]
    for text, width in zip(others, widths[1:], strict=True):
        parts.append(" " * (width - cells(text)) + text)
    return between.join(parts).rstrip()


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    """What stands in a line of the table, by the name of the column."""
    costs = {"training": row["cost"], "validation": row["validation_cost"]}
    return {
        "layers": layers_text(row["hidden"]),
        "parameters": f"{row['parameters']:,}",
        "lambda": f"{row['regularization']:g}",
        "rate": f"{row['learning_rate']:g}",
        "dropout": f"{row['dropout']:g}",
        "epoch": f"{row['best_epoch']}/{row['ran']}",
        **{name: "-" if J is None else number_text(J) for name, J in costs.items()},
        "seconds": f"{row['seconds']:.1f}",
    }


# -- Why this one ---------------------------------------------------------------------------------


def reasons(
    trials: Sequence[Trial], best: Trial | None, lang: str, counts: str = "epoch"
) -> list[str]:
    """Why this network: beside the next best one, beside a small one, and what size does.

    Lines may break at each ¦ of a sentence. `counts` is what the solver counts: ``"epoch"`` or
    ``"iteration"``.
    """
    if best is None:
        return []
    say = Sentences(ROOM, lang)
    chosen = best.configuration
    told = [
        say(
            "choose.chosen",
            layers=_architecture(say, chosen.hidden),
            numbers=numbers_text(
                say, [chosen.regularization], [chosen.learning_rate], [chosen.dropout]
            ),
            J=number_text(best.validation_cost),
        )
    ]
    others = {
        t.configuration.hidden: t.parameters
        for t in trials
        if t.configuration.hidden != chosen.hidden
    }
    compared = {
        hidden: found
        for hidden in others
        if (found := _more(trials, hidden, chosen.hidden)) is not None
    }
    if compared:
        # The longer both were trained, the more a comparison says.
        nearest = min(compared, key=lambda h: (-compared[h][0], compared[h][1], others[h]))
        told.append(_beside(say, "next", nearest, others[nearest], best, compared[nearest], counts))
        small = [h for h in compared if others[h] <= best.parameters * _SMALLER and h != nearest]
        near = [h for h in small if compared[h][1] <= _LITTLE]
        if small:
            # The smallest one that costs little more, or else the one that costs least more.
            other = (
                min(near, key=lambda h: others[h])
                if near
                else min(small, key=lambda h: compared[h][1])
            )
            told.append(_beside(say, "small", other, others[other], best, compared[other], counts))
    told += _sizes(say, trials)
    return told


def _architecture(say: Sentences, hidden: Sequence[int]) -> str:
    if not hidden:
        return say("choose.none")
    if len(hidden) == 1:
        return say("choose.one", units=hidden[0])
    if len(set(hidden)) == 1:
        key = f"choose.equal-{len(hidden)}" if len(hidden) in (2, 3) else "choose.equal"
        return say(key, n=len(hidden), units=hidden[0])
    return say("choose.several", n=len(hidden), units=say("choose.and").join(map(str, hidden)))


def _more(
    trials: Sequence[Trial], hidden: tuple[int, ...], chosen: tuple[int, ...]
) -> tuple[int, float] | None:
    """The most epochs that both had, and how much more this one costs than the chosen one then.

    Both had the same lambda, rate and dropout, since tuning alone makes a network better. One
    without a hidden layer has no dropout: it stands beside the other one whatever that has.
    """
    costs: dict[tuple[int, ...], dict[tuple[int, float, float, float], float]]
    costs = {hidden: {}, chosen: {}}
    for trial in trials:
        made = trial.configuration
        if made.hidden in costs and math.isfinite(trial.validation_cost):
            dropout = made.dropout if hidden and chosen else 0.0
            way = (trial.epochs, made.regularization, made.learning_rate, dropout)
            of = costs[made.hidden]
            of[way] = min(trial.validation_cost, of.get(way, math.inf))
    one, other = costs[hidden], costs[chosen]
    both = [way for way in one if other.get(way, 0) > 0]
    if not both:
        return None
    # The chosen one at its best.
    way = max(both, key=lambda way: (way[0], -other[way]))
    return way[0], one[way] / other[way] - 1


def _beside(
    say: Sentences,
    key: str,
    hidden: Sequence[int],
    parameters: int,
    best: Trial,
    compared: tuple[int, float],
    counts: str,
) -> str:
    epochs, more = compared
    percent = f"{100 * abs(more):.0f}" if abs(more) >= 0.01 else f"{100 * abs(more):.1f}"
    how = "alike" if abs(more) < 0.001 else "more" if more > 0 else "less"
    return say(
        f"choose.{key}",
        layers=_architecture(say, hidden),
        how=say(f"choose.{how}", percent=percent),
        epochs=counted(say, epochs, counts),
        parameters=f"{parameters:,}",
        of=f"{best.parameters:,}",
    )


def _sizes(say: Sentences, trials: Sequence[Trial]) -> list[str]:
    """What the number of units does to both costs (course, week 6, "Bias/variance")."""
    one_layer = [t for t in trials if t.rung == 1 and len(t.configuration.hidden) == 1]
    one_layer = [t for t in one_layer if math.isfinite(t.validation_cost)]
    one_layer.sort(key=lambda t: t.configuration.hidden)
    if len(one_layer) < 2:
        return []
    best = min(one_layer, key=lambda t: t.validation_cost)
    first, last = one_layer[0], one_layer[-1]
    costs = [t.validation_cost for t in one_layer]
    if max(costs) <= min(costs) * (1 + _ALIKE):
        key = "alike"
    elif last.validation_cost <= best.validation_cost * (1 + _ALIKE):
        key = "bias"
    elif first.validation_cost <= best.validation_cost * (1 + _ALIKE):
        key = "variance"
    else:
        key = "both"
    if key in ("variance", "both") and last.cost > best.cost:
        key = "short"  # no variance: so many units have not even learned the training rows
    return [
        say(
            f"choose.sizes-{key}",
            few=first.configuration.hidden[0],
            best=best.configuration.hidden[0],
            many=last.configuration.hidden[0],
            train_few=number_text(first.cost),
            train_best=number_text(best.cost),
            train_many=number_text(last.cost),
            validation_few=number_text(first.validation_cost),
            validation_best=number_text(best.validation_cost),
            validation_many=number_text(last.validation_cost),
        )
    ]
