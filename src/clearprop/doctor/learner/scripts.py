"""Adapters to functions that find the weights, and often the samples, among the file's own names.

The names are given values of ours, the function is called, and the names are read again. A loop at
the top level is such a function, too (:mod:`.rounds`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.forms import adapter_of
from clearprop.doctor.learner.names import is_cost, ordered, place_of, plain, roles_of
from clearprop.doctor.learner.stepping import SEEDED, constants, known_rate, once
from clearprop.doctor.learner.survey import Function, Survey

__all__ = ["script_entries"]

_THETA = ("theta", "thetas", "weights", "biases", "layers")
_SIZES = {"s_1": "sizes[0]", "s_2": "sizes[1]", "K": "sizes[-1]", "m": "m", "batch": "m",
          "lambda": "lambda_", "epochs": "epochs"}  # fmt: skip
_FORWARD = ("forward", "predict", "propagate", "feed")


def script_entries(survey: Survey, function: Function, n: int) -> list[Entry]:
    """The ways to ask a function whose weights are names of the file; none for any other one."""
    if _takes_theta(function):
        return []
    reached = list(_reached(survey, function))
    used = {name for f in reached for name in (*f.reads, *f.writes)}
    placed = _placed(survey, used, n)
    if placed is None or (layouts := _layouts(survey, placed, n)) is None:
        return []
    arguments = _arguments(function, used, survey)
    if arguments is None:
        return []
    written = {name for f in reached for name in f.writes}
    setting = [f"__learner__.{name} = {kind}[{l - 1}]" for name, (kind, l) in placed.items()]
    setting += _data(survey, used)
    call = f"{function.name}({arguments})"
    steps = bool(written & set(placed))
    if steps:
        body = [SEEDED, *constants(survey, "rate"), *once(survey, function), *setting]
        body += ["with seeded():", f"    result = {call}", f"return result, [{_held(placed)}]"]
    else:
        body = _gradient_body(survey, function, used, setting, call)
    form = "pairs" if any(kind == "biases" for kind, _ in placed.values()) else "weights"
    takes, source = adapter_of(body)
    if not {"X", "y"} <= set(takes):
        return []
    return [
        Entry(
            function.name, source, form, takes, function.returns,
            "step" if steps else "gradient", steps=call, layouts=layouts,
            cost_apart=body[-1].startswith("return cost,"),
            rate=known_rate(survey, function) if steps and "rate" not in takes else None,
        )
    ]  # fmt: skip


def _takes_theta(function: Function) -> bool:
    """Whether a parameter holds weights."""
    return any(
        roles_of(p.name) in _THETA or p.keys or p.unpacked
        or ((place := place_of(p.name)) is not None and not place.gradient)
        for p in function.parameters
    )  # fmt: skip


def _reached(survey: Survey, function: Function) -> Iterator[Function]:
    """A function, those of the file that it calls, and those that write what these read."""
    left, seen = [function], {function.name}
    while left:
        yield (first := left.pop())
        others = [f for name in first.calls if (f := survey.function(name)) is not None]
        others += [f for f in survey.functions if set(f.writes) & set(first.reads)
                   and _is_forward(f)]  # fmt: skip
        for other in others:
            if other.name not in seen:
                seen.add(other.name)
                left.append(other)


def _is_forward(function: Function) -> bool:
    word = plain(function.short)
    return any(w in word for w in _FORWARD) and "back" not in word


def _placed(
    survey: Survey, used: set[str], n: int
) -> dict[str, tuple[str, int]] | None:
    """The weights and biases among the names that are used; None where they are no network's."""
    names = [
        name for name in sorted(used)
        if (p := place_of(name)) is not None and not p.gradient
        and roles_of(name) not in ("X", "y", "output")
        and (name not in survey.constants or p.kind == "biases")
    ]  # fmt: skip
    found = ordered(names)
    if found is None or sum(kind == "weights" for kind, _ in found.values()) != n:
        return None
    return found


