"""What several mistakes share: a change, and the networks that a mistake can be made in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.mistakes.mutation import Change
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import NUMBER_COSTS

__all__ = [
    "before_slope",
    "cost_in",
    "curved",
    "has_classes",
    "many_outputs",
    "multilayer",
    "of_classes",
    "one_output",
    "slope_output_of_z",
    "smooth",
    "square",
    "times",
]


def times(factor: float) -> Change:
    """What the step gives, times a constant."""

    def change(step: Step, *arguments: Any) -> Any:
        return factor * step(*arguments)

    return change


def cost_in(*costs: str) -> Callable[[Network], bool]:
    """Networks with one of these costs."""
    return lambda network: network.cost in costs


def many_outputs(network: Network) -> bool:
    """Whether there are several outputs."""
    return network.n_outputs > 1


def one_output(network: Network) -> bool:
    """Whether there is one output."""
    return network.n_outputs == 1


def has_classes(network: Network) -> bool:
    """Whether the targets are one-hot rows."""
    return many_outputs(network) and network.cost not in NUMBER_COSTS


def of_classes(network: Network) -> bool:
    """Whether several outputs are compared with one-hot rows, through logarithms."""
    return many_outputs(network) and network.cost in ("logistic", "softmax")


def multilayer(network: Network) -> bool:
    """Whether there are hidden layers."""
    return network.n_layers > 2


def curved(network: Network) -> bool:
    """Whether there are hidden layers, and their slope is not always 1."""
    return multilayer(network) and network.activation != "identity"


def smooth(network: Network) -> bool:
    """Whether there are hidden layers, and their slope takes more values than 0 and 1."""
    return curved(network) and network.activation != "relu"


def square(network: Network) -> bool:
    """Whether two neighbouring layers behind the inputs have the same size."""
    return any(s == t for s, t in pairwise(network.layer_sizes[1:]))


def before_slope(p: Pass, l: int, delta: Array) -> Array:
    """What reaches the units of layer l, before it is multiplied by their slope, ``(m, s_l)``.

    delta itself, where the cost has cancelled the slope of the outputs.
    """
    if l < p.L:
        return p.flow.get(l, delta)
    return p.do["scale"](p) * (p.a[l] - p.Y) if p.network.cost == "quadratic" else delta


def slope_output_of_z(step: Step, p: Pass) -> Array:
    """The sigmoid's slope in the output layer by its z, whatever a is, ``(m, K)``."""
    g = 1 / (1 + np.exp(-p.z[p.L]))
    return np.asarray(g * (1 - g))
