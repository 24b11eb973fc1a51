"""One unit's arithmetic in a pass: what comes in, what is passed back, and what its delta means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array
from clearprop.network.costs import cost_of

__all__ = [
    "Nudge",
    "Term",
    "UnitStory",
    "WeightedSum",
    "largest_terms",
    "nudges",
    "unit_story",
    "weighted_sum",
]

# How far z is raised and lowered to show what its delta means.
_STEP = 1e-3


@dataclass(frozen=True)
class Term:
    """``weight * value = product``; `unit` (from 1) is the unit at the weight's other end."""

    unit: int
    weight: float
    value: float
    product: float


@dataclass(frozen=True)
class WeightedSum:
    """The largest terms of a sum of products, by magnitude, and the sum of the others."""

    terms: tuple[Term, ...]
    rest: float
    n_rest: int
    total: float


@overflowing
def weighted_sum(weights: Array, values: Array, most: int) -> WeightedSum:
    """Name the `most` largest terms of ``weights @ values``, or all of them in their own order.

    Parameters
    ----------
    weights, values
        ``(n,)`` each.

    Examples
    --------
    >>> weighted_sum(np.array([1.0, -3.0, 0.5]), np.array([2.0, 1.0, 1.0]), most=1)
    WeightedSum(terms=(Term(unit=2, weight=-3.0, value=1.0, product=-3.0),), rest=2.5, n_rest=2, \
total=-0.5)
    """
    n = len(weights)
    # A rest of one term would take as much room as the term itself.
    terms = largest_terms(weights, values, n if n == most + 1 else most)
    if len(terms) == n:
        terms = tuple(sorted(terms, key=lambda term: term.unit))
    named = np.zeros(n, bool)  # (n,)
    named[[term.unit - 1 for term in terms]] = True
    products = weights * values  # (n,)
    return WeightedSum(terms, float(products[~named].sum()), n - len(terms), float(products.sum()))


@overflowing
def largest_terms(weights: Array, values: Array, most: int) -> tuple[Term, ...]:
    """The products with the largest magnitude, the largest first.

    Parameters
    ----------
    weights, values
        ``(n,)`` each.

    Examples
    --------
    >>> largest_terms(np.array([1.0, -3.0]), np.array([2.0, 1.0]), most=1)
    (Term(unit=2, weight=-3.0, value=1.0, product=-3.0),)
    """
    products = weights * values  # (n,)
    order = np.argsort(-np.abs(products), kind="stable")[:most]
    return tuple(
        Term(int(j) + 1, float(weights[j]), float(values[j]), float(products[j])) for j in order
    )


@dataclass(frozen=True)
class Nudge:
    """How a sample's cost changes when z of one unit is raised and lowered by `step`.

    ``raised = J_i(z + step) - J_i(z)`` and ``lowered = J_i(z - step) - J_i(z)``; both come from a
    pass that starts at this layer. ``slope`` is the two-sided difference quotient, which should
    equal delta.
    """

    step: float
    cost: float
    raised: float
    lowered: float
    slope: float


@dataclass(frozen=True)
class UnitStory:
    """One unit in one sample's pass.

    Attributes
    ----------
    layer, unit
        As in the course: from 2 to L, and from 1.
    bias, incoming, z, a
        ``z = bias + incoming.total``, ``a = g(z)``.
    y
        The target of an output unit, else None.
    outgoing
        What is passed back into a hidden unit, ``sum_k Theta_k delta_k``; None for an output unit.
    slope
        g'(z) if it is a factor of delta: in hidden units, and in outputs under the quadratic cost.
        Otherwise None.
    delta
        dJ_i/dz.
    shares
        The largest ``delta * a_j``: what this sample adds to Delta for the weights that lead to the
        unit. The bias' share is delta itself. `weight` is delta here and `value` is a_j.
    nudge
        The check of what delta means.
    """

    layer: int
    unit: int
    bias: float
    incoming: WeightedSum
    z: float
    a: float
    y: float | None = None
    outgoing: WeightedSum | None = None
    slope: float | None = None
    delta: float | None = None
    shares: tuple[Term, ...] = ()
    nudge: Nudge | None = None


