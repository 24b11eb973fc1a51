"""Settle which cost the learner means, and which way of asking is theirs; then find the mistake.

The same code can be asked in several ways, and can mean several costs. Both are settled by what is
right: a cost that agrees on every probe, or a block of the gradient, is never right by chance. The
mistake is sought under the few bases that are the likeliest, and the smallest explanation wins:
first the fewest mistakes, then the fewest conventions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from clearprop.doctor.closer import Ask
from clearprop.doctor.conventions import (
    BIASES_PENALISED,
    NO_BIAS,
    PENALTIES,
    Base,
    log_epsilons,
    network_of,
    offered,
    scaled,
    unstated,
)
from clearprop.doctor.explanation import Explanation
from clearprop.doctor.factors import explained_by_factors
from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.memo import Memo, truth
from clearprop.doctor.probe import Probe
from clearprop.doctor.search import Search
from clearprop.doctor.slope_causes import explained_by_slopes
from clearprop.gradients.report import blocks_of
from clearprop.network.architecture import Array

__all__ = ["Settled", "promises", "settle"]

# Under how many bases single mistakes and pairs of them are sought.
_SINGLES, _PAIRS = 6, 3

# A cost this close to right may differ by a small number within its logarithm.
_NEAR = 2e-3


@dataclass(frozen=True)
class Settled:
    """The way of asking that is the learner's, and the explanation under the cost they mean.

    Attributes
    ----------
    way
        The index of the way among those that were asked.
    search
        Its answers under the base that was settled.
    explanation
        The mistakes; None if nothing is wrong, or if the cause is unknown.
    cost_alone
        What would give J, where nothing of the gradient bears it out.
    """

    way: int
    search: Search
    explanation: Explanation | None
    cost_alone: Explanation | None = None


@dataclass(frozen=True)
class _Candidate:
    way: int
    search: Search
    base: Base
    cost_right: bool
    blocks_right: float  # the share of the gradient's blocks

    @property
    def score(self) -> float:
        return self.blocks_right + self.cost_right

    @property
    def whole_half(self) -> bool:
        return self.cost_right or self.blocks_right == 1


def settle(
    searches: Sequence[Search], stated: Base = (), asks: Sequence[Ask] | None = None
) -> Settled:
    """Choose among ways of asking, each a search under the stated base.

    With `asks`, one for each way, a probe is asked once more without lambda: what changes is the
    penalty alone, whatever else is wrong.
    """
    for way, search in enumerate(searches):
        if search.base == stated and search.cost_right and search.gradient_right:
            return Settled(way, search, None)
    ranked = [
        _ranked(way, search, stated, None if asks is None else asks[way])
        for way, search in enumerate(searches)
    ]
    top = max(candidates[0].score for candidates in ranked)
    # No block is right by chance: the learner's way is one of those with the most. A gradient that
    # is right on every probe tells as much as a cost.
    likely = [
        c for c in ranked if c[0].score >= top - 1e-9 or c[0].blocks_right == 1 or top <= 0
    ]  # fmt: skip
    for candidates in likely:
        first = candidates[0]
        if first.blocks_right == 1 and (first.cost_right or not first.search.has_cost):
            search = first.search.under(first.base)
            if search.cost_right and search.gradient_right:
                return Settled(first.way, search, None)
    singles = _worth_searching(likely, stated)
    found = _smallest(singles, 1, stated)
    found = found or _smallest(singles[:_PAIRS], 2, stated)
    for read_off in (explained_by_factors, explained_by_slopes):
        found = found or _by(read_off, singles[:_PAIRS], stated)
    return found or _partial(singles)


def _worth_searching(likely: Sequence[Sequence[_Candidate]], stated: Base) -> list[_Candidate]:
    """The bases under which a mistake is sought, those of all ways in turn.

    Where a whole half is right under some base, that half has no mistake under the learner's. What
    is stated is always among them: one mistake of both halves is more likely than a convention and
    a mistake.
    """
    whole = [[c for c in ranks if c.whole_half] for ranks in likely]
    some = whole if any(whole) else likely
    in_turn = [c for i in range(_SINGLES) for ranks in some for c in ranks[i : i + 1]]
    chosen = in_turn[: max(_SINGLES, len(some))]
    plain = [c for ranks in likely for c in ranks if not unstated(c.base, stated)]
    return [*chosen, *(c for c in plain if c not in chosen)]


def _smallest(candidates: Sequence[_Candidate], most: int, stated: Base) -> Settled | None:
    """The whole explanation with the fewest mistakes, then the fewest conventions."""
    best: tuple[tuple[int, float, float], Settled] | None = None
    for candidate in candidates:
        conventions = _size(candidate.base, stated)
        search = candidate.search.under(candidate.base)
        found = search.explain(most)
        if found is None or not (found.explains_cost and found.explains_gradient):
            continue
        size = (len(found.mutants), conventions, -candidate.score)
        if best is None or size < best[0]:
            best = size, Settled(candidate.way, search, found)
    return None if best is None else best[1]


def _by(
    read_off: Callable[[Search], Explanation | None],
    candidates: Sequence[_Candidate],
    stated: Base,
) -> Settled | None:
    """What is read off the numbers themselves: the fewest, then the fewest conventions."""
    best: tuple[tuple[int, float], Settled] | None = None
    for candidate in candidates:
        search = candidate.search.under(candidate.base)
        found = read_off(search)
        if found is None:
            continue
        size = (len(found.mutants), _size(candidate.base, stated))
        if best is None or size < best[0]:
            best = size, Settled(candidate.way, search, found)
    return None if best is None else best[1]


def _partial(candidates: Sequence[_Candidate]) -> Settled:
    """An explanation of one half, or none: under what is right in most."""
    first = candidates[0]
    search = first.search.under(first.base)
    found = search.explain(2)
    if found is not None and not found.explains_gradient:
        # A mistake of forward propagation would change J too, so J alone proves little: some of
        # the gradient has to be right.
        errors = np.concatenate(search.gradient_errors)
        if not (errors <= search.tolerance).any():
            return Settled(first.way, search, None, found)
    return Settled(first.way, search, found)


# -- Which bases are likely ------------------------------------------------------------------------


def _ranked(way: int, search: Search, stated: Base, ask: Ask | None) -> list[_Candidate]:
    """The bases that explain most, the likeliest first; among equals those with few conventions."""
    scored, meant = [], _with_no_biases(search, stated)
    search = search.under(meant)
    forms = _forms(search, ask)
    for base in _without_penalty(search, meant):
        for form in forms:
            penalised = (*base, *form)
            scored.append(_candidate(way, search, penalised))
            near = _near(search, penalised)
            scored += [] if near is None else [_candidate(way, search, near)]
    return sorted(scored, key=lambda c: (-c.score, _size(c.base, stated)))


def _offered(search: Search, stated: Base) -> list[Base]:
    """What the samples' part of the cost may be.

    Where the code gives no cost, the stated one holds: a delta of another one is then a mistake.
    """
    bases = offered(search.probes[0].network, stated)
    if search.has_cost:
        return bases
    return [b for b in bases if not any(c.kind == "cost" for c in unstated(b, stated))]


def _without_penalty(search: Search, stated: Base) -> list[Base]:
    """What the samples' part of the cost may be, by the first probe without lambda."""
    probes = search.probes
    k = next((k for k, probe in enumerate(probes) if probe.lambda_ == 0), 0)
    J = search.answers[k].J
    bases, scored = _offered(search, stated), []
    for base in bases:
        error, blocks = search.errors_under(base, k)
        right = float((blocks <= search.tolerance).mean())
        fits = J is not None and error <= (_NEAR if right else search.tolerance)
        scored.append((right + fits, base))
    scored += _scaled(search, bases, k)
    scored.sort(key=lambda pair: (-pair[0], _size(pair[1], stated)))
    best = [base for score, base in scored if score > 0][:12]
    return list(dict.fromkeys([*best, *bases[:6]]))


