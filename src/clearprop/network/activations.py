"""The activations, each f with its f'.

The first argument of every function is the array namespace (`xp`: NumPy, or JAX's). Branches look
at the real part, so complex z works, which the complex step needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from clearprop.network.architecture import Array

__all__ = ["ACTIVATIONS", "KINKED", "LEAK", "Activation", "magnitude", "sigmoid"]


class Activation(NamedTuple):
    """``a = f(xp, z)`` and ``g'(z) = prime(xp, z, a)``; a is known, so it is not computed again."""

    f: Callable[[Any, Array], Array]
    prime: Callable[[Any, Array, Array], Array]


def magnitude(xp: Any, z: Array) -> Array:
    """|z| for a complex step too: z or -z, by the sign of the real part."""
    return xp.where(xp.real(z) >= 0, z, -z)


def sigmoid(xp: Any, z: Array) -> Array:
    """1 / (1 + e^-z), written with e^-|z| <= 1 so that nothing overflows."""
    e = xp.exp(-magnitude(xp, z))
    return xp.where(xp.real(z) >= 0, 1, e) / (1 + e)


def _relu(xp: Any, z: Array) -> Array:
    """max(z, 0). NaN stays NaN, so the cost shows that something is lost."""
    return xp.where(xp.real(z) <= 0, 0, z)


LEAK = 0.01  # leaky ReLU's slope below 0 (Maas et al. 2013)


def _leaky_relu(xp: Any, z: Array) -> Array:
    """z above 0, a hundredth of z below."""
    return xp.where(xp.real(z) <= 0, LEAK * z, z)


def _leaky_relu_slope(xp: Any, z: Array, a: Array) -> Array:
    """1 above 0, a hundredth below. NaN stays NaN, as in ReLU's slope."""
    step = xp.heaviside(xp.real(z), 0)
    return xp.where(step == 0, LEAK, step)


def _silu_slope(xp: Any, z: Array, a: Array) -> Array:
    """The product rule: s + z s (1 - s) = s + a (1 - s), with s the sigmoid of z."""
    s = sigmoid(xp, z)
    return s + a * (1 - s)


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(sigmoid, lambda xp, z, a: a * (1 - a)),
    "tanh": Activation(lambda xp, z: xp.tanh(z), lambda xp, z, a: 1 - a * a),
    "relu": Activation(_relu, lambda xp, z, a: xp.heaviside(xp.real(z), 0)),
    "identity": Activation(lambda xp, z: z, lambda xp, z, a: xp.ones_like(z)),
    "leaky_relu": Activation(_leaky_relu, _leaky_relu_slope),
    # z sigmoid(z), also called swish (Elfwing et al. 2018; Ramachandran et al. 2017).
    "silu": Activation(lambda xp, z: z * sigmoid(xp, z), _silu_slope),
}

# Activations with a kink at z = 0, where a difference may straddle two slopes.
KINKED = ("relu", "leaky_relu")
