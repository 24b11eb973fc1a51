"""A factor or a sign of one block: the rest of the gradient is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.network.architecture import Array

__all__ = ["FACTORS"]

_BIAS, _WEIGHTS, _BOTH = slice(0, 1), slice(1, None), slice(None)

# What stands before a line by mistake: a derivative's 2, or a factor that was tried out.
_NUMBERS = (2.0, 0.5, 4.0, 3.0, 0.25, 10.0, 0.1)


def _scaled(rows: slice, *factors: float) -> tuple[Mapping[str, Change], ...]:
    """These rows times each factor: without the term with lambda, and with it."""

    def by(factor: float) -> Change:
        def change(step: Step, p: Pass, l: int, before: Array) -> Array:
            D: Array = np.array(step(p, l, before))  # (s_l + 1, s_{l+1})
            D[rows] *= factor
            return D

        return change

    # The biases have no term with lambda.
    steps = ("average",) if rows == _BIAS else ("average", "finish")
    return tuple({step: by(factor)} for factor in factors for step in steps)


FACTORS: tuple[Mutation, ...] = (
    Mutation(
        "block-factor",
        half="gradient",
        place="one Theta",
        variants=_scaled(_BOTH, *_NUMBERS),
        equation="D^(l) = [[1]] * (1/m Delta^(l) + ...)",
        line="D = Delta / m",
        en=Description(
            symptom="The whole gradient of one layer is the right one times a number; other "
            "layers are right.",
            cause="The whole gradient of one layer has a constant factor too much, such as 2 or "
            "1/2.",
            hint="Compare this line with the same line of another layer or of the other block. "
            "Which number stands in one of them only?",
        ),
        zh=Description(
            symptom="一整层的梯度是正确值乘以某个数；其余各层都对。",
            cause="一整层的梯度多了一个常数因子，比如 2 或 1/2。",
            hint="把这一行与别的层或另一块的同一行比一比。哪个数只在其中一行里出现？",
        ),
    ),
    Mutation(
        "weights-factor",
        half="gradient",
        place="Theta",
        variants=_scaled(_WEIGHTS, *_NUMBERS),
        equation="D_w^(l) = [[1]] * (1/m Delta^(l) + ...)",
        line="grad_W = delta.T @ a / m",
        en=Description(
            symptom="The weights' gradient is the right one times a number; the biases' gradient "
            "is right.",
            cause="The weights' gradient has a constant factor too much, such as 2 or 1/2.",
            hint="Compare this line with the same line of another layer or of the other block. "
            "Which number stands in one of them only?",
        ),
        zh=Description(
            symptom="权重的梯度是正确值乘以某个数；偏置的梯度是对的。",
            cause="权重的梯度多了一个常数因子，比如 2 或 1/2。",
            hint="把这一行与别的层或另一块的同一行比一比。哪个数只在其中一行里出现？",
        ),
    ),
    Mutation(
        "bias-factor",
        half="gradient",
        place="Theta",
        variants=_scaled(_BIAS, *_NUMBERS),
        equation="D_b^(l) = [[1]] * (1/m Delta^(l) + ...)",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The biases' gradient is the right one times a number; the weights' gradient "
            "is right.",
            cause="The biases' gradient has a constant factor too much, such as 2 or 1/2.",
            hint="Compare this line with the same line of another layer or of the other block. "
            "Which number stands in one of them only?",
        ),
        zh=Description(
            symptom="偏置的梯度是正确值乘以某个数；权重的梯度是对的。",
            cause="偏置的梯度多了一个常数因子，比如 2 或 1/2。",
            hint="把这一行与别的层或另一块的同一行比一比。哪个数只在其中一行里出现？",
        ),
    ),
    Mutation(
        "block-sign",
        half="gradient",
        place="one Theta",
        variants=_scaled(_BOTH, -1.0),
        equation="D^(l) = [[+]] 1/m Delta^(l) + ...",
        line="D = Delta / m",
        en=Description(
            symptom="The whole gradient of one layer has the wrong sign; other layers are right.",
            cause="The whole gradient of one layer has a minus too much: in its own line, or in "
            "the slope g' (a (a - 1) for a (1 - a)).",
            hint="Where does the sign of this block come from? Search its lines for a minus, or "
            "for a difference that is the wrong way round.",
        ),
        zh=Description(
            symptom="一整层的梯度符号反了；其余各层都对。",
            cause="一整层的梯度多了一个负号：在它自己那一行里，或者在导数 g' 里，比如把 a (1 - a) "
            "写成了 a (a - 1)。",
            hint="这一块的符号是从哪里来的？在它的那几行里找一找负号，或者前后写反了的差。",
        ),
    ),
    Mutation(
        "weights-sign",
        half="gradient",
        place="Theta",
        variants=_scaled(_WEIGHTS, -1.0),
        equation="D_w^(l) = [[+]] 1/m Delta^(l) + ...",
        line="grad_W = delta.T @ a / m",
        en=Description(
            symptom="The weights' gradient has the wrong sign; the biases' gradient is right.",
            cause="The weights' gradient has a minus too much, or is added in the step where it "
            "should be subtracted.",
            hint="Where does the sign of this block come from? Search its lines for a minus, or "
            "for a difference that is the wrong way round.",
        ),
        zh=Description(
            symptom="权重的梯度符号反了；偏置的梯度是对的。",
            cause="权重的梯度多了一个负号，或者更新时该减却加上了。",
            hint="这一块的符号是从哪里来的？在它的那几行里找一找负号，或者前后写反了的差。",
        ),
    ),
    Mutation(
        "bias-sign",
        half="gradient",
        place="Theta",
        variants=_scaled(_BIAS, -1.0),
        equation="D_b^(l) = [[+]] 1/m Delta^(l) + ...",
        line="grad_b = delta.sum(axis=0) / m",
        en=Description(
            symptom="The biases' gradient has the wrong sign; the weights' gradient is right.",
            cause="The biases' gradient has a minus too much, or is added in the step where it "
            "should be subtracted.",
            hint="Where does the sign of this block come from? Search its lines for a minus, or "
            "for a difference that is the wrong way round.",
        ),
        zh=Description(
            symptom="偏置的梯度符号反了；权重的梯度是对的。",
            cause="偏置的梯度多了一个负号，或者更新时该减却加上了。",
            hint="这一块的符号是从哪里来的？在它的那几行里找一找负号，或者前后写反了的差。",
        ),
    ),
)
