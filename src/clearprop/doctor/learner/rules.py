"""Adapters to rules for a gradient that stand alone: each is put into a network as stated.

A rule is a ``torch.autograd.Function``, or a function under ``jax.custom_vjp``. By what it takes it
is an activation, a linear layer or a cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.autograd import differentiated, pair_layouts, stated_costs
from clearprop.doctor.learner.names import is_cost, place_of, plain, roles_of
from clearprop.doctor.learner.survey import Parameter, Survey
from clearprop.network.architecture import Network

__all__ = ["Rule", "rule_entries", "rules_of"]

_FUNCTION = "torch.autograd.function.Function"
_RULES = ("custom_vjp", "custom_jvp")
# Parameters that shape a rule, and the values that they get.
_SHAPES = {"alpha": "0.01", "slope": "0.01", "negativeslope": "0.01", "axis": "1", "dim": "1",
           "eps": "1e-12", "beta": "1.0", "inplace": "False"}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A rule: its name, what it is called by, what it takes, and what kind it therefore is."""

    name: str
    call: str
    takes: tuple[Parameter, ...]
    kind: str  # "activation", "linear", "weights" (without a bias), "cost" or ""

    def of(self, *values: str) -> str:
        """A call of it, as text."""
        given = iter(values)
        shaped = [_SHAPES.get(plain(p.name)) if plain(p.name) in _SHAPES else next(given, "")
                  for p in self.takes if p.required or plain(p.name) not in _SHAPES]  # fmt: skip
        return f"{self.call}({', '.join(filter(None, shaped))})"


def rules_of(survey: Survey) -> list[Rule]:
    """The rules of a file, in order."""
    found = []
    for class_ in survey.classes:
        forward = class_.method("forward")
        if _FUNCTION in class_.bases and forward is not None:
            first = 0 if class_.method("setup_context") else 1  # without ctx
            takes = forward.parameters[first:]
            found.append(
                Rule(class_.name, f"{class_.name}.apply", takes, _kind(class_.name, takes))
            )
    for function in survey.functions:
        bases = " ".join(survey.objects.get(function.name, ()))
        if any(bases.find(rule) >= 0 for rule in _RULES):
            kind = _kind(function.name, function.parameters)
            found.append(Rule(function.name, function.name, function.parameters, kind))
    return found


def _kind(name: str, takes: Sequence[Parameter]) -> str:
    wanted = [p.name for p in takes if p.required and plain(p.name) not in _SHAPES]
    if len(wanted) == 1:
        return "activation"
    place = place_of(wanted[1]) if len(wanted) > 1 else None
    if len(wanted) == 3:
        return "linear" if place is None or place.kind == "weights" else ""
    if len(wanted) != 2:
        return ""
    if roles_of(wanted[1]) == "y" or is_cost(name) or roles_of(wanted[0]) == "output":
        return "cost"
    return "weights"


def rule_entries(survey: Survey, names: Sequence[str], network: Network) -> list[Entry]:
    """The file's rules in a network; those that were named, or all of them together."""
    rules = [rule for rule in rules_of(survey) if rule.kind]
    named = [rule for rule in rules if rule.name in {name.partition(".")[0] for name in names}]
    if names and not named:
        return []
    chosen = named or rules
    if not chosen:
        return []
    linear = [rule for rule in chosen if rule.kind in ("linear", "weights")]
    costs = [rule for rule in chosen if rule.kind == "cost"]
    activations = [rule for rule in chosen if rule.kind == "activation"]
    activations.sort(key=lambda rule: network.activation not in plain(rule.name))
    found = []
    chances: list[Rule | None] = [*activations[:2]]
    for hidden in chances or [None]:
        for lines, cost in _networks(survey.values, network, linear[:1], hidden, costs[:1]):
            layouts = pair_layouts(False) if linear else ("w,b",)
            steps = [line for line in [*lines, cost] if any(r.call in line for r in chosen)]
            name = (hidden or chosen[0]).name
            entry = differentiated(
                survey.values, name, lines, cost, steps="; ".join(steps), layouts=layouts
            )
            if entry is not None:  # a stated cost takes the targets as a matrix
                found.append(entry if costs else replace(entry, arguments=(("Y", "y"),)))
    return found


def _networks(
    values: str,
    network: Network,
    linear: Sequence[Rule],
    hidden: Rule | None,
    costs: Sequence[Rule],
) -> Iterator[tuple[list[str], str]]:
    """The lines of a forward pass with these rules, and the cost."""
    n = network.n_layers - 1
    imports = [] if values == "torch" else ["import jax.numpy as jnp"]
    lines = [*imports, "out = X"]
    for l in range(n):
        W, b = f"weights[{l}]", f"biases[{l}]"
        if linear:
            rule = linear[0]
            z = rule.of("out", W, b) if rule.kind == "linear" else f"{rule.of('out', W)} + {b}"
        else:
            z = f"out @ {W} + {b}"
        lines.append(f"out = {z}")
        if l < n - 1:
            slope = _own_activation(values, network) if hidden is None else hidden.of("out")
            lines.append(f"out = {slope}")
    single = hidden is not None and (n == 1 or "softmax" in plain(hidden.name))
    if single and hidden is not None:  # the output's activation
        inner = f"out = {_own_activation(values, network)}"
        lines = [inner if line == f"out = {hidden.of('out')}" else line for line in lines]
        lines.append(f"out = {hidden.of('out')}")
    if costs:
        yield lines, costs[0].of("out", "y")
        for squashed in _outputs(values, network):
            yield [*lines, f"out = {squashed}"], costs[0].of("out", "y")
        return
    every = stated_costs(values, network.cost)
    for cost in every[1:] if single and len(every) > 1 else every[:1]:
        yield lines, cost


def _own_activation(values: str, network: Network) -> str:
    library = "torch" if values == "torch" else "jax.nn"
    name = network.activation
    if name == "identity":
        return "out"
    if (name, values) == ("silu", "torch"):
        library = "torch.nn.functional"
    return "jnp.tanh(out)" if (name, values) == ("tanh", "jax") else f"{library}.{name}(out)"


def _outputs(values: str, network: Network) -> list[str]:
    """The output's activation for costs that take what comes out of it."""
    if network.cost == "softmax":
        return ["torch.softmax(out, 1)" if values == "torch" else "jax.nn.softmax(out)"]
    if network.cost in ("logistic", "quadratic"):
        return ["torch.sigmoid(out)" if values == "torch" else "jax.nn.sigmoid(out)"]
    return []
