"""Adapters to a learner's classes: a network, or layers with ``forward`` and ``backward``.

An object is made, its weights are set, its methods are called. What it gave back and what it holds
afterwards come back together: the gradient is what a method returned, what an attribute holds
(``self.dW1``), or the step that the weights took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.forms import GIVEN, uses
from clearprop.doctor.learner.names import is_cost, place_of, plain, roles_of
from clearprop.doctor.learner.slots import Slot, layout_of, slots_of
from clearprop.doctor.learner.stepping import constants, once
from clearprop.doctor.learner.survey import Class, Function, Survey

__all__ = ["class_entries", "layer_entries"]

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
        state = _looked(callee, made, sizes)
        slots = None if state is None else slots_of(state, sizes)
        if state is None or slots is None:
            continue
        form, layouts = layout_of(slots, sizes)
        for method in methods:
            entries += [
                _entry(callee.survey, method, body, form, layouts, slots)
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


def _looked(callee: Callee, made: str, sizes: Sequence[int]) -> dict[str, Any] | None:
    """The attributes of an instance; None where it cannot be made."""
    import numpy as np

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
    head += [  # a copy: methods change their weights in place
        f"{slot.expression} = copy.deepcopy({slot.kind}[{slot.layer - 1}])" for slot in slots
    ]
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
        if cost is not None:
            costs = _method_arguments(cost, known)
            if costs is None and forward is not None and not first:
                inputs = _method_arguments(forward, {})
                costs = _method_arguments(cost, {"output": f"net.{forward.short}({inputs})"})
            if costs is not None:
                lines.append(f"cost = net.{cost.short}({costs})")
        lines.append(f"result = net.{method.short}({arguments})")
        lines.append("return cost, result, net" if "cost = " in lines[-2] else "return result, net")
        yield lines


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
    wanted = [role for role in ("X", "y")
              if role not in {roles_of(p.name) for p in method.parameters}]  # fmt: skip
    for parameter in method.parameters:
        role = roles_of(parameter.name)
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
    survey: Survey,
    method: Function,
    body: list[str],
    form: str,
    layouts: tuple[str, ...],
    slots: Sequence[Slot],
) -> Entry:
    text = " ".join(body)
    takes = tuple(name for name in GIVEN if uses(text, name))
    source = f"def adapter({', '.join(takes)}):\n" + "".join(f"    {line}\n" for line in body)
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
        rate=None if "rate" in takes else method.rate,
    )


def _told(body: Sequence[str]) -> str:
    """What is called, without the lines that set values."""
    calls = [line.partition(" = ")[2] or line for line in body]
    return "; ".join(call for call in calls if "(" in call and "deepcopy" not in call)


# -- Layers ----------------------------------------------------------------------------------------


def layer_entries(callee: Callee, sizes: Sequence[int], activation: str, cost: str) -> list[Entry]:
    """A network put together of the file's layer classes: linear ones, activations and a loss."""
    survey = callee.survey
    layers = [c for c in survey.classes if c.method("forward") and c.method("backward")]
    linear = [c for c in layers if _is_linear(c)]
    losses = [c for c in layers if c not in linear and _takes(c, "forward") >= 2]
    activations = [c for c in layers if c not in linear and c not in losses]
    activations.sort(key=lambda c: (activation not in plain(c.name), plain(c.name)))
    entries: list[Entry] = []
    for class_ in linear[:2]:
        for made in _linear_constructions(callee, class_, sizes):
            hiddens: list[Class | None] = [*activations[:2]]
            for hidden in hiddens or [None]:
                entries += _chains(survey, class_, made, hidden, activations, losses, sizes, cost)
    return entries


def _takes(class_: Class, method: str) -> int:
    found = class_.method(method)
    return 0 if found is None else len(found.required)


def _is_linear(class_: Class) -> bool:
    if len(class_.init.required) >= 2:
        return True
    word = plain(class_.name)
    return any(w in word for w in ("dense", "linear", "affine", "fullyconnected", "fc"))


Made = tuple[str, list[str], tuple[str, ...], str]
"""How a linear layer is made, the attributes to set, the layouts that fit, and the form."""


