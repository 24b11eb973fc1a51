"""What a wrong delta says: which slope was used, and what was let flow back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.doctor.layer import SAME, Layer, close
from clearprop.network.architecture import Array

__all__ = ["Slope", "read_off", "says"]

Slope = Callable[[Array, Array], Array]
"""From z and a of a layer to the slope."""


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


_SLOPES: dict[str, Slope] = {
    "a": lambda z, a: a,
    "z": lambda z, a: z,
    "a (1 - a)": lambda z, a: a * (1 - a),
    "z (1 - z)": lambda z, a: z * (1 - z),
    "1 - a^2": lambda z, a: 1 - a * a,
    "1 - z^2": lambda z, a: 1 - z * z,
    "1 - a": lambda z, a: 1 - a,
    "1 - z": lambda z, a: 1 - z,
    "1 + a^2": lambda z, a: 1 + a * a,
    "a^2": lambda z, a: a * a,
    "a (1 + a)": lambda z, a: a * (1 + a),
    "a - a^3": lambda z, a: a - a**3,
    "sigmoid'(z)": lambda z, a: _sigmoid(z) * (1 - _sigmoid(z)),
    "sigmoid'(a)": lambda z, a: _sigmoid(a) * (1 - _sigmoid(a)),
    "sigmoid(z)": lambda z, a: _sigmoid(z),
    "tanh'(z)": lambda z, a: 1 - np.tanh(z) ** 2,
    "tanh'(a)": lambda z, a: 1 - np.tanh(a) ** 2,
    "tanh(z)": lambda z, a: np.tanh(z),
    "1 where z > 0, else 0": lambda z, a: (z > 0) * 1.0,
    "1 where z < 0, else 0": lambda z, a: (z < 0) * 1.0,
    "|z|": lambda z, a: np.abs(z),
    "e^-z": lambda z, a: np.exp(-z),
}
_ERRORS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "y - a": lambda z, a, y: y - a,
    "a - y": lambda z, a, y: a - y,
    "z - y": lambda z, a, y: z - y,
    "a": lambda z, a, y: a,
    "-y": lambda z, a, y: -y,
    "-y / a": lambda z, a, y: -y / a,
    "a + y": lambda z, a, y: a + y,
    "(a - y)^2": lambda z, a, y: (a - y) ** 2,
    "|a - y|": lambda z, a, y: np.abs(a - y),
    "y (a - y)": lambda z, a, y: y * (a - y),
    "(a - y) / (a (1 - a))": lambda z, a, y: (a - y) / (a * (1 - a)),
}


def says(layers: Sequence[Layer], output: bool) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What the deltas of one layer say, over all probes with one sample in which it is wrong."""
    z, a, flow, yours, right, slope = (
        np.concatenate([getattr(layer, name) for layer in layers])
        for name in ("z", "a", "flow", "yours", "right", "slope")
    )
    named: dict[str, Any] = {"l": layers[0].l}
    if not yours.any():
        return (("delta-zero", named),)
    if output:
        y = np.concatenate([layer.p.Y[0] for layer in layers])
        for formula, of in _ERRORS.items():
            value = of(z, a, y)
            if not close(value, right) and close(yours, value):
                return (("delta-output", {**named, "formula": formula}),)
    if all(len(x.yours) > 1 and close(x.yours, x.yours[:1]) for x in layers):
        return (("delta-same", named),)
    if close(yours, -right):
        return (("delta-sign", named),)
    if close(yours, slope) and not output:
        return (("delta-is-slope", named),)
    if close(yours, flow) and not close(slope, np.ones_like(slope)):
        return (("slope-none", named),)
    flows = np.abs(flow) > 1e-9 * np.abs(flow).max(initial=0.0)
    z, a, flow, yours, slope = z[flows], a[flows], flow[flows], yours[flows], slope[flows]
    used = yours / flow
    negative = flow < 0
    if negative.any() and (~negative).any() and not yours[negative].any():
        rest = yours[~negative]
        if close(rest, flow[~negative]) or close(rest, (flow * slope)[~negative]):
            return (("flow-masked", named),)
    if not output and all((_about_flow(x) or ("",))[0] == "flow-early" for x in layers):
        return (("flow-early", {**named, "above": layers[0].l + 1}),)
    return _about_slope(named, z, a, used, slope, layers)


