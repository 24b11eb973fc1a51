"""Mistakes in the regularization of the gradient: the term lambda/m Theta."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, without_bias
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import times
from clearprop.network.architecture import Array

__all__ = ["DECAY"]


def _first_unit_spared(bias: bool) -> Change:
    """Row 0 of Theta is left out instead of column 0."""

    def change(step: Step, p: Pass, l: int) -> Array:
        if p.B[l].shape[1] == 1:  # nothing would be left: that is another mistake
            return step(p, l)
        B = p.B[l].copy() if bias else without_bias(p.B[l])
        B[:, 0] = 0
        return B

    return change


def _columns_spared(*columns: int) -> Change:
    """These columns of Theta are left out instead of the first one alone."""

    def change(step: Step, p: Pass, l: int) -> Array:
        B = p.B[l].copy()
        B[list(columns)] = 0
        return B

    return change


def _overwritten(step: Step, p: Pass, l: int, D: Array) -> Array:
    decay = p.do["decay"](p, l)
    # Without any regularization there is nothing that could overwrite the gradient.
    return np.vstack([D[:1], decay[1:]]) if decay.any() or not p.lambda_ else D


DECAY: tuple[Mutation, ...] = (
    Mutation(
        "lambda-missing",
        half="gradient",
        place="Theta",
        variants=({"decay": lambda step, p, l: np.zeros_like(p.B[l])},),
        equation="D^(l) = 1/m Delta^(l) [[+ lambda/m Theta^(l)]]",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0; otherwise the weights' gradient is "
            "wrong.",
            cause="The regularization is missing in the gradient.",
            hint="The penalty in your cost has a derivative too.",
        ),
        zh=Description(
            symptom="lambda = 0 时梯度是对的，否则权重的梯度不对。",
            cause="梯度中漏了正则化。",
            hint="代价里的正则项也有导数。",
        ),
    ),
    Mutation(
        "lambda-bias",
        half="gradient",
        place="Theta",
        variants=({"decayed": lambda step, p, l: p.B[l]},),
        equation="D^(l)(:, [[2:end]]) = D^(l)(:, 2:end) + lambda/m Theta^(l)(:, 2:end)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The weights' gradient is right; that of the biases is wrong unless lambda is "
            "0.",
            cause="The biases are regularized too, in the gradient.",
            hint="Which column of Theta is not in the penalty?",
        ),
        zh=Description(
            symptom="权重的梯度是对的；只要 lambda 不是 0，偏置的梯度就不对。",
            cause="梯度中把偏置也正则化了。",
            hint="正则项里没有 Theta 的哪一列？",
        ),
    ),
    Mutation(
        "lambda-sign",
        half="gradient",
        place="Theta",
        variants=({"decay": times(-1.0)},),
        equation="D^(l) = 1/m Delta^(l) [[+]] lambda/m Theta^(l)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0; otherwise the weights are pushed away "
            "from 0.",
            cause="The regularization is subtracted from the gradient where it should be added.",
            hint="The penalty grows with the weights. Which sign has its derivative?",
        ),
        zh=Description(
            symptom="lambda = 0 时梯度是对的，否则权重会被推离 0。",
            cause="正则化应当加到梯度上，却被减掉了。",
            hint="权重越大，正则项越大。它的导数该是什么符号？",
        ),
    ),
    Mutation(
        "lambda-half",
        half="gradient",
        place="Theta",
        variants=({"decay": times(0.5)},),
        equation="D^(l) = 1/m Delta^(l) + lambda/[[m]] Theta^(l)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0; otherwise its penalty is half of what "
            "it should be.",
            cause="The regularization has lambda/(2m) in the gradient; the 2 has gone with the "
            "square.",
            hint="Differentiate lambda/(2m) Theta^2.",
        ),
        zh=Description(
            symptom="lambda = 0 时梯度是对的，否则正则化只有应有的一半。",
            cause="梯度中的正则化写成了 lambda/(2m)；求导之后，那个 2 已经与平方约掉了。",
            hint="把 lambda/(2m) Theta^2 求一次导。",
        ),
    ),
    Mutation(
        "lambda-twice",
        half="gradient",
        place="Theta",
        variants=({"decay": times(2.0)},),
        equation="D^(l) = 1/m Delta^(l) + [[lambda/m]] Theta^(l)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0; otherwise its penalty is twice too "
            "large.",
            cause="The regularization has 2 lambda/m in the gradient.",
            hint="Differentiate lambda/(2m) Theta^2. What becomes of the 2?",
        ),
        zh=Description(
            symptom="lambda = 0 时梯度是对的，否则正则化大了一倍。",
            cause="梯度中的正则化写成了 2 lambda/m。",
            hint="把 lambda/(2m) Theta^2 求一次导。那个 2 到哪里去了？",
        ),
    ),
    Mutation(
        "lambda-not-averaged",
        half="gradient",
        place="Theta",
        variants=(
            {"decay": lambda step, p, l: p.m * step(p, l)},
            {"decay": lambda step, p, l: 2 * p.m * step(p, l)},
            {"decay": lambda step, p, l: p.m / 2 * step(p, l)},
        ),
        equation="D^(l) = 1/m Delta^(l) + lambda[[/m]] Theta^(l)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0 or a single sample; otherwise its "
            "penalty is m times too large.",
            cause="The regularization is not divided by m in the gradient.",
            hint="What stands under lambda in the cost?",
        ),
        zh=Description(
            symptom="lambda = 0 或只有一个样本时梯度是对的，否则正则化大了 m 倍。",
            cause="梯度中的正则化没有除以 m。",
            hint="在代价中，lambda 下面的分母是什么？",
        ),
    ),
    Mutation(
        "lambda-averaged-twice",
        half="gradient",
        place="Theta",
        variants=({"decay": lambda step, p, l: step(p, l) / p.m},),
        equation="D^(l) = 1/m Delta^(l) + lambda/m Theta^(l) [[(once over m)]]",
        line="D[:, 1:] = Delta[:, 1:] / m + lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0 or a single sample; otherwise its "
            "penalty is m times too small.",
            cause="The regularization is divided by m twice in the gradient.",
            hint="Where is the division by m in your code, and what has been added before it?",
        ),
        zh=Description(
            symptom="lambda = 0 或只有一个样本时梯度是对的，否则正则化只有应有的 1/m。",
            cause="梯度中的正则化除了两次 m。",
            hint="代码中在哪里除以 m？在那之前，已经加进去了什么？",
        ),
    ),
    Mutation(
        "lambda-squared",
        half="gradient",
        place="Theta",
        variants=({"decayed": lambda step, p, l: step(p, l) ** 2},),
        equation="D^(l) = 1/m Delta^(l) + lambda/m [[Theta^(l)]]",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0; otherwise no weight is ever pushed up.",
            cause="The weights are squared in the gradient's regularization, as they are in the "
            "cost.",
            hint="What is the derivative of a square?",
        ),
        zh=Description(
            symptom="lambda = 0 时梯度是对的；否则负的权重不会被拉回 0。",
            cause="梯度的正则化里，权重也像代价里那样取了平方。",
            hint="平方的导数是什么？",
        ),
    ),
    Mutation(
        "lambda-wrong-row",
        half="gradient",
        place="Theta",
        variants=(
            {"decayed": _first_unit_spared(bias=True)},
            {"decayed": _first_unit_spared(bias=False)},
            {"decayed": _columns_spared(-1)},
            {"decayed": _columns_spared(1)},
            {"decayed": _columns_spared(0, 1)},
            {"decayed": _columns_spared(0, -1)},
        ),
        equation="D^(l)[[(:, 2:end)]] = D^(l)(:, 2:end) + lambda/m Theta^(l)(:, 2:end)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The gradient is right for lambda = 0; otherwise one row or column of it is "
            "wrong besides the bias.",
            cause="The regularization leaves out the wrong part of Theta: not the column of the "
            "biases.",
            hint="The biases are one column of Theta, the first. Which row or column does your "
            "slice leave out?",
        ),
        zh=Description(
            symptom="lambda = 0 时梯度是对的；否则除了偏置，还有一行或一列不对。",
            cause="正则化去掉的那部分 Theta 不对：应当去掉的是偏置那一列。",
            hint="偏置是 Theta 的第一列。你的切片去掉的是哪一行、哪一列？",
        ),
    ),
    Mutation(
        "lambda-overwrites",
        half="gradient",
        place="Theta",
        variants=({"regularize": _overwritten},),
        equation="D^(l) = [[1/m Delta^(l) +]] lambda/m Theta^(l)",
        line="D[:, 1:] += lambda_ / m * Theta[:, 1:]",
        en=Description(
            symptom="The biases' gradient is right; that of the weights is lambda/m Theta and "
            "nothing else.",
            cause="The regularization overwrites the gradient where it should be added to it.",
            hint="= or +=?",
        ),
        zh=Description(
            symptom="偏置的梯度是对的；权重的梯度只剩下 lambda/m Theta。",
            cause="正则化把梯度覆盖掉了，而不是加上去。",
            hint="该用 = 还是 +=？",
        ),
    ),
)
