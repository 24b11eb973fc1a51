"""How far a stage may be off when the numbers before it were rounded.

Somebody who rounds at every stage may go on with the rounded numbers or with the exact ones. Each
number that was typed therefore stands for an interval around it. What is computed from intervals
lies in an interval again; its radius is found here, for the right steps exactly and for mistakes to
first order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import numpy as np

from clearprop.doctor.algorithm import Step, per_output
from clearprop.doctor.probe import Probe
from clearprop.exercise.stages import Stage, Values, computed
from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array
from clearprop.network.costs import COSTS

__all__ = ["before", "radius", "radius_to_first_order"]


def radius(stage: Stage, probe: Probe, values: Values, radii: Values) -> Array:
    """How far the right steps can get from what they make of `values`, in the stage's shape.

    `radii` are those of the earlier stages.
    """
    network, l = probe.network, stage.layer
    blocks = dict(enumerate(equations.split(network, probe.theta), start=1))
    a = {1: probe.X} | {s.layer: value for s, value in values.items() if s.kind == "a"}
    r_a = {1: np.zeros_like(probe.X)} | {s.layer: r for s, r in radii.items() if s.kind == "a"}
    with np.errstate(all="ignore"):  # log 0 where an a of 0.00 reaches down to 0
        match stage.kind:
            case "z":
                return np.asarray(r_a[l - 1] @ np.abs(blocks[l - 1][1:]))  # (m, s_l)
            case "a":
                return _of_activation(stage, probe, values[Stage("z", l)], radii[Stage("z", l)])
            case "J":
                terms = _moved(lambda h: per_output(network.cost, h, probe.Y), a, r_a, probe)
                return np.array([terms.sum() / probe.m])
            case "delta" if l == network.n_layers:
                return _moved(lambda h: COSTS[network.cost].delta(np, h, probe.Y), a, r_a, probe)
            case "delta":
                after = Stage("delta", l + 1)
                W = blocks[l][1:]
                flow, r_flow = values[after] @ W.T, radii[after] @ np.abs(W).T  # (m, s_l)
                z, r_z = values[Stage("z", l)], radii[Stage("z", l)]  # (m, s_l)
                slope, r_slope = _slope(network.activation, z, r_z, a[l], r_a[l])  # (m, s_l)
                moved = np.abs(flow) * r_slope + np.abs(slope) * r_flow + r_flow * r_slope
                return np.asarray(moved)  # (m, s_l)
            case "Delta":
                delta, r_delta = values[Stage("delta", l + 1)], radii[Stage("delta", l + 1)]
                one = np.ones((probe.m, 1))
                unit, r_unit = np.hstack([one, np.abs(a[l])]), np.hstack([0 * one, r_a[l]])
                found = unit.T @ r_delta + r_unit.T @ np.abs(delta) + r_unit.T @ r_delta
                return np.asarray(found)  # (s_l + 1, s_{l+1})
    return radii[Stage("Delta", l)] / probe.m  # (s_l + 1, s_{l+1})


def _ends(f: Callable[[Array], Array], x: Array, r: Array) -> Array:
    """How far f gets from f(x) at the ends of the interval: for a monotone f the farthest."""
    middle = f(x)
    return np.asarray(np.fmax(np.abs(f(x + r) - middle), np.abs(f(x - r) - middle)))


def _moved(
    f: Callable[[Array], Array], a: Mapping[int, Array], r_a: Mapping[int, Array], probe: Probe
) -> Array:
    """The same for a function of each output by itself, ``(m, K)``; infinite where f has no end."""
    L = probe.network.n_layers
    found = _ends(f, a[L], r_a[L])
    low, high = f(a[L] - r_a[L]), f(a[L] + r_a[L])
    return np.where(np.isfinite(low) & np.isfinite(high), found, np.inf)


def _of_activation(stage: Stage, probe: Probe, z: Array, r: Array) -> Array:
    network = probe.network
    if stage.layer < network.n_layers:
        g = ACTIVATIONS[network.activation].f
        return _ends(lambda x: g(np, x), z, r)
    h = COSTS[network.cost].h
    if network.cost != "softmax":
        return _ends(lambda x: h(np, x), z, r)
    # An output of the softmax grows with its own z and falls with every other.
    found = np.empty_like(z)
    for k in range(z.shape[1]):
        own = np.where(np.arange(z.shape[1]) == k, r, -r)  # (m, K)
        found[:, k] = np.maximum(*(np.abs(h(np, z + s * own) - h(np, z))[:, k] for s in (1, -1)))
    return found


def _slope(activation: str, z: Array, r_z: Array, a: Array, r_a: Array) -> tuple[Array, Array]:
    """g'(z) and its radius, whether it is computed from z or from a, ``(m, s_l)`` each."""
    g = ACTIVATIONS[activation]
    slope = g.prime(np, z, a)
    others = [g.prime(np, z + s * r_z, a + t * r_a) for s in (1, -1) for t in (1, -1)]
    others += [g.prime(np, x, g.f(np, x)) for x in (z - r_z, z, z + r_z)]
    return slope, reduce(np.maximum, [np.abs(other - slope) for other in others])


def radius_to_first_order(
    stage: Stage, probe: Probe, values: Values, radii: Values, do: Mapping[str, Step]
) -> Array:
    """The same for steps with a mistake in them: every earlier number is moved by itself."""
    middle = computed(stage, probe, values, do)
    if stage.kind == "D":  # every D hangs on one Delta, in a straight line
        moved = {s: x + radii[s] if s.kind == "Delta" else x for s, x in values.items()}
        return np.asarray(np.abs(computed(stage, probe, moved, do) - middle))
    signs = (1,) if stage.kind in ("z", "Delta") else (1, -1)  # these are linear in each number
    total = np.zeros_like(middle)
    for earlier in before(stage, probe):
        for index in np.ndindex(values[earlier].shape if earlier in values else (0,)):
            moved_one, found = values[earlier].copy(), np.zeros_like(middle)
            for sign in signs:
                moved_one[index] = values[earlier][index] + sign * radii[earlier][index]
                there = computed(stage, probe, {**values, earlier: moved_one}, do)
                found = np.fmax(found, np.abs(there - middle))
            total += found
    return total


def before(stage: Stage, probe: Probe) -> list[Stage]:
    """The stages that a step of this stage looks at, the wrong steps of mistakes included."""
    l, L = stage.layer, probe.network.n_layers
    match stage.kind:
        case "z":
            return [Stage("a", l - 1)]
        case "a":
            return [Stage("z", l)]
        case "J":
            return [Stage("a", L)]
        case "delta" if l == L:
            return [Stage("a", L), Stage("z", L)]
        case "Delta":  # delta^(l+1) may be made once more, and wrongly
            made_of = [Stage("delta", l + 2), Stage("a", l + 1), Stage("z", l + 1)]
            return [Stage("delta", l + 1), Stage("a", l), Stage("z", l), *made_of]
    return [Stage("delta", l + 1), Stage("a", l), Stage("z", l)]
