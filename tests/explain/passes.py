"""A pass through a small network, for tests that look at its parts."""

import numpy as np

from clearprop import Network, initial_theta
from clearprop.explain.trace import trace


def a_pass(cost="softmax", sizes=(3, 6, 3), m=5, activation="sigmoid", lambda_=2.0):
    """The trace of a small random network on a few samples."""
    rng = np.random.default_rng(7)
    network = Network(sizes, activation, cost, lambda_)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]
    return trace(network, initial_theta(network, rng), rng.normal(size=(m, sizes[0])), Y)
