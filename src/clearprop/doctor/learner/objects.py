"""Adapters to a learner's classes: a whole network in one class.

An object is made, its weights are set, its methods are called. What it gave back and what it holds
afterwards come back together: the gradient is what a method returned, what an attribute holds
(``self.dW1``), or the step that the weights took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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

__all__ = [
    "Made",
    "class_entries",
    "constructions",
    "entries_of_methods",
    "gradient_methods",
    "is_told",
    "looked",
    "made_by",
    "method_arguments",
    "rate_line",
]

_BACKWARD = ("backprop", "backward", "back", "gradient", "grad", "bprop", "fit", "train", "update",
             "step", "learn", "sgd")  # fmt: skip
_FORWARD = ("forward", "feedforward", "fprop", "predict", "propagate", "__call__", "call", "output",
            "think", "query", "activate")  # fmt: skip


_OPTIONAL = ("lambda", "s_1", "s_2", "K", "sizes", "layers", "rate", "epochs", "batch", "off")


# -- A network in one class ------------------------------------------------------------------------


def class_entries(callee: Callee, name: str, sizes: Sequence[int]) -> list[Entry]:
    """The ways to ask ``Class`` or ``Class.method``, the likeliest first.

    `sizes` are layers of different sizes, for which an instance is made and looked at.
    """
    head, _, wanted = name.partition(".")
    class_ = callee.survey.class_(callee.survey.instances.get(head, head))
    if class_ is None:
        return []
    methods = gradient_methods(class_, wanted)
    ready = head in callee.survey.instances
    for construction in () if ready else constructions(class_):
        if made := made_by(callee, (f"net = {construction}",), sizes):
            return entries_of_methods(callee.survey, class_, methods, made, sizes)
    for instance, kind in callee.survey.instances.items():
        if instance != head and (ready or kind != class_.name):
            continue
        if made := made_by(callee, (f"net = copy.deepcopy(__learner__.{instance})",), sizes):
            found = entries_of_methods(callee.survey, class_, methods, made, sizes)
            return [replace(entry, own_sizes=True) for entry in found if is_told(entry)]
    return []


def is_told(entry: Entry) -> bool:
    """Whether samples and targets go in: a backward pass alone lacks the cost of the file."""
    return {"X", "y"} <= set(entry.takes)


def made_by(callee: Callee, lines: tuple[str, ...], sizes: Sequence[int]) -> Made | None:
    """The network that lines make, where its weights are found; else None."""
    state = looked(callee, ["import copy", *lines], sizes)
    slots = None if state is None else slots_of(state, sizes)
    return None if state is None or slots is None else Made(lines, slots, state)


@dataclass(frozen=True)
class Made:
    """A network: the lines that make it (the first is its construction), where it keeps its
    weights, and its attributes.
    """

    lines: tuple[str, ...]
    slots: Sequence[Slot]
    state: dict[str, Any]


def entries_of_methods(
    survey: Survey, class_: Class, methods: Sequence[Function], made: Made, sizes: Sequence[int]
) -> list[Entry]:
    form, layouts = layout_of(made.slots, sizes)
    return [
        _entry(method, body, form, layouts, made.slots)
        for method in methods
        for body in _bodies(survey, class_, method, made)
    ]


def gradient_methods(class_: Class, wanted: str) -> list[Function]:
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


def constructions(class_: Class) -> Iterator[str]:
    """Expressions that make an instance."""
    options: list[list[str]] = []
    unknown = [p for p in class_.init.required if _init_values(p.name) is None]
    total = len(class_.init.required)
    for i, parameter in enumerate(class_.init.required):
        values = _init_values(parameter.name)
        if values is None:
            whole = len(unknown) == total
            place = "sizes" if total == 1 else f"sizes[{i}]" if whole else "sizes"
            values = [place, "sizes[0]"] if total == 1 else [place]  # a layer of one unit
        options.append(values)
    optional = []
    for parameter in class_.init.parameters:
        role = roles_of(parameter.name)
        if parameter.required or role not in _OPTIONAL:
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


def looked(callee: Callee, lines: Sequence[str], sizes: Sequence[int]) -> dict[str, Any] | None:
    """The attributes of an instance that lines make as ``net``; None where they fail."""
    given: dict[str, Any] = {
        "sizes": [int(size) for size in sizes], "rate": 0.1, "lambda_": 0.0, "m": 5, "epochs": 1,
        "X": np.full((5, sizes[0]), 0.5), "y": np.full((5, sizes[-1]), 0.5),
    }  # fmt: skip
    takes = tuple(name for name in given if uses("\n".join(lines), name))
    body = "".join(f"    {line}\n" for line in [*lines, "return net"])
    source = f"def adapter({', '.join(takes)}):\n{body}"
    returned = callee.call({name: given[name] for name in takes}, callee.survey.values, source)
    if not isinstance(returned, Returned) or not isinstance(returned.value, dict):
        return None
    return returned.value


def _bodies(
    survey: Survey,
    class_: Class,
    method: Function,
    made: Made,
) -> Iterator[list[str]]:
    """The lines of an adapter: make, set, call; with the forward pass first, and without."""
    sized = survey.values == "numpy" and any(
        word in line for line in made.lines for word in ("sizes", "deepcopy")
    )
    head = ["import copy", *made.lines]
    head += [slot.setting(sized) for slot in made.slots]
    head += rate_line(made)
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
            arguments = method_arguments(forward, {})
            if arguments is None:
                continue
            lines.append(f"out = net.{forward.short}({arguments}){_output_index(forward)}")
        known = {"output": "out"} if first else {}
        arguments = method_arguments(method, known)
        if arguments is None:
            continue
        result = f"result = net.{method.short}({arguments})"
        if (costs := None if cost is None else _cost_arguments(cost, forward, known)) is not None:
            assert cost is not None
            called = f"cost = net.{cost.short}({costs})"
            yield [*lines, called, result, "return cost, result, net"]
        else:
            yield [*lines, result, "return result, net"]


def rate_line(made: Made) -> list[str]:
    """The line that sets the learning rate that an instance keeps."""
    state = made.state
    names = [name for name in state if name != "__object__" and roles_of(name) == "rate"
             and isinstance(state[name], float)]  # fmt: skip
    return [f"net.{name} = rate" for name in names[:1]]


def _cost_arguments(cost: Function, forward: Function | None, known: dict[str, str]) -> str | None:
    """The arguments of a method that gives a cost; None where one is unknown."""
    names = [roles_of(p.name) for p in cost.required]
    if names == ["X"]:
        return "[(X, y)]"  # pairs of inputs and targets
    costs = method_arguments(cost, known)
    if costs is None and forward is not None and not known:
        inputs = method_arguments(forward, {})
        costs = method_arguments(cost, {"output": f"net.{forward.short}({inputs})"})
    return costs


def _output_index(forward: Function) -> str:
    """Which of several values of a forward pass is the output, as text."""
    outputs = [i for i, name in enumerate(forward.returns) if roles_of(name) == "output"]
    return f"[{outputs[0]}]" if outputs and len(forward.returns) > 1 else ""


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


def method_arguments(method: Function, known: dict[str, str]) -> str | None:
    """The arguments of a method, as text; None where one is unknown."""
    values = []
    roles = {roles_of(p.name) for p in method.parameters}
    wanted = [role for role in ("X", "y") if role not in roles]
    # One parameter for the samples of a step: pairs of inputs and targets.
    others = [p for p in method.required if roles_of(p.name) is None]
    alone = "y" in wanted and not others and bool({"rate", "epochs"} & roles)
    for parameter in method.parameters:
        role = "epochs" if parameter.name == method.counted else roles_of(parameter.name)
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
