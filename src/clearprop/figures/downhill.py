"""The negative gradient of a real network, and J along it.

Source: 3Blue1Brown, "Gradient descent, how neural networks learn".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.errors import ParameterError
from clearprop.figures.drawing import BLUE, FAINT, INK, RED, SOFT, Picture, sentences, sheet, styled
from clearprop.network.architecture import Array, Network

__all__ = ["Downhill", "compute_downhill", "draw_downhill"]

_REACH, _POINTS = 4.0, 33


@dataclass(frozen=True, eq=False)
class Downhill:
    """The negative gradient, and J on the way along it and along another direction.

    Attributes
    ----------
    network
        The architecture.
    direction
        ``(n_parameters,)``: minus the gradient.
    J, slope
        The cost at the start, and the length of the gradient.
    lengths
        ``(p,)``: how far it is gone.
    along, astray
        ``(p,)``: J that far along the negative gradient, and along a random direction.
    """

    network: Network
    direction: Array
    J: float
    slope: float
    lengths: Array
    along: Array
    astray: Array


def compute_downhill(network: Network, theta: Any, X: Any, Y: Any, seed: int = 0) -> Downhill:
    """Go along the negative gradient, and as far along a random direction.

    Parameters
    ----------
    network, theta, X, Y
        As in :func:`clearprop.cost_and_gradient`.
    seed
        Of the random direction.

    Raises
    ------
    ParameterError
        For shapes or values that do not fit, and where the gradient is 0.

    Equation
    --------
    Of all directions u of length 1, ``J(theta + t u)`` falls fastest at t = 0 for
    ``u = -D / |D|``, with slope ``-|D|``.

    Examples
    --------
    >>> found = compute_downhill(Network((1, 1)), [0, 0], [[1.0], [2.0]], [1, 1])
    >>> found.direction, bool(found.along[-1] < found.J)
    (array([0.5 , 0.75]), True)
    """
    theta = np.asarray(theta, np.float64)
    J, D = cost_and_gradient(network, theta, X, Y)
    slope = float(np.linalg.norm(D))
    if slope == 0:
        raise ParameterError("theta: the gradient is 0 here, so no direction leads downhill")
    other = np.random.default_rng(seed).normal(size=D.size)  # (n_parameters,)
    other /= np.linalg.norm(other)
    lengths = np.linspace(0, _REACH, _POINTS)  # (p,)

    def costs(unit: Array) -> Array:
        return np.array([cost_and_gradient(network, theta + t * unit, X, Y)[0] for t in lengths])

    return Downhill(network, -D, J, slope, lengths, costs(-D / slope), costs(other))


def draw_downhill(found: Downhill, lang: str = "en") -> Picture:
    """Draw the components of the vector on the left, J along both directions on the right."""
    say = sentences(lang)
    title = say("downhill.title")
    with styled(title):
        figure, (vector, way) = sheet(12.5, 4.8, title, "", columns=2, width_ratios=(1.25, 1))
        n = len(found.direction)
        vector.plot(np.arange(n), found.direction, color=INK, linewidth=0.6)
        edge, top = 0, 1.28 * float(np.abs(found.direction).max())
        for l, (rows, columns) in enumerate(found.network.block_shapes, start=1):
            place = edge + rows * columns / 2
            vector.text(place, 0.87 * top, rf"$\Theta^{{({l})}}$", ha="center", va="center")
            edge += rows * columns
            if edge < n:
                vector.axvline(edge - 0.5, color=FAINT, linewidth=1)
        vector.set(ylim=(-top, top), xlabel=say("downhill.parameter", n=f"{n:,}"))
        vector.set_title(say("downhill.vector"))
        way.plot(
            found.lengths, found.astray, color=RED, linestyle="--", label=say("downhill.other")
        )
        way.plot(found.lengths, found.along, color=BLUE, label=say("downhill.along"))
        tangent = found.lengths[found.lengths <= 0.8 * found.J / found.slope]
        name = say("downhill.tangent", slope=f"{found.slope:.3f}")
        line = found.J - found.slope * tangent
        way.plot(tangent, line, color=SOFT, linestyle=":", linewidth=1.5, label=name)
        way.set(ylim=(0, 1.5 * found.J), xlabel=say("downhill.length"), ylabel="J")
        way.set_title(say("downhill.way"))
        way.legend(loc="upper right")
        way.grid()
    description = say(
        "downhill.description",
        n=f"{n:,}",
        slope=f"{found.slope:.4f}",
        J=f"{found.J:.4f}",
        length=f"{found.lengths[-1]:g}",
        along=f"{found.along[-1]:.4f}",
        astray=f"{found.astray[-1]:.4f}",
    )
    return Picture(figure, title, description, lang)
