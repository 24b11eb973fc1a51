"""Adapters to models of PyTorch: a model is made, its weights are set, and its cost flows back.

The cost is that of a function of the file, of the model's own method, or of the file's criterion;
where there is none, the stated one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.autograd import entry_of, gradients_of, reached, stated_costs
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.names import is_cost, plain, roles_of
from clearprop.doctor.learner.slots import Slot, layout_of, slots_of
from clearprop.doctor.learner.survey import Class, Function, Survey
from clearprop.doctor.sizes import small_sizes
from clearprop.network.architecture import Network

__all__ = ["cost_index", "model_entries", "model_parameter"]

_MODULE = "torch.nn.modules.module.Module"
_LOSS = "torch.nn.modules.loss._Loss"


def model_parameter(function: Function, survey: Survey) -> str | None:
    """The parameter that is a model: it is called. ``""`` for a model of the file; else None."""
    if survey.values != "torch":
        return None
    for parameter in function.parameters:
        if parameter.name in function.calls and not is_cost(parameter.name):
            return parameter.name
    models = [name for name, bases in survey.objects.items() if _is_model(bases)]
    return "" if set(models) & set(function.calls) else None


def _is_model(bases: Sequence[str]) -> bool:
    return _MODULE in bases and not _is_loss(bases)


def _is_loss(bases: Sequence[str]) -> bool:
    return _LOSS in bases or "torch.nn.modules.loss" in " ".join(bases)


def model_entries(callee: Callee, network: Network, functions: Sequence[Function]) -> list[Entry]:
    """The ways to ask a model: those that were named, or all of the file.

    `functions` are those that may be asked.
    """
    survey = callee.survey
    if survey.values != "torch":
        return []
    asked = [f for f in functions if model_parameter(f, survey) is not None]
    named = [name.partition(".")[0] for name in callee.entries]
    if callee.entries and not asked and not any(survey.class_(name) for name in named):
        return []
    entries = []
    for made in _makings(survey, named, network):
        slots = _looked(callee, made, network)
        if slots is None:
            continue
        sizes, places = slots
        form, layouts = layout_of(places, sizes)
        for name, cost, backward in _costs(survey, made, asked, network):
            entries.append(_entry(name, made, places, form, layouts, cost, backward))
    return entries


def _makings(survey: Survey, named: Sequence[str], network: Network) -> Iterator[str]:
    """Expressions of models: an instance of each class, and each object of the file."""
    classes = [c for c in survey.classes if _is_model(c.bases) and not is_cost(c.name)]
    chosen = [c for c in classes if c.name in named] or classes
    for class_ in chosen:
        arguments = _sizes_for(class_, network.n_layers - 1)
        if arguments is not None:
            yield f"{class_.name}({arguments})"
    for name, bases in survey.objects.items():
        if _is_model(bases):
            yield f"__learner__.{name}"


def _sizes_for(class_: Class, n: int) -> str | None:
    """The layer sizes as arguments of a model; None where they are unknown."""
    sized = [p for p in class_.init.parameters if p.required or _size(p.name) is not None]
    if len(sized) == n + 1 and n > 0:
        ends = [_size(p.name) for p in sized]
        if ends[-1] != "sizes[0]" and ends[0] != "sizes[-1]":
            return ", ".join(f"{p.name}=sizes[{i}]" for i, p in enumerate(sized))
    given = []
    for parameter in sized:
        value = _size(parameter.name) or ("sizes" if len(sized) == 1 else None)
        if value is None:
            return None
        given.append(f"{parameter.name}={value}")
    return ", ".join(given)


def _size(name: str) -> str | None:
    word, role = plain(name), roles_of(name)
    if "hidden" in word and (word.endswith(("s", "list")) and "size" not in word.rstrip("s")):
        return "sizes[1]" if word in ("hiddens", "hiddenunits", "hiddenfeatures") else "sizes[1:-1]"
    if word in ("hiddensizes", "hiddenlayers", "hiddendims", "hiddenlayersizes"):
        return "sizes[1:-1]"
    if role in ("sizes", "layers"):
        return "sizes"
    inner = {"s_1": "sizes[0]", "X": "sizes[0]", "s_2": "sizes[1]", "K": "sizes[-1]",
             "y": "sizes[-1]", "output": "sizes[-1]"}  # fmt: skip
    return inner.get(role or "")


def _looked(callee: Callee, made: str, network: Network) -> tuple[Sequence[int], list[Slot]] | None:
    """Where a model keeps its weights, by the names and shapes of its parameters."""
    source = (
        f"def adapter(sizes):\n    model = {made}\n"
        "    return {name: p.shape for name, p in model.named_parameters()}\n"
    )
    small = small_sizes(network.n_layers, network.n_outputs)[0]
    for sizes in dict.fromkeys([small, network.layer_sizes]):
        returned = callee.call({"sizes": [int(size) for size in sizes]}, "numpy", source)
        if isinstance(returned, Returned) and isinstance(returned.value, dict):
            slots = slots_of(_nested(returned.value), sizes)
            if slots is not None and len(slots) == len(returned.value):
                return sizes, slots
    return None


def _nested(shapes: dict[str, list[int]]) -> dict[str, Any]:
    """Parameters by their paths: ``{"fc1": {"weight": ...}}``."""
    state: dict[str, Any] = {}
    for name, shape in shapes.items():
        *path, last = name.split(".")
        inner = state
        for step in path:
            inner = inner.setdefault(step, {})
        inner[last] = np.zeros(tuple(shape))
    return state


def _entry(
    name: str,
    made: str,
    slots: Sequence[Slot],
    form: str,
    layouts: tuple[str, ...],
    cost: str,
    backward: bool,
) -> Entry:
    paths = {slot: ".".join(map(str, slot.path)) for slot in slots}
    body = ["import torch", f"net = {made}.to(X.dtype)", "net.zero_grad()"]
    for slot, path in paths.items():
        body.append(f'net.get_parameter("{path}").data = {slot.kind}[{slot.layer - 1}]')
    if "out" in cost and "out.shape" in cost:
        body.append("out = net(X)")
    body.append(f"the_cost = {cost}")
    if not backward:
        body.append("the_cost.backward()")
    body += reached("net.parameters()")
    returns, found = ["J"], []
    for kind in ("weights", "biases", "thetas"):
        mine = [f'"{path}"' for slot, path in paths.items() if slot.kind == kind]
        if mine:
            returns.append(kind)
            found.append(gradients_of(f"map(net.get_parameter, [{', '.join(mine)}])"))
    body.append(f"return the_cost, {', '.join(found)}")
    steps = f"net = {made}; {cost}" + ("" if backward else "; backward()")
    return entry_of(name, body, tuple(returns), form, steps, layouts)


# -- The cost --------------------------------------------------------------------------------------


def _costs(
    survey: Survey,
    made: str,
    asked: Sequence[Function],
    network: Network,
) -> Iterator[tuple[str, str, bool]]:
    """The name of what is judged, its cost in terms of ``net``, X and y, and whether the cost's own
    function calls ``backward()``. The likeliest first.
    """
    class_ = survey.class_(made.partition("(")[0])
    criteria = list(_criteria(survey))
    for function in asked:
        for criterion in criteria or ["torch.nn.functional.mse_loss"]:
            given = _arguments(function, survey, criterion)
            if given is not None:
                call = f"{function.name}({given}){cost_index(function)}"
                yield function.name, call, "backward" in function.calls
    if asked:
        return
    name = made.removeprefix("__learner__.").partition("(")[0]
    if class_ is not None:
        for method in class_.methods:
            if (is_cost(method.short) or "step" in method.short) and len(method.required) == 2:
                yield method.name, f"net.{method.short}(X, y)", "backward" in method.calls
        forward = class_.method("forward")
        if forward is not None and [roles_of(p.name) for p in forward.required][1:2] == ["y"]:
            yield name, f"net(X, y){cost_index(forward)}", False
            return
    for criterion in criteria:
        yield name, f"{criterion}(net(X), y)", False
    if not criteria:
        for cost in stated_costs("torch", network.cost):
            yield name, cost, False


def cost_index(function: Function) -> str:
    """Which of several values is the cost, as text."""
    if len(function.returns) < 2:
        return ""
    costs = [i for i, name in enumerate(function.returns) if is_cost(name)]
    return f"[{costs[0] if costs else 0}]"


def _criteria(survey: Survey) -> Iterator[str]:
    """What computes a cost of an output and y."""
    for name, bases in survey.objects.items():
        if _is_loss(bases):
            yield name
    for class_ in survey.classes:
        if _MODULE in class_.bases and (is_cost(class_.name) or _is_loss(class_.bases)):
            yield f"{class_.name}()"
    for function in survey.functions:
        called = {p.name for p in function.parameters} & set(function.calls)
        if is_cost(function.short) and len(function.required) == 2 and not called:
            yield function.name


def _arguments(function: Function, survey: Survey, criterion: str) -> str | None:
    """The arguments of a function that takes a model; None where one is unknown."""
    roles = [roles_of(p.name) for p in function.parameters]
    wanted = [role for role in ("X", "y") if role not in roles]
    model = model_parameter(function, survey)
    values = {"X": "X", "y": "y", "epochs": "1", "rate": "0.0", "m": "m", "batch": "m", "off": "0",
              "lambda": "lambda_"}  # fmt: skip
    given = []
    for parameter, role in zip(function.parameters, roles, strict=True):
        word = plain(parameter.name)
        value = values.get(role or "")
        if parameter.name == model:
            value = "net"
        elif "optim" in word or word == "opt":
            value = "torch.optim.SGD(net.parameters(), lr=0.0)"
        elif is_cost(parameter.name):
            value = criterion
        elif "loader" in word or "dataset" in word:
            data = "torch.utils.data.TensorDataset(X, y)"
            value = data if "dataset" in word else f"torch.utils.data.DataLoader({data}, len(X))"
        elif word in ("device", "dev"):
            value = '"cpu"'
        elif value is None and parameter.required and wanted:
            value = wanted.pop(0)
        if value is None and parameter.required:
            return None
        if value is not None and (parameter.required or role in ("epochs", "rate", "batch")):
            given.append(value if parameter.required else f"{parameter.name}={value}")
    return ", ".join(given)
