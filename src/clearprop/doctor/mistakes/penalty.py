"""Mistakes in the penalty: the term of the cost with lambda."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.network.architecture import Array

__all__ = ["PENALTY"]


def _penalty_with(of: Callable[[Array], Any]) -> Change:
    """Another penalty: `of` gives what each block of theta adds."""
    return lambda step, p: p.do["strength"](p) / 2 * sum(of(p.B[l]) for l in range(1, p.L))


def _squares_of(part: Callable[[Array], Array]) -> Change:
    return lambda step, p, l: (part(p.B[l]) ** 2).sum()


def _first_unit_spared(rows: slice) -> Change:
    """Row 0 of Theta is left out instead of column 0."""

    def change(step: Step, p: Pass, l: int) -> Any:
        # Without the only unit nothing would be left: that is another mistake.
        return (p.B[l][rows, 1:] ** 2).sum() if p.B[l].shape[1] > 1 else step(p, l)

    return change


PENALTY: tuple[Mutation, ...] = (
    Mutation(
        "penalty-missing",
        half="cost",
        place="Theta",
        variants=({"penalty_of": lambda step, p, l: 0.0},),
        equation="J = 1/m sum_i (...) [[+ lambda/(2m) sum Theta^2]]",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0 and too small otherwise.",
            cause="The regularization term is missing in the cost.",
            hint="What does lambda do in your cost?",
        ),
        zh=Description(
            symptom="lambda = 0 时代价是对的，否则偏小。",
            cause="代价中漏了正则项。",
            hint="在你的代价里，lambda 起了什么作用？",
        ),
    ),
    Mutation(
        "penalty-bias",
        half="cost",
        place="Theta",
        variants=({"penalty_of": lambda step, p, l: (p.B[l] ** 2).sum()},),
        equation="J = 1/m sum_i (...) + lambda/(2m) sum Theta(:, [[2:end]])^2",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0 and slightly too large otherwise.",
            cause="The biases are regularized too, in the cost.",
            hint="Which column of Theta must not be in the sum of squares?",
        ),
        zh=Description(
            symptom="lambda = 0 时代价是对的，否则略微偏大。",
            cause="代价中把偏置也正则化了。",
            hint="平方和里不该出现 Theta 的哪一列？",
        ),
    ),
    Mutation(
        "penalty-twice",
        half="cost",
        place="cost",
        variants=({"penalty": lambda step, p: 2 * step(p)},),
        equation="J = 1/m sum_i (...) + lambda/([[2]]m) sum Theta^2",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0; otherwise its penalty is twice too large.",
            cause="The penalty has lambda/m in place of lambda/(2m).",
            hint="The derivative of the penalty must be lambda/m times Theta. What is the "
            "derivative of a square?",
        ),
        zh=Description(
            symptom="lambda = 0 时代价是对的，否则正则项大了一倍。",
            cause="正则项的系数应当是 lambda/(2m)，写成了 lambda/m。",
            hint="正则项的导数应当是 lambda/m 乘以 Theta。平方的导数是什么？",
        ),
    ),
    Mutation(
        "penalty-not-averaged",
        half="cost",
        place="cost",
        variants=(
            {"penalty": lambda step, p: p.m * step(p)},
            {"penalty": lambda step, p: 2 * p.m * step(p)},
        ),
        equation="J = 1/m sum_i (...) + lambda/(2[[m]]) sum Theta^2",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0; otherwise its penalty is m times too large.",
            cause="The penalty is not divided by m.",
            hint="In the course, what stands under lambda?",
        ),
        zh=Description(
            symptom="lambda = 0 时代价是对的，否则正则项大了 m 倍。",
            cause="正则项没有除以 m。",
            hint="在课程的公式里，lambda 下面的分母是什么？",
        ),
    ),
    Mutation(
        "penalty-averaged-twice",
        half="cost",
        place="cost",
        variants=({"penalty": lambda step, p: step(p) / p.m},),
        equation="J = 1/m sum_i (...) + lambda/(2m) sum Theta^2 [[(once over m)]]",
        line="J = data / m + lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0 and for a single sample; otherwise its "
            "penalty is too small.",
            cause="The penalty is divided by m twice: once by itself, and once with the rest.",
            hint="Where is the division by m in your code, and what has been added before it?",
        ),
        zh=Description(
            symptom="lambda = 0 或只有一个样本时代价是对的，否则正则项偏小。",
            cause="正则项除了两次 m：自己除了一次，又随着整体除了一次。",
            hint="代码中在哪里除以 m？在那之前，已经加进去了什么？",
        ),
    ),
    Mutation(
        "penalty-sign",
        half="cost",
        place="cost",
        variants=({"penalty": lambda step, p: -step(p)},),
        equation="J = 1/m sum_i (...) [[+]] lambda/(2m) sum Theta^2",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost falls as the weights grow; it may even be negative.",
            cause="The penalty is subtracted where it should be added.",
            hint="Should large weights make the cost larger or smaller?",
        ),
        zh=Description(
            symptom="权重越大，代价越小，甚至变成负的。",
            cause="正则项应当加上，却被减掉了。",
            hint="权重大，代价应该变大还是变小？",
        ),
    ),
    Mutation(
        "penalty-not-squared",
        half="cost",
        place="cost",
        variants=(
            {"penalty": _penalty_with(lambda B: B[1:].sum())},
            {"penalty": _penalty_with(lambda B: np.abs(B[1:]).sum())},
            {"penalty": _penalty_with(lambda B: np.sqrt((B[1:] ** 2).sum()))},
            {"penalty": _penalty_with(lambda B: B[1:].sum() ** 2)},
        ),
        equation="J = 1/m sum_i (...) + lambda/(2m) sum Theta[[^2]]",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0 and wrong otherwise, and may even be too "
            "small.",
            cause="The penalty is not the sum of the squares of the weights.",
            hint="Square first, then sum: what does yours do?",
        ),
        zh=Description(
            symptom="lambda = 0 时代价是对的，否则不对，还可能偏小。",
            cause="正则项不是权重的平方和。",
            hint="应当先平方、再求和。你的代码是怎么做的？",
        ),
    ),
    Mutation(
        "penalty-wrong-row",
        half="cost",
        place="Theta",
        variants=(
            {"penalty_of": _first_unit_spared(slice(None))},
            {"penalty_of": _first_unit_spared(slice(1, None))},
            {"penalty_of": _squares_of(lambda B: B[:-1])},
            {"penalty_of": _squares_of(lambda B: B[1:-1])},
            {"penalty_of": _squares_of(lambda B: B[2:])},
            {"penalty_of": _squares_of(lambda B: np.delete(B, 1, axis=0))},
        ),
        equation="J = 1/m sum_i (...) + lambda/(2m) sum Theta[[(:, 2:end)]]^2",
        line="J += lambda_ / (2 * m) * (Theta[:, 1:] ** 2).sum()",
        en=Description(
            symptom="The cost is right for lambda = 0 and slightly wrong otherwise.",
            cause="The penalty leaves out the wrong part of Theta: not the column of the biases.",
            hint="The biases are one column of Theta, the first. Which row or column does your "
            "slice leave out?",
        ),
        zh=Description(
            symptom="lambda = 0 时代价是对的，否则差一点。",
            cause="正则项去掉的那部分 Theta 不对：应当去掉的是偏置那一列。",
            hint="偏置是 Theta 的第一列。你的切片去掉的是哪一行、哪一列？",
        ),
    ),
)
