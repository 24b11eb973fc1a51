"""Which piece of a learner's file is asked: what they name, or what looks most like a gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from clearprop.doctor.learner.adapters import Entry, function_entries
from clearprop.doctor.learner.autograd import LIBRARIES
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.chains import layer_entries
from clearprop.doctor.learner.fitted import fitted_entries
from clearprop.doctor.learner.libraries import library_entries
from clearprop.doctor.learner.names import is_cost, ordered, place_of, plain, roles_of
from clearprop.doctor.learner.objects import class_entries
from clearprop.doctor.learner.octave_code import translated
from clearprop.doctor.learner.rounds import ROUND
from clearprop.doctor.learner.scalar_engines import engine_entries
from clearprop.doctor.learner.scripts import script_entries
from clearprop.doctor.learner.stacks import stack_entries
from clearprop.doctor.learner.stepping import is_step
from clearprop.doctor.learner.survey import Function, Survey
from clearprop.doctor.learner.units import unit_entries
from clearprop.doctor.sizes import small_sizes
from clearprop.network.architecture import Network

__all__ = ["entries_of", "layers_told", "theta_alone"]

_GRADIENT = ("grad", "back", "bprop", "bpropagation", "cost", "loss", "delta", "propagate")


def entries_of(callee: Callee, network: Network) -> list[Entry]:
    """The pieces of code to ask and how each is called, the likeliest first.

    They are what the learner named: a function, a class, ``Class.method``, or a cost and its
    gradient; or else what looks like a gradient in the file as a whole.
    """
    functions, survey = _named(callee.survey, callee.entries)
    octave, n = callee.octave, network.n_layers - 1
    if not callee.octave and survey.values == "numpy":
        engine = engine_entries(callee, network, functions)
        if engine:
            return [*engine, *(entry.one_by_one() for entry in engine)]
    entries = _of_classes(callee, network)
    if survey.values in LIBRARIES:
        entries += _of_library(callee, network, functions, survey)
        functions = []
    for function in functions:
        if of_units := unit_entries(survey, function):
            entries += of_units
            continue
        of_names = [] if octave else script_entries(survey, function, n)
        for entry in of_names or function_entries(survey, function, n):
            entries.append(entry)
            if octave or not {"X", "y"} <= set(entry.takes):
                continue
            if entry.reading != "gradient":  # it may update after each sample
                entries.append(replace(entry, single=True))
            if entry.reading != "own step":
                entries.append(entry.one_by_one())
    if octave:
        outputs = {f.name: len(f.returns) for f in survey.functions}
        entries = [e for e in entries if translated(e.source, outputs) is not None]
    return sorted(entries, key=lambda entry: (entry.each, entry.single))


def _of_library(
    callee: Callee, network: Network, functions: Sequence[Function], survey: Survey
) -> list[Entry]:
    """Entries to code that PyTorch or JAX may differentiate."""
    gradients = [f for f in functions if f.gives_gradient or is_step(f)]
    if not callee.entries:
        functions = [f for f in survey.functions if not _is_trial(f)]
    return library_entries(callee, network, functions, gradients)


def _of_classes(callee: Callee, network: Network) -> list[Entry]:
    """Entries to the classes that were named; to all of the file where nothing was."""
    if callee.octave:
        return []
    survey, K = callee.survey, network.n_outputs
    names = callee.entries or tuple(class_.name for class_ in survey.classes)
    found: list[Entry] = []

    def stacked(callee: Callee, name: str, sizes: Sequence[int]) -> list[Entry]:
        return stack_entries(callee, name, network, sizes)

    tried = [*small_sizes(network.n_layers, K)[:1], network.layer_sizes]
    for name in names:
        head = name.partition(".")[0]
        if survey.class_(head) is None and head not in survey.instances:
            continue
        for made, sizes in product((class_entries, stacked, fitted_entries), dict.fromkeys(tried)):
            if entries := made(callee, name, sizes):
                each = [e.one_by_one() for e in entries if e.reading != "own step"]
                loops = [e for e in entries if e.reading == "own step" or "epochs" in e.takes]
                found += [*entries, *each, *(replace(entry, single=True) for entry in loops)]
                break
    if not found and survey.classes:
        entries = layer_entries(callee, tried[0], network.activation, network.cost)
        found += [*entries, *(entry.one_by_one() for entry in entries)]
    return found


def _named(survey: Survey, names: Sequence[str]) -> tuple[list[Function], Survey]:
    """The functions that are meant, and a survey in which the named cost is the only one."""
    found = [f for name in names if "." not in name and (f := survey.function(name)) is not None]
    if not names:
        asked = [f for f in survey.functions if not _gives_cost_alone(f)
                 and (_rank(f)[0] < 9 or f.name.startswith(ROUND))]  # fmt: skip
        return sorted(asked, key=_rank), survey
    if len(found) < 2:
        return found, survey
    costs = [f for f in found if is_cost(f.short)] or found[:1]
    gradients = [f for f in found if f not in costs]
    kept = [f for f in survey.functions if f in costs or not is_cost(f.short)]
    return gradients, replace(survey, functions=tuple(kept))


def _rank(function: Function) -> tuple[int, int]:
    """How little a function looks like one that gives a gradient."""
    words = plain(function.short)
    named = next((i for i, word in enumerate(_GRADIENT) if word in words), len(_GRADIENT))
    if _is_trial(function):
        return 9, named
    if is_step(function):
        return 5, named
    if function.gives_gradient:
        return 0, named
    roles = {roles_of(p.name) for p in function.parameters}
    learns = {"X", "y"} & roles and any(
        roles_of(p.name) in ("theta", "thetas", "weights", "layers") or place_of(p.name)
        for p in function.parameters
    )
    if named == len(_GRADIENT) and not learns:
        return 9, named
    return (2 if named < len(_GRADIENT) else 4), named


def _is_trial(function: Function) -> bool:
    """Whether a function only checks, plots or initialises."""
    words = plain(function.short)
    return any(w in words for w in ("check", "numerical", "numeric", "test", "plot", "init"))


def _gives_cost_alone(function: Function) -> bool:
    words = plain(function.short)
    if function.gives_gradient or len(function.returns) != 1 or function.returns == ("{}",):
        return False
    return is_cost(function.returns[0]) or (
        is_cost(function.short) and "back" not in words and "grad" not in words
    )


def theta_alone(survey: Survey, names: Sequence[str]) -> str | None:
    """The parameter of a function of theta alone, which brings its own data; else None."""
    if len(names) != 1 or (function := survey.function(names[0])) is None:
        return None
    required = function.required
    if len(required) != 1 or any(roles_of(p.name) in ("X", "y") for p in function.parameters):
        return None
    name = required[0].name
    return name if roles_of(name) in ("theta", "weights", None) or plain(name) == "x" else None


def layers_told(survey: Survey, names: Sequence[str]) -> tuple[int | None, bool]:
    """The number of layers where the parameters tell it, and whether several outputs are needed."""
    functions, _ = _named(survey, names)
    for function in functions:
        roles = [roles_of(p.name) for p in function.parameters]
        several = "K" in roles
        numbered = [
            p.name
            for p in function.parameters
            if (place := place_of(p.name)) is not None and place.index is not None
        ]
        placed = ordered(numbered)
        if placed is not None:
            return sum(kind == "weights" for kind, _ in placed.values()) + 1, several
        for parameter in function.parameters:
            keys = ordered(parameter.keys or parameter.unpacked)
            if keys is not None and sum(kind == "weights" for kind, _ in keys.values()) > 1:
                return sum(kind == "weights" for kind, _ in keys.values()) + 1, several
        if "s_2" in roles:
            return 3, several
        if several:
            return None, True
    return None, False
