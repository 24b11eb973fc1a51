"""Shapes ``(m,)`` and ``(m, 1)`` in one expression: every sample meets every other, ``(m, m)``."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, per_output
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import one_output
from clearprop.network.architecture import Array

__all__ = ["BROADCAST", "COST_BROADCAST", "DELTA_BROADCAST"]


def _terms(mean: bool) -> Change:
    """The terms of every output with every target; their sum or their mean over m too many."""

    def change(step: Step, p: Pass) -> Array:
        h, y = p.a[p.L], p.Y.T  # (m, 1), (1, m)
        every = np.broadcast_arrays(h, y)
        terms = per_output(p.network.cost, *every)  # (m, m)
        return terms / p.m if mean else terms

    return change


def _deltas(kept: str, mean: bool) -> Change:
    """a - y as ``(m, m)``, summed over the targets (`kept`: "a") or over the outputs ("y")."""

    def change(step: Step, p: Pass) -> Array:
        a, y = p.a[p.L], p.Y  # (m, 1)
        delta = p.m * a - y.sum() if kept == "a" else a.sum() - p.m * y
        if p.network.cost == "quadratic":
            delta = delta * p.do["slope_output"](p)
        return np.asarray(delta / p.m if mean else delta)  # (m, 1)

    return change


def _square(step: Step, p: Pass) -> Array:
    return p.a[p.L] - p.Y.T  # (m, m)


def _turned_square(step: Step, p: Pass) -> Array:
    return p.a[p.L].T - p.Y  # (m, m)


_LINE = "delta = h - y.reshape(h.shape)"

BROADCAST: tuple[Mutation, ...] = (
    Mutation(
        "labels-broadcast",
        half="forward",
        place="all",
        variants=tuple(
            {"per_output": _terms(mean), "delta_output": _deltas(kept, mean)}
            for mean in (True, False)
            for kept in ("a", "y")
        ),
        fits=one_output,
        equation="J = 1/m sum_i J(h_i, [[y_i]])",
        line="y = y.reshape(h.shape)",
        en=Description(
            symptom="Training ends at the mean of y: the outputs do not care which sample they "
            "belong to.",
            cause="y has shape (m,) and h has shape (m, 1), or the reverse: h - y has shape (m, "
            "m), every sample with every other.",
            hint="Print (h - y).shape. How many differences are there, and how many samples?",
        ),
        zh=Description(
            symptom="训练到最后，输出都是 y 的平均值：输出与它属于哪个样本毫无关系。",
            cause="y 的形状是 (m,)，而 h 是 (m, 1)（或者反过来）：h - y 成了 (m, m)，每个样本都与"
            "其他所有样本相减。",
            hint="打印 (h - y).shape。一共有几个差？样本又有几个？",
        ),
    ),
)

COST_BROADCAST: tuple[Mutation, ...] = (
    Mutation(
        "cost-broadcast",
        half="cost",
        place="cost",
        variants=({"per_output": _terms(True)}, {"per_output": _terms(False)}),
        fits=one_output,
        equation="J = 1/m sum_i J(h_i, [[y_i]])",
        line="y = y.reshape(h.shape)",
        en=Description(
            symptom="The cost is right for a single sample, and far off for many.",
            cause="In the cost y has shape (m,) and h has shape (m, 1), or the reverse: every "
            "sample meets every other one.",
            hint="Print the shape of the terms before you sum them. How many terms are there?",
        ),
        zh=Description(
            symptom="只有一个样本时代价是对的；样本多了就差得很远。",
            cause="代价里 y 的形状是 (m,)，而 h 是 (m, 1)（或者反过来）：每个样本都与其他所有样本"
            "混在了一起。",
            hint="求和之前，打印各项的形状。一共有几项？",
        ),
    ),
)

DELTA_BROADCAST: tuple[Mutation, ...] = (
    Mutation(
        "delta-broadcast",
        half="gradient",
        place="output",
        variants=tuple(
            {"delta_output": _deltas(kept, mean)} for mean in (True, False) for kept in ("a", "y")
        ),
        fits=one_output,
        equation="delta_i = h_i - [[y_i]]",
        line=_LINE,
        en=Description(
            symptom="The gradient is right for a single sample, and far off for many.",
            cause="In delta y has shape (m,) and h has shape (m, 1), or the reverse: the "
            "difference has shape (m, m).",
            hint="Print the shape of delta. Does it have one row a sample and one column a unit?",
        ),
        zh=Description(
            symptom="只有一个样本时梯度是对的；样本多了就差得很远。",
            cause="delta 里 y 的形状是 (m,)，而 h 是 (m, 1)（或者反过来）：差的形状成了 (m, m)。",
            hint="打印 delta 的形状。是每个样本一行、每个单元一列吗？",
        ),
    ),
    Mutation(
        "delta-broadcast-shape",
        half="gradient",
        place="output",
        variants=(
            {"delta_output": _square},
            {"delta_output": _turned_square},
        ),
        fits=lambda network: network.n_layers == 2 and one_output(network),
        resizes=True,
        equation="delta_i = h_i - [[y_i]]",
        line=_LINE,
        en=Description(
            symptom="The gradient has m columns, where it should have one.",
            cause="In delta y has shape (m,) and h has shape (m, 1), or the reverse: the "
            "difference has shape (m, m), and so the gradient gets a column for each sample.",
            hint="Print the shape of delta. Does it have one row a sample and one column a unit?",
        ),
        zh=Description(
            symptom="梯度应当只有一列，却有 m 列。",
            cause="delta 里 y 的形状是 (m,)，而 h 是 (m, 1)（或者反过来）：差的形状成了 (m, m)，于"
            "是每个样本在梯度里都占了一列。",
            hint="打印 delta 的形状。是每个样本一行、每个单元一列吗？",
        ),
    ),
)
