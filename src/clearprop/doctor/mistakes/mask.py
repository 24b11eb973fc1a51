"""Mistakes in the ReLU's slope, the mask z > 0."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import multilayer
from clearprop.network.architecture import Array, Network

__all__ = ["MASK"]


def _relu(network: Network) -> bool:
    return multilayer(network) and network.activation == "relu"


def _leaking(c: float) -> Change:
    return lambda step, p, l: np.where(p.z[l] > 0, 1.0, c)


def _of_flow(masked: bool) -> Change:
    """The mask is taken of what flows back, not of z."""

    def change(step: Step, p: Pass, l: int, delta_next: Array) -> Array:
        back = p.do["flow"](p, l, delta_next)  # (m, s_l)
        delta = back * (back > 0)
        return np.asarray(delta * p.do["slope"](p, l) if masked else delta)

    return change


MASK: tuple[Mutation, ...] = (
    Mutation(
        "slope-leaky",
        half="gradient",
        place="delta",
        variants=tuple({"slope": _leaking(c)} for c in (0.0, 0.01, 0.1, 0.2, 0.3, 0.5, -1.0)),
        fits=_relu,
        equation="g'(z) = 1 where z > 0, and [[0]] elsewhere",
        line="delta = (delta @ Theta[:, 1:]) * (z > 0)  # leaky: np.where(z > 0, 1, 0.01)",
        en=Description(
            symptom="The last Theta's gradient is right; before it, units whose z is negative get "
            "a wrong gradient.",
            cause="Where z is negative, the slope is not that of the activation in forward "
            "propagation: ReLU and leaky ReLU are mixed.",
            hint="Where z is negative, how fast does your a change with z? Is that the factor in "
            "your delta?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；在它前面，z 为负的单元梯度不对。",
            cause="z 为负时，用的导数与前向传播的激活函数不符：ReLU 和 leaky ReLU 混用了。",
            hint="z 为负时，z 变一点，你的 a 变多少？delta 里乘的是这个数吗？",
        ),
    ),
    Mutation(
        "slope-mask-inverted",
        half="gradient",
        place="delta",
        variants=({"slope": lambda step, p, l: (p.z[l] <= 0).astype(np.float64)},),
        fits=_relu,
        equation="g'(z) = 1 where z [[>]] 0, and 0 elsewhere",
        line="delta = (delta @ Theta[:, 1:]) * (z > 0)",
        en=Description(
            symptom="The last Theta's gradient is right; before it, units that are on get no "
            "gradient, and units that are off get one.",
            cause="The mask of the ReLU is the wrong way round.",
            hint="Which units passed z on in forward propagation? Only through them the error "
            "comes back.",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；在它前面，激活的单元没有梯度，没激活的反而有。",
            cause="ReLU 的掩码反了。",
            hint="前向传播时，哪些单元把 z 传了下去？误差只能从它们那里传回来。",
        ),
    ),
    Mutation(
        "slope-mask-of-flow",
        half="gradient",
        place="delta",
        variants=({"delta": _of_flow(False)}, {"delta": _of_flow(True)}),
        fits=_relu,
        equation="delta^(l) = Theta^(l)' delta^(l+1) .* [[(z^(l) > 0)]]",
        line="delta = (delta @ Theta[:, 1:]) * (z > 0)",
        en=Description(
            symptom="The last Theta's gradient is right; before it, no delta is ever negative.",
            cause="The mask of the ReLU is taken of what flows back, where it belongs to z.",
            hint="Which variable stands in your comparison with 0: z of this layer, or the error?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；在它前面，delta 从来不是负的。",
            cause="ReLU 的掩码是按传回来的误差取的，而应当按 z 取。",
            hint="与 0 比较的是哪个变量：这一层的 z，还是误差？",
        ),
    ),
)
