"""How the gradient of a parameter is the average over the samples of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.network.architecture import Array

__all__ = ["Average", "Parameter", "averages"]


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

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> network = Network((1, 1), cost="squared", regularization=4.0)
    >>> (average,) = averages(trace(network, [0.0, 2.0], [[1.0], [3.0]], [[1.0], [2.0]]), most=1)
    >>> average.samples, average.Delta, average.penalty, average.D
    ((1.0, 12.0), 13.0, 4.0, 10.5)
    """
    layer = passed.n_layers - 1
    D, Delta, B = passed.D(layer), passed.Delta(layer), passed.Theta(layer)  # (s_{L-1} + 1, K)
    found = []
    for j, k in _largest(D, most):
        fed = passed.a(layer)[:, j - 1] if j else np.ones(passed.m)  # (m,)
        samples = passed.delta(layer + 1)[:, k] * fed  # (m,)
        penalty = passed.network.regularization / passed.m * B[j, k] if j else 0.0
        found.append(
            Average(
                Parameter(layer, j, k + 1, float(B[j, k])),
                samples=tuple(map(float, samples)),
                Delta=float(Delta[j, k]),
                penalty=float(penalty),
                D=float(D[j, k]),
            )
        )
    return found


def _largest(block: Array, most: int) -> list[tuple[int, int]]:
    """Row and column of the entries with the largest magnitude, the largest first."""
    order = np.argsort(-np.abs(block), axis=None, kind="stable")[:most]  # (most,)
    return [divmod(int(p), block.shape[1]) for p in order]
