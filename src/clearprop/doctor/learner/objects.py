"""Adapters to a learner's classes: a whole network in one class.

An object is made, its weights are set, its methods are called. What it gave back and what it holds
afterwards come back together: the gradient is what a method returned, what an attribute holds
(``self.dW1``), or the step that the weights took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.forms import adapter_of, uses
from clearprop.doctor.learner.names import is_cost, plain, roles_of
from clearprop.doctor.learner.slots import Slot, layout_of, slots_of
from clearprop.doctor.learner.stepping import constants, once
from clearprop.doctor.learner.survey import Class, Function, Survey

__all__ = ["class_entries", "looked"]

_BACKWARD = ("backprop", "backward", "back", "gradient", "grad", "bprop", "fit", "train", "update",
             "step", "learn", "sgd")  # fmt: skip
_FORWARD = ("forward", "feedforward", "fprop", "predict", "propagate", "__call__", "call", "output",
            "think", "query", "activate")  # fmt: skip


# -- A network in one class ------------------------------------------------------------------------


def class_entries(callee: Callee, name: str, sizes: Sequence[int]) -> list[Entry]:
    """The ways to ask ``Class`` or ``Class.method``, the likeliest first.

    `sizes` are layers of different sizes, for which an instance is made and looked at.
    """
    head, _, wanted = name.partition(".")
    class_ = callee.survey.class_(head)
    if class_ is None:
        return []
    methods = _gradient_methods(class_, wanted)
    entries = []
    for made in _constructions(class_):
        state = looked(callee, made, sizes)
        slots = None if state is None else slots_of(state, sizes)
        if state is None or slots is None:
            continue
        form, layouts = layout_of(slots, sizes)
        for method in methods:
            entries += [
                _entry(method, body, form, layouts, slots)
                for body in _bodies(callee.survey, class_, method, made, slots, state)
            ]
        break
    return entries


def _gradient_methods(class_: Class, wanted: str) -> list[Function]:
    if wanted:
        method = class_.method(wanted)
        return [] if method is None else [method]

    def rank(method: Function) -> int:
        word = plain(method.short)
        if any(w in word for w in ("numerical", "check", "predict", "forward", "init", "plot")):
            return 99
        if method.gives_gradient:
            return 0
        return next((i for i, w in enumerate(_BACKWARD) if w in word), 99)

    return [m for m in sorted(class_.methods, key=rank) if rank(m) < 99]


def _constructions(class_: Class) -> Iterator[str]:
    """Expressions that make an instance."""
    options: list[list[str]] = []
    unknown = [p for p in class_.init.required if _init_values(p.name) is None]
    total = len(class_.init.required)
    for i, parameter in enumerate(class_.init.required):
        values = _init_values(parameter.name)
        if values is None:
            whole = len(unknown) == total
            place = "sizes" if total == 1 else f"sizes[{i}]" if whole else "sizes"
            values = [place]
        options.append(values)
    optional = []
    for parameter in class_.init.parameters:
        role = roles_of(parameter.name)
        if parameter.required or role not in ("lambda", "s_1", "s_2", "K", "sizes", "rate"):
            continue
        values = _init_values(parameter.name) or []
        optional += [f"{parameter.name}={value}" for value in values[:1]]
    for chosen in product(*options):
        arguments = ", ".join([*chosen, *optional])
        yield f"{class_.name}({arguments})"
    if not total:
        yield f"{class_.name}(*sizes)"
    if total > 1:  # inputs, hidden, outputs: as many as there are layers
        arguments = ", ".join([*(f"sizes[{i}]" for i in range(total)), *optional])
        yield f"{class_.name}({arguments})"


def _init_values(name: str) -> list[str] | None:
    word, role = plain(name), roles_of(name)
    if "hidden" in word and (word.endswith(("s", "layers", "dims", "list")) or "sizes" in word):
        return ["sizes[1:-1]", "sizes[1]"]
    if role == "layers":
        return ["sizes"]
    simple = {
        "sizes": "sizes", "s_1": "sizes[0]", "s_2": "sizes[1]", "K": "sizes[-1]", "rate": "rate",
        "lambda": "lambda_", "epochs": "epochs", "X": "X", "y": "y", "batch": "m", "m": "m",
        "off": "0", "weights": "weights", "biases": "biases", "thetas": "thetas",
    }  # fmt: skip
    if role in simple:
        return [simple[role]]
    if "activation" in word or "func" in word:
        return ['"sigmoid"']
    return None


def looked(callee: Callee, made: str, sizes: Sequence[int]) -> dict[str, Any] | None:
    """The attributes of an instance; None where it cannot be made."""
    given: dict[str, Any] = {
        "sizes": [int(size) for size in sizes], "rate": 0.1, "lambda_": 0.0, "m": 5, "epochs": 1,
        "X": np.full((5, sizes[0]), 0.5), "y": np.full((5, sizes[-1]), 0.5),
    }  # fmt: skip
    takes = tuple(name for name in given if uses(made, name))
    source = f"def adapter({', '.join(takes)}):\n    return {made}\n"
    returned = callee.call({name: given[name] for name in takes}, callee.survey.values, source)
    if not isinstance(returned, Returned) or not isinstance(returned.value, dict):
        return None
    return returned.value


def _bodies(
    survey: Survey,
    class_: Class,
    method: Function,
    made: str,
    slots: Sequence[Slot],
    state: dict[str, Any],
) -> Iterator[list[str]]:
    """The lines of an adapter: make, set, call; with the forward pass first, and without."""
    head = ["import copy", f"net = {made}"]
    head += [_setting(slot, "sizes" in made and survey.values == "numpy") for slot in slots]
    rate = next((name for name in state if name != "__object__" and roles_of(name) == "rate"
                 and isinstance(state[name], float)), None)  # fmt: skip
    if rate is not None:
        head.append(f"net.{rate} = rate")
    head = [*constants(survey, "rate"), *once(survey, method), *head]
    forward = _forward(class_, method)
    cost = _cost(class_, method)
    calls_forward = forward is not None and (
        forward.short in method.calls or _calls_another(class_, method, forward.short)
    )
    for first in [False, True] if calls_forward else [True, False]:
        if first and forward is None:
            continue
        lines = list(head)
        if first and forward is not None:
            arguments = _method_arguments(forward, {})
            if arguments is None:
                continue
            lines.append(f"out = net.{forward.short}({arguments})")
        known = {"output": "out"} if first else {}
        arguments = _method_arguments(method, known)
        if arguments is None:
            continue
        result = f"result = net.{method.short}({arguments})"
        if (costs := None if cost is None else _cost_arguments(cost, forward, known)) is not None:
            assert cost is not None
            called = f"cost = net.{cost.short}({costs})"
            yield [*lines, called, result, "return cost, result, net"]
        else:
            yield [*lines, result, "return result, net"]


def _cost_arguments(cost: Function, forward: Function | None, known: dict[str, str]) -> str | None:
    """The arguments of a method that gives a cost; None where one is unknown."""
    names = [roles_of(p.name) for p in cost.required]
    if names == ["X"]:
        return "[(X, y)]"  # pairs of inputs and targets
    costs = _method_arguments(cost, known)
    if costs is None and forward is not None and not known:
        inputs = _method_arguments(forward, {})
        costs = _method_arguments(cost, {"output": f"net.{forward.short}({inputs})"})
    return costs


def _setting(slot: Slot, sized: bool) -> str:
    """The line that sets a weight: within its array where that has the right size, since layers
    may hold the same array; else a copy, since methods change their weights in place.
    """
    value = f"{slot.kind}[{slot.layer - 1}]"
    if sized and slot.shape:
        return f"{slot.expression}[...] = {value}"
    return f"{slot.expression} = copy.deepcopy({value})"


def _calls_another(class_: Class, method: Function, name: str) -> bool:
    """Whether a method that is called calls it."""
    inner = (class_.method(called) for called in method.calls)
    return any(other is not None and name in other.calls for other in inner)


def _forward(class_: Class, method: Function) -> Function | None:
    def rank(m: Function) -> int:
        word = plain(m.short)
        if any(w in word for w in ("back", "loss", "cost", "grad", "train", "fit", "update")):
            return 99
        return next((i for i, w in enumerate(_FORWARD) if w in word), 99)

    others = [m for m in class_.methods if m.name != method.name and rank(m) < 99]
    return min(others, key=rank, default=None)


def _cost(class_: Class, method: Function) -> Function | None:
    costs = [m for m in class_.methods if m.name != method.name and is_cost(m.short)
             and not any(is_cost(name) for name in method.returns)]  # fmt: skip
    return next(iter(costs), None)


def _method_arguments(method: Function, known: dict[str, str]) -> str | None:
    """The arguments of a method, as text; None where one is unknown."""
    values = []
    roles = {roles_of(p.name) for p in method.parameters}
    wanted = [role for role in ("X", "y") if role not in roles]
    # One parameter for the samples of a step: pairs of inputs and targets.
    others = [p for p in method.required if roles_of(p.name) is None]
    alone = "y" in wanted and not others and bool({"rate", "epochs"} & roles)
    for parameter in method.parameters:
        role = roles_of(parameter.name)
        if role in ("X", "batch") and parameter.required and alone:
            values.append("list(zip(X, y))")
            continue
        simple = {"X": "X", "y": "y", "rate": "rate", "epochs": "epochs", "lambda": "lambda_",
                  "m": "m", "batch": "m", "off": "0", **known}  # fmt: skip
        if role == "output" and "output" not in known and "y" in wanted:
            role = "y"
        if role not in simple and parameter.required and wanted:
            role = wanted.pop(0)
        value = simple.get(role or "")
        if value is None:
            if parameter.required and plain(parameter.name) in ("c", "r", "n"):
                value = "rate"
            elif parameter.required:
                return None
            else:
                continue
        elif role in wanted:
            wanted.remove(role)
        if parameter.required:
            values.append(value)
        elif role in ("rate", "epochs", "lambda", "X", "y", "batch"):
            values.append(f"{parameter.name}={value}")
    return ", ".join(values)


def _entry(
    method: Function,
    body: list[str],
    form: str,
    layouts: tuple[str, ...],
    slots: Sequence[Slot],
) -> Entry:
    takes, source = adapter_of(body)
    return Entry(
        method.name,
        source,
        form,
        takes,
        method.returns,
        "state",
        steps=_told(body),
        cost_apart=body[-1].startswith("return cost"),
        layouts=layouts,
        slots=tuple(slots),
        rate=None if "rate" in takes else method.rate or 1.0,
    )


def _told(body: Sequence[str]) -> str:
    """What is called, without the lines that set values."""
    calls = [line.partition(" = ")[2] or line for line in body]
    return "; ".join(call for call in calls if "(" in call and "deepcopy" not in call)
