"""Mistakes in Delta, the sum over the samples."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, with_bias
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import curved
from clearprop.network.architecture import Array

__all__ = ["ACCUMULATION"]


def _one_sample(which: slice) -> Change:
    return lambda step, p, l, unit, delta: step(p, l, unit[which], delta[which])


def _z_for_a(step: Step, p: Pass, l: int) -> Array:
    return with_bias(p.z[l])  # (m, s_l + 1)


def _no_bias_back(step: Step, p: Pass, l: int) -> Array:
    unit: Array = step(p, l).copy()  # (m, s_l + 1)
    unit[:, 0] = 0
    return unit


def _bias_total(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
    """np.sum(delta) without an axis: every unit gets the sum of all."""
    Delta: Array = step(p, l, unit, delta).copy()  # (s_l + 1, s_{l+1})
    Delta[0] = Delta[0].sum()
    return Delta


def _elementwise(across: bool) -> Change:
    """delta * a is broadcast, where their outer product is meant. The sizes happen to agree."""

    def change(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
        if unit.shape[1] != delta.shape[1]:
            return step(p, l, unit, delta)
        product = (unit * delta).sum(axis=0)  # (s_l + 1,)
        shape = p.B[l].shape
        return np.broadcast_to(product[:, None] if across else product[None, :], shape)

    return change


ACCUMULATION: tuple[Mutation, ...] = (
    Mutation(
        "accumulate-last-sample",
        half="gradient",
        place="Theta",
        variants=({"accumulate": _one_sample(slice(-1, None))},),
        equation="Delta^(l) = [[Delta^(l) +]] delta^(l+1) a^(l)'",
        line="Delta += np.outer(delta, a)",
        en=Description(
            symptom="The gradient is right for a single sample, and about m times too small for "
            "many.",
            cause="Only the last sample counts: Delta is set anew in the loop and not added to.",
            hint="Print Delta in every turn of the loop. Does it gather anything?",
        ),
        zh=Description(
            symptom="只有一个样本时梯度是对的；样本多了，大约只有正确值的 1/m。",
            cause="只算了最后一个样本：循环中 Delta 每次都被重新赋值，而没有累加。",
            hint="在循环里每次都打印 Delta。它在累积吗？",
        ),
    ),
    Mutation(
        "accumulate-first-sample",
        half="gradient",
        place="Theta",
        variants=({"accumulate": _one_sample(slice(0, 1))},),
        equation="Delta^(l) = [[sum over i = 1..m of]] delta_i^(l+1) a_i^(l)'",
        line="Delta = sum(np.outer(delta[i], a[i]) for i in range(m))",
        en=Description(
            symptom="The gradient is right for a single sample, and about m times too small for "
            "many.",
            cause="Only the first sample counts: the loop ends too early, or an index stays where "
            "it is.",
            hint="How often does your loop run, and what changes from turn to turn?",
        ),
        zh=Description(
            symptom="只有一个样本时梯度是对的；样本多了，大约只有正确值的 1/m。",
            cause="只算了第一个样本：循环过早结束，或者下标一直没有变。",
            hint="循环一共跑了几次？每次之间什么在变？",
        ),
    ),
    Mutation(
        "accumulate-z",
        half="gradient",
        place="inner Theta",
        variants=({"unit_back": _z_for_a},),
        fits=curved,
        equation="Delta^(l) = Delta^(l) + delta^(l+1) [[a^(l)]]'",
        line="Delta += np.outer(delta, np.r_[1, a])",
        en=Description(
            symptom="The biases' gradient is right, that of the weights is wrong (from Theta^(2) "
            "on).",
            cause="Delta is accumulated with z where the activation a belongs.",
            hint="A weight is blamed in proportion to what it was sent. Which number did the layer "
            "send on?",
        ),
        zh=Description(
            symptom="从 Theta^(2) 起，偏置的梯度是对的，权重的不对。",
            cause="累加 Delta 时该用激活值 a，却用了 z。",
            hint="权重的责任与它收到的输入成正比。这一层送出去的是哪个数？",
        ),
    ),
    Mutation(
        "accumulate-no-bias",
        half="gradient",
        place="Theta",
        variants=({"unit_back": _no_bias_back},),
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
        variants=({"accumulate": _bias_total},),
        fits=lambda network: max(network.layer_sizes[1:]) > 1,
        equation="Delta_b^(l) = sum over [[samples only]] of delta^(l+1)",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The weights' gradient is right; all biases of a layer get the same number.",
            cause="The errors are summed over units as well as samples: a sum without an axis.",
            hint="Every unit has a bias of its own. Along which axis must the sum run?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；同一层所有偏置的梯度却是同一个数。",
            cause="误差不但对样本求了和，对单元也求了和：求和时没有指定轴。",
            hint="每个单元都有自己的偏置。求和应当沿哪个轴？",
        ),
    ),
    Mutation(
        "accumulate-elementwise",
        half="gradient",
        place="Theta",
        variants=({"accumulate": _elementwise(False)}, {"accumulate": _elementwise(True)}),
        fits=lambda network: any(rows == columns for rows, columns in network.block_shapes),
        equation="Delta^(l) = Delta^(l) + delta^(l+1) [[*]] a^(l)' (a matrix product)",
        line="Delta += np.outer(delta, np.r_[1, a])",
        en=Description(
            symptom="All rows (or all columns) of a gradient are the same, and no shape complains.",
            cause="delta and a are multiplied element by element, where every delta should meet "
            "every a.",
            hint="How many weights lie between the two layers? How many products does your line "
            "form?",
        ),
        zh=Description(
            symptom="梯度的各行（或各列）全都一样，而形状没有报错。",
            cause="delta 与 a 逐元素相乘了，而每个 delta 本应与每个 a 都相乘。",
            hint="这两层之间有多少个权重？你那一行一共做了多少个乘积？",
        ),
    ),
)
