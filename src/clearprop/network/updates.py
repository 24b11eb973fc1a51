"""Update rules and learning-rate schedules: pure functions of their arguments.

``start`` of a rule makes the moments that it carries from step to step. ``step`` makes one step.
Sources: Nielsen, ch. 3 (momentum); Sutskever et al. 2013 (Nesterov); Kingma and Ba 2015, section 2,
last paragraph (Adam with its two corrections folded into the rate, as scikit-learn has it).
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

    def step(
        self, xp: Any, theta: Array, gradient: Array, moments: Moments, rate: float, t: int
    ) -> tuple[Array, Moments]:
        """Return theta and moments after step number `t`, counted from 1."""


@dataclass(frozen=True)
class SGD:
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

    def step(
        self, xp: Any, theta: Array, gradient: Array, moments: Moments, rate: float, t: int
    ) -> tuple[Array, Moments]:
        """One step; see the class."""
        if not self.momentum:
            return theta - rate * gradient, ()
        velocity = self.momentum * moments[0] - rate * gradient
        ahead = self.momentum * velocity - rate * gradient if self.nesterov else velocity
        return theta + ahead, (velocity,)


@dataclass(frozen=True)
class Adam:
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

    def step(
        self, xp: Any, theta: Array, gradient: Array, moments: Moments, rate: float, t: int
    ) -> tuple[Array, Moments]:
        """One step; see the class."""
        first = self.beta_1 * moments[0] + (1 - self.beta_1) * gradient
        second = self.beta_2 * moments[1] + (1 - self.beta_2) * gradient * gradient
        corrected = rate * math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        return theta - corrected * first / (xp.sqrt(second) + self.epsilon), (first, second)


SCHEDULES: tuple[ScheduleName, ...] = ("constant", "invscaling", "adaptive", "cosine")


@dataclass(frozen=True)
class Schedule:
    """The learning rate of every step.

    Parameters
    ----------
    name
        ``"constant"``. ``"invscaling"``: ``rate / (1 + samples seen)^power_t``, renewed after each
        epoch (scikit-learn's rule). ``"adaptive"``: constant until training stalls, then divided
        by 5; the training loop does that. ``"cosine"``: ``rate/2 (1 + cos(pi t/T))`` over all T
        steps (Loshchilov and Hutter 2017, without restarts).
    rate
        The learning rate at the start.
    power_t
        The exponent of ``"invscaling"``.

    Examples
    --------
    >>> Schedule("cosine", 0.1).rates(first=0, count=3, epoch=0, rows=100, steps=4).round(3)
    array([0.1  , 0.085, 0.05 ])
    """

    name: ScheduleName = "constant"
    rate: float = 1e-3
    power_t: float = 0.5

    def rates(self, first: int, count: int, epoch: int, rows: int, steps: int) -> Array:
        """The rates of the `count` steps after the first `first` ones, shape ``(count,)``.

        `epoch` counts completed epochs of `rows` samples each; `steps` is T.
        """
        if self.name == "cosine":
            t = np.minimum(np.arange(first, first + count), steps)
            return self.rate / 2 * (1 + np.cos(np.pi * t / steps))
        if self.name == "invscaling" and epoch > 0:
            return np.full(count, self.rate / (epoch * rows + 1) ** self.power_t)
        return np.full(count, self.rate)


def schedule_problems(name: object) -> list[str]:
    """What is wrong with the name of a schedule, as a list of at most one sentence."""
    return one_of("schedule", name, SCHEDULES)
