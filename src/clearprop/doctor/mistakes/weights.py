"""Mistakes in the error that the weights' gradient is made of, where the biases have the right one.

delta itself is right, and so is what flows back from it. In the line of the weights something else
stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.delta import DELTA
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.output_slope import OUTPUT_SLOPE
from clearprop.doctor.mistakes.shared import before_slope, cost_in, curved, smooth
from clearprop.doctor.mistakes.slope import SLOPE
from clearprop.network.architecture import Array

__all__ = ["WEIGHTS"]

_Error = Callable[[Pass, int, Array], Array]
"""``(p, l, delta) -> error`` of the units of layer l, both ``(m, s_l)``."""


def _weights_from(error: _Error) -> dict[str, Change]:
    """The weights' rows of Delta from another error than delta; the bias row stays as it is."""

    def change(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
        Delta = step(p, l, unit, delta)  # (s_l + 1, s_{l+1})
        other = step(p, l, unit, error(p, l + 1, delta))  # (s_l + 1, s_{l+1})
        return np.vstack([Delta[:1], other[1:]])

    return {"accumulate": change}


def _of_output(delta_output: Change) -> dict[str, Change]:
    """Another error of the output layer."""

    def error(p: Pass, l: int, delta: Array) -> Array:
        if l < p.L:
            return delta
        return np.asarray(p.do["scale"](p) * delta_output(p.do["delta_output"], p))  # (m, K)

    return _weights_from(error)


def _z_for_a(step: Step, p: Pass) -> Array:
    error = p.z[p.L] - p.Y  # (m, K)
    return error * p.do["slope_output"](p) if p.network.cost == "quadratic" else error


def _of_slope(hidden: Change, output: Change) -> dict[str, Change]:
    """Another slope in hidden layers, and in an output layer that has one."""

    def error(p: Pass, l: int, delta: Array) -> Array:
        back = before_slope(p, l, delta)  # (m, s_l)
        if l == p.L:
            return np.asarray(back * output(p.do["slope_output"], p))
        return np.asarray(back * hidden(p.do["slope"], p, l)) if l in p.flow else delta

    return _weights_from(error)


def _change(part: tuple[Mutation, ...], name: str, variant: int = 0) -> Change:
    """The change that a mistake makes in the whole of delta."""
    (mutation,) = (mutation for mutation in part if mutation.id == name)
    (change,) = mutation.variants[variant].values()
    return change


WEIGHTS: tuple[Mutation, ...] = (
    Mutation(
        "weights-z-for-a",
        half="gradient",
        place="output",
        variants=(_of_output(_z_for_a),),
        fits=cost_in("logistic", "softmax", "quadratic", "poisson"),
        equation="Delta^(L-1) = Delta^(L-1) + ([[a^(L)]] - y) a^(L-1)'",
        line="dW = (a - y).T @ a_before / m; db = (a - y).sum(axis=0) / m",
        en=Description(
            symptom="The gradient of the output layer's weights is wrong, and most where z is far "
            "from 0; everything else is right.",
            cause="The gradient of the output layer's weights is computed from z - y, the one of "
            "its biases from a - y.",
            hint="The weights and the bias of a unit share one error. Do both of your lines "
            "compare y with what comes out of the activation?",
        ),
        zh=Description(
            symptom="只有输出层权重的梯度不对，z 离 0 越远，差得越多；其余的都对。",
            cause="输出层权重的梯度是用 z - y 算的，偏置的梯度用的却是 a - y。",
            hint="一个单元的权重和偏置共用同一个误差。你那两行里，与 y 相比的都是激活之后的值吗？",
        ),
    ),
    Mutation(
        "weights-output-slope",
        half="gradient",
        place="output",
        variants=(_of_output(_change(DELTA, "delta-output-slope")),),
        fits=cost_in("logistic", "softmax", "squared"),
        equation="Delta^(L-1) = Delta^(L-1) + delta^(L) [[(no g'(z^(L)))]] a^(L-1)'",
        line="dW = (a - y).T @ a_before / m; db = (a - y).sum(axis=0) / m",
        en=Description(
            symptom="The gradient of the output layer's weights is too small; everything else is "
            "right.",
            cause="In the gradient of the output layer's weights a - y is multiplied by g'(z), "
            "which this cost has cancelled; the biases have a - y.",
            hint="The weights and the bias of a unit share one error. Which of your two lines has "
            "a factor too many?",
        ),
        zh=Description(
            symptom="只有输出层权重的梯度偏小，其余的都对。",
            cause="输出层权重的梯度里，a - y 多乘了 g'(z)，而这个代价已经把它约掉了；偏置用的是 "
            "a - y。",
            hint="一个单元的权重和偏置共用同一个误差。你那两行里，哪一行多了一个因子？",
        ),
    ),
    Mutation(
        "weights-before-slope",
        half="gradient",
        place="sloped Theta",
        variants=(_weights_from(before_slope),),
        fits=lambda network: curved(network) or network.cost == "quadratic",
        equation="Delta^(l) = Delta^(l) + [[delta^(l+1)]] a^(l)'",
        line="delta = back * g_prime(z); grad_W = delta.T @ a / m",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is mostly too large.",
            cause="The weights' gradient lacks the slope g'(z): it is taken of what flows back, "
            "before delta is complete. The biases have it.",
            hint="A weight acts through z, as the bias does. Which of your two lines multiplies by "
            "the slope?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；权重的梯度大多偏大。",
            cause="权重的梯度漏乘了导数 g'(z)：用的是还没有乘导数的误差，而不是 delta。偏置那一行却"
            "乘了。",
            hint="权重和偏置一样，都是通过 z 起作用的。你那两行里，哪一行乘了导数？",
        ),
    ),
    Mutation(
        "weights-slope",
        half="gradient",
        place="sloped Theta",
        variants=(
            _of_slope(
                _change(SLOPE, "slope-at-a"), _change(OUTPUT_SLOPE, "delta-output-slope-at-a")
            ),
            _of_slope(
                _change(SLOPE, "slope-z-for-a"), _change(OUTPUT_SLOPE, "delta-output-slope-of-z")
            ),
            _of_slope(
                _change(SLOPE, "slope-half", 1), _change(OUTPUT_SLOPE, "delta-output-slope-half")
            ),
            _of_slope(
                _change(SLOPE, "slope-is-activation"),
                _change(OUTPUT_SLOPE, "delta-output-slope-half", 1),
            ),
            _of_slope(
                _change(SLOPE, "slope-twice"), _change(OUTPUT_SLOPE, "delta-output-slope-twice")
            ),
        ),
        fits=lambda network: smooth(network) or network.cost == "quadratic",
        equation="Delta^(l) = Delta^(l) + (Theta' delta .* [[g'(z)]])^(l+1) a^(l)'",
        line="delta = back * a * (1 - a); grad_W = delta.T @ a_before / m",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is off, by a factor that "
            "differs from sample to sample.",
            cause="The slope g'(z) in the weights' gradient is another one than in the biases': a "
            "factor of it is missing, stands there twice, or is fed with the wrong variable.",
            hint="The slope is written out in two lines. Compare them letter by letter, or compute "
            "delta once and use it in both.",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；权重的梯度不对，每个样本相差的倍数都不一样。",
            cause="权重梯度里的导数 g'(z) 与偏置那一行的不同：少了一个因子，多乘了一次，或者代入了"
            "别的变量。",
            hint="同一个导数写了两遍。逐个字母对照这两行；或者只算一次 delta，两行都用它。",
        ),
    ),
)
