"""Small data sets of every kind of target, and fitting without the warning of the last epoch."""

import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning

from clearprop.network.architecture import Array


class Data(NamedTuple):
    X: Array
    y: Array


@pytest.fixture(scope="session")
def digits() -> Data:
    X, y = load_digits(return_X_y=True)
    return Data(X[:200] / 16, y[:200])


@pytest.fixture(scope="session")
def cancer() -> Data:
    X, y = load_breast_cancer(return_X_y=True)
    return Data(((X - X.mean(axis=0)) / X.std(axis=0))[:150], y[:150])


@pytest.fixture(scope="session")
def labels() -> Data:
    X, Y = make_multilabel_classification(150, 12, n_classes=4, random_state=0)
    return Data(X / 10, Y)


@pytest.fixture(scope="session")
def numbers() -> Data:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(150, 6))
    return Data(X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * generator.normal(size=150))


@pytest.fixture(scope="session")
def pairs(numbers: Data) -> Data:
    return Data(numbers.X, np.column_stack([numbers.y, numbers.X[:, 3] ** 2]))


@pytest.fixture(scope="session")
def counts(numbers: Data) -> Data:
    rate = np.exp(0.5 * numbers.X[:, 0])
    return Data(numbers.X, np.random.default_rng(1).poisson(rate).astype(float))


def quietly(call: Any, *args: Any, **others: Any) -> Any:
    """The call's result, without the warning that the last epoch was reached."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return call(*args, **others)


@pytest.fixture(scope="session", name="quietly")
def _quietly() -> Any:
    return quietly
