"""Many inputs: last columns as dot products, rows of a shuffled minibatch where they lie."""

from __future__ import annotations

import os
import subprocess

import numpy as np
import pytest

from clearprop.engines.protocol import Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.network.updates import Adam

native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
# 1 to 8 columns past whole vectors of 2 to 16 lanes, inputs that fill no vector.
SIZES = [(128, 3), (131, 20, 2), (150, 17), (200, 100, 10), (257, 136, 7), (129, 24)]


def data(network, rows):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, network.n_inputs))
    Y = np.eye(network.n_outputs)[rng.integers(0, network.n_outputs, rows)]
    return X, Y, initial_theta(network, 0) + rng.normal(scale=0.05, size=network.n_parameters)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("rows", [1, 3, 16, 17, 43, 1030])
def test_cost_gradient_and_predictions(sizes, rows):
    network = Network(sizes, "tanh", "softmax", 0.4)
    X, Y, theta = data(network, rows)
    engine = native.NativeEngine(2)
    J, D = ReferenceEngine().cost_and_gradient(network, theta, X, Y)
    J_native, D_native = engine.cost_and_gradient(network, theta, X, Y)
    np.testing.assert_allclose(J_native, J, rtol=1e-12)
    np.testing.assert_allclose(D_native, D, rtol=1e-9, atol=1e-13)
    h = ReferenceEngine().predict(network, theta, X)
    np.testing.assert_allclose(engine.predict(network, theta, X), h, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_shuffled_minibatches_with_one_that_does_not_count(sizes):
    network = Network(sizes, "relu", "softmax", 0.4)
    rows, size, rule = 190, 40, Adam()
    X, Y, theta = data(network, rows)
    weight = np.random.default_rng(1).random(rows)
    weight[epoch_order(3, 0, rows)[80:120]] = 0

    def train(engine):
        state = TrainingState(theta.copy(), rule.start(np, theta), seed=3)
        with engine.open(network, state, Rows(X, Y, weight), Update(rule, size, rows)) as session:
            for epoch in range(3):
                for minibatches in (4, 1):
                    session.advance(np.full(minibatches, 0.01), epoch_order(3, epoch, rows))
                state.end_epoch()
        return state

    expected, *states = map(train, (ReferenceEngine(), *map(native.NativeEngine, (1, 2, 3))))
    for state in states:
        assert state.step == expected.step == 14
        np.testing.assert_allclose(state.theta, expected.theta, rtol=1e-6, atol=1e-9)
        assert state.theta.tobytes() == states[0].theta.tobytes()


@pytest.mark.parametrize("isa", native._core.instruction_sets()[1:-1])  # `make values`: the first
def test_other_instruction_sets_agree(isa, python):
    subprocess.run(
        [*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k",
         "43 or 1030 or shuffled"],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CLEARPROP_ISA": isa},
    )  # fmt: skip
