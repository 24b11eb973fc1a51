"""Cost conventions: other costs than the stated one, each with its own right gradient.

Books and libraries differ in the factor before the sum, in the penalty and in the output. None of
that is a mistake, as long as cost and gradient agree. A :class:`CostConvention` changes the steps
of both halves (:mod:`clearprop.doctor.algorithm`), so the algorithm with such changes is a true one
again. What a learner means is settled first (:mod:`clearprop.doctor.settle`), and the mistake is
sought in what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change
from clearprop.language import Sentences
from clearprop.names import CostName
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import NUMBER_COSTS

__all__ = [
    "NO_BIAS",
    "Base",
    "CostConvention",
    "leaky",
    "log_epsilons",
    "network_of",
    "offered",
    "output_of",
    "scaled",
    "unstated",
]


@dataclass(frozen=True)
class CostConvention:
    """One way in which a cost may differ from the stated one, in both halves.

    Attributes
    ----------
    id
        Its name, in reports and in JSON. Its sentence is ``convention.ID`` of the catalogue.
    kind
        What it decides. A cost has at most one convention of each kind.
    changes
        The steps that it changes, in every layer.
    fits
        Which networks it can be met with.
    cost
        The cost of :class:`~clearprop.Network` that it amounts to, or None.
    value
        The number that goes into its sentence.
    silent
        Whether the stated cost is kept to rounding, so that nothing has to be said.
    """

    id: str
    kind: str
    changes: Mapping[str, Change] = field(default_factory=dict, compare=False)
    fits: Callable[[Network], bool] = field(default=lambda network: True, compare=False)
    cost: CostName | None = None
    value: str = ""
    silent: bool = False

    def sentence(self, lang: str) -> str:
        """What it is, and what it means for lambda and the learning rate."""
        return Sentences("clearprop.doctor", lang)(f"convention.{self.id}", value=self.value)

    def to_dict(self, lang: str) -> dict[str, Any]:
        """As JSON values."""
        return {"id": self.id, "sentence": self.sentence(lang)}


Base = tuple[CostConvention, ...]
"""Conventions of different kinds: what the true algorithm is."""


def network_of(network: Network, base: Base) -> Network:
    """The network whose equations hold under `base`."""
    for convention in base:
        if convention.cost is not None and convention.cost != network.cost:
            network = replace(network, cost=convention.cost)
    return network


def unstated(base: Iterable[CostConvention], stated: Base) -> Base:
    """Those that a report has to name."""
    return tuple(c for c in base if c not in stated and not c.silent)


# -- The factor of the samples' part ---------------------------------------------------------------


def _factor(of: Callable[[Pass], float]) -> Mapping[str, Change]:
    return {"scale": lambda step, p: of(p) * step(p)}


def _squares(network: Network) -> bool:
    return network.cost in ("quadratic", "squared")


WITHOUT_HALF = CostConvention("cost-without-half", "half", _factor(lambda p: 2.0), _squares)
SUM_FOR_MEAN = CostConvention("sum-for-mean", "mean", _factor(lambda p: p.m))
MEAN_OVER_ENTRIES = CostConvention(
    "mean-over-entries",
    "mean",
    _factor(lambda p: 1 / p.network.n_outputs),
    lambda network: network.n_outputs > 1,
)


def scaled(factor: float) -> CostConvention:
    """The cost times a constant that was read off the learner's numbers.

    Examples
    --------
    >>> scaled(0.5).sentence("en").startswith("The cost is 0.5 times")
    True
    """
    return CostConvention("cost-scaled", "half", _factor(lambda p: factor), value=f"{factor:.6g}")


# -- The penalty -----------------------------------------------------------------------------------


def _strength(of: Callable[[Pass], float]) -> Mapping[str, Change]:
    return {"strength": lambda step, p: of(p)}


PENALTIES: Base = (
    CostConvention("penalty-sum", "penalty", _strength(lambda p: 2 * p.lambda_)),
    CostConvention("penalty-half-sum", "penalty", _strength(lambda p: p.lambda_)),
    CostConvention("penalty-without-half", "penalty", _strength(lambda p: 2 * p.lambda_ / p.m)),
)
BIASES_PENALISED = CostConvention(
    "biases-penalised",
    "biases",
    {
        "penalty_of": lambda step, p, l: (p.B[l] ** 2).sum(),
        "decayed": lambda step, p, l: p.B[l],
    },
)


# -- Biases and activations ------------------------------------------------------------------------


def _zero_bias(step: Step, p: Pass, l: int, *a: Array) -> Array:
    unit: Array = step(p, l, *a).copy()  # (m, s_l + 1)
    unit[:, 0] = 0
    return unit


NO_BIAS = CostConvention("no-biases", "no-biases", {"unit": _zero_bias, "unit_back": _zero_bias})


def _hidden(f: Callable[[Array], Array], prime: Callable[[Array], Array]) -> Mapping[str, Change]:
    """Another activation of the hidden layers; `prime` is its slope at z."""

    def activate(step: Step, p: Pass, l: int, z: Array) -> Array:
        return step(p, l, z) if l == p.L else f(z)

    return {"activate": activate, "slope": lambda step, p, l: prime(p.z[l])}


def _rectified(network: Network) -> bool:
    return network.activation == "relu" and network.n_layers > 2


def leaky(slope: float) -> CostConvention:
    """A ReLU that keeps `slope` times z where z is negative."""
    return CostConvention(
        "leaky-relu",
        "activation",
        _hidden(lambda z: np.where(z > 0, z, slope * z), lambda z: np.where(z > 0, 1.0, slope)),
        _rectified,
        value=f"{slope:g}",
    )


RELU = CostConvention("plain-relu", "activation", fits=_rectified)
ELU = CostConvention(
    "elu",
    "activation",
    _hidden(
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
    ),
    _rectified,
)
_SLOPES = (0.01, 0.1, 0.2, 0.05, 0.3)


# -- Another output, or another cost altogether ----------------------------------------------------


def _squares_of(h: Callable[[Array], Array], back: Step) -> Mapping[str, Change]:
    """Half the squares of h - y; `back` takes their derivative by h, ``(m, K)``, to that by z."""

    def activate(step: Step, p: Pass, l: int, z: Array) -> Array:
        return h(z) if l == p.L else step(p, l, z)

    return {
        "activate": activate,
        "per_output": lambda step, p: 0.5 * (p.a[p.L] - p.Y) ** 2,
        "slope_output": lambda step, p: 1 - p.a[p.L] ** 2,
        "delta_output": lambda step, p: back(p, p.a[p.L] - p.Y),
    }


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))  # (m, K)


def _through_softmax(p: Pass, error: Array) -> Array:
    h = p.a[p.L]
    return np.asarray(h * (error - (error * h).sum(axis=1, keepdims=True)))  # (m, K)


def _classes(network: Network) -> bool:
    return network.n_outputs > 1 and network.cost not in NUMBER_COSTS


OUTPUTS: dict[str, CostConvention] = {
    "tanh": CostConvention(
        "output-tanh",
        "cost",
        _squares_of(np.tanh, lambda p, error: error * p.do["slope_output"](p)),
        cost="quadratic",
    ),
    "softmax": CostConvention(
        "output-softmax",
        "cost",
        _squares_of(_softmax, _through_softmax),
        _classes,
        cost="quadratic",
    ),
    "sigmoid": CostConvention("output-sigmoid", "cost", cost="quadratic"),
    "identity": CostConvention("output-identity", "cost", cost="squared"),
}
CROSS_ENTROPIES: Base = (
    CostConvention(
        "cost-logistic",
        "cost",
        fits=lambda network: network.cost not in NUMBER_COSTS,
        cost="logistic",
    ),
    CostConvention("cost-softmax", "cost", fits=_classes, cost="softmax"),
)
_OWN = {"quadratic": "sigmoid", "squared": "identity"}


def output_of(cost: str, output: str) -> Base:
    """The convention of squares with another output than the one that `cost` goes with."""
    squares = cost in _OWN and _OWN[cost] != output
    return (OUTPUTS[output],) if squares else ()


# -- A number added within the logarithm -----------------------------------------------------------


def _log_epsilon(epsilon: float) -> CostConvention:
    def per_output(step: Step, p: Pass) -> Array:
        h, Y = p.a[p.L], p.Y
        if p.network.cost == "softmax":
            return np.asarray(-Y * np.log(h + epsilon))
        return np.asarray(-Y * np.log(h + epsilon) - (1 - Y) * np.log(1 - h + epsilon))

    value = f"{epsilon:g}"
    return CostConvention(
        "log-epsilon", "epsilon", {"per_output": per_output}, value=value, silent=True
    )


_EPSILONS = tuple(map(_log_epsilon, (1e-8, 1e-7, 1e-6, 1e-5)))


def log_epsilons(network: Network) -> Base:
    """Logarithms of h plus a little, against log 0. Their gradient is that of the plain ones."""
    return _EPSILONS if network.cost in ("logistic", "softmax") else ()


# -- All of them -----------------------------------------------------------------------------------


def offered(network: Network, stated: Base) -> list[Base]:
    """What the samples' part of the cost may be: at most one convention of each kind.

    What is stated comes first, then come those with few other conventions.

    Examples
    --------
    >>> [[c.id for c in base] for base in offered(Network((4, 1), cost="squared"), ())][:4]
    [[], ['cost-without-half'], ['sum-for-mean'], ['output-tanh']]
    """
    there = {c.kind: c for c in stated}
    activations = [*map(leaky, _SLOPES), ELU, *([RELU] if "activation" in there else [])]
    kinds = {
        "cost": [] if network.cost == "poisson" else _other_costs(network, "cost" in there),
        "activation": activations,
        "mean": [SUM_FOR_MEAN, MEAN_OVER_ENTRIES],
        "half": [WITHOUT_HALF],
    }
    options = [[(), *((c,) for c in kind if c not in stated)] for kind in kinds.values()]
    rest = tuple(c for c in stated if c.kind not in kinds)
    found = []
    for chosen in sorted(product(*options), key=lambda parts: sum(map(len, parts))):
        new = {part[0].kind: part[0] for part in chosen if part}
        base = (*(new.get(c.kind, c) for c in stated if c.kind in kinds), *rest)
        base += tuple(c for kind, c in new.items() if kind not in there)
        others = network_of(network, base)
        if all(c.kind == "cost" or c.fits(others) for c in base):
            found.append(base)
    return found


def _other_costs(network: Network, output_stated: bool) -> list[CostConvention]:
    own = _OWN.get(network.cost)
    found = [c for name, c in OUTPUTS.items() if name != own or output_stated]
    found += [c for c in CROSS_ENTROPIES if c.cost != network.cost]
    return [c for c in found if c.fits(network)]
