"""h(x) and J of many rows, one slice at a time; several networks count as their average."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

import numpy as np

from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine, Session, TrainingState
from clearprop.names import EngineName
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = ["averaged", "cost_in_slices", "cost_of_outputs", "outputs_in_slices"]

# The memory that z and a of one slice of rows may take while it passes the network. 64 MiB holds
# 8,000 rows of a network with 512 units and is small on any machine. A larger slice gains nothing:
# a matrix product of a few hundred rows already runs at full speed.
SLICE_BYTES = 2**26


def outputs_in_slices(
    network: Network, thetas: Sequence[Array], X: Array, engine: EngineName | Engine = "auto"
) -> Array:
    """h(x) of every row, ``(m, K)``, averaged over the networks with these parameters.

    The thetas and X ``(m, s_1)`` are checked already.

    Examples
    --------
    >>> thetas = np.array([0.0, 1.0]), np.array([0.0, -1.0])
    >>> outputs_in_slices(Network((1, 1)), thetas, np.array([[3.0]]))
    array([[0.5]])
    """
    engine = choose_engine(engine)
    with ExitStack() as stack:
        opened = [engine.open(network, TrainingState(theta)) for theta in thetas]
        return averaged(network, [stack.enter_context(session) for session in opened], X)


def averaged(network: Network, sessions: Sequence[Session], X: Array) -> Array:
    """As :func:`outputs_in_slices`, by sessions that are open already, one for each network."""
    if X.shape[0] == 1 and len(sessions) == 1:  # what a service asks for, many times a second
        return sessions[0].predict(X)
    parts = [_average(sessions, part) for part in _slices(network, X)]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]  # (m, K)


def _average(sessions: Sequence[Session], X: Array) -> Array:
    first, *others = sessions
    h = first.predict(X)  # (m, K)
    for session in others:
        h = h + session.predict(X)
    return h / len(sessions) if others else h


def cost_in_slices(
    network: Network,
    thetas: Sequence[Array],
    X: Array,
    Y: Array,
    engine: EngineName | Engine = "auto",
) -> float:
    """J without lambda; the thetas, X ``(m, s_1)`` and Y ``(m, K)`` are checked already.

    Several networks have the cost of their average h(x).

    Examples
    --------
    >>> theta, X, Y = np.zeros(2), np.array([[0.0]]), np.array([[1.0]])
    >>> round(cost_in_slices(Network((1, 1)), [theta], X, Y), 6)  # ln 2
    0.693147
    """
    engine = choose_engine(engine)
    if len(thetas) > 1:
        return cost_of_outputs(network, outputs_in_slices(network, thetas, X, engine), Y)
    (theta,) = thetas
    network = replace(network, regularization=0.0)
    total = 0.0
    opened = engine.open(network, TrainingState(theta))
    with opened as session, np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for part, y_part in zip(_slices(network, X), _slices(network, Y), strict=True):
            z = session.logits(part)  # (rows of the slice, K)
            J = equations.cost(np, network, theta, z, y_part)
            total += float(J) * part.shape[0]
    m: int = X.shape[0]
    return total / m


def cost_of_outputs(network: Network, h: Array, Y: Array) -> float:
    """J without lambda of outputs h(x) and targets, both ``(m, K)``.

    Costs are computed from weighted inputs, so z is found from h first: ``log(h / (1 - h))`` for
    the sigmoid, ``log h`` for softmax and e^z. An h that was rounded to 0 or 1 counts as the next
    number of its dtype.

    Examples
    --------
    >>> h, Y = np.array([[0.25], [0.5]]), np.array([[1.0], [0.0]])
    >>> round(cost_of_outputs(Network((1, 1)), h, Y), 6)  # (ln 4 + ln 2) / 2
    1.039721
    """
    output, numbers = network.output_activation, np.finfo(h.dtype)
    z = h = h.astype(np.float64)  # (m, K)
    if output != "identity":
        z = np.log(h.clip(float(numbers.tiny)))  # (m, K)
        if output == "sigmoid":
            z = z - np.log((1 - h).clip(float(numbers.epsneg)))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return float(equations.cost(np, replace(network, regularization=0.0), np.zeros(1), z, Y))


def _slices(network: Network, array: Array) -> list[Array]:
    """The array in slices of rows. This bounds the memory that the layers take."""
    per_row = 8 * 2 * sum(network.layer_sizes[1:])  # z and a of every layer
    size = max(1, SLICE_BYTES // per_row)
    m: int = array.shape[0]
    return [array[start : start + size] for start in range(0, m, size)] if m > size else [array]
