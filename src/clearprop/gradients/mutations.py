"""The course's algorithm as a table of small steps, and mistakes as changes of single steps.

A learner's wrong gradient is explained when the true algorithm with one step changed gives the same
wrong numbers. So each step of forward propagation, cost and backward propagation is a function of
its own here, and a :class:`Mutation` replaces one or two of them, in some layers or in all. Two
mistakes at once are both replacements at once.

This is the third writing of the equations in this package; a test holds it to
:mod:`clearprop.network.equations`. Layers are counted from 1, as in the course: ``B[l]`` leads from
layer l to l + 1 and is the transpose of ``Theta^(l)``, bias in row 0; samples are rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.gradients.probe import Probe
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = ["Change", "Mutant", "Mutation", "Pass", "backward", "cost", "forward", "mutants_of"]

Step = Callable[..., Array]
Change = Callable[..., Any]
"""``(step, p, *arguments) -> value``: what stands in the place of `step`, which is handed in."""


@dataclass
class Pass:
    """One pass: the probe, and what the steps so far have found. Dictionaries go by layer."""

    probe: Probe
    do: Mapping[str, Step]
    B: dict[int, Array]
    z: dict[int, Array] = field(default_factory=dict)
    a: dict[int, Array] = field(default_factory=dict)
    m: float = 0.0
    Y: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def network(self) -> Network:
        """The architecture; its lambda is not used, the probe's is."""
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
        return np.asarray(-Y * np.log(h) - (1 - Y) * np.log(1 - h))
    if cost == "softmax":
        return -Y * np.log(h)
    if cost == "poisson":
        return equations.COSTS[cost].per_output(np, np.log(h), Y)
    return 0.5 * (h - Y) ** 2


def slope_of(activation: str, z: Array, a: Array) -> Array:
    """g' by the table of activations."""
    return equations.ACTIVATIONS[activation].prime(np, z, a)


def _penalty(p: Pass) -> Any:
    squares = sum(p.do["penalty_of"](p, l) for l in range(1, p.L))
    return p.lambda_ / (2 * p.m) * squares


def _delta_output(p: Pass) -> Array:
    a = p.a[p.L]
    return (a - p.Y) * p.do["slope_output"](p) if p.network.cost == "quadratic" else a - p.Y


def _delta(p: Pass, l: int, delta_next: Array) -> Array:
    return p.do["flow"](p, l, delta_next) * p.do["slope"](p, l)  # (m, s_l)


def _decay(p: Pass, l: int) -> Array:
    return p.lambda_ / p.m * p.do["decayed"](p, l)  # (s_l + 1, s_{l+1})


def without_bias(B: Array) -> Array:
    """A block with zeros in the place of the bias row."""
    return np.vstack([np.zeros((1, B.shape[1])), B[1:]])


STEPS: dict[str, Callable[..., Any]] = {
    # forward
    "rows": lambda p: float(len(p.probe.X)),
    "targets": lambda p: p.probe.Y,
    "unit": lambda p, l, a: with_bias(a),
    "weighted": lambda p, l, unit: unit @ p.B[l],
    "activate": _activate,
    # cost
    "per_output": lambda p: per_output(p.network.cost, p.a[p.L], p.Y),
    "data_cost": lambda p, terms: terms.sum() / p.m,
    "penalty_of": lambda p, l: (p.B[l][1:] ** 2).sum(),
    "penalty": _penalty,
    "cost": lambda p, data, penalty: data + penalty,
    # backward
    "slope_output": lambda p: p.a[p.L] * (1 - p.a[p.L]),
    "delta_output": _delta_output,
    "flow": lambda p, l, delta_next: delta_next @ p.B[l][1:].T,
    "slope": lambda p, l: slope_of(p.network.activation, p.z[l], p.a[l]),
    "delta": _delta,
    "unit_back": lambda p, l: with_bias(p.a[l]),
    "accumulate": lambda p, l, unit, delta: unit.T @ delta,
    "average": lambda p, l, Delta: Delta / p.m,
    "decayed": lambda p, l: without_bias(p.B[l]),
    "decay": _decay,
    "regularize": lambda p, l, D: D + p.do["decay"](p, l),
    "finish": lambda p, l, D: D,
    "unroll": lambda p, Ds: Ds,
}


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
    p.do = do
    data = do["data_cost"](p, do["per_output"](p))
    return float(do["cost"](p, data, do["penalty"](p)))


