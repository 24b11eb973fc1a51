"""Mistakes in the slope g'(z) of hidden layers."""

from __future__ import annotations

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, slope_of
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import curved, multilayer, one_output, smooth, square
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array

__all__ = ["SLOPE"]

_SIGMOID_OUTPUT = ("logistic", "quadratic")


def _at_a(step: Step, p: Pass, l: int) -> Array:
    g = ACTIVATIONS[p.network.activation]
    return g.prime(np, p.a[l], g.f(np, p.a[l]))


def _of_z(step: Step, p: Pass, l: int) -> Array:
    """The formula in a, applied to z: z (1 - z), or 1 - z^2."""
    return slope_of(p.network.activation, p.z[l], p.z[l])


def _sigmoid(z: Array) -> Array:
    return ACTIVATIONS["sigmoid"].f(np, z)


def _of_activation(name: str, from_z: bool = False) -> Change:
    """The slope of another activation, of the a that was computed or of its own."""

    def change(step: Step, p: Pass, l: int) -> Array:
        if name == p.network.activation:
            return step(p, l)
        z = p.z[l]
        return slope_of(name, z, ACTIVATIONS[name].f(np, z) if from_z else p.a[l])

    return change


def _of_layer(offset: int) -> Change:
    """g' of a neighbouring layer, where the sizes allow it."""

    def change(step: Step, p: Pass, l: int) -> Array:
        other = l + offset
        if (
            other == p.L
            and p.network.cost in _SIGMOID_OUTPUT
            and p.a[p.L].shape[1] in (1, p.a[l].shape[1])
        ):
            h = p.a[p.L]
            return np.asarray(h * (1 - h) * np.ones_like(p.a[l]))  # (m, s_l)
        fits = 2 <= other < p.L and p.z[other].shape == p.z[l].shape
        return step(p, other if fits else l)

    return change


def _first_factor(step: Step, p: Pass, l: int) -> Array:
    return p.a[l]


def _second_factor(step: Step, p: Pass, l: int) -> Array:
    a = p.a[l]
    return 1 - a if p.network.activation == "sigmoid" else 1 + a * a


def _one_minus(step: Step, p: Pass, l: int) -> Array:
    return np.asarray(1 - p.a[l])


def _wrong_sign(step: Step, p: Pass, l: int) -> Array:
    """a (1 + a), or (1 - a)^2 for 1 - a^2."""
    a = p.a[l]
    return np.asarray(a * (1 + a) if p.network.activation == "sigmoid" else (1 - a) ** 2)


def _of_unit(j: int) -> Change:
    """Every unit gets the slope of one: an index that stays where it is."""
    return lambda step, p, l: np.ones_like(p.a[l]) * step(p, l)[:, [j]]


def _mixed(first: str) -> Change:
    """a and z in one formula: a (1 - z) or z (1 - a)."""

    def change(step: Step, p: Pass, l: int) -> Array:
        z, a = p.z[l], p.a[l]
        if p.network.activation != "sigmoid":
            return step(p, l)
        return np.asarray(a * (1 - z) if first == "a" else z * (1 - a))

    return change


def _activation_of_z(step: Step, p: Pass, l: int) -> Array:
    return ACTIVATIONS[p.network.activation].f(np, p.z[l])


def _factors(p: Pass, l: int) -> tuple[Array, Array]:
    """What people multiply: a and 1 - a, or tanh's a and a."""
    a = p.a[l]
    return (a, 1 - a) if p.network.activation == "sigmoid" else (a, a)


def _product_of_samples(turned: bool) -> Change:
    """a' (1 - a) is a product of samples with samples, ``(m, m)``; tanh: 1 - a' a."""

    def change(step: Step, p: Pass, l: int, delta_next: Array) -> Array:
        x, y = _factors(p, l)
        G = x @ y.T  # (m, m)
        G = G if p.network.activation == "sigmoid" else 1 - G
        return np.asarray((G.T if turned else G) @ p.do["flow"](p, l, delta_next))

    return change


def _product_of_units(turned: bool) -> Change:
    """a (1 - a)' is a product of units with units, ``(s_l, s_l)``; tanh: 1 - a a'."""

    def change(step: Step, p: Pass, l: int, delta_next: Array) -> Array:
        x, y = _factors(p, l)
        G = x.T @ y  # (s_l, s_l)
        G = G if p.network.activation == "sigmoid" else 1 - G
        return np.asarray(p.do["flow"](p, l, delta_next) @ (G.T if turned else G))

    return change


def _inner_product(step: Step, p: Pass, l: int, delta_next: Array) -> Array:
    """Of vectors, dot gives one number a sample: all units get it."""
    every = p.do["flow"](p, l, delta_next) * p.do["slope"](p, l)  # (m, s_l)
    return np.asarray(np.ones_like(every) * every.sum(axis=1, keepdims=True))


