"""Forward propagation, J and lambda against the course's product, SciPy and numbers by hand."""

import numpy as np
import pytest
from by_scipy import OUTPUT, F, one_per_sample, targets
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from clearprop.network import equations
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Network
from clearprop.network.costs import COSTS
from clearprop.network.equations import split
from clearprop.network.parameters import initial_theta


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_is_the_courses_product_with_a_bias_of_1(activation: str, cost: str) -> None:
    network = Network((3, 4, 5, 2), activation, cost)
    theta = initial_theta(network, 7)
    X = np.random.default_rng(8).normal(size=(6, 3))
    z, a = equations.forward(np, network, theta, X)
    assert a[0] is X
    expected = X
    for layer, B in enumerate(split(network, theta)):
        Theta = B.T  # (s_{l+1}, s_l + 1): bias in column 0
        expected_z = np.hstack([np.ones((6, 1)), expected]) @ Theta.T
        expected = (F[activation] if layer < 2 else OUTPUT[cost])(expected_z)
        np.testing.assert_allclose(z[layer], expected_z, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(a[layer + 1], expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("cost", COSTS)
def test_one_sample_propagates_as_it_does_among_many(cost: str) -> None:
    network = Network((3, 7, 4), "tanh", cost)
    theta = initial_theta(network, 1)
    X = np.random.default_rng(2).normal(size=(9, 3))
    many = equations.forward(np, network, theta, X)
    for i, x in enumerate(X):
        one = equations.forward(np, network, theta, x)
        for layer in range(2):
            assert one.weighted_inputs[layer].shape == (network.layer_sizes[layer + 1],)
            for alone, among in (
                (one.weighted_inputs[layer], many.weighted_inputs[layer][i]),
                (one.activations[layer + 1], many.activations[layer + 1][i]),
            ):
                np.testing.assert_allclose(alone, among, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("cost", COSTS)
def test_J_is_the_mean_of_the_samples_costs(cost: str) -> None:
    network = Network((2, 3), cost=cost)
    z = np.random.default_rng(6).normal(size=(7, 3))
    y = targets(cost, 7, 3)
    J = equations.cost(np, network, np.zeros(9), z, y)
    np.testing.assert_allclose(J, one_per_sample(cost, z, y).mean(), rtol=1e-13)


def test_lambda_by_hand() -> None:
    # theta = b1 w1 b2 w2; m = 2: J grows by 3/4 (w1^2 + w2^2), D by 3/2 w, and no bias by anything.
    theta = np.array([10.0, 2.0, -10.0, 4.0])
    X, Y = np.array([[0.5], [-1.0]]), np.array([[1.0], [0.0]])
    J0, D0 = equations.cost_and_gradient(np, Network((1, 1, 1)), theta, X, Y)
    J, D = equations.cost_and_gradient(np, Network((1, 1, 1), regularization=3), theta, X, Y)
    np.testing.assert_allclose(J - J0, 15.0, rtol=1e-14)
    np.testing.assert_allclose(D - D0, [0, 3, 0, 6], rtol=1e-13)
    assert D[[0, 2]].tobytes() == D0[[0, 2]].tobytes()
    assert equations.penalty(np, Network((1, 1, 1), regularization=3), theta, 2) == 15
    assert equations.penalty(np, Network((1, 1, 1)), theta, 2) == 0


def test_penalty_rows_is_the_m_of_lambda_and_of_nothing_else() -> None:
    network = Network((2, 3, 2), regularization=2.0)
    theta = initial_theta(network, 3)
    weights = np.concatenate([np.vstack([0 * B[:1], B[1:]]).ravel() for B in split(network, theta)])
    X, Y = np.random.default_rng(0).normal(size=(4, 2)), targets("logistic", 4, 2)
    J0, D0 = equations.cost_and_gradient(np, Network((2, 3, 2)), theta, X, Y)
    for penalty_rows, m in ((None, 4), (4, 4), (100, 100), (2.5, 2.5)):
        J, D = equations.cost_and_gradient(
            np, network, theta, X, Y, None, penalty_rows=penalty_rows
        )
        np.testing.assert_allclose(J - J0, weights @ weights / m, rtol=1e-12)
        np.testing.assert_allclose(D - D0, 2 / m * weights, rtol=1e-10, atol=1e-15)


@settings(max_examples=30, deadline=None)
@given(
    weights=st.lists(st.integers(0, 4), min_size=1, max_size=6).filter(any),
    cost=st.sampled_from(list(COSTS)),
    regularization=st.sampled_from([0.0, 1.5]),
)
def test_a_sample_of_weight_w_counts_as_w_samples(
    weights: list[int], cost: str, regularization: float
) -> None:
    network = Network((2, 3, 2), "tanh", cost, regularization)
    theta = initial_theta(network, 4)
    m = len(weights)
    X, Y = np.random.default_rng(m).normal(size=(m, 2)), targets(cost, m, 2)
    J, D = equations.cost_and_gradient(np, network, theta, X, Y, np.array(weights, float))
    repeated = np.repeat(np.arange(m), weights)
    J2, D2 = equations.cost_and_gradient(np, network, theta, X[repeated], Y[repeated])
    np.testing.assert_allclose(J, J2, rtol=1e-12)
    np.testing.assert_allclose(D, D2, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("kind", ["csr_array", "csr_matrix"])
def test_sparse_inputs_give_what_dense_ones_give(kind: str) -> None:
    network = Network((6, 4, 3), "relu", "softmax", 0.5)
    theta = initial_theta(network, 1)
    X = np.random.default_rng(1).normal(size=(10, 6)) * (np.arange(60).reshape(10, 6) % 3 == 0)
    Y = targets("softmax", 10, 3)
    J, D = equations.cost_and_gradient(np, network, theta, X, Y)
    J2, D2 = equations.cost_and_gradient(np, network, theta, getattr(sparse, kind)(X), Y)
    assert type(D2) is np.ndarray
    assert D2.shape == D.shape
    np.testing.assert_allclose(J2, J, rtol=1e-14)
    np.testing.assert_allclose(D2, D, rtol=1e-12, atol=1e-15)


def test_nothing_that_is_given_is_changed() -> None:
    network = Network((3, 4, 2), "relu", "quadratic", 1.0)
    rng = np.random.default_rng(0)
    given_ = [initial_theta(network, 0), rng.normal(size=(5, 3)), rng.random((5, 2)), rng.random(5)]
    before = [array.copy() for array in given_]
    for array in given_:
        array.flags.writeable = False
    equations.cost_and_gradient(np, network, *given_)
    for array, kept in zip(given_, before, strict=True):
        assert array.tobytes() == kept.tobytes()


def test_a_lost_number_stays_lost_under_relu() -> None:
    # max(NaN, 0) as 0 would turn a diverged first layer into a finite cost.
    assert np.isnan(ACTIVATIONS["relu"].f(np, np.array([np.nan]))).all()
    network = Network((1, 2, 1), "relu", "squared")
    theta = np.array([0.0, 0.0, 1.0, np.nan, 0.0, 1.0, 1.0])
    J, _ = equations.cost_and_gradient(np, network, theta, np.ones((2, 1)), np.ones((2, 1)))
    assert np.isnan(J)
