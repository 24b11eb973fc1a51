"""Mistakes in delta: the error of the output, the slope, and the way back through Theta.

Each is one or two changed steps of :mod:`clearprop.gradients.mutations`. What people call them, and
what to do about them, stands in the catalogues of texts, ``catalogue/*.toml``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from clearprop.gradients.mutations import Change, Mutation, Pass, Step, ones, slope_of
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import ACTIVATIONS

__all__ = ["DELTA", "dropped", "shifted", "times"]


def times(factor: float) -> Change:
    """What the step gives, times a constant."""

    def change(step: Step, *arguments: Any) -> Any:
        return factor * step(*arguments)

    return change


def _multilayer(network: Network) -> bool:
    return network.n_layers > 2


def _curved(network: Network) -> bool:
    """Whether there are hidden layers, and their slope is not 1."""
    return network.n_layers > 2 and network.activation != "identity"


def _smooth(network: Network) -> bool:
    return _curved(network) and network.activation != "relu"


def _square(network: Network) -> bool:
    sizes = network.layer_sizes
    return any(s == t for s, t in pairwise(sizes[1:]))


# -- delta of the output layer ---------------------------------------------------------------------


def _output_slope(step: Step, p: Pass) -> Array:
    """delta^(L) times the sigmoid's slope, which the logistic cost has cancelled."""
    a = p.a[p.L]
    return np.asarray(step(p) * a * (1 - a))


def _no_output_slope(step: Step, p: Pass) -> Array:
    return p.a[p.L] - p.Y


def _output_slope_at_a(step: Step, p: Pass) -> Array:
    """The slope of the output, taken at a instead of z."""
    a = p.a[p.L]
    g = 1 / (1 + np.exp(-a))
    return (a - p.Y) * g * (1 - g)


def shifted(by: int) -> Change:
    """One-hot rows whose 1 is in the place of another class: the labels are counted wrongly."""

    def change(step: Step, p: Pass) -> Array:
        Y = step(p)
        return np.roll(Y, by, axis=1)

    return change


def dropped(by: int) -> Change:
    """Labels 1..K compared with 0..K-1, or the reverse: one class has no 1 anywhere."""

    def change(step: Step, p: Pass) -> Array:
        Y = np.roll(step(p), by, axis=1)
        Y[:, 0 if by > 0 else -1] = 0
        return Y

    return change


def _delta_from(targets: Change) -> Change:
    """delta^(L) from other targets than the cost's."""

    def change(step: Step, p: Pass) -> Array:
        kept = p.Y
        p.Y = targets(lambda p: kept, p)
        try:
            return step(p)
        finally:
            p.Y = kept

    return change


# -- Slope -----------------------------------------------------------------------------------------


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _slope_at_a(step: Step, p: Pass, l: int) -> Array:
    g = ACTIVATIONS[p.network.activation]
    return g.prime(np, p.a[l], g.f(np, p.a[l]))


def _slope_of_z(step: Step, p: Pass, l: int) -> Array:
    """The formula in a, fed with z: z (1 - z), or 1 - z^2."""
    return slope_of(p.network.activation, p.z[l], p.z[l])


def _slope_named(name: str, from_z: bool = False) -> Change:
    def change(step: Step, p: Pass, l: int) -> Array:
        if name == p.network.activation:
            return step(p, l)
        z = p.z[l]
        a = ACTIVATIONS[name].f(np, z) if from_z else p.a[l]
        return slope_of(name, z, a)

    return change


def _slope_of_layer(offset: int) -> Change:
    """g' of a neighbouring layer, where the sizes allow it."""

    def change(step: Step, p: Pass, l: int) -> Array:
        other = l + offset
        if not 2 <= other < p.L or p.z[other].shape != p.z[l].shape:
            return step(p, l)
        return step(p, other)

    return change


def _half_slope(part: str) -> Change:
    def change(step: Step, p: Pass, l: int) -> Array:
        a = p.a[l]
        if part == "a":
            return a
        return 1 - a if p.network.activation == "sigmoid" else 1 + a * a

    return change


def _activation_of_z(step: Step, p: Pass, l: int) -> Array:
    return ACTIVATIONS[p.network.activation].f(np, p.z[l])


# -- Flow ------------------------------------------------------------------------------------------


