"""Mistakes in the slope of the output layer, which the quadratic cost does not cancel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import cost_in
from clearprop.network.architecture import Array

__all__ = ["OUTPUT_SLOPE"]


def _with(slope: Callable[[Array, Array], Array]) -> dict[str, Change]:
    """Another slope of the output, of z and a, ``(m, K)``."""

    def change(step: Step, p: Pass) -> Array:
        return slope(p.z[p.L], p.a[p.L])

    return {"slope_output": change}


def _no_output_slope(step: Step, p: Pass) -> Array:
    return p.a[p.L] - p.Y  # (m, K)


def _at(z: Array) -> Array:
    """The sigmoid's slope."""
    g = 1 / (1 + np.exp(-z))
    return np.asarray(g * (1 - g))


OUTPUT_SLOPE: tuple[Mutation, ...] = (
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
        variants=(_with(lambda z, a: _at(a)),),
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
        "delta-output-slope-of-z",
        half="gradient",
        place="output",
        variants=(
            _with(lambda z, a: z * (1 - z)),
            _with(lambda z, a: a * (1 - z)),
            _with(lambda z, a: z * (1 - a)),
            _with(lambda z, a: 1 - z**2),
        ),
        fits=cost_in("quadratic"),
        equation="delta^(L) = (a^(L) - y) .* [[a^(L) .* (1 - a^(L))]]",
        line="delta = (a - y) * a * (1 - a)",
        en=Description(
            symptom="All blocks of the gradient are wrong, with wrong signs among them.",
            cause="The formula of the output's slope is fed with z, where it is written for a.",
            hint="a (1 - a) is the slope in terms of a. Which variable stands in your line?",
        ),
        zh=Description(
            symptom="梯度的每一块都不对，有的连符号都错了。",
            cause="输出层的导数公式是用 a 写的，却代入了 z。",
            hint="a (1 - a) 是用 a 表示的导数。你那一行里放的是哪个变量？",
        ),
    ),
    Mutation(
        "delta-output-slope-half",
        half="gradient",
        place="output",
        variants=(_with(lambda z, a: 1 - a), _with(lambda z, a: a)),
        fits=cost_in("quadratic"),
        equation="delta^(L) = (a^(L) - y) .* [[a^(L) .* (1 - a^(L))]]",
        line="delta = (a - y) * a * (1 - a)",
        en=Description(
            symptom="All blocks of the gradient are too large, by a factor that differs from "
            "sample to sample.",
            cause="One of the two factors of the output's slope a (1 - a) is missing.",
            hint="Differentiate the sigmoid once more on paper. How many factors does it have?",
        ),
        zh=Description(
            symptom="梯度的每一块都偏大，每个样本相差的倍数都不一样。",
            cause="输出层的导数 a (1 - a) 少了一个因子。",
            hint="在纸上把 sigmoid 再求一次导。它有几个因子？",
        ),
    ),
    Mutation(
        "delta-output-slope-twice",
        half="gradient",
        place="output",
        variants=(_with(lambda z, a: (a * (1 - a)) ** 2),),
        fits=cost_in("quadratic"),
        equation="delta^(L) = (a^(L) - y) .* a^(L) .* (1 - a^(L)) [[(once)]]",
        line="delta = (a - y) * a * (1 - a)",
        en=Description(
            symptom="All blocks of the gradient are far too small.",
            cause="The slope a (1 - a) of the output is in delta twice.",
            hint="Where in your code does the slope of the last layer come in, and how often?",
        ),
        zh=Description(
            symptom="梯度的每一块都小得多。",
            cause="输出层的导数 a (1 - a) 乘了两次。",
            hint="最后一层的导数在代码里是在哪里乘进去的？乘了几次？",
        ),
    ),
    Mutation(
        "delta-output-slope-other",
        half="gradient",
        place="output",
        variants=(
            _with(lambda z, a: 1 - a**2),
            _with(lambda z, a: 1 - np.tanh(z) ** 2),
            _with(lambda z, a: (z > 0).astype(np.float64)),
        ),
        fits=cost_in("quadratic"),
        equation="delta^(L) = (a^(L) - y) .* [[g']](z^(L))",
        line="delta = (a - y) * a * (1 - a)",
        en=Description(
            symptom="All blocks of the gradient are wrong.",
            cause="The slope of the output layer is that of another activation than the sigmoid.",
            hint="Which function makes h of z in the last layer, and of which one is this the "
            "derivative?",
        ),
        zh=Description(
            symptom="梯度的每一块都不对。",
            cause="输出层用的是另一种激活函数的导数，不是 sigmoid 的。",
            hint="最后一层是用哪个函数由 z 得到 h 的？这里的导数又是哪个函数的？",
        ),
    ),
)
