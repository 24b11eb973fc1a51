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


def _output_slope_of_a(step: Step, p: Pass) -> Array:
    """The same with the slope taken at a."""
    g = 1 / (1 + np.exp(-p.a[p.L]))
    return np.asarray(step(p) * g * (1 - g))  # (m, K)


def _by_a(step: Step, p: Pass) -> Array:
    """The derivative of J by a, where the one by z is meant."""
    a, Y = p.a[p.L], p.Y
    return np.asarray(-Y / a if p.network.cost == "softmax" else (a - Y) / (a * (1 - a)))  # (m, K)


def _second_sign(step: Step, p: Pass) -> Array:
    """From -(y/a) - (1 - y)/(1 - a), times a (1 - a)."""
    a, Y = p.a[p.L], p.Y
    return np.asarray(-Y * (1 - a) - (1 - Y) * a)  # (m, K)


def _first_alone(step: Step, p: Pass) -> Array:
    """From -y/a alone, times a (1 - a)."""
    return np.asarray(-p.Y * (1 - p.a[p.L]))  # (m, K)


def _decided(step: Step, p: Pass) -> Array:
    """The class that is predicted, as 0 and 1, minus y."""
    a = p.a[p.L]
    many = a.shape[1] > 1
    chosen = a == a.max(axis=1, keepdims=True) if many else a >= 0.5  # (m, K)
    return np.asarray(chosen - p.Y)


def _thresholded(step: Step, p: Pass) -> Array:
    return np.asarray((p.a[p.L] >= 0.5) - p.Y)  # (m, K)


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
        asked="gradient",
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
        "delta-not-clipped",
        half="gradient",
        place="output",
        variants=({"delta_output": lambda step, p: p.a[p.L] - p.Y},),
        fits=cost_in("huber"),
        equation="delta^(L) = [[max(-t, min(t, a^(L) - y))]]",
        line="delta = np.clip(a - y, -t, t)",
        en=Description(
            symptom="The cost is right. The gradient is right where all errors are small, and too "
            "large where one is beyond the threshold.",
            cause="The error of the output is a - y throughout: it is not clipped at the threshold "
            "of Huber's cost.",
            hint="Beyond the threshold the cost is a straight line. Does its slope grow with the "
            "error?",
        ),
        zh=Description(
            symptom="代价是对的。误差都很小时梯度也对；一旦有误差超过阈值，梯度就偏大。",
            cause="输出层的误差一律取 a - y，没有在 Huber 代价的阈值处截断。",
            hint="超过阈值以后，代价是一条直线。直线的斜率是多少？它会随误差增大吗？",
        ),
    ),
    Mutation(
        "delta-output-slope",
        half="gradient",
        place="output",
        variants=({"delta_output": _output_slope}, {"delta_output": _output_slope_of_a}),
        fits=cost_in("logistic", "softmax", "squared"),
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
    Mutation(
        "delta-by-a",
        half="gradient",
        place="output",
        variants=({"delta_output": _by_a},),
        fits=cost_in("logistic", "softmax"),
        equation="delta^(L) = [[dJ/dz^(L)]] = a^(L) - y",
        line="delta = a - y",
        en=Description(
            symptom="All blocks of the gradient are too large, and enormous where an output is "
            "badly wrong.",
            cause="The error of the output is the derivative of J by a; the slope that leads on to "
            "z is missing.",
            hint="delta is the derivative by z of the last layer. By which variable did you "
            "differentiate?",
        ),
        zh=Description(
            symptom="梯度的每一块都偏大；预测错得离谱时，大得惊人。",
            cause="输出层的误差写成了 J 对 a 的导数，漏了从 a 到 z 的那一步导数。",
            hint="delta 是对最后一层的 z 求导。你是对哪个变量求的导？",
        ),
    ),
    Mutation(
        "delta-cost-derivative",
        half="gradient",
        place="output",
        variants=({"delta_output": _second_sign}, {"delta_output": _first_alone}),
        fits=cost_in("logistic", "softmax"),
        equation="dJ/da = -(y/a) [[+ (1 - y)/(1 - a)]]",
        line="dA = -(Y / A - (1 - Y) / (1 - A)); delta = dA * A * (1 - A)",
        en=Description(
            symptom="All blocks of the gradient are wrong; those of some output biases never "
            "change their sign.",
            cause="The cost is differentiated wrongly by a: the second term is missing or has the "
            "wrong sign; under the softmax, an output also changes the other ones' costs.",
            hint="Multiply your derivative by a (1 - a) on paper. Does a - y come out, for y = 0 "
            "and for y = 1?",
        ),
        zh=Description(
            symptom="梯度的每一块都不对；有的输出偏置的梯度从不变号。",
            cause="代价对 a 求导求错了：第二项漏了或者符号反了；若是 softmax，一个输出还会影响其他"
            "输出的代价。",
            hint="在纸上把你的导数乘以 a (1 - a)。y = 0 和 y = 1 时，得到的都是 a - y 吗？",
        ),
    ),
    Mutation(
        "delta-decided",
        half="gradient",
        place="output",
        variants=({"delta_output": _decided}, {"delta_output": _thresholded}),
        fits=cost_in("logistic", "softmax"),
        equation="delta^(L) = [[a^(L)]] - y",
        line="delta = a - y",
        en=Description(
            symptom="Every entry of the output's error is -1, 0 or 1; samples that are classified "
            "rightly teach nothing.",
            cause="The error of the output is computed from the predicted class, not from the "
            "output itself.",
            hint="Print delta of one sample. Does it tell 0.51 from 0.99?",
        ),
        zh=Description(
            symptom="输出层误差的每个元素都是 -1、0 或 1；分类正确的样本不起任何作用。",
            cause="输出层的误差是用预测出的类别算的，而不是用输出值本身。",
            hint="打印一个样本的 delta。它分得清 0.51 和 0.99 吗？",
        ),
    ),
)