def unit_story(passed: Trace, layer: int, unit: int, most: int, sample: int = 0) -> UnitStory:
    """Tell one unit's part in the pass of sample `sample` (from 0).

    Parameters
    ----------
    passed
        A trace; without targets the backward part stays None.
    layer, unit
        Layer 2 to L; unit 1 to s_l.
    most
        How many terms of a sum are named.

    Equation
    --------
    ``z_k = Theta_k0 + sum_j Theta_kj a_j``; ``delta_j = g'(z_j) sum_k Theta_kj delta_k``;
    ``dJ_i/dTheta_kj = delta_k a_j`` (course, week 5; Nielsen, BP1-BP4).

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> passed = trace(Network((2, 1)), [0.5, 1.0, -1.0], [3.0, 1.0], 1)
    >>> story = unit_story(passed, layer=2, unit=1, most=5)
    >>> story.bias, story.incoming.total, story.z
    (0.5, 2.0, 2.5)
    >>> round(story.delta, 6), round(story.nudge.slope, 6)
    (-0.075858, -0.075858)
    """
    k = unit - 1
    B = passed.Theta(layer - 1)  # (s_{l-1} + 1, s_l)
    below = passed.a(layer - 1)[sample]  # (s_{l-1},)
    z, a = float(passed.z(layer)[sample, k]), float(passed.a(layer)[sample, k])
    story = UnitStory(layer, unit, float(B[0, k]), weighted_sum(B[1:, k], below, most), z, a)
    if passed.back is None:
        return story
    delta = float(passed.delta(layer)[sample, k])
    story = replace(
        story,
        delta=delta,
        shares=largest_terms(np.full_like(below, delta), below, most),
        nudge=nudges(passed, layer, [unit], sample)[0],
    )
    if layer == passed.n_layers:
        assert passed.Y is not None
        slope = a * (1 - a) if passed.network.cost == "quadratic" else None
        return replace(story, y=float(passed.Y[sample, k]), slope=slope)
    above = passed.delta(layer + 1)[sample]  # (s_{l+1},)
    prime = ACTIVATIONS[passed.network.activation].prime
    own = np.s_[sample, k : k + 1]
    slope = float(prime(np, passed.z(layer)[own], passed.a(layer)[own])[0])
    weights = passed.Theta(layer)[unit]  # (s_{l+1},)
    return replace(story, outgoing=weighted_sum(weights, above, most), slope=slope)


@overflowing
def nudges(passed: Trace, layer: int, units: Sequence[int], sample: int = 0) -> list[Nudge]:
    """Raise and lower z of one unit after the other, and see how the sample's cost changes.

    Parameters
    ----------
    passed
        A trace with targets.
    layer, units
        Layer 2 to L; units from 1 to s_l.

    Equation
    --------
    ``J_i(z + e) - J_i(z) = delta e + O(e^2)``: delta is the derivative of the sample's cost by z.

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> passed = trace(Network((1, 1), cost="squared"), [0.0, 2.0], [3.0], [1.0])
    >>> (nudge,) = nudges(passed, layer=2, units=[1])
    >>> round(nudge.raised, 7), round(nudge.slope, 6)
    (0.0050005, 5.0)
    """
    z = passed.z(layer)[sample]  # (s_l,)
    columns = np.array(units) - 1  # (n,)
    rows = np.arange(len(columns))  # (n,)
    # Row 0 holds z as it is, the next n rows have one unit raised, the last n one lowered.
    Z = np.tile(z, (1 + 2 * len(columns), 1))  # (1 + 2n, s_l)
    Z[1 + rows, columns] += _STEP
    Z[1 + len(columns) + rows, columns] -= _STEP
    costs = _costs_from(passed, layer, Z, sample)  # (1 + 2n,)
    J, raised, lowered = costs[0], costs[1 : 1 + len(columns)], costs[1 + len(columns) :]
    return [
        Nudge(_STEP, float(J), float(up - J), float(down - J), float((up - down) / (2 * _STEP)))
        for up, down in zip(raised, lowered, strict=True)
    ]


def _costs_from(passed: Trace, layer: int, Z: Array, sample: int) -> Array:
    """J_i ``(n,)`` of the sample if its layer had these weighted inputs ``(n, s_l)``."""
    network, last = passed.network, passed.n_layers
    assert passed.Y is not None
    if layer < last:
        a = ACTIVATIONS[network.activation].f(np, Z)  # (n, s_l)
        tail = replace(network, layer_sizes=network.layer_sizes[layer - 1 :])
        theta = passed.theta[len(passed.theta) - tail.n_parameters :]
        Z = equations.forward(np, tail, theta, a).weighted_inputs[-1]  # (n, K)
    costs: Array = cost_of(network).per_output(np, Z, passed.Y[sample]).sum(axis=1)  # (n,)
    return costs
