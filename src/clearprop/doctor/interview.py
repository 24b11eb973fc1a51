"""Ask a learner's function the probes, and find out how it wants to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from clearprop.doctor.learner.answer import Answer, read_answer
from clearprop.doctor.learner.calling import Callee, Raised
from clearprop.doctor.learner.conventions import Convention, conventions
from clearprop.doctor.learner.signature import Roles
from clearprop.doctor.probe import Probe, probes_for
from clearprop.doctor.search import Explanation, Memo, Search
from clearprop.doctor.sizes import networks_for
from clearprop.network.architecture import Array, Network

__all__ = ["Interview", "interview"]

# Pairs of mistakes are searched for only under this many of the likeliest conventions.
_THOROUGH = 2

# An exception that comes under this many conventions is the function's own fault.
_OFTEN = 6


@dataclass
class Interview:
    """What the function answered: a search with its explanation, or why there is none.

    Each note is the key of a sentence (``report.note-KEY``), and the values that go into it with
    ``"|"`` between them.
    """

    probes: list[Probe]
    convention: Convention
    search: Search | None = None
    explanation: Explanation | None = None
    raised: Raised | None = None
    consistent: bool | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)


def interview(callee: Callee, roles: Roles, network: Network, labels: str, seed: int) -> Interview:
    """Ask about small networks. If the function cannot take them, ask about its own sizes."""
    failed: Interview | None = None
    for networks in networks_for(roles, network):
        probes = probes_for(networks, seed, roles.takes_lambda)
        found = _ask(callee, roles, probes, labels)
        if found.raised is None:
            if failed is not None and failed.raised is not None:
                sizes = "-".join(map(str, failed.probes[0].network.layer_sizes))
                found.notes.append(("raised-elsewhere", f"{sizes}: {failed.raised}"))
            return found
        if failed is None or networks[0] == network:
            failed = found
    assert failed is not None
    return failed


def _ask(callee: Callee, roles: Roles, probes: list[Probe], labels: str) -> Interview:
    network = probes[0].network
    values = (
        list(dict.fromkeys([callee.values, "numpy"])) if callee.values != "octave" else ["octave"]
    )
    asked: list[tuple[Convention, Answer]] = []
    errors: list[tuple[Convention, Raised]] = []
    for convention in conventions(roles, network, labels, values):
        if asked and convention.values != asked[0][0].values:
            break
        answer = _answer(callee, roles, convention, probes[0])
        if isinstance(answer, Raised):
            errors.append((convention, answer))
            often = sum(str(error) == str(answer) for _, error in errors) >= _OFTEN
            if answer.kind in ("Timeout", "ProcessEnded") or (often and not asked):
                break
        else:
            asked.append((convention, answer))
    if not asked:
        convention, error = max(errors, key=lambda pair: pair[1].line)
        return Interview(probes, convention, raised=error)
    return _chosen(callee, roles, probes, asked)


def _answer(callee: Callee, roles: Roles, convention: Convention, probe: Probe) -> Answer | Raised:
    try:
        arguments = convention.arguments(roles, probe)
    except KeyError as error:
        return Raised("Signature", f"no parameter for {error.args[0]}")
    return read_answer(callee.call(arguments, convention.values), convention, probe.network)


def _chosen(
    callee: Callee,
    roles: Roles,
    probes: list[Probe],
    asked: Sequence[tuple[Convention, Answer]],
) -> Interview:
    """The convention under which the numbers are right, or are best explained."""
    first = [(c, answer, Search(probes[:1], [answer])) for c, answer in asked]
    with_right_cost = [entry for entry in first if entry[2].cost_right]
    candidates, memo = [], Memo()
    for convention, answer, _ in with_right_cost or first:
        candidate = Interview(probes, convention)
        answers, kept = [answer], [probes[0]]
        for probe in probes[1:]:
            more = _answer(callee, roles, convention, probe)
            if isinstance(more, Raised):
                candidate.notes.append(("raised-on-probe", f"{probe.m}|{more}"))
                if more.kind in ("Timeout", "ProcessEnded"):
                    return Interview(probes, convention, raised=more)
            else:
                answers.append(more)
                kept.append(probe)
        candidate.probes, candidate.search = kept, Search(kept, answers, memo)
        candidates.append(candidate)
    best = _best(candidates)
    _look_closer(callee, roles, best)
    return best


def _best(candidates: list[Interview]) -> Interview:
    def right_blocks(candidate: Interview) -> float:
        assert candidate.search is not None
        errors = np.array(candidate.search.gradient_errors)  # (n_probes, n_blocks)
        return float((errors <= candidate.search.tolerance).mean()) + candidate.search.cost_right

    candidates = sorted(candidates, key=right_blocks, reverse=True)
    most_right = right_blocks(candidates[0])
    if most_right:  # no block is right by chance: the learner's convention is one of these
        candidates = [c for c in candidates if right_blocks(c) == most_right]
    for candidate in candidates:
        assert candidate.search is not None
        if candidate.search.cost_right and candidate.search.gradient_right:
            return candidate
    for most, some in ((1, candidates), (2, candidates[:_THOROUGH])):
        for candidate in some:
            assert candidate.search is not None
            candidate.explanation = candidate.search.explain(most)
        complete = [
            candidate
            for candidate in some
            if (found := candidate.explanation) and found.explains_cost and found.explains_gradient
        ]
        if complete:
            return min(complete, key=lambda c: len(c.explanation.mutants) if c.explanation else 9)
    return next((c for c in candidates if c.explanation), candidates[0])


def _look_closer(callee: Callee, roles: Roles, found: Interview) -> None:
    """Is J the same each time, are its arguments left alone, and is D the derivative of its J?"""
    search = found.search
    assert search is not None
    probe, convention, answer = found.probes[0], found.convention, search.answers[0]
    again = _answer(callee, roles, convention, probe)
    if isinstance(again, Answer):
        if abs(again.J - answer.J) > 1e-5 * abs(answer.J):
            message = f"J was {answer.J!r}, and then {again.J!r} for the same arguments"
            found.raised = Raised("NotRepeatable", message)
            return
        for name in again.changed:
            found.notes.append(("changes-argument", name))
    if not (search.cost_right and search.gradient_right) and answer.gradient is not None:
        found.consistent = _consistent(callee, roles, found, answer)


def _consistent(callee: Callee, roles: Roles, found: Interview, answer: Answer) -> bool | None:
    """Whether the gradient is the derivative of the learner's own J, in two random directions."""
    probe, step = found.probes[0], 1e-5 if not answer.single else 1e-2
    generator = np.random.default_rng(0)
    assert answer.gradient is not None
    for _ in range(2):
        d = generator.standard_normal(len(probe.theta))
        costs = []
        for t in (step, -step):
            moved: Array = probe.theta + t * d
            there = _answer(callee, roles, found.convention, replace(probe, theta=moved))
            if isinstance(there, Raised):
                return None
            costs.append(there.J)
        numerical = (costs[0] - costs[1]) / (2 * step)
        analytic = float(answer.gradient @ d)
        tolerance = 1e-5 if not answer.single else 1e-2
        if not np.isfinite(numerical):
            return None
        if abs(numerical - analytic) > tolerance * max(abs(numerical), abs(analytic), 1e-3):
            return False
    return True
