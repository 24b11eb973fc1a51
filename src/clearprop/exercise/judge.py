"""Judge every blank of a sheet: right, right from the learner's own numbers, or which mistake.

Each stage is computed from the numbers that the learner wrote in the stages before, once by the
right steps and, where a blank does not agree, once by every mistake that is made in that stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, changed, mutants_of
from clearprop.exercise.marks import Blank, Cause, Marked, StageMark
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.slips import slips
from clearprop.exercise.stages import (
    Stage,
    Values,
    computed,
    kind_of,
    kinds_of,
    shape_of,
    stages_of,
)
from clearprop.exercise.tolerance import radius, radius_to_first_order
from clearprop.exercise.typed import Typed
from clearprop.network.architecture import Array

__all__ = ["Answers", "judged", "sheet_mutants"]

Answers = Mapping[Stage, Mapping[tuple[int, ...], Typed]]
"""What was typed, by stage and by index in the stage's array. A blank that is missing is empty."""

# What floating point adds to a tolerance, and what second order adds to that of a mistake.
_ROUNDING, _SECOND_ORDER = 1e-9, 1.05
# A number with a rounding of more than this share of the right one is too coarse to be judged.
_COARSE = 0.05 * (1 + 1e-9)
# A mistake in single blanks of a stage is named only if they are this exact. Many mistakes give a
# number near any other.
_EXACT = 2e-3


@dataclass
class _State:
    """The numbers so far: `own` are the learner's, `right` those that a wrong one should be."""

    own: Values = field(default_factory=dict)
    own_radii: Values = field(default_factory=dict)
    right: Values = field(default_factory=dict)
    right_radii: Values = field(default_factory=dict)


def judged(sheet: Sheet, answers: Answers, pupil: str = "") -> Marked:
    """Mark a sheet.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> from clearprop.exercise.typed import typed
    >>> sheet, z2 = make_sheet("published-2-2-2"), Stage("z", 2)
    >>> marked = judged(sheet, {z2: {(0, 0): typed("0.378"), (0, 1): typed("0.043")}})
    >>> [(blank.symbol, blank.verdict) for blank in marked.stages[0].blanks]
    [('z^(2)_1', 'right'), ('z^(2)_2', 'wrong')]
    """
    state, stages, answers = _State(), [], _without_bare(answers)
    mutants = sheet_mutants(sheet)
    named: set[str] = set()
    for stage in stages_of(sheet.network):
        mark = _marked(sheet, stage, answers.get(stage, {}), state, mutants, named)
        named |= {cause.id for cause in mark.causes}
        stages.append(mark)
    return Marked(sheet, pupil, tuple(stages))


def sheet_mutants(sheet: Sheet) -> list[Mutant]:
    """The mistakes that a sheet has room for: those that give as many numbers as the right way."""
    found = mutants_of(CATALOGUE, sheet.network, with_lambda=sheet.probe.lambda_ != 0)
    return [mutant for mutant in found if not mutant.mutation.resizes]


def _without_bare(answers: Answers) -> Answers:
    """Give whole numbers, such as 0, the last digit of the coarsest number that has decimals.

    Nobody writes 0.000; a 0 for 0.004 would be right to half a unit, and so would every other 0.
    """
    all_of_them = [typed for stage in answers.values() for typed in stage.values()]
    half = max((typed.half for typed in all_of_them if not typed.whole), default=None)
    if half is None:
        return answers
    return {
        stage: {
            index: replace(typed, half=min(half, typed.half)) if typed.whole else typed
            for index, typed in found.items()
        }
        for stage, found in answers.items()
    }


def _marked(
    sheet: Sheet,
    stage: Stage,
    given: Mapping[tuple[int, ...], Typed],
    state: _State,
    mutants: list[Mutant],
    named: set[str],
) -> StageMark:
    probe = sheet.probe
    own = computed(stage, probe, state.own)
    r_own = radius(stage, probe, state.own, state.own_radii)
    right = computed(stage, probe, state.right)
    r_right = radius(stage, probe, state.right, state.right_radii)
    value, reach = own.copy(), r_own.copy()
    kept, r_kept = right.copy(), r_right.copy()
    blanks = []
    for index in np.ndindex(shape_of(stage, probe)):
        blank = _blank(stage, index, given.get(index), own, r_own, right, r_right)
        blanks.append(blank)
        if blank.typed is None:
            continue
        value[index] = blank.typed.value
        reach[index] = blank.typed.half
        if blank.verdict in ("right", "carried", "coarse"):
            # The exact number lies within half a digit of the typed one, and within the radius of
            # the computed one. Who computes it once more from rounded numbers gets the latter.
            off = abs(blank.typed.value - own[index])
            reach[index] = max(off, min(blank.typed.half, off + r_own[index]))
        if _agrees(blank.typed, float(right[index]), float(r_right[index])):
            kept[index], r_kept[index] = value[index], reach[index]
    state.own[stage], state.own_radii[stage] = value, reach
    state.right[stage], state.right_radii[stage] = kept, r_kept
    if not any(blank.verdict == "wrong" for blank in blanks):
        return StageMark(stage, tuple(blanks))
    likely = _likely(stage, sheet, mutants, named)
    return _explained(stage, sheet, blanks, state, likely)


