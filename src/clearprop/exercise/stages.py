"""The stages of a hand calculation, and what each computes from the stages before it.

A stage is what a learner writes down in one go: z, a, J, delta, Delta or D of a layer. It is
computed by the steps of :mod:`clearprop.doctor.algorithm` from any earlier numbers, the learner's
own among them, and with any step replaced by a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from clearprop.doctor import algorithm
from clearprop.doctor.algorithm import STEPS, Pass, Step
from clearprop.doctor.mistakes.mutation import Mutant
from clearprop.doctor.mistakes.stages import STAGES
from clearprop.doctor.probe import Probe
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = ["Stage", "Values", "computed", "kinds_of", "shape_of", "solved", "stages_of"]


class Stage(NamedTuple):
    """A stage: its kind, ``"z"``, ``"a"``, ``"J"``, ``"delta"``, ``"Delta"`` or ``"D"``, and its
    layer (0 for J).

    Examples
    --------
    >>> Stage("delta", 2).key, Stage("delta", 2).symbol, Stage("J", 0).symbol
    ('delta2', 'delta^(2)', 'J')
    """

    kind: str
    layer: int

    @property
    def key(self) -> str:
        """Its name in a file of answers."""
        return f"{self.kind}{self.layer}" if self.layer else self.kind

    @property
    def symbol(self) -> str:
        """Its name in the course's notation."""
        return f"{self.kind}^({self.layer})" if self.layer else self.kind

    @property
    def per_sample(self) -> bool:
        """Whether each sample has numbers of its own: rows of the array."""
        return self.kind in ("z", "a", "delta")


Values = dict[Stage, Array]
"""The numbers of stages: z, a and delta ``(m, s_l)``, J ``(1,)``, Delta and D
``(s_l + 1, s_{l+1})`` with the bias in row 0."""

# Steps of which delta of the output is made; the others make that of hidden layers.
_OUTPUT = {"slope_output", "delta_output"}
# Steps that show in a second stage, too.
_AGAIN = {"rows": "D", "strength": "D", "targets": "output", "scale": "output"}
# In the order of the calculation; "output" and "hidden" are the two kinds of delta.
_ORDER = ("z", "a", "J", "output", "hidden", "Delta", "D")


def stages_of(network: Network) -> list[Stage]:
    """All stages, in the order of the calculation.

    Examples
    --------
    >>> print(*(stage.key for stage in stages_of(Network((2, 3, 2)))))
    z2 a2 z3 a3 J delta3 delta2 Delta2 Delta1 D2 D1
    """
    L = network.n_layers
    forward = [Stage(kind, l) for l in range(2, L + 1) for kind in ("z", "a")]
    delta = [Stage("delta", l) for l in range(L, 1, -1)]
    sums = [Stage(kind, l) for kind in ("Delta", "D") for l in range(L - 1, 0, -1)]
    return [*forward, Stage("J", 0), *delta, *sums]


def kinds_of(mutant: Mutant) -> list[str]:
    """In which kinds of stage the mistake is made, the first one first.

    Examples
    --------
    >>> from clearprop.doctor.mistakes import CATALOGUE
    >>> slope, shifted = (
    ...     next(m for m in CATALOGUE if m.id == id) for id in ("slope-missing", "labels-shifted")
    ... )
    >>> kinds_of(Mutant(slope, 0, (2,))), kinds_of(Mutant(shifted, 0, None))
    (['hidden'], ['J', 'output'])
    """
    kinds = {_AGAIN[step] for step in mutant.steps if step in _AGAIN}
    for step in mutant.steps:
        (kind,) = (kind for kind, steps in STAGES.items() if step in steps)
        if kind == "delta":
            kind = "output" if step in _OUTPUT else "hidden"
        kinds.add(kind)
    return sorted(kinds, key=_ORDER.index)


def kind_of(stage: Stage, network: Network) -> str:
    """The kind of a stage, with the two kinds of delta told apart."""
    if stage.kind != "delta":
        return stage.kind
    return "output" if stage.layer == network.n_layers else "hidden"


def shape_of(stage: Stage, probe: Probe) -> tuple[int, ...]:
    """The shape of a stage's numbers."""
    if stage.kind == "J":
        return (1,)
    if stage.per_sample:
        return probe.m, probe.network.layer_sizes[stage.layer - 1]
    return probe.network.block_shapes[stage.layer - 1]


def computed(stage: Stage, probe: Probe, values: Values, do: Mapping[str, Step] = STEPS) -> Array:
    """A stage's numbers from those of the stages before it.

    Parameters
    ----------
    values
        All earlier stages. Later ones are not looked at.
    do
        The table of steps, with or without a mistake in it.

    Returns
    -------
    The numbers in the stage's shape. A mistake may make them infinite or NaN, or give them another
    shape.
    """
    p = Pass(probe, do, dict(enumerate(equations.split(probe.network, probe.theta), start=1)))
    p.m, p.Y, p.a[1] = float(do["rows"](p)), do["targets"](p), probe.X
    for known, numbers in values.items():
        if known.kind == "z":
            p.z[known.layer] = numbers  # (m, s_l)
        elif known.kind == "a":
            p.a[known.layer] = numbers  # (m, s_l)
    l = stage.layer
    with np.errstate(all="ignore"):  # a logarithm of a wrong a; the caller sees NaN
        match stage.kind:
            case "z":
                return do["weighted"](p, l - 1, do["unit"](p, l - 1, p.a[l - 1]))
            case "a":
                return do["activate"](p, l, p.z[l])
            case "J":
                return np.array([algorithm.unconverted_cost(p, do)])
            case "delta" if l == p.L:
                return do["scale"](p) * do["delta_output"](p)
            case "delta":
                return do["delta"](p, l, values[Stage("delta", l + 1)])
            case "Delta":
                delta = values[Stage("delta", l + 1)]
                if l + 1 < p.L:  # what a mistake may take for delta
                    p.flow[l + 1] = do["flow"](p, l + 1, values[Stage("delta", l + 2)])
                return do["accumulate"](p, l, do["unit_back"](p, l), delta)
        # A mistake in unrolling takes numbers from other layers; no other one does.
        mixed = do["unroll"] is not STEPS["unroll"]
        Ds = []
        for k in range(1, p.L) if mixed else [l]:
            D = do["average"](p, k, values[Stage("Delta", k)])
            Ds.append(do["finish"](p, k, do["regularize"](p, k, D)))
        found: Array = list(do["unroll"](p, Ds))[l - 1 if mixed else 0]
        return found


def solved(probe: Probe, do: Mapping[str, Step] = STEPS) -> Values:
    """Every stage, each from the one before.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> values = solved(make_sheet("published-2-2-2").probe)
    >>> values[Stage("a", 3)].round(9)
    array([[0.75136507, 0.77292847]])
    """
    values: Values = {}
    for stage in stages_of(probe.network):
        values[stage] = computed(stage, probe, values, do)
    return values
