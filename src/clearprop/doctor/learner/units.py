"""Adapters to networks of units: ``network[l][j]["weights"]``, with a dict for each unit.

Each function of such a file leaves its results in the dicts: the forward pass the outputs, the
backward pass the deltas. So a sample goes forward, back, and into the update, and the gradient is
read off the step. Weights change after each sample, so a loop is asked with one.
"""

from __future__ import annotations

from collections.abc import Sequence

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.forms import adapter_of, form_of, of_units
from clearprop.doctor.learner.names import is_cost, plain, roles_of
from clearprop.doctor.learner.stepping import SEEDED, constants, known_rate, once
from clearprop.doctor.learner.survey import Function, Parameter, Survey

__all__ = ["unit_entries"]

_LAYOUTS = {"list": ("course, bias last", "course"), "pairs": ("W,b",)}
# What does each part of a step, by the words in its name.
_FORWARD = ("forward", "feed", "propagate", "predict", "activate", "output")
_BACKWARD = ("back", "error", "delta", "grad")
_UPDATE = ("update", "adjust", "step", "descent", "learn", "apply")
_LOOP = ("train", "fit", "epoch", "sgd", "learn", "descent")


def unit_entries(survey: Survey, function: Function) -> list[Entry]:
    """The ways to ask a function that is handed a network of units; none for any other one."""
    network = _network(function)
    if network is None:
        return []
    keys = [key for f in survey.functions for p in f.parameters if p.use == "units" for key in p.keys]
    made = of_units(keys)
    if _is_loop(function):
        return _entries(survey, function, made, [function])
    parts = [_part(survey, words) for words in (_FORWARD, _BACKWARD, _UPDATE)]
    forward, backward, update = parts
    if forward is None or backward is None or update is None or function not in parts:
        return []
    # The update may be the backward pass itself, which may go forward first.
    steps = list(dict.fromkeys((forward, backward, update)))
    return [entry.one_by_one() for entry in _entries(survey, function, made, steps)]


def _network(function: Function) -> Parameter | None:
    return next((p for p in function.parameters if p.use == "units"), None)


def _is_loop(function: Function) -> bool:
    word, roles = plain(function.short), {roles_of(p.name) for p in function.parameters}
    return "epochs" in roles or (function.rounds is not None and any(w in word for w in _LOOP))


def _part(survey: Survey, words: Sequence[str]) -> Function | None:
    """The function that does a part of the step."""
    found = []
    for function in survey.functions:
        word = plain(function.short)
        if _network(function) is None or _is_loop(function) or is_cost(function.short):
            continue
        if words is _FORWARD and any(w in word for w in _BACKWARD + _UPDATE + _LOOP):
            continue
        if words is _UPDATE and any(w in word for w in _BACKWARD) and not _rated(function):
            continue
        rank = next((i for i, w in enumerate(words) if w in word), None)
        if rank is not None or (words is _UPDATE and _rated(function)):
            found.append((99 if rank is None else rank, function))
    return min(found, key=lambda pair: pair[0], default=(0, None))[1]


def _rated(function: Function) -> bool:
    return function.rate is not None or any(
        roles_of(p.name) == "rate" for p in function.parameters
    )


def _entries(
    survey: Survey, function: Function, made: str, steps: Sequence[Function]
) -> list[Entry]:
    calls = []
    for step in steps:
        arguments = _arguments(step)
        if arguments is None:
            return []
        calls.append(f"{step.name}({arguments})")
    update = steps[-1]
    lines = [*constants(survey, "rate"), *(line for s in steps for line in once(survey, s))]
    body = [SEEDED, *lines, f"network = {made}", "with seeded():"]
    body += ["    " + call for call in calls[:-1]]
    body += [f"    result = {calls[-1]}", "return result, [network]"]
    takes, source = adapter_of(body)
    form = form_of(made)
    entry = Entry(
        function.name, source, form, takes, update.returns, "step", steps="; ".join(calls),
        layouts=_LAYOUTS[form], rate=known_rate(survey, update), single=True,
    )  # fmt: skip
    return [entry]


def _arguments(function: Function) -> str | None:
    """The arguments of a function, as text; None where one is unknown."""
    network = _network(function)
    roles = {p.name: roles_of(p.name) for p in function.parameters}
    given = {"epochs": "epochs", "rate": "rate", "K": "sizes[-1]", "lambda": "lambda_", "off": "0",
             "s_1": "sizes[0]", "s_2": "sizes[1]", "m": "m"}  # fmt: skip
    data = [
        p for p in function.required
        if p is not network and (roles[p.name] not in given or roles[p.name] in ("X", "y"))
    ]  # fmt: skip
    told = _data(data, roles, _is_loop(function))
    if told is None:
        return None
    values = []
    for parameter in function.parameters:
        role = roles[parameter.name]
        if parameter is network:
            value: str | None = "network"
        else:
            value = told.get(parameter.name) or given.get(role or "")
        if value is None and parameter.required:
            return None
        if value is not None:
            values.append(value if parameter.required else f"{parameter.name}={value}")
    return ", ".join(values)


def _data(
    data: Sequence[Parameter], roles: dict[str, str | None], loop: bool
) -> dict[str, str] | None:
    """What the parameters for samples and targets are given."""
    if len(data) == 1:
        (only,) = data
        if loop:
            pairs = "list(zip(X, y))"
            return {only.name: pairs if only.use == "pairs" else _LABELLED}
        if roles[only.name] == "y":
            return {only.name: "y"}
        # A row whose last entry is the label: inputs = row[:-1].
        return {only.name: "[*X, y]" if only.use == "vector" else "X"}
    if len(data) == 2:
        first, second = data
        turned = roles[first.name] == "y" or roles[second.name] == "X"
        return {first.name: "y", second.name: "X"} if turned else {first.name: "X", second.name: "y"}
    return {} if not data else None


_LABELLED = "[[*x, t] for x, t in zip(X, y)]"
