"""Forward propagation, cost and backward propagation: the course's equations, once.

The first argument of every function is the array namespace (`xp`: NumPy, or JAX's). No function
names an array library or changes its arguments. Samples are rows. Layer l's block ``B`` of theta
has shape ``(s_l + 1, s_{l+1})`` with the bias in row 0, so ``z = B[0] + a @ B[1:]``.

Their two tables are ``ACTIVATIONS``, each f with its f', and ``COSTS``, each with its
delta^(L).

Sources: A. Ng, *Machine Learning* (Coursera), week 5, "Cost function", "Backpropagation algorithm";
M. Nielsen, *Neural Networks and Deep Learning*, ch. 2 (BP1-BP4).

Examples
--------
>>> import numpy as np
>>> from clearprop import Network, equations
>>> network, theta = Network((2, 1)), np.array([-30.0, 20.0, 20.0])  # the course's AND
>>> equations.forward(np, network, theta, np.array([1.0, 1.0])).activations[-1].round(4)
array([1.])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from clearprop.network.activations import ACTIVATIONS, KINKED, LEAK, Activation
from clearprop.network.costs import COSTS, Cost, cost_of

if TYPE_CHECKING:
    from clearprop.network.architecture import Array, Network

# `clearprop.equations` is the public name of the mathematics: the two tables belong to it.
__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "KINKED",
    "LEAK",
    "Activation",
    "Backward",
    "Cost",
    "Forward",
    "Masks",
    "Sums",
    "accumulate",
    "average",
    "backward",
    "cost",
    "cost_and_gradient",
    "cost_of",
    "forward",
    "means",
    "penalty",
    "split",
    "sums",
]


# -- Forward propagation --------------------------------------------------------------------------


def split(network: Network, theta: Array) -> list[Array]:
    """Theta's blocks, one for each layer but the last: views of shape ``(s_l + 1, s_{l+1})``."""
    blocks, start = [], 0
    for rows, columns in network.block_shapes:
        blocks.append(theta[start : start + rows * columns].reshape(rows, columns))
        start += rows * columns
    return blocks


class Forward(NamedTuple):
    """A forward pass: ``weighted_inputs[l]`` is z^(l+2), ``activations[l]`` is a^(l+1)."""

    weighted_inputs: list[Array]
    activations: list[Array]


Masks: TypeAlias = "Sequence[Array]"


def forward(
    xp: Any, network: Network, theta: Array, X: Array, masks: Masks | None = None
) -> Forward:
    """Propagate X forward; works for many samples ``(m, s_1)`` and for one, ``(s_1,)``.

    Equation
    --------
    ``z^(l+1) = Theta^(l) [1; a^(l)]``, ``a^(l+1) = g(z^(l+1))``, ``h = a^(L)`` (course, week 4).

    Parameters
    ----------
    masks
        Those of dropout, M^(l) of shape ``(m, s_l)`` for each hidden layer, of 0 and 1/(1 - rate):
        ``a^(l) = M^(l) .* g(z^(l))`` (see :class:`clearprop.network.dropout.Dropout`). None: no
        unit is dropped, as in every prediction.
    """
    hidden = ACTIVATIONS[network.activation]
    weighted_inputs, activations = [], [X]
    blocks = split(network, theta)
    for layer, B in enumerate(blocks):
        z = activations[-1] @ B[1:] + B[0]  # (m, s_{l+1})
        last = layer == len(blocks) - 1
        a = (cost_of(network).h if last else hidden.f)(xp, z)  # (m, s_{l+1})
        weighted_inputs.append(z)
        activations.append(a if last or masks is None else masks[layer] * a)  # (m, s_{l+1})
    return Forward(weighted_inputs, activations)


# -- Cost -----------------------------------------------------------------------------------------


