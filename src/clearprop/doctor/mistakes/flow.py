"""Mistakes on the way back: how delta passes through Theta to the layer before."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, ones
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import curved, multilayer, one_output, square
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array

__all__ = ["FLOW"]


def _transposed(step: Step, p: Pass, l: int, delta: Array) -> Array:
    B = p.B[l]
    return delta @ B[1:] if B.shape[0] - 1 == B.shape[1] else step(p, l, delta)


def _without_theta(step: Step, p: Pass, l: int, delta: Array) -> Array:
    n_units = p.B[l].shape[0] - 1
    if delta.shape[1] == 1:  # one output: delta is broadcast over the units
        return np.repeat(delta, n_units, axis=1)
    return delta if delta.shape[1] == n_units else step(p, l, delta)


def _of_theta(offset: int) -> Change:
    """The Theta of a neighbouring layer, where the sizes allow it."""

    def change(step: Step, p: Pass, l: int, delta: Array) -> Array:
        other = l + offset
        fits = other in p.B and p.B[other].shape == p.B[l].shape
        return delta @ p.B[other].T if fits else step(p, l, delta)

    return change


def _error(p: Pass, l: int) -> Array:
    """What flows back to layer l where no slope has been multiplied on the way, ``(m, s_l)``."""
    if l == p.L:
        return np.asarray(p.do["scale"](p) * (p.a[p.L] - p.Y))
    return _error(p, l + 1) @ p.B[l][1:].T


def _without_slopes(step: Step, p: Pass, l: int, delta: Array) -> Array:
    return _error(p, l)


def _padded_slope(p: Pass, l: int, how: str) -> Array:
    """g' of ``[1; z]`` or ``[1; a]``. What comes first depends on how people write it."""
    slope = p.do["slope"](p, l)  # (m, s_l)
    one = ones(slope)
    g = ACTIVATIONS[p.network.activation]
    first = g.prime(np, one, g.f(np, one)) if how == "z" else g.prime(np, one, one)
    return np.hstack([first, slope])  # (m, s_l + 1)


def _wrong_element(slope: str) -> Change:
    """The last element of ``Theta' delta`` is dropped, and the bias unit's is kept."""

    def change(step: Step, p: Pass, l: int, delta: Array) -> Array:
        back = p.do["back"](p, l, delta)  # (m, s_l + 1)
        if slope == "unpadded":
            return back[:, :-1] * p.do["slope"](p, l)
        return (back * _padded_slope(p, l, slope))[:, :-1]

    return change


def _fixed_element(k: int, bias_last: bool) -> Change:
    """Element k of ``Theta' delta`` is dropped, whatever it is."""

    def change(step: Step, p: Pass, l: int, delta: Array) -> Array:
        back = step(p, l, delta)  # (m, s_l + 1)
        if k >= back.shape[1] - 1:
            return back
        if bias_last:
            back = np.roll(back, -1, axis=1)
        kept = np.delete(back, k, axis=1)  # (m, s_l)
        return np.hstack([back[:, :1], kept])  # flow drops the first one

    return change


def _bias_kept(slope: str) -> Change:
    """delta keeps its bias element, so the gradient of the layer below is too large."""

    def change(step: Step, p: Pass, l: int, delta: Array) -> Array:
        if delta.shape[1] > p.B[l].shape[1]:  # the layer above has kept its bias already
            delta = delta[:, 1:]
        return delta @ p.B[l].T * _padded_slope(p, l, slope)  # (m, s_l + 1)

    return change


def _where_it_fits(step: Step, p: Pass, l: int, D: Array) -> Array:
    return step(p, l, D) if D.shape == p.B[l].shape else D


