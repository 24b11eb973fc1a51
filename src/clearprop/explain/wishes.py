"""What outputs ask for (3Blue1Brown, ch. 3): changes of weights, bias and activations below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.explain.units import Term, largest_terms

__all__ = ["Together", "Wish", "together", "wish"]


@dataclass(frozen=True)
class Wish:
    """What one output asks for in one sample: ``-dJ_i`` by each weight, bias and activation.

    Attributes
    ----------
    output
        The unit, from 1.
    bias
        ``-delta_k``.
    weights
        The largest ``-delta_k a_j``: in proportion to the activations that feed them. `weight` is
        -delta_k, `value` a_j.
    activations
        The largest ``-delta_k Theta_kj``: in proportion to the weights. `weight` is Theta_kj,
        `value` -delta_k.
    """

    output: int
    bias: float
    weights: tuple[Term, ...]
    activations: tuple[Term, ...]


@overflowing
def wish(passed: Trace, output: int, most: int, sample: int = 0) -> Wish:
    """The wish of output unit `output` (from 1) for sample `sample` (from 0).

    Equation
    --------
    ``-dJ_i/dTheta_kj = -delta_k a_j``, ``-dJ_i/db_k = -delta_k``; through unit k alone,
    ``-dJ_i/da_j = -delta_k Theta_kj`` (3Blue1Brown, ch. 3 and 4; Nielsen, BP2 and BP4).

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> passed = trace(Network((2, 1), cost="squared"), [0.0, 1.0, 2.0], [3.0, 1.0], [6.0])
    >>> asked = wish(passed, output=1, most=5)
    >>> asked.bias, [term.product for term in asked.weights]
    (1.0, [3.0, 1.0])
    >>> [term.product for term in asked.activations]
    [2.0, 1.0]
    """
    last, k = passed.n_layers, output - 1
    below = passed.a(last - 1)[sample]  # (s_{L-1},)
    weights = passed.Theta(last - 1)[1:, k]  # (s_{L-1},)
    asked = -passed.delta(last)[sample, k]
    return Wish(
        output,
        float(asked),
        largest_terms(np.full_like(below, asked), below, most),
        largest_terms(weights, np.full_like(weights, asked), most),
    )


@dataclass(frozen=True)
class Together:
    """What all outputs ask of one activation below: each one's wish, and their sum."""

    unit: int
    wishes: tuple[float, ...]  # one for each output
    total: float


@overflowing
def together(passed: Trace, most: int, sample: int = 0) -> list[Together]:
    """The activations of layer L - 1 that the outputs together want changed most.

    Equation
    --------
    ``-dJ_i/da_j = -sum_k Theta_kj delta_k``: times the slope g'(z_j) it is ``-delta_j``.

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> passed = trace(Network((2, 2), cost="squared"), [0, 0, 1, 2, 3, 4], [3.0, 1.0], [[0, 0]])
    >>> [(unit.unit, unit.wishes, unit.total) for unit in together(passed, most=1)]
    [(2, (-18.0, -40.0), -58.0)]
    """
    last = passed.n_layers
    wishes = -passed.Theta(last - 1)[1:] * passed.delta(last)[sample]  # (s_{L-1}, K)
    totals = wishes.sum(axis=1)  # (s_{L-1},)
    order = np.argsort(-np.abs(totals), kind="stable")[:most]
    return [
        Together(int(j) + 1, tuple(map(float, wishes[j])), float(totals[j])) for j in sorted(order)
    ]
