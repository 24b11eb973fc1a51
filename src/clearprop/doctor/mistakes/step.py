"""Mistakes in the step of gradient descent, where the gradient is read off a step of training."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, without_bias
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import multilayer, times
from clearprop.network.architecture import Array

__all__ = ["STEP"]


def _stale(step: Step, p: Pass, l: int, delta: Array) -> Array:
    """The error flows back through a Theta that this very step has updated."""
    return delta @ (p.B[l] - p.probe.rate * p.D[l]).T  # (m, s_l + 1)


def _stale_each(step: Step, p: Pass, l: int, delta: Array) -> Array:
    """The same where each sample makes a step of its own, from the same Theta."""
    size = (delta**2).sum(axis=1, keepdims=True)  # (m, 1)
    return np.asarray(step(p, l, delta) - p.probe.rate * size * p.do["unit_back"](p, l))


def _lost(block: str) -> Change:
    def change(step: Step, p: Pass, l: int, D: Array) -> Array:
        D = np.array(step(p, l, D))  # (s_l + 1, s_{l+1})
        D[{"bias": slice(0, 1), "weights": slice(1, None), "both": slice(None)}[block]] = 0
        return D

    return change


def _with_decay(c: float, bias: bool) -> Change:
    return lambda step, p, l, D: step(p, l, D) + c * (p.B[l] if bias else without_bias(p.B[l]))


def _times_rate(step: Step, p: Pass, l: int, D: Array) -> Array:
    return step(p, l, D) * p.probe.rate


def _over_rate(step: Step, p: Pass, l: int, D: Array) -> Array:
    return step(p, l, D) / p.probe.rate


STEP: tuple[Mutation, ...] = (
    Mutation(
        "flow-stale",
        half="gradient",
        place="delta",
        variants=({"back": _stale}, {"back": _stale_each}),
        fits=multilayer,
        asked="step",
        equation="delta^(l) = [[Theta^(l)']] delta^(l+1) .* g'(z^(l)) (before its update)",
        line="delta2 = (delta3 @ Theta2[:, 1:]) * g_prime(z2); Theta2 -= rate * D2",
        en=Description(
            symptom="The last Theta's step is right; those before it are a little off, the more so "
            "the larger the learning rate is.",
            cause="Theta is updated before the error flows back through it: all gradients belong "
            "to the weights that made the outputs.",
            hint="In which order do your lines use Theta and change it? Compute every gradient "
            "first.",
        ),
        zh=Description(
            symptom="最后一个 Theta 的更新是对的；前面各层的差一点，学习率越大差得越多。",
            cause="误差还没有穿过 Theta 往回传，Theta 就已经更新了：所有梯度都应当用算出输出的那组"
            "权重来算。",
            hint="你的代码先用 Theta，还是先改 Theta？先把所有梯度算完再更新。",
        ),
    ),
    Mutation(
        "update-sign",
        half="gradient",
        place="all",
        variants=({"finish": times(-1.0)}, {"delta_output": times(-1.0)}),
        asked="step",
        equation="Theta := Theta [[-]] rate * D",
        line="Theta -= rate * D",
        en=Description(
            symptom="The cost rises with every step.",
            cause="The step goes uphill: the gradient is added to the weights, or the error has "
            "the sign of y - a.",
            hint="The gradient points to where J grows. Which way should the step go?",
        ),
        zh=Description(
            symptom="每走一步，代价都在上升。",
            cause="更新的方向反了：把梯度加到了权重上，或者误差写成了 y - a。",
            hint="梯度指向 J 增大的方向。更新应当朝哪边走？",
        ),
    ),
    Mutation(
        "update-lost",
        half="gradient",
        place="Theta",
        variants=(
            {"finish": _lost("bias")},
            {"finish": _lost("weights")},
            {"finish": _lost("both")},
        ),
        asked="step",
        equation="[[Theta :=]] Theta - rate * D",
        line="b = b - rate * db",
        en=Description(
            symptom="Some parameters never change.",
            cause="The update of a block is lost: it is missing, or its result is stored under "
            "another name.",
            hint="Print every parameter before and after one step. Which one stays as it was?",
        ),
        zh=Description(
            symptom="有的参数一直不变。",
            cause="有一块参数的更新丢了：没有写，或者结果存到了别的变量名下。",
            hint="更新前后各打印一次所有参数。哪一个没有变？",
        ),
    ),
    Mutation(
        "update-rate-twice",
        half="gradient",
        place="Theta",
        variants=({"finish": _times_rate},),
        asked="step",
        equation="Theta := Theta - [[rate]] * D",
        line="Theta -= rate * D",
        en=Description(
            symptom="Steps are far too small, and four times larger when the rate is doubled.",
            cause="The learning rate is multiplied into the step twice.",
            hint="Search your code for every use of the rate. Is it in the gradient or in the "
            "velocity already?",
        ),
        zh=Description(
            symptom="步子小得多；学习率加倍，步子变成四倍。",
            cause="学习率乘了两次。",
            hint="找出代码中每一处用到学习率的地方。梯度或动量里是不是已经乘过了？",
        ),
    ),
    Mutation(
        "update-without-rate",
        half="gradient",
        place="Theta",
        variants=({"finish": _over_rate},),
        asked="step",
        equation="Theta := Theta - [[rate *]] D",
        line="Theta -= rate * D",
        en=Description(
            symptom="The step is the same for every learning rate.",
            cause="The learning rate is missing in the step.",
            hint="Make the rate ten times smaller. Does the step change?",
        ),
        zh=Description(
            symptom="不管学习率取多少，步子都一样大。",
            cause="更新时漏乘了学习率。",
            hint="把学习率缩小到十分之一。步子变了吗？",
        ),
    ),
    Mutation(
        "update-decay",
        half="gradient",
        place="all",
        variants=tuple(
            {"finish": _with_decay(c, bias)}
            for c in (0.1, 0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001)
            for bias in (False, True)
        ),
        asked="step",
        equation="Theta := Theta - rate * [[D]]",
        line="Theta -= rate * D",
        en=Description(
            symptom="The step is a little off, and pulls every weight towards 0.",
            cause="The step has a weight decay with a fixed factor, which the cost does not have.",
            hint="Which number multiplies the weights themselves in your update?",
        ),
        zh=Description(
            symptom="更新差一点，把每个权重都往 0 拉。",
            cause="更新里有系数固定的权重衰减，而代价里没有对应的项。",
            hint="更新时，是哪个数直接乘在权重上？",
        ),
    ),
    Mutation(
        "update-momentum",
        half="gradient",
        place="all",
        variants=({"finish": times(0.1)}, {"finish": times(1.9)}),
        asked="step",
        equation="Theta := Theta - rate * [[D]]",
        line="V = beta * V + D; Theta -= rate * V",
        en=Description(
            symptom="The first step is smaller or larger than rate times the gradient, by a fixed "
            "factor.",
            cause="The step is that of momentum, not of plain gradient descent: 1 - beta of the "
            "gradient, or 1 + beta of it with Nesterov's rule.",
            hint="Set the momentum to 0. Is the step rate times the gradient then?",
        ),
        zh=Description(
            symptom="第一步比学习率乘梯度小（或者大）一个固定的倍数。",
            cause="这一步用的是动量，而不是普通的梯度下降：梯度乘了 1 - beta；用 Nesterov 时乘了 "
            "1 + beta。",
            hint="把动量设为 0。这时的更新等于学习率乘梯度吗？",
        ),
    ),
)
