"""How the data's part of a parameter's gradient is the average over the samples of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.explain.penalty import Penalty
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
    """How a parameter's gradient comes from a batch: ``D = mean + penalty``.

    Attributes
    ----------
    samples
        ``delta_k a_j`` of each sample.
    Delta
        Their sum.
    mean
        ``Delta/m``, the data's part of D.
    penalty
        ``(lambda/m) Theta``, lambda's part; 0 for a bias, None if its m is not known.
    D
        Both together; None if lambda's is not known. The step of gradient descent goes along -D.
    """

    parameter: Parameter
    samples: tuple[float, ...]
    Delta: float
    mean: float
    penalty: float | None
    D: float | None


@overflowing
def averages(passed: Trace, penalty: Penalty, most: int) -> list[Average]:
    """The weights and biases into the output layer with the largest |Delta|, sample by sample.

    Equation
    --------
    ``D_kj = (1/m) sum_i delta_k^(i) a_j^(i) + (lambda/m) Theta_kj`` (course, week 5).

    Examples
    --------
    >>> from clearprop.explain.penalty import Penalty
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> network = Network((1, 1), cost="squared", regularization=4.0)
    >>> passed = trace(network, [0.0, 2.0], [[1.0], [3.0]], [[1.0], [2.0]])
    >>> (average,) = averages(passed, Penalty(passed, rows=8, trained=True), most=1)
    >>> average.samples, average.Delta, average.mean, average.penalty, average.D
    ((1.0, 12.0), 13.0, 6.5, 1.0, 7.5)
    """
    layer = passed.n_layers - 1
    Delta, mean, B = passed.Delta(layer), passed.mean(layer), passed.Theta(layer)  # like the block
    found = []
    for j, k in _largest(mean, most):
        fed = passed.a(layer)[:, j - 1] if j else np.ones(passed.m)  # (m,)
        samples = passed.delta(layer + 1)[:, k] * fed  # (m,)
        lambda_part = penalty.of(layer, j, k + 1)
        found.append(
            Average(
                Parameter(layer, j, k + 1, float(B[j, k])),
                samples=tuple(map(float, samples)),
                Delta=float(Delta[j, k]),
                mean=float(mean[j, k]),
                penalty=lambda_part,
                D=None if lambda_part is None else float(mean[j, k]) + lambda_part,
            )
        )
    return found


def _largest(block: Array, most: int) -> list[tuple[int, int]]:
    """Row and column of the entries with the largest magnitude, the largest first."""
    order = np.argsort(-np.abs(block), axis=None, kind="stable")[:most]  # (most,)
    return [divmod(int(p), block.shape[1]) for p in order]
