"""Mistakes in a = g(z) of hidden layers, and in the sigmoid wherever it stands. J is wrong, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from clearprop.doctor.algorithm import Pass, Step, slope_of, with_bias
from clearprop.doctor.mistakes.mutation import Change, Description, Mutation
from clearprop.doctor.mistakes.shared import multilayer, slope_output_of_z
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network

__all__ = ["ACTIVATION"]


def _activation(name: str) -> Change:
    def change(step: Step, p: Pass, l: int, z: Array) -> Array:
        return ACTIVATIONS[name].f(np, z) if l < p.L else step(p, l, z)

    return change


def _slope(name: str) -> Change:
    return lambda step, p, l: slope_of(name, p.z[l], p.a[l])


def _stated_slope(step: Step, p: Pass, l: int) -> Array:
    a = ACTIVATIONS[p.network.activation].f(np, p.z[l])
    return slope_of(p.network.activation, p.z[l], a)


def _swapped(name: str) -> tuple[Mapping[str, Change], ...]:
    """Another activation than the stated one, with its own slope or with the stated one's."""
    return (
        {"activate": _activation(name), "slope": _slope(name)},
        {"activate": _activation(name)},
        {"activate": _activation(name), "slope": _stated_slope},
    )


def _is_not(name: str) -> Callable[[Network], bool]:
    return lambda network: multilayer(network) and network.activation != name


def _is(name: str) -> Callable[[Network], bool]:
    return lambda network: multilayer(network) and network.activation == name


def _has_sigmoid(network: Network) -> bool:
    return _is("sigmoid")(network) or network.cost in ("logistic", "quadratic")


def _bent_layers(network: Network) -> bool:
    return multilayer(network) and network.activation in ("sigmoid", "tanh")


def _sigmoid_of_minus(step: Step, p: Pass, l: int, z: Array) -> Array:
    costs = ("logistic", "quadratic")
    is_sigmoid = p.network.cost in costs if l == p.L else p.network.activation == "sigmoid"
    return step(p, l, -z if is_sigmoid else z)


def _twice(step: Step, p: Pass, l: int, z: Array) -> Array:
    a = step(p, l, z)
    return step(p, l, a) if l < p.L or p.network.cost in ("logistic", "quadratic") else a


def _of_inputs(name: str | None) -> Change:
    """An activation (None: the stated one) of the inputs, which should go in as they are."""

    def change(step: Step, p: Pass, l: int, *a: Array) -> Array:
        if l > 1:
            return step(p, l, *a)
        return with_bias(ACTIVATIONS[name or p.network.activation].f(np, p.probe.X))

    return change


def _inputs_activated(name: str | None) -> tuple[Mapping[str, Change], ...]:
    of_inputs = _of_inputs(name)
    return {"unit": of_inputs, "unit_back": of_inputs}, {"unit": of_inputs}


def _formula(f: Callable[[Array], Array]) -> tuple[Mapping[str, Change], ...]:
    """Another function of z in hidden layers, with the slope by a or by z."""

    def change(step: Step, p: Pass, l: int, z: Array) -> Array:
        return f(z) if l < p.L else step(p, l, z)

    return {"activate": change}, {"activate": change, "slope": _stated_slope}


