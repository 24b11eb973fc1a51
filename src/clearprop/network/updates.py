"""Update rules and learning-rate schedules: pure functions of their arguments.

``start`` of a rule makes the moments that it carries from step to step. ``step`` makes one step.
Sources: Nielsen, ch. 3 (momentum); Sutskever et al. 2013 (Nesterov); Kingma and Ba 2015, section 2,
last paragraph (Adam with its two corrections folded into the rate, as scikit-learn has it);
Loshchilov and Hutter 2019 (AdamW); Pascanu et al. 2013 (clipping a gradient by its norm).

Examples
--------
>>> from clearprop import updates
>>> rule, theta = updates.SGD(), np.array([1.0])
>>> updates.clipped(np, np.array([3.0, 4.0]), 1.0).round(3)
array([0.6, 0.8])
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from clearprop.errors import one_of
from clearprop.names import ScheduleName

if TYPE_CHECKING:
    from clearprop.network.architecture import Array

Moments = tuple["Array", ...]


class Rule(Protocol):
    """An update rule: from a gradient to new parameters."""

    def start(self, xp: Any, theta: Array) -> Moments:
        """Return the moments before the first step."""

    def corrected(self, rate: float, t: int) -> float:
        """The rate of step number `t`, counted from 1, with the rule's corrections folded in."""
        return rate

    def moved(
        self,
        xp: Any,
        theta: Array,
        gradient: Array,
        moments: Moments,
        rate: float,
        corrected: float,
        decays: Array | float = 1.0,
    ) -> tuple[Array, Moments]:
        """Return theta and moments after a step with its rate, as it is and :meth:`corrected`.

        A compiler traces this function and not `t`, of which every step has another.
        """

    def step(
        self,
        xp: Any,
        theta: Array,
        gradient: Array,
        moments: Moments,
        rate: float,
        t: int,
        decays: Array | float = 1.0,
    ) -> tuple[Array, Moments]:
        """Return theta and moments after step number `t`, counted from 1.

        `decays` is for a rule that decays weights: 1 for each parameter of theta that decays, 0 for
        each bias, ``(n_parameters,)`` (see :func:`clearprop.network.parameters.decays`). By default
        all parameters decay, since a rule does not know which of them are biases.
        """
        corrected = self.corrected(rate, t)
        return self.moved(xp, theta, gradient, moments, rate, corrected, decays)


@dataclass(frozen=True)
class SGD(Rule):
    """Gradient descent with momentum.

    Equation
    --------
    ``v := mu v - rate D``; ``theta := theta + v``, or with Nesterov's look-ahead
    ``theta := theta + mu v - rate D``. With mu = 0: ``theta := theta - rate D``.

    Examples
    --------
    >>> rule, theta = SGD(momentum=0.0), np.array([1.0])
    >>> rule.step(np, theta, np.array([2.0]), rule.start(np, theta), rate=0.1, t=1)
    (array([0.8]), ())
    """

    momentum: float = 0.0
    nesterov: bool = False

    def start(self, xp: Any, theta: Array) -> Moments:
        """``(velocity,)``, or ``()`` without momentum."""
        return (xp.zeros_like(theta),) if self.momentum else ()

    def moved(
        self,
        xp: Any,
        theta: Array,
        gradient: Array,
        moments: Moments,
        rate: float,
        corrected: float,
        decays: Array | float = 1.0,
    ) -> tuple[Array, Moments]:
        """One step; see the class."""
        if not self.momentum:
            return theta - rate * gradient, ()
        velocity = self.momentum * moments[0] - rate * gradient
        ahead = self.momentum * velocity - rate * gradient if self.nesterov else velocity
        return theta + ahead, (velocity,)