def penalty(xp: Any, network: Network, theta: Array, rows: float) -> Array:
    """``lambda/(2m)`` times the sum of the squared weights, bias left out; m is `rows`."""
    if network.regularization == 0:
        return 0 * theta[0]
    squares = sum(xp.sum(B[1:] * B[1:]) for B in split(network, theta))
    return network.regularization / (2 * rows) * squares


def cost(
    xp: Any,
    network: Network,
    theta: Array,
    z: Array,
    Y: Array,
    sample_weight: Array | None = None,
    penalty_rows: float | None = None,
) -> Array:
    """J of the samples whose output layer has the weighted inputs `z`.

    Equation
    --------
    ``J = (1/m) sum_i J_i + lambda/(2m) sum weights^2`` (course, week 5, "Cost function"). A
    sample of weight w counts as w samples: then m is the sum of the weights.

    Parameters
    ----------
    z, Y
        ``(m, K)``.
    sample_weight
        ``(m,)``, or None for ones.
    penalty_rows
        The m of lambda/(2m). A minibatch hands in the size of the whole training set, so that
        lambda means the same whatever the size of the batch. None: the m of the mean.
    """
    rows = _rows(Y, sample_weight)
    total = _total_cost(xp, network, z, Y, sample_weight)
    return total / rows + penalty(
        xp, network, theta, rows if penalty_rows is None else penalty_rows
    )


def _total_cost(
    xp: Any, network: Network, z: Array, Y: Array, sample_weight: Array | None
) -> Array:
    """``sum_i w_i J_i``."""
    per_sample = xp.sum(cost_of(network).per_output(xp, z, Y), axis=-1)  # (m,)
    return xp.sum(per_sample) if sample_weight is None else sample_weight @ per_sample


def _rows(Y: Array, sample_weight: Array | None) -> Any:
    return Y.shape[0] if sample_weight is None else sample_weight.sum()


# -- Backward propagation -------------------------------------------------------------------------


class Backward(NamedTuple):
    """``deltas[l]`` is delta^(l+2) ``(m, s_{l+2})``; ``accumulators[l]`` is Delta^(l+1), laid out
    like theta's blocks ``(s_{l+1} + 1, s_{l+2})``; ``gradient`` is D, unrolled like theta.
    """

    deltas: list[Array]
    accumulators: list[Array]
    gradient: Array


def backward(
    xp: Any,
    network: Network,
    theta: Array,
    passed: Forward,
    Y: Array,
    sample_weight: Array | None = None,
    penalty_rows: float | None = None,
    masks: Masks | None = None,
) -> Backward:
    """Propagate the errors backward, from the same pass as :func:`cost`.

    Equation
    --------
    ``delta^(L)`` from the table of costs; ``delta^(l) = (Theta^(l)' delta^(l+1)) .* g'(z^(l))``;
    ``Delta^(l) = sum_i delta^(l+1) [1; a^(l)]'``;
    ``D^(l) = Delta^(l)/m + (lambda/m) Theta^(l)``, without lambda for the bias
    (course, week 5, "Backpropagation algorithm"; Nielsen, BP1-BP4). With the `masks` of the forward
    pass, ``delta^(l) = (Theta^(l)' delta^(l+1)) .* g'(z^(l)) .* M^(l)``: nothing flows back through
    a unit that was dropped (Srivastava et al. 2014, section 5.1).
    """
    deltas = _deltas(xp, network, theta, passed, Y, sample_weight, masks)
    accumulators = _accumulators(xp, passed, deltas)
    rows = _rows(Y, sample_weight)
    m = rows if penalty_rows is None else penalty_rows
    gradient = average(xp, network, theta, accumulators, rows, m)
    return Backward(deltas, accumulators, gradient)


