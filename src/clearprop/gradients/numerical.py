"""Derivatives from costs alone: two-sided differences, complex step, Taylor remainder.

Each function here computes one number: the derivative at 0 of ``J(t)``, the cost along a straight
line through theta. The line follows one parameter, or a direction through many. A `Curve` gives
that cost, and how far theta really moved, since ``theta + t`` is rounded.

No difference is exact, so each one comes with a bound of its error. The error has two parts. One is
rounding: the noise of J over the step. The other is what lies within the step: curvature, or the
kink of a ReLU. The first grows when the step shrinks, and the second shrinks with it.

Sources: A. Ng, *Machine Learning* (Coursera), week 5, "Gradient checking"; W. Squire and G. Trapp,
"Using complex variables to estimate derivatives of real functions", SIAM Review 40 (1998);
P. E. Farrell, D. A. Ham, S. W. Funke and M. E. Rognes, "Automated derivation of the adjoint of
high-level transient finite element programs", SIAM J. Sci. Comput. 35 (2013), section 5 (the Taylor
remainder, as in dolfin-adjoint); J. J. Moré and S. M. Wild, "Estimating computational noise", SIAM
J. Sci. Comput. 33 (2011) (the table of differences).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from clearprop.network.architecture import Array

__all__ = [
    "COMPLEX_STEP",
    "SAFETY",
    "Curve",
    "Estimate",
    "Taylor",
    "complex_step",
    "noise",
    "smaller_steps",
    "taylor_remainder",
    "two_sided",
]

Curve = Callable[[float], tuple[float, float]]
"""``t -> (J at theta moved by t, how far it really moved)``."""

COMPLEX_STEP = 1e-30
"""So small that its square, which is the error, vanishes beside anything."""

SAFETY = 10.0
"""An error may be this many times the noise. The largest of a million normal errors is 5 times."""

_RUNGS = 6  # the number of steps, each a quarter of the one before: from 1e-4 to 1e-7
_SHRINK = 4.0


class Estimate(NamedTuple):
    """A derivative from costs alone, a bound of its error, and whether theta is at a kink."""

    value: float
    error: float
    at_kink: bool = False


def two_sided(curve: Curve, step: float, noise: float) -> Estimate:
    """The two-sided difference. Its error bound covers the noise of J and not the curvature.

    Equation
    --------
    ``dJ/dtheta_j ~ (J(theta_j + step) - J(theta_j - step)) / (2 step)`` (course, week 5).

    Examples
    --------
    >>> two_sided(lambda t: ((2 + t) ** 2, t), step=0.5, noise=0.0)
    Estimate(value=4.0, error=0.0, at_kink=False)
    """
    J_right, right = curve(step)
    J_left, left = curve(-step)
    return Estimate((J_right - J_left) / (right - left), SAFETY * noise / step)


def complex_step(imaginary: float, step: float = COMPLEX_STEP) -> Estimate:
    """The derivative from the imaginary part of ``J(theta_j + i step)``.

    Nothing is subtracted, so nothing cancels. The real part does not move, so the step crosses no
    kink beside theta. The cost must be made of functions that take complex numbers.

    Equation
    --------
    ``dJ/dtheta_j = Im J(theta_j + i step) / step + O(step^2)`` (Squire and Trapp 1998).

    Examples
    --------
    >>> value = complex_step(((2 + 1e-30j) ** 2).imag).value
    >>> round(value, 12)
    4.0
    """
    value = float(imaginary) / step
    return Estimate(value, 4 * float(np.finfo(np.float64).eps) * abs(value))


def smaller_steps(curve: Curve, step: float, noise: float) -> Estimate:
    """The best of two-sided differences with smaller and smaller steps, with a bound of its error.

    The bound is a sum of three parts: how much the difference changed from the step before
    (curvature), the jump of the slope at theta (a kink), and the noise over the step. The jump is
    the part of the gap between the one-sided slopes that does not shrink. For a smooth function the
    gap is ``step J''``, at a kink it is ``step J'' + jump``, and two steps tell the two apart. At a
    kink the value is the middle of the one-sided slopes, and the bound reaches exactly to them. So
    every subgradient is within it.

    Parameters
    ----------
    curve
        The cost along the line.
    step
        The first and largest step.
    noise
        Of J: see :func:`noise`.

    Examples
    --------
    >>> smooth = smaller_steps(lambda t: (math.sin(t), t), step=1e-2, noise=1e-17)
    >>> abs(smooth.value - 1) < smooth.error < 1e-9, smooth.at_kink
    (True, False)
    >>> smaller_steps(lambda t: (max(t, 0.0), t), step=1e-4, noise=0.0)
    Estimate(value=0.5, error=0.5, at_kink=True)
    """
    J, _ = curve(0.0)
    steps, values, gaps = [], [], []
    for rung in range(_RUNGS):
        h = step / _SHRINK**rung
        J_right, right = curve(h)
        J_left, left = curve(-h)
        if right <= 0 or left >= 0:
            break  # the rounding of theta swallows the step
        steps.append(h)
        values.append((J_right - J_left) / (right - left))
        gaps.append((J_right - J) / right - (J_left - J) / left)
    best = Estimate(0.0, math.inf)
    for k in range(1, len(steps)):
        bend = abs(values[k] - values[k - 1])
        if k + 1 < len(steps):  # what the next step shows beyond its own noise
            bend = max(bend, abs(values[k + 1] - values[k]) - SAFETY / 2 * noise / steps[k + 1])
        jump = abs(_SHRINK * gaps[k] - gaps[k - 1]) / (_SHRINK - 1)
        rounding = SAFETY * noise / steps[k]
        # Two kinks near each other can hide each other's bend, hence the factor 4. Noise can hide
        # one of several jumps, so a jump near the noise counts whole.
        error = 4 * bend + (jump / 2 if jump > 100 * rounding else jump) + rounding
        if error < best.error:
            best = Estimate(values[k], error, at_kink=jump / 2 > max(bend, rounding))
    return best


class Taylor(NamedTuple):
    """What is left of J beyond its first-order Taylor polynomial, and how fast it vanishes."""

    slope: float | None
    """The slope of log remainder against log t: 2 if the gradient is right, 1 if it is wrong. None
    if no remainder rises above the noise: then J is linear, and the gradient is right."""
    steps: tuple[float, ...]
    remainders: tuple[float, ...]


def taylor_remainder(
    curve: Curve, derivative: float, noise: float, derivative_error: float = 0.0
) -> Taylor:
    """The slope of the Taylor remainder: 2 if the gradient is right, whatever its size.

    A wrong gradient leaves a part that shrinks only like t. For small t that part is the larger
    one, so the slope is taken over the four smallest steps whose remainder is above the noise. Such
    steps also stay clear of a kink further off. A kink at theta itself gives slope 1.

    Equation
    --------
    ``R(t) = |J(theta + t d) - J(theta) - t D.d| = O(t^2)`` if D is the gradient, else ``O(t)``
    (Farrell et al. 2013, section 5).

    Parameters
    ----------
    curve
        The cost in a direction d.
    derivative
        ``D.d``, of the gradient under test.
    noise
        Of J.
    derivative_error
        The rounding error of ``D.d``, for a gradient in float32 and a cost in float64.

    Examples
    --------
    >>> J = lambda t: (math.exp(t), t)
    >>> round(taylor_remainder(J, derivative=1.0, noise=1e-16).slope, 2)
    2.0
    >>> round(taylor_remainder(J, derivative=1.01, noise=1e-16).slope, 2)
    1.0
    """
    J, _ = curve(0.0)
    steps, remainders = [], []
    for k in range(14):
        t = 0.1 / _SHRINK**k
        there, moved = curve(t)
        remainder = abs(there - J - moved * derivative)
        if SAFETY * (10 * noise + derivative_error * t) < remainder < math.inf:
            steps.append(t)
            remainders.append(remainder)
    slope = None
    if len(steps) >= 2:
        log_t, log_R = np.log(steps[-4:]), np.log(remainders[-4:])
        log_t -= log_t.mean()
        slope = float(log_t @ log_R / (log_t @ log_t))
    return Taylor(slope, tuple(steps), tuple(remainders))


def noise(values: Array) -> Array:
    """The standard deviation of the rounding in values at equally spaced points near each other.

    Third differences remove what is smooth, even a parabola, and leave the noise times
    sqrt(1 + 9 + 9 + 1).

    Parameters
    ----------
    values
        ``(p, ...)`` with p of at least 4: costs ``(p,)`` or gradients ``(p, n)``.

    Returns
    -------
    ``(...)``: one deviation for each column.

    Examples
    --------
    >>> k = np.arange(6.0)
    >>> float(noise(k**2)), float(noise(k**2 + [1e-3, -1e-3, 1e-3, -1e-3, 1e-3, -1e-3]).round(4))
    (0.0, 0.0018)
    """
    third = np.diff(np.asarray(values, np.float64), n=3, axis=0)  # (p - 3, ...)
    return np.asarray(np.sqrt((third * third).mean(axis=0) / 20))
