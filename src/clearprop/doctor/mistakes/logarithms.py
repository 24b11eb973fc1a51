"""Mistakes in the cost's logarithms: y log h + (1 - y) log(1 - h), or y log h of the softmax."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import cost_in
from clearprop.network.architecture import Array

__all__ = ["LOGARITHMS"]


def _terms(formula: Callable[[Array, Array], Array]) -> Change:
    """Other terms of each output: `formula` gets h and Y, ``(m, K)``."""
    return lambda step, p: formula(p.a[p.L], p.Y)


LOGARITHMS: tuple[Mutation, ...] = (
    Mutation(
        "cost-first-term-only",
        half="cost",
        place="cost",
        variants=({"per_output": _terms(lambda h, Y: -Y * np.log(h))},),
        fits=cost_in("logistic"),
        equation="J = -1/m sum_i sum_k [y log h [[+ (1 - y) log(1 - h)]]]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The cost is too small; it does not mind wrong classes that get a high "
            "probability.",
            cause="The second term, (1 - y) log(1 - h), is missing in the cost.",
            hint="Each output unit is a yes-or-no question. What does your cost say when y is 0?",
        ),
        zh=Description(
            symptom="代价偏小：错误的类别得到很高的概率，它也不在乎。",
            cause="代价中漏了第二项 (1 - y) log(1 - h)。",
            hint="每个输出单元回答的都是“是或不是”。当 y 等于 0 时，你的代价里还剩下什么？",
        ),
    ),
    Mutation(
        "cost-second-term-only",
        half="cost",
        place="cost",
        variants=({"per_output": _terms(lambda h, Y: -(1 - Y) * np.log(1 - h))},),
        fits=cost_in("logistic"),
        equation="J = -1/m sum_i sum_k [[[y log h +]] (1 - y) log(1 - h)]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The cost is too small; it does not mind right classes that get a low "
            "probability.",
            cause="The first term, y log h, is missing in the cost.",
            hint="What does your cost say when y is 1?",
        ),
        zh=Description(
            symptom="代价偏小：正确的类别得到很低的概率，它也不在乎。",
            cause="代价中漏了第一项 y log h。",
            hint="当 y 等于 1 时，你的代价里还剩下什么？",
        ),
    ),
    Mutation(
        "cost-terms-subtracted",
        half="cost",
        place="cost",
        variants=({"per_output": _terms(lambda h, Y: -Y * np.log(h) + (1 - Y) * np.log(1 - h))},),
        fits=cost_in("logistic"),
        equation="J = -1/m sum_i sum_k [y log h [[+]] (1 - y) log(1 - h)]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The cost can be negative, and lies far from log 2 for each output of an "
            "untrained network.",
            cause="The two terms of the cost are subtracted from each other where they should be "
            "added.",
            hint="Both logarithms are negative. Which signs make both terms positive?",
        ),
        zh=Description(
            symptom="代价可能是负的；未经训练的网络，每个输出的代价也远不是 log 2。",
            cause="代价的两项应当相加，却写成了相减。",
            hint="两个对数都是负数。怎样取符号，才能让两项都是正的？",
        ),
    ),
    Mutation(
        "cost-logs-swapped",
        half="cost",
        place="cost",
        variants=({"per_output": _terms(lambda h, Y: -Y * np.log(1 - h) - (1 - Y) * np.log(h))},),
        fits=cost_in("logistic"),
        equation="J = -1/m sum_i sum_k [y log [[h]] + (1 - y) log[[(1 - h)]]]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The cost falls as predictions get worse.",
            cause="The two logarithms are swapped: y goes with log h, and 1 - y with log(1 - h).",
            hint="Take y = 1 and h close to 1. Is your cost close to 0?",
        ),
        zh=Description(
            symptom="预测越差，代价反而越小。",
            cause="两个对数写反了：y 应当乘 log h，1 - y 应当乘 log(1 - h)。",
            hint="取 y = 1，h 接近 1。这时你的代价接近 0 吗？",
        ),
    ),
    Mutation(
        "cost-log-base",
        half="cost",
        place="cost",
        variants=(
            {"per_output": lambda step, p: step(p) / np.log(10)},
            {"per_output": lambda step, p: step(p) / np.log(2)},
        ),
        fits=cost_in("logistic", "softmax"),
        equation="J = -1/m sum_i sum_k [y [[log]] h + (1 - y) [[log]](1 - h)]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The part of the cost without lambda is 2.303 (or 0.693) times too small.",
            cause="The logarithm has the wrong base: log10 or log2 in place of the natural one.",
            hint="What is the derivative of your logarithm? It should be 1/h.",
        ),
        zh=Description(
            symptom="除去正则项，代价只有正确值的 1/2.303（或 1/0.693）。",
            cause="对数的底错了：应当用自然对数，而不是 log10 或 log2。",
            hint="你用的这个对数，导数是多少？应当是 1/h。",
        ),
    ),
    Mutation(
        "cost-log-of-rest",
        half="cost",
        place="cost",
        variants=({"per_output": _terms(lambda h, Y: -Y * np.log(1 - h))},),
        fits=cost_in("softmax"),
        equation="J = -1/m sum_i sum_k y_k log [[h_k]]",
        line="J = -(Y * np.log(h)).sum() / m",
        en=Description(
            symptom="The cost falls as predictions get worse.",
            cause="The logarithm is taken of 1 - h, where h belongs.",
            hint="Take a sample whose right class has h close to 1. Is your cost close to 0?",
        ),
        zh=Description(
            symptom="预测越差，代价反而越小。",
            cause="该取 log h，却取了 log(1 - h)。",
            hint="取一个样本，正确类别的 h 接近 1。这时你的代价接近 0 吗？",
        ),
    ),
)
