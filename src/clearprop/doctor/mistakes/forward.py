"""Mistakes in forward propagation. Both J and the gradient are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, ones, slope_of
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import cost_in, multilayer
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import ACTIVATIONS, COSTS

__all__ = ["FORWARD"]


def _columns(extra: int) -> Change:
    return lambda step, p: float(p.probe.X.shape[1] + extra)


# -- The bias unit and Theta -----------------------------------------------------------------------


def _zero_bias(step: Step, p: Pass, l: int, *a: Array) -> Array:
    unit: Array = step(p, l, *a).copy()  # (m, s_l + 1)
    unit[:, 0] = 0
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


# -- Activations of hidden layers ------------------------------------------------------------------


def _activation(name: str) -> Change:
    def change(step: Step, p: Pass, l: int, z: Array) -> Array:
        return ACTIVATIONS[name].f(np, z) if l < p.L else step(p, l, z)

    return change


def _slope(name: str) -> Change:
    return lambda step, p, l: slope_of(name, p.z[l], p.a[l])


def _stated_slope(step: Step, p: Pass, l: int) -> Array:
    a = ACTIVATIONS[p.network.activation].f(np, p.z[l])
    return slope_of(p.network.activation, p.z[l], a)


def _swapped(name: str) -> tuple[Mapping[str, Change], ...]:
    """Another activation than the stated one, with its own slope or with the stated one's."""
    return (
        {"activate": _activation(name), "slope": _slope(name)},
        {"activate": _activation(name)},
        {"activate": _activation(name), "slope": _stated_slope},
    )


def _is_not(name: str) -> Callable[[Network], bool]:
    return lambda network: multilayer(network) and network.activation != name


def _sigmoid_of_minus(step: Step, p: Pass, l: int, z: Array) -> Array:
    return step(p, l, -z)


def _twice(step: Step, p: Pass, l: int, z: Array) -> Array:
    return step(p, l, step(p, l, z))


# -- The output ------------------------------------------------------------------------------------


def _output(function: Callable[[Array], Array]) -> Change:
    """Another function of z in the output layer."""

    def change(step: Step, p: Pass, l: int, z: Array) -> Array:
        return function(z) if l == p.L else step(p, l, z)

    return change


def _output_of(cost: str) -> Change:
    return _output(lambda z: COSTS[cost].h(np, z))


def _softmax_over(axis: int | None) -> Change:
    """A softmax whose sum runs over samples (axis 0), or over all numbers (None)."""

    def softmax(z: Array) -> Array:
        e = np.exp(z - z.max())
        return np.asarray(e / e.sum(axis=axis))

    return _output(softmax)


def _stated_slope_output(step: Step, p: Pass) -> Array:
    g = 1 / (1 + np.exp(-p.z[p.L]))
    return g * (1 - g)


