"""Adapters: a few lines of Python that call a learner's pieces and return what they compute.

An adapter is what a learner would otherwise have to write to have the doctor look at their code. It
is handed values under fixed names (:data:`GIVEN`) and calls the learner's functions with them. The
child process runs it beside the learner's own names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from clearprop.doctor.learner.names import (
    COSTS,
    SLOPES,
    is_cost,
    ordered,
    place_of,
    plain,
    roles_of,
)
from clearprop.doctor.learner.slots import Slot
from clearprop.doctor.learner.stepping import (
    constants,
    is_step,
    known_rate,
    own_body,
    step_body,
)
from clearprop.doctor.learner.survey import Function, Parameter, Survey

__all__ = ["GIVEN", "Entry", "constants", "function_entries", "is_step", "theta_forms", "uses"]

# What an adapter can be handed, in the order of its parameters.
GIVEN = (
    "theta", "thetas", "weights", "biases", "X", "y", "lambda_", "sizes", "m", "rate",
    "dweights", "dbiases", "epochs",
)  # fmt: skip

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


@dataclass(frozen=True)
class Entry:
    """A piece of the learner's code, and how it is called.

    Attributes
    ----------
    name
        The function, method or class that is judged.
    source
        The adapter.
    form
        How theta goes in: ``"vector"``, ``"list"``, ``"pairs"``, ``"weights"`` (no biases), or
        ``"own"`` where the code makes its own weights.
    takes
        The names of :data:`GIVEN` that the adapter is handed.
    returns
        The name of each value that comes back; ``""`` where it has none.
    reading
        ``"gradient"``; ``"step"`` where weights come back after one step of gradient descent;
        ``"own step"`` where the code makes its own, and they come back from before and after;
        ``"state"`` where an object comes back that may hold either.
    each
        Whether the samples are handed in one at a time.
    arguments
        The expression that each parameter of the entry is given, for direct calls.
    steps
        What is called, in words of code, for the report.
    cost_apart
        Whether the adapter returns J beside what the entry returns.
    layouts
        Those of theta that the code can take; empty where its form alone decides.
    slots
        Where an object keeps its weights.
    rate
        The learning rate of a step, where it stands in the code and cannot be set.
    single
        Whether it is asked with one sample, since it may update after each.
    """

    name: str
    source: str
    form: str
    takes: tuple[str, ...]
    returns: tuple[str, ...] = ()
    reading: str = "gradient"
    each: bool = False
    arguments: tuple[tuple[str, str], ...] = ()
    steps: str = ""
    cost_apart: bool = False
    layouts: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    rate: float | None = None
    single: bool = False

    @property
    def takes_lambda(self) -> bool:
        """Whether lambda goes in."""
        return "lambda_" in self.takes

    def one_by_one(self) -> Entry:
        """The same code, handed one sample at a time."""
        head, _, body = self.source.partition("\n")
        *lines, last = body.rstrip().split("\n")
        last = f"    found.append(({last.removeprefix('    return ')}))"
        looped = "\n".join("    " + line for line in [*lines, last])
        source = f"{head}\n    found = []\n    for X, y in zip(X, y):\n{looped}\n    return found\n"
        return replace(self, source=source, each=True)


@dataclass
class _Lines:
    """The lines of an adapter while it is made."""

    lines: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)  # what a call gave, by its name

    def copy(self) -> _Lines:
        return _Lines(list(self.lines), dict(self.made))


# -- Theta -----------------------------------------------------------------------------------------


def theta_forms(parameter: Parameter, n: int, strings: Sequence[str] = ()) -> list[str]:
    """Expressions for a parameter that holds all of theta, the likeliest first.

    `n` is the number of weight matrices. `strings` are constant strings of the file, which may be
    the keys of a dict.
    """
    if parameter.use == "dicts":
        weights, biases = _pair_keys(parameter.keys)
        return [f'[{{"{weights}": W, "{biases}": b}} for W, b in zip(weights, biases)]']
    if parameter.keys:
        every = _likely_keys(strings)
        whole = every if set(_likely_keys(parameter.keys)) <= set(every) else ()
        found = _dicts(whole, n) or _dicts(parameter.keys, n)
        return found or _dicts(("W1", "b1"), n)
    if parameter.unpacked:
        found = _tuples(parameter.unpacked, n)
        if found:
            return found
    flat = ", ".join(f"weights[{l}], biases[{l}]" for l in range(n))
    pairs = ["[[W, b] for W, b in zip(weights, biases)]"]
    if parameter.use == "pairs":
        return [*pairs, "thetas"]
    if parameter.use == "vector":
        return ["theta"]
    dicts = _dicts(_likely_keys(strings) or ("W", "b"), n)
    if _likely_keys(strings):
        return [*dicts, "theta", "thetas"]
    return ["theta", "thetas", f"[{flat}]", *pairs, *dicts[:1], "weights"]


def _pair_keys(keys: Sequence[str]) -> tuple[str, str]:
    kinds = {place.kind: key for key in reversed(keys) if (place := place_of(key)) is not None}
    return kinds.get("weights", "W"), kinds.get("biases", "b")


def _likely_keys(strings: Sequence[str]) -> tuple[str, ...]:
    return tuple(s for s in strings if (p := place_of(s)) is not None and not p.gradient)


def _dicts(keys: Sequence[str], n: int) -> list[str]:
    """Dicts with these keys: written out, or made of the beginnings ``"W"`` and ``"b"``."""
    keys = tuple(key for key in keys if (p := place_of(key)) is not None and not p.gradient)
    if not keys:
        return []
    placed = ordered(keys)
    if placed is not None and sum(kind == "weights" for kind, _ in placed.values()) == n:
        if n == 1 and all(key[-1:].isdigit() is False for key in keys):
            weights, biases = _pair_keys(keys)
            return [f'{{"{weights}": weights[0], "{biases}": biases[0]}}']
        written = (f'"{key}": {kind}[{l - 1}]' for key, (kind, l) in placed.items())
        return ["{" + ", ".join(written) + "}"]
    heads = tuple(dict.fromkeys(key.rstrip("0123456789") for key in keys))
    kinds = {p.kind: head for head in reversed(heads) if (p := place_of(head)) is not None}
    if "weights" not in kinds:
        return []
    found = []
    numbered = len(heads) < len(keys) or any(len(head) < 3 for head in heads)
    for start in (1, 0):
        items = [
            f'"{head}{l + start}": {kind}[{l}]' for l in range(n) for kind, head in kinds.items()
        ]
        found.append("{" + ", ".join(items) + "}")
    lists = "{" + ", ".join(f'"{head}": {kind}' for kind, head in kinds.items()) + "}"
    return [*found, lists] if numbered else [lists, *found]


def _tuples(names: Sequence[str], n: int) -> list[str]:
    """A tuple that is unpacked to these names."""
    placed = ordered([name for name in names if name])
    if placed is not None and len(placed) == len(names):
        if sum(kind == "weights" for kind, _ in placed.values()) != n:
            return []
        whole = [f"{kind}[{l - 1}]" for kind, l in (placed[name] for name in names)]
        found = ["[" + ", ".join(whole) + "]"]
        if not any(kind == "biases" for kind, _ in placed.values()):
            thetas = [e.replace("weights", "thetas") for e in whole]
            found.append("[" + ", ".join(thetas) + "]")
        return found
    roles = [roles_of(name) for name in names]
    if set(roles) == {"weights", "biases"}:
        one = "[0]" if n == 1 else ""
        return ["[" + ", ".join(f"{role}{one}" for role in roles) + "]"]
    return []


# -- Functions -------------------------------------------------------------------------------------


def function_entries(survey: Survey, function: Function, n: int) -> list[Entry]:
    """The ways in which a function of the file can be called, the likeliest first.

    `n` is the number of weight matrices of the network.
    """
    entries = []
    for lines, values in _calls(survey, function, n, _Lines(), ()):
        entries.append(_entry(survey, function, n, lines.copy(), values))
        if "" in function.returns and not is_step(function):  # a cost may be without a name
            entries.append(_entry(survey, function, n, lines.copy(), values, cost_there=True))
    kept: dict[str, Entry] = {}
    for entry in entries:
        kept.setdefault(entry.source, entry)
    return list(kept.values())


def _entry(
    survey: Survey,
    function: Function,
    n: int,
    lines: _Lines,
    values: dict[str, str],
    cost_there: bool = False,
) -> Entry:
    call = f"{function.name}({_arguments(function, values)})"
    step = is_step(function)
    text = " ".join([*lines.lines, *values.values()])
    apart, cost = False, None
    if not step and not cost_there and not _has_cost(function):
        cost = _cost_call(survey, function, n, lines, text)
    own = step and _form(text) == "own"
    if own:
        body = own_body(survey, function, call, lines.lines)
    elif step:
        body = step_body(survey, function, values, call, lines.lines)
    else:
        body = [*constants(survey, "1.0"), *lines.lines]
        if cost is not None:
            body.append(f"return {cost}, {call}")  # no name for it: theirs may be the same
            apart = True
        else:
            body.append(f"return {call}")
    inside = " ".join(body)
    takes = tuple(name for name in GIVEN if uses(inside, name))
    source = f"def adapter({', '.join(takes)}):\n" + "".join(f"    {line}\n" for line in body)
    return Entry(
        function.name,
        source,
        _form(inside),
        takes,
        function.returns,
        "own step" if own else "step" if step else "gradient",
        arguments=tuple(values.items()),
        steps="; ".join([*lines.lines, call]),
        cost_apart=apart,
        rate=known_rate(survey, function) if step else None,
    )


def uses(text: str, name: str) -> bool:
    """Whether lines of an adapter use one of the names that it can be handed."""
    return re.search(rf"(?<![\w.\"']){name}(?![\w\"'])", text) is not None


def _form(text: str) -> str:
    if uses(text, "theta"):
        return "vector"
    if uses(text, "thetas"):
        return "list"
    if uses(text, "biases"):
        return "pairs"
    return "weights" if uses(text, "weights") else "own"


def _together(a: str, b: str) -> bool:
    """Whether theta can go into one function in form `a`, into another in form `b`."""
    return a == b or "own" in (a, b) or {a, b} == {"pairs", "weights"}


def _arguments(function: Function, values: dict[str, str]) -> str:
    parts = []
    for parameter in function.parameters:
        if parameter.name in values:
            value = values[parameter.name]
            parts.append(value if parameter.required else f"{parameter.name}={value}")
    return ", ".join(parts)


def _has_cost(function: Function) -> bool:
    """Whether the function returns its cost, as far as its source tells."""
    if not function.returns:
        return True  # unknown: what comes back tells
    return any(is_cost(name) for name in function.returns)


def _calls(
    survey: Survey,
    function: Function,
    n: int,
    lines: _Lines,
    inside: tuple[str, ...],
) -> Iterator[tuple[_Lines, dict[str, str]]]:
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
    placed = ordered(numbered)
    if placed is not None and any(
        sum(k == kind for k, _ in placed.values()) not in (0, n) for kind in ("weights", "biases")
    ):
        return
    alternatives: list[list[str]] = []
    strings = [s for f in survey.functions for s in f.strings]
    roles = _roles(function, placed)
    unknown: list[int] = []
    for i, parameter in enumerate(required):
        options = _values(parameter, roles[parameter.name], placed, n, strings)
        if not options:
            unknown.append(i)
        alternatives.append(options)
    for chosen in _product(alternatives):
        values = {p.name: v for p, v in zip(required, chosen, strict=True) if v}
        for parameter in optional:
            role = roles[parameter.name]
            if role in ("lambda", "X", "y", "rate", "epochs", "off", "sizes", "m", "batch") or (
                role in ("s_1", "s_2", "K") and parameter.default is not None
            ):
                default = _values(parameter, role, placed, n, strings)
                values.update({parameter.name: default[0]} if default else {})
        for made, derived in _derived(survey, function, [required[i] for i in unknown], roles, n,
                                      lines, values, inside):  # fmt: skip
            yield made, {**values, **derived}


def _roles(function: Function, placed: dict[str, tuple[str, int]] | None) -> dict[str, str | None]:
    """The role of every parameter. Roles that two parameters claim, and those left over, are
    settled by their order.
    """
    roles: dict[str, str | None] = {}
    for parameter in function.parameters:
        if placed and parameter.name in placed:
            roles[parameter.name] = "placed"
            continue
        place = place_of(parameter.name)
        roles[parameter.name] = "gradient" if place and place.gradient else roles_of(parameter.name)
    taken = {role for role in roles.values() if role}
    has_theta = bool(taken & {"placed", "theta", "thetas", "weights", "layers"})
    for parameter in function.parameters:
        name, role = parameter.name, roles[parameter.name]
        if role == "layers" and taken & {"placed", "theta", "thetas", "weights"}:
            roles[name] = "sizes"
        if role in ("theta", "thetas") and taken & {"placed", "weights"}:
            roles[name] = None
        if role in _NUMBERS and (parameter.use or parameter.keys):
            roles[name] = None  # it is indexed, so it is no number
        if role == "rate" and "lambda" not in taken and not is_step(function):
            roles[name] = "lambda or rate"
        if role == "output" and "y" not in taken and parameter.required:
            roles[name] = "y"
            taken.add("y")
    wanted = [role for role in ("theta", "X", "y") if role not in taken]
    if has_theta and "theta" in wanted:
        wanted.remove("theta")
    free = [p.name for p in function.required if roles[p.name] is None]
    derived = [name for name in free if _is_derived(name)]
    free = [name for name in free if name not in derived]
    if len(free) == len([w for w in wanted if w != "theta"]) and "theta" not in wanted:
        roles.update(zip(free, wanted, strict=True))
    return roles


_NUMBERS = ("s_1", "s_2", "K", "m", "batch", "lambda", "rate", "epochs")


def _is_derived(name: str) -> bool:
    """Whether a name is that of an activation or a weighted input: ``A1``, ``z2``, ``hidden1``."""
    return (
        re.fullmatch(r"(?:a|z|h|s|act|net|out|hidden|layer|l|d?z|relu|sig)[_]?\d+", plain(name))
        is not None
    )


def _values(
    parameter: Parameter,
    role: str | None,
    placed: dict[str, tuple[str, int]] | None,
    n: int,
    strings: Sequence[str],
) -> list[str]:
    """Expressions for one parameter, the likeliest first; none where it must be derived."""
    if role == "placed":
        assert placed is not None
        kind, l = placed[parameter.name]
        whole = f"{kind}[{l - 1}]"
        if any(k == "biases" for k, _ in placed.values()):
            return [whole]
        thetas = f"thetas[{l - 1}]"
        return [thetas, whole] if "theta" in plain(parameter.name) else [whole, thetas]
    if role == "gradient":
        return []
    if role in ("weights", "biases"):
        if n == 1:
            return [f"{role}[0]", role] if role == "biases" else ["weights[0]", "weights", "theta"]
        return ["biases"] if role == "biases" else ["weights", "thetas", "theta"]
    simple = {
        "X": "X", "y": "y", "lambda": "lambda_", "epochs": "epochs", "off": "0", "m": "m",
        "batch": "m", "sizes": "sizes", "s_1": "sizes[0]", "s_2": "sizes[1]", "K": "sizes[-1]",
        "thetas": "thetas", "rate": "rate",
    }  # fmt: skip
    if role in simple:
        return [simple[role]]
    if role == "lambda or rate":
        return ["lambda_", "1.0"]
    if role == "layers":
        return theta_forms(replace(parameter, use=parameter.use or "pairs"), n, strings)
    if role == "theta":
        return theta_forms(parameter, n, strings)
    return []


def _product(alternatives: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """One value for each parameter. Values of one form go together."""
    seen = 0
    for chosen in product(*(options or [""] for options in alternatives)):
        text = " ".join(chosen)
        forms = [uses(text, form) for form in ("theta", "thetas", "weights")]
        if sum(forms) > 1 or (uses(text, "biases") and not forms[2]):
            continue
        if {"weights[0]", "biases"} <= set(chosen) or {"weights", "biases[0]"} <= set(chosen):
            continue
        yield chosen
        seen += 1
        if seen >= 24:
            return


# -- What another function of the file computes ----------------------------------------------------


def _derived(
    survey: Survey,
    function: Function,
    unknown: Sequence[Parameter],
    roles: dict[str, str | None],
    n: int,
    lines: _Lines,
    values: dict[str, str],
    inside: tuple[str, ...],
) -> Iterator[tuple[_Lines, dict[str, str]]]:
    """Values of the parameters that the file's own functions compute: a cache, A1, the output."""
    if not unknown:
        yield lines, {}
        return
    if len(inside) > 3:
        return
    form = _form(" ".join(values.values()))
    gradients = [p for p in unknown if roles[p.name] in ("gradient", "gradients")]
    rest = [p for p in unknown if p not in gradients]
    for made, first in _forward_values(survey, function, rest, n, lines, form, inside):
        if not gradients:
            yield made, first
            continue
        yield from (
            (m, {**first, **g})
            for m, g in _gradient_values(survey, function, gradients, n, made, form, inside)
        )