def _size(base: Base, stated: Base) -> float:
    """How many conventions it takes. A constant that was read off comes after those with a name."""
    return len(unstated(base, stated)) + 0.5 * any(c.id == "cost-scaled" for c in base)


def _scaled(search: Search, bases: Sequence[Base], k: int) -> list[tuple[float, Base]]:
    """The bases that give J and a block of the gradient times a constant, by the k-th probe."""
    found: list[tuple[float, Base]] = []
    alike = [j for j, p in enumerate(search.probes) if p.lambda_ == search.probes[k].lambda_]
    for base in bases:
        J = search.answers[k].J
        if J is None or {"half", "mean"} & {c.kind for c in base}:
            continue
        ratio = J / search.memo.truth(search.probes[k], base)[0]
        if not 0 < ratio < np.inf or abs(ratio - 1) < 1e-4:
            continue
        near = float(Fraction(ratio).limit_denominator(64))
        other = (*base, scaled(near if abs(near - ratio) < 1e-9 * ratio else ratio))
        right = float((search.errors_under(other, k)[1] <= search.tolerance).mean())
        if right and all(search.errors_under(other, j)[0] <= search.tolerance for j in alike):
            found.append((right + 1, other))
    return found


def _penalty_forms(search: Search) -> list[Base]:
    """What the penalty may be, the stated one first."""
    if not any(probe.lambda_ for probe in search.probes):
        return [()]
    forms: list[Base] = [(), *((penalty,) for penalty in PENALTIES)]
    # Without J nobody can tell biases that are meant to be penalised from a mistake.
    return forms + [(*form, BIASES_PENALISED) for form in forms if search.has_cost]


