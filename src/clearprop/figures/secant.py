"""The derivative from two costs: the secant beside the tangent, and its error against the step.

A difference has two errors. Truncation, which the step jumps over, shrinks with the step. The
rounding of J is divided by the step, so it grows as the step shrinks. On logarithmic axes the sum
of both is a V.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Gradient checking".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError
from clearprop.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    RED,
    SOFT,
    Picture,
    network_line,
    power_of_ten,
    sentences,
    sheet,
    styled,
)
from clearprop.language import Sentences
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Secant", "compute_secant", "draw_secant", "parameter_place"]

_STEPS = np.logspace(-14, 0, 14 * 8 + 1)  # eight a decade
# The error of rounding varies from step to step by luck. So the best step is where the median over
# a decade of steps is smallest.
_WINDOW = 9


@dataclass(frozen=True, eq=False)
class Secant:
    """J along one parameter, and how well differences give its slope.

    Attributes
    ----------
    network, rows
        The network, and how many rows J is the mean over.
    parameter
        Its index in theta.
    place
        ``(l, i, j)``: it is the course's ``Theta^(l)_ij``, i counted from 1 and j from 0, the bias.
    value, J, derivative
        The parameter, the cost there, and dJ/dtheta_j by backward propagation.
    moved, costs
        ``(p,)``: J at theta_j + moved.
    step
        The step of the secant that is drawn, far larger than usual so that it can be seen.
    ends
        J at theta_j - step and theta_j + step.
    steps
        ``(k,)``: the steps of the differences below.
    one_sided, two_sided
        ``(k,)``: the relative errors of the differences.
    best_one_sided, best_two_sided
        The steps with the smallest error, as measured.
    """

    network: Network
    rows: int
    parameter: int
    place: tuple[int, int, int]
    value: float
    J: float
    derivative: float
    moved: Array
    costs: Array
    step: float
    ends: tuple[float, float]
    steps: Array
    one_sided: Array
    two_sided: Array
    best_one_sided: float
    best_two_sided: float

    @property
    def slope(self) -> float:
        """The slope of the secant that is drawn."""
        return (self.ends[1] - self.ends[0]) / (2 * self.step)


def compute_secant(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    parameter: int | None = None,
    engine: EngineName | Engine = "auto",
) -> Secant:
    """Measure J along one parameter, in float64.

    Parameters
    ----------
    network, theta, X, Y, engine
        As in :func:`clearprop.cost_and_gradient`.
    parameter
        Its index in theta; None: the one with the largest derivative.

    Raises
    ------
    ParameterError
        For shapes or values that do not fit, and if J does not depend on the parameter.

    Equation
    --------
    ``dJ/dtheta_j ~ (J(theta_j + step) - J(theta_j - step)) / (2 step)``, one-sided
    ``(J(theta_j + step) - J(theta_j)) / step`` (course, week 5).

    Examples
    --------
    >>> found = compute_secant(Network((1, 1)), [0.5, 1.0], [[0.0]], [1])
    >>> found.place, round(found.derivative, 4)  # h - y
    ((1, 1, 0), -0.3775)
    >>> 1e-9 < found.best_one_sided < 1e-7 < found.best_two_sided < 1e-4
    True
    """
    theta = as_theta(network, np.asarray(theta, np.float64))
    X = as_inputs(network, X, theta.dtype)
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    engine = choose_engine(engine)
    gradient = engine.cost_and_gradient(network, theta, X, Y)[1]
    j = int(np.abs(gradient).argmax()) if parameter is None else parameter
    if not 0 <= j < theta.size:
        raise ParameterError(
            f"parameter: expected an index into theta, 0 to {theta.size - 1}; got {parameter!r}"
        )

    def at(value: float) -> tuple[float, float]:
        """J and dJ/dtheta_j with theta_j at `value`."""
        there = theta.copy()
        there[j] = value
        J, D = engine.cost_and_gradient(network, there, X, Y)
        return J, float(D[j])

    value = float(theta[j])
    J, derivative = at(value)
    if derivative == 0:
        raise ParameterError(f"parameter: J does not depend on theta[{j}] here; take another one")
    reach = _reach(derivative, (at(value + 1e-3)[1] - at(value - 1e-3)[1]) / 2e-3)
    moved = np.linspace(-1.6 * reach, 1.6 * reach, 129)  # (p,)
    right = np.array([at(value + step)[0] for step in _STEPS])  # (k,)
    left = np.array([at(value - step)[0] for step in _STEPS])  # (k,)
    one_sided = np.abs((right - J) / _STEPS - derivative) / abs(derivative)
    two_sided = np.abs((right - left) / (2 * _STEPS) - derivative) / abs(derivative)
    return Secant(
        network,
        X.shape[0],
        j,
        parameter_place(network, j),
        value,
        J,
        derivative,
        moved,
        np.array([at(value + t)[0] for t in moved]),
        reach,
        (at(value - reach)[0], at(value + reach)[0]),
        _STEPS,
        one_sided,
        two_sided,
        _best(one_sided),
        _best(two_sided),
    )


def _reach(derivative: float, curvature: float) -> float:
    """How far to go so that the bend shows: about to the minimum of a parabola."""
    newton = abs(derivative / curvature) if curvature else np.inf
    return float(np.clip(newton, 0.5, 4.0))


def parameter_place(network: Network, parameter: int) -> tuple[int, int, int]:
    """The course's l, i, j of an index into theta."""
    for l, (rows, columns) in enumerate(network.block_shapes, start=1):
        if parameter < rows * columns:
            return l, parameter % columns + 1, parameter // columns
        parameter -= rows * columns
    raise AssertionError("the index was checked")


