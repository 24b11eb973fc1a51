"""Adapters to files of PyTorch or JAX: functions that give a cost alone, models, and rules.

The library computes the gradient, through the learner's own rules where there are some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clearprop.doctor.learner.adapters import Entry, function_entries
from clearprop.doctor.learner.autograd import differentiated
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.models import model_entries, model_parameter
from clearprop.doctor.learner.names import is_cost
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
    survey, n = callee.survey, network.n_layers - 1
    rules = {rule.name for rule in rules_of(survey)}
    known = {function.name for function in gradients}
    found: list[Entry] = []
    for function in [*gradients, *(f for f in functions if f.name not in known)]:
        if function.name in rules or model_parameter(function, survey) is not None:
            continue
        if function.name in known:
            found += _with_leaves(survey, function, n)
        else:
            found += _differentiated(survey, function, network)
    found += model_entries(callee, network, functions)
    return [*found, *rule_entries(survey, callee.entries, network)]


def _with_leaves(survey: Survey, function: Function, n: int) -> Iterator[Entry]:
    """A function that gives the gradient itself. It may leave that to PyTorch: its tensors then
    need ``requires_grad``.
    """
    for entry in function_entries(survey, function, n):
        if survey.values == "torch" and {"backward", "grad"} & set(function.calls):
            head, _, body = entry.source.partition("\n")
            lines = [f"    {line}" for name, line in _NEEDED.items() if name in entry.takes]
            yield replace(entry, source="\n".join([head, *lines, body]))
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
        if not {"X", "y"} <= set(entry.takes):
            continue
        *lines, last = [line.removeprefix("    ") for line in entry.source.splitlines()[1:]]
        lines = [line for line in lines if not line.startswith("cost = ")]
        call = last.removeprefix("return ").removeprefix("cost, ")
        made = differentiated(
            survey.values, function.name, lines, call + _index(function),
            steps=entry.steps, backward="backward" in function.calls,
            one_output=network.n_outputs == 1,
        )  # fmt: skip
        if made is not None and made.source not in kept:
            kept.add(made.source)
            yield made


def _index(function: Function) -> str:
    """Which of several values is the cost, as text."""
    if len(function.returns) < 2:
        return ""
    costs = [i for i, name in enumerate(function.returns) if is_cost(name)]
    return f"[{costs[0] if costs else 0}]"
