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


def _of_layer(offset: int) -> Change:
    """The activations of a neighbouring layer; mostly the gradient gets another shape."""

    def change(step: Step, p: Pass, l: int) -> Array:
        other = l + offset
        return with_bias(p.a[other]) if 1 <= other <= p.L else step(p, l)

    return change


def _where_it_fits(step: Step, p: Pass, l: int, D: Array) -> Array:
    return step(p, l, D) if D.shape == p.B[l].shape else D


def _of_unit(offset: int) -> Change:
    """Every weight gets the activation of the unit beside its own."""

    def change(step: Step, p: Pass, l: int) -> Array:
        unit = step(p, l)  # (m, s_l + 1)
        return np.hstack([unit[:, :1], np.roll(unit[:, 1:], offset, axis=1)])

    return change


def _bias_shifts(step: Step, p: Pass, l: int) -> Array:
    """An index into ``[1; a]`` where one into a is meant: weight k gets unit k - 1."""
    unit = step(p, l)  # (m, s_l + 1)
    return np.hstack([unit[:, :1], unit[:, :-1]])


def _weight(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
    """delta times the weight itself, where the activation is meant that came in through it."""
    back = p.B[l] * delta.sum(axis=0)  # (s_l + 1, s_{l+1})
    return np.vstack([step(p, l, unit, delta)[:1], back[1:]])


def _turned(step: Step, p: Pass, l: int, unit: Array, delta: Array) -> Array:
    Delta = step(p, l, unit, delta)  # (s_l + 1, s_{l+1})
    n_inputs, n_units = Delta[1:].shape
    return np.vstack([Delta[:1], Delta[1:].T]) if n_inputs == n_units else Delta


def _nothing(step: Step, p: Pass, l: int, D: Array) -> Array:
    return np.zeros_like(step(p, l, D))


def _no_weights(step: Step, p: Pass, l: int, D: Array) -> Array:
    D = step(p, l, D)  # (s_l + 1, s_{l+1})
    return np.vstack([D[:1], np.zeros_like(D[1:])])


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
    Mutation(
        "accumulate-other-layer",
        half="gradient",
        place="Theta",
        variants=(
            {"unit_back": _of_layer(1), "regularize": _where_it_fits},
            {"unit_back": _of_layer(-1), "regularize": _where_it_fits},
        ),
        everywhere=frozenset({"regularize"}),
        resizes=True,
        equation="Delta^(l) = Delta^(l) + delta^(l+1) [[a^(l)]]'",
        line="D2 = delta3.T @ a2 / m",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is wrong, or has the wrong "
            "shape.",
            cause="Delta is accumulated with the activations of another layer.",
            hint="A weight of Theta^(l) leads from layer l to layer l + 1. Which a comes in, and "
            "which delta goes with it?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；权重的梯度不对，或者形状不对。",
            cause="累加 Delta 时用了别的层的激活值。",
            hint="Theta^(l) 的权重从第 l 层通向第 l + 1 层。进来的是哪一层的 a？与它相配的是哪个 "
            "delta？",
        ),
    ),
    Mutation(
        "accumulate-wrong-unit",
        half="gradient",
        place="Theta",
        variants=(
            {"unit_back": _of_unit(1)},
            {"unit_back": _of_unit(-1)},
            {"unit_back": _bias_shifts},
        ),
        fits=lambda network: min(network.layer_sizes[:-1]) > 2,
        equation="dJ/dTheta_jk = delta_j a_[[k]]",
        line="grad[j, k] += delta[j] * a[k]",
        en=Description(
            symptom="The biases' gradient is right; that of each weight looks like that of its "
            "neighbour.",
            cause="A weight's gradient is accumulated with the activation of the unit beside its "
            "own.",
            hint="With the bias unit in front, a_1 stands at index 1; without it at index 0. Which "
            "one does your loop count?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；每个权重的梯度却像是它邻居的。",
            cause="累加权重的梯度时，用的是旁边那个单元的激活值。",
            hint="前面有偏置单元时，a_1 的下标是 1；没有时是 0。你的循环数的是哪一种？",
        ),
    ),
    Mutation(
        "accumulate-weight",
        half="gradient",
        place="Theta",
        variants=({"accumulate": _weight},),
        equation="Delta^(l) = Delta^(l) + delta^(l+1) [[a^(l)]]'",
        line="dw = delta * a",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is a multiple of the "
            "weights themselves.",
            cause="delta is multiplied by the weight, where the input belongs that comes in "
            "through it.",
            hint="z = w a + b. What is the derivative of z by w?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；权重的梯度却是权重本身的若干倍。",
            cause="delta 乘的是权重本身，而应当乘经过这个权重进来的输入。",
            hint="z = w a + b。z 对 w 的导数是什么？",
        ),
    ),
    Mutation(
        "accumulate-transposed",
        half="gradient",
        place="Theta",
        variants=({"accumulate": _turned},),
        fits=lambda network: any(rows - 1 == columns > 1 for rows, columns in network.block_shapes),
        equation="Delta^(l) = Delta^(l) + [[delta^(l+1) a^(l)']]",
        line="Delta += np.outer(delta, a)",
        en=Description(
            symptom="The gradient of a square matrix holds the right numbers, rows and columns "
            "exchanged.",
            cause="delta and a are the wrong way round in the outer product.",
            hint="Row i of Theta belongs to unit i of the next layer. Whose delta stands in row i "
            "of your Delta? Try layers of different sizes.",
        ),
        zh=Description(
            symptom="方阵的梯度里数都对，行和列却颠倒了。",
            cause="外积里 delta 和 a 的次序反了。",
            hint="Theta 的第 i 行属于下一层的第 i 个单元。你的 Delta 第 i 行是谁的 delta？把各层大"
            "小改得互不相同再试。",
        ),
    ),
    Mutation(
        "gradient-zero",
        half="gradient",
        place="Theta",
        variants=({"finish": _nothing}, {"finish": _no_weights}, {"average": _nothing}),
        asked="gradient",
        equation="D^(l) = [[1/m Delta^(l) + lambda/m Theta^(l)]]",
        line="D2 = Delta2 / m",
        en=Description(
            symptom="A block of the gradient is 0 in every entry.",
            cause="The gradient of this block is never computed, or never stored.",
            hint="Follow the variable that you return, from its zeros to its last assignment. "
            "Which line fills it?",
        ),
        zh=Description(
            symptom="梯度有一块全是 0。",
            cause="这一块的梯度没有算，或者算了没有存下来。",
            hint="跟着你返回的那个变量，从全零开始，一直看到最后一次赋值。是哪一行给它填的数？",
        ),
    ),
)
