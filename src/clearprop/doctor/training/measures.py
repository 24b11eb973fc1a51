"""What the first steps of training show, measured with the true gradient of the learner's cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from clearprop.doctor import algorithm
from clearprop.doctor.conventions import Base
from clearprop.doctor.memo import Memo, steps
from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array
from clearprop.network.equations import split

__all__ = ["Layer", "descent", "equal_units", "largest_rate", "layers_of"]

# A rate descends if J is lower after so many steps, and was never higher than at the start.
_STEPS = 25

_SMALL_SLOPE = 0.01


@dataclass(frozen=True)
class Layer:
    """One layer under some weights.

    Attributes
    ----------
    l
        Its number, counted from 1.
    saturated
        The share of g'(z) below 0.01, over all samples and units.
    dead
        The share of units whose z is not above 0 for any sample.
    gradient
        The root mean square of its Theta's gradient (of the Theta that leads to it).
    spread
        The largest difference of one unit's a between two samples.
    """

    l: int
    saturated: float
    dead: float
    gradient: float
    spread: float


def layers_of(probe: Probe, base: Base) -> list[Layer]:
    """The layers behind the inputs. The output layer's slope is that of its activation."""
    do = steps(base, ())
    with np.errstate(all="ignore"):
        p = algorithm.forward(Memo().probe(probe, base), do)
        blocks = algorithm.backward(p, do)
        found = []
        for l in range(2, p.L + 1):
            slope = do["slope"](p, l) if l < p.L else do["slope_output"](p)  # (m, s_l)
            a = np.nan_to_num(p.a[l])  # (m, s_l)
            found.append(
                Layer(
                    l,
                    float((np.abs(slope) < _SMALL_SLOPE).mean()),
                    float((p.z[l] <= 0).all(axis=0).mean()),
                    float(np.sqrt((blocks[l - 2] ** 2).mean())),
                    float(np.ptp(a, axis=0).max(initial=0.0)),
                )
            )
    return found


def descent(probe: Probe, base: Base, rate: float, count: int) -> tuple[list[float], Array]:
    """J before each of `count` steps of gradient descent and after the last, and the last theta."""
    theta, costs = probe.theta, []
    with np.errstate(all="ignore"):
        for _ in range(count):
            J, D = Memo().truth(replace(probe, theta=theta), base)
            costs.append(J)
            if not np.isfinite(J):
                break
            theta = theta - rate * D
        costs.append(Memo().truth(replace(probe, theta=theta), base)[0])
    return costs, theta


def largest_rate(probe: Probe, base: Base) -> float | None:
    """The largest learning rate with which J still descends; None if there is none.

    Examples
    --------
    J = 1/2 (w - 1)^2 descends for rates below 2.

    >>> from clearprop import Network
    >>> one = np.ones((1, 1))
    >>> network = Network((1, 1), cost="squared")
    >>> probe = Probe(network, np.array([0.0, 0.0]), 0 * one, one, None, 0.0)
    >>> 1.9 < largest_rate(probe, ()) < 2
    True
    """
    J, D = Memo().truth(probe, base)
    if not np.isfinite(J) or not np.isfinite(D).all() or not D.any():
        return None

    def descends(rate: float) -> bool:
        costs, _ = descent(probe, base, rate, _STEPS)
        return bool(np.isfinite(costs).all() and costs[-1] < J and max(costs) <= J)

    rate = next((2.0**k for k in range(10, -40, -1) if descends(2.0**k)), None)
    if rate is None:
        return None
    for step in (0.5, 0.25, 0.125, 0.0625):
        if descends(rate * (1 + step)):
            rate *= 1 + step
    return rate


def equal_units(probe: Probe) -> list[int]:
    """The hidden layers whose units all start alike, in what comes in and in what goes out."""
    blocks: Sequence[Array] = split(probe.network, probe.theta)
    found = []
    for l, (into, out) in enumerate(pairwise(blocks), start=2):
        alike = np.ptp(into, axis=1).max() == 0 and np.ptp(out[1:], axis=0).max() == 0
        if into.shape[1] > 1 and alike:
            found.append(l)
    return found
