"""Mistakes in the gradient behind delta: accumulation, average, lambda, unrolling."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.gradients.mutations import Change, Mutation, Pass, Step, with_bias, without_bias
from clearprop.gradients.mutations_delta import DELTA, times
from clearprop.network.architecture import Array

__all__ = ["GRADIENT"]


# -- Accumulation ----------------------------------------------------------------------------------


def _one_sample(which: slice) -> Change:
    return lambda step, p, l, unit, delta: step(p, l, unit[which], delta[which])


def _z_for_a(step: Step, p: Pass, l: int) -> Array:
    return with_bias(p.z[l])


def _no_bias_back(step: Step, p: Pass, l: int) -> Array:
    unit = step(p, l).copy()
    unit[:, 0] = 0
    return unit


def _bias_total(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
    """np.sum(delta) without an axis: every unit gets the sum of all."""
    Delta = step(p, l, unit, delta).copy()
    Delta[0] = Delta[0].sum()
    return Delta


def _elementwise(across: bool) -> Change:
    """delta * a, broadcast, where their outer product is meant: sizes must happen to agree."""

    def change(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
        if unit.shape[1] != delta.shape[1]:
            return step(p, l, unit, delta)
        product = (unit * delta).sum(axis=0)  # (s_l + 1,)
        shape = p.B[l].shape
        return np.broadcast_to(product[:, None] if across else product[None, :], shape)

    return change


# -- Average and regularization --------------------------------------------------------------------


def _all_layers(power: float) -> Change:
    """The finished gradient, lambda and all, times m to that power."""

    def change(step: Step, p: Pass, l: int, D: Array) -> Array:
        return np.asarray(step(p, l, D) * p.m**power)

    return change


def _over_outputs(step: Step, *arguments: Any) -> Any:
    p = arguments[0]
    return step(*arguments) / p.network.n_outputs


def _first_unit_spared(bias: bool) -> Change:
    """Row 0 of Theta is left out of the regularization in the place of column 0."""

    def change(step: Step, p: Pass, l: int) -> Array:
        B = p.B[l].copy() if bias else without_bias(p.B[l])
        B[:, 0] = 0
        return B

    return change


def _last_input_spared(step: Step, p: Pass, l: int) -> Array:
    """The last column of Theta is left out in the place of the first."""
    B = p.B[l].copy()
    B[-1] = 0
    return B


def _overwritten(step: Step, p: Pass, l: int, D: Array) -> Array:
    decay = p.do["decay"](p, l)
    # Where there is no regularization at all, there is nothing that could overwrite.
    return np.vstack([D[:1], decay[1:]]) if decay.any() or not p.lambda_ else D


# -- Unrolling -------------------------------------------------------------------------------------


def _order(read: str) -> Change:
    """Matrices are unrolled in the other order than theta is read in (`read`: "F" or "C")."""

    def change(step: Step, p: Pass, Ds: list[Array]) -> list[Array]:
        out = []
        for D in Ds:
            if read == "F":  # the course's: written row after row, read column after column
                out.append(D.T.ravel().reshape(D.shape))
            else:
                out.append(D.ravel().reshape(D.shape[::-1]).T)
        return out

    return change


def _layers_reversed(read: str) -> Change:
    def change(step: Step, p: Pass, Ds: list[Array]) -> list[Array]:
        flat = np.concatenate([(D if read == "F" else D.T).ravel() for D in Ds[::-1]])
        out, start = [], 0
        for D in Ds:
            part = flat[start : start + D.size]
            out.append(part.reshape(D.shape) if read == "F" else part.reshape(D.shape[::-1]).T)
            start += D.size
        return out

    return change


def _bias_last(step: Step, p: Pass, l: int, D: Array) -> Array:
    return np.roll(step(p, l, D), -1, axis=0)


GRADIENT: tuple[Mutation, ...] = (
    *DELTA,
    Mutation(
        "accumulate-last-sample",
        "gradient",
        "Theta",
        ({"accumulate": _one_sample(slice(-1, None))},),
        "Delta^(l) = [[Delta^(l) +]] delta^(l+1) a^(l)'",
        "Delta += np.outer(delta, a)",
    ),
    Mutation(
        "accumulate-first-sample",
        "gradient",
        "Theta",
        ({"accumulate": _one_sample(slice(0, 1))},),
        "Delta^(l) = [[sum over i = 1..m of]] delta_i^(l+1) a_i^(l)'",
        "Delta = sum(np.outer(delta[i], a[i]) for i in range(m))",
    ),
    Mutation(
        "accumulate-z",
        "gradient",
        "inner Theta",
        ({"unit_back": _z_for_a},),
        "Delta^(l) = Delta^(l) + delta^(l+1) [[a^(l)]]'",
        "Delta += np.outer(delta, np.r_[1, a])",
        lambda network: network.n_layers > 2 and network.activation != "identity",
    ),
    Mutation(
        "accumulate-no-bias",
        "gradient",
        "Theta",
        ({"unit_back": _no_bias_back},),
        "Delta^(l) = Delta^(l) + delta^(l+1) [[[1;]] a^(l)]'",
        "Delta += np.outer(delta, np.r_[1, a])",
    ),
    Mutation(
        "accumulate-bias-total",
        "gradient",
        "Theta",
        ({"accumulate": _bias_total},),
        "Delta_b^(l) = sum over [[samples only]] of delta^(l+1)",
        "grad_b = delta.sum(axis=0) / m",
        lambda network: max(network.layer_sizes[1:]) > 1,
    ),
    Mutation(
        "accumulate-elementwise",
        "gradient",
        "Theta",
        ({"accumulate": _elementwise(False)}, {"accumulate": _elementwise(True)}),
        "Delta^(l) = Delta^(l) + delta^(l+1) [[*]] a^(l)' (a matrix product)",
        "Delta += np.outer(delta, np.r_[1, a])",
        lambda network: any(rows == columns for rows, columns in network.block_shapes),
    ),
    Mutation(
        "average-missing",
        "gradient",
        "Theta",
        ({"average": lambda step, p, l, Delta: Delta}, {"finish": _all_layers(1.0)}),
        "D^(l) = [[1/m]] Delta^(l) + lambda/m Theta^(l)",
        "D = Delta / m",
    ),
    Mutation(
        "average-twice",
        "gradient",
        "Theta",
        (
            {"average": lambda step, p, l, Delta: step(p, l, Delta) / p.m},
            {"finish": _all_layers(-1.0)},
        ),
        "D^(l) = 1/m Delta^(l) + lambda/m Theta^(l) [[(once over m)]]",
        "D = Delta / m",
    ),
    Mutation(
        "average-over-outputs",
        "gradient",
        "all",
        ({"average": _over_outputs}, {"finish": _over_outputs}),
        "D^(l) = 1/[[m]] Delta^(l) + lambda/m Theta^(l)",
        "D = Delta / m",
        lambda network: network.n_outputs > 2,
    ),
    Mutation(
        "gradient-twice",
        "gradient",
        "all",
        ({"delta_output": times(2.0)}, {"finish": times(2.0)}),
        "D^(l) = [[1]]/m Delta^(l) + lambda/m Theta^(l)",
        "D = Delta / m",
    ),
    Mutation(
        "gradient-half",
        "gradient",
        "all",
        ({"delta_output": times(0.5)}, {"finish": times(0.5)}),
        "D^(l) = 1/[[m]] Delta^(l) + lambda/m Theta^(l)",
        "D = Delta / m",
    ),
    Mutation(
        "lambda-missing",
        "gradient",
        "Theta",
        ({"decay": lambda step, p, l: np.zeros_like(p.B[l])},),
        "D^(l) = 1/m Delta^(l) [[+ lambda/m Theta^(l)]]",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-bias",
        "gradient",
        "Theta",
        ({"decayed": lambda step, p, l: p.B[l]},),
        "D^(l)(:, [[2:end]]) = D^(l)(:, 2:end) + lambda/m Theta^(l)(:, 2:end)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-sign",
        "gradient",
        "Theta",
        ({"decay": times(-1.0)},),
        "D^(l) = 1/m Delta^(l) [[+]] lambda/m Theta^(l)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-half",
        "gradient",
        "Theta",
        ({"decay": times(0.5)},),
        "D^(l) = 1/m Delta^(l) + lambda/[[m]] Theta^(l)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-twice",
        "gradient",
        "Theta",
        ({"decay": times(2.0)},),
        "D^(l) = 1/m Delta^(l) + [[lambda/m]] Theta^(l)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-not-averaged",
        "gradient",
        "Theta",
        ({"decay": lambda step, p, l: p.m * step(p, l)},),
        "D^(l) = 1/m Delta^(l) + lambda[[/m]] Theta^(l)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-averaged-twice",
        "gradient",
        "Theta",
        ({"decay": lambda step, p, l: step(p, l) / p.m},),
        "D^(l) = 1/m Delta^(l) + lambda/m Theta^(l) [[(once over m)]]",
        "D[:, 1:] = Delta[:, 1:] / m + lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-squared",
        "gradient",
        "Theta",
        ({"decayed": lambda step, p, l: step(p, l) ** 2},),
        "D^(l) = 1/m Delta^(l) + lambda/m [[Theta^(l)]]",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-wrong-row",
        "gradient",
        "Theta",
        (
            {"decayed": _first_unit_spared(bias=True)},
            {"decayed": _first_unit_spared(bias=False)},
            {"decayed": _last_input_spared},
        ),
        "D^(l)[[(:, 2:end)]] = D^(l)(:, 2:end) + lambda/m Theta^(l)(:, 2:end)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "lambda-overwrites",
        "gradient",
        "Theta",
        ({"regularize": _overwritten},),
        "D^(l) = [[1/m Delta^(l) +]] lambda/m Theta^(l)",
        "D[:, 1:] += lambda_ / m * Theta[:, 1:]",
    ),
    Mutation(
        "unroll-order",
        "gradient",
        "all",
        ({"unroll": _order("F")}, {"unroll": _order("C")}),
        "D = [D^(1)[[(:)]]; D^(2)[[(:)]]; ...] (column after column)",
        'np.concatenate([D1.ravel(order="F"), D2.ravel(order="F")])',
    ),
    Mutation(
        "unroll-layers-reversed",
        "gradient",
        "all",
        ({"unroll": _layers_reversed("F")}, {"unroll": _layers_reversed("C")}),
        "D = [[[D^(1)(:); D^(2)(:); ...]]]",
        "np.concatenate([D1.ravel(), D2.ravel()])",
        lambda network: network.n_layers > 2,
    ),
    Mutation(
        "unroll-bias-last",
        "gradient",
        "Theta",
        ({"finish": _bias_last},),
        "D^(l) = [[[D_b^(l), D_w^(l)]]]",
        "D = np.column_stack([grad_b, grad_W])",
    ),
)
