"""The trace is the engine's own pass: the same bits, Octave's numbers, and what deltas mean."""

import re
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
from scipy.io import loadmat

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import ParameterError
from clearprop.explain.penalty import Penalty
from clearprop.explain.trace import trace
from clearprop.explain.units import nudges
from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.costs import COSTS
from clearprop.network.parameters import theta_from_course

CASES = [(activation, cost) for activation in ACTIVATIONS for cost in COSTS]


def task(activation="tanh", cost="softmax", lambda_=0.7, sizes=(3, 5, 4, 3), m=6):
    rng = np.random.default_rng(len(activation) + len(cost))
    network = Network(sizes, activation, cost, lambda_)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]
    return network, initial_theta(network, rng), rng.normal(size=(m, sizes[0])), Y


@pytest.mark.parametrize("lambda_", [0.0, 0.7])
@pytest.mark.parametrize(("activation", "cost"), CASES)
def test_the_trace_is_the_reference_engines_pass_to_the_last_bit(activation, cost, lambda_):
    network, theta, X, Y = task(activation, cost, lambda_)
    passed = trace(network, theta, X, Y)
    data = replace(network, regularization=0.0)
    J, gradient = ReferenceEngine().cost_and_gradient(data, theta, X, Y)
    assert passed.J == J
    assert passed.back.gradient.tobytes() == gradient.tobytes()
    assert passed.a(4).tobytes() == ReferenceEngine().predict(network, theta, X).tobytes()
    in_blocks = np.concatenate([passed.mean(l).ravel() for l in (1, 2, 3)])
    assert in_blocks.tobytes() == gradient.tobytes()


@pytest.mark.parametrize(("activation", "cost"), CASES)
def test_the_native_core_agrees_with_the_trace(activation, cost):
    pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
    network, theta, X, Y = task(activation, cost)
    passed = trace(network, theta, X, Y)
    penalty = Penalty(passed, passed.m, trained=False)
    J, gradient = cost_and_gradient(network, theta, X, Y, engine="native")
    np.testing.assert_allclose(J, passed.J + penalty.J, rtol=1e-13)
    D = np.concatenate([(passed.mean(l) + penalty.block(l)).ravel() for l in (1, 2, 3)])
    np.testing.assert_allclose(gradient, D, rtol=0, atol=1e-13)


@pytest.mark.parametrize(("activation", "cost"), CASES)
def test_delta_is_what_the_cost_of_the_sample_does(activation, cost):
    """delta is dJ_i/dz, the derivative of one sample's cost by the bias of the same unit.

    The complex step computes that derivative. It uses neither delta nor a difference of two costs,
    and is exact up to rounding.
    """
    network, theta, X, Y = task(activation, cost)
    passed, alone = trace(network, theta, X, Y), replace(network, regularization=0.0)
    start = 0
    for l, (rows, units) in enumerate(network.block_shapes, start=2):
        for k in range(units):
            moved = theta.astype(complex)
            moved[start + k] += 1e-30j
            for i in range(len(X)):
                z = equations.forward(np, alone, moved, X[i : i + 1]).weighted_inputs[-1]
                J_i = equations.cost(np, alone, moved, z, Y[i : i + 1])
                assert passed.delta(l)[i, k] == pytest.approx(
                    J_i.imag / 1e-30, rel=1e-11, abs=1e-14
                )
        start += rows * units


@pytest.mark.parametrize(("activation", "cost"), CASES)
def test_delta_is_the_slope_between_a_raised_and_a_lowered_z(activation, cost):
    network, theta, X, Y = task(activation, cost)
    passed = trace(network, theta, X, Y)
    for i in range(len(X)):
        for l in (2, 3, 4):
            units = range(1, network.layer_sizes[l - 1] + 1)
            away = np.abs(passed.z(2)[i]).min() > 0.02 and np.abs(passed.z(3)[i]).min() > 0.02
            if activation == "relu" and not away:  # a kink
                continue
            slopes = [nudge.slope for nudge in nudges(passed, l, units, i)]
            np.testing.assert_allclose(slopes, passed.delta(l)[i], rtol=3e-6, atol=3e-6)


