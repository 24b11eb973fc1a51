"""The parameters that the cost of the samples reacts to most, each one moved to see how."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clearprop.explain.averages import Parameter
from clearprop.explain.penalty import Penalty
from clearprop.explain.trace import Trace, overflowing
from clearprop.network import equations

__all__ = ["Sensitivity", "sensitivities"]

# How far a parameter is raised.
_STEP = 1e-3


@dataclass(frozen=True)
class Sensitivity:
    """A parameter, and how J without lambda changes when the parameter is raised by `step`.

    Attributes
    ----------
    mean
        The data's part of dJ/dtheta.
    penalty
        Lambda's part of it; None if its m is not known.
    """

    parameter: Parameter
    mean: float
    penalty: float | None
    step: float
    change: float


@overflowing
def sensitivities(passed: Trace, penalty: Penalty, most: int) -> list[Sensitivity]:
    """The parameters with the largest |dJ/dtheta|; each one is raised, and J is computed again.

    J is the mean cost of the samples here. With lambda the largest weights would stand first,
    whatever the samples say.

    Equation
    --------
    ``J(theta + step e_p) - J(theta) = D_p step + O(step^2)``.

    Examples
    --------
    >>> from clearprop.explain.penalty import Penalty
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> passed = trace(Network((1, 1), cost="squared"), [0.0, 2.0], [3.0], [1.0])
    >>> penalty = Penalty(passed, rows=1, trained=False)
    >>> [(entry.parameter.source, entry.mean) for entry in sensitivities(passed, penalty, most=2)]
    [(1, 15.0), (0, 5.0)]
    """
    assert passed.back is not None
    assert passed.J is not None
    mean = passed.back.gradient  # (n_parameters,)
    order = np.argsort(-np.abs(mean), kind="stable")[:most]  # (most,)
    found = []
    for p in order:
        theta = passed.theta.copy()  # (n_parameters,)
        theta[p] += _STEP
        moved = _parameter(passed, int(p))
        lambda_part = penalty.of(moved.layer, moved.source, moved.target)
        change = _cost(replace(passed, theta=theta)) - passed.J
        found.append(Sensitivity(moved, float(mean[p]), lambda_part, _STEP, change))
    return found


def _cost(passed: Trace) -> float:
    """J without lambda, computed from the theta of the trace."""
    network, theta = replace(passed.network, regularization=0.0), passed.theta
    assert passed.Y is not None
    z = equations.forward(np, network, theta, passed.X).weighted_inputs[-1]  # (m, K)
    return float(equations.cost(np, network, theta, z, passed.Y))


def _parameter(passed: Trace, p: int) -> Parameter:
    """The entry of theta at position p."""
    value, layer = float(passed.theta[p]), 1
    for rows, columns in passed.network.block_shapes:
        if p < rows * columns:
            return Parameter(layer, p // columns, p % columns + 1, value)
        p, layer = p - rows * columns, layer + 1
    raise IndexError(p)
