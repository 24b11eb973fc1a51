"""The true algorithm of a base, and its mutants, computed once for each probe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clearprop.doctor import algorithm
from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.conventions import Base, network_of
from clearprop.doctor.mistakes.mutation import Mutant, changed
from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array

__all__ = ["Memo", "Set", "steps", "truth"]

Set = tuple[Mutant, ...]
"""Mutants that are put into the algorithm together, the innermost first."""


class Memo:
    """Passes and costs of mutated algorithms. They do not depend on the learner's answers."""

    def __init__(self) -> None:
        self._probes: dict[tuple[int, Base], Probe] = {}
        self._passes: dict[tuple[int, Base, Set], Pass] = {}
        self._costs: dict[tuple[int, Base, Set, Set], float] = {}
        self._truths: dict[tuple[int, Base], tuple[float, Array]] = {}

    def probe(self, probe: Probe, base: Base) -> Probe:
        """The probe with the network that the base amounts to."""
        key = id(probe), base
        if key not in self._probes:
            network = network_of(probe.network, base)
            same = network == probe.network
            self._probes[key] = probe if same else replace(probe, network=network)
        return self._probes[key]

    def forward(self, probe: Probe, base: Base, forward: Set) -> Pass:
        """The forward pass of a probe with these mutants."""
        key = id(probe), base, forward
        if key not in self._passes:
            based = self.probe(probe, base)
            self._passes[key] = algorithm.forward(based, steps(base, forward))
        return self._passes[key]

    def cost(self, probe: Probe, base: Base, forward: Set, costs: Set) -> float:
        """J of a probe; infinite if these mutants cannot be combined."""
        key = id(probe), base, forward, costs
        if key not in self._costs:
            try:
                p = self.forward(probe, base, forward)
                self._costs[key] = algorithm.cost(p, steps(base, (*forward, *costs)))
            except (ArithmeticError, IndexError, ValueError):
                self._costs[key] = np.inf
        return self._costs[key]

    def truth(self, probe: Probe, base: Base) -> tuple[float, Array]:
        """J and the gradient of the true algorithm, ``(n_parameters,)``."""
        key = id(probe), base
        if key not in self._truths:
            self._truths[key] = truth(self.probe(probe, base), base)
        return self._truths[key]


def steps(base: Base, mutants: Set) -> dict[str, Step]:
    """The table of steps under a base, with these mutants in it."""
    return changed(mutants, (convention.changes for convention in base))


def truth(probe: Probe, base: Base) -> tuple[float, Array]:
    """J and the gradient of a probe that has the base's network, ``(n_parameters,)``."""
    if not any(convention.changes for convention in base):
        return probe.truth()
    do = steps(base, ())
    with np.errstate(all="ignore"):
        p = algorithm.forward(probe, do)
        D = np.concatenate([D.ravel() for D in algorithm.backward(p, do)])
        return algorithm.cost(p, do), D
