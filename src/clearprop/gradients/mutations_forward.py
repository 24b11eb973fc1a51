"""Mistakes in forward propagation, and in what both halves share: J and the gradient are off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop.gradients.mutations import Change, Mutation, Pass, Step, ones, slope_of
from clearprop.gradients.mutations_delta import dropped, shifted
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import ACTIVATIONS, COSTS

__all__ = ["FORWARD"]


def _hidden(network: Network) -> bool:
    return network.n_layers > 2


def _zero_bias(step: Step, p: Pass, l: int, *a: Array) -> Array:
    unit = step(p, l, *a).copy()
    unit[:, 0] = 0
    return unit


def _bias_behind(step: Step, p: Pass, l: int, *a: Array) -> Array:
    """``[a; 1]``, where ``[1; a]`` is meant."""
    activation = a[0] if a else p.a[l]
    return np.hstack([activation, ones(activation)])


def _flow_keeps_first(step: Step, p: Pass, l: int, delta: Array) -> Array:
    return delta @ p.B[l][:-1].T  # (m, s_l)


def _activation(name: str) -> Change:
    def change(step: Step, p: Pass, l: int, z: Array) -> Array:
        return ACTIVATIONS[name].f(np, z) if l < p.L else step(p, l, z)

    return change


def _slope(name: str) -> Change:
    return lambda step, p, l: slope_of(name, p.z[l], p.a[l])


def _swapped(name: str) -> tuple[Mapping[str, Change], ...]:
    """Another activation than the stated one: with its own slope, or with the stated one's."""
    return (
        {"activate": _activation(name), "slope": _slope(name)},
        {"activate": _activation(name)},
        {"activate": _activation(name), "slope": _stated_slope},
    )


def _is_not(name: str) -> Any:
    return lambda network: network.n_layers > 2 and network.activation != name


def _sigmoid_of_minus(step: Step, p: Pass, l: int, z: Array) -> Array:
    return step(p, l, -z)


def _stated_slope(step: Step, p: Pass, l: int) -> Array:
    a = ACTIVATIONS[p.network.activation].f(np, p.z[l])
    return slope_of(p.network.activation, p.z[l], a)


def _stated_slope_output(step: Step, p: Pass) -> Array:
    g = 1 / (1 + np.exp(-p.z[p.L]))
    return g * (1 - g)


def _twice(step: Step, p: Pass, l: int, z: Array) -> Array:
    return step(p, l, step(p, l, z))


def _softmax_over_samples(step: Step, p: Pass, l: int, z: Array) -> Array:
    if l < p.L:
        return step(p, l, z)
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum(axis=0))


def _softmax_over_all(step: Step, p: Pass, l: int, z: Array) -> Array:
    if l < p.L:
        return step(p, l, z)
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum())


def _output(cost: str) -> Change:
    def change(step: Step, p: Pass, l: int, z: Array) -> Array:
        return COSTS[cost].h(np, z) if l == p.L else step(p, l, z)

    return change


def _no_output(step: Step, p: Pass, l: int, z: Array) -> Array:
    return z if l == p.L else step(p, l, z)


def _transposed(step: Step, p: Pass, l: int, unit: Array) -> Array:
    W = p.B[l][1:]
    if W.shape[0] != W.shape[1]:
        return step(p, l, unit)
    return np.asarray(unit[:, :1] @ p.B[l][:1] + unit[:, 1:] @ W.T)


def _columns(extra: int) -> Change:
    return lambda step, p: float(p.probe.X.shape[1] + extra)


