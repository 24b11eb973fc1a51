"""One pass through the network, written down: z, a, delta, Delta and D of every layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import cost_of
from clearprop.network.equations import Backward, Forward
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Trace", "overflowing", "trace"]

# Decorates the functions that compute with a pass. Overflow ends as an infinite cost, as in the
# engines. The explanation says so, and NumPy need not warn.
overflowing = np.errstate(over="ignore", under="ignore", invalid="ignore")


@dataclass(frozen=True, eq=False)
class Trace:
    """What one forward and one backward pass computed, in float64.

    Layers are numbered as in the course: 1 is the input layer, L the output layer. Samples are
    rows. Without targets there is no cost and nothing is passed back, so `Y`, `per_output`, `J` and
    `back` are None.

    Attributes
    ----------
    network, theta
        The network and its parameters, ``(n_parameters,)``.
    X, Y
        ``(m, s_1)`` and ``(m, K)``.
    passed
        z and a of every layer.
    per_output
        ``(m, K)``: what each output adds to the cost of its sample.
    J
        The mean cost of the samples, without lambda: the data's part.
    back
        delta and Delta of every layer; its gradient is the data's part, too.
    """

    network: Network
    theta: Array
    X: Array
    Y: Array | None
    passed: Forward
    per_output: Array | None
    J: float | None
    back: Backward | None

    @property
    def m(self) -> int:
        """The number of samples."""
        return len(self.X)

    @property
    def n_layers(self) -> int:
        """L."""
        return self.network.n_layers

    def a(self, layer: int) -> Array:
        """``a^(l)``, ``(m, s_l)``; l from 1 (the inputs) to L (the outputs)."""
        return self.passed.activations[layer - 1]

    def z(self, layer: int) -> Array:
        """``z^(l)``, ``(m, s_l)``; l from 2 to L."""
        return self.passed.weighted_inputs[layer - 2]

    def delta(self, layer: int) -> Array:
        """``delta^(l)``, ``(m, s_l)``: each sample's dJ_i/dz; l from 2 to L."""
        assert self.back is not None
        return self.back.deltas[layer - 2]

    def Theta(self, layer: int) -> Array:
        """``Theta^(l)`` as the block ``(s_l + 1, s_{l+1})``, bias in row 0; l from 1 to L - 1."""
        return equations.split(self.network, self.theta)[layer - 1]

    def Delta(self, layer: int) -> Array:
        """``Delta^(l)``, the sum over the samples of ``[1; a] delta'``; as a block."""
        assert self.back is not None
        return self.back.accumulators[layer - 1]

    def mean(self, layer: int) -> Array:
        """``Delta^(l) / m``, the data's part of ``D^(l)``; as a block."""
        assert self.back is not None
        return equations.split(self.network, self.back.gradient)[layer - 1]

    def sample(self, i: int) -> Trace:
        """The trace of sample i (from 0) by itself."""
        return self._rows(slice(i, i + 1))

    def first(self, m: int) -> Trace:
        """The trace of the first m samples."""
        return self if m >= self.m else self._rows(slice(m))

    def _rows(self, rows: slice) -> Trace:
        Y = None if self.Y is None else self.Y[rows]
        return _trace(self.network, self.theta, self.X[rows], Y)


def trace(network: Network, theta: Any, x: Any, y: Any = None) -> Trace:
    """Pass one sample or a batch through the network and write down every number.

    The pass is the reference engine's own. ``trace(...).J`` and ``.back.gradient`` have the same
    bits as the J and gradient that this engine returns for theta in float64 and lambda 0. What
    lambda adds is told apart (:class:`~clearprop.explain.penalty.Penalty`).

    Parameters
    ----------
    network
        The architecture.
    theta
        ``(n_parameters,)``, of any dtype; the pass is computed in float64.
    x
        One sample ``(s_1,)`` or a batch ``(m, s_1)``.
    y
        Targets ``(m, K)`` or ``(K,)``, or class numbers ``(m,)`` or a single one. None: only the
        forward pass is computed.

    Raises
    ------
    ParameterError
        For shapes or values that do not fit.

    Equation
    --------
    ``z^(l+1) = Theta^(l) [1; a^(l)]``, ``a = g(z)``; ``delta^(l) = (Theta^(l)' delta^(l+1)) .*
    g'(z^(l))``; ``Delta^(l) = sum_i delta^(l+1) [1; a^(l)]'``; ``Delta/m`` is the data's part of D
    (course, week 5, "Backpropagation algorithm").

    Examples
    --------
    >>> network = Network((2, 1))
    >>> passed = trace(network, [0.0, 1.0, -1.0], [3.0, 1.0], 1)
    >>> passed.z(2), passed.delta(2).round(4)
    (array([[2.]]), array([[-0.1192]]))
    """
    theta = as_theta(network, theta).astype(np.float64)  # (n_parameters,)
    if hasattr(x, "toarray"):
        x = x.toarray()
    X = as_inputs(network, x)  # (m, s_1)
    Y = None if y is None else as_targets(network, _rows_of(network, y, X.shape[0]), X.shape[0])
    return _trace(network, theta, X, Y)


def _rows_of(network: Network, y: Any, m: int) -> Any:
    """The targets of one sample as a batch of one."""
    array = np.asarray(y)
    if m == 1 and (array.ndim == 0 or (array.shape == (network.n_outputs,) and array.size > 1)):
        return array[None]
    return y


@overflowing
def _trace(network: Network, theta: Array, X: Array, Y: Array | None) -> Trace:
    passed = equations.forward(np, network, theta, X)
    if Y is None:
        return Trace(network, theta, X, None, passed, None, None, None)
    z = passed.weighted_inputs[-1]  # (m, K)
    data = replace(network, regularization=0.0)
    return Trace(
        network,
        theta,
        X,
        Y,
        passed,
        per_output=cost_of(network).per_output(np, z, Y),  # (m, K)
        J=float(equations.cost(np, data, theta, z, Y)),
        back=equations.backward(np, data, theta, passed, Y),
    )
