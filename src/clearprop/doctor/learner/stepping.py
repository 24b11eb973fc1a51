"""Training steps and loops: how one step is asked for, whoever makes the weights.

A step tells the gradient: (before - after) / rate. A loop runs for one epoch. Code that makes its
own weights is run twice with the same random numbers, with the rate 0 and with the probe's: the
first run gives the weights before the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clearprop.doctor.learner.names import is_cost, place_of, plain, roles_of
from clearprop.doctor.learner.survey import Function, Survey

__all__ = ["SEEDED", "constants", "is_step", "known_rate", "once", "own_body", "step_body"]

_STEP = ("train", "fit", "update", "step", "optimize", "sgd", "descent", "learn", "epoch")
_RANDOM = ("rand", "randn", "random", "normal", "uniform", "shuffle", "permutation", "choice",
           "sample", "default_rng", "standard_normal", "gauss", "randint")  # fmt: skip
SEEDED = "from clearprop.doctor.learner.seeded import seeded"


def is_step(function: Function) -> bool:
    """Whether a function updates weights: it is told a number of epochs, or a learning rate and no
    layer sizes; or it is handed gradients under a name such as ``update``.
    """
    words = plain(function.short)
    roles = [roles_of(p.name) for p in function.parameters]
    if "epochs" in roles:
        return True
    named = any(word in words for word in _STEP)
    holds = any(role in ("theta", "thetas", "weights", "layers") for role in roles) or any(
        place_of(p.name) is not None for p in function.parameters
    )
    if named and not holds and {"X", "y"} <= set(roles) and function.rounds:
        return True  # its loop and its weights are its own
    sizes = ("s_1", "s_2", "K")
    if any(roles_of(p.name) in sizes and not p.use and not p.keys for p in function.parameters):
        return False
    rated = any(
        roles_of(p.name) == "rate" and (not p.required or plain(p.name) not in ("alpha", "step"))
        for p in function.parameters
    )
    gradients = any((place := place_of(p.name)) is not None and place.gradient
                    for p in function.parameters) or "gradients" in roles  # fmt: skip
    if rated:
        return True
    if named and function.rate is not None and function.rate != 0:
        return True
    return named and (gradients or "rate" in roles or not function.returns)


def constants(survey: Survey, value: str) -> list[str]:
    """Lines that set the learning rate that the file keeps as a constant."""
    names = [name for name in survey.constants if roles_of(name) == "rate"]
    if value != "rate":  # in a gradient, alpha may be the slope of a leaky ReLU
        names = [name for name in names if plain(name) not in ("alpha", "epsilon", "step")]
    return [f"__learner__.{name} = {value}" for name in names]


def known_rate(survey: Survey, function: Function) -> float | None:
    """The learning rate that stands in the code as a number; None where it can be set."""
    rated = any(roles_of(p.name) == "rate" for p in function.parameters)
    if rated or constants(survey, "rate"):
        return None
    return function.rate if function.rate is not None else 1.0


def once(survey: Survey, function: Function) -> list[str]:
    """Lines that make a loop run for `epochs` rounds, where no parameter tells it."""
    names = [name for name in survey.constants if roles_of(name) == "epochs"]
    lines = [f"__learner__.{name} = epochs" for name in names]
    if function.rounds is not None and not any(
        roles_of(p.name) == "epochs" for p in function.parameters
    ):
        whole = f"({function.rounds},)"
        lines.append(f"__learner__.range = lambda *a: range(epochs) if a == {whole} else range(*a)")
    return lines


def step_body(
    survey: Survey, function: Function, values: Mapping[str, str], call: str, lines: Sequence[str]
) -> list[str]:
    """The lines of an adapter that hands weights in, and returns them after one step."""
    body = [*constants(survey, "rate"), *once(survey, function), *lines]
    names = []
    for i, value in enumerate(values.values()):
        if value[:1] in "[{":  # a container that may be changed in place
            body.append(f"held{i} = {value}")
            call = call.replace(value, f"held{i}")
            names.append(f"held{i}")
    text = " ".join([*lines, *values.values()])
    noticed = ""
    if "lambda_" in call and function.costs and not any(is_cost(name) for name in function.returns):
        # Without J nobody can tell a penalty that is twice as large from one that comes twice.
        body.append("from clearprop.doctor.learner.noticed import noticed")
        names_ = ", ".join(f'"{name}"' for name in function.costs)
        body.append(f"with noticed({function.name}, [{names_}]) as seen:")
        noticed = "    "
    held = names or [g for g in ("weights", "biases", "thetas", "theta") if g in text]
    if _draws(survey):
        body += [f"{noticed}{SEEDED}", f"{noticed}with seeded():"]
        noticed_call = f"{noticed}    result = {call}"
    else:
        noticed_call = f"{noticed}result = {call}"
    seen = ", seen" if noticed else ""
    return [*body, noticed_call, f"return result, [{', '.join(held)}]{seen}"]


def own_body(survey: Survey, function: Function, call: str, lines: Sequence[str]) -> list[str]:
    """The lines of an adapter to code that makes its own weights: before the step, and after."""
    varied = "epochs" if known_rate(survey, function) is not None else "rate"
    inner = [*constants(survey, "rate"), *once(survey, function), *lines]
    return [
        SEEDED,
        "found = []",
        f"for {varied} in (0, {varied}):",
        *("    " + line for line in inner),
        "    with seeded():",
        f"        found.append({call})",
        "return found",
    ]


def _draws(survey: Survey) -> bool:
    """Whether anything in the file draws random numbers."""
    every = [*survey.functions, *(m for c in survey.classes for m in (c.init, *c.methods))]
    return any(name in _RANDOM for function in every for name in function.calls)