@dataclass(frozen=True)
class Adam(Rule):
    """Adam.

    Equation
    --------
    ``m := b1 m + (1 - b1) D``; ``v := b2 v + (1 - b2) D^2``;
    ``theta := theta - rate sqrt(1 - b2^t)/(1 - b1^t) m / (sqrt(v) + epsilon)``.

    PyTorch adds epsilon after the correction of v. Its epsilon acts as epsilon sqrt(1 - b2^t) here.

    Examples
    --------
    >>> rule, theta = Adam(), np.array([1.0])
    >>> theta, moments = rule.step(np, theta, np.array([2.0]), rule.start(np, theta), 0.1, t=1)
    >>> theta.round(6)
    array([0.9])
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def start(self, xp: Any, theta: Array) -> Moments:
        """``(m, v)``, both zero."""
        return xp.zeros_like(theta), xp.zeros_like(theta)

    def corrected(self, rate: float, t: int) -> float:
        """``rate sqrt(1 - b2^t)/(1 - b1^t)``."""
        return rate * math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)

    def moved(
        self,
        xp: Any,
        theta: Array,
        gradient: Array,
        moments: Moments,
        rate: float,
        corrected: float,
        decays: Array | float = 1.0,
    ) -> tuple[Array, Moments]:
        """One step; see the class."""
        first = self.beta_1 * moments[0] + (1 - self.beta_1) * gradient
        second = self.beta_2 * moments[1] + (1 - self.beta_2) * gradient * gradient
        return theta - corrected * first / (xp.sqrt(second) + self.epsilon), (first, second)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled decay: the weights shrink by a share of their own, beside the gradient.

    Equation
    --------
    Adam's step, and with it ``theta := theta - rate weight_decay theta`` for the weights. A bias
    does not decay; `decays` says where the biases are, and without it every parameter decays.
    (Loshchilov and Hutter 2019, algorithm 2.)

    Lambda's term would pass through Adam's division by ``sqrt(v)``, so weights with large gradients
    would decay less. This decay does not.

    Examples
    --------
    >>> rule, theta = AdamW(weight_decay=0.5), np.array([1.0, 1.0])
    >>> moments = rule.start(np, theta)
    >>> rule.step(np, theta, np.zeros(2), moments, rate=0.1, t=1, decays=np.array([0, 1]))[0]
    array([1.  , 0.95])
    """

    weight_decay: float = 0.01

    def moved(
        self,
        xp: Any,
        theta: Array,
        gradient: Array,
        moments: Moments,
        rate: float,
        corrected: float,
        decays: Array | float = 1.0,
    ) -> tuple[Array, Moments]:
        """One step; see the class."""
        after, moments = super().moved(xp, theta, gradient, moments, rate, corrected)
        return after - rate * self.weight_decay * decays * theta, moments


def clipped(xp: Any, gradient: Array, norm: float | None) -> Array:
    """The gradient, shortened to the length `norm` if it is longer; None leaves it as it is.

    The length is computed in float64, the product in the dtype of the gradient.

    Equation
    --------
    ``D := D min(1, norm / (||D|| + 1e-6))`` (Pascanu et al. 2013, algorithm 1). The 1e-6 is that of
    PyTorch's ``clip_grad_norm_``.

    Examples
    --------
    >>> clipped(np, np.array([3.0, 4.0]), 1.0).round(6), clipped(np, np.array([3.0, 4.0]), 9.0)
    (array([0.6, 0.8]), array([3., 4.]))
    """
    if norm is None:
        return gradient
    # In float32 the squares of a gradient that has exploded would overflow.
    wide = gradient.astype(xp.float64)  # (n_parameters,)
    factor = xp.minimum(1, norm / (xp.sqrt(xp.sum(wide * wide)) + 1e-6))
    shortened: Array = gradient * factor.astype(gradient.dtype)  # (n_parameters,)
    return shortened


SCHEDULES: tuple[ScheduleName, ...] = (
    "constant",
    "invscaling",
    "adaptive",
    "cosine",
    "one_cycle",
)