def _best(errors: Array) -> float:
    half = _WINDOW // 2
    medians = [np.median(errors[k - half : k + half + 1]) for k in range(half, len(errors) - half)]
    return float(_STEPS[half + int(np.argmin(medians))])


def draw_secant(found: Secant, lang: str = "en", source: str = "") -> Picture:
    """Draw J with secant and tangent on the left, the errors against the step on the right."""
    say = sentences(lang)
    l, i, j = found.place
    theta = f"$\\Theta^{{({l})}}_{{{i},{j}}}$"
    title = say("secant.title")
    caption = network_line(say, found.network, found.rows, source)
    with styled(title, caption):
        figure, (left, right) = sheet(12, 5.2, title, caption, columns=2)
        at = found.value + found.moved
        left.plot(at, found.costs, color=INK, label="J")
        ends = np.array([found.value - found.step, found.value + found.step])
        tangent = found.J + found.derivative * found.moved
        lowest, highest = found.costs.min(), found.costs.max()
        margin = 0.12 * (highest - lowest)
        left.set_ylim(lowest - 2.2 * margin, highest + margin)
        left.plot(
            at,
            tangent,
            color=BLUE,
            linestyle="--",
            label=say("secant.tangent", slope=f"{found.derivative:.4f}"),
        )
        left.plot(
            ends,
            found.ends,
            color=RED,
            marker="o",
            label=say("secant.secant", slope=f"{found.slope:.4f}"),
        )
        left.plot(found.value, found.J, color=BLUE, marker="s", linestyle="")
        for end, height in zip(ends, found.ends, strict=True):
            left.plot([end, end], [left.get_ylim()[0], height], color=SOFT, linewidth=1, ls=":")
        left.set_xticks([*ends, found.value], ["θ − ε", "θ + ε", "θ"], color=INK)
        left.set_xlabel(theta + f"   (θ = {found.value:.3f}, ε = {found.step:.3g})")
        left.set_ylabel("J(θ)")
        left.legend(loc="upper center" if found.derivative > 0 else "upper right")
        _draw_errors(right, found, say)
    description = say(
        "secant.description",
        derivative=f"{found.derivative:.6g}",
        slope=f"{found.slope:.6g}",
        step=f"{found.step:.3g}",
        one=power_of_ten(found.best_one_sided),
        two=power_of_ten(found.best_two_sided),
    )
    return Picture(figure, title, description, lang)


def _draw_errors(axes: Any, found: Secant, say: Sentences) -> None:
    for errors, best, colour, marker, name in (
        (found.one_sided, found.best_one_sided, GREEN, "o", "one"),
        (found.two_sided, found.best_two_sided, RED, "s", "two"),
    ):
        seen = errors > 0  # an error of exactly 0 has no logarithm
        label = say(f"secant.{name}", best=power_of_ten(best))
        face = "white" if name == "one" else colour
        axes.loglog(
            found.steps[seen], errors[seen], marker, ms=4, color=colour, mfc=face, label=label
        )
        # The line ends at the height of the points, below the legend.
        line = "--" if name == "one" else "-"
        axes.axvline(best, ymax=0.72, color=colour, linewidth=1.4, linestyle=line)
    axes.set_xlabel(say("secant.step"))
    axes.set_ylabel(say("secant.error"))
    axes.grid(which="major")
    axes.legend(loc="upper center", handletextpad=0.2)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * 10 ** (0.3 * np.log10(high / low)))
    at = {"ha": "center", "color": SOFT, "transform": axes.transAxes, "fontsize": 12}
    axes.text(0.17, 0.05, say("secant.rounding"), **at)
    axes.text(0.87, 0.05, say("secant.truncation"), **at)
