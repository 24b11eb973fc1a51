"""Mistakes in delta of the output layer, where backward propagation begins."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.labels import dropped, shifted
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import cost_in, has_classes, times
from clearprop.network.architecture import Array

__all__ = ["DELTA"]


def _output_slope(step: Step, p: Pass) -> Array:
    """delta^(L) times the sigmoid's slope, which the logistic cost has cancelled."""
    a = p.a[p.L]
    return np.asarray(step(p) * a * (1 - a))  # (m, K)


def _no_output_slope(step: Step, p: Pass) -> Array:
    return p.a[p.L] - p.Y  # (m, K)


def _output_slope_at_a(step: Step, p: Pass) -> Array:
    """The slope of the output, taken at a instead of z."""
    a = p.a[p.L]
    g = 1 / (1 + np.exp(-a))
    return (a - p.Y) * g * (1 - g)  # (m, K)


def _delta_from(targets: Change) -> Change:
    """delta^(L) from other targets than the cost's."""

    def change(step: Step, p: Pass) -> Array:
        kept = p.Y
        p.Y = targets(lambda p: kept, p)
        try:
            return step(p)
        finally:
            p.Y = kept

    return change


DELTA: tuple[Mutation, ...] = (
    Mutation(
        "delta-sign",
        half="gradient",
        place="all",
        variants=({"delta_output": times(-1.0)}, {"finish": times(-1.0)}),
        equation="delta^(L) = [[a^(L) - y]]",
        line="delta = a - y",
        en=Description(
            symptom="Every entry of the gradient has the wrong sign; gradient descent climbs.",
            cause="The error of the output has the wrong sign: y - a in place of a - y.",
            hint="If an output is too large, should its bias go up or down? Which sign does the "
            "gradient have then?",
        ),
        zh=Description(
            symptom="梯度的每个元素符号都反了；梯度下降变成了上升。",
            cause="输出层的误差符号反了：应当是 a - y，写成了 y - a。",
            hint="某个输出太大时，它的偏置应当增大还是减小？这时梯度该是什么符号？",
        ),
    ),
    Mutation(
        "delta-output-slope",
        half="gradient",
        place="output",
        variants=({"delta_output": _output_slope},),
        fits=cost_in("logistic", "softmax"),
        equation="delta^(L) = a^(L) - y [[(no g'(z^(L)) here)]]",
        line="delta = a - y",
        en=Description(
            symptom="All blocks of the gradient are too small; learning is slow where outputs are "
            "badly wrong.",
            cause="The error of the output is multiplied by g'(z), which this cost has cancelled "
            "already.",
            hint="Differentiate the cost by z of the last layer, not by a. What is left of g'?",
        ),
        zh=Description(
            symptom="梯度的每一块都偏小；预测错得越离谱，学得反而越慢。",
            cause="输出层的误差多乘了 g'(z)，而这个代价已经把它约掉了。",
            hint="把代价对最后一层的 z 求导，而不是对 a。g' 还剩下吗？",
        ),
    ),
    Mutation(
        "delta-output-no-slope",
        half="gradient",
        place="output",
        variants=({"delta_output": _no_output_slope},),
        fits=cost_in("quadratic"),
        equation="delta^(L) = (a^(L) - y) [[.* a^(L) .* (1 - a^(L))]]",
        line="delta = (a - y) * a * (1 - a)",
        en=Description(
            symptom="All blocks of the gradient are too large.",
            cause="The slope a (1 - a) of the output is missing; under the quadratic cost nothing "
            "cancels it.",
            hint="a - y is the derivative of the cost by a. What takes you from a to z?",
        ),
        zh=Description(
            symptom="梯度的每一块都偏大。",
            cause="输出层的误差漏了导数 a (1 - a)；用平方代价时，没有什么能把它约掉。",
            hint="a - y 是代价对 a 的导数。从 a 到 z 还差哪一步？",
        ),
    ),
    Mutation(
        "delta-output-slope-at-a",
        half="gradient",
        place="output",
        variants=({"delta_output": _output_slope_at_a},),
        fits=cost_in("quadratic"),
        equation="delta^(L) = (a^(L) - y) .* g'([[z^(L)]])",
        line="delta = (a - y) * sigmoid_gradient(z)",
        en=Description(
            symptom="All blocks of the gradient are off, by a factor that changes little from "
            "sample to sample.",
            cause="The slope of the output is taken at a instead of z: the sigmoid is applied "
            "twice.",
            hint="Your g' applies g by itself. Which of z and a does it expect?",
        ),
        zh=Description(
            symptom="梯度的每一块都不对，相差的倍数在样本之间变化不大。",
            cause="输出层的导数代入了 a，而不是 z：sigmoid 用了两次。",
            hint="你的 g' 里面已经算了一次 g。它要的自变量是 z 还是 a？",
        ),
    ),
    Mutation(
        "delta-z-for-a",
        half="gradient",
        place="output",
        variants=({"delta_output": lambda step, p: p.z[p.L] - p.Y},),
        fits=cost_in("logistic", "softmax"),
        equation="delta^(L) = [[a^(L)]] - y",
        line="delta = a - y",
        en=Description(
            symptom="All blocks of the gradient are wrong, and much larger where z is far from 0.",
            cause="The error of the output is computed from z: z - y in place of a - y.",
            hint="With which number do you compare y: with what goes into the last activation, or "
            "with what comes out?",
        ),
        zh=Description(
            symptom="梯度的每一块都不对；z 离 0 越远，差得越多。",
            cause="输出层的误差是用 z 算的：应当是 a - y，写成了 z - y。",
            hint="与 y 相比的应当是哪个数：进入最后一个激活函数之前的，还是出来之后的？",
        ),
    ),
    Mutation(
        "delta-squared",
        half="gradient",
        place="output",
        variants=(
            {"delta_output": lambda step, p: step(p) * (p.a[p.L] - p.Y)},
            {"delta_output": lambda step, p: np.abs(step(p))},
        ),
        equation="delta^(L) = [[a^(L) - y]]",
        line="delta = a - y",
        en=Description(
            symptom="All blocks of the gradient are wrong; those of the output biases are never "
            "negative.",
            cause="The error of the output is squared, or has lost its sign.",
            hint="The gradient is the derivative of the cost, not the cost. Can your error of the "
            "output be negative?",
        ),
        zh=Description(
            symptom="梯度的每一块都不对；输出层偏置的梯度从来不是负的。",
            cause="输出层的误差被平方了，或者丢了符号。",
            hint="梯度是代价的导数，不是代价本身。你的输出层误差可能是负的吗？",
        ),
    ),
    Mutation(
        "delta-labels-shifted",
        half="gradient",
        place="output",
        variants=(
            {"delta_output": _delta_from(shifted(1))},
            {"delta_output": _delta_from(shifted(-1))},
            {"delta_output": _delta_from(dropped(1))},
            {"delta_output": _delta_from(dropped(-1))},
        ),
        fits=has_classes,
        equation="delta^(L) = a^(L) - [[y]]",
        line="delta = a - Y",
        en=Description(
            symptom="The cost is right, every block of the gradient is wrong.",
            cause="In the gradient the labels are counted wrongly; in the cost they are right.",
            hint="Is the y in your delta the same one-hot row as in your cost?",
        ),
        zh=Description(
            symptom="代价是对的，梯度的每一块都不对。",
            cause="计算梯度时标签数错了位，计算代价时却是对的。",
            hint="delta 里用的 y，与代价里用的是同一个独热向量吗？",
        ),
    ),
)
