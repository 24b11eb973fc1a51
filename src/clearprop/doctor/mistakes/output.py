"""Mistakes in h, what the output layer makes of its z. J is wrong, too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import cost_in, slope_output_of_z
from clearprop.network.architecture import Array
from clearprop.network.costs import COSTS

__all__ = ["OUTPUT"]


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


def _top(z: Array) -> Array:
    return np.asarray(z.max(axis=1, keepdims=True))  # (m, 1)


def _total(e: Array) -> Array:
    return np.asarray(e.sum(axis=1, keepdims=True))  # (m, 1)


def _relu(z: Array) -> Array:
    return np.maximum(z, 0)


def _softmax_twice(step: Step, p: Pass, l: int, z: Array) -> Array:
    return step(p, l, step(p, l, z)) if l == p.L else step(p, l, z)


def _through_softmax(step: Step, p: Pass) -> Array:
    """The error of the outer softmax, taken back through the inner one."""
    inner, error = COSTS["softmax"].h(np, p.z[p.L]), step(p)  # (m, K)
    return np.asarray(inner * (error - (error * inner).sum(axis=1, keepdims=True)))


def _masked(step: Step, p: Pass) -> Array:
    return (p.a[p.L] - p.Y) * (p.z[p.L] > 0)  # (m, K)


OUTPUT: tuple[Mutation, ...] = (
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
            {"activate": _output_of("softmax"), "slope_output": slope_output_of_z},
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
            {"activate": _output(lambda z: z), "slope_output": slope_output_of_z},
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
        "forward-output-relu",
        half="forward",
        place="output",
        variants=(
            {"activate": _output(_relu)},
            {"activate": _output(_relu), "delta_output": _masked},
        ),
        fits=cost_in("quadratic", "squared"),
        equation="h = [[g_out]](z^(L))",
        line="h = z  # or sigmoid(z): what goes with the cost",
        en=Description(
            symptom="No output is ever below 0, and many are exactly 0.",
            cause="The output layer uses the ReLU; the stated cost goes with another output.",
            hint="Which values can your targets take, and which ones your outputs?",
        ),
        zh=Description(
            symptom="输出从来不小于 0，而且许多正好等于 0。",
            cause="输出层用了 ReLU，而声明的代价要求另一种输出。",
            hint="目标可能取哪些值？你的输出又可能取哪些值？",
        ),
    ),
    Mutation(
        "forward-softmax-shift",
        half="forward",
        place="output",
        variants=(
            {"activate": _output(lambda z: np.exp(z - _top(z)) / _total(np.exp(z)))},
            {"activate": _output(lambda z: np.exp(z) / _total(np.exp(z - _top(z))))},
            {"activate": _output(lambda z: np.exp(z - z.max()) / _total(np.exp(z)))},
            {"activate": _output(lambda z: np.exp(z) / _total(np.exp(z - z.max())))},
            {"activate": _output(lambda z: COSTS["softmax"].h(np, z - z.max(axis=0)))},
        ),
        fits=cost_in("softmax"),
        equation="h_k = e^(z_k - c) / sum_j e^(z_j - [[c]])   (c = max_j z_j)",
        line="e = np.exp(z - z.max(axis=1, keepdims=True)); h = e / e.sum(axis=1, keepdims=True)",
        en=Description(
            symptom="The outputs change when the largest z is subtracted, which they must not.",
            cause="The largest z is subtracted wrongly in the softmax: not above and below alike, "
            "or not the same number for all classes of a sample.",
            hint="Subtracting c cancels only if all z of a sample lose the same c. Which z lose "
            "which c in your line?",
        ),
        zh=Description(
            symptom="减去最大的 z 之后，输出变了，而它本不该变。",
            cause="softmax 里减最大值减错了：分子、分母没有都减，或者同一样本的各个类别减的不是同"
            "一个数。",
            hint="只有同一样本的所有 z 都减去同一个 c，c 才能约掉。你那一行里，哪个 z 减了哪个 c？",
        ),
    ),
    Mutation(
        "forward-softmax-not-normalised",
        half="forward",
        place="output",
        variants=(
            {"activate": _output(np.exp)},
            {"activate": _output(lambda z: np.exp(z - _top(z)))},
            {"activate": _output(lambda z: np.exp(z) / z.shape[1])},
        ),
        fits=cost_in("softmax"),
        equation="h_k = e^(z_k) [[/ sum_j e^(z_j)]]",
        line="h = e / e.sum(axis=1, keepdims=True)",
        en=Description(
            symptom="The outputs of one sample do not add up to 1; the cost may be negative.",
            cause="The softmax is not normalised: e^z is not divided by its sum over the classes.",
            hint="What do the outputs of one sample add up to?",
        ),
        zh=Description(
            symptom="同一个样本的各个输出加起来不等于 1；代价还可能是负的。",
            cause="softmax 没有归一化：e^z 没有除以对各类别的和。",
            hint="同一个样本的各个输出加起来等于多少？",
        ),
    ),
    Mutation(
        "forward-softmax-twice",
        half="forward",
        place="output",
        variants=(
            {"activate": _softmax_twice, "delta_output": _through_softmax},
            {"activate": _softmax_twice},
        ),
        fits=cost_in("softmax"),
        equation="h = softmax([[z^(L)]])",
        line="loss = F.cross_entropy(z, y)  # z, not softmax(z): the function holds a softmax",
        en=Description(
            symptom="All outputs stay close to 1/K, the cost close to log K, and learning is slow.",
            cause="The softmax is applied twice: the model ends in one, and the cost holds "
            "another.",
            hint="Does your cost expect probabilities, or the z of the last layer? Read its "
            "documentation.",
        ),
        zh=Description(
            symptom="所有输出都接近 1/K，代价接近 log K，学得很慢。",
            cause="softmax 用了两次：模型末尾有一个，代价函数里又有一个。",
            hint="你的代价函数要的是概率，还是最后一层的 z？查一查它的文档。",
        ),
    ),
)
