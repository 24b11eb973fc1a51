"""What can be checked: a network with the engine that computes it, or any function of theta.

A subject has the cost and gradient under test. It has the cost along lines through theta, and the
numerical side sees nothing else. And it knows how far rounding may put the two apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError, described
from clearprop.gradients.numerical import (
    COMPLEX_STEP,
    SAFETY,
    Curve,
    Estimate,
    complex_step,
    noise,
)
from clearprop.gradients.rounding import EPS, VANISHED, rounding_of
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout

__all__ = ["FunctionSubject", "Line", "NetworkSubject", "Subject"]

_ROOM = 1e-6  # the share of a dtype's largest number that a cost may reach to be compared
_TOLERANCE = {"float32": 1e-3, "float64": 1e-5}

# Where a slope jumps, so that a difference may straddle it: activations, and costs.
_KINKS = (*equations.KINKED, "huber", "quantile")


class Line(NamedTuple):
    """The cost along a line through theta, and its derivative by complex step."""

    curve: Curve
    exact: Callable[[], Estimate]


class Subject(Protocol):
    """What a check needs from the thing that it checks."""

    engine: str | None
    dtype: str  # the dtype of the side under test
    tolerance: float
    step: float  # of the two-sided differences
    n_rows: int | None  # samples; None for a function
    dropout: float  # the share of hidden units that both sides leave out
    J: float  # of the side under test
    penalty: float | None  # the term of J with lambda; None for a function
    gradient: Array  # (n,) of float64: the gradient under test
    rounding: Array  # (n,): what rounding may do to it
    numerical_cost: float
    numerical_noise: float  # of the cost on the numerical side
    cost_error: float  # the difference of the two costs that rounding may cause
    has_kinks: bool
    complex_decides: bool  # whether the complex step decides after the differences

    def along(self, index: int) -> Line:
        """The line along one parameter."""

    def towards(self, direction: Array, start: int) -> Line:
        """The line in a direction through the parameters from `start` on."""

    def step_at(self, index: int) -> float:
        """The step for one parameter."""


class _Tail(NamedTuple):
    """The layers that a parameter can change: from the block at `start` of theta on."""

    start: int
    network: Network
    a: Array  # (m, s_l): what goes in
    masks: equations.Masks | None  # those of the hidden layers behind


class NetworkSubject:
    """A network: an engine's gradient, judged by the cost of the equations in float64.

    The numerical side gets the same numbers as the engine, in float64. So a float32 engine is
    compared with the truth, and all rounding is the engine's own.

    A parameter of layer l changes nothing below that layer, so lines start from the activations
    a^(l).
    """

    complex_decides = True

    def __init__(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None,
        engine: Engine,
        step: float,
        dropout: Dropout | None = None,
    ) -> None:
        self.engine: str | None = engine.name
        self.dtype, self.step = str(theta.dtype), step
        self.tolerance = _TOLERANCE[self.dtype]
        self.has_kinks = network.activation in _KINKS or network.cost in _KINKS
        self.dropout = dropout.rate if dropout else 0.0
        self.n_rows: int | None = X.shape[0]
        self.J, gradient = engine.cost_and_gradient(network, theta, X, Y, sample_weight, dropout)
        self.gradient = np.asarray(gradient, np.float64)
        self._theta, self._Y = theta.astype(np.float64), Y.astype(np.float64)
        self._weight = None if sample_weight is None else sample_weight.astype(np.float64)
        masks = dropout.masks(network, 0, X.shape[0], np.float64) if dropout else None
        passed = equations.forward(np, network, self._theta, X.astype(np.float64), masks)
        rounding = rounding_of(network, theta, X, Y, sample_weight, passed, masks)
        # An engine adds before it divides by m, so it overflows sooner than the reference.
        room = _ROOM * float(np.finfo(self.dtype).max)
        self.finite = rounding.finite and abs(rounding.J) < room
        self.rounding = rounding.D_error
        self.numerical_cost = rounding.J
        self.numerical_noise = rounding.J64_error
        m = X.shape[0] if self._weight is None else float(self._weight.sum())
        self.penalty: float | None = float(equations.penalty(np, network, self._theta, m))
        self.cost_error = SAFETY * rounding.J_error + self.tolerance / 10 * abs(rounding.J)

        self._tails: list[_Tail] = []
        start = 0
        for l, (rows, columns) in enumerate(network.block_shapes):
            tail = replace(network, layer_sizes=network.layer_sizes[l:])
            rest = None if masks is None else masks[l:]
            self._tails.append(_Tail(start, tail, passed.activations[l], rest))
            start += rows * columns
        self._complex: Array | None = None

    def _cost(self, tail: _Tail, theta: Array) -> Any:
        passed = equations.forward(np, tail.network, theta, tail.a, tail.masks)
        z = passed.weighted_inputs[-1]  # (m, K)
        return equations.cost(np, tail.network, theta, z, self._Y, self._weight)

    def _tail(self, index: int) -> _Tail:
        return next(tail for tail in reversed(self._tails) if tail.start <= index)

    def along(self, index: int) -> Line:
        """See :class:`Subject`."""
        tail = self._tail(index)
        start, theta = tail.start, self._theta

        def curve(t: float) -> tuple[float, float]:
            was = theta[index]
            theta[index] = was + t
            moved = float(theta[index] - was)
            J = float(self._cost(tail, theta[start:]))
            theta[index] = was
            return J, moved

        def exact() -> Estimate:
            if self._complex is None:
                self._complex = theta.astype(np.complex128)  # (n,)
            self._complex[index] += 1j * COMPLEX_STEP
            J = self._cost(tail, self._complex[start:])
            self._complex[index] = theta[index]
            return complex_step(J.imag)

        return Line(curve, exact)

    def towards(self, direction: Array, start: int) -> Line:
        """See :class:`Subject`."""
        tail = self._tail(start)
        theta = self._theta[tail.start :]
        part = slice(start - tail.start, start - tail.start + len(direction))

        def moved_by(t: complex) -> Array:
            moved = theta.astype(np.result_type(theta, t))
            moved[part] += t * direction
            return moved

        def curve(t: float) -> tuple[float, float]:
            return float(self._cost(tail, moved_by(t))), t

        def exact() -> Estimate:
            return complex_step(self._cost(tail, moved_by(1j * COMPLEX_STEP)).imag)

        return Line(curve, exact)

    def step_at(self, index: int) -> float:
        """See :class:`Subject`."""
        return self.step


class FunctionSubject:
    """Any function of theta that returns its cost and gradient.

    The function may compute in float32 even if it returns float64. So its precision is measured:
    the noise of J and of the gradient at points next to theta (More and Wild's table of
    differences). If that noise is more than float64's, the step is widened to its cube root, which
    makes the sum of noise and curvature smallest. The function gets a copy of theta each time.
    """

    engine: str | None = None
    n_rows: int | None = None
    dropout = 0.0
    penalty: float | None = None
    has_kinks = True
    complex_decides = False  # the function may not take complex numbers

    def __init__(self, function: Callable[[Array], Any], theta: Array, step: float) -> None:
        self._function, self._theta = function, theta
        self.J, self.gradient = self._both(theta, "theta")
        self.numerical_cost = again = self._both(theta, "theta")[0]
        unsteady = abs(again - self.J)
        if unsteady > 1e-5 * abs(self.J):
            raise ParameterError(
                f"function: expected the same J for the same theta; got {self.J!r} and then "
                f"{again!r}. Fix its random numbers (dropout, a choice of rows) for the check"
            )
        costs, gradients = self._nearby()
        J_noise, D_noise = float(noise(costs)), noise(gradients)  # (), (n,)
        size = max(abs(self.J), float(np.linalg.norm(self.gradient)))
        largest = float(np.abs(self.gradient).max())
        self.dtype = "float32" if theta.dtype == np.float32 or _is_single(costs) else "float64"
        # Both noises must say so, since a J or a gradient near 0 looks noisy by itself.
        if J_noise > 1e-10 * abs(self.J) and D_noise.max() > 1e-10 * largest:
            self.dtype = "float32"
        self.tolerance = _TOLERANCE[self.dtype]
        self.numerical_noise = max(J_noise, unsteady, EPS[self.dtype] / 2 * abs(self.J))
        self.cost_error = np.inf  # one function, one cost
        self.rounding = D_noise + VANISHED[self.dtype]  # (n,)
        best = (self.numerical_noise / size) ** (1 / 3) if size else 0.0
        self.step = max(step, min(best, 1e-2))

    def _nearby(self) -> tuple[Array, Array]:
        """Costs ``(6,)`` and gradients ``(6, n)`` at equally spaced points next to theta.

        Theta itself is not among them, since it may be at a kink. All points are on one side of it.
        They must be so near that the cost is smooth across them, and so far apart that the function
        tells them apart. The first distance at which most costs differ is taken.
        """
        generator = np.random.default_rng(0)
        scale = np.maximum(np.abs(self._theta), 0.1) * generator.standard_normal(len(self._theta))
        for distance in (8 * float(np.finfo(self._theta.dtype).eps), 1e-7, 1e-5, 1e-3, 0.1):
            points = [self._theta + k * distance * scale for k in range(1, 7)]
            pairs = [self._both(p.astype(self._theta.dtype), "a point next to it") for p in points]
            costs = np.array([J for J, _ in pairs])  # (6,)
            if len(np.unique(costs)) > 3:
                break
        return costs, np.array([D for _, D in pairs])

    def _call(self, theta: Array, where: str) -> Any:
        try:
            pair = self._function(theta.copy())
        except Exception as error:
            raise ParameterError(
                f"function: expected (J, gradient) at {where}; it raised "
                f"{type(error).__name__}: {error}"
            ) from error
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ParameterError(
                f"function: expected it to return the pair (J, gradient); got {described(pair)}"
            )
        return pair

    def _both(self, theta: Array, where: str) -> tuple[float, Array]:
        J, gradient = self._call(theta, where)
        return _scalar(J, where), _vector(gradient, len(theta), where)

    def _complex(self, theta: Array, where: str) -> Estimate:
        J = np.asarray(self._call(theta, where)[0])
        if not np.iscomplexobj(J) or J.size != 1:
            raise ParameterError(
                "function: method='complex' expects a complex J for a complex theta; got "
                f"{J.dtype}, shape {J.shape}. Use method='differences' where the function does "
                "not take complex numbers"
            )
        return complex_step(J.reshape(()).imag.item())

    def along(self, index: int) -> Line:
        """See :class:`Subject`."""
        unit = np.ones(1, self._theta.dtype)
        line = self._line(unit, index, f"theta with parameter {index}")
        before = float(self._theta[index])

        def curve(t: float) -> tuple[float, float]:
            # Rounding moves one parameter by a little more or less than t.
            return line.curve(t)[0], float(self._theta[index] + self._theta.dtype.type(t)) - before

        return Line(curve, line.exact)

    def towards(self, direction: Array, start: int) -> Line:
        """See :class:`Subject`."""
        return self._line(direction, start, "theta")

    def _line(self, direction: Array, start: int, what: str) -> Line:
        part = slice(start, start + len(direction))

        def curve(t: float) -> tuple[float, float]:
            theta = self._theta.copy()
            theta[part] += (t * direction).astype(theta.dtype)
            return self._both(theta, f"{what} moved by {t:g}")[0], t

        def exact() -> Estimate:
            theta = self._theta.astype(np.complex128)
            theta[part] += 1j * COMPLEX_STEP * direction
            return self._complex(theta, f"{what} moved by {COMPLEX_STEP:g}i")

        return Line(curve, exact)

    def step_at(self, index: int) -> float:
        """See :class:`Subject`: parameters above 1 move in proportion."""
        return self.step * max(1.0, abs(float(self._theta[index])))


def _is_single(costs: Array) -> bool:
    """Whether all costs are float32 numbers. Costs in float64 are not, even by chance."""
    return bool((costs == costs.astype(np.float32)).all())


def _scalar(J: Any, where: str) -> float:
    try:
        number = np.asarray(J)
        if number.size != 1 or number.dtype.kind not in "biuf":
            raise TypeError
        value = float(number.reshape(()))
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"function: expected J as one real number; got {described(J)}"
        ) from None
    if not np.isfinite(value):
        raise ParameterError(
            f"function: expected a finite J at {where}; got {value}. Check the gradient where the "
            "cost is finite, or take a smaller step"
        )
    return value


def _vector(gradient: Any, n: int, where: str) -> Array:
    try:
        array = np.array(gradient, np.float64)  # a copy, since functions may reuse a buffer
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"function: expected the gradient as {n} numbers; got {described(gradient)}"
        ) from None
    if array.shape not in ((n,), (n, 1), (1, n)):
        raise ParameterError(
            f"function: expected a gradient of shape ({n},), one number for each parameter; "
            f"got shape {array.shape}"
        )
    array = array.reshape(n)  # (n,)
    if not np.isfinite(array).all():
        index = int(np.argmin(np.isfinite(array)))
        raise ParameterError(
            f"function: expected a finite gradient at {where}; got {array[index]} at position "
            f"{index}"
        )
    return array
