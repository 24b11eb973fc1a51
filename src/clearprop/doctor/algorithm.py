"""The course's algorithm as a table of small steps.

Forward propagation, cost and backward propagation call each of their steps through this table. A
mistake is a change of single steps (:mod:`clearprop.doctor.mistakes`): the algorithm with such a
step replaced gives the same wrong numbers as the learner's code.

These are the equations of :mod:`clearprop.network.equations` once more, in pieces. A test holds the
two together. Layers are counted from 1, as in the course. ``B[l]`` leads from layer l to l + 1 and
is the transpose of ``Theta^(l)``, with the bias in row 0. Samples are rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import numpy as np

from clearprop.doctor.probe import Probe
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = [
    "LAYERED",
    "STEPS",
    "Pass",
    "Step",
    "backward",
    "cost",
    "descent",
    "forward",
    "ones",
    "per_output",
    "slope_of",
    "unconverted_cost",
    "with_bias",
    "without_bias",
]

Step = Callable[..., Array]
"""``(p, *arguments) -> value``; steps that belong to a layer take ``(p, l, *arguments)``."""


@dataclass
class Pass:
    """One pass: the probe, and what the steps so far found. Dictionaries have layers as keys."""

    probe: Probe
    do: Mapping[str, Step]
    B: dict[int, Array]  # (s_l + 1, s_{l+1})
    z: dict[int, Array] = field(default_factory=dict)  # (m, s_l)
    a: dict[int, Array] = field(default_factory=dict)  # (m, s_l)
    D: dict[int, Array] = field(default_factory=dict)  # (s_l + 1, s_{l+1}), of the layers so far
    flow: dict[int, Array] = field(default_factory=dict)  # (m, s_l), what flowed back so far
    m: float = 0.0
    Y: Array = field(default_factory=lambda: np.zeros(0))  # (m, K)

    @property
    def network(self) -> Network:
        """The architecture. The probe's lambda counts, and not the network's."""
        return self.probe.network

    @property
    def L(self) -> int:
        """The number of layers."""
        return self.probe.network.n_layers

    @property
    def lambda_(self) -> float:
        """The strength of regularization."""
        return self.probe.lambda_


# -- The steps of the true algorithm ---------------------------------------------------------------


def ones(a: Array) -> Array:
    """The bias unit of every sample, ``(m, 1)``."""
    return np.ones((len(a), 1))


def with_bias(a: Array) -> Array:
    """``[1; a]``, ``(m, s_l + 1)``."""
    return np.hstack([ones(a), a])


def _activate(p: Pass, l: int, z: Array) -> Any:
    if l == p.L:
        return equations.COSTS[p.network.cost].h(np, z)
    return equations.ACTIVATIONS[p.network.activation].f(np, z)


def per_output(cost: str, h: Array, Y: Array) -> Array:
    """What each output adds to the cost, from h as a learner writes it, ``(m, K)``."""
    if cost == "logistic":
        terms: Array = -Y * np.log(h) - (1 - Y) * np.log(1 - h)
        return terms
    if cost == "softmax":
        return -Y * np.log(h)
    if cost == "poisson":
        return equations.COSTS[cost].per_output(np, np.log(h), Y)
    if cost in ("huber", "quantile"):  # h = z
        return equations.COSTS[cost].per_output(np, h, Y)
    return 0.5 * (h - Y) ** 2


def slope_of(activation: str, z: Array, a: Array) -> Array:
    """g' by the table of activations."""
    return equations.ACTIVATIONS[activation].prime(np, z, a)


def _penalty(p: Pass) -> Any:
    squares = sum(p.do["penalty_of"](p, l) for l in range(1, p.L))
    return p.do["strength"](p) / 2 * squares


def _delta_output(p: Pass) -> Array:
    a = p.a[p.L]
    if p.network.cost == "quadratic":
        return (a - p.Y) * p.do["slope_output"](p)
    return equations.COSTS[p.network.cost].delta(np, a, p.Y)


def _delta(p: Pass, l: int, delta_next: Array) -> Array:
    p.flow[l] = p.do["flow"](p, l, delta_next)  # (m, s_l)
    return p.flow[l] * p.do["slope"](p, l)  # (m, s_l)


def _decay(p: Pass, l: int) -> Array:
    return p.do["strength"](p) * p.do["decayed"](p, l)  # (s_l + 1, s_{l+1})