# One-cycle's shape, as PyTorch's OneCycleLR has it.
_RISING = 0.3  # the share of the steps in which the rate rises
_FIRST = 25.0  # it begins at the largest rate over this,
_LAST = 1e4  # and ends at the first rate over this

_ENDLESS = 2**62  # more steps than any run makes, as a whole number of NumPy's


@dataclass(frozen=True)
class Schedule:
    """The learning rate of every step.

    Parameters
    ----------
    name
        ``"constant"``. ``"invscaling"``: ``rate / (1 + samples seen)^power_t``, renewed after each
        epoch (scikit-learn's rule). ``"adaptive"``: constant until training stalls, then divided
        by 5; the training loop does that. ``"cosine"``: ``rate/2 (1 + cos(pi t/T))`` over all T
        steps (Loshchilov and Hutter 2017, without restarts). ``"one_cycle"``: along half a cosine
        from rate/25 up to `rate` in the first 30 % of the steps, then along another one down to
        rate/250,000 (Smith and Topin 2018; the numbers are PyTorch's). A single step has `rate`.
    rate
        The learning rate at the start; the largest one of ``"one_cycle"``.
    power_t
        The exponent of ``"invscaling"``.
    warmup
        A share of the T steps. Step t, counted from 0, has ``min(1, (t + 1) / (warmup T))`` of its
        rate (Goyal et al. 2017, section 2.2). ``"one_cycle"`` rises by itself.

    Examples
    --------
    >>> Schedule("cosine", 0.1).rates(first=0, count=3, epoch=0, rows=100, steps=4).round(3)
    array([0.1  , 0.085, 0.05 ])
    """

    name: ScheduleName = "constant"
    rate: float = 1e-3
    power_t: float = 0.5
    warmup: float = 0.0

    def rates(self, first: int, count: int, epoch: int, rows: int, steps: int) -> Array:
        """The rates of the `count` steps after the first `first` ones, shape ``(count,)``.

        `epoch` counts completed epochs of `rows` samples each; `steps` is T.
        """
        steps = min(steps, _ENDLESS)
        t = np.minimum(np.arange(first, first + count), steps)  # (count,)
        rates = self._unwarmed(t, epoch, rows, steps)  # (count,)
        if self.warmup:
            rates = rates * np.minimum(1, (t + 1) / (self.warmup * steps))  # (count,)
        return rates

    def _unwarmed(self, t: Array, epoch: int, rows: int, steps: int) -> Array:
        if self.name == "cosine":
            return self.rate / 2 * (1 + np.cos(np.pi * t / steps))
        if self.name == "one_cycle":
            return _one_cycle(self.rate, np.minimum(t, steps - 1), steps)
        if self.name == "invscaling" and epoch > 0:
            with np.errstate(over="ignore"):  # the rate is 0 then
                seen = np.float64(epoch * rows + 1) ** self.power_t
            return np.full(len(t), self.rate / seen)
        return np.full(len(t), self.rate)


def schedule_problems(name: object) -> list[str]:
    """What is wrong with the name of a schedule, as a list of at most one sentence."""
    return one_of("schedule", name, SCHEDULES)


def _one_cycle(rate: float, t: Array, steps: int) -> Array:
    """Up along half a cosine, and down along another; `t` of shape ``(count,)``."""
    if steps == 1:  # the end of the cycle alone would hardly move theta
        return np.full(len(t), rate)
    top = _RISING * steps - 1  # the place of the largest rate; no whole number, as a rule
    last = steps - 1
    lowest = rate / _FIRST / _LAST
    up = _half_cosine(rate / _FIRST, rate, t / top) if top > 0 else rate
    return np.where(t <= top, up, _half_cosine(rate, lowest, (t - top) / (last - top)))


def _half_cosine(start: float, end: float, share: Array) -> Array:
    """From `start` at a share of 0 to `end` at a share of 1."""
    return end + (start - end) / 2 * (1 + np.cos(np.pi * share))
