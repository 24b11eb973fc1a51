"""Mistakes in z = Theta [1; a]: the number of samples, the bias unit, Theta. J is wrong, too."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, ones
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.network.architecture import Array

__all__ = ["WEIGHTED"]


def _columns(extra: int) -> Change:
    return lambda step, p: float(p.probe.X.shape[1] + extra)


def _zero_bias(step: Step, p: Pass, l: int, *a: Array) -> Array:
    unit: Array = step(p, l, *a).copy()  # (m, s_l + 1)
    unit[:, 0] = 0
    return unit


def _minus_bias(step: Step, p: Pass, l: int, *a: Array) -> Array:
    unit: Array = step(p, l, *a).copy()  # (m, s_l + 1)
    unit[:, 0] *= -1
    return unit


def _bias_behind(step: Step, p: Pass, l: int, *a: Array) -> Array:
    """``[a; 1]``, where ``[1; a]`` is meant."""
    activation = a[0] if a else p.a[l]
    return np.hstack([activation, ones(activation)])  # (m, s_l + 1)


def _flow_keeps_first(step: Step, p: Pass, l: int, delta: Array) -> Array:
    return delta @ p.B[l][:-1].T  # (m, s_l)


def _transposed(step: Step, p: Pass, l: int, unit: Array) -> Array:
    W = p.B[l][1:]
    if W.shape[0] != W.shape[1]:
        return step(p, l, unit)
    return np.asarray(unit[:, :1] @ p.B[l][:1] + unit[:, 1:] @ W.T)  # (m, s_{l+1})


WEIGHTED: tuple[Mutation, ...] = (
    Mutation(
        "m-is-columns",
        half="forward",
        place="all",
        variants=({"rows": _columns(0)}, {"rows": _columns(1)}),
        equation="m = [[the number of rows of X]]",
        line="m = X.shape[0]",
        en=Description(
            symptom="Cost and gradient are both off, by a factor that changes with the number of "
            "samples.",
            cause="m is taken from the wrong axis of X: the number of features, not of samples.",
            hint="Print m and X.shape. Which axis counts the samples?",
        ),
        zh=Description(
            symptom="代价和梯度都不对，而且相差的倍数随样本数而变。",
            cause="m 取错了 X 的维度：取成了特征的个数，而不是样本的个数。",
            hint="打印 m 和 X.shape。哪一个维度才是样本？",
        ),
    ),
    Mutation(
        "forward-no-bias",
        half="forward",
        place="Theta",
        variants=({"unit": _zero_bias}, {"unit": _zero_bias, "unit_back": _zero_bias}),
        equation="z^(l+1) = Theta^(l) [[[1;]] a^(l)]",
        line="z = np.column_stack([np.ones(m), a]) @ Theta.T",
        en=Description(
            symptom="Cost and gradient are both slightly wrong; with the biases set to 0 they "
            "would be right.",
            cause="The bias unit is missing in forward propagation: the column of biases in Theta "
            "has no effect.",
            hint="Every unit but those of the output layer is joined by one that is always 1. What "
            "multiplies the first column of Theta?",
        ),
        zh=Description(
            symptom="代价和梯度都差一点；如果偏置全是 0，就都对了。",
            cause="前向传播漏了偏置单元：Theta 中的偏置那一列不起作用。",
            hint="除输出层外，每一层都要添上一个恒为 1 的单元。Theta 的第一列究竟乘以什么？",
        ),
    ),
    Mutation(
        "forward-bias-last",
        half="forward",
        place="Theta",
        variants=(
            {"unit": _bias_behind, "unit_back": _bias_behind},
            {"unit": _bias_behind, "unit_back": _bias_behind, "flow": _flow_keeps_first},
            {"unit": _bias_behind},
        ),
        equation="z^(l+1) = Theta^(l) [[[1; a^(l)]]]",
        line="z = np.column_stack([np.ones(m), a]) @ Theta.T",
        en=Description(
            symptom="Cost and gradient are both wrong, and no shape gives it away.",
            cause="The column of ones is put behind the activations; Theta has its bias in front.",
            hint="Column 0 of Theta meets column 0 of the activations. What stands there?",
        ),
        zh=Description(
            symptom="代价和梯度都不对，而形状完全看不出问题。",
            cause="那一列 1 拼在了激活值的后面，而 Theta 的偏置在最前面。",
            hint="Theta 的第 0 列与激活值的第 0 列相乘。那里放的是什么？",
        ),
    ),
    Mutation(
        "forward-transposed",
        half="forward",
        place="Theta",
        variants=({"weighted": _transposed},),
        fits=lambda network: any(rows - 1 == columns for rows, columns in network.block_shapes),
        equation="z^(l+1) = [[Theta^(l)]] [1; a^(l)]",
        line="z = np.column_stack([np.ones(m), a]) @ Theta.T",
        en=Description(
            symptom="No error of shapes, since the layer is square, but cost and gradient are "
            "wrong.",
            cause="Theta is used transposed in forward propagation.",
            hint="Row i of Theta belongs to unit i of the next layer. Try layers of different "
            "sizes: then the shapes will tell.",
        ),
        zh=Description(
            symptom="因为这一层是方阵，形状上不会报错，但代价和梯度都不对。",
            cause="前向传播中 Theta 用成了它的转置。",
            hint="Theta 的第 i 行属于下一层的第 i 个单元。把各层大小改得互不相同，形状自己就会报"
            "错。",
        ),
    ),
    Mutation(
        "m-is-size",
        half="forward",
        place="all",
        variants=({"rows": lambda step, p: float(p.probe.X.size)},),
        fits=lambda network: network.n_inputs > 1,
        equation="m = [[the number of rows of X]]",
        line="m = X.shape[0]",
        en=Description(
            symptom="Cost and gradient are both too small, by the number of features.",
            cause="m is the number of all entries of X: samples times features.",
            hint="Print m. How many rows has X?",
        ),
        zh=Description(
            symptom="代价和梯度都偏小，相差的倍数正好是特征的个数。",
            cause="m 取成了 X 的元素总数，即样本数乘以特征数。",
            hint="打印 m。X 有几行？",
        ),
    ),
    Mutation(
        "forward-bias-sign",
        half="forward",
        place="Theta",
        variants=({"unit": _minus_bias}, {"unit": _minus_bias, "unit_back": _minus_bias}),
        equation="z^(l+1) = W^(l) a^(l) [[+]] b^(l)",
        line="z = a @ W.T + b",
        en=Description(
            symptom="Cost and gradient are both wrong; with the biases set to 0 they would be "
            "right.",
            cause="The bias is subtracted in forward propagation where it should be added.",
            hint="Should z go up or down when the bias goes up?",
        ),
        zh=Description(
            symptom="代价和梯度都不对；如果偏置全是 0，就都对了。",
            cause="前向传播中偏置应当加上，却被减掉了。",
            hint="偏置变大时，z 应当变大还是变小？",
        ),
    ),
)
