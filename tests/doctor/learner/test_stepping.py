"""Steps of training: the gradient is read off them, whoever makes the weights."""

# ruff: noqa: NPY002  learners draw from NumPy's old generator

import random

import numpy as np
import pytest

from clearprop import diagnose
from clearprop.doctor.examine import diagnose_callee
from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.learner.seeded import seeded
from clearprop.doctor.learner.surveyed import survey
from clearprop.doctor.stated import Stated


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def own_weights(X, Y, hidden=5, rate=0.5, epochs=10):
    W1, b1 = np.random.randn(X.shape[1], hidden), np.zeros(hidden)
    W2, b2 = np.random.randn(hidden, Y.shape[1]), np.zeros(Y.shape[1])
    for _ in range(epochs):
        a1 = sigmoid(X @ W1 + b1)
        delta2 = (sigmoid(a1 @ W2 + b2) - Y) / len(X)
        delta1 = delta2 @ W2.T * a1 * (1 - a1)
        W2, b2 = W2 - rate * a1.T @ delta2, b2 - rate * delta2.sum(axis=0)
        W1, b1 = W1 - rate * X.T @ delta1, b1 - rate * delta1.sum(axis=0)
    return W1, b1, W2, b2


def own_weights_without_slope(X, Y, hidden=5, rate=0.5, epochs=10):
    generator = np.random.default_rng()
    W1, b1 = generator.normal(size=(X.shape[1], hidden)), np.zeros(hidden)
    W2, b2 = generator.normal(size=(hidden, Y.shape[1])), np.zeros(Y.shape[1])
    for _ in range(epochs):
        a1 = sigmoid(X @ W1 + b1)
        delta2 = (sigmoid(a1 @ W2 + b2) - Y) / len(X)
        delta1 = delta2 @ W2.T
        W2, b2 = W2 - rate * a1.T @ delta2, b2 - rate * delta2.sum(axis=0)
        W1, b1 = W1 - rate * X.T @ delta1, b1 - rate * delta1.sum(axis=0)
    return W1, b1, W2, b2


def sample_by_sample(X, y, w, b, lr=0.1, epochs=5):
    for _ in range(epochs):
        for i in range(len(X)):
            error = sigmoid(X[i] @ w + b) - y[i]
            w = w - lr * error * X[i]
            b = b - lr * error
    return w, b


def sample_by_sample_uphill(X, y, w, b, lr=0.1, epochs=5):
    for _ in range(epochs):
        for i in range(len(X)):
            error = sigmoid(X[i] @ w + b) - y[i]
            w = w + lr * error * X[i]
            b = b + lr * error
    return w, b


def assigned(X, y, w, b, lr=0.1, epochs=5):
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        w =- lr * X.T @ error / len(y)  # fmt: skip
        b =- lr * error.mean()  # fmt: skip
    return w, b


def cost_afterwards(X, y, w, b, lr=0.1, epochs=5):
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        w = w - lr * X.T @ error / len(y)
        b = b - lr * error.mean()
    h = sigmoid(X @ w + b)
    return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h)), w, b


CASES = [
    (own_weights, (4, 5, 3), "right", []),
    (own_weights_without_slope, (4, 5, 3), "wrong", ["slope-missing"]),
    (sample_by_sample, (4, 1), "right", []),
    (sample_by_sample_uphill, (4, 1), "wrong", ["update-sign"]),
    (assigned, (4, 1), "wrong", ["update-assigned"]),
    (cost_afterwards, (4, 1), "right", []),
]


@pytest.mark.parametrize(("function", "sizes", "verdict", "causes"), CASES)
def test_a_step_tells_the_gradient(function, sizes, verdict, causes):
    diagnosis = diagnose(function, sizes)
    assert diagnosis.verdict == verdict
    assert [cause.id for cause in diagnosis.causes] == causes


IN_THE_CODE = """
import numpy as np

def train(X, y, w, b):
    for i in range(300):
        error = 1 / (1 + np.exp(-(X @ w + b))) - y
        w = w - 0.1 * X.T @ error / len(y)
        b = b - 0.1 * error.mean()
    return w, b
"""


def test_a_rate_and_rounds_that_stand_in_the_code_are_known(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(IN_THE_CODE)
    with ChildProcess(path, "train") as callee:
        diagnosis = diagnose_callee(callee, Stated((4, 1)))
    assert diagnosis.verdict == "right"
    assert {probe.rate for probe in diagnosis.probes} == {0.1}


def test_the_weights_that_a_loop_makes_are_those_of_the_probes():
    diagnosis = diagnose(own_weights, (4, 5, 3))
    with seeded():
        W1 = np.random.randn(4, 7)
    theta = diagnosis.probes[0].theta
    assert theta[:7] == pytest.approx(np.zeros(7), abs=0)
    assert theta[7:35].reshape(4, 7) == pytest.approx(W1, rel=1e-12)


def test_random_numbers_are_those_of_before_afterwards():
    random.seed(5)
    np.random.seed(5)
    expected = random.random(), np.random.rand()
    random.seed(5)
    np.random.seed(5)
    made = np.random.default_rng
    with seeded():
        random.random(), np.random.rand()
    assert (random.random(), np.random.rand()) == expected
    assert np.random.default_rng is made


SOURCE = """
LEARNING_RATE = 0.3
X_train = [[1.0, 2.0], [3.0, 4.0]]
def train(X, y, w, epochs=20):
    for i in range(1000):
        w -= 0.05 * X.T @ (X @ w - y)
    return w
"""


def test_the_survey_tells_rates_rounds_defaults_and_arrays():
    names = {}
    exec(SOURCE, names)
    found = survey(names, SOURCE)
    (train,) = found.functions
    assert (train.rate, train.rounds) == (0.05, 1000)
    assert [parameter.default for parameter in train.parameters] == [None, None, None, 20.0]
    assert found.arrays == {"X_train": (2, 2)}


def test_an_update_that_is_not_simultaneous_is_named():
    def descend(w, b, X, y, alpha, iterations=1):
        for _ in range(iterations):
            h = 1 / (1 + np.exp(-(X @ w + b)))
            b = b - alpha * np.mean(h - y)
            h = 1 / (1 + np.exp(-(X @ w + b)))  # the new b
            w = w - alpha * X.T @ (h - y) / len(y)
        return w, b

    diagnosis = diagnose(descend, (4, 1))
    assert diagnosis.verdict == "wrong"
    assert [cause.id for cause in diagnosis.causes] == ["update-not-simultaneous"]
