"""Mistakes in the labels: what both halves of the algorithm compare the outputs with."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import has_classes
from clearprop.network.architecture import Array

__all__ = ["LABELS", "dropped", "shifted"]


def shifted(by: int) -> Change:
    """One-hot rows with their 1 in the place of another class: the labels are counted wrongly."""

    def change(step: Step, p: Pass) -> Array:
        return np.roll(step(p), by, axis=1)  # (m, K)

    return change


def dropped(by: int) -> Change:
    """Labels 1..K are compared with 0..K-1, or the reverse: one class has no 1 anywhere."""

    def change(step: Step, p: Pass) -> Array:
        Y = np.roll(step(p), by, axis=1)  # (m, K)
        Y[:, 0 if by > 0 else -1] = 0
        return Y

    return change


LABELS: tuple[Mutation, ...] = (
    Mutation(
        "labels-shifted",
        half="forward",
        place="all",
        variants=(
            {"targets": shifted(1)},
            {"targets": shifted(-1)},
            {"targets": dropped(1)},
            {"targets": dropped(-1)},
        ),
        fits=has_classes,
        equation="Y(i, [[y_i]]) = 1",
        line="Y = np.eye(K)[y]  # labels 0..K-1; labels 1..K: np.eye(K)[y - 1]",
        en=Description(
            symptom="The cost is too high and training makes it worse at predicting; every block "
            "of the gradient is wrong.",
            cause="The labels are counted wrongly: each one-hot row has its 1 in the place of "
            "another class.",
            hint="Which column of Y belongs to the smallest label in y? Print one row of y and the "
            "same row of Y.",
        ),
        zh=Description(
            symptom="代价偏大，越训练预测越差；梯度的每一块都不对。",
            cause="标签数错了位：独热向量中的 1 落在了别的类别上。",
            hint="y 中最小的标签对应 Y 的哪一列？把 y 的一行和 Y 的同一行都打印出来看看。",
        ),
    ),
)