def _blank(
    stage: Stage,
    index: tuple[int, ...],
    typed: Typed | None,
    own: Array,
    r_own: Array,
    right: Array,
    r_right: Array,
) -> Blank:
    expected, reach = float(own[index]), float(r_own[index])
    if typed is None:
        return Blank(stage, index, None, "missing", expected, reach)
    truth = float(right[index])
    if _agrees(typed, truth, float(r_right[index])):
        verdict = "coarse" if _is_coarse(typed, truth) else "right"
    elif not np.isfinite(expected):
        verdict = "unknown"
    elif _agrees(typed, expected, reach):
        verdict = "coarse" if _is_coarse(typed, expected) else "carried"
    else:
        verdict = "wrong"
    return Blank(stage, index, typed, verdict, expected, _tolerance(typed, reach))


def _agrees(typed: Typed, number: float, reach: float) -> bool:
    return abs(typed.value - number) <= _tolerance(typed, reach)


def _is_coarse(typed: Typed, number: float) -> bool:
    """Whether it has too few digits. What is exact, such as 0.5, needs no more."""
    exact = abs(typed.value - number) <= _ROUNDING * abs(number)
    return typed.half > _COARSE * abs(number) and not exact


def _tolerance(typed: Typed, reach: float) -> float:
    return (typed.half + reach) * (1 + _ROUNDING) + _ROUNDING * abs(typed.value)


# -- Which mistake ---------------------------------------------------------------------------------


def _likely(
    stage: Stage, sheet: Sheet, mutants: Iterable[Mutant], named: set[str]
) -> list[list[Mutant]]:
    """Mistakes that can be made in the stage, in groups: those that begin here, or were made
    before; then those that would have shown before.
    """
    kind = kind_of(stage, sheet.network)
    begins: list[Mutant] = []
    shows: list[Mutant] = []
    for mutant in mutants:
        kinds = kinds_of(mutant)
        if kind in kinds:
            first = kinds[0] == kind or mutant.mutation.id in named
            (begins if first else shows).append(mutant)
    return [begins, shows]


def _explained(
    stage: Stage,
    sheet: Sheet,
    blanks: list[Blank],
    state: _State,
    likely: list[list[Mutant]],
) -> StageMark:
    """A mistake that gives the whole stage; else slips, and mistakes made in single units."""
    wrong = [blank for blank in blanks if blank.verdict == "wrong"]
    told = [blank for blank in blanks if blank.typed is not None and blank.verdict != "unknown"]
    all_agreeing = []
    for mutants in likely:
        agreeing = [(m, _agreeing(stage, sheet, told, state, m)) for m in mutants]
        whole = [m for m, agrees in agreeing if len(agrees) == len(told)]
        if whole:
            cause = Cause(whole[0], tuple(wrong), _others(whole))
            return StageMark(stage, tuple(blanks), (cause,))
        all_agreeing.append(agreeing)
    slipped = slips(wrong)
    left = [blank for blank in wrong if not any(blank in found for _, found in slipped)]
    pieces = (_piecewise(left, agreeing) for agreeing in all_agreeing)
    causes = next((found for found in pieces if found), ())
    return StageMark(stage, tuple(blanks), causes, tuple(slipped))


def _others(mutants: list[Mutant]) -> tuple[Mutant, ...]:
    """The mistakes after the first, each once."""
    first, *rest = mutants
    return tuple({m.mutation.id: m for m in rest if m.mutation.id != first.mutation.id}.values())


def _piecewise(wrong: list[Blank], agreeing: list[tuple[Mutant, list[Blank]]]) -> tuple[Cause, ...]:
    """A mistake that was made in some units only: the one that explains most blanks, and so on."""
    left, causes = [blank for blank in wrong if _is_exact(blank)], []
    while left:
        explains = {m: [blank for blank in left if blank in agrees] for m, agrees in agreeing}
        most = max(map(len, explains.values()), default=0)
        if not most:
            break
        best = [m for m, found in explains.items() if len(found) == most]
        found = explains[best[0]]
        same = [m for m in best if explains[m] == found]
        causes.append(Cause(same[0], tuple(found), _others(same)))
        left = [blank for blank in left if blank not in found]
    return tuple(causes)


def _is_exact(blank: Blank) -> bool:
    scale = max(abs(blank.expected), abs(blank.typed.value)) if blank.typed else 0.0
    return blank.tolerance <= _EXACT * scale


def _agreeing(
    stage: Stage, sheet: Sheet, told: list[Blank], state: _State, mutant: Mutant
) -> list[Blank]:
    """The blanks that this mistake gives, from the learner's own numbers."""
    do, probe = changed([mutant]), sheet.probe
    found = computed(stage, probe, state.own, do)
    if found.shape != shape_of(stage, probe) or not np.isfinite(found).all():
        return []
    off = {blank: abs(blank.typed.value - float(found[blank.index])) for blank in told
           if blank.typed is not None}  # fmt: skip
    # Numbers before this stage move it by about as much as they move the right one.
    near = [blank for blank in told if off[blank] <= 30 * blank.tolerance]
    if not near:
        return []
    reach = radius_to_first_order(stage, probe, state.own, state.own_radii, do)
    return [
        blank
        for blank in near
        if blank.typed is not None
        and off[blank] <= _SECOND_ORDER * _tolerance(blank.typed, float(reach[blank.index]))
    ]