def without_bias(B: Array) -> Array:
    """A block with zeros in the place of the bias row."""
    return np.vstack([np.zeros((1, B.shape[1])), B[1:]])


STEPS: dict[str, Callable[..., Any]] = {
    # both halves: the factor of the samples' part of J, and twice that of sum Theta^2 in J
    "scale": lambda p: 1.0,
    "strength": lambda p: p.lambda_ / p.m,
    # forward
    "rows": lambda p: float(len(p.probe.X)),
    "targets": lambda p: p.probe.Y,  # (m, K)
    "unit": lambda p, l, a: with_bias(a),  # (m, s_l + 1)
    "weighted": lambda p, l, unit: unit @ p.B[l],  # (m, s_{l+1})
    "activate": _activate,
    # cost
    "per_output": lambda p: per_output(p.network.cost, p.a[p.L], p.Y),  # (m, K)
    "data_cost": lambda p, terms: terms.sum() / p.m,
    "penalty_of": lambda p, l: (p.B[l][1:] ** 2).sum(),
    "penalty": _penalty,
    "cost": lambda p, data, penalty: data + penalty,
    # backward
    "slope_output": lambda p: p.a[p.L] * (1 - p.a[p.L]),  # (m, K)
    "delta_output": _delta_output,
    "back": lambda p, l, delta_next: delta_next @ p.B[l].T,  # (m, s_l + 1)
    "flow": lambda p, l, delta_next: p.do["back"](p, l, delta_next)[:, 1:],  # (m, s_l)
    "slope": lambda p, l: slope_of(p.network.activation, p.z[l], p.a[l]),  # (m, s_l)
    "delta": _delta,
    "unit_back": lambda p, l: with_bias(p.a[l]),  # (m, s_l + 1)
    "accumulate": lambda p, l, unit, delta: unit.T @ delta,  # (s_l + 1, s_{l+1})
    "average": lambda p, l, Delta: Delta / p.m,
    "decayed": lambda p, l: without_bias(p.B[l]),
    "decay": _decay,
    "regularize": lambda p, l, D: D + p.do["decay"](p, l),
    "finish": lambda p, l, D: D,
    "unroll": lambda p, Ds: Ds,
}

# The steps that belong to a layer: a mistake can be made in one layer alone.
LAYERED = {name for name, step in STEPS.items() if "l" in signature(step).parameters}


def forward(probe: Probe, do: Mapping[str, Step] = STEPS) -> Pass:
    """Propagate the probe's samples forward."""
    blocks = equations.split(probe.network, probe.theta)
    p = Pass(probe, do, dict(enumerate(blocks, start=1)))
    p.m, p.Y, p.a[1] = float(do["rows"](p)), do["targets"](p), probe.X
    for l in range(1, p.L):
        p.z[l + 1] = do["weighted"](p, l, do["unit"](p, l, p.a[l]))  # (m, s_{l+1})
        p.a[l + 1] = do["activate"](p, l + 1, p.z[l + 1])  # (m, s_{l+1})
    return p


def cost(p: Pass, do: Mapping[str, Step]) -> float:
    """J from a forward pass."""
    return float(unconverted_cost(p, do))


def unconverted_cost(p: Pass, do: Mapping[str, Step]) -> Any:
    """J as the steps give it. Where they run on symbols it is no float yet."""
    p.do = do
    data = do["scale"](p) * do["data_cost"](p, do["per_output"](p))
    return do["cost"](p, data, do["penalty"](p))


def backward(p: Pass, do: Mapping[str, Step]) -> list[Array]:
    """The gradient's blocks ``(s_l + 1, s_{l+1})`` from a forward pass."""
    return list(do["unroll"](p, [p.D[l] for l in sorted(descent(p, do))]))


def descent(p: Pass, do: Mapping[str, Step]) -> Iterator[int]:
    """The layers from the last to the first, each as soon as its ``p.D[l]`` is there."""
    p.do, p.flow = do, {}
    delta = do["scale"](p) * do["delta_output"](p)  # (m, K)
    for l in range(p.L - 1, 0, -1):
        D = do["average"](p, l, do["accumulate"](p, l, do["unit_back"](p, l), delta))
        p.D[l] = do["finish"](p, l, do["regularize"](p, l, D))  # (s_l + 1, s_{l+1})
        yield l
        if l > 1:
            delta = do["delta"](p, l, delta)  # (m, s_l)
