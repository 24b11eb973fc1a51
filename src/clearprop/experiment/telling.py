"""The steps of a run as sentences, in English or Chinese, from the room's catalogue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clearprop.experiment.notes import noted
from clearprop.language import Sentences, printable, shorten

if TYPE_CHECKING:
    from clearprop.experiment.story import Step

__all__ = ["ROOM", "Told", "counted", "number_text", "told"]

ROOM = "clearprop.experiment"

# The most classes whose weights one line tells.
_CLASSES = 8


@dataclass(frozen=True)
class Told:
    """A step as sentences.

    Attributes
    ----------
    label
        The name of the step.
    lines
        Its sentences. Each one is a tuple of phrases; lines may break between phrases.
    """

    label: str
    lines: tuple[tuple[str, ...], ...]


def told(step: Step, lang: str) -> Told:
    """Put a step into sentences.

    Examples
    --------
    >>> from clearprop.experiment.story import Step
    >>> guess = {"formula": "ln 10", "J": 2.302585}
    >>> step = Step(3, "cost", {"J": 2.6964, "penalty": 0.0, "guess": guess})
    >>> told(step, "en")
    Told(label='cost', lines=(('J = 2.6964', '(guessing costs ln 10 = 2.3026)'),))
    >>> told(step, "zh").lines
    (('J = 2.6964', '（随机猜测的代价是 ln 10 = 2.3026）'),)
    """
    say = Sentences(ROOM, lang)
    label = "" if step.name in ("ended", "learning") else say(f"steps.{step.name}")
    lines = _LINES[step.name](say, step.facts)
    return Told(label, tuple(tuple(line.split("¦")) for line in lines))


def counted(say: Sentences, n: int, what: str) -> str:
    """A number with its noun. `what` is a key of the catalogue's table ``count``.

    Examples
    --------
    >>> say = Sentences(ROOM, "en")
    >>> counted(say, 1, "row"), counted(say, 1797, "row")
    ('1 row', '1,797 rows')
    """
    return say(f"count.{what}{'' if n == 1 else 's'}", n=f"{n:,}")


def number_text(value: float) -> str:
    """A cost or a score with four decimals, or four digits if it is large.

    Examples
    --------
    >>> number_text(0.97), number_text(123456.0)
    ('0.9700', '1.235e+05')
    """
    return f"{value:.4f}" if abs(value) < 1e4 else f"{value:.3e}"


def _data(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    n, kind, target = (facts["learned"][name] for name in ("n", "kind", "target"))
    many = "classes" if kind == "class" else f"{kind}s"
    learned = say(f"data.{kind if n == 1 else many}", n=n)
    if target:
        learned = say("data.of", learned=learned, target=_plain(target))
    rows = {part: f"{m:,}" for part, m in facts["rows"].items()}
    lines = [
        say("data.source", source=_plain(facts["source"])),
        say("data.rows", learned=learned, **rows),
    ]
    if facts["dropped"]:
        lines.append(say("data.dropped", rows=counted(say, facts["dropped"], "row")))
    lines += [noted(say, *note) for note in facts["notes"]]
    if weights := facts.get("class_weights"):
        lines.append(_class_weights(say, weights))
    return lines


def _class_weights(say: Sentences, weights: Mapping[str, float]) -> str:
    parts = [
        say("data.class-weight", name=shorten(_plain(name), 26), weight=f"{weight:.4g}")
        for name, weight in weights.items()
    ]
    if len(parts) > _CLASSES:
        parts[_CLASSES - 2 : -1] = ["..."]
    return say("data.class-weights", weights=say("data.class-weights-between").join(parts))


def _network(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    sizes = facts["layer_sizes"]
    values = {
        "sizes": "-".join(map(str, sizes)),
        "output": facts["output"],
        "cost": facts["cost"],
        "regularization": _either(say, facts["regularization"]),
        "parameters": counted(say, facts["parameters"], "parameter"),
    }
    if len(sizes) == 2:
        lines = [say("network.flat", **values)]
    else:
        lines = [say("network.layers", activation=facts["activation"], **values)]
    if facts["quantiles"]:
        low, median, high = (f"{level:g}" for level in facts["quantiles"])
        lines.append(say("network.quantiles", low=low, median=median, high=high))
    if facts["bag"] > 1:
        lines.append(say("network.bag", n=facts["bag"]))
    return lines


def _either(say: Sentences, strengths: list[float]) -> str:
    """One lambda, or several of which one will be chosen."""
    *others, last = (f"{strength:g}" for strength in strengths)
    return (
        say("network.or", others=say("network.between").join(others), last=last) if others else last
    )


def _engine(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    return [say("engine.engine" if facts["processes"] == 1 else "engine.processes", **facts)]


def _initial(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    init, seed = facts["init"], facts["seed"]
    if init is None:
        lines = [say("initial.kept", seed=seed)]
    elif isinstance(init, str):
        lines = [say("initial.drawn", init=init, seed=seed)]
    else:
        lines = [say("initial.uniform", e=f"{init:g}", seed=seed)]
    if facts["after"]:
        lines.append(say("initial.after", epoch=facts["after"]))
    return lines


def _forward(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    return [say("forward.rows", rows=counted(say, facts["rows"], "row"))]


def _cost(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    penalty, guess = facts["penalty"], facts["guess"]
    J = number_text(facts["J"] - penalty)
    line = say("cost.without-lambda", J=J) if penalty else say("cost.J", J=J)
    if guess is not None:
        line += "¦" + say("cost.guess", formula=guess["formula"], J=f"{guess['J']:.4f}")
    return [line]


def _backward(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    return [say("backward.norm", norm=number_text(facts["norm"]))]


def _check(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    return [
        say(
            "check.checked",
            verdict=say(f"check.{facts['verdict']}"),
            parameters=counted(say, facts["parameters"], "parameter"),
            difference=f"{facts['difference']:.1e}",
        )
    ]


# What may stand beside the update rule, in the order in which it is told.
_BESIDE = ("warmup", "weight_decay", "dropout", "label_smoothing", "clip_norm")


def _minimise(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    solver, rate = facts["solver"], facts["rate"]
    epochs = counted(say, facts["epochs"], facts["epoch_name"])
    if facts["at_most"]:
        epochs = say("minimise.at-most", epochs=epochs)
    if facts["candidates"] > 1:
        epochs = say("minimise.candidates", n=facts["candidates"], epochs=epochs)
    size = facts["batch_size"]
    way = "full-batch" if rate is None else "all-rows" if size is None else "minibatches"
    if rate is not None:
        rate = f"{rate:g}"
        if facts["schedule"] != "constant":
            rate = say("minimise.schedule", rate=rate, schedule=facts["schedule"])
    lines = [say(f"minimise.{way}", solver=solver, rate=rate, size=size, epochs=epochs)]
    lines += [
        say(f"minimise.{name}", value=f"{facts[name]:g}") for name in _BESIDE if name in facts
    ]
    if shift := facts["shift"]:
        key = "minimise.shift" if shift["pixels"] == 1 else "minimise.shifts"
        pixels = counted(say, shift["pixels"], "pixel")
        lines.append(say(key, pixels=pixels, images=f"{shift['images']:,}"))
    if cut := facts["cut"]:
        wanted = counted(say, cut["epochs"], facts["epoch_name"])
        dropped = _listed(say, cut["dropped"])
        lines.append(
            say("minimise.cut-more" if dropped else "minimise.cut", wanted=wanted, dropped=dropped)
        )
    return lines


def _listed(say: Sentences, strengths: list[float]) -> str:
    return say("selection.between").join(f"{strength:g}" for strength in strengths)


def _ended(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    epochs = counted(say, facts["epochs"], facts["epoch_name"])
    line = say("ended.spent", epochs=epochs, seconds=f"{facts['seconds']:.1f}")
    if facts["cost"] is not None:
        line += say("ended.cost", cost=number_text(facts["cost"]))
    if facts["reason"] == "converged":
        line += say("ended.converged")
    early = facts["reason"] in ("interrupted", "time")
    return [line, say(f"ended.{facts['reason']}")] if early else [line]


def _selection(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    costs = facts["costs"]
    lines = []
    if len(costs) > 1:
        told = [
            say("selection.cost", regularization=f"{strength:g}", J=number_text(J))
            for strength, J in costs.items()
            if math.isfinite(J)
        ]
        lines.append(say("selection.costs", costs=say("selection.between").join(told)))
    kept = sorted({f"{a}/{b}" for a, b in zip(facts["best_epochs"], facts["epochs"], strict=True)})
    epochs = say("selection.between").join(kept)
    values = {
        "regularization": f"{facts['regularization']:g}",
        "which": say(f"selection.{facts['epoch_name']}", epochs=epochs),
    }
    lines.append(say("selection.chosen" if len(costs) > 1 else "selection.alone", **values))
    return lines


def _refit(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    epochs = say("selection.between").join(str(n) for n in sorted(set(facts["epochs"])))
    return [
        say(
            f"refit.{facts['reason']}",
            rows=counted(say, facts["rows"], "row"),
            regularization=f"{facts['regularization']:g}",
            epochs=say(f"refit.{facts['epoch_name']}", epochs=epochs),
        )
    ]


def _learning(say: Sentences, facts: Mapping[str, Any]) -> list[str]:
    return [
        say(
            f"learning.{facts['verdict']}",
            train=number_text(facts["train"]),
            validation=number_text(facts["validation"]),
            guess=number_text(facts["guess"]),
        )
    ]


def _plain(name: str) -> str:
    """A user's word in one line, without the mark where lines may break."""
    return printable(name).replace("¦", "|")


_LINES = {
    "data": _data,
    "network": _network,
    "engine": _engine,
    "initial": _initial,
    "forward": _forward,
    "cost": _cost,
    "backward": _backward,
    "check": _check,
    "minimise": _minimise,
    "ended": _ended,
    "selection": _selection,
    "refit": _refit,
    "learning": _learning,
}
