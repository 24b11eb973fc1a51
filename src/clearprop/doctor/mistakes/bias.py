"""Mistakes in the biases' gradient, the row 0 of a block."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import before_slope, curved
from clearprop.network.architecture import Array

__all__ = ["BIAS"]


def _no_bias_back(step: Step, p: Pass, l: int) -> Array:
    unit: Array = step(p, l).copy()  # (m, s_l + 1)
    unit[:, 0] = 0
    return unit


def _bias_from(row: Callable[[Array, Array], Array]) -> Change:
    """Another bias row, of Delta ``(s_l + 1, s_{l+1})`` and delta ``(m, s_{l+1})``."""

    def change(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
        Delta: Array = step(p, l, unit, delta).copy()  # (s_l + 1, s_{l+1})
        Delta[0] = row(Delta, delta)
        return Delta

    return change


def _bias_total(mean: bool) -> Change:
    """np.sum(delta) or np.mean(delta) without an axis: every unit gets the same."""
    return _bias_from(lambda Delta, delta: Delta[0].mean() if mean else Delta[0].sum())


def _before_slope(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
    """The biases get what flows back, before it is multiplied by the slope of their units."""
    Delta: Array = step(p, l, unit, delta).copy()  # (s_l + 1, s_{l+1})
    Delta[0] = before_slope(p, l + 1, delta).sum(axis=0)
    return Delta


def _averaged(power: float) -> Change:
    """The biases' D times m to that power."""

    def change(step: Step, p: Pass, l: int, Delta: Array) -> Array:
        D: Array = np.array(step(p, l, Delta))  # (s_l + 1, s_{l+1})
        D[0] *= p.m**power
        return D

    return change