def _deltas(
    xp: Any,
    network: Network,
    theta: Array,
    passed: Forward,
    Y: Array,
    sample_weight: Array | None,
    masks: Masks | None,
) -> list[Array]:
    """delta^(2) to delta^(L), ``(m, s_l)`` each."""
    zs, activations = passed
    blocks = split(network, theta)
    f, prime = ACTIVATIONS[network.activation]
    delta = cost_of(network).delta(xp, activations[-1], Y)  # (m, K)
    if sample_weight is not None:
        delta = sample_weight[:, None] * delta  # (m, K)
    deltas = [delta]
    for l in range(len(blocks) - 1, 0, -1):
        back = delta @ blocks[l][1:].T  # (m, s_l): what flows back, before the slope
        if masks is None:
            delta = back * prime(xp, zs[l - 1], activations[l])  # (m, s_l)
        else:  # a^(l) holds the mask, and the slope is that of g alone
            z, M = zs[l - 1], masks[l - 1]  # (m, s_l)
            delta = back * prime(xp, z, f(xp, z)) * M  # (m, s_l)
        deltas.insert(0, delta)
    return deltas


def _accumulators(xp: Any, passed: Forward, deltas: list[Array]) -> list[Array]:
    """Delta^(1) to Delta^(L-1)."""
    return [accumulate(xp, a, d) for a, d in zip(passed.activations, deltas, strict=False)]


def accumulate(xp: Any, a: Array, delta: Array) -> Array:
    """``Delta = sum_i [1; a_i] delta_i'`` over the samples: bias in row 0."""
    bias = xp.sum(delta, axis=0)[None, :]  # (1, s_{l+1})
    return xp.concatenate([bias, a.T @ delta])  # (s_l + 1, s_{l+1})


def average(
    xp: Any,
    network: Network,
    theta: Array,
    accumulators: Sequence[Array],
    rows: float,
    penalty_rows: float,
) -> Array:
    """D: the accumulators over m, plus lambda/m times the weights but not the bias; unrolled."""
    parts = []
    for B, Delta in zip(split(network, theta), accumulators, strict=True):
        D = Delta / rows  # (s_l + 1, s_{l+1})
        if network.regularization != 0:
            weights = D[1:] + (network.regularization / penalty_rows) * B[1:]
            D = xp.concatenate([D[:1], weights])
        parts.append(D.reshape(-1))
    return xp.concatenate(parts)  # (n_parameters,)


class Sums(NamedTuple):
    """What is added up over samples. The sums of two parts of the samples add to those of both."""

    cost: Array  # (), sum_i w_i J_i
    accumulators: list[Array]  # Delta^(l), each laid out like its block of theta
    rows: Any  # (), sum_i w_i: m


def sums(
    xp: Any,
    network: Network,
    theta: Array,
    X: Array,
    Y: Array,
    sample_weight: Array | None = None,
    masks: Masks | None = None,
) -> Sums:
    """One pass each way; parameters as in :func:`cost` and :func:`forward`."""
    passed = forward(xp, network, theta, X, masks)
    total = _total_cost(xp, network, passed.weighted_inputs[-1], Y, sample_weight)
    deltas = _deltas(xp, network, theta, passed, Y, sample_weight, masks)
    return Sums(total, _accumulators(xp, passed, deltas), _rows(Y, sample_weight))


def means(
    xp: Any, network: Network, theta: Array, added: Sums, penalty_rows: float | None = None
) -> tuple[Array, Array]:
    """J and D of the samples that were added up; `penalty_rows` as in :func:`cost`."""
    total, accumulators, rows = added
    m = rows if penalty_rows is None else penalty_rows
    J = total / rows + penalty(xp, network, theta, m)
    return J, average(xp, network, theta, accumulators, rows, m)


def cost_and_gradient(
    xp: Any,
    network: Network,
    theta: Array,
    X: Array,
    Y: Array,
    sample_weight: Array | None = None,
    penalty_rows: float | None = None,
    masks: Masks | None = None,
) -> tuple[Array, Array]:
    """J and D in one pass each way; parameters as in :func:`cost` and :func:`forward`."""
    added = sums(xp, network, theta, X, Y, sample_weight, masks)
    return means(xp, network, theta, added, penalty_rows)