FILES = {"golden_small.npz": (3, 5, 3), "golden_400_25_10.npz": (400, 25, 10)}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("row", range(3))
def test_the_trace_has_octaves_numbers(shared_data, name, row):
    course = shared_data / "course"
    with np.load(course / name) as file:
        case = dict(file)
    thetas = case if "Theta1" in case else loadmat(course / "ex4weights.mat")
    theta = theta_from_course(thetas["Theta1"], thetas["Theta2"])
    network = Network(FILES[name], regularization=case["lambdas"][row])
    passed = trace(network, theta, case["X"], case["y"].astype(int) - 1)
    penalty = Penalty(passed, passed.m, trained=False)
    assert pytest.approx(case["J"][row], abs=1e-12) == passed.J + penalty.J
    D = np.concatenate([(passed.mean(l) + penalty.block(l)).ravel() for l in (1, 2)])
    np.testing.assert_allclose(D, case["grad"][row], rtol=0, atol=1e-12)


def test_a_sample_of_a_batch_is_traced_as_if_it_were_alone():
    network, theta, X, Y = task()
    batch = trace(network, theta, X, Y)
    for i in range(len(X)):
        alone, taken = trace(network, theta, X[i], Y[i]), batch.sample(i)
        assert taken.m == 1
        assert taken.J == alone.J
        assert taken.back.gradient.tobytes() == alone.back.gradient.tobytes()
        for l in (2, 3, 4):  # one row at a time, sums may run in another order
            np.testing.assert_allclose(taken.delta(l)[0], batch.delta(l)[i], rtol=1e-12, atol=1e-15)
    whole, half = batch.first(6), batch.first(2)
    assert whole is batch
    assert half.X.tobytes() == X[:2].tobytes()
    assert half.J == trace(network, theta, X[:2], Y[:2]).J


def test_theta_in_float32_is_computed_with_in_float64():
    network, theta, X, Y = task()
    short = trace(network, theta.astype(np.float32), X.astype(np.float32), Y)
    assert short.theta.dtype == short.z(2).dtype == short.mean(1).dtype == np.float64
    long = trace(network, theta.astype(np.float32).astype(float),
                 X.astype(np.float32).astype(float), Y)  # fmt: skip
    assert short.back.gradient.tobytes() == long.back.gradient.tobytes()


def test_sparse_inputs_and_class_numbers_are_the_same_as_dense_and_one_hot():
    network, theta, X, Y = task()
    X[X < 0] = 0
    dense = trace(network, theta, X, Y)
    sparse = trace(network, theta, scipy.sparse.csr_array(X), Y.argmax(axis=1))
    assert sparse.back.gradient.tobytes() == dense.back.gradient.tobytes()
    one = trace(network, theta, X[0], int(Y[0].argmax()))
    assert one.J == dense.sample(0).J


def test_without_targets_nothing_flows_back():
    network, theta, X, _ = task()
    passed = trace(network, theta, X)
    assert (passed.Y, passed.per_output, passed.J, passed.back) == (None, None, None, None)
    assert passed.sample(2).back is None
    assert passed.a(4).shape == (6, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theta": [1.0]}, "theta: expected shape (59,) for layers (3, 5, 4, 3); got (1,)."),
        ({"X": [[1.0, 2.0]]}, "X: expected shape (m, 3), one row a sample; got (1, 2)"),
        ({"Y": [0, 1]}, "Y: expected 6 rows, as many as X; got shape (2,)"),
        ({"Y": [0, 1, 2, 3, 0, 0]}, "Y: expected class numbers 0 to 2; got 3 in row 3"),
        ({"X": np.full((6, 3), np.nan)}, "X: expected finite numbers; got NaN at row 0, column 0"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    network, theta, X, Y = task()
    values = {"theta": theta, "X": X, "Y": Y} | change
    with pytest.raises(ParameterError, match="^" + re.escape(message)):
        trace(network, values["theta"], values["X"], values["Y"])
