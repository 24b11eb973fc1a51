"""The record of the surface of J: two hidden units that learn XOR, as in the figure."""

from __future__ import annotations

from typing import Any

import clearprop
from clearprop import web


def record() -> dict[str, Any]:
    """The four rows, and a learning rate with which twelve starts find three minima."""
    network = clearprop.Network((2, 2, 1), activation="tanh", regularization=0.01)
    theta = clearprop.initial_theta(network, seed=0, init=3.0)
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    return web.record(network, theta, X, y, rate=1.0)
