"""Gradients with a mistake in them, and random networks to make it in."""

from collections.abc import Callable

import numpy as np
import pytest

from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta

REFERENCE = ReferenceEngine()


class Spoiled(ReferenceEngine):
    """The reference engine with a mistake put into its gradient, or into its cost."""

    name = "spoiled"

    def __init__(self, spoil: Callable, cost_factor: float = 1.0) -> None:
        self.spoil, self.cost_factor = spoil, cost_factor

    def cost_and_gradient(self, network, theta, X, Y, sample_weight=None, dropout=None):
        J, gradient = REFERENCE.cost_and_gradient(network, theta, X, Y, sample_weight, dropout)
        gradient = gradient.copy()
        self.spoil(network, theta, X, gradient)
        return J * self.cost_factor, gradient


def random_problem(seed: int, activation: str | None = None):
    """A network, theta, X, Y: blank rows, biases of 0, scales and lambdas that make trouble."""
    r = np.random.default_rng(seed)
    cost = str(r.choice(["logistic", "softmax", "quadratic", "squared", "poisson"]))
    hidden = [int(r.integers(1, 9)) for _ in range(r.integers(0, 4))]
    n, K, m = int(r.integers(1, 10)), int(r.integers(2, 5)), int(r.integers(1, 20))
    activation = activation or str(r.choice(["sigmoid", "tanh", "relu", "identity"]))
    network = Network((n, *hidden, K), activation, cost, float(r.choice([0, 1e-4, 1, 10])))
    theta = initial_theta(network, seed, str(r.choice(["uniform", "glorot", "he", "nielsen"])))
    X = r.standard_normal((m, n)) * r.choice([0.1, 1, 3])
    X *= (r.random(X.shape) < r.choice([0.3, 1])) * (r.random((m, 1)) < 0.8)
    if cost == "squared":
        Y = r.standard_normal((m, K)) * r.choice([1, 100])
    elif cost == "poisson":
        Y = r.poisson(3, (m, K)).astype(float)
    else:
        Y = np.eye(K)[r.integers(0, K, m)]
    return network, theta, X, Y


@pytest.fixture(scope="session")
def problem():
    """A function from a seed to network, theta, X, Y."""
    return random_problem


@pytest.fixture(scope="session")
def spoiled():
    """A function from a change of the gradient to an engine that makes this mistake."""
    return Spoiled
