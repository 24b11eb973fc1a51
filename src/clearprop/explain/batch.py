"""What a batch makes of its samples: the average of a gradient, and what J reacts to most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.network import equations
from clearprop.network.architecture import Array

__all__ = ["Average", "Parameter", "Sensitivity", "averages", "sensitivities"]


@dataclass(frozen=True)
class Parameter:
    """One entry of theta: from unit `source` (0: the bias) of `layer` to unit `target` above."""

    layer: int
    source: int
    target: int
    value: float


@dataclass(frozen=True)
class Average:
    """How a parameter's gradient comes from a batch: ``D = (sum of samples)/m + penalty``.

    Attributes
    ----------
    samples
        ``delta_k a_j`` of each sample.
    Delta
        Their sum.
    penalty
        ``(lambda/m) Theta``; 0 for a bias.
    D
        dJ/dtheta. The step of gradient descent goes along -D.
    """

    parameter: Parameter
    samples: tuple[float, ...]
    Delta: float
    penalty: float
    D: float


@overflowing
def averages(passed: Trace, most: int) -> list[Average]:
    """The weights and biases into the output layer with the largest |D|, sample by sample.

    Equation
    --------
    ``D_kj = (1/m) sum_i delta_k^(i) a_j^(i) + (lambda/m) Theta_kj`` (course, week 5).
    """
    layer = passed.n_layers - 1
    D, Delta, B = passed.D(layer), passed.Delta(layer), passed.Theta(layer)  # (s_{L-1} + 1, K)
    found = []
    for j, k in _largest(D, most):
        fed = passed.a(layer)[:, j - 1] if j else np.ones(passed.m)  # (m,)
        samples = passed.delta(layer + 1)[:, k] * fed  # (m,)
        penalty = passed.network.regularization / passed.m * B[j, k] if j else 0.0
        parameter = Parameter(layer, j, k + 1, float(B[j, k]))
        found.append(
            Average(
                parameter,
                tuple(map(float, samples)),
                float(Delta[j, k]),
                float(penalty),
                float(D[j, k]),
            )
        )
    return found


@dataclass(frozen=True)
class Sensitivity:
    """A parameter, its dJ/dtheta, and how J changes when the parameter is raised by `step`."""

    parameter: Parameter
    D: float
    step: float
    change: float


@overflowing
def sensitivities(passed: Trace, most: int, step: float = 1e-3) -> list[Sensitivity]:
    """The parameters that J reacts to most, by |dJ/dtheta|; each one is raised, and J computed.

    Equation
    --------
    ``J(theta + step e_p) - J(theta) = D_p step + O(step^2)``.
    """
    assert passed.back is not None
    assert passed.J is not None
    D = passed.back.gradient  # (n_parameters,)
    order = np.argsort(-np.abs(D), kind="stable")[:most]  # (most,)
    found = []
    for p in order:
        theta = passed.theta.copy()  # (n_parameters,)
        theta[p] += step
        J = _cost(replace(passed, theta=theta))
        found.append(Sensitivity(_parameter(passed, int(p)), float(D[p]), step, J - passed.J))
    return found


def _cost(passed: Trace) -> float:
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


def _largest(block: Array, most: int) -> Sequence[tuple[int, int]]:
    order = np.argsort(-np.abs(block), axis=None, kind="stable")[:most]
    return [divmod(int(p), block.shape[1]) for p in order]