def _flow_transposed(step: Step, p: Pass, l: int, delta: Array) -> Array:
    B = p.B[l]
    return delta @ B[1:] if B.shape[0] - 1 == B.shape[1] else step(p, l, delta)


def _flow_without_theta(step: Step, p: Pass, l: int, delta: Array) -> Array:
    return delta if delta.shape[1] == p.B[l].shape[0] - 1 else step(p, l, delta)


def _wrong_element(slope: str) -> Change:
    """The last element of ``Theta' delta`` is dropped, and the bias unit's kept."""

    def change(step: Step, p: Pass, l: int, delta: Array) -> Array:
        back = delta @ p.B[l].T  # (m, s_l + 1)
        if slope == "unpadded":
            return back[:, :-1] * p.do["slope"](p, l)
        return (back * _padded_slope(p, l, slope))[:, :-1]

    return change


def _padded_slope(p: Pass, l: int, how: str) -> Array:
    """g' of ``[1; z]`` or ``[1; a]``: what comes first depends on how people write it."""
    slope = p.do["slope"](p, l)
    one = ones(slope)
    g = ACTIVATIONS[p.network.activation]
    first = g.prime(np, one, g.f(np, one)) if how == "z" else g.prime(np, one, one)
    return np.hstack([first, slope])


def _bias_kept(slope: str) -> Change:
    """delta keeps its bias element: the gradient of the layer below becomes too large."""

    def change(step: Step, p: Pass, l: int, delta: Array) -> Array:
        if delta.shape[1] > p.B[l].shape[1]:  # kept in the layer above already
            delta = delta[:, 1:]
        return delta @ p.B[l].T * _padded_slope(p, l, slope)  # (m, s_l + 1)

    return change


def _where_it_fits(step: Step, p: Pass, l: int, D: Array) -> Array:
    return step(p, l, D) if D.shape == p.B[l].shape else D


