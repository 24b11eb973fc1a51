"""A sheet's marking as data: every stage, right and with every mistake, on one tape.

The page marks with it as :mod:`clearprop.exercise.judge` marks, and knows no equation.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from clearprop.doctor.algorithm import Step
from clearprop.doctor.mistakes.mutation import changed
from clearprop.exercise.judge import sheet_mutants
from clearprop.exercise.marks import Blank
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.stages import (
    Stage,
    Values,
    computed,
    kind_of,
    kinds_of,
    shape_of,
    stages_of,
)
from clearprop.exercise.tolerance import before, radius
from clearprop.exercise.traced import OPERATIONS, Tape
from clearprop.network.architecture import Array

__all__ = ["empty_blanks", "program"]


def empty_blanks(stage: Stage, sheet: Sheet) -> list[Blank]:
    """The blanks of a stage, all empty, row by row."""
    places = np.ndindex(shape_of(stage, sheet.probe))
    return [Blank(stage, index, None, "missing", 0.0, 0.0) for index in places]


def program(sheet: Sheet) -> dict[str, Any]:
    """The tape and, for each stage, where on it its numbers stand.

    The inputs are the numbers of all stages, in order, then the radii of all stages.

    Returns
    -------
    ``operations``: the names of what stands on the tape. ``tape``: entries ``[operation,
    arguments...]``; an operation is a place in ``operations``, ``"number"`` and ``"input"`` among
    them. ``stages``: for each its ``own`` numbers and their ``radius``, and ``mistakes``: the
    mistake's id, whether it ``begins`` here, and its ``numbers``.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> made = program(make_sheet("published-2-2-2"))
    >>> [stage["key"] for stage in made["stages"]][:3], made["stages"][0]["blanks"]
    (['z2', 'a2', 'z3'], ['z^(2)_1', 'z^(2)_2'])
    """
    tape, probe, stages = Tape(), sheet.probe, stages_of(sheet.network)
    values: Values = {stage: tape.inputs(shape_of(stage, probe)) for stage in stages}
    radii: Values = {stage: tape.inputs(shape_of(stage, probe)) for stage in stages}

    def places(numbers: Array) -> list[int]:
        return [tape.place(number) for number in np.asarray(numbers, object).flat]

    def stage_of(stage: Stage) -> dict[str, Any]:
        blanks = empty_blanks(stage, sheet)
        return {
            "key": stage.key,
            "kind": stage.kind,
            "layer": stage.layer,
            "symbol": stage.symbol,
            "shape": shape_of(stage, probe),
            "blanks": [blank.symbol for blank in blanks],
            "own": places(computed(stage, probe, values)),
            "radius": places(radius(stage, probe, values, radii)),
            "before": [stages.index(s) for s in before(stage, probe) if s in values],
            "mistakes": mistakes_of(stage),
        }

    def mistakes_of(stage: Stage) -> list[dict[str, Any]]:
        found, kind = [], kind_of(stage, sheet.network)
        for mutant in sheet_mutants(sheet):
            if kind not in (kinds := kinds_of(mutant)):
                continue
            do: dict[str, Step] = changed([mutant])
            numbers = np.asarray(computed(stage, probe, values, do), object)
            if numbers.shape == shape_of(stage, probe):
                begins = kinds[0] == kind
                found.append(
                    {"id": mutant.mutation.id, "begins": begins, "numbers": places(numbers)}
                )
        return found

    made = [stage_of(stage) for stage in stages]
    names = ["number", "input", *OPERATIONS]
    return {
        "operations": names,
        "tape": [
            [names.index(operation), *map(_in_json, rest)] for operation, *rest in tape.entries
        ],
        "inputs": tape.n_inputs,
        "stages": made,
    }


def _in_json(number: float) -> float | str:
    """JSON has no infinity. JavaScript reads these words as numbers."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