def backward(p: Pass, do: Mapping[str, Step]) -> list[Array]:
    """The gradient's blocks ``(s_l + 1, s_{l+1})`` from a forward pass."""
    p.do = do
    delta = do["delta_output"](p)  # (m, K)
    Ds: list[Array] = []
    for l in range(p.L - 1, 0, -1):
        D = do["average"](p, l, do["accumulate"](p, l, do["unit_back"](p, l), delta))
        Ds.insert(0, do["finish"](p, l, do["regularize"](p, l, D)))
        if l > 1:
            delta = do["delta"](p, l, delta)  # (m, s_l)
    return list(do["unroll"](p, Ds))


# -- Mutations -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Mutation:
    """One known mistake.

    Attributes
    ----------
    id
        Its name in the catalogue of texts and in JSON.
    half
        ``"forward"`` (it shows in J and in the gradient), ``"cost"`` or ``"gradient"``.
    place
        What it can be pinned to: ``"hidden"`` layers, ``"delta"`` of the hidden layers, ``"Theta"``
        (every matrix), ``"layer"`` (every layer but the inputs), ``"cost"``, ``"output"``,
        ``"all"``. Those with layers come in one layer, or in all of them.
    variants
        The ways in which people write it: the steps that change, each by a :data:`Change`.
    fits
        Which networks it makes sense for.
    equation
        The right equation, with what is missing or wrong in the learner's code in ``[[ ]]``.
    line
        The corrected line in NumPy.
    """

    id: str
    half: str
    place: str
    variants: tuple[Mapping[str, Change], ...]
    equation: str
    line: str
    fits: Callable[[Network], bool] = lambda network: True

    def layers(self, network: Network) -> list[int]:
        """The layers that it can be pinned to; none where its place is no layer."""
        L = network.n_layers
        ranges = {
            "hidden": (2, L),
            "delta": (2, L),
            "inner Theta": (2, L),
            "Theta": (1, L),
            "layer": (2, L + 1),
        }
        return list(range(*ranges[self.place])) if self.place in ranges else []


@dataclass(frozen=True)
class Mutant:
    """A mutation in one of its variants, pinned to layers (None: its place is no layer)."""

    mutation: Mutation
    variant: int
    layers: tuple[int, ...] | None

    @property
    def key(self) -> tuple[str, tuple[int, ...] | None]:
        """What a diagnosis names: the variant is nobody's business."""
        return self.mutation.id, self.layers

    @property
    def steps(self) -> frozenset[str]:
        """The names of the steps that it changes."""
        return frozenset(self.mutation.variants[self.variant])

    def meets(self, other: Mutant) -> bool:
        """Whether the two change one step in one layer: then each may come within the other."""
        apart = self.layers and other.layers and not set(self.layers) & set(other.layers)
        return not apart and any(_family(a) == _family(b) for a in self.steps for b in other.steps)


def _family(step: str) -> str:
    """Steps of which one is within the other count as one."""
    return {"decayed": "decay"}.get(step, step)


def mutants_of(mutations: Iterable[Mutation], network: Network) -> list[Mutant]:
    """Every mutation in every variant and place that `network` allows; wide places first."""
    mutants = []
    for mutation in mutations:
        if not mutation.fits(network):
            continue
        layers = mutation.layers(network)
        places: list[tuple[int, ...] | None]
        if mutation.place in ("cost", "output", "all"):
            places = [None]
        else:
            places = [tuple(layers)] if layers else []
            places += [(l,) for l in layers] if len(layers) > 1 else []
        for where in places:
            mutants += [Mutant(mutation, v, where) for v in range(len(mutation.variants))]
    return mutants


def changed(mutants: Iterable[Mutant]) -> dict[str, Step]:
    """The table of steps with these mutants in it, the first one innermost."""
    do: dict[str, Step] = dict(STEPS)
    for mutant in mutants:
        for name, change in mutant.mutation.variants[mutant.variant].items():
            layers = mutant.layers if name in _LAYERED else None
            if mutant.mutation.id == "flow-bias-kept" and name == "regularize":
                layers = None  # the gradient that is too large is that of the layer below
            do[name] = _replaced(do[name], change, layers)
    return do


_LAYERED = {
    "unit", "weighted", "activate", "penalty_of", "flow", "slope", "delta", "unit_back",
    "accumulate", "average", "decayed", "decay", "regularize", "finish",
}  # fmt: skip


def _replaced(step: Step, change: Change, layers: tuple[int, ...] | None) -> Step:
    def new(p: Pass, *arguments: Any) -> Any:
        if layers is not None and arguments[0] not in layers:
            return step(p, *arguments)
        return change(step, p, *arguments)

    return new