DELTA: tuple[Mutation, ...] = (
    Mutation(
        "delta-sign",
        "gradient",
        "all",
        ({"delta_output": times(-1.0)}, {"finish": times(-1.0)}),
        "delta^(L) = [[a^(L) - y]]",
        "delta = a - y",
    ),
    Mutation(
        "delta-output-slope",
        "gradient",
        "output",
        ({"delta_output": _output_slope},),
        "delta^(L) = a^(L) - y [[(no g'(z^(L)) here)]]",
        "delta = a - y",
        lambda network: network.cost in ("logistic", "softmax"),
    ),
    Mutation(
        "delta-output-no-slope",
        "gradient",
        "output",
        ({"delta_output": _no_output_slope},),
        "delta^(L) = (a^(L) - y) [[.* a^(L) .* (1 - a^(L))]]",
        "delta = (a - y) * a * (1 - a)",
        lambda network: network.cost == "quadratic",
    ),
    Mutation(
        "delta-output-slope-at-a",
        "gradient",
        "output",
        ({"delta_output": _output_slope_at_a},),
        "delta^(L) = (a^(L) - y) .* g'([[z^(L)]])",
        "delta = (a - y) * sigmoid_gradient(z)",
        lambda network: network.cost == "quadratic",
    ),
    Mutation(
        "delta-z-for-a",
        "gradient",
        "output",
        ({"delta_output": lambda step, p: p.z[p.L] - p.Y},),
        "delta^(L) = [[a^(L)]] - y",
        "delta = a - y",
        lambda network: network.cost in ("logistic", "softmax"),
    ),
    Mutation(
        "delta-squared",
        "gradient",
        "output",
        (
            {"delta_output": lambda step, p: step(p) * (p.a[p.L] - p.Y)},
            {"delta_output": lambda step, p: np.abs(step(p))},
        ),
        "delta^(L) = [[a^(L) - y]]",
        "delta = a - y",
    ),
    Mutation(
        "delta-labels-shifted",
        "gradient",
        "output",
        (
            {"delta_output": _delta_from(shifted(1))},
            {"delta_output": _delta_from(shifted(-1))},
            {"delta_output": _delta_from(dropped(1))},
            {"delta_output": _delta_from(dropped(-1))},
        ),
        "delta^(L) = a^(L) - [[y]]",
        "delta = a - Y",
        lambda network: network.n_outputs > 1 and network.cost not in ("squared", "poisson"),
    ),
    Mutation(
        "slope-missing",
        "gradient",
        "delta",
        ({"slope": lambda step, p, l: np.ones_like(p.z[l])},),
        "delta^(l) = Theta^(l)' delta^(l+1) [[.* g'(z^(l))]]",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        _curved,
    ),
    Mutation(
        "slope-at-a",
        "gradient",
        "delta",
        ({"slope": _slope_at_a},),
        "delta^(l) = Theta^(l)' delta^(l+1) .* g'([[z^(l)]])",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        _smooth,
    ),
    Mutation(
        "slope-z-for-a",
        "gradient",
        "delta",
        ({"slope": _slope_of_z},),
        "g'(z^(l)) = [[a^(l) .* (1 - a^(l))]]",
        "delta = (delta @ Theta[:, 1:]) * a * (1 - a)",
        _smooth,
    ),
    Mutation(
        "slope-half",
        "gradient",
        "delta",
        ({"slope": _half_slope("1-a")},),
        "g'(z^(l)) = [[a^(l) .*]] (1 - a^(l))",
        "delta = (delta @ Theta[:, 1:]) * a * (1 - a)",
        _smooth,
    ),
    Mutation(
        "slope-is-activation",
        "gradient",
        "delta",
        ({"slope": _half_slope("a")}, {"slope": _activation_of_z}),
        "delta^(l) = Theta^(l)' delta^(l+1) .* [[g'(z^(l))]]",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        _curved,
    ),
    Mutation(
        "slope-twice",
        "gradient",
        "delta",
        ({"slope": lambda step, p, l: step(p, l) ** 2},),
        "delta^(l) = Theta^(l)' delta^(l+1) .* g'(z^(l)) [[(once)]]",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        _smooth,
    ),
    Mutation(
        "slope-other-activation",
        "gradient",
        "delta",
        (
            {"slope": _slope_named("sigmoid")},
            {"slope": _slope_named("sigmoid", from_z=True)},
            {"slope": _slope_named("tanh")},
            {"slope": _slope_named("tanh", from_z=True)},
            {"slope": _slope_named("relu")},
        ),
        "delta^(l) = Theta^(l)' delta^(l+1) .* [[g']](z^(l))",
        "delta = (delta @ Theta[:, 1:]) * g_prime(z)",
        _multilayer,
    ),
    Mutation(
        "slope-wrong-layer",
        "gradient",
        "delta",
        ({"slope": _slope_of_layer(1)}, {"slope": _slope_of_layer(-1)}),
        "delta^(l) = Theta^(l)' delta^(l+1) .* g'([[z^(l)]])",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z[l])",
        lambda network: _curved(network) and _square(network),
    ),
    Mutation(
        "flow-transposed",
        "gradient",
        "delta",
        ({"flow": _flow_transposed},),
        "delta^(l) = [[Theta^(l)']] delta^(l+1) .* g'(z^(l))",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        lambda network: _multilayer(network) and _square(network),
    ),
    Mutation(
        "flow-without-theta",
        "gradient",
        "delta",
        ({"flow": _flow_without_theta},),
        "delta^(l) = [[Theta^(l)']] delta^(l+1) .* g'(z^(l))",
        "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)",
        lambda network: _multilayer(network) and _square(network),
    ),
    Mutation(
        "flow-wrong-element",
        "gradient",
        "delta",
        (
            {"delta": _wrong_element("unpadded")},
            {"delta": _wrong_element("z")},
            {"delta": _wrong_element("a")},
        ),
        "delta^(l) = (Theta^(l)' delta^(l+1))[[(2:end)]] .* g'(z^(l))",
        "delta = (delta @ Theta)[:, 1:] * sigmoid_gradient(z)",
        _multilayer,
    ),
    Mutation(
        "flow-bias-kept",
        "gradient",
        "delta",
        (
            {"delta": _bias_kept("z"), "regularize": _where_it_fits},
            {"delta": _bias_kept("a"), "regularize": _where_it_fits},
        ),
        "delta^(l) = (Theta^(l)' delta^(l+1))[[(2:end)]] .* g'(z^(l))",
        "delta = (delta @ Theta)[:, 1:] * sigmoid_gradient(z)",
        lambda network: network.n_layers == 3,
    ),
)
