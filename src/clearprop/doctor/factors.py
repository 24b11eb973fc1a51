"""Factors and signs of single blocks of the gradient, as mistakes made for one learner.

A block that is a constant multiple of the right one on every probe needs no catalogue: the factor
is the mistake. Each such factor becomes a :class:`~clearprop.doctor.mistakes.mutation.Mutation`
with its number in the sentence, so it is planted and proved like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.explanation import Explanation, joined
from clearprop.doctor.localize import FACTORS, familiar, ratio_of
from clearprop.doctor.memo import Set
from clearprop.doctor.mistakes.mutation import Change, Description, Mutant, Mutation, block_names
from clearprop.doctor.probe import Probe
from clearprop.doctor.search import Search
from clearprop.gradients.report import blocks_of
from clearprop.network.architecture import Array

__all__ = ["explained_by_factors"]

_Read = tuple[str, str]
"""The step that is multiplied, ``"finish"`` or ``"average"``, and the name of the factor."""


def explained_by_factors(search: Search) -> Explanation | None:
    """J and gradient by factors of blocks, and at most one mistake of the catalogue in each half.

    None if J cannot be explained, or if a block is wrong in another way.
    """
    with np.errstate(all="ignore"):
        right: list[tuple[Set, float]] = [((), 0.0)]
        costs = right if search.cost_right else search.explain_cost((), 1)
        if not costs:
            return None
        sets: list[Set] = [(), *((mutant,) for mutant in search.gradient_mutants)]
        for mutants in sets:
            factors = _factors(search, mutants)
            if not factors:
                continue
            gradients = (*mutants, *factors)
            match = search.gradient_match((), gradients)
            if match <= search.tolerance:
                (first, match), *_ = joined((), costs, [(gradients, match)])
                return Explanation(first, match)
    return None


def _factors(search: Search, mutants: Set) -> Set:
    """The factors that are left with these mutants put in; none if a block is wrong otherwise."""
    n_blocks = len(search.starts[0])
    left: list[Sequence[int]] = []
    computed: list[Array] = []
    for k in range(len(search.probes)):
        D = search.gradient_with(k, mutants)
        mine = search.answers[k].gradient
        if D is None or mine is None or D.shape != mine.shape:
            return ()
        wrong = search.block_errors(k, D) > search.tolerance
        if mutants and k == 0 and wrong.sum() >= _n_wrong(search):
            return ()  # the mutant has to explain a block
        computed.append(D)
        left.append(np.flatnonzero(wrong).tolist())
        if k == 0 and any(_ratio(search, 0, b, D) is None for b in left[0]):
            return ()
    found: dict[_Read, list[int]] = {}
    for b in range(n_blocks):
        if any(b in wrong for wrong in left):
            read = _read(search, b, computed)
            if read is None:
                return ()
            found.setdefault(read, []).append(b)
    return tuple(_mutant(search, read, blocks) for read, blocks in found.items())


def _n_wrong(search: Search) -> int:
    return int((search.gradient_errors[0] > search.tolerance).sum())


def _slice(search: Search, k: int, b: int) -> slice:
    starts = search.starts[k]
    stop = int(starts[b + 1]) if b + 1 < len(starts) else search.probes[k].network.n_parameters
    return slice(int(starts[b]), stop)


def _pair(search: Search, k: int, b: int, D: Array, without: bool) -> tuple[Array, Array]:
    """A block of the learner's and of the right gradient, or of both without the term of lambda."""
    part = _slice(search, k, b)
    mine = search.answers[k].gradient
    assert mine is not None
    decay = search.decay(k)[part] if without else 0.0
    return mine[part] - decay, D[part] - decay


def _ratio(search: Search, k: int, b: int, D: Array) -> float | None:
    alike = 1e-6 if search.dtype == "float64" else search.tolerance
    for without in (False, True):
        ratio = ratio_of(*_pair(search, k, b, D, without), alike)
        if ratio is not None:
            return ratio
    return None


