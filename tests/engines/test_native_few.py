"""Small minibatches on a wide first layer: its weights in pieces, and columns of X that are 0."""

from __future__ import annotations

import os
import subprocess

import numpy as np
import pytest

from clearprop.engines.base import Batches, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.network.updates import SGD, Adam

native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
RULES = [SGD(), SGD(0.9), SGD(0.9, nesterov=True), Adam()]
ROWS = 40


def data(network, dtype=np.float64):
    """X, Y, theta; 60 columns after one another are never inked, half of the others seldom."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, network.n_inputs)) * (rng.random((ROWS, network.n_inputs)) < 0.05)
    X[:, ::2] = rng.normal(size=X[:, ::2].shape)
    X[:, 20:80] = -0.0
    Y = np.eye(network.n_outputs)[rng.integers(0, network.n_outputs, ROWS)]
    theta = initial_theta(network, 0) + rng.normal(scale=0.1, size=network.n_parameters)
    return tuple(a.astype(dtype) for a in (X, Y, theta))


def train(engine, network, rule, X, Y, theta, size=7, weight=None, order=True, split=3, epochs=3):
    state = TrainingState(theta.copy(), rule.start(np, theta), seed=3)
    costs = []
    count = -(-ROWS // size)
    for epoch in range(epochs):
        for first in range(0, count, split):
            last = min(count, first + split)
            rows = epoch_order(3, epoch, ROWS) if order else None
            batches = Batches(X, Y, weight, rows, size, first, last, ROWS)
            rates = np.full(last - first, 0.05)
            costs.append(engine.run_epoch(network, state, batches, Update(rule, rates)))
        state.end_epoch()
    return state, np.array(costs)


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("regularization", [0.0, 0.5])
@pytest.mark.parametrize("sizes", [(520, 40), (600, 66, 4), (1001, 100, 2)])
def test_parameters_and_costs_are_the_reference_engines(sizes, regularization, rule):
    network = Network(sizes, "tanh", "logistic", regularization)
    weight = np.random.default_rng(1).random(ROWS)
    weight[epoch_order(3, 0, ROWS)[7:14]] = 0  # a minibatch that does not count
    for options in ({}, {"weight": weight}, {"order": False, "size": 32, "split": 1}):
        expected, costs = train(ReferenceEngine(), network, rule, *data(network), **options)
        state, costs_native = train(
            native.NativeEngine(2), network, rule, *data(network), **options
        )
        assert state.step == expected.step
        np.testing.assert_allclose(costs_native, costs, rtol=1e-10)
        np.testing.assert_allclose(state.theta, expected.theta, rtol=1e-8, atol=1e-11)
        for mine, theirs in zip(state.moments, expected.moments, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-8, atol=1e-11)


def test_the_bits_do_not_depend_on_threads_or_slices():
    network = Network((900, 300, 10), "relu", "softmax", 1.0)  # large enough for several threads
    results = [
        train(native.NativeEngine(n), network, Adam(), *data(network, np.float32), split=split)[0]
        for n, split in ((1, 6), (2, 6), (3, 2), (2, 1))
    ]
    for state in results[1:]:
        assert state.theta.tobytes() == results[0].theta.tobytes()
        assert state.cost_sum == results[0].cost_sum


@pytest.mark.parametrize("broken", [np.nan, np.inf])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_broken_weight_of_a_column_without_ink_shows_in_the_cost(dtype, broken):
    network = Network((600, 66, 4), "sigmoid", "logistic")
    X, Y, theta = data(network, dtype)
    theta[(1 + 50) * 66 + 5] = broken  # column 50 is 0 in all rows
    _, costs = train(native.NativeEngine(1), network, SGD(), X, Y, theta)
    assert np.isnan(costs).all()


def test_columns_without_ink_only():
    network = Network((600, 66, 2), "sigmoid", "logistic")
    X, Y, theta = data(network)
    X[:] = 0
    expected, costs = train(ReferenceEngine(), network, SGD(), X, Y, theta)
    state, costs_native = train(native.NativeEngine(1), network, SGD(), X, Y, theta)
    np.testing.assert_allclose(costs_native, costs, rtol=1e-12)
    np.testing.assert_allclose(state.theta, expected.theta, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(state.theta[66 : 601 * 66], theta[66 : 601 * 66])


@pytest.mark.parametrize("isa", ["baseline", "avx2"])
def test_other_instruction_sets_agree(isa, python):
    subprocess.run(
        [*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k",
         "sizes1 or broken"],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CLEARPROP_ISA": isa},
    )  # fmt: skip
