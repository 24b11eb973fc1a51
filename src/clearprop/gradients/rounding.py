"""How far rounding alone may put a network's cost and gradient from the truth.

There are two estimates, since each sees what the other misses:

- The equations run once in float32 and once in float64. The difference shows everything that
  float32 does: sums that cancel, a ReLU that tips over, large inputs. Scaled down it shows what
  float64 does.
- The rounding of outputs and slopes is carried back through the layers as a variance. This shows
  what is left of a saturated unit: ``1 - a`` is off by eps however small it is, and float32 has
  lost it altogether.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from clearprop.gradients.report import blocks_of
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = ["EPS", "VANISHED", "Rounding", "rounding_of"]

EPS = {dtype: float(np.finfo(dtype).eps) for dtype in ("float32", "float64")}

# Gradients below this underflow on their way through the layers and become zero.
VANISHED = {"float32": 1e-30, "float64": 1e-280}


class Rounding(NamedTuple):
    """Typical errors of a network's cost and gradient: a standard deviation and no bound."""

    J: float  # the cost in float64
    J_error: float  # of a cost in the dtype under test
    J64_error: float  # of the cost in float64
    D_error: Array  # (n,), of a gradient in the dtype under test
    finite: bool  # whether cost and gradient stay finite in that dtype


def rounding_of(
    network: Network,
    theta: Array,
    X: Array,
    Y: Array,
    sample_weight: Array | None,
    passed: equations.Forward,
    masks: equations.Masks | None = None,
) -> Rounding:
    """The rounding errors in the dtype of theta; `passed` is the forward pass in float64.

    `masks` are those of dropout, under which it was made.

    Examples
    --------
    >>> network, theta = Network((1, 1)), np.array([0.0, 1.0], np.float32)
    >>> X, Y = np.ones((1, 1), np.float32), np.ones((1, 1), np.float32)
    >>> passed = equations.forward(np, network, theta.astype(np.float64), X.astype(np.float64))
    >>> error = rounding_of(network, theta, X, Y, None, passed).D_error
    >>> bool((1e-8 < error).all() and (error < 1e-6).all())
    True
    """
    dtype = str(theta.dtype)
    units = EPS[dtype] / EPS["float32"]
    (J_32, D_32), (J_64, D_64) = (
        equations.cost_and_gradient(
            np,
            network,
            theta.astype(to),
            X.astype(to),
            Y.astype(to),
            None if sample_weight is None else sample_weight.astype(to),
            masks=None if masks is None else [M.astype(to) for M in masks],
        )
        for to in (np.float32, np.float64)
    )
    J = float(J_64)
    size = abs(J)
    apart = abs(float(J_32) - J) / EPS["float32"]  # in units of eps
    apart = max(apart, size) if np.isfinite(apart) else size
    D_apart = np.where(np.isfinite(D_32), units * np.abs(D_32 - D_64), 0.0)  # (n,)
    for block in blocks_of(network.layer_sizes):
        # One error may be small by chance, so each counts as at least its block's typical one.
        part = D_apart[block.start : block.stop]
        np.maximum(part, np.sqrt((part * part).mean()), out=part)
    carried = _carried(network, theta, Y, sample_weight, passed, masks, EPS[dtype])
    D_error = np.maximum(D_apart, carried + EPS[dtype] * np.abs(D_64)) + VANISHED[dtype]
    seen_J, seen_D = (J_32, D_32) if dtype == "float32" else (J_64, D_64)
    return Rounding(
        J=J,
        J_error=EPS[dtype] * apart,
        J64_error=EPS["float64"] * apart,
        D_error=D_error,
        finite=bool(np.isfinite(seen_J) and np.isfinite(seen_D).all() and np.isfinite(J)),
    )


def _carried(
    network: Network,
    theta: Array,
    Y: Array,
    sample_weight: Array | None,
    passed: equations.Forward,
    masks: equations.Masks | None,
    eps: float,
) -> Array:
    """Backward propagation of a variance: independent errors add up as squares.

    Outputs and targets have a relative error of eps. A slope ``a (1 - a)`` or ``1 - a^2`` has an
    absolute error of eps, however small it is.
    """
    zs, activations = passed
    blocks = equations.split(network, theta.astype(np.float64))
    weight: Any = 1.0
    if sample_weight is not None:
        weight = sample_weight.astype(np.float64)[:, None]  # (m, 1)
    rows = len(Y) if sample_weight is None else float(sample_weight.sum())
    f, prime = equations.ACTIVATIONS[network.activation]
    inexact = eps if network.activation in ("sigmoid", "tanh", "silu") else 0.0
    y = Y.astype(np.float64)
    delta = weight * equations.cost_of(network).delta(np, activations[-1], y)  # (m, K)
    variance = (weight * eps * (np.abs(activations[-1]) + np.abs(y))) ** 2  # (m, K)
    parts: list[Array] = []
    for l in range(len(blocks) - 1, -1, -1):
        a = activations[l]  # (m, s_l)
        squared = a.multiply(a) if hasattr(a, "multiply") else a * a
        parts.insert(0, equations.accumulate(np, squared, variance).ravel())
        if l > 0:
            z = zs[l - 1]  # (m, s_l)
            M: Any = 1.0 if masks is None else masks[l - 1]  # (m, s_l)
            slope = M * prime(np, z, f(np, z))  # (m, s_l)
            back = delta @ blocks[l][1:].T  # (m, s_l)
            variance = variance @ (blocks[l][1:] ** 2).T * slope**2 + (inexact * M * back) ** 2
            delta = back * slope  # (m, s_l)
    return np.asarray(np.sqrt(np.concatenate(parts)) / rows)