FLOW: tuple[Mutation, ...] = (
    Mutation(
        "flow-transposed",
        half="gradient",
        place="delta",
        variants=({"flow": _transposed},),
        fits=lambda network: multilayer(network) and square(network),
        equation="delta^(l) = [[Theta^(l)']] delta^(l+1) .* g'(z^(l))",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong, and no shape "
            "complains since the layer is square.",
            cause="On the way back Theta is not transposed (or once too often).",
            hint="Forward, row i of Theta gathers what unit i receives. What gathers what unit j "
            "has sent? Try layers of different sizes.",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的不对；因为是方阵，形状没有报错。",
            cause="误差往回传时，Theta 没有转置（或者多转置了一次）。",
            hint="前向时，Theta 的第 i 行汇集第 i 个单元收到的东西。那么第 j 个单元送出去的东西在"
            "哪里？把各层大小改得互不相同再试。",
        ),
    ),
    Mutation(
        "flow-without-theta",
        half="gradient",
        place="delta",
        variants=({"flow": _without_theta},),
        fits=lambda network: multilayer(network) and (square(network) or one_output(network)),
        equation="delta^(l) = [[Theta^(l)']] delta^(l+1) .* g'(z^(l))",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong, and no shape "
            "complains since the layers are of one size, or there is one output.",
            cause="The error of the next layer is taken over without passing through Theta.",
            hint="Units blame each other in proportion to the weight between them. Where is that "
            "weight in your line?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的不对；因为各层一样大，或者只有一个输"
            "出，形状没有报错。",
            cause="直接搬用了后一层的误差，没有经过 Theta。",
            hint="误差按两个单元之间的权重分摊。你那一行里的权重在哪里？",
        ),
    ),
    Mutation(
        "flow-wrong-element",
        half="gradient",
        place="delta",
        variants=(
            {"delta": _wrong_element("unpadded")},
            {"delta": _wrong_element("z")},
            {"delta": _wrong_element("a")},
            *({"back": _fixed_element(k, bias_last=True)} for k in range(6)),
            *({"back": _fixed_element(k, bias_last=False)} for k in range(1, 6)),
        ),
        fits=multilayer,
        equation="delta^(l) = (Theta^(l)' delta^(l+1))[[(2:end)]] .* g'(z^(l))",
        line="delta = (delta @ Theta)[:, 1:] * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; in those before it the units seem to be "
            "shifted by one.",
            cause="The wrong element is dropped from Theta' delta: not the bias unit's.",
            hint="Nothing flows back to the bias unit. Which place has it in a = [1; a_1; a_2; "
            "...]?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；前面各层的梯度，单元好像错开了一位。",
            cause="Theta' delta 去掉的元素不对：去掉的不是偏置单元那一个。",
            hint="误差不会传回偏置单元。在 a = [1; a_1; a_2; ...] 中，它排在第几？",
        ),
    ),
    Mutation(
        "flow-bias-kept",
        half="gradient",
        place="delta",
        variants=(
            {"delta": _bias_kept("z"), "regularize": _where_it_fits},
            {"delta": _bias_kept("a"), "regularize": _where_it_fits},
        ),
        fits=lambda network: network.n_layers == 3,
        everywhere=frozenset({"regularize"}),
        resizes=True,
        equation="delta^(l) = (Theta^(l)' delta^(l+1))[[(2:end)]] .* g'(z^(l))",
        line="delta = (delta @ Theta)[:, 1:] * sigmoid_gradient(z)",
        en=Description(
            symptom="The gradient is too long, or shapes do not fit.",
            cause="delta keeps the element of the bias unit, so that Theta's gradient has a row "
            "too many.",
            hint="Nothing flows back to the bias unit. How many elements should delta have?",
        ),
        zh=Description(
            symptom="梯度太长，或者形状对不上。",
            cause="delta 留下了偏置单元那个元素，所以 Theta 的梯度多出了一行。",
            hint="误差不会传回偏置单元。delta 应当有几个元素？",
        ),
    ),
    Mutation(
        "flow-wrong-theta",
        half="gradient",
        place="delta",
        variants=({"back": _of_theta(-1)}, {"back": _of_theta(1)}),
        fits=lambda network: multilayer(network) and len(set(network.layer_sizes)) == 1,
        equation="delta^(l) = [[Theta^(l)]]' delta^(l+1) .* g'(z^(l))",
        line="delta2 = (delta3 @ Theta2[:, 1:]) * sigmoid_gradient(z2)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong, and no shape "
            "complains since the layers are of one size.",
            cause="The error flows back through the Theta of another layer.",
            hint="The error goes back the way that a came. Through which Theta did a^(l) go "
            "forward?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的不对；因为各层一样大，形状没有报错。",
            cause="误差往回传时，用了别的层的 Theta。",
            hint="误差沿 a 来的路往回走。a^(l) 前向时经过的是哪一个 Theta？",
        ),
    ),
    Mutation(
        "flow-missing",
        half="gradient",
        place="delta",
        variants=({"flow": lambda step, p, l, delta: np.ones_like(p.a[l])},),
        fits=curved,
        equation="delta^(l) = [[Theta^(l)' delta^(l+1) .*]] g'(z^(l))",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it do not change with the "
            "labels.",
            cause="delta is the slope g'(z) alone: what flows back from the next layer is missing.",
            hint="Give every sample another label. Does delta of this layer change?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；前面各层的，换了标签也不变。",
            cause="delta 只有导数 g'(z)：漏了从后一层传回来的误差。",
            hint="给每个样本换一个标签。这一层的 delta 变了吗？",
        ),
    ),
    Mutation(
        "flow-slope-lost",
        half="gradient",
        place="delta",
        variants=({"flow": _without_slopes},),
        fits=lambda network: (
            multilayer(network)
            and (network.cost == "quadratic" or (network.n_layers > 3 and curved(network)))
        ),
        equation="delta^(l) = Theta^(l)' [[delta^(l+1)]] .* g'(z^(l))",
        line="delta2 = (delta3 @ Theta2[:, 1:]) * sigmoid_gradient(z2)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong, and mostly too "
            "large.",
            cause="The error that flows back has not been multiplied by the slope of the layer "
            "that it comes from.",
            hint="What goes back through Theta: the next layer's error, or its delta?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的不对，而且大多偏大。",
            cause="传回来的误差没有乘上后一层自己的导数。",
            hint="穿过 Theta 往回传的是什么：后一层的误差，还是它的 delta？",
        ),
    ),
)
