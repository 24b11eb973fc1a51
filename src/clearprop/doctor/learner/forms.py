"""The names that an adapter is handed, and theta written with them in the form that code takes.

Theta is one vector, a list of matrices, pairs of weights and biases, a dict, or a tuple to unpack.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clearprop.doctor.learner.names import ordered, place_of, roles_of
from clearprop.doctor.learner.survey import Parameter

__all__ = ["GIVEN", "NAMESPACE", "adapter_of", "dicts_with", "form_of", "go_together", "of_units", "theta_forms", "uses"]

# What an adapter can be handed, in the order of its parameters.
GIVEN = (
    "theta", "thetas", "weights", "biases", "X", "y", "lambda_", "sizes", "m", "rate",
    "dweights", "dbiases", "epochs",
)  # fmt: skip


NAMESPACE = '__import__("types").SimpleNamespace'
"""What makes an object of attributes where the file has no class for it."""


def adapter_of(body: Sequence[str]) -> tuple[tuple[str, ...], str]:
    r"""What an adapter with this body is handed, and its source.

    Examples
    --------
    >>> adapter_of(["return f(X, weights[0])"])
    (('weights', 'X'), 'def adapter(weights, X):\n    return f(X, weights[0])\n')
    """
    text = "\n".join(body)
    takes = tuple(name for name in GIVEN if uses(text, name))
    lines = "".join(f"    {line}\n" for line in body)
    return takes, f"def adapter({', '.join(takes)}):\n{lines}"


def theta_forms(parameter: Parameter, n: int, strings: Sequence[str] = ()) -> list[str]:
    """Expressions for a parameter that holds all of theta, the likeliest first.

    `n` is the number of weight matrices. `strings` are constant strings of the file, which may be
    the keys of a dict.
    """
    if parameter.use == "object":
        found = dicts_with(parameter.keys, n)
        return [f"{NAMESPACE}(**{text})" for text in found]
    if parameter.use == "units":
        return [of_units(parameter.keys)]
    if parameter.use == "dicts":
        weights, biases = _pair_keys(parameter.keys)
        return [f'[{{"{weights}": W, "{biases}": b}} for W, b in zip(weights, biases)]']
    if parameter.keys:
        every = _likely_keys(strings)
        whole = every if set(_likely_keys(parameter.keys)) <= set(every) else ()
        found = dicts_with(whole, n) or dicts_with(parameter.keys, n)
        return found or dicts_with(("W1", "b1"), n)
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
    dicts = dicts_with(_likely_keys(strings) or ("W", "b"), n)
    if _likely_keys(strings):
        return [*dicts, "theta", "thetas"]
    return ["theta", "thetas", f"[{flat}]", *pairs, *dicts[:1], "weights"]


def of_units(keys: Sequence[str]) -> str:
    """A network as lists of dicts, one for each unit: with its bias apart, or among the weights.

    Examples
    --------
    >>> of_units(("weights", "delta"))
    '[[{"weights": [*w]} for w in T] for T in thetas]'
    """
    weights, biases = _pair_keys(keys)
    if not any((p := place_of(key)) is not None and p.kind == "biases" for key in keys):
        return f'[[{{"{weights}": [*w]}} for w in T] for T in thetas]'
    unit = f'{{"{weights}": [*w], "{biases}": v}}'
    return f"[[{unit} for w, v in zip(W, b)] for W, b in zip(weights, biases)]"


def _pair_keys(keys: Sequence[str]) -> tuple[str, str]:
    kinds = {place.kind: key for key in reversed(keys) if (place := place_of(key)) is not None}
    return kinds.get("weights", "W"), kinds.get("biases", "b")


def _likely_keys(strings: Sequence[str]) -> tuple[str, ...]:
    return tuple(s for s in strings if (p := place_of(s)) is not None and not p.gradient)


def dicts_with(keys: Sequence[str], n: int) -> list[str]:
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


def uses(text: str, name: str) -> bool:
    """Whether lines of an adapter use one of the names that it can be handed."""
    return re.search(rf"(?<![\w.\"']){name}(?![\w\"'])", text) is not None


def form_of(text: str) -> str:
    """The form in which lines of an adapter hand theta in; see :class:`Entry`."""
    if uses(text, "theta"):
        return "vector"
    if uses(text, "thetas"):
        return "list"
    if uses(text, "biases"):
        return "pairs"
    return "weights" if uses(text, "weights") else "own"


def go_together(a: str, b: str) -> bool:
    """Whether theta can go into one function in form `a`, into another in form `b`."""
    return a == b or "own" in (a, b) or {a, b} == {"pairs", "weights"}
