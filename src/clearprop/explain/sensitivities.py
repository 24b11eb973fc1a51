"""The parameters that J reacts to most, each one moved to see how J changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clearprop.explain.averages import Parameter
from clearprop.explain.trace import Trace, overflowing
from clearprop.network import equations

__all__ = ["Sensitivity", "sensitivities"]

# How far a parameter is raised.
_STEP = 1e-3


@dataclass(frozen=True)
class Sensitivity:
    """A parameter, its dJ/dtheta, and how J changes when the parameter is raised by `step`."""

    parameter: Parameter
    D: float
    step: float
    change: float


@overflowing
def sensitivities(passed: Trace, most: int) -> list[Sensitivity]:
    """The parameters with the largest |dJ/dtheta|; each one is raised, and J is computed again.

    Equation
    --------
    ``J(theta + step e_p) - J(theta) = D_p step + O(step^2)``.

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> passed = trace(Network((1, 1), cost="squared"), [0.0, 2.0], [3.0], [1.0])
    >>> [(entry.parameter.source, entry.D) for entry in sensitivities(passed, most=2)]
    [(1, 15.0), (0, 5.0)]
    """
    assert passed.back is not None
    assert passed.J is not None
    D = passed.back.gradient  # (n_parameters,)
    order = np.argsort(-np.abs(D), kind="stable")[:most]  # (most,)
    found = []
    for p in order:
        theta = passed.theta.copy()  # (n_parameters,)
        theta[p] += _STEP
        J = _cost(replace(passed, theta=theta))
        found.append(Sensitivity(_parameter(passed, int(p)), float(D[p]), _STEP, J - passed.J))
    return found


def _cost(passed: Trace) -> float:
    """J, computed from the theta of the trace."""
    network, theta = passed.network, passed.theta
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
