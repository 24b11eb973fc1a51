"""A small convex problem, and its minimum found by SciPy alone."""

from typing import NamedTuple

import numpy as np
import pytest
import scipy.optimize
from sklearn.datasets import load_iris

from clearprop.network import equations
from clearprop.network.architecture import Array, Network


class Convex(NamedTuple):
    network: Network
    X: Array
    Y: Array
    start: Array
    best: Array
    J: float


@pytest.fixture(scope="session")
def iris() -> tuple[Array, Array]:
    X, y = load_iris(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture(scope="session")
def convex(iris: tuple[Array, Array]) -> Convex:
    """Logistic regression of iris: softmax without a hidden layer, lambda 1."""
    X, y = iris
    network = Network((4, 3), cost="softmax", regularization=1.0)
    Y = np.eye(3)[y]
    start = np.random.default_rng(0).normal(size=network.n_parameters)

    def J_and_gradient(theta: Array) -> tuple[float, Array]:
        return equations.cost_and_gradient(np, network, theta, X, Y)

    found = scipy.optimize.minimize(
        J_and_gradient, start, jac=True, method="BFGS", options={"gtol": 1e-9}
    )
    assert found.success
    return Convex(network, X, Y, start, found.x, found.fun)
