"""Adapters to a learner's layers: classes with ``forward`` and ``backward``, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.forms import adapter_of
from clearprop.doctor.learner.names import is_cost, place_of, plain, roles_of
from clearprop.doctor.learner.objects import looked
from clearprop.doctor.learner.slots import Slot, layout_of, slots_of
from clearprop.doctor.learner.stepping import constants
from clearprop.doctor.learner.survey import Class, Function, Survey

__all__ = ["layer_entries"]


def layer_entries(callee: Callee, sizes: Sequence[int], activation: str, cost: str) -> list[Entry]:
    """A network put together of the file's layer classes: linear ones, activations and a loss."""
    survey = callee.survey
    layers = [c for c in survey.classes if _forward(c) and c.method("backward")]
    linear = [c for c in layers if _is_linear(c)]
    losses = [c for c in layers if c not in linear and _n_taken(c) >= 2]
    activations = [c for c in layers if c not in linear and c not in losses]
    activations.sort(key=lambda c: (activation not in plain(c.name), plain(c.name)))
    entries: list[Entry] = []
    for class_ in linear[:2]:
        for made in _linear_constructions(callee, class_, sizes):
            hiddens: list[Class | None] = [*activations[:2]]
            for hidden in hiddens or [None]:
                entries += _chains(survey, class_, made, hidden, activations, losses, sizes, cost)
    return entries


def _forward(class_: Class) -> Function | None:
    return class_.method("forward") or class_.method("__call__")


def _n_taken(class_: Class) -> int:
    found = _forward(class_)
    return 0 if found is None else len(found.required)


def _into(class_: Class, name: str, value: str) -> list[str]:
    """The lines that send a value forward: the layer gives it back, or keeps it as its output."""
    forward = _forward(class_)
    assert forward is not None
    call = f"{name}.{forward.short}({value})"
    return [f"out = {call}"] if forward.returns else [call, f"out = {name}.output"]


def _back(class_: Class, name: str, arguments: str) -> list[str]:
    """The lines that send the error back through a layer."""
    backward = class_.method("backward")
    assert backward is not None
    call = f"{name}.backward({arguments})"
    return [f"flow = {call}"] if backward.returns else [call, f"flow = {name}.dinputs"]


def _is_linear(class_: Class) -> bool:
    if len(class_.init.required) >= 2:
        return True
    word = plain(class_.name)
    return any(w in word for w in ("dense", "linear", "affine", "fullyconnected", "fc"))


Made = tuple[str, list[str], tuple[str, ...], str, tuple[Slot, ...]]
"""How a linear layer is made, the attributes to set, the layouts that fit, the form, the slots."""


def _linear_constructions(callee: Callee, class_: Class, sizes: Sequence[int]) -> list[Made]:
    names = [p.name for p in class_.init.required]
    places = [place_of(name) for name in names]
    kinds = [place.kind for place in places if place is not None]
    if kinds == ["weights", "biases"]:
        made = f"{class_.name}(weights[{{l}}], biases[{{l}}])"
        return [(made, [], (), "pairs", ())]
    state = looked(callee, [f"net = {class_.name}(sizes[0], sizes[1])"], sizes)
    slots = None if state is None else slots_of(state, sizes[:2])
    if slots is None:
        return []
    form, layouts = layout_of(slots, sizes[:2])
    lines = [
        f"{slot.expression.replace('net.', '{net}.')} = copy.deepcopy({slot.kind}[{{l}}])"
        for slot in slots
    ]
    return [(f"{class_.name}(sizes[{{l}}], sizes[{{l}} + 1])", lines, layouts, form, tuple(slots))]


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
    making, setting, layouts, form, slots = made
    outputs: list[Class | None] = [None]
    if cost in ("logistic", "quadratic", "softmax"):
        word = {"softmax": "softmax"}.get(cost, "sigmoid")
        outputs += [c for c in activations if word in plain(c.name)][:1]
    back = class_.method("backward")
    rated = back is not None and any(roles_of(p.name) == "rate" for p in back.required)
    rate = ", rate" if rated else ""
    for output in outputs:
        lines = ["import copy", *constants(survey, "rate")]
        order: list[tuple[str, Class]] = []
        for l in range(n):
            name = f"layer_{l + 1}"
            lines.append(f"{name} = {making.format(l=l)}")
            lines += [line.format(net=name, l=l) for line in setting]
            order.append((name, class_))
            activation = hidden if l < n - 1 else output
            if activation is not None:
                lines.append(f"activation_{l + 1} = {activation.name}()")
                order.append((f"activation_{l + 1}", activation))
        lines.append("out = X")
        for name, layer in order:
            lines += _into(layer, name, "out")
        for ending in _endings(survey, losses):
            body = [*lines, *ending]
            for name, layer in reversed(order):
                takes_rate = rate if name.startswith("layer") or _rated(activations) else ""
                body += _back(layer, name, f"flow{takes_rate}")
            held = ", ".join(f"layer_{l + 1}" for l in range(n))
            body.append(f"return cost, None, [{held}]")
            takes, source = adapter_of(body)
            steps = " -> ".join([*(name for name, _ in order), "backward"])
            held_slots = tuple(
                replace(slot, path=(l, *slot.path), layer=l + 1) for l in range(n) for slot in slots
            )
            yield Entry(
                class_.name, source, form, takes, (), "state", steps=steps,
                cost_apart=True, layouts=layouts, slots=held_slots,
            )  # fmt: skip


def _rated(activations: Sequence[Class]) -> bool:
    """Whether activations take a learning rate, too, to be called like the others."""
    methods = [c.method("backward") for c in activations]
    return any(m is not None and len(m.required) > 1 for m in methods)


def _endings(survey: Survey, losses: Sequence[Class]) -> Iterator[list[str]]:
    """How the cost is computed, and what flows back first."""
    for loss in losses:
        forward, backward = _forward(loss), loss.method("backward")
        if forward is None or backward is None:
            continue
        first = [roles_of(p.name) == "y" for p in forward.required][:1] == [True]
        inputs = "y, out" if first else "out, y"
        lines = [f"loss = {loss.name}()", f"cost = loss.{forward.short}({inputs})"]
        # A loss with a softmax of its own takes what that gave.
        given = inputs.replace("out", 'getattr(loss, "output", out)')
        arguments = given if len(backward.required) == 2 else "1" if backward.required else ""
        yield [*lines, *_back(loss, "loss", arguments)]
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
