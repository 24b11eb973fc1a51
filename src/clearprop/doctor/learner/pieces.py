"""Calls of a learner's function, with the lines that the file's other functions must run before it.

Some parameters only the file itself can compute: a cache, an activation, the output, a gradient.
The file's forward pass is called for them, then its backward pass, and what they return is handed
on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from clearprop.doctor.learner.forms import GIVEN, NAMESPACE, dicts_with, form_of, go_together
from clearprop.doctor.learner.names import COSTS, SLOPES, ordered, place_of, plain, roles_of
from clearprop.doctor.learner.stepping import is_step
from clearprop.doctor.learner.survey import Function, Parameter, Survey
from clearprop.doctor.learner.values import (
    combined,
    is_derived,
    lettered,
    roles_in,
    values_of,
)

__all__ = ["Lines", "arguments_of", "calls_of"]

_FORWARD = (
    "forward",
    "predict",
    "feedforward",
    "propagate",
    "fprop",
    "forwardprop",
    "model",
    "net",
)

_BACKWARD = ("back", "grad", "bprop", "propagate", "delta", "deriv")


@dataclass
class Lines:
    """The lines of an adapter while it is made."""

    lines: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)  # what a call gave, by its name

    def copy(self) -> Lines:
        """The same lines, to which others can be added."""
        return Lines(list(self.lines), dict(self.made))


def arguments_of(function: Function, values: dict[str, str]) -> str:
    """The arguments of a call as text; those of optional parameters by their names.

    Where the function returns one of its own, that is called with the arguments behind ``)(``.
    """
    parts: list[list[str]] = [[], []]
    for parameter in function.parameters:
        if parameter.name in values:
            value = values[parameter.name]
            given = value if parameter.required else f"{parameter.name}={value}"
            parts[parameter.name in function.inner].append(given)
    outer, inner = (", ".join(part) for part in parts)
    return f"{outer})({inner}" if function.inner else outer


def calls_of(
    survey: Survey,
    function: Function,
    n: int,
    lines: Lines,
    inside: tuple[str, ...],
) -> Iterator[tuple[Lines, dict[str, str]]]:
    """Values for the parameters of a function, with the lines that must run before it is called."""
    required = function.required
    optional = [p for p in function.parameters if not p.required]
    numbered = [
        p.name
        for p in function.parameters
        if (place := place_of(p.name)) is not None
        and place.index is not None
        and not place.gradient
    ]
    placed = ordered(numbered) or lettered(function, n)
    if placed is not None and any(
        sum(k == kind for k, _ in placed.values()) not in (0, n) for kind in ("weights", "biases")
    ):
        return
    alternatives: list[list[str]] = []
    strings = [s for f in survey.functions for s in f.strings]
    roles = roles_in(function, placed)
    unknown: list[int] = []
    for i, parameter in enumerate(required):
        options = values_of(parameter, roles[parameter.name], placed, n, strings)
        options = [_of_own_class(survey, parameter, option) for option in options]
        if not options:
            unknown.append(i)
        alternatives.append(options)
    for chosen in combined(alternatives):
        values = {p.name: v for p, v in zip(required, chosen, strict=True) if v}
        for parameter in optional:
            role = roles[parameter.name]
            if role in ("lambda", "X", "y", "rate", "epochs", "off", "sizes", "m", "batch") or (
                role in ("s_1", "s_2", "K") and parameter.default is not None
            ):
                default = values_of(parameter, role, placed, n, strings)
                values.update({parameter.name: default[0]} if default else {})
        for made, derived in _derived(survey, function, [required[i] for i in unknown], roles, n,
                                      lines, values, inside):  # fmt: skip
            yield made, {**values, **derived}


def _of_own_class(survey: Survey, parameter: Parameter, value: str) -> str:
    """An object of the file's own class for parameters, where it has one: a dataclass, a tuple."""
    for class_ in survey.classes:
        fields = {p.name for p in class_.init.parameters}
        if parameter.use == "object" and fields and fields == set(parameter.keys):
            return value.replace(NAMESPACE, class_.name)
    return value


# -- What another function of the file computes ----------------------------------------------------


def _derived(
    survey: Survey,
    function: Function,
    unknown: Sequence[Parameter],
    roles: dict[str, str | None],
    n: int,
    lines: Lines,
    values: dict[str, str],
    inside: tuple[str, ...],
) -> Iterator[tuple[Lines, dict[str, str]]]:
    """Values of the parameters that the file's own functions compute: a cache, A1, the output."""
    if not unknown:
        yield lines, {}
        return
    if len(inside) > 3:
        return
    form = form_of(" ".join(values.values()))
    gradients = [p for p in unknown if roles[p.name] in ("gradient", "gradients")]
    rest = [p for p in unknown if p not in gradients]
    for made, first in _forward_values(survey, function, rest, n, lines, form, inside):
        if not gradients:
            yield made, first
            continue
        yield from (
            (m, {**first, **g})
            for m, g in _gradient_values(survey, function, gradients, n, made, inside)
        )


def _forward_values(
    survey: Survey,
    function: Function,
    unknown: Sequence[Parameter],
    n: int,
    lines: Lines,
    form: str,
    inside: tuple[str, ...],
) -> Iterator[tuple[Lines, dict[str, str]]]:
    if not unknown:
        yield lines, {}
        return
    for forward in _forwards(survey, function):
        if forward.name in inside:
            continue
        for made, given in calls_of(survey, forward, n, lines, (*inside, function.name)):
            if not go_together(form, form_of(" ".join(given.values()))):
                continue
            named = made.copy()
            results = _results(named, forward, given)
            for picked in _picked(unknown, results, n):
                yield named, picked


def _forwards(survey: Survey, function: Function) -> list[Function]:
    """The functions of the file that may compute a forward pass, the likeliest first."""
    others = [f for f in survey.functions if f.name != function.name]

    def likely(f: Function) -> int:
        words = plain(f.short)
        if any(
            w in words for w in ("back", "grad", "deriv", "update", "train", "init", "cost", "loss")
        ):
            return 9
        return next((i for i, word in enumerate(_FORWARD) if word in words), 7)

    with_input = [
        f for f in others if any(roles_of(p.name) == "X" for p in f.parameters)
        and len(f.required) > 1 and likely(f) < 9
    ]  # fmt: skip
    return sorted(with_input, key=likely)[:3]


def _results(lines: Lines, function: Function, given: dict[str, str]) -> list[tuple[str, str]]:
    """Call a function, and name what it returns: the learner's name and ours of each value."""
    names = function.returns
    call = f"{function.name}({arguments_of(function, given)})"
    key = f"call {call}"
    if key in lines.made:
        ours = lines.made[key].split(", ")
    else:
        ours = [f"{function.short}_{i}" for i in range(max(len(names), 1))]
        for i, name in enumerate(names):
            if name.isidentifier() and name not in GIVEN and name not in ours:
                ours[i] = name
        lines.lines.append(f"{', '.join(ours)} = {call}")
        lines.made[key] = ", ".join(ours)
    return list(zip(names or ("",), ours, strict=True))


def _picked(
    unknown: Sequence[Parameter],
    results: list[tuple[str, str]],
    n: int,
) -> Iterator[dict[str, str]]:
    """Which of the results goes where: by name, then by role, then every one in turn."""
    options: list[list[str]] = []
    words = {plain(parameter.name) for parameter in unknown}
    whole = results
    for parameter in unknown:
        word, role = plain(parameter.name), roles_of(parameter.name)
        named = [ours for name, ours in whole if plain(name) == word]
        if named:
            options.append(named[:1])
            continue
        # What bears another parameter's name goes there.
        results = [pair for pair in whole if plain(pair[0]) not in words] or whole
        collections = [
            ours for name, ours in results
            if name in ("{}", "") or roles_of(name) == "cache" or name.endswith("s")
        ]  # fmt: skip
        every = [ours for _, ours in results]
        outputs = [
            ours for name, ours in results
            if (roles_of(name) == "output" and (plain(name) != "h" or ours == every[-1]))
            or plain(name) in (f"a{n}", f"h{n}", f"a{n + 1}")
        ]  # fmt: skip
        if not outputs and "h" in map(plain, (name for name, _ in results)):
            outputs = every[-1:]  # return h, h @ W2 + b2: the hidden layer, and the output
        if role == "cache" or parameter.keys or parameter.unpacked:
            options.append(list(dict.fromkeys([*collections[::-1], *every[::-1]])))
        elif role == "output":
            singles = [o for o in every if o not in collections]
            lasts = [f"{ours}[-1]" for ours in collections]
            options.append(list(dict.fromkeys([*outputs, *singles[::-1], *lasts, *every])))
        elif is_derived(parameter.name):
            keyed = [f'{ours}["{parameter.name}"]' for name, ours in results if name == "{}"]
            unnamed = [ours for name, ours in results if not name]
            others = [ours for name, ours in results if name and not is_derived(name)]
            options.append(list(dict.fromkeys([*keyed, *unnamed[::-1], *others, *every])))
        else:
            options.append(list(dict.fromkeys([*collections[::-1], *every])))
    for chosen in islice(product(*options), 12):
        yield {p.name: value for p, value in zip(unknown, chosen, strict=True)}


def _gradient_values(
    survey: Survey,
    function: Function,
    unknown: Sequence[Parameter],
    n: int,
    lines: Lines,
    inside: tuple[str, ...],
) -> Iterator[tuple[Lines, dict[str, str]]]:
    """Gradients that a function takes: from the file's backward pass, its slope of the cost, or the
    true ones.
    """
    for name, slope in ((f.name, f) for f in survey.functions if _is_cost_slope(f)):
        if name in inside or name == function.name or len(unknown) > 1:
            continue
        for made, given in calls_of(survey, slope, n, lines, (*inside, function.name)):
            yield made, {unknown[0].name: f"{name}({arguments_of(slope, given)})"}
            break
    if is_step(function):
        for backward in survey.functions:
            words = plain(backward.short)
            if backward.name in (function.name, *inside) or not any(w in words for w in _BACKWARD):
                continue
            if any(w in words for w in _FORWARD[:3]) and "back" not in words:
                continue
            for made, given in calls_of(survey, backward, n, lines, (*inside, function.name)):
                named = made.copy()
                results = _results(named, backward, given)
                for picked in _picked(unknown, results, n):
                    yield named, picked
                break
    placed = ordered([p.name for p in unknown])
    if placed is not None:
        yield lines, {name: f"d{kind}[{l - 1}]" for name, (kind, l) in placed.items()}
    elif len(unknown) == 1 and unknown[0].keys:
        dicts = dicts_with([_bare(key) for key in unknown[0].keys], n)
        for text in dicts:
            renamed = text.replace("weights", "dweights").replace("biases", "dbiases")
            for key in unknown[0].keys:
                renamed = renamed.replace(f'"{_bare(key)}', f'"{key}')
            yield lines, {unknown[0].name: renamed}


def _bare(key: str) -> str:
    """The key of a gradient as that of its weights: ``dW1``, ``grad_W1`` -> ``W1``."""
    return re.sub(r"^(?:d|grad|nabla|delta)_?(?=[A-Za-z])", "", key)


def _is_cost_slope(function: Function) -> bool:
    word = plain(function.short)
    return any(w in word for w in COSTS) and any(w in word for w in SLOPES)