SLOPE: tuple[Mutation, ...] = (
    Mutation(
        "slope-missing",
        half="gradient",
        place="delta",
        variants=({"slope": lambda step, p, l: np.ones_like(p.z[l])},),
        fits=curved,
        equation="delta^(l) = Theta^(l)' delta^(l+1) [[.* g'(z^(l))]]",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right, those before it are wrong, and mostly too "
            "large.",
            cause="The slope g'(z) is missing from delta, or is 1 everywhere, like the mask a >= 0 "
            "of a ReLU.",
            hint="By the chain rule the error has to pass through the activation on its way back. "
            "What is the derivative of a by z? If there is a mask a >= 0: where is it not true?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的都不对，而且大多偏大。",
            cause="delta 漏乘了激活函数的导数 g'(z)，或者这个导数处处是 1，比如 ReLU 的掩码写成 a "
            ">= 0。",
            hint="根据链式法则，误差往回传时要穿过激活函数。a 对 z 的导数是什么？如果用了掩码 "
            "a >= 0：它在哪里不成立？",
        ),
    ),
    Mutation(
        "slope-at-a",
        half="gradient",
        place="delta",
        variants=({"slope": _at_a},),
        fits=smooth,
        equation="delta^(l) = Theta^(l)' delta^(l+1) .* g'([[z^(l)]])",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are off, by a factor that "
            "differs from unit to unit.",
            cause="The slope g' is taken at a instead of z: the activation is applied twice.",
            hint="Your g' applies g by itself. Which of z and a does it expect?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；前面各层的不对，每个单元相差的倍数都不一样。",
            cause="g' 代入了 a，而不是 z：激活函数用了两次。",
            hint="你的 g' 里面已经算了一次 g。它要的自变量是 z 还是 a？",
        ),
    ),
    Mutation(
        "slope-z-for-a",
        half="gradient",
        place="delta",
        variants=({"slope": _of_z}, {"slope": _mixed("a")}, {"slope": _mixed("z")}),
        fits=smooth,
        equation="g'(z^(l)) = [[a^(l) .* (1 - a^(l))]]",
        line="delta = (delta @ Theta[:, 1:]) * a * (1 - a)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong, with wrong "
            "signs among them.",
            cause="The formula of the slope is fed with z, where it is written for a.",
            hint="a (1 - a) is the slope in terms of a. Which variable stands in your line?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；前面各层的不对，有的连符号都错了。",
            cause="导数公式是用 a 写的，却代入了 z。",
            hint="a (1 - a) 是用 a 表示的导数。你那一行里放的是哪个变量？",
        ),
    ),
    Mutation(
        "slope-half",
        half="gradient",
        place="delta",
        variants=({"slope": _second_factor}, {"slope": _one_minus}, {"slope": _wrong_sign}),
        fits=smooth,
        equation="g'(z^(l)) = [[a^(l) .*]] (1 - a^(l))",
        line="delta = (delta @ Theta[:, 1:]) * a * (1 - a)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong by a factor "
            "that differs from unit to unit.",
            cause="A factor of the slope is missing, or has the wrong sign: 1 - a in place of a (1 "
            "- a).",
            hint="Differentiate the activation once more on paper. How many factors does it have?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；前面各层的不对，每个单元相差的倍数都不一样。",
            cause="导数少了一个因子或写错了符号：应当是 a (1 - a)，却只有 1 - a。",
            hint="在纸上把激活函数再求一次导。它有几个因子？",
        ),
    ),
    Mutation(
        "slope-is-activation",
        half="gradient",
        place="delta",
        variants=({"slope": _first_factor}, {"slope": _activation_of_z}),
        fits=curved,
        equation="delta^(l) = Theta^(l)' delta^(l+1) .* [[g'(z^(l))]]",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong.",
            cause="The activation stands where its slope should be: g in place of g'.",
            hint="On the way back each unit asks how fast its a changes with z. Is that what your "
            "factor says?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的都不对。",
            cause="该用导数 g' 的地方，用成了激活函数 g 本身。",
            hint="往回传时，每个单元要问的是：z 变一点，a 变多少？你乘的那个数回答的是这个问题吗？",
        ),
    ),
    Mutation(
        "slope-twice",
        half="gradient",
        place="delta",
        variants=({"slope": lambda step, p, l: step(p, l) ** 2},),
        fits=smooth,
        equation="delta^(l) = Theta^(l)' delta^(l+1) .* g'(z^(l)) [[(once)]]",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are too small.",
            cause="The slope g'(z) is in delta twice.",
            hint="Once a layer: where in your code does each g' come in?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的都偏小。",
            cause="delta 中的 g'(z) 乘了两次。",
            hint="每层只乘一次。代码里每个 g' 是在哪里乘进去的？",
        ),
    ),
    Mutation(
        "slope-product-rule",
        half="gradient",
        place="delta",
        variants=(
            {"slope": lambda step, p, l: _sigmoid(p.z[l])},
            {"slope": lambda step, p, l: p.z[l] * slope_of("sigmoid", p.z[l], _sigmoid(p.z[l]))},
        ),
        fits=lambda network: multilayer(network) and network.activation == "silu",
        equation="g'(z) = s(z) [[+ z s(z) (1 - s(z))]]",
        line="slope = s + z * s * (1 - s)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are off, most where z is "
            "far from 0.",
            cause="The slope of SiLU has only one of its two terms: g(z) = z s(z) is a product.",
            hint="Differentiate z times s(z) with the product rule. How many terms are there?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的都不对，z 离 0 越远偏差越大。",
            cause="SiLU 的导数只写了两项中的一项：g(z) = z s(z) 是两个因子的乘积。",
            hint="用乘积法则对 z 乘 s(z) 求导，一共有几项？",
        ),
    ),
    Mutation(
        "slope-other-activation",
        half="gradient",
        place="delta",
        variants=(
            {"slope": _of_activation("sigmoid")},
            {"slope": _of_activation("sigmoid", from_z=True)},
            {"slope": _of_activation("tanh")},
            {"slope": _of_activation("tanh", from_z=True)},
            {"slope": _of_activation("relu")},
        ),
        fits=multilayer,
        equation="delta^(l) = Theta^(l)' delta^(l+1) .* [[g']](z^(l))",
        line="delta = (delta @ Theta[:, 1:]) * g_prime(z)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it are wrong.",
            cause="The slope is that of another activation than the one used in forward "
            "propagation.",
            hint="Which function is in your forward pass, and of which one is this the derivative?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的，前面各层的都不对。",
            cause="用的是另一种激活函数的导数，与前向传播所用的不是同一种。",
            hint="前向传播用的是哪个函数？这里的导数又是哪个函数的？",
        ),
    ),
    Mutation(
        "slope-wrong-layer",
        half="gradient",
        place="delta",
        variants=({"slope": _of_layer(1)}, {"slope": _of_layer(-1)}),
        fits=lambda network: (
            curved(network)
            and (square(network) or (one_output(network) and network.cost in _SIGMOID_OUTPUT))
        ),
        equation="delta^(l) = Theta^(l)' delta^(l+1) .* g'([[z^(l)]])",
        line="delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z[l])",
        en=Description(
            symptom="The gradients of some early layers are wrong, although no shape complains.",
            cause="The slope is taken at the z of a neighbouring layer.",
            hint="delta^(l) goes with z^(l). Check the index.",
        ),
        zh=Description(
            symptom="前面某些层的梯度不对，而形状没有报错。",
            cause="导数代入的是相邻一层的 z。",
            hint="delta^(l) 要配 z^(l)。检查一下下标。",
        ),
    ),
    Mutation(
        "slope-of-one-unit",
        half="gradient",
        place="delta",
        variants=({"slope": _of_unit(0)}, {"slope": _of_unit(-1)}),
        fits=lambda network: curved(network) and min(network.layer_sizes[1:-1]) > 1,
        equation="delta_j = (Theta' delta)_j g'(z_[[j]])",
        line="delta[j] = back[j] * a[j] * (1 - a[j])",
        en=Description(
            symptom="The last Theta's gradient is right; before it, that of one unit is right and "
            "those of the others are not.",
            cause="Every unit gets the slope of the same unit: an index stays where it is.",
            hint="Which index changes in your loop, and which one does your slope have?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；在它前面，只有一个单元的对，其余单元的都不对。",
            cause="所有单元用的都是同一个单元的导数：下标没有跟着变。",
            hint="循环里哪个下标在变？你的导数用的又是哪个下标？",
        ),
    ),
    Mutation(
        "slope-by-dot",
        half="gradient",
        place="delta",
        variants=(
            {"delta": _product_of_samples(False)},
            {"delta": _product_of_samples(True)},
            {"delta": _product_of_units(False)},
            {"delta": _product_of_units(True)},
            {"delta": _inner_product},
        ),
        fits=smooth,
        equation="delta^(l) = Theta^(l)' delta^(l+1) [[.*]] g'(z^(l))",
        line="delta = (delta @ Theta[:, 1:]) * a * (1 - a)",
        en=Description(
            symptom="The last Theta's gradient is right; those before it mix all samples or all "
            "units.",
            cause="The slope is multiplied as a matrix (dot, @) where it belongs element by "
            "element.",
            hint="Each unit of each sample has one slope of its own. Which product takes them one "
            "by one?",
        ),
        zh=Description(
            symptom="最后一个 Theta 的梯度是对的；前面各层的把所有样本或所有单元混在了一起。",
            cause="导数应当逐元素相乘，却做了矩阵乘法（dot 或 @）。",
            hint="每个样本的每个单元各有一个导数。哪一种乘法是一个对一个的？",
        ),
    ),
)
