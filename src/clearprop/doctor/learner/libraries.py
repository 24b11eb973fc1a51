"""Adapters to files of PyTorch or JAX: functions that give a cost alone, models, and rules.

The library computes the gradient, through the learner's own rules where there are some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clearprop.doctor.learner.adapters import Entry, function_entries
from clearprop.doctor.learner.autograd import differentiated, pair_layouts
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.models import cost_index, model_entries, model_parameter
from clearprop.doctor.learner.rules import rule_entries, rules_of
from clearprop.doctor.learner.survey import Function, Survey
from clearprop.network.architecture import Network

__all__ = ["library_entries"]


def library_entries(
    callee: Callee, network: Network, functions: Sequence[Function], gradients: Sequence[Function]
) -> list[Entry]:
    """The ways to ask a file of PyTorch or JAX, the likeliest first.

    `functions` are those that may be asked, and `gradients` those of them that return a gradient.
    """
    survey = callee.survey
    rules = {rule.name for rule in rules_of(survey)}
    known = {function.name for function in gradients}
    found: list[Entry] = []
    for function in [*gradients, *(f for f in functions if f.name not in known)]:
        if function.name in rules or model_parameter(function, survey) is not None:
            continue
        if function.name in known:
            found += _given_gradients(survey, function, network)
        else:
            found += _differentiated(survey, function, network)
    found += model_entries(callee, network, functions)
    return [*found, *rule_entries(survey, callee.entries, network)]


def _given_gradients(survey: Survey, function: Function, network: Network) -> Iterator[Entry]:
    """A function that gives the gradient itself. It may leave that to PyTorch: its tensors then
    need ``requires_grad``. With JAX it is compiled as a whole, which is three times as fast.
    """
    for entry in function_entries(survey, function, network.n_layers - 1):
        if not {"X", "y"} <= set(entry.takes):
            continue  # part of a rule
        if entry.form == "pairs":
            entry = replace(entry, layouts=pair_layouts(network.n_outputs == 1))
        if survey.values == "torch" and {"backward", "grad"} & set(function.calls):
            head, _, body = entry.source.partition("\n")
            lines = [f"    {line}" for name, line in _NEEDED.items() if name in entry.takes]
            yield replace(entry, source="\n".join([head, *lines, body]))
        call = f"    return {function.name}("
        if survey.values == "jax" and call in entry.source and "sizes" not in entry.takes:
            *lines, last = entry.source.splitlines()
            compiled = last.replace(call, f"    return jax.jit({function.name})(")
            tried = [
                "import jax",
                "try:",
                compiled,
                "except (TypeError, IndexError):",
                f"    {last}",
            ]
            lines += ["    " + line for line in tried]
            entry = replace(entry, source="\n".join(lines) + "\n")
        yield entry


_NEEDED = {
    "theta": "theta.requires_grad_()",
    "thetas": "for T in thetas: T.requires_grad_()",
    "weights": "for W in weights: W.requires_grad_()",
    "biases": "for b in biases: b.requires_grad_()",
}


def _differentiated(survey: Survey, function: Function, network: Network) -> Iterator[Entry]:
    """A function that gives a cost."""
    kept = set()
    for entry in function_entries(survey, function, network.n_layers - 1):
        *lines, call = entry.steps.split("; ")
        made = differentiated(
            survey.values, function.name, lines, call + cost_index(function),
            steps=entry.steps, backward="backward" in function.calls,
            layouts=pair_layouts(network.n_outputs == 1),
        )  # fmt: skip
        if made is None or not {"X", "y"} <= set(made.takes):
            continue  # part of a rule
        if made.source not in kept:
            kept.add(made.source)
            yield made