def _forms(search: Search, ask: Ask | None) -> list[Base]:
    """The forms of the penalty that the change of J, or of a block of D, with lambda allows."""
    forms = _penalty_forms(search)
    k = next((k for k, probe in enumerate(search.probes) if probe.lambda_), None)
    if k is None or ask is None:
        return forms
    probe, answer = search.probes[k], search.answers[k]
    plain = ask(replace(probe, lambda_=0.0))
    if isinstance(plain, Raised):
        return forms

    def alike(mine: Array | float, right: Array | float) -> bool:
        """Whether two differences agree, with room for the digits that subtracting loses."""
        scale = max(float(np.abs(right).max()), 1e-3)
        return bool((np.abs(np.asarray(mine) - right) <= search.tolerance * scale).all())

    fitting = []
    for form in forms:
        J, D = truth(probe, form)
        J0, D0 = truth(replace(probe, lambda_=0.0), form)
        fits = answer.J is not None and plain.J is not None and alike(answer.J - plain.J, J - J0)
        if answer.gradient is not None and plain.gradient is not None:
            fits |= alike(answer.gradient - plain.gradient, D - D0)
        if fits:
            fitting.append(form)
    # A mistake may look like another form, so what is stated stays.
    return list(dict.fromkeys([(), *fitting])) if fitting else forms


def _near(search: Search, base: Base) -> Base | None:
    """The base with a small number within its logarithm, if J is right then and not without."""
    errors = [search.errors_under(base, k)[0] for k in range(len(search.probes))]
    if max(errors) <= search.tolerance or max(errors) > _NEAR:
        return None
    for epsilon in log_epsilons(network_of(search.probes[0].network, base)):
        other = (epsilon, *base)
        errors = [search.errors_under(other, k)[0] for k in range(len(search.probes))]
        if max(errors) <= search.tolerance:
            return other
    return None


def _candidate(way: int, search: Search, base: Base) -> _Candidate:
    errors = [search.errors_under(base, k) for k in range(len(search.probes))]
    right = np.mean([(blocks <= search.tolerance).mean() for _, blocks in errors])
    cost = search.has_cost and max(error for error, _ in errors) <= search.tolerance
    return _Candidate(way, search, base, cost, float(right))


def _with_no_biases(search: Search, stated: Base) -> Base:
    """The stated base, without biases if no gradient of a bias ever came back."""
    if NO_BIAS in stated:
        return stated
    for probe, answer in zip(search.probes, search.answers, strict=True):
        for block in blocks_of(probe.network.layer_sizes):
            part = None if answer.gradient is None else answer.gradient[block.start : block.stop]
            if block.name == "bias" and (part is None or not np.isnan(part).all()):
                return stated
    named = {part.block for answer in search.answers for part in answer.parts}
    return stated if named & {"bias", "all"} else (*stated, NO_BIAS)


def promises(probe: Probe, answers: Sequence[Answer], stated: Base = ()) -> list[float]:
    """How much of each answer to one probe is right, under the base that fits it best.

    1 for J, and the share of the gradient's blocks: 2 where everything is right.
    """
    memo = Memo()
    found = []
    for answer in answers:
        search = Search([probe], [answer], memo, stated)
        meant = _with_no_biases(search, stated)
        search = search.under(meant)
        best = 0.0
        for base in _offered(search, meant):
            for form in _penalty_forms(search):
                error, blocks = search.errors_under((*base, *form), 0)
                some = float((blocks <= search.tolerance).mean())
                near = error <= (_NEAR if some else search.tolerance)
                best = max(best, (answer.J is not None and near) + some)
            if best > 2 - 1e-9:
                break
        found.append(best)
    return found