def _linear_constructions(callee: Callee, class_: Class, sizes: Sequence[int]) -> list[Made]:
    names = [p.name for p in class_.init.required]
    places = [place_of(name) for name in names]
    kinds = [place.kind for place in places if place is not None]
    if kinds == ["weights", "biases"]:
        made = f"{class_.name}(weights[{{l}}], biases[{{l}}])"
        return [(made, [], (), "pairs")]
    state = _looked(callee, f"{class_.name}(sizes[0], sizes[1])", sizes)
    slots = None if state is None else slots_of(state, sizes[:2])
    if slots is None:
        return []
    form, layouts = layout_of(slots, sizes[:2])
    lines = [
        f"{slot.expression.replace('net.', '{net}.')} = copy.deepcopy({slot.kind}[{{l}}])"
        for slot in slots
    ]
    return [(f"{class_.name}(sizes[{{l}}], sizes[{{l}} + 1])", lines, layouts, form)]


def _chains(
    survey: Survey,
    class_: Class,
    made: Made,
    hidden: Class | None,
    activations: Sequence[Class],
    losses: Sequence[Class],
    sizes: Sequence[int],
    cost: str,
) -> Iterator[Entry]:
    n = len(sizes) - 1
    making, setting, layouts, form = made
    outputs: list[Class | None] = [None]
    if cost in ("logistic", "quadratic", "softmax"):
        word = {"softmax": "softmax"}.get(cost, "sigmoid")
        outputs += [c for c in activations if word in plain(c.name)][:1]
    back = class_.method("backward")
    rated = back is not None and any(roles_of(p.name) == "rate" for p in back.required)
    rate = ", rate" if rated else ""
    for output in outputs:
        lines, order = ["import copy", *constants(survey, "rate")], []
        for l in range(n):
            name = f"layer_{l + 1}"
            lines.append(f"{name} = {making.format(l=l)}")
            lines += [line.format(net=name, l=l) for line in setting]
            order.append(name)
            activation = hidden if l < n - 1 else output
            if activation is not None:
                lines.append(f"activation_{l + 1} = {activation.name}()")
                order.append(f"activation_{l + 1}")
        lines.append("out = X")
        lines += [f"out = {name}.forward(out)" for name in order]
        for ending in _endings(survey, losses):
            body = [*lines, *ending]
            for name in reversed(order):
                takes_rate = rate if name.startswith("layer") or _rated(activations) else ""
                body.append(f"flow = {name}.backward(flow{takes_rate})")
            held = ", ".join(f"layer_{l + 1}" for l in range(n))
            body.append(f"return cost, None, [{held}]")
            text = " ".join(body)
            takes = tuple(given for given in GIVEN if uses(text, given))
            source = f"def adapter({', '.join(takes)}):\n" + "".join(f"    {b}\n" for b in body)
            steps = " -> ".join([*order, "backward"])
            yield Entry(
                class_.name, source, form, takes, (), "state", steps=steps,
                cost_apart=True, layouts=layouts,
            )  # fmt: skip


def _rated(activations: Sequence[Class]) -> bool:
    """Whether activations take a learning rate, too, to be called like the others."""
    methods = [c.method("backward") for c in activations]
    return any(m is not None and len(m.required) > 1 for m in methods)


def _endings(survey: Survey, losses: Sequence[Class]) -> Iterator[list[str]]:
    """How the cost is computed, and what flows back first."""
    for loss in losses:
        forward, backward = loss.method("forward"), loss.method("backward")
        if forward is None or backward is None:
            continue
        first = [roles_of(p.name) == "y" for p in forward.required][:1] == [True]
        inputs = "y, out" if first else "out, y"
        lines = [f"loss = {loss.name}()", f"cost = loss.forward({inputs})"]
        arguments = inputs if len(backward.required) == 2 else "1" if backward.required else ""
        yield [*lines, f"flow = loss.backward({arguments})"]
    costs = [f for f in survey.functions if is_cost(f.short) and len(f.required) == 2]
    slopes = [
        f for f in survey.functions
        if not is_cost(f.short) and len(f.required) == 2
        and any(w in plain(f.short) for w in ("loss", "cost", "mse", "error", "entropy", "bce"))
    ]  # fmt: skip
    for cost, slope in product(costs[:2], slopes[:2]):
        pair = [
            "y, out" if roles_of(f.required[0].name) == "y" else "out, y" for f in (cost, slope)
        ]
        yield [f"cost = {cost.name}({pair[0]})", f"flow = {slope.name}({pair[1]})"]