FORWARD: tuple[Mutation, ...] = (
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
        "forward-no-activation",
        half="forward",
        place="hidden",
        variants=_swapped("identity"),
        fits=_is_not("identity"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = sigmoid(z)",
        en=Description(
            symptom="The cost is wrong, often much too large: the network is linear up to its "
            "output.",
            cause="The activation function is not applied in a hidden layer: a is z.",
            hint="What happens between z and a?",
        ),
        zh=Description(
            symptom="代价不对，往往大得多：网络直到输出层都是线性的。",
            cause="隐藏层没有用激活函数：a 就等于 z。",
            hint="从 z 到 a 之间，还应该做什么？",
        ),
    ),
    Mutation(
        "forward-sigmoid",
        half="forward",
        place="hidden",
        variants=_swapped("sigmoid"),
        fits=_is_not("sigmoid"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = g(z)",
        en=Description(
            symptom="Cost and gradient are both wrong, although each step looks right.",
            cause="The hidden layer uses the sigmoid; another activation was stated.",
            hint="Compare the activation in your code with the one you named with --activation.",
        ),
        zh=Description(
            symptom="每一步看上去都对，代价和梯度却都不对。",
            cause="隐藏层用的是 sigmoid，而声明的是另一种激活函数。",
            hint="把代码中的激活函数与 --activation 指定的比一比。",
        ),
    ),
    Mutation(
        "forward-tanh",
        half="forward",
        place="hidden",
        variants=_swapped("tanh"),
        fits=_is_not("tanh"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = g(z)",
        en=Description(
            symptom="Cost and gradient are both wrong, although each step looks right.",
            cause="The hidden layer uses tanh; another activation was stated.",
            hint="Compare the activation in your code with the one you named with --activation.",
        ),
        zh=Description(
            symptom="每一步看上去都对，代价和梯度却都不对。",
            cause="隐藏层用的是 tanh，而声明的是另一种激活函数。",
            hint="把代码中的激活函数与 --activation 指定的比一比。",
        ),
    ),
    Mutation(
        "forward-relu",
        half="forward",
        place="hidden",
        variants=_swapped("relu"),
        fits=_is_not("relu"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = g(z)",
        en=Description(
            symptom="Cost and gradient are both wrong, although each step looks right.",
            cause="The hidden layer uses ReLU; another activation was stated.",
            hint="Compare the activation in your code with the one you named with --activation.",
        ),
        zh=Description(
            symptom="每一步看上去都对，代价和梯度却都不对。",
            cause="隐藏层用的是 ReLU，而声明的是另一种激活函数。",
            hint="把代码中的激活函数与 --activation 指定的比一比。",
        ),
    ),
    Mutation(
        "forward-exponent-sign",
        half="forward",
        place="layer",
        variants=({"activate": _sigmoid_of_minus},),
        fits=lambda network: (
            network.activation == "sigmoid" and network.cost in ("logistic", "quadratic")
        ),
        equation="g(z) = 1 / (1 + e^[[-]]z)",
        line="g = 1 / (1 + np.exp(-z))",
        en=Description(
            symptom="The network predicts the opposite: large z gives an activation near 0.",
            cause="The sigmoid has the wrong sign in its exponent: 1 / (1 + e^z).",
            hint="What should the sigmoid of a large positive number be? Try sigmoid(10).",
        ),
        zh=Description(
            symptom="网络的预测正好相反：z 很大时，激活值反而接近 0。",
            cause="sigmoid 的指数写错了符号：写成了 1 / (1 + e^z)。",
            hint="一个很大的正数，它的 sigmoid 应该接近几？算一算 sigmoid(10)。",
        ),
    ),
    Mutation(
        "forward-activation-twice",
        half="forward",
        place="layer",
        variants=(
            {"activate": _twice},
            {
                "activate": _twice,
                "slope": _stated_slope,
                "slope_output": _stated_slope_output,
            },
        ),
        fits=lambda network: (
            network.activation in ("sigmoid", "tanh") and network.cost in ("logistic", "quadratic")
        ),
        equation="a^(l) = g([[z^(l)]])",
        line="a = sigmoid(z)",
        en=Description(
            symptom="All activations are huddled in a narrow range (0.5 to 0.73 for the sigmoid).",
            cause="The activation function is applied twice.",
            hint="Follow one number from z to the next layer. How often does it pass through g?",
        ),
        zh=Description(
            symptom="所有激活值都挤在很窄的范围内（sigmoid 的话是 0.5 到 0.73）。",
            cause="激活函数用了两次。",
            hint="盯住一个数，从 z 一直跟到下一层。它一共经过了几次 g？",
        ),
    ),
    Mutation(
        "forward-softmax-axis",
        half="forward",
        place="output",
        variants=({"activate": _softmax_over(axis=0)}, {"activate": _softmax_over(axis=None)}),
        fits=cost_in("softmax"),
        equation="h_k = e^(z_k) / [[sum_j]] e^(z_j)",
        line="h = e / e.sum(axis=1, keepdims=True)",
        en=Description(
            symptom="The outputs of one sample do not add up to 1, and the cost depends on the "
            "other samples.",
            cause="The softmax is normalised over the wrong axis: over samples, where it must be "
            "over classes.",
            hint="The outputs of each sample are probabilities. Along which axis do they have to "
            "add up to 1?",
        ),
        zh=Description(
            symptom="同一个样本的各个输出加起来不等于 1，代价还会受其他样本影响。",
            cause="softmax 归一化的方向错了：应当对类别归一化，而不是对样本。",
            hint="每个样本的各个输出是概率。应当沿哪个轴加起来等于 1？",
        ),
    ),
    Mutation(
        "forward-output-sigmoid",
        half="forward",
        place="output",
        variants=({"activate": _output_of("logistic")},),
        fits=cost_in("softmax", "squared"),
        equation="h = [[g_out]](z^(L))",
        line="h = softmax(z)",
        en=Description(
            symptom="The outputs are each between 0 and 1 and do not behave as the stated cost "
            "expects.",
            cause="The output layer uses the sigmoid; the stated cost goes with another output.",
            hint="Which output belongs to this cost: sigmoid, softmax, or z itself?",
        ),
        zh=Description(
            symptom="每个输出都在 0 和 1 之间，却与声明的代价不相配。",
            cause="输出层用了 sigmoid，而声明的代价要求另一种输出。",
            hint="与这个代价配套的输出是哪一种：sigmoid、softmax，还是 z 本身？",
        ),
    ),
    Mutation(
        "forward-output-softmax",
        half="forward",
        place="output",
        variants=(
            {"activate": _output_of("softmax")},
            {"activate": _output_of("softmax"), "slope_output": _stated_slope_output},
        ),
        fits=lambda network: network.cost in ("logistic", "quadratic") and network.n_outputs > 1,
        equation="h = [[g]](z^(L))",
        line="h = sigmoid(z)",
        en=Description(
            symptom="The outputs of a sample always add up to 1, which independent units need not "
            "do.",
            cause="The output layer uses the softmax; the stated cost has independent sigmoid "
            "units.",
            hint="Which output belongs to this cost? With --cost softmax this might be just right.",
        ),
        zh=Description(
            symptom="每个样本的输出加起来总等于 1，而各自独立的单元不必如此。",
            cause="输出层用了 softmax，而声明的代价要求各自独立的 sigmoid 单元。",
            hint="与这个代价配套的输出是哪一种？如果本来就想用 softmax，请指定 --cost softmax。",
        ),
    ),
    Mutation(
        "forward-output-linear",
        half="forward",
        place="output",
        variants=(
            {"activate": _output(lambda z: z)},
            {"activate": _output(lambda z: z), "slope_output": _stated_slope_output},
            {"activate": _output(lambda z: z), "slope_output": lambda step, p: np.ones_like(p.Y)},
        ),
        fits=cost_in("quadratic"),
        equation="h = [[g]](z^(L))",
        line="h = sigmoid(z)",
        en=Description(
            symptom="Outputs below 0 or above 1.",
            cause="The output layer has no activation: h is z.",
            hint="What does the last layer do to its z?",
        ),
        zh=Description(
            symptom="输出会小于 0，或者大于 1。",
            cause="输出层没有用激活函数：h 就等于 z。",
            hint="最后一层要对它的 z 做什么？",
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
)