FORWARD: tuple[Mutation, ...] = (
    Mutation(
        "labels-shifted",
        "forward",
        "all",
        (
            {"targets": shifted(1)},
            {"targets": shifted(-1)},
            {"targets": dropped(1)},
            {"targets": dropped(-1)},
        ),
        "Y(i, [[y_i]]) = 1",
        "Y = np.eye(K)[y]  # labels 0..K-1; labels 1..K: np.eye(K)[y - 1]",
        lambda network: network.n_outputs > 1 and network.cost not in ("squared", "poisson"),
    ),
    Mutation(
        "m-is-columns",
        "forward",
        "all",
        ({"rows": _columns(0)}, {"rows": _columns(1)}),
        "m = [[the number of rows of X]]",
        "m = X.shape[0]",
    ),
    Mutation(
        "forward-no-bias",
        "forward",
        "Theta",
        ({"unit": _zero_bias}, {"unit": _zero_bias, "unit_back": _zero_bias}),
        "z^(l+1) = Theta^(l) [[[1;]] a^(l)]",
        "z = np.column_stack([np.ones(m), a]) @ Theta.T",
    ),
    Mutation(
        "forward-bias-last",
        "forward",
        "Theta",
        (
            {"unit": _bias_behind, "unit_back": _bias_behind},
            {"unit": _bias_behind, "unit_back": _bias_behind, "flow": _flow_keeps_first},
            {"unit": _bias_behind},
        ),
        "z^(l+1) = Theta^(l) [[[1; a^(l)]]]",
        "z = np.column_stack([np.ones(m), a]) @ Theta.T",
    ),
    Mutation(
        "forward-no-activation",
        "forward",
        "hidden",
        _swapped("identity"),
        "a^(l) = [[g]](z^(l))",
        "a = sigmoid(z)",
        _is_not("identity"),
    ),
    Mutation(
        "forward-sigmoid",
        "forward",
        "hidden",
        _swapped("sigmoid"),
        "a^(l) = [[g]](z^(l))",
        "a = g(z)",
        _is_not("sigmoid"),
    ),
    Mutation(
        "forward-tanh",
        "forward",
        "hidden",
        _swapped("tanh"),
        "a^(l) = [[g]](z^(l))",
        "a = g(z)",
        _is_not("tanh"),
    ),
    Mutation(
        "forward-relu",
        "forward",
        "hidden",
        _swapped("relu"),
        "a^(l) = [[g]](z^(l))",
        "a = g(z)",
        _is_not("relu"),
    ),
    Mutation(
        "forward-exponent-sign",
        "forward",
        "layer",
        ({"activate": _sigmoid_of_minus},),
        "g(z) = 1 / (1 + e^[[-]]z)",
        "g = 1 / (1 + np.exp(-z))",
        lambda network: (
            network.activation == "sigmoid" and network.cost in ("logistic", "quadratic")
        ),
    ),
    Mutation(
        "forward-activation-twice",
        "forward",
        "layer",
        (
            {"activate": _twice},
            {
                "activate": _twice,
                "slope": _stated_slope,
                "slope_output": _stated_slope_output,
            },
        ),
        "a^(l) = g([[z^(l)]])",
        "a = sigmoid(z)",
        lambda network: (
            network.activation in ("sigmoid", "tanh") and network.cost in ("logistic", "quadratic")
        ),
    ),
    Mutation(
        "forward-softmax-axis",
        "forward",
        "output",
        ({"activate": _softmax_over_samples}, {"activate": _softmax_over_all}),
        "h_k = e^(z_k) / [[sum_j]] e^(z_j)",
        "h = e / e.sum(axis=1, keepdims=True)",
        lambda network: network.cost == "softmax",
    ),
    Mutation(
        "forward-output-sigmoid",
        "forward",
        "output",
        ({"activate": _output("logistic")},),
        "h = [[g_out]](z^(L))",
        "h = softmax(z)",
        lambda network: network.cost in ("softmax", "squared"),
    ),
    Mutation(
        "forward-output-softmax",
        "forward",
        "output",
        (
            {"activate": _output("softmax")},
            {"activate": _output("softmax"), "slope_output": _stated_slope_output},
        ),
        "h = [[g]](z^(L))",
        "h = sigmoid(z)",
        lambda network: network.cost in ("logistic", "quadratic") and network.n_outputs > 1,
    ),
    Mutation(
        "forward-output-linear",
        "forward",
        "output",
        (
            {"activate": _no_output},
            {"activate": _no_output, "slope_output": _stated_slope_output},
            {"activate": _no_output, "slope_output": lambda step, p: np.ones_like(p.Y)},
        ),
        "h = [[g]](z^(L))",
        "h = sigmoid(z)",
        lambda network: network.cost == "quadratic",
    ),
    Mutation(
        "forward-transposed",
        "forward",
        "Theta",
        ({"weighted": _transposed},),
        "z^(l+1) = [[Theta^(l)]] [1; a^(l)]",
        "z = np.column_stack([np.ones(m), a]) @ Theta.T",
        lambda network: any(rows - 1 == columns for rows, columns in network.block_shapes),
    ),
)
