"""Mistakes in the cost without its penalty: its terms, and its mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, per_output
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import cost_in, many_outputs, of_classes
from clearprop.network.architecture import Array
from clearprop.network.samples import NUMBER_COSTS

__all__ = ["COST"]


def _terms(formula: Callable[[Array, Array], Array]) -> Change:
    """Other terms of each output: `formula` gets h and Y, ``(m, K)``."""
    return lambda step, p: formula(p.a[p.L], p.Y)


def _some_samples(which: slice) -> Change:
    return lambda step, p, terms: step(p, terms[which])


def _one_output(k: int) -> Change:
    return lambda step, p: step(p)[:, k]


def _product(step: Step, p: Pass) -> Array:
    """All entries of Y' log h are added up, where only those of the diagonal are meant."""
    h, Y = p.a[p.L], p.Y
    total = -(Y.T @ np.log(h)).sum()
    if p.network.cost == "logistic":
        total = total - ((1 - Y).T @ np.log(1 - h)).sum()
    return np.asarray(total)


def _product_of_samples(step: Step, p: Pass) -> Array:
    h, Y = p.a[p.L], p.Y
    total = -(Y @ np.log(h).T).sum()
    if p.network.cost == "logistic":
        total = total - ((1 - Y) @ np.log(1 - h).T).sum()
    return np.asarray(total)


def _other_cost(name: str) -> Change:
    def change(step: Step, p: Pass) -> Array:
        if name == p.network.cost or (name == "logistic" and p.network.cost in NUMBER_COSTS):
            return step(p)
        return per_output(name, p.a[p.L], p.Y)

    return change


