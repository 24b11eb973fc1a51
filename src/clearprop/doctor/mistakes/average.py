"""Mistakes in the mean over the samples, and constant factors of the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import times
from clearprop.network.architecture import Array

__all__ = ["AVERAGE"]


def _finished(power: float) -> Change:
    """The finished gradient, with lambda, times m to that power."""

    def change(step: Step, p: Pass, l: int, D: Array) -> Array:
        return np.asarray(step(p, l, D) * p.m**power)

    return change


def _weights(power: float) -> Change:
    """The weights' D times m to that power; the biases' as it is."""

    def change(step: Step, p: Pass, l: int, Delta: Array) -> Array:
        D: Array = np.array(step(p, l, Delta))  # (s_l + 1, s_{l+1})
        D[1:] *= p.m**power
        return D

    return change


def _in_every_delta(step: Step, p: Pass, l: int, Delta: Array) -> Array:
    """Each hidden layer's delta is divided by m once more."""
    return np.asarray(step(p, l, Delta) / p.m ** (p.L - 1 - l))


def _over_outputs(step: Step, *arguments: Any) -> Any:
    p = arguments[0]
    return step(*arguments) / p.network.n_outputs


AVERAGE: tuple[Mutation, ...] = (
    Mutation(
        "average-missing",
        half="gradient",
        place="Theta",
        variants=({"average": lambda step, p, l, Delta: Delta}, {"finish": _finished(1.0)}),
        equation="D^(l) = [[1/m]] Delta^(l) + lambda/m Theta^(l)",
        line="D = Delta / m",
        en=Description(
            symptom="The gradient is m times too large (apart from lambda); for a single sample it "
            "is right.",
            cause="The 1/m is missing in the gradient.",
            hint="The cost is a mean over the samples. What does that make of its derivative?",
        ),
        zh=Description(
            symptom="除去正则项，梯度大了 m 倍；只有一个样本时是对的。",
            cause="梯度中漏了 1/m。",
            hint="代价是对样本取的平均。它的导数该是怎样的？",
        ),
    ),
    Mutation(
        "average-twice",
        half="gradient",
        place="Theta",
        variants=(
            {"average": lambda step, p, l, Delta: step(p, l, Delta) / p.m},
            {"finish": _finished(-1.0)},
            {"average": _in_every_delta},
        ),
        equation="D^(l) = 1/m Delta^(l) + lambda/m Theta^(l) [[(once over m)]]",
        line="D = Delta / m",
        en=Description(
            symptom="The gradient is m times too small (apart from lambda); for a single sample it "
            "is right.",
            cause="The gradient is divided by m twice.",
            hint="Search your code for every division by m. Is one of them in delta already?",
        ),
        zh=Description(
            symptom="除去正则项，梯度只有正确值的 1/m；只有一个样本时是对的。",
            cause="梯度除了两次 m。",
            hint="找出代码中每一处除以 m 的地方。delta 里是不是已经除过一次了？",
        ),
    ),
    Mutation(
        "weights-not-averaged",
        half="gradient",
        place="Theta",
        variants=({"average": _weights(1.0)},),
        equation="D_w^(l) = [[1/m]] Delta_w^(l) + lambda/m W^(l)",
        line="grad_W = delta.T @ a / m",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is m times too large "
            "(apart from lambda).",
            cause="The 1/m is missing in the weights' gradient: a sum where the mean belongs.",
            hint="Both gradients are means over the samples. Which of your two lines divides?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；除去正则项，权重的梯度大了 m 倍。",
            cause="权重的梯度漏了 1/m：该取平均，却只求了和。",
            hint="两个梯度都是对样本取的平均。你那两行里，哪一行除了 m？",
        ),
    ),
    Mutation(
        "weights-averaged-twice",
        half="gradient",
        place="Theta",
        variants=({"average": _weights(-1.0)},),
        equation="D_w^(l) = 1/m Delta_w^(l) + lambda/m W^(l) [[(once over m)]]",
        line="grad_W = delta.T @ a  # where delta is divided by m already",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is m times too small "
            "(apart from lambda).",
            cause="The weights' gradient is divided by m twice.",
            hint="Is delta divided by m already? Then why once more?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；除去正则项，权重的梯度只有正确值的 1/m。",
            cause="权重的梯度除了两次 m。",
            hint="delta 是不是已经除过 m 了？为什么还要再除一次？",
        ),
    ),
    Mutation(
        "average-over-outputs",
        half="gradient",
        place="all",
        variants=({"average": _over_outputs}, {"finish": _over_outputs}),
        fits=lambda network: network.n_outputs > 2,
        equation="D^(l) = 1/[[m]] Delta^(l) + lambda/m Theta^(l)",
        line="D = Delta / m",
        en=Description(
            symptom="The gradient is K times too small, by the number of output units.",
            cause="The gradient is divided by the number of outputs as well: a mean over all "
            "entries.",
            hint="How many numbers does your mean divide by: m, or m times K?",
        ),
        zh=Description(
            symptom="梯度只有正确值的 1/K，K 是输出单元的个数。",
            cause="梯度还多除了输出单元的个数：对所有元素取了平均。",
            hint="你的平均除以了几个数：m 个，还是 m 乘 K 个？",
        ),
    ),
    Mutation(
        "gradient-twice",
        half="gradient",
        place="all",
        variants=({"delta_output": times(2.0)}, {"finish": times(2.0)}),
        equation="D^(l) = [[1]]/m Delta^(l) + lambda/m Theta^(l)",
        line="D = Delta / m",
        en=Description(
            symptom="Every entry of the gradient is twice too large (apart from lambda).",
            cause="The gradient has a factor 2 too much: the derivative of a square without its "
            "1/2.",
            hint="Is there a 1/2 in front of the squares in the stated cost? Where does your 2 "
            "come from?",
        ),
        zh=Description(
            symptom="除去正则项，梯度的每个元素都大了一倍。",
            cause="梯度多了一个因子 2：对没有 1/2 的平方求了导。",
            hint="声明的代价里，平方前面有没有 1/2？你的 2 是从哪里来的？",
        ),
    ),
    Mutation(
        "gradient-half",
        half="gradient",
        place="all",
        variants=({"delta_output": times(0.5)}, {"finish": times(0.5)}),
        equation="D^(l) = 1/[[m]] Delta^(l) + lambda/m Theta^(l)",
        line="D = Delta / m",
        en=Description(
            symptom="Every entry of the gradient is half as large as it should be (apart from "
            "lambda).",
            cause="The gradient has a factor 1/2 too much, such as 1/(2m) in place of 1/m.",
            hint="The 2 belongs to lambda/(2m) in the cost. Does it belong in the gradient?",
        ),
        zh=Description(
            symptom="除去正则项，梯度的每个元素都只有正确值的一半。",
            cause="梯度多了一个因子 1/2，比如把 1/m 写成了 1/(2m)。",
            hint="那个 2 属于代价中的 lambda/(2m)。梯度里也该有它吗？",
        ),
    ),
)
