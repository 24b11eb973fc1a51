"""Pupils that fill in sheets: they round, and some make one mistake and go on honestly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from clearprop.doctor.algorithm import STEPS
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, changed, mutants_of
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.stages import Stage, computed, solved, stages_of
from clearprop.exercise.typed import Typed, typed

DECIMALS, SIGNIFICANT = "f", "g"
EXACT, ROUNDED = "exact", "rounded"


def written(value: float, digits: int, how: str = SIGNIFICANT) -> Typed:
    """A number as a pupil writes it: so many decimals, or so many significant digits."""
    text = f"{value:.{digits}f}" if how == DECIMALS else f"{value:.{digits - 1}e}"
    found = typed(text)
    assert found is not None
    return found


def filled(sheet: Sheet, digits: int, carry: str, how: str = SIGNIFICANT, do=STEPS) -> dict:
    """Answers to a whole sheet, by an algorithm with or without a mistake in it.

    `carry`: the pupil goes on with the exact numbers (EXACT) or with the rounded ones (ROUNDED).
    """
    answers, values = {}, {}
    for stage in stages_of(sheet.network):
        numbers = computed(stage, sheet.probe, values, do)
        found = {index: written(x, digits, how) for index, x in np.ndenumerate(numbers)}
        answers[stage] = found
        values[stage] = numbers
        if carry == ROUNDED:
            values[stage] = np.array([t.value for t in found.values()]).reshape(numbers.shape)
    return answers


def planted(sheet: Sheet, digits: int) -> Iterator[tuple[Mutant, Stage, dict, dict]]:
    """Every mistake that can show: it, the stage where it shows first, and the steps with it.

    It can show if it changes a number that is written with so many digits.
    """
    honest = filled(sheet, digits, EXACT)
    for mutant in mutants_of(CATALOGUE, sheet.network):
        if mutant.mutation.resizes:
            continue
        do = changed([mutant])
        with np.errstate(all="ignore"):
            values = solved(sheet.probe, do)
        for stage, numbers in values.items():
            if not np.isfinite(numbers).all():
                break
            there = {index: written(x, digits) for index, x in np.ndenumerate(numbers)}
            if any(there[i].value != honest[stage][i].value for i in there):
                yield mutant, stage, do, honest
                break