COST: tuple[Mutation, ...] = (
    Mutation(
        "cost-not-averaged",
        half="cost",
        place="cost",
        variants=(
            {"data_cost": lambda step, p, terms: terms.sum()},
            {"cost": lambda step, p, data, penalty: p.m * step(p, data, penalty)},
        ),
        equation="J = [[1/m]] sum_i sum_k (...) + lambda/(2m) sum Theta^2",
        line="J = terms.sum() / m",
        en=Description(
            symptom="The cost grows with the number of samples.",
            cause="The 1/m is missing in the cost.",
            hint="J is a mean over the samples. What happens to yours if every sample comes twice?",
        ),
        zh=Description(
            symptom="样本越多，代价越大。",
            cause="代价中漏了 1/m。",
            hint="J 是对所有样本取的平均。如果每个样本都重复一遍，你的 J 会怎样变？",
        ),
    ),
    Mutation(
        "cost-averaged-over-outputs",
        half="cost",
        place="cost",
        variants=(
            {"data_cost": lambda step, p, terms: step(p, terms) / p.network.n_outputs},
            {"cost": lambda step, p, data, penalty: step(p, data, penalty) / p.network.n_outputs},
        ),
        fits=many_outputs,
        equation="J = 1/m sum_i [[sum_k]] (...)",
        line="J = terms.sum() / m",
        en=Description(
            symptom="The cost is K times too small.",
            cause="The mean is taken over all outputs of all samples; the outputs of a sample must "
            "be summed.",
            hint="How many numbers does your mean divide by: m, or m times K?",
        ),
        zh=Description(
            symptom="代价只有正确值的 1/K。",
            cause="对所有样本的所有输出一起取了平均；同一个样本的各个输出应当相加。",
            hint="你的平均除以了几个数：m 个，还是 m 乘 K 个？",
        ),
    ),
    Mutation(
        "cost-sign",
        half="cost",
        place="cost",
        variants=(
            {"data_cost": lambda step, p, terms: -step(p, terms)},
            {"cost": lambda step, p, data, penalty: -step(p, data, penalty)},
        ),
        equation="J = [[-]] 1/m sum_i sum_k [y log h + (1 - y) log(1 - h)]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The cost is negative, and training makes it ever more so.",
            cause="The minus in front of the sum is missing in the cost.",
            hint="The logarithm of a probability is negative. Should a cost be?",
        ),
        zh=Description(
            symptom="代价是负的，而且越训练越负。",
            cause="代价的求和号前面漏了负号。",
            hint="概率的对数是负数。代价应该是负的吗？",
        ),
    ),
    Mutation(
        "cost-matrix-product",
        half="cost",
        place="cost",
        variants=({"per_output": _product}, {"per_output": _product_of_samples}),
        fits=of_classes,
        equation="J = -1/m sum_i sum_k [y_k [[.*]] log h_k + ...]",
        line="J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m",
        en=Description(
            symptom="The cost is far too large, the more so the more samples or classes there are.",
            cause="Y and log h are multiplied as matrices and all is summed: every sample meets "
            "every other one.",
            hint="Only y and h of the same sample and the same class belong together. Which "
            "product does that?",
        ),
        zh=Description(
            symptom="代价大得离谱，样本或类别越多越离谱。",
            cause="Y 与 log h 做了矩阵乘法，再把所有元素加起来：每个样本都与其他所有样本混在了一"
            "起。",
            hint="只有同一个样本、同一个类别的 y 和 h 才该相乘。应该用哪一种乘法？",
        ),
    ),
    Mutation(
        "cost-last-sample",
        half="cost",
        place="cost",
        variants=({"data_cost": _some_samples(slice(-1, None))},),
        equation="J = 1/m [[sum_i]] sum_k (...)",
        line="J += terms[i].sum()",
        en=Description(
            symptom="The cost is about m times too small and depends on one sample alone.",
            cause="Only the last sample is counted: J is set anew in the loop and not added to.",
            hint="Print J in every turn of the loop. Does it grow?",
        ),
        zh=Description(
            symptom="代价大约只有正确值的 1/m，而且只取决于一个样本。",
            cause="只算了最后一个样本：循环中 J 每次都被重新赋值，而没有累加。",
            hint="在循环里每次都打印 J。它在增加吗？",
        ),
    ),
    Mutation(
        "cost-one-output",
        half="cost",
        place="cost",
        variants=({"per_output": _one_output(0)}, {"per_output": _one_output(-1)}),
        fits=many_outputs,
        equation="J = 1/m sum_i [[sum_k]] (...)",
        line="J = terms.sum() / m",
        en=Description(
            symptom="The cost is too small and does not change with most of the output units.",
            cause="Only one of the output units is counted in the cost.",
            hint="How many output units has each sample? Over what does your sum run?",
        ),
        zh=Description(
            symptom="代价偏小，而且改变大多数输出单元，它都纹丝不动。",
            cause="代价只算了一个输出单元。",
            hint="每个样本有几个输出单元？你的求和一共加了几项？",
        ),
    ),
    Mutation(
        "cost-other-kind",
        half="cost",
        place="cost",
        variants=(
            {"per_output": _other_cost("quadratic")},
            {"per_output": _other_cost("logistic")},
        ),
        fits=cost_in("logistic", "softmax", "quadratic", "huber", "quantile"),
        equation="J = 1/m sum_i sum_k [[J_k]]",
        line="J = cost(h, Y).sum() / m",
        en=Description(
            symptom="The cost is wrong, and the gradient is not its derivative although every line "
            "of it looks right.",
            cause="This is another cost than the stated one (squares in place of logarithms, or "
            "the reverse).",
            hint="Compare the formula in your code with the cost you named with --cost.",
        ),
        zh=Description(
            symptom="代价不对；梯度的每一行看上去都对，却不是这个代价的导数。",
            cause="写的是另一种代价，不是声明的那一种（该用对数的用了平方，或者反过来）。",
            hint="把代码里的公式与 --cost 指定的代价比一比。",
        ),
    ),
    Mutation(
        "cost-half-missing",
        half="cost",
        place="cost",
        variants=({"per_output": lambda step, p: 2 * step(p)},),
        fits=cost_in("quadratic", "squared"),
        equation="J = 1/m sum_i [[1/2]] sum_k (h - y)^2",
        line="J = 0.5 * ((h - Y) ** 2).sum() / m",
        en=Description(
            symptom="The cost is twice what it should be; the gradient is right.",
            cause="The 1/2 in front of the squares is missing.",
            hint="Take the derivative of your cost by h. Does the gradient in your code have that "
            "factor 2?",
        ),
        zh=Description(
            symptom="代价是正确值的两倍，梯度却是对的。",
            cause="平方项前面漏了 1/2。",
            hint="把你的代价对 h 求导。代码里的梯度有那个因子 2 吗？",
        ),
    ),
    Mutation(
        "cost-halved",
        half="cost",
        place="cost",
        variants=({"per_output": lambda step, p: step(p) / 2},),
        equation="J = -1/[[m]] sum_i sum_k [y log h + (1 - y) log(1 - h)]",
        line="J = terms.sum() / m",
        en=Description(
            symptom="The part of the cost without lambda is half of what it should be.",
            cause="The data term of the cost carries a 1/2 too much (a 1/(2m) in place of 1/m).",
            hint="The 2 belongs to lambda/(2m). Does it belong to this term too?",
        ),
        zh=Description(
            symptom="除去正则项，代价只有正确值的一半。",
            cause="代价的数据项多乘了 1/2（把 1/m 写成了 1/(2m)）。",
            hint="那个 2 属于 lambda/(2m)。数据项里也该有它吗？",
        ),
    ),
    Mutation(
        "cost-not-squared",
        half="cost",
        place="cost",
        variants=(
            {"per_output": _terms(lambda h, Y: 0.5 * np.abs(h - Y))},
            {"per_output": _terms(lambda h, Y: 0.5 * (h - Y))},
            {"per_output": _terms(lambda h, Y: np.abs(h - Y))},
        ),
        fits=cost_in("quadratic", "squared"),
        equation="J = 1/m sum_i 1/2 sum_k (h - y)[[^2]]",
        line="J = 0.5 * ((h - Y) ** 2).sum() / m",
        en=Description(
            symptom="The cost is wrong, and may be negative.",
            cause="The differences are not squared.",
            hint="What is the derivative of your cost by h? Should it depend on how far off h is?",
        ),
        zh=Description(
            symptom="代价不对，甚至可能是负的。",
            cause="误差没有取平方。",
            hint="你的代价对 h 的导数是多少？它应不应该随误差的大小而变？",
        ),
    ),
)