BIAS: tuple[Mutation, ...] = (
    Mutation(
        "accumulate-no-bias",
        half="gradient",
        place="Theta",
        variants=({"unit_back": _no_bias_back},),
        asked="gradient",
        equation="Delta^(l) = Delta^(l) + delta^(l+1) [[[1;]] a^(l)]'",
        line="Delta += np.outer(delta, np.r_[1, a])",
        en=Description(
            symptom="The weights' gradient is right; that of the biases is 0.",
            cause="The bias unit is missing in the accumulation: the biases get no gradient.",
            hint="What does a bias multiply? That is what stands beside delta in its derivative.",
        ),
        zh=Description(
            symptom="权重的梯度是对的，偏置的梯度是 0。",
            cause="累加时漏了偏置单元：偏置没有梯度。",
            hint="偏置乘的是什么数？那就是它的导数中与 delta 相乘的数。",
        ),
    ),
    Mutation(
        "accumulate-bias-total",
        half="gradient",
        place="Theta",
        variants=({"accumulate": _bias_total(False)}, {"accumulate": _bias_total(True)}),
        fits=lambda network: max(network.layer_sizes[1:]) > 1,
        equation="Delta_b^(l) = sum over [[samples only]] of delta^(l+1)",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The weights' gradient is right; all biases of a layer get the same number.",
            cause="The errors are summed over units as well as samples: a sum or a mean without an "
            "axis.",
            hint="Every unit has a bias of its own. Along which axis must the sum run?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；同一层所有偏置的梯度却是同一个数。",
            cause="误差不但对样本求了和，对单元也求了和：求和（或取平均）时没有指定轴。",
            hint="每个单元都有自己的偏置。求和应当沿哪个轴？",
        ),
    ),
    Mutation(
        "bias-one-sample",
        half="gradient",
        place="Theta",
        variants=(
            {"accumulate": _bias_from(lambda Delta, delta: delta[-1])},
            {"accumulate": _bias_from(lambda Delta, delta: delta[0])},
        ),
        equation="Delta_b^(l) = [[sum over samples of]] delta^(l+1)",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The weights' gradient is right; that of the biases is right for a single "
            "sample only.",
            cause="Only one sample counts in the biases' gradient: it is set anew in the loop, or "
            "one row is taken.",
            hint="Two samples push on one bias. What happens to the first push in your code?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；偏置的梯度只有在单个样本时才对。",
            cause="偏置的梯度只算了一个样本：循环里每次重新赋值，或者只取了一行。",
            hint="两个样本都要推动同一个偏置。在你的代码里，第一次推动到哪里去了？",
        ),
    ),
    Mutation(
        "bias-before-slope",
        half="gradient",
        place="sloped Theta",
        variants=({"accumulate": _before_slope},),
        fits=lambda network: curved(network) or network.cost == "quadratic",
        equation="Delta_b^(l) = sum over samples of [[delta^(l+1)]]",
        line="delta = back * g_prime(z); grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The weights' gradient is right; that of the biases is mostly too large.",
            cause="The biases' gradient lacks the slope g'(z): it is taken of what flows back, "
            "before delta is complete.",
            hint="A bias goes into z, like every weighted input. In which order do your lines "
            "multiply by the slope and sum?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；偏置的梯度大多偏大。",
            cause="偏置的梯度漏乘了导数 g'(z)：在 delta 算完之前，就用传回来的误差求了和。",
            hint="偏置与其他输入一样，都进入 z。你的代码是先乘导数，还是先求和？",
        ),
    ),
    Mutation(
        "bias-of-weights",
        half="gradient",
        place="Theta",
        variants=(
            {"accumulate": _bias_from(lambda Delta, delta: Delta[1:].sum(axis=0))},
            {"accumulate": _bias_from(lambda Delta, delta: Delta[1:].mean(axis=0))},
            {"accumulate": _bias_from(lambda Delta, delta: Delta[1:].mean())},
            {"accumulate": _bias_from(lambda Delta, delta: Delta[1:].sum())},
        ),
        equation="Delta_b^(l) = sum over samples of [[delta^(l+1)]]",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The weights' gradient is right, that of the biases is a sum or a mean of it.",
            cause="The biases' gradient is computed from the weights' gradient, not from delta.",
            hint="A bias multiplies 1. Which variable stands beside that 1 in your line?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；偏置的梯度是权重梯度的和或平均。",
            cause="偏置的梯度是由权重的梯度算出来的，而不是由 delta 算的。",
            hint="偏置乘的是 1。在你那一行里，与这个 1 相乘的是哪个变量？",
        ),
    ),
    Mutation(
        "bias-not-averaged",
        half="gradient",
        place="Theta",
        variants=({"average": _averaged(1.0)},),
        equation="D_b^(l) = [[1/m]] sum over samples of delta^(l+1)",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The weights' gradient is right; that of the biases is m times too large.",
            cause="The 1/m is missing in the biases' gradient: a sum where the mean belongs.",
            hint="Both gradients are means over the samples. Which of your two lines divides?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；偏置的梯度大了 m 倍。",
            cause="偏置的梯度漏了 1/m：该取平均，却只求了和。",
            hint="两个梯度都是对样本取的平均。你那两行里，哪一行除了 m？",
        ),
    ),
    Mutation(
        "bias-averaged-twice",
        half="gradient",
        place="Theta",
        variants=({"average": _averaged(-1.0)},),
        equation="D_b^(l) = 1/m sum over samples of delta^(l+1) [[(once over m)]]",
        line="grad_b = delta.sum(axis=0)  # where delta is divided by m already",
        en=Description(
            symptom="The weights' gradient is right; that of the biases is m times too small.",
            cause="The biases' gradient is divided by m twice: a mean of what is divided by m "
            "already.",
            hint="Is delta divided by m already? Then what does np.mean do to it?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；偏置的梯度只有正确值的 1/m。",
            cause="偏置的梯度除了两次 m：delta 已经除过，又取了一次平均。",
            hint="delta 是不是已经除过 m 了？那么 np.mean 又对它做了什么？",
        ),
    ),
)
