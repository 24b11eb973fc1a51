"""Ask a learner's function the probes, and find out how it wants to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from clearprop.doctor.closer import look_closer
from clearprop.doctor.conventions import Base
from clearprop.doctor.learner.answer import Answer, read_answer
from clearprop.doctor.learner.calling import Callee, Raised
from clearprop.doctor.learner.conventions import Convention, conventions
from clearprop.doctor.learner.signature import Roles
from clearprop.doctor.memo import Memo
from clearprop.doctor.probe import Probe, probes_for
from clearprop.doctor.search import Explanation, Search
from clearprop.doctor.settle import promising, settle
from clearprop.doctor.sizes import networks_for
from clearprop.network.architecture import Network

__all__ = ["Interview", "interview"]

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
    cost_alone: Explanation | None = None
    raised: Raised | None = None
    consistent: bool | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)


def interview(
    callee: Callee, roles: Roles, network: Network, labels: str, seed: int, base: Base = ()
) -> Interview:
    """Ask about small networks. If the function cannot take them, ask about its own sizes."""
    failed: Interview | None = None
    for networks in networks_for(roles, network):
        probes = probes_for(networks, seed, roles.takes_lambda)
        found = _ask(callee, roles, probes, labels, base)
        if found.raised is None:
            if failed is not None and failed.raised is not None:
                sizes = "-".join(map(str, failed.probes[0].network.layer_sizes))
                found.notes.append(("raised-elsewhere", f"{sizes}: {failed.raised}"))
            return found
        if failed is None or networks[0] == network:
            failed = found
    assert failed is not None
    return failed


def _ask(callee: Callee, roles: Roles, probes: list[Probe], labels: str, base: Base) -> Interview:
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
    return _chosen(callee, roles, probes, asked, base)


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
    base: Base,
) -> Interview:
    """The convention under which the numbers are right, or are best explained."""
    candidates, searches, memo = [], [], Memo()
    for way in promising(probes[0], [answer for _, answer in asked], base):
        convention, answer = asked[way]
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
        candidate.probes = kept
        candidates.append(candidate)
        searches.append(Search(kept, answers, memo, base))
    asks = [partial(_answer, callee, roles, candidate.convention) for candidate in candidates]
    settled = settle(searches, base, asks)
    best = candidates[settled.way]
    best.search, best.explanation = settled.search, settled.explanation
    best.cost_alone = settled.cost_alone
    closer = look_closer(asks[settled.way], settled.search)
    best.raised, best.consistent = closer.raised, closer.consistent
    best.notes += closer.notes
    return best