def _layouts(
    survey: Survey, placed: Mapping[str, tuple[str, int]], n: int
) -> tuple[str, ...] | None:
    """The layouts that go with the shapes that the file gives its weights; none where it gives
    them none, and None for shapes that fit no network.
    """
    if any(name not in survey.arrays and name not in survey.constants for name in placed):
        return ()
    shapes = {(kind, l): survey.arrays.get(name, ()) for name, (kind, l) in placed.items()}
    first, last = shapes["weights", 1], shapes["weights", n]
    bias = shapes.get(("biases", 1))
    if any(len(shapes["weights", l]) != 2 for l in range(1, n)) or not 1 <= len(last) <= 2:
        return None
    size = None if bias is None else int(bias[-1] * bias[0] if len(bias) == 2 else (*bias, 1)[0])
    if len(first) == 2 and size is not None and first[0] != first[1]:
        turns = ["w"] if first[1] == size else ["W"]
    elif n > 1 and len(last) == 2 and first[1] != first[0]:
        turns = ["w"] if first[1] == last[0] else ["W"]
    else:
        turns = ["w", "W"]
    if bias is None:
        return tuple(f"{turn},b" for turn in turns)
    if len(last) == 1:
        return tuple(f"{turn},b flat" for turn in turns)
    if len(bias) == 0:
        return ("w,b number",)
    kind = "" if len(bias) == 1 else " row" if bias[0] == 1 else " column"
    if len(bias) == 2 and bias[0] == bias[1] == 1:
        return tuple(f"{turn},b{' row' if turn == 'w' else ' column'}" for turn in turns)
    return tuple(f"{turn},b{kind}" for turn in turns)


def _arguments(function: Function, used: set[str], survey: Survey) -> str | None:
    """The arguments of a call, as text; None where one is unknown."""
    known = {"X": "X", "y": "y", "rate": "rate", "off": "0", **_SIZES}
    values = []
    for parameter in function.parameters:
        role = roles_of(parameter.name)
        if role == "output" and "y" not in map(roles_of, (p.name for p in function.parameters)):
            role = "y"
        value = known.get(role or "")
        if value is None and parameter.required:
            return None
        if value is not None:
            values.append(value if parameter.required else f"{parameter.name}={value}")
    return ", ".join(values)


def _data(survey: Survey, used: set[str]) -> list[str]:
    """Lines that give the file's samples and sizes values of ours."""
    lines = []
    for name in sorted(used):
        if (role := roles_of(name)) in ("X", "y") and name not in survey.constants:
            lines.append(f"__learner__.{name} = {role}")
    for name in sorted(used - set(survey.arrays)):
        role = roles_of(name) or ""
        value = "rate" if role == "rate" and name not in survey.constants else _SIZES.get(role)
        if value is not None:
            lines.append(f"__learner__.{name} = {value}")
    return lines


def _held(placed: Mapping[str, tuple[str, int]]) -> str:
    """The weights and biases after the step, as text."""
    groups = []
    for kind in ("weights", "biases"):
        mine = sorted((l, name) for name, (k, l) in placed.items() if k == kind)
        if mine:
            groups.append(f'"{kind}": [{", ".join(f"__learner__.{name}" for _, name in mine)}]')
    return "{" + ", ".join(groups) + "}"


def _gradient_body(
    survey: Survey, function: Function, used: set[str], setting: Sequence[str], call: str
) -> list[str]:
    """The lines for a function that gives a gradient: the file's forward pass and cost go first."""
    body = [*constants(survey, "1.0"), *setting]
    for forward in survey.functions:
        if not set(forward.writes) & used or forward.name in (function.name, *function.calls):
            continue
        if _is_forward(forward):
            arguments = _arguments(forward, used, survey)
            if arguments is not None:
                body.append(f"{forward.name}({arguments})")
                break
    cost = _cost(survey, function, used)
    if cost is not None:
        body.append(f"cost = {cost}")
    gradients = [name for name in function.writes if (p := place_of(name)) is not None and p.gradient]
    result = call
    if gradients and not function.gives_gradient:
        body.append(call)
        result = "{" + ", ".join(f'"{name}": __learner__.{name}' for name in gradients) + "}"
    return [*body, f"return cost, {result}" if cost is not None else f"return {result}"]


def _cost(survey: Survey, function: Function, used: set[str]) -> str | None:
    """A call of the file's own cost, where the function does not give it."""
    if any(is_cost(name) for name in function.returns):
        return None
    for cost in survey.functions:
        roles = {roles_of(p.name) for p in cost.required}
        if cost.name == function.name or not is_cost(cost.short) or not {"X", "y"} <= roles:
            continue
        arguments = None if _takes_theta(cost) else _arguments(cost, used, survey)
        if arguments is not None:
            return f"{cost.name}({arguments})"
    return None
