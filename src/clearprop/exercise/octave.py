"""Starter files for Octave: what their functions are given, and what they return.

Such a function returns a number and a cell of matrices, which the doctor's child process unrolls.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.doctor.probe import Probe
from clearprop.exercise.stages import Stage, Values, shape_of, solved
from clearprop.exercise.tasks import ALPHA, EPSILON, Problem, read_off, thetas_of

__all__ = ["OCTAVE_STAGES", "octave_arguments", "octave_numbers"]

# The numbers in the cell of each exercise, in their order, for a network of three layers.
OCTAVE_STAGES = {
    "forward": (Stage("z", 2), Stage("a", 2), Stage("z", 3), Stage("a", 3)),
    "cost": (Stage("J", 0),),
    "delta": (Stage("delta", 2), Stage("delta", 3)),
    "backward": (Stage("Delta", 1), Stage("Delta", 2), Stage("D", 1), Stage("D", 2)),
    "gradient-check": (Stage("D", 1), Stage("D", 2)),
    "training-step": (Stage("D", 1), Stage("D", 2)),
}


def octave_arguments(probe: Probe, values: Values) -> dict[str, Any]:
    """Every argument of any of the functions, by its name; ``values`` are the right numbers."""
    Theta1, Theta2 = thetas_of(probe)
    named = {f"{s.kind}{s.layer}": numbers for s, numbers in values.items() if s.per_sample}
    D = {f"D{s.layer}": numbers.T for s, numbers in values.items() if s.kind == "D"}
    scalars = {"lambda": probe.lambda_, "epsilon": EPSILON, "alpha": ALPHA}
    return {"Theta1": Theta1, "Theta2": Theta2, "X": probe.X, "Y": probe.Y, **named, **D, **scalars}


def octave_numbers(exercise: str, probe: Probe, value: Any) -> Values | Problem:
    """The numbers of each stage in an answer; or the sentence that says why there are none."""
    parts = value[1] if isinstance(value[1], list) else [value[1]]
    flat, right = np.concatenate([np.ravel(part, order="F") for part in parts]), solved(probe)
    stages = OCTAVE_STAGES[exercise]
    size = sum(right[stage].size for stage in stages)
    if flat.size != size:
        return "wrong-size", {"expected": size, "got": flat.size}
    found: Values = {}
    for stage in stages:
        part, flat = flat[: right[stage].size], flat[right[stage].size :]
        # Octave unrolls column after column, and the course's Delta and D are transposes of ours.
        turned = stage.kind in ("Delta", "D")
        found[stage] = part.reshape(shape_of(stage, probe), order="C" if turned else "F")
    return read_off(probe, found) if exercise == "training-step" else found
