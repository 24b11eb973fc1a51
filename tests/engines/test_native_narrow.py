"""Many rows through narrow layers: samples in lanes, gradients by groups of rows."""

from __future__ import annotations

import os
import subprocess

import numpy as np
import pytest

from clearprop.engines.protocol import Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.network.updates import SGD, Adam

native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity")
COSTS = ("logistic", "softmax", "quadratic", "squared", "poisson")
ROWS = 1031  # the last vector of samples is nearly empty


def data(network, rows=ROWS, dtype=np.float64):
    """X, Y, theta, weights of the samples."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, network.n_inputs))
    Y = np.eye(network.n_outputs)[rng.integers(0, network.n_outputs, rows)]
    theta = initial_theta(network, 0) + rng.normal(scale=0.1, size=network.n_parameters)
    return tuple(a.astype(dtype) for a in (X, Y, theta, rng.random(rows)))


def assert_same(network, rows=ROWS, weighted=False, n_threads=1):
    X, Y, theta, weight = data(network, rows)
    weight = weight if weighted else None
    J, D = ReferenceEngine().cost_and_gradient(network, theta, X, Y, weight)
    J_native, D_native = native.NativeEngine(n_threads).cost_and_gradient(
        network, theta, X, Y, weight
    )
    assert J_native == pytest.approx(J, rel=1e-12)
    np.testing.assert_allclose(D_native, D, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_cost_and_gradient_of_every_cost_and_activation(cost, activation, weighted):
    assert_same(Network((5, 7, 3), activation, cost, 0.7), weighted=weighted)


@pytest.mark.parametrize(
    "sizes",
    [(1, 1), (3, 2), (1, 1, 1), (4, 32, 16, 4), (17, 16, 15), (64, 25, 26), (9, 8, 7, 6, 5, 2)],
    ids=str,
)
@pytest.mark.parametrize("rows", [1024, 1025, 1279, 2048, 4111])
def test_widths_and_rows_that_fill_no_vector(sizes, rows):
    assert_same(Network(sizes, "tanh", "logistic", 0.3), rows)


@pytest.mark.parametrize("rule", [SGD(), SGD(0.9), SGD(0.9, nesterov=True), Adam()], ids=str)
def test_minibatches_in_any_order_are_the_reference_engines(rule):
    network = Network((6, 11, 4), "tanh", "softmax", 0.5)
    rows, size = 3000, 1100  # the last minibatch has 800
    X, Y, theta, weight = data(network, rows)

    def train(engine):
        state = TrainingState(theta.copy(), rule.start(np, theta), seed=3)
        costs = []
        with engine.open(network, state, Rows(X, Y, weight), Update(rule, size, rows)) as session:
            for epoch in range(3):
                costs.append(session.advance(np.full(3, 0.05), epoch_order(3, epoch, rows)))
                state.end_epoch()
        return state, costs

    expected, costs = train(ReferenceEngine())
    state, costs_native = train(native.NativeEngine(2))
    assert state.step == expected.step == 9
    np.testing.assert_allclose(costs_native, costs, rtol=1e-11)
    np.testing.assert_allclose(state.theta, expected.theta, rtol=1e-8, atol=1e-11)


def test_the_bits_do_not_depend_on_threads():
    network = Network((20, 32, 16, 4), "tanh", "squared", 1.0)
    X, Y, theta, _ = data(network, 9001, np.float32)
    results = [native.NativeEngine(n).cost_and_gradient(network, theta, X, Y) for n in (1, 2, 3)]
    for cost, gradient in results[1:]:
        assert cost == results[0][0]
        assert gradient.tobytes() == results[0][1].tobytes()


def test_rows_with_a_gap_between_them_and_the_end_of_memory():
    """X's last row ends where the array does: no vector may reach past it."""
    network = Network((5, 4, 3), "tanh", "softmax")
    X, Y, theta, _ = data(network)
    wide = np.full((ROWS, 9), np.nan)
    wide[:, 4:] = X
    J, D = native.NativeEngine(1).cost_and_gradient(network, theta, X, Y)
    J_wide, D_wide = native.NativeEngine(1).cost_and_gradient(network, theta, wide[:, 4:], Y)
    assert J_wide == J
    assert D_wide.tobytes() == D.tobytes()


def test_logits_of_1000_stay_finite():
    network = Network((2, 3, 3), "identity", "softmax")
    X, Y, _, _ = data(network)
    theta = np.full(network.n_parameters, 30.0)
    J, D = native.NativeEngine(1).cost_and_gradient(network, theta, X * 100, Y)
    J_expected, D_expected = ReferenceEngine().cost_and_gradient(network, theta, X * 100, Y)
    np.testing.assert_allclose(J, J_expected, rtol=1e-12)
    np.testing.assert_allclose(D, D_expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", [0, 515, ROWS - 1])
def test_nan_in_one_row_shows_in_the_cost(row, dtype):
    network = Network((5, 4, 3), "relu", "logistic")
    X, Y, theta, _ = data(network, dtype=dtype)
    X[row, 2] = np.nan
    J, D = native.NativeEngine(1).cost_and_gradient(network, theta, X, Y)
    assert np.isnan(J)
    assert np.isnan(D).any()


@pytest.mark.parametrize("isa", native._core.instruction_sets()[1:-1])  # `make values`: the first
def test_other_instruction_sets_agree(isa, python):
    subprocess.run(
        [*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k",
         "any_order or 1279 or gap or 1000 or weighted"],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CLEARPROP_ISA": isa},
    )  # fmt: skip
