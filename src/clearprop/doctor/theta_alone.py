"""A function of theta alone, which brings its own data: checked and localised, without a cause."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.localize import BlockFinding
from clearprop.doctor.stated import Stated
from clearprop.errors import ParameterError
from clearprop.gradients.check import check_gradient
from clearprop.network.architecture import Array

__all__ = ["checked_alone", "drawn_theta"]


def drawn_theta(n_parameters: int, seed: int) -> Array:
    """A theta at which a function of theta alone is checked, ``(n_parameters,)``."""
    return np.random.default_rng(seed).uniform(-1, 1, n_parameters)


def checked_alone(callee: Callee, stated: Stated, theta: Array) -> Diagnosis:
    """Check the gradient at `theta`, layer by layer if their sizes are stated."""
    failure: list[Raised] = []
    adapter = f"def adapter(theta):\n    return {callee.entries[0]}(theta)\n"

    def function(theta: Array) -> Any:
        returned = callee.call({"theta": theta}, callee.survey.values, adapter)
        if isinstance(returned, Returned):
            return returned.value
        failure.append(returned)
        raise RuntimeError(returned.message)

    sizes = None if stated.network is None else stated.network.layer_sizes
    try:
        check = check_gradient(function, theta, seed=stated.seed, layer_sizes=sizes)
    except ParameterError as error:
        raised = failure[-1] if failure else Raised("ReturnValue", str(error))
        return Diagnosis(callee.name, "unknown", stated.seed, stated.lang, raised=raised)
    blocks = tuple(
        BlockFinding(b.layer, b.block, b.verdict, b.largest_relative_difference)
        for b in check.blocks
    )
    return Diagnosis(
        callee.name,
        "right" if check.right else "unknown",
        stated.seed,
        stated.lang,
        blocks=blocks,
        gradient_right=check.right,
        dtype=check.dtype,
        check=check,
    )
