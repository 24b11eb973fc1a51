"""Compare what a learner's function returned with the right numbers, and with every mistake's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, changed, mutants_of
from clearprop.doctor.probe import Probe
from clearprop.exercise.stages import Stage, Values, computed, kind_of, kinds_of, solved, stages_of
from clearprop.exercise.tasks import EPSILON, Task
from clearprop.network import equations
from clearprop.network.architecture import Array

__all__ = ["Part", "compared"]


@dataclass(frozen=True)
class Part:
    """One function of a starter file.

    Attributes
    ----------
    function
        Its name.
    verdict
        ``"done"``, ``"missing"``, ``"wrong"``, or ``"waits"`` for others that it calls.
    sentence
        The key of a sentence in ``[progress]``, and what fills it.
    cause
        The mistake of the catalogue, or None.
    """

    function: str
    verdict: str
    sentence: tuple[str, Mapping[str, Any]]
    cause: Mutant | None = None


def compared(
    function: str,
    stages: Sequence[Stage],
    probes: Sequence[Probe],
    found: Sequence[Values],
    task: Task,
) -> Part:
    """Judge a function by its numbers on every probe, those of `stages`.

    A function that only calls the others makes none of the catalogue's mistakes.
    """
    tolerance = task.tolerance
    rights = [solved(probe) for probe in probes]
    ordered = sorted(stages, key=stages_of(probes[0].network).index)
    wrong = [
        stage
        for stage in ordered
        if not all(
            _close(numbers[stage], right[stage], tolerance)
            for numbers, right in zip(found, rights, strict=True)
        )
    ]
    if not wrong:
        return Part(function, "done", ("done", {}))
    cause = None if task.needs else _cause(ordered, probes, found, tolerance)
    if cause is not None:
        return Part(function, "wrong", ("wrong-cause", {"id": cause.mutation.id}), cause)
    return Part(function, "wrong", _traits(wrong, found, rights, probes, task))


def _close(numbers: Array, right: Array, tolerance: float) -> bool:
    scale = np.abs(right).max() or 1.0
    return bool(np.abs(numbers - right).max() <= tolerance * scale)


def _cause(
    stages: Sequence[Stage], probes: Sequence[Probe], found: Sequence[Values], tolerance: float
) -> Mutant | None:
    """The first mistake, made in these stages, that gives what was returned on every probe."""
    network = probes[0].network
    kinds = {kind_of(stage, network) for stage in stages}
    likely = [m for m in mutants_of(CATALOGUE, network) if kinds & {*kinds_of(m)}]
    # Mistakes that are made in this function alone come first.
    for mutant in sorted(likely, key=lambda m: not kinds >= {*kinds_of(m)}):
        if not mutant.mutation.resizes and all(
            _gives(mutant, stages, probe, arrays, tolerance)
            for probe, arrays in zip(probes, found, strict=True)
        ):
            return mutant
    return None


def _gives(
    mutant: Mutant, stages: Sequence[Stage], probe: Probe, arrays: Values, tolerance: float
) -> bool:
    values, do = solved(probe), changed([mutant])
    for stage in stages:
        values[stage] = computed(stage, probe, values, do)
        if values[stage].shape != arrays[stage].shape:
            return False
        if not _close(arrays[stage], values[stage], tolerance):
            return False
    return True


def _traits(
    wrong: Sequence[Stage],
    found: Sequence[Values],
    rights: Sequence[Values],
    probes: Sequence[Probe],
    task: Task,
) -> tuple[str, dict[str, Any]]:
    """What can be said of wrong numbers that no mistake gives: a factor, or the first place."""
    if task.function == "numerical_gradient" and all(map(_one_sided, probes, found)):
        return "wrong-one-sided", {}
    pairs = [
        (arrays[stage].ravel(), right[stage].ravel())
        for arrays, right in zip(found, rights, strict=True)
        for stage in arrays
    ]
    mine, truth = np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])
    near = 3e-3 if task.function == "numerical_gradient" else 1e-4  # of one-sided differences
    factor = float(mine @ truth / (truth @ truth))
    if np.isfinite(factor) and abs(factor) > 1e-9 and _close(mine, factor * truth, near):
        if abs(factor + 1) < near:
            return "wrong-sign", {}
        return "wrong-factor", {"factor": f"{factor:.4g}"}
    return "wrong-place", {"names": wrong[0].symbol}


def _one_sided(probe: Probe, numbers: Values) -> bool:
    """Whether the slopes are those of differences to one side only."""
    for sign in (1.0, -1.0):
        J = probe.truth()[0]
        slopes = []
        for index in range(len(probe.theta)):
            theta = probe.theta.copy()
            theta[index] += sign * EPSILON
            slopes.append((replace(probe, theta=theta).truth()[0] - J) / (sign * EPSILON))
        blocks = equations.split(probe.network, np.array(slopes))
        if all(_close(D, blocks[stage.layer - 1], 1e-8) for stage, D in numbers.items()):
            return True
    return False
