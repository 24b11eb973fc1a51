"""Mistakes in unrolling: the numbers are right and stand in the wrong places."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import multilayer
from clearprop.network.architecture import Array

__all__ = ["UNROLLING"]


def _order(read: str) -> Change:
    """Matrices are unrolled in the other order than theta is read in (`read`: "F" or "C")."""

    def change(step: Step, p: Pass, Ds: list[Array]) -> list[Array]:
        out = []
        for D in Ds:
            if read == "F":  # the course's: written row after row, read column after column
                out.append(D.T.ravel().reshape(D.shape))
            else:
                out.append(D.ravel().reshape(D.shape[::-1]).T)
        return out

    return change


def _layers_reversed(read: str) -> Change:
    def change(step: Step, p: Pass, Ds: list[Array]) -> list[Array]:
        flat = np.concatenate([(D if read == "F" else D.T).ravel() for D in Ds[::-1]])
        out, start = [], 0
        for D in Ds:
            part = flat[start : start + D.size]
            out.append(part.reshape(D.shape) if read == "F" else part.reshape(D.shape[::-1]).T)
            start += D.size
        return out

    return change


def _bias_last(step: Step, p: Pass, l: int, D: Array) -> Array:
    return np.roll(step(p, l, D), -1, axis=0)


UNROLLING: tuple[Mutation, ...] = (
    Mutation(
        "unroll-order",
        half="gradient",
        place="all",
        variants=({"unroll": _order("F")}, {"unroll": _order("C")}),
        equation="D = [D^(1)[[(:)]]; D^(2)[[(:)]]; ...] (column after column)",
        line='np.concatenate([D1.ravel(order="F"), D2.ravel(order="F")])',
        en=Description(
            symptom="The gradient holds the right numbers in the wrong places.",
            cause="The gradient is unrolled in another order than theta: rows where theta has "
            "columns, or the reverse.",
            hint="Reshape theta into matrices and unroll them again with your code. Is it the same "
            "vector?",
        ),
        zh=Description(
            symptom="梯度里的数都对，位置却不对。",
            cause="梯度展开的次序与 theta 不同：一个按行，一个按列。",
            hint="用你的代码把 theta 变成矩阵，再展开回去。还是原来的向量吗？",
        ),
    ),
    Mutation(
        "unroll-layers-reversed",
        half="gradient",
        place="all",
        variants=({"unroll": _layers_reversed("F")}, {"unroll": _layers_reversed("C")}),
        fits=multilayer,
        equation="D = [[[D^(1)(:); D^(2)(:); ...]]]",
        line="np.concatenate([D1.ravel(), D2.ravel()])",
        en=Description(
            symptom="The gradient holds the right numbers in the wrong places: the last layer's "
            "come first.",
            cause="The layers' gradients are joined in the reverse order.",
            hint="Backward propagation finds the last layer's gradient first. Which one has to "
            "come first in the vector?",
        ),
        zh=Description(
            symptom="梯度里的数都对，位置却不对：最后一层的排在了最前面。",
            cause="各层的梯度拼接的次序反了。",
            hint="反向传播最先得到的是最后一层的梯度。而在向量里，谁该排在最前面？",
        ),
    ),
    Mutation(
        "unroll-bias-last",
        half="gradient",
        place="Theta",
        variants=({"finish": _bias_last},),
        equation="D^(l) = [[[D_b^(l), D_w^(l)]]]",
        line="D = np.column_stack([grad_b, grad_W])",
        en=Description(
            symptom="The gradient holds the right numbers in the wrong places: each row is shifted "
            "by one.",
            cause="The biases' gradient is put behind the weights'; Theta has its bias in front.",
            hint="Which column of Theta is the bias? Which column of the gradient is?",
        ),
        zh=Description(
            symptom="梯度里的数都对，位置却不对：每一行都错开了一位。",
            cause="偏置的梯度拼在了权重的后面，而 Theta 的偏置在最前面。",
            hint="Theta 的哪一列是偏置？梯度的哪一列是偏置？",
        ),
    ),
)