def _read(search: Search, b: int, computed: Sequence[Array]) -> _Read | None:
    alike = 1e-6 if search.dtype == "float64" else search.tolerance
    for step, without in (("finish", False), ("average", True)):
        ratios = [ratio_of(*_pair(search, k, b, D, without), alike) for k, D in enumerate(computed)]
        if any(ratio is None or abs(ratio) < 1e-12 for ratio in ratios):
            continue
        name = familiar(search.probes, np.array(ratios, float))
        if name is not None:
            return step, name
    return None


# -- The mutation ----------------------------------------------------------------------------------


def _constant(value: float) -> Callable[[Probe], float]:
    return lambda probe: value


def _times(rows: dict[int, slice], name: str) -> Change:
    factor = FACTORS[name] if name in FACTORS else _constant(float(name))

    def change(step: Step, p: Pass, l: int, D: Array) -> Array:
        new = np.array(step(p, l, D))  # (s_l + 1, s_{l+1})
        if l in rows:
            new[rows[l]] *= factor(p.probe)
        return new

    return change


def _mutant(search: Search, read: _Read, places: Sequence[int]) -> Mutant:
    step, name = read
    of = blocks_of(search.network.layer_sizes)
    blocks = tuple((of[b].layer or 0, of[b].name) for b in places)
    rows: dict[int, slice] = {}
    for l, block in blocks:
        both = l in rows
        rows[l] = slice(None) if both else slice(0, 1) if block == "bias" else slice(1, None)
    mutation = replace(
        _SIGN if name == "-1" else _FACTOR,
        variants=({step: _times(rows, name)},),
        blocks=blocks,
    )
    named = _learners_names(search, blocks)
    apart = step == "average" and any(probe.lambda_ for probe in search.probes)
    return Mutant(
        replace(
            mutation,
            en=_filled(mutation.en, block_names(blocks, "en") + named, name, apart, "en"),
            zh=_filled(mutation.zh, block_names(blocks, "zh") + named, name, apart, "zh"),
        ),
        0,
        tuple(sorted(rows)),
    )


def _learners_names(search: Search, blocks: tuple[tuple[int, str], ...]) -> str:
    names = [p.name for p in search.answers[0].parts if (p.layer, p.block) in blocks and p.name]
    return f" ({', '.join(names)})" if names else ""


def _filled(text: Description, blocks: str, value: str, apart: bool, lang: str) -> Description:
    data = {"en": ", apart from the term with lambda", "zh": "（除去含 lambda 的项）"}[lang]
    cause = text.cause.format(blocks=blocks, value=value, apart=data if apart else "")
    return replace(text, cause=cause, hint=text.hint.format(value=value))


_FACTOR = Mutation(
    "factor",
    half="gradient",
    place="block",
    variants=(),
    equation="D^(l) = [[1]]/m Delta^(l) + lambda/m Theta^(l)",
    line="D = Delta / m",
    en=Description(
        symptom="One block of the gradient is wrong by a constant factor.",
        cause="The gradient of {blocks} is {value} times the right one{apart}.",
        hint="Look at the line that makes it. Where does the factor {value} come from?",
    ),
    zh=Description(
        symptom="梯度中有一块相差一个常数倍。",
        cause="{blocks}的梯度是正确值的 {value} 倍{apart}。",
        hint="看看算它的那一行：因子 {value} 是从哪里来的？",
    ),
)
_SIGN = Mutation(
    "sign",
    half="gradient",
    place="block",
    variants=(),
    equation="D^(l) = [[+]] 1/m Delta^(l) + lambda/m Theta^(l)",
    line="D = Delta / m",
    en=Description(
        symptom="One block of the gradient has the other sign.",
        cause="The gradient of {blocks} has the wrong sign{apart}.",
        hint="Look at the line that makes it. Which minus should not be there, or is lost?",
    ),
    zh=Description(
        symptom="梯度中有一块的符号反了。",
        cause="{blocks}的梯度符号反了{apart}。",
        hint="看看算它的那一行：是多写了负号，还是丢了负号？",
    ),
)
