"""Every solver reaches the minimum of convex problems: SciPy's, and scikit-learn's."""

import math
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.training import Options, Training

# How near each solver comes to the smallest cost. Minibatch solvers get a falling rate.
SOLVERS = {
    "gd": (Options("gd", learning_rate=1.0, epochs=3000, tol=0, patience=10**6), 1e-9),
    "sgd": (
        Options(
            "sgd", 0.7, "cosine", momentum=0, batch_size=15, epochs=250, tol=0, patience=math.inf
        ),
        1e-4,
    ),
    "momentum": (
        Options(
            "sgd",
            0.1,
            "cosine",
            nesterov=False,
            batch_size=15,
            epochs=150,
            tol=0,
            patience=math.inf,
        ),
        1e-4,
    ),
    "nesterov": (
        Options("sgd", 0.1, "cosine", batch_size=15, epochs=150, tol=0, patience=math.inf),
        1e-4,
    ),
    "adam": (
        Options("adam", 0.1, "cosine", batch_size=15, epochs=150, tol=0, patience=math.inf),
        1e-4,
    ),
    "adam, full batch": (
        Options("adam", 0.1, "cosine", batch_size=150, epochs=800, tol=0, patience=math.inf),
        1e-9,
    ),
    "lbfgs": (Options("lbfgs", epochs=500, tol=1e-7), 1e-8),
    "cg": (Options("cg", epochs=500, tol=1e-7), 1e-9),
}


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_reaches_the_minimum(name: str, convex: Any) -> None:
    options, close = SOLVERS[name]
    training = Training(convex.network, convex.start, convex.X, convex.Y, options)
    last = training.run()
    J, gradient = cost_and_gradient(convex.network, training.theta, convex.X, convex.Y)
    start, _ = cost_and_gradient(convex.network, convex.start, convex.X, convex.Y)
    assert start - convex.J > 0.5
    assert -1e-12 < J - convex.J < close
    # The bowl is at least lambda/m = 1/150 steep for the weights; the bias can be shifted freely.
    weights = [split(convex.network, theta)[0][1:] for theta in (training.theta, convex.best)]
    np.testing.assert_allclose(*weights, atol=np.sqrt(2 * 150 * close))
    if name in ("lbfgs", "cg"):
        assert last.reason == "converged"
        assert np.abs(gradient).max() <= 1e-5
        assert training.history.costs[-1] == pytest.approx(J, rel=1e-12)


def test_logistic_regression_is_scikit_learns(iris: tuple[Array, Array]) -> None:
    X, y = iris
    # C = 1/lambda: theirs is C sum J_i + 1/2 sum weights^2.
    theirs = LogisticRegression(C=2.0, tol=1e-10, max_iter=10_000).fit(X, y)
    network = Network((4, 3), cost="softmax", regularization=0.5)
    training = Training(network, np.zeros(15), X, y, Options("cg", epochs=1000, tol=1e-9))
    training.run()
    block = split(network, training.theta)[0]
    np.testing.assert_allclose(block[1:].T, theirs.coef_, atol=2e-6)
    bias = block[0] - block[0].mean()  # free up to a shift under softmax
    np.testing.assert_allclose(bias, theirs.intercept_ - theirs.intercept_.mean(), atol=2e-6)


def test_ridge_regression_is_scikit_learns() -> None:
    generator = np.random.default_rng(1)
    X, Y = generator.normal(size=(60, 4)), generator.normal(size=(60, 2))
    theirs = Ridge(alpha=3.0).fit(X, Y)
    network = Network((4, 2), cost="squared", regularization=3.0)
    training = Training(network, np.ones(10), X, Y, Options("cg", epochs=200, tol=1e-10))
    training.run()
    block = split(network, training.theta)[0]
    np.testing.assert_allclose(block[1:].T, theirs.coef_, atol=1e-8)
    np.testing.assert_allclose(block[0], theirs.intercept_, atol=1e-8)
