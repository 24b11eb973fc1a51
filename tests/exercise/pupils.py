"""Pupils that fill in sheets: they round, and some make one mistake and go on honestly.

``python tests/exercise/pupils.py SEEDS`` marks the sheets of that many seeds and prints what the
marks come to. ``make exercises`` does so with 500; the tests do with a few.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from clearprop.doctor.algorithm import STEPS
from clearprop.doctor.mistakes.mutation import Mutant, changed
from clearprop.exercise.judge import judged, sheet_mutants
from clearprop.exercise.sheets import SHEETS, Sheet, make_sheet
from clearprop.exercise.stages import Stage, computed, solved, stages_of
from clearprop.exercise.typed import Typed, typed

DECIMALS, SIGNIFICANT = "decimals", "significant digits"
EXACT, ROUNDED, MIXED = "exact", "rounded", "mixed"
NOT_HONEST = ("wrong", "carried", "unknown", "missing")


def written(value: float, digits: int, how: str = SIGNIFICANT) -> Typed:
    """A number as a pupil writes it: so many decimals, or so many significant digits."""
    found = typed(f"{value:.{digits}f}" if how == DECIMALS else f"{value:.{digits - 1}e}")
    assert found is not None
    return found


def filled(sheet: Sheet, digits: int, carry: str, how: str = SIGNIFICANT, do=STEPS) -> dict:
    """Answers to a whole sheet, by an algorithm with or without a mistake in it.

    `carry`: the pupil goes on with the exact numbers, with the rounded ones, or now with these and
    now with those. Nothing comes back where that ends in a number that cannot be written.
    """
    answers, values = {}, {}
    for i, stage in enumerate(stages_of(sheet.network)):
        numbers = computed(stage, sheet.probe, values, do)
        if not np.isfinite(numbers).all():
            return {}
        answers[stage] = {index: written(x, digits, how) for index, x in np.ndenumerate(numbers)}
        rounded = np.array([t.value for t in answers[stage].values()]).reshape(numbers.shape)
        values[stage] = rounded if carry == ROUNDED or (carry == MIXED and i % 2) else numbers
    return answers


def planted(sheet: Sheet, digits: int) -> Iterator[tuple[Mutant, Stage, dict]]:
    """Every mistake that can show: it, the stage where it shows first, and the steps with it.

    It can show if it changes a number that is written with so many digits.
    """
    honest = filled(sheet, digits, EXACT)
    for mutant in sheet_mutants(sheet):
        do = changed([mutant])
        values = solved(sheet.probe, do)
        if all(np.isfinite(numbers).all() for numbers in values.values()):
            for stage, numbers in values.items():
                there = {i: written(x, digits).value for i, x in np.ndenumerate(numbers)}
                if there != {i: t.value for i, t in honest[stage].items()}:
                    yield mutant, stage, do
                    break


def honest_marks(name: str, seed: int, digits: Iterable[int] = range(2, 7)) -> Counter:
    """What the marks of honest sheets come to: how many, and how many with a blank not right."""
    sheet, found = make_sheet(name, seed), Counter()
    for n in digits:
        for how in (DECIMALS, SIGNIFICANT):
            for carry in (EXACT, ROUNDED, MIXED):
                marked = judged(sheet, filled(sheet, n, carry, how))
                found["sheets"] += 1
                found["blanks"] += len(marked.blanks)
                found["too coarse"] += marked.count("coarse")
                found["not right"] += marked.count(*NOT_HONEST) > 0
    return found


def planted_marks(name: str, seed: int, digits: int = 4) -> Counter:
    """The same for sheets with one mistake: how often its stage and its name were found."""
    sheet, found = make_sheet(name, seed), Counter()
    for mutant, stage, do in planted(sheet, digits):
        for carry in (EXACT, ROUNDED):
            answers = filled(sheet, digits, carry, do=do)
            if not answers:  # rounding made the logarithm's argument 0 or less
                continue
            wrong = judged(sheet, answers).first_wrong
            found["mistakes"] += 1
            if wrong is None or wrong.stage != stage:
                continue
            found["stage"] += 1
            causes = [[c.id, *(m.mutation.id for m in c.alternatives)] for c in wrong.causes]
            found["named"] += any(mutant.mutation.id in ids for ids in causes)
            found["named first"] += any(mutant.mutation.id == ids[0] for ids in causes)
    return found


def main(seeds: int) -> None:
    sheets = [(name, seed) for name in SHEETS for seed in range(seeds)]
    few = [(name, seed) for name in SHEETS for seed in range(-(-seeds // 25))]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for title, marks, these in (
            ("honest sheets, 2 to 6 digits", honest_marks, sheets),
            ("sheets with one mistake, 4 digits", planted_marks, few),
        ):
            total = sum(pool.map(marks, *zip(*these, strict=True), chunksize=4), Counter())
            print(f"{title}: {dict(total)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