def _forward_values(
    survey: Survey,
    function: Function,
    unknown: Sequence[Parameter],
    n: int,
    lines: _Lines,
    form: str,
    inside: tuple[str, ...],
) -> Iterator[tuple[_Lines, dict[str, str]]]:
    if not unknown:
        yield lines, {}
        return
    for forward in forwards(survey, function):
        if forward.name in inside:
            continue
        for made, given in _calls(survey, forward, n, lines, (*inside, function.name)):
            if not _together(form, _form(" ".join(given.values()))):
                continue
            named = made.copy()
            results = _results(named, forward, given)
            for picked in _picked(unknown, forward, results, n):
                yield named, picked


def forwards(survey: Survey, function: Function) -> list[Function]:
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


def _results(lines: _Lines, function: Function, given: dict[str, str]) -> list[tuple[str, str]]:
    """Call a function, and name what it returns: the learner's name and ours of each value."""
    names = function.returns
    call = f"{function.name}({_arguments(function, given)})"
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
    forward: Function,
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
        elif _is_derived(parameter.name):
            keyed = [f'{ours}["{parameter.name}"]' for name, ours in results if name == "{}"]
            options.append([*keyed, *every])
        else:
            options.append(list(dict.fromkeys([*collections[::-1], *every])))
    for chosen in islice(product(*options), 12):
        yield {p.name: value for p, value in zip(unknown, chosen, strict=True)}