ACTIVATION: tuple[Mutation, ...] = (
    Mutation(
        "forward-no-activation",
        half="forward",
        place="hidden",
        variants=_swapped("identity"),
        fits=_is_not("identity"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = sigmoid(z)",
        en=Description(
            symptom="The cost is wrong, often much too large: the network is linear up to its "
            "output.",
            cause="The activation function is not applied in a hidden layer: a is z.",
            hint="What happens between z and a?",
        ),
        zh=Description(
            symptom="代价不对，往往大得多：网络直到输出层都是线性的。",
            cause="隐藏层没有用激活函数：a 就等于 z。",
            hint="从 z 到 a 之间，还应该做什么？",
        ),
    ),
    Mutation(
        "forward-sigmoid",
        half="forward",
        place="hidden",
        variants=_swapped("sigmoid"),
        fits=_is_not("sigmoid"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = g(z)",
        en=Description(
            symptom="Cost and gradient are both wrong, although each step looks right.",
            cause="The hidden layer uses the sigmoid; another activation was stated.",
            hint="Compare the activation in your code with the one you named with --activation.",
        ),
        zh=Description(
            symptom="每一步看上去都对，代价和梯度却都不对。",
            cause="隐藏层用的是 sigmoid，而声明的是另一种激活函数。",
            hint="把代码中的激活函数与 --activation 指定的比一比。",
        ),
    ),
    Mutation(
        "forward-tanh",
        half="forward",
        place="hidden",
        variants=_swapped("tanh"),
        fits=_is_not("tanh"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = g(z)",
        en=Description(
            symptom="Cost and gradient are both wrong, although each step looks right.",
            cause="The hidden layer uses tanh; another activation was stated.",
            hint="Compare the activation in your code with the one you named with --activation.",
        ),
        zh=Description(
            symptom="每一步看上去都对，代价和梯度却都不对。",
            cause="隐藏层用的是 tanh，而声明的是另一种激活函数。",
            hint="把代码中的激活函数与 --activation 指定的比一比。",
        ),
    ),
    Mutation(
        "forward-relu",
        half="forward",
        place="hidden",
        variants=_swapped("relu"),
        fits=_is_not("relu"),
        equation="a^(l) = [[g]](z^(l))",
        line="a = g(z)",
        en=Description(
            symptom="Cost and gradient are both wrong, although each step looks right.",
            cause="The hidden layer uses ReLU; another activation was stated.",
            hint="Compare the activation in your code with the one you named with --activation.",
        ),
        zh=Description(
            symptom="每一步看上去都对，代价和梯度却都不对。",
            cause="隐藏层用的是 ReLU，而声明的是另一种激活函数。",
            hint="把代码中的激活函数与 --activation 指定的比一比。",
        ),
    ),
    Mutation(
        "forward-exponent-sign",
        half="forward",
        place="layer",
        variants=({"activate": _sigmoid_of_minus},),
        fits=_has_sigmoid,
        equation="g(z) = 1 / (1 + e^[[-]]z)",
        line="g = 1 / (1 + np.exp(-z))",
        en=Description(
            symptom="The network predicts the opposite: large z gives an activation near 0.",
            cause="The sigmoid has the wrong sign in its exponent: 1 / (1 + e^z).",
            hint="What should the sigmoid of a large positive number be? Try sigmoid(10).",
        ),
        zh=Description(
            symptom="网络的预测正好相反：z 很大时，激活值反而接近 0。",
            cause="sigmoid 的指数写错了符号：写成了 1 / (1 + e^z)。",
            hint="一个很大的正数，它的 sigmoid 应该接近几？算一算 sigmoid(10)。",
        ),
    ),
    Mutation(
        "forward-activation-twice",
        half="forward",
        place="layer",
        variants=(
            {"activate": _twice},
            {
                "activate": _twice,
                "slope": _stated_slope,
                "slope_output": slope_output_of_z,
            },
        ),
        fits=lambda network: _bent_layers(network) or network.cost in ("logistic", "quadratic"),
        equation="a^(l) = g([[z^(l)]])",
        line="a = sigmoid(z)",
        en=Description(
            symptom="All activations are huddled in a narrow range (0.5 to 0.73 for the sigmoid).",
            cause="The activation function is applied twice.",
            hint="Follow one number from z to the next layer. How often does it pass through g?",
        ),
        zh=Description(
            symptom="所有激活值都挤在很窄的范围内（sigmoid 的话是 0.5 到 0.73）。",
            cause="激活函数用了两次。",
            hint="盯住一个数，从 z 一直跟到下一层。它一共经过了几次 g？",
        ),
    ),
    Mutation(
        "forward-activation-of-inputs",
        half="forward",
        place="all",
        variants=(*_inputs_activated("sigmoid"), *_inputs_activated(None)),
        fits=multilayer,
        equation="a^(1) = [[x]]",
        line="a = X",
        en=Description(
            symptom="Cost and gradient are both wrong, and inputs far from 0 make no difference.",
            cause="The activation function is applied to the inputs.",
            hint="Does the first layer compute anything? Follow one input to z of the next layer.",
        ),
        zh=Description(
            symptom="代价和梯度都不对；输入离 0 再远，结果也几乎不变。",
            cause="对输入也用了激活函数。",
            hint="第一层需要计算什么吗？跟着一个输入，一直走到下一层的 z。",
        ),
    ),
    Mutation(
        "forward-sigmoid-formula",
        half="forward",
        place="hidden",
        variants=(
            *_formula(lambda z: 1 + np.exp(-z)),
            *_formula(lambda z: 1 / (1 - np.exp(-z))),
            *_formula(lambda z: np.exp(z) / (1 + np.exp(-z))),
        ),
        fits=_is("sigmoid"),
        equation="g(z) = [[1 / (1 + e^-z)]]",
        line="g = 1 / (1 + np.exp(-z))",
        en=Description(
            symptom="Activations of a hidden layer lie outside 0 to 1.",
            cause="The sigmoid's formula is wrong: a bracket is missing, or a sign is.",
            hint="Print sigmoid(0). Is it 0.5? Which operation does your line do first?",
        ),
        zh=Description(
            symptom="隐藏层的激活值超出了 0 到 1 的范围。",
            cause="sigmoid 的公式写错了：少了括号，或者符号不对。",
            hint="打印 sigmoid(0)。等于 0.5 吗？你那一行先算的是什么？",
        ),
    ),
    Mutation(
        "forward-tanh-formula",
        half="forward",
        place="hidden",
        variants=(
            *_formula(lambda z: np.tanh(-z)),
            *_formula(lambda z: np.tanh(z / 2)),
            *_formula(np.sinh),
            *_formula(lambda z: 1 / np.tanh(z)),
            *_formula(lambda z: 1 + np.tanh(z)),
            *_formula(lambda z: np.exp(z) - np.exp(-z) / (np.exp(z) + np.exp(-z))),
        ),
        fits=_is("tanh"),
        equation="g(z) = [[(e^z - e^-z) / (e^z + e^-z)]]",
        line="g = np.tanh(z)",
        en=Description(
            symptom="Cost and gradient are both wrong; activations of a hidden layer are not those "
            "of np.tanh.",
            cause="The formula of tanh is wrong: a sign, a factor in the exponent, a bracket, or "
            "its lower half.",
            hint="Compare your function with np.tanh at z = 0, 1 and -1.",
        ),
        zh=Description(
            symptom="代价和梯度都不对；隐藏层的激活值与 np.tanh 的不一样。",
            cause="tanh 的公式写错了：符号、指数里的系数、括号，或者分母。",
            hint="取 z = 0、1、-1，把你的函数与 np.tanh 比一比。",
        ),
    ),
    Mutation(
        "forward-relu-formula",
        half="forward",
        place="hidden",
        variants=(
            *_formula(lambda z: np.minimum(z, 0)),
            *_formula(np.abs),
            *_formula(lambda z: np.maximum(-z, 0)),
            *_formula(lambda z: (z > 0).astype(np.float64)),
        ),
        fits=_is("relu"),
        equation="g(z) = [[max(0, z)]]",
        line="g = np.maximum(0, z)",
        en=Description(
            symptom="Cost and gradient are both wrong; activations of a hidden layer are not z "
            "where z is positive, or not 0 where it is negative.",
            cause="The formula of the ReLU is wrong.",
            hint="What does your function give for z = 2 and for z = -2? It should be 2 and 0.",
        ),
        zh=Description(
            symptom="代价和梯度都不对；隐藏层的激活值在 z 为正时不等于 z，或者在 z 为负时不等于 "
            "0。",
            cause="ReLU 的公式写错了。",
            hint="z = 2 和 z = -2 时，你的函数各等于多少？应当是 2 和 0。",
        ),
    ),
)
