"""Small minibatches on a wide first layer: pieces, what is 0 in X, decay as a factor."""

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
ADAM = Adam(epsilon=1e-3)  # with 1e-8 it divides what is nearly 0 by what is nearly 0
RULES = [SGD(), SGD(0.9), SGD(0.9, nesterov=True), ADAM]
ROWS = 40


def data(network, dtype=np.float64):
    """X, Y, theta. 60 adjacent columns never have ink, and half of the others seldom."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, network.n_inputs)) * (rng.random((ROWS, network.n_inputs)) < 0.05)
    X[:, ::2] = rng.normal(size=X[:, ::2].shape)
    X[:, 20:80] = -0.0
    Y = np.eye(network.n_outputs)[rng.integers(0, network.n_outputs, ROWS)]
    theta = initial_theta(network, 0) + rng.normal(scale=0.1, size=network.n_parameters)
    return tuple(a.astype(dtype) for a in (X, Y, theta))


# Against the reference engine in float64: costs, theta and moments, relative to the largest.
TOLERANCES = {np.float64: (1e-10, 1e-10), np.float32: (3e-5, 1e-4)}
every_dtype = pytest.mark.parametrize("dtype", list(TOLERANCES))


def assert_as_the_reference_engine(network, rule, samples, n_threads, **options):
    """Trains `samples`, of one dtype, and the same numbers in float64."""
    wide = [a.astype(np.float64) for a in samples]
    expected, costs = train(ReferenceEngine(), network, rule, *wide, **options)
    state, found = train(native.NativeEngine(n_threads), network, rule, *samples, **options)
    of_costs, of_theta = TOLERANCES[samples[0].dtype.type]
    assert state.step == expected.step
    np.testing.assert_allclose(found, costs, rtol=of_costs)
    pairs = zip((state.theta, *state.moments), (expected.theta, *expected.moments), strict=True)
    for mine, theirs in pairs:
        scale = np.abs(theirs).max()
        np.testing.assert_allclose(mine, theirs, rtol=of_theta, atol=of_theta * scale)


def train(
    engine,
    network,
    rule,
    X,
    Y,
    theta,
    size=7,
    weight=None,
    order=True,
    split=3,
    epochs=3,
    rate=0.05,
):
    state = TrainingState(theta.copy(), rule.start(np, theta), seed=3)
    costs = []
    m = X.shape[0]
    count = -(-m // size)
    with engine.open(network, state, Rows(X, Y, weight), Update(rule, size, m)) as session:
        for epoch in range(epochs):
            shuffled = epoch_order(3, epoch, m) if order else None
            for first in range(0, count, split):
                rates = np.full(min(split, count - first), rate)
                costs.append(session.advance(rates, shuffled))
            state.end_epoch()
    return state, np.array(costs)


@every_dtype
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("regularization", [0.0, 0.5])
@pytest.mark.parametrize("sizes", [(520, 66), (600, 66, 4), (1001, 100, 2)])
def test_parameters_and_costs_are_the_reference_engines(sizes, regularization, rule, dtype):
    network = Network(sizes, "tanh", "logistic", regularization)
    weight = np.random.default_rng(1).random(ROWS).astype(np.float32).astype(float)
    weight[epoch_order(3, 0, ROWS)[7:14]] = 0  # a minibatch that does not count
    for options in ({}, {"weight": weight}, {"order": False, "size": 32, "split": 1}):
        assert_as_the_reference_engine(network, rule, data(network, dtype), 2, **options)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_bits_do_not_depend_on_threads_or_slices(rule):
    # Large enough for several threads; plain descent with a penalty: see the next test.
    network = Network((900, 300, 10), "relu", "softmax", 0.0 if rule == SGD() else 1.0)
    results = [
        train(native.NativeEngine(n), network, rule, *data(network, np.float32), split=split)[0]
        for n, split in ((1, 6), (2, 6), (3, 2), (2, 1))
    ]
    for state in results[1:]:
        assert state.theta.tobytes() == results[0].theta.tobytes()
        assert state.cost_sum == results[0].cost_sum


def test_the_bits_do_not_depend_on_slices_where_squares_overflow():
    network = Network((600, 66), "identity", "logistic")
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(128, 600)) * (rng.random((128, 600)) < 0.2)).astype(np.float32)
    Y, theta = np.eye(66, dtype=np.float32)[np.arange(128) % 66], np.zeros(601 * 66, np.float32)
    one, other = (
        train(native.NativeEngine(1), network, SGD(), X, Y, theta, 8, split=split, rate=8e17)[0]
        for split in (16, 1)
    )
    assert 1e18 < np.abs(one.theta).max() < np.inf
    assert one.theta.tobytes() == other.theta.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_with_decay_the_bits_do_not_depend_on_slices_of_whole_units(dtype):
    network = Network((600, 66, 4), "tanh", "logistic", 0.5)
    X, Y, theta = data(network, dtype)
    X, Y = np.tile(X, (5, 1)), np.tile(Y, (5, 1))
    unit, count = 32, 100
    weight = np.ones(200, dtype)
    weight[epoch_order(3, 0, 200)[2 * unit - 4 : 2 * unit]] = 0  # the last two of the first unit
    results = [
        train(native.NativeEngine(n), network, SGD(), X, Y, theta, 2, weight, split=split)[0]
        for n, split in ((1, count), (2, unit), (1, 2 * unit))
    ]
    for state in results[1:]:
        assert state.theta.tobytes() == results[0].theta.tobytes()
        assert state.cost_sum == results[0].cost_sum


def test_only_plain_descent_with_a_penalty_computes_minibatches_as_one():
    wide, size = (600, 66, 4), 2

    def unit(sizes, regularization, rule, size, engine=native.NativeEngine()):  # noqa: B008
        network = Network(sizes, "tanh", "logistic", regularization)
        theta = np.zeros(network.n_parameters)
        state, update = TrainingState(theta, rule.start(np, theta)), Update(rule, size)
        with engine.open(network, state, update=update) as session:
            return session.slice_unit

    assert unit(wide, 0.5, SGD(), size) == 32
    assert unit(wide, 0.0, SGD(), size) == 1
    assert [unit(wide, 0.5, rule, size) for rule in RULES[1:]] == [1, 1, 1]
    assert unit((60, 66, 4), 0.5, SGD(), size) == 1
    assert unit(wide, 0.5, SGD(), 33) == 1
    assert unit((20_000, 66, 4), 0.5, SGD(), 32) == 1  # 32 of them would take too long
    assert unit(wide, 0.5, SGD(), size, ReferenceEngine()) == 1


# The factor by which one step multiplies theta: near 1, below 1/2, 0, and below -1.
@pytest.mark.parametrize("kept", [0.999, 0.4, 0.0, -1.25])
@pytest.mark.parametrize("order", [True, False])
@every_dtype
def test_any_decay_is_the_reference_engines(kept, order, dtype):
    network = Network((520, 66, 3), "sigmoid", "softmax", (1 - kept) * ROWS / 0.05)
    options = {"size": 1, "order": order, "split": ROWS, "epochs": 2}
    assert_as_the_reference_engine(network, SGD(), data(network, dtype), 1, **options)


@every_dtype
@pytest.mark.parametrize("rule", [SGD(), ADAM], ids=str)
@pytest.mark.parametrize("sizes", [(2200, 16, 1), (777, 129, 3)])
@pytest.mark.parametrize("rows", [1, 4, 9, 32])
def test_full_rows_and_rows_with_little_ink_take_turns(sizes, rows, rule, dtype):
    network = Network(sizes, "tanh", "squared", 0.3)
    X, Y, theta = data(network, dtype)
    X[::2] = np.random.default_rng(2).normal(size=X[::2].shape)
    X[10:20, :300] = 0
    options = {"size": rows, "order": False, "rate": 0.002}
    assert_as_the_reference_engine(network, rule, (X, Y, theta), 2, **options)


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


@pytest.mark.parametrize("isa", native._core.instruction_sets()[1:-1])  # `make values`: the first
def test_other_instruction_sets_agree(isa, python):
    subprocess.run(
        [*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k",
         "sizes1 or broken or any_decay"],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CLEARPROP_ISA": isa},
    )  # fmt: skip
