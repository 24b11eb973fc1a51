"""Adapters to code that brings its own automatic differentiation of single numbers.

The file has a class of values, each with ``data``, ``grad`` and ``backward()``. A cost is computed of
weights that are such values, or of a network that holds them; then the error flows back, and each
weight's ``grad`` is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.forms import adapter_of, form_of
from clearprop.doctor.learner.names import is_cost, plain, roles_of
from clearprop.doctor.learner.objects import constructions
from clearprop.doctor.learner.pieces import Lines, arguments_of, calls_of
from clearprop.doctor.learner.survey import Class, Function, Survey
from clearprop.network.architecture import Network

__all__ = ["engine_entries"]

_LAYOUTS = {"pairs": ("W,b", "w,b", "W,b flat"), "weights": ("W,b", "w,b"),
            "list": ("course", "course, bias last", "blocks"), "vector": ()}  # fmt: skip
_HELP = "from clearprop.doctor.learner.scalars import gradients, numbers, units_of, wrapped"


def engine_entries(
    callee: Callee, network: Network, functions: Sequence[Function]
) -> list[Entry]:
    """The ways to ask a file that has a class of values with gradients; none for any other one.

    `functions` are those that may be asked.
    """
    value = next((c for c in callee.survey.classes if _is_value(callee, c)), None)
    if value is None:
        return []
    named = {name.partition(".")[0] for name in callee.entries}
    asked = [f for f in functions if _is_cost(f)]
    if not callee.entries:
        asked = [f for f in callee.survey.functions if _is_cost(f)]
    entries = [entry for f in asked for entry in _of_function(callee.survey, f, value, network)]
    for class_ in callee.survey.classes:
        if class_.name != value.name and (class_.name in named or not callee.entries):
            entries += _of_network(callee, class_, value, network)
    if not entries and asked:
        for class_ in callee.survey.classes:
            entries += _of_network(callee, class_, value, network)
    return entries


def _is_value(callee: Callee, class_: Class) -> bool:
    """Whether a class is that of numbers with gradients."""
    backward = class_.method("backward")
    if backward is None or backward.required or len(class_.init.required) != 1:
        return False
    source = f"def adapter():\n    value = {class_.name}(0.5)\n    return [value.data, value.grad]\n"
    returned = callee.call({}, "numpy", source)
    return isinstance(returned, Returned) and returned.value in ([0.5, 0], [0.5, 0.0], [0.5, None])


def _is_cost(function: Function) -> bool:
    words = plain(function.short)
    return is_cost(function.short) or any(is_cost(name) for name in function.returns) or any(
        word in words for word in ("grad", "back", "train", "step")
    )


# -- Functions of weights ------------------------------------------------------------------------


def _of_function(
    survey: Survey, function: Function, value: Class, network: Network
) -> Iterator[Entry]:
    n = network.n_layers - 1
    for _, values in calls_of(survey, function, n, Lines(), ()):
        text = " ".join(values.values())
        form = form_of(text)
        if form == "own":
            continue
        groups = {"pairs": ("weights", "biases"), "weights": ("weights",), "list": ("thetas",),
                  "vector": ("theta",)}[form]  # fmt: skip
        lines = [f"{group} = wrapped({group}, {value.name})" for group in groups]
        lines.append("X, y = numbers(X), numbers(y)")
        call = f"{function.name}({arguments_of(function, values)}){_index(function)}"
        given = [f"gradients({group})" for group in groups]
        yield _entry(function, lines, call, given, form, groups, _LAYOUTS[form])


def _index(function: Function) -> str:
    costs = [i for i, name in enumerate(function.returns) if is_cost(name)]
    return f"[{costs[0] if costs else 0}]" if len(function.returns) > 1 else ""


def _entry(
    function: Function,
    lines: Sequence[str],
    call: str,
    given: Sequence[str],
    form: str,
    groups: Sequence[str],
    layouts: tuple[str, ...],
) -> Entry:
    body = [_HELP, *lines, f"the_cost = {call}"]
    if "backward" not in function.calls:
        body.append("the_cost.backward()")
    body.append(f"return the_cost.data, {', '.join(given)}")
    takes, source = adapter_of(body)
    return Entry(function.name, source, form, takes, ("J", *groups), steps=call, layouts=layouts)


# -- Networks that hold their weights --------------------------------------------------------------


def _of_network(
    callee: Callee, class_: Class, value: Class, network: Network
) -> Iterator[Entry]:
    """A network of layers of units, and a cost of the file's or the stated one."""
    if not any(m.short in ("__call__", "forward", "predict") for m in class_.methods):
        return
    call = next(m for m in class_.methods if m.short in ("__call__", "forward", "predict"))
    apply = "net" if call.short == "__call__" else f"net.{call.short}"
    for made in (f"{class_.name}(sizes[0], sizes[1:])", *constructions(class_)):
        if not _holds_units(callee, made, value, network):
            continue
        lines = [
            f"net = {made}",
            "X, y = numbers(X), numbers(y)",
            f"layers = units_of(net, {value.name})",
            "for layer, W, b in zip(layers, weights, biases):",
            "    for (unit, w, v), row, start in zip(layer, W, b):",
            f"        setattr(unit, w, wrapped(row, {value.name}))",
            f"        setattr(unit, v, {value.name}(float(start)))",
        ]
        given = [
            "[[gradients(getattr(unit, w)) for unit, w, _ in layer] for layer in layers]",
            "[[gradients(getattr(unit, v)) for unit, _, v in layer] for layer in layers]",
        ]
        for name, cost in _costs(callee.survey, apply, network):
            asked = callee.survey.function(name) or Function(class_.name, ())
            yield _entry(asked, lines, cost, given, "pairs", ("weights", "biases"), ("W,b",))
        return


def _holds_units(callee: Callee, made: str, value: Class, network: Network) -> bool:
    source = (
        f"def adapter(sizes):\n    {_HELP}\n    net = {made}\n"
        f"    return [[len(getattr(unit, w)) for unit, w, v in layer if v]\n"
        f"            for layer in units_of(net, {value.name})]\n"
    )
    sizes = [int(size) for size in network.layer_sizes]
    returned = callee.call({"sizes": sizes}, "numpy", source)
    expected = [[a] * b for a, b in zip(sizes, sizes[1:], strict=False)]
    return isinstance(returned, Returned) and returned.value == expected


def _costs(survey: Survey, apply: str, network: Network) -> Iterator[tuple[str, str]]:
    """The name of what is asked, and its cost in terms of ``net``, X and y."""
    found = False
    for function in survey.functions:
        roles = [roles_of(p.name) for p in function.required]
        if _is_cost(function) and sorted(map(str, roles)) == ["X", "theta", "y"]:
            values = {"X": "X", "y": "y", "theta": "net"}
            given = ", ".join(values[role or ""] for role in roles)
            found = True
            yield function.name, f"{function.name}({given}){_index(function)}"
    if not found and network.cost in ("squared", "quadratic"):
        outputs = f"(lambda out: out if isinstance(out, list) else [out])({apply}(x))"
        targets = "(t if isinstance(t, list) else [t])"
        errors = f"o + (-v) for x, t in zip(X, y) for o, v in zip({outputs}, {targets})"
        yield "", f"sum((e * e for e in ({errors})), 0.0) * (0.5 / len(X))"
