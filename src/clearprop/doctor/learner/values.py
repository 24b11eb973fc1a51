"""Which value each parameter of a learner's function is given, by its name and its role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from clearprop.doctor.learner.forms import theta_forms, uses
from clearprop.doctor.learner.names import place_of, plain, roles_of
from clearprop.doctor.learner.stepping import is_step
from clearprop.doctor.learner.survey import Function, Parameter

__all__ = ["combined", "is_derived", "lettered", "roles_in", "values_of"]


def roles_in(
    function: Function, placed: dict[str, tuple[str, int]] | None
) -> dict[str, str | None]:
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
    derived = [name for name in free if is_derived(name)]
    free = [name for name in free if name not in derived]
    if len(free) == len([w for w in wanted if w != "theta"]) and "theta" not in wanted:
        roles.update(zip(free, wanted, strict=True))
    return roles


def lettered(function: Function, n: int) -> dict[str, tuple[str, int]] | None:
    """Weights and biases whose names have no numbers: ``W, b, V, c``; ``A, B, a, b``; ``Wa, ba``.

    They are what is left beside the samples and the numbers: as many as the network has arrays, the
    weights with capitals or each before its bias. None where that does not fit.
    """
    data = ("X", "y", "lambda", "rate", "epochs", "sizes", "output", "cache", "gradients", "off")
    left = [p.name for p in function.required
            if roles_of(p.name) not in data or plain(p.name) in ("a", "b", "c", "d")]  # fmt: skip
    told = {roles_of(name) for name in left if len(plain(name)) > 2}
    if n < 2 or len(left) != 2 * n or any(is_derived(name) for name in left):
        return None
    if told & {"theta", "thetas", "layers", "s_1", "s_2", "K"}:
        return None
    capitals = [name for name in left if name[0].isupper()]
    if len(capitals) == n:
        small = [name for name in left if name not in capitals]
    else:
        capitals, small = left[::2], left[1::2]
    return {
        **{name: ("weights", l) for l, name in enumerate(capitals, start=1)},
        **{name: ("biases", l) for l, name in enumerate(small, start=1)},
    }


_NUMBERS = ("s_1", "s_2", "K", "m", "batch", "lambda", "rate", "epochs")


def is_derived(name: str) -> bool:
    """Whether a name is that of an activation or a weighted input: ``A1``, ``z2``, ``hidden1``."""
    return (
        re.fullmatch(r"(?:a|z|h|s|act|net|out|hidden|layer|l|d?z|relu|sig)[_]?\d+", plain(name))
        is not None
    )


def values_of(
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


def combined(alternatives: list[list[str]]) -> Iterator[tuple[str, ...]]:
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
