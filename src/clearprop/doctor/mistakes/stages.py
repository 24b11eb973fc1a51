"""At which stage of the algorithm a mistake first shows: z, a, J, delta, Delta or D."""

from __future__ import annotations

from clearprop.doctor.mistakes.mutation import Mutant, Mutation

__all__ = ["STAGES", "stage_of"]

# In the order in which one computes by hand, with the steps whose change shows there first. m and
# the targets are needed for J before they are needed for anything else.
STAGES: dict[str, frozenset[str]] = {
    "z": frozenset({"unit", "weighted"}),
    "a": frozenset({"activate"}),
    "J": frozenset(
        {
            "rows",
            "targets",
            "scale",
            "strength",
            "per_output",
            "data_cost",
            "penalty_of",
            "penalty",
            "cost",
        }
    ),
    "delta": frozenset({"slope_output", "delta_output", "back", "flow", "slope", "delta"}),
    "Delta": frozenset({"unit_back", "accumulate"}),
    "D": frozenset({"average", "decayed", "decay", "regularize", "finish", "unroll"}),
}


def stage_of(mistake: Mutation | Mutant) -> str:
    """The first stage at which it shows, one of :data:`STAGES`.

    Variants of a mutation may show at different stages; of a whole mutation it is the earliest.

    Examples
    --------
    >>> from clearprop.doctor.mistakes import CATALOGUE
    >>> {m.id: stage_of(m) for m in CATALOGUE if m.id in ("slope-missing", "lambda-bias")}
    {'slope-missing': 'delta', 'lambda-bias': 'D'}
    """
    if isinstance(mistake, Mutant):
        steps = mistake.steps
    else:
        steps = frozenset(step for variant in mistake.variants for step in variant)
    return next(stage for stage, of_stage in STAGES.items() if steps & of_stage)
