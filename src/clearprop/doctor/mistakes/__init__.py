"""Every known mistake, as a change of the true algorithm.

To add a mistake, add its :class:`~clearprop.doctor.mistakes.mutation.Mutation` to the file of the
part of the algorithm that it is made in.
"""

from __future__ import annotations

from clearprop.doctor.mistakes.accumulation import ACCUMULATION
from clearprop.doctor.mistakes.activation import ACTIVATION
from clearprop.doctor.mistakes.average import AVERAGE
from clearprop.doctor.mistakes.bias import BIAS
from clearprop.doctor.mistakes.broadcast import BROADCAST, COST_BROADCAST, DELTA_BROADCAST
from clearprop.doctor.mistakes.cost import COST
from clearprop.doctor.mistakes.decay import DECAY
from clearprop.doctor.mistakes.delta import DELTA
from clearprop.doctor.mistakes.flow import FLOW
from clearprop.doctor.mistakes.labels import LABELS
from clearprop.doctor.mistakes.logarithms import LOGARITHMS
from clearprop.doctor.mistakes.mask import MASK
from clearprop.doctor.mistakes.mutation import Mutation
from clearprop.doctor.mistakes.output import OUTPUT
from clearprop.doctor.mistakes.output_slope import OUTPUT_SLOPE
from clearprop.doctor.mistakes.penalty import PENALTY
from clearprop.doctor.mistakes.slope import SLOPE
from clearprop.doctor.mistakes.step import STEP
from clearprop.doctor.mistakes.unrolling import UNROLLING
from clearprop.doctor.mistakes.weighted import WEIGHTED
from clearprop.doctor.mistakes.weights import WEIGHTS

__all__ = ["BY_HALF", "CATALOGUE", "PARTS"]

# By part of the algorithm, in the order in which one would look.
PARTS: dict[str, tuple[Mutation, ...]] = {
    "labels": (*LABELS, *BROADCAST),
    "forward": (*WEIGHTED, *ACTIVATION, *OUTPUT),
    "cost": (*COST, *LOGARITHMS, *COST_BROADCAST),
    "penalty": PENALTY,
    "delta": (*DELTA, *DELTA_BROADCAST, *OUTPUT_SLOPE),
    "slope": (*SLOPE, *MASK),
    "flow": FLOW,
    "accumulation": ACCUMULATION,
    "bias": BIAS,
    "weights": WEIGHTS,
    "average": AVERAGE,
    "decay": DECAY,
    "step": STEP,
    "unrolling": UNROLLING,
}
CATALOGUE = tuple(mutation for part in PARTS.values() for mutation in part)
BY_HALF = {
    half: tuple(mutation for mutation in CATALOGUE if mutation.half == half)
    for half in ("forward", "cost", "gradient")
}