def _about_slope(
    named: dict[str, Any],
    z: Array,
    a: Array,
    used: Array,
    slope: Array,
    layers: Sequence[Layer],
) -> tuple[tuple[str, dict[str, Any]], ...]:
    alike = close(used, used[:1])
    if alike and not close(slope, slope[:1]):
        return (("slope-number", {**named, "value": _number(used[0])}),)
    dots = np.concatenate(
        [np.full(int((np.abs(x.flow) > 0).sum()), 1 - float(x.a @ x.a)) for x in layers]
    )
    if len(dots) == len(used) and close(used, dots):
        return (("slope-dot", named),)
    if len(used) > 1:
        for formula, of in _SLOPES.items():
            value = of(z, a)
            if not close(value, slope) and close(used, value):
                return (("slope-formula", {**named, "formula": formula}),)
        ratio = used / slope
        if np.isfinite(ratio).all() and close(ratio, ratio[:1]):
            return (("slope-times", {**named, "value": _number(ratio[0])}),)
        if close(used, slope * slope):
            return (("slope-formula", {**named, "formula": "g'(z)^2"}),)
    low, high = used[z < 0], used[z > 0]
    if len(low) and len(high) and len(used) > 2 and close(low, low[:1]) and close(high, high[:1]):
        values = {"low": _number(low[0]), "high": _number(high[0])}
        return (("slope-sides", {**named, **values}),)
    if len(used) > 2 and close(np.sort(used), np.sort(slope)):
        return (("slope-units", named),)
    first = layers[0]
    good = np.abs(first.yours - first.right) <= SAME * np.abs(first.right).max(initial=0.0)
    if good.any():
        units = ", ".join(map(str, (np.flatnonzero(~good) + 1).tolist()))
        return (("delta-units", {**named, "units": units}),)
    return (_about_flow(first) or ("slope-table", named),)


def _about_flow(layer: Layer) -> tuple[str, dict[str, Any]] | None:
    """Whether each unit was given what flows back to another one, or to the bias unit."""
    p, l = layer.p, layer.l
    if l == p.L or not layer.slope.all():
        return None
    early = (p.B[l][1:] @ layer.before) * layer.slope  # (s_l,)
    if not close(layer.before, layer.above) and close(layer.yours, early):
        return "flow-early", {"l": l, "above": l + 1}
    given = layer.yours / layer.slope  # (s_l,)
    B, above = p.B[l], layer.above
    back = B @ above  # (s_l + 1,); the bias unit's is the first
    scale = SAME * np.abs(back).max(initial=0.0)
    places = [np.flatnonzero(np.abs(back - value) <= scale) for value in given]
    if any(len(place) != 1 for place in places):
        return None
    units = ", ".join("bias" if place[0] == 0 else str(place[0]) for place in places)
    return "flow-units", {"l": l, "units": units, "n": len(places)}


def _number(value: float) -> str:
    near = round(float(value), 4)
    return f"{near:g}" if abs(near - value) <= 1e-5 * max(abs(value), 1e-3) else f"{value:.6g}"


def read_off(layers: Sequence[Layer]) -> tuple[dict[str, str], Slope] | None:
    """The slope that was used in a hidden layer, as words in each language and as a function.

    None if neither a known formula nor one or two numbers give it.
    """
    z, a, flow, yours, slope = (
        np.concatenate([getattr(layer, name) for layer in layers])
        for name in ("z", "a", "flow", "yours", "slope")
    )
    flows = np.abs(flow) > 1e-9 * np.abs(flow).max(initial=0.0)
    z, a, used, slope = z[flows], a[flows], yours[flows] / flow[flows], slope[flows]
    if len(used) < 3 or close(used, slope):
        return None
    for formula, of in _SLOPES.items():
        if close(used, of(z, a)):
            return {"en": formula, "zh": formula}, of
    if close(used, used[:1]):
        number = float(used[0])
        return dict.fromkeys(("en", "zh"), _number(number)), lambda z, a: np.full_like(z, number)
    low, high = used[z < 0], used[z > 0]
    if len(low) and len(high) and close(low, low[:1]) and close(high, high[:1]):
        below, above = float(low[0]), float(high[0])
        words = {
            "en": f"{_number(below)} where z < 0 and {_number(above)} where z > 0",
            "zh": f"z < 0 时为 {_number(below)}、z > 0 时为 {_number(above)}",
        }
        return words, lambda z, a: np.where(z < 0, below, above)
    return None