def _gradient_values(
    survey: Survey,
    function: Function,
    unknown: Sequence[Parameter],
    n: int,
    lines: _Lines,
    form: str,
    inside: tuple[str, ...],
) -> Iterator[tuple[_Lines, dict[str, str]]]:
    """Gradients that a function takes: from the file's backward pass, its slope of the cost, or the
    true ones.
    """
    for name, slope in ((f.name, f) for f in survey.functions if _is_cost_slope(f)):
        if name in inside or name == function.name or len(unknown) > 1:
            continue
        for made, given in _calls(survey, slope, n, lines, (*inside, function.name)):
            yield made, {unknown[0].name: f"{name}({_arguments(slope, given)})"}
            break
    if is_step(function):
        for backward in survey.functions:
            words = plain(backward.short)
            if backward.name in (function.name, *inside) or not any(w in words for w in _BACKWARD):
                continue
            if any(w in words for w in _FORWARD[:3]) and "back" not in words:
                continue
            for made, given in _calls(survey, backward, n, lines, (*inside, function.name)):
                named = made.copy()
                results = _results(named, backward, given)
                for picked in _picked(unknown, backward, results, n):
                    yield named, picked
                break
    placed = ordered([p.name for p in unknown])
    if placed is not None:
        yield lines, {name: f"d{kind}[{l - 1}]" for name, (kind, l) in placed.items()}
    elif len(unknown) == 1 and unknown[0].keys:
        dicts = _dicts([_bare(key) for key in unknown[0].keys], n)
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


def _cost_call(survey: Survey, function: Function, n: int, lines: _Lines, text: str) -> str | None:
    """A call of the file's own cost, from what the adapter has; adds the lines that it needs."""
    form = _form(text)
    for cost in survey.functions:
        if cost.name == function.name or not is_cost(cost.short) or is_step(cost):
            continue
        if len(cost.returns) > 1 and not is_cost(cost.returns[0]):
            continue
        for made, given in _calls(survey, cost, n, lines.copy(), (function.name,)):
            if not _together(form, _form(" ".join(given.values()))):
                continue
            lines.lines[:], lines.made = made.lines, made.made
            call = f"{cost.name}({_arguments(cost, given)})"
            return f"{call}[0]" if len(cost.returns) > 1 else call
    return None
