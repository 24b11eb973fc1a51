"""Adapters to classes whose ``fit`` makes the weights.

An object is fitted to a few samples first, so that it has weights. Its other methods are then asked
with weights of ours in their place. ``fit`` itself makes new ones: it is run twice, and one run goes
a round further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.forms import adapter_of, uses
from clearprop.doctor.learner.items import array_of
from clearprop.doctor.learner.names import plain, roles_of
from clearprop.doctor.learner.objects import (
    Made,
    constructions,
    entries_of_methods,
    gradient_methods,
    looked,
    method_arguments,
    rate_line,
)
from clearprop.doctor.learner.slots import layout_of, slots_of
from clearprop.doctor.learner.stepping import SEEDED, constants, once
from clearprop.doctor.learner.survey import Class, Function

__all__ = ["fitted_entries"]

_FITS = ("fit", "train", "learn", "gradientdescent", "optimize", "solve", "run")
_SAMPLES = "numpy.sin(numpy.arange(12.0 * sizes[0])).reshape(12, sizes[0])"


def fitted_entries(callee: Callee, name: str, sizes: Sequence[int]) -> list[Entry]:
    """The ways to ask ``Class`` or ``Class.method`` where a method makes the weights.

    `sizes` are layers of different sizes, for which an instance is fitted and looked at.
    """
    head, _, wanted = name.partition(".")
    class_ = callee.survey.class_(head)
    if class_ is None or callee.survey.values != "numpy":
        return []
    for made, fit in _fitted(callee, class_, sizes):
        methods = gradient_methods(class_, wanted)
        others = [m for m in methods if not _makes(m)]
        entries = entries_of_methods(callee.survey, class_, others, made, sizes)
        if fit in methods:
            entries += _own_entries(callee, fit, made, sizes)
        return entries
    return []


def _makes(method: Function) -> bool:
    """Whether a method may make weights: it is handed samples with their targets, and fits."""
    roles = {roles_of(p.name) for p in method.parameters}
    word = plain(method.short)
    return {"X", "y"} <= roles and any(w in word for w in _FITS) and "batch" not in word


def _fitted(
    callee: Callee, class_: Class, sizes: Sequence[int]
) -> Iterator[tuple[Made, Function]]:
    """Networks that were fitted to a few samples, with the method that did it."""
    fits = [m for m in class_.methods if _makes(m)]
    fits.sort(key=lambda m: next(i for i, w in enumerate(_FITS) if w in plain(m.short)))
    for construction, fit in product(constructions(class_), fits):
        arguments = method_arguments(fit, {})
        for targets in () if arguments is None else _targets(sizes[-1]):
            given = re.sub(r"(?<![\w.])X(?![\w=])", _SAMPLES, arguments or "")
            given = re.sub(r"(?<![\w.])y(?![\w=])", targets, given)
            lines = (f"net = {construction}", "import numpy", f"net.{fit.short}({given})")
            state = looked(callee, [*once(callee.survey, fit), *lines], sizes)
            slots = None if state is None else slots_of(state, sizes)
            if state is not None and slots is not None:
                lines = (*lines, *_kept(state, sizes))
                yield Made(lines, slots, state), fit


def _kept(state: Mapping[str, Any], sizes: Sequence[int]) -> list[str]:
    """Lines that put the samples in the place of those that ``fit`` keeps: ``self.X = X``."""
    shapes = {"X": [(12, sizes[0])], "y": [(12,), (12, 1), (12, sizes[-1])]}
    return [
        f"net.{name} = {role}"
        for name, value in state.items()
        if (role := roles_of(name) or "") in shapes and np.shape(value) in shapes[role]
    ]


def _targets(K: int) -> list[str]:
    """Targets of the samples that a network is first fitted to."""
    if K == 1:
        return ["numpy.arange(12) % 2", "(numpy.arange(12) % 2)[:, None]"]
    return ["numpy.arange(12) % sizes[-1]", "numpy.eye(sizes[-1])[numpy.arange(12) % sizes[-1]]"]


def _own_entries(
    callee: Callee, method: Function, made: Made, sizes: Sequence[int]
) -> list[Entry]:
    """The method that makes the weights, asked for the round that it goes further.

    Where weights start at zero both runs go on for a round: at zero much cannot be seen.
    """
    survey, construction = callee.survey, made.lines[0]
    arguments = method_arguments(method, {}) or ""
    head = [*constants(survey, "rate"), *once(survey, method), construction, *rate_line(made)]
    if method.counted in made.state:
        head.append(f"net.{method.counted} = epochs")
    text = " ".join([*head, arguments])
    if uses(text, "epochs"):
        loop = f"for epochs in {'(1, 2)' if _starts_at_zero(callee, method, made, sizes) else '(0, 1)'}:"
    elif uses(text, "rate"):
        loop = "for rate in (0, rate):"
    else:
        return []
    body = [
        SEEDED,
        "found = []",
        loop,
        *("    " + line for line in head),
        "    with seeded():",
        f"        net.{method.short}({arguments})",
        "    found.append(net)",
        "return found",
    ]
    form, layouts = layout_of(made.slots, sizes)
    takes, source = adapter_of(body)
    steps = f"{construction}; net.{method.short}({arguments})"
    return [
        Entry(
            method.name, source, form, takes, method.returns, "own step", steps=steps,
            layouts=layouts, slots=tuple(made.slots),
            rate=None if uses(text, "rate") else method.rate or 1.0,
        )
    ]  # fmt: skip


def _starts_at_zero(
    callee: Callee, method: Function, made: Made, sizes: Sequence[int]
) -> bool:
    """Whether the weights are zero before the first round."""
    construction, *rest = made.lines
    counted = [f"net.{method.counted} = 0"] if method.counted in made.state else []
    lines = ["epochs = 0", *once(callee.survey, method), construction, *counted, *rest]
    state = looked(callee, lines, sizes)
    values = [array_of(slot.value_in(state)) for slot in made.slots if slot.kind != "biases"]
    return state is not None and not any(value is None or np.any(value) for value in values)
