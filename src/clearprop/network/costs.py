"""The costs, each with its output's activation and its delta^(L).

All costs are computed from the output layer's z and never from ``log h``, so they stay finite for
z = +-1000. The first argument of every function is the array namespace (`xp`), and branches look at
the real part, as in :mod:`clearprop.network.activations`.

Sources: A. Ng, *Machine Learning* (Coursera), week 5, "Cost function"; M. Nielsen, *Neural Networks
and Deep Learning*, ch. 3 (softmax).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from clearprop.network.activations import magnitude, sigmoid

if TYPE_CHECKING:
    from clearprop.network.architecture import Array, Network

__all__ = ["COSTS", "Cost", "cost_of"]


class Cost(NamedTuple):
    """One row of the table of costs.

    ``output`` names the activation of the output layer, and ``h`` computes it from z.
    ``per_output`` computes from z and y what each output adds to the cost of its sample. ``delta``
    computes delta^(L), the derivative of a sample's cost by z^(L), from a and y. All arrays are
    ``(m, K)``.

    Huber's row and the quantile row in :data:`COSTS` have the defaults, threshold 1 and the median;
    :func:`cost_of` makes the row of a network from its own numbers.
    """

    output: str
    h: Callable[[Any, Array], Array]
    per_output: Callable[[Any, Array, Array], Array]
    delta: Callable[[Any, Array, Array], Array]


def _softplus(xp: Any, z: Array) -> Array:
    """log(1 + e^z) = max(z, 0) + log(1 + e^-|z|). Both branches agree at 0, so 0 is no kink."""
    positive = xp.where(xp.real(z) >= 0, z, 0)
    return positive + xp.log1p(xp.exp(-magnitude(xp, z)))


def _softmax(xp: Any, z: Array) -> Array:
    e = xp.exp(z - xp.max(xp.real(z), axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def _softmax_cost(xp: Any, z: Array, y: Array) -> Array:
    """-y_k log h_k, with -log h_k = log sum_j e^(z_j - c) - (z_k - c) and c = max z."""
    shifted = z - xp.max(xp.real(z), axis=-1, keepdims=True)
    return y * (xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True)) - shifted)


def _half_square(xp: Any, h: Array, y: Array) -> Array:
    return 0.5 * (h - y) ** 2


def _poisson_cost(xp: Any, z: Array, y: Array) -> Array:
    """Half the Poisson deviance, h - y + y log(y / h), with log h = z."""
    return xp.exp(z) - y * z - y + y * xp.log(xp.where(y > 0, y, 1))


def _huber(threshold: float) -> Cost:
    """``e^2/2`` up to ``|e| = threshold``, then ``threshold (|e| - threshold/2)`` (Huber 1964)."""

    def per_output(xp: Any, z: Array, y: Array) -> Array:
        size = magnitude(xp, z - y)
        straight = threshold * (size - threshold / 2)
        return xp.where(xp.real(size) <= threshold, 0.5 * size * size, straight)

    return Cost(
        "identity",
        lambda xp, z: z,
        per_output,
        lambda xp, a, y: xp.clip(a - y, -threshold, threshold),
    )


def _quantile(levels: Sequence[float]) -> Cost:
    """``tau (y - z)`` for a target above the output, ``(1 - tau) (z - y)`` for one below.

    It is smallest where a share tau of the targets lies below z (Koenker and Bassett 1978, the
    "pinball loss"). One level serves all outputs. The slope at the kink, z = y, is taken as 0.
    """

    def per_output(xp: Any, z: Array, y: Array) -> Array:
        tau, e = xp.asarray(levels, y.dtype), z - y  # (K,) or (1,); (m, K)
        return xp.where(xp.real(e) >= 0, (1 - tau) * e, -tau * e)

    def delta(xp: Any, a: Array, y: Array) -> Array:
        tau = xp.asarray(levels, y.dtype)  # (K,) or (1,)
        return xp.heaviside(a - y, tau) - tau

    return Cost("identity", lambda xp, z: z, per_output, delta)


COSTS: dict[str, Cost] = {
    # -y log h - (1 - y) log(1 - h) = log(1 + e^z) - y z: the course; K independent units.
    "logistic": Cost(
        "sigmoid", sigmoid, lambda xp, z, y: _softplus(xp, z) - y * z, lambda xp, a, y: a - y
    ),
    "softmax": Cost("softmax", _softmax, _softmax_cost, lambda xp, a, y: a - y),
    # 3Blue1Brown and Nielsen: here the sigmoid's slope stays in delta.
    "quadratic": Cost(
        "sigmoid",
        sigmoid,
        lambda xp, z, y: _half_square(xp, sigmoid(xp, z), y),
        lambda xp, a, y: (a - y) * a * (1 - a),
    ),
    "squared": Cost("identity", lambda xp, z: z, _half_square, lambda xp, a, y: a - y),
    # Counts (scikit-learn's loss="poisson"). e^z itself overflows above z = 709.
    "poisson": Cost("exp", lambda xp, z: xp.exp(z), _poisson_cost, lambda xp, a, y: a - y),
    "huber": _huber(threshold=1.0),
    "quantile": _quantile(levels=(0.5,)),
}

# The costs with numbers of their own: the row that a network's numbers make.
_NUMBERED: dict[str, Callable[[Network], Cost]] = {
    "huber": lambda network: _huber(network.threshold),
    "quantile": lambda network: _quantile(network.levels),
}


def cost_of(network: Network) -> Cost:
    """The row of a network's cost, with the network's own threshold or quantiles.

    Examples
    --------
    >>> import numpy as np
    >>> from clearprop import Network
    >>> row = cost_of(Network((3, 1), cost="huber", threshold=2.0))
    >>> row.per_output(np, np.array([1.0, 5.0]), np.zeros(2)), row.delta(np, np.array([5.0]), 0.0)
    (array([0.5, 8. ]), array([2.]))
    """
    made = _NUMBERED.get(network.cost)
    return made(network) if made else COSTS[network.cost]
