import numpy as np
import pytest

from clearprop.gradients.numerical import COMPLEX_STEP
from clearprop.gradients.report import blocks_of
from clearprop.gradients.rounding import rounding_of
from clearprop.network import equations
from clearprop.network.architecture import Network


def rounding(network, theta, X, Y):
    with np.errstate(over="ignore", invalid="ignore"):
        passed = equations.forward(np, network, theta.astype(np.float64), X.astype(np.float64))
        return rounding_of(network, theta, X, Y, None, passed)


def exactly(network, theta, X, Y):
    """Every derivative by complex step, in float64."""
    slopes = []
    for i in range(len(theta)):
        moved = theta.astype(complex)
        moved[i] += 1j * COMPLEX_STEP
        z = equations.forward(np, network, moved, X).weighted_inputs[-1]
        slopes.append(equations.cost(np, network, moved, z, Y).imag / COMPLEX_STEP)
    return np.array(slopes)


@pytest.mark.parametrize(
    ("network", "theta"),
    [  # a saturated output, a saturated unit of two kinds
        (Network((1, 1), cost="quadratic"), [1.0, 29.0]),
        (Network((1, 1), cost="quadratic"), [1.0, 39.0]),
        (Network((1, 1, 1), "sigmoid", "squared"), [0.0, 30.0, 0.3, 0.7]),
        (Network((1, 1, 1), "tanh", "squared"), [0.0, 16.0, 0.3, 0.7]),
    ],
)
def test_what_is_left_of_a_saturated_unit_is_not_known_better_than_eps(network, theta):
    theta, X, Y = np.array(theta), np.ones((1, 1)), np.zeros((1, 1))
    D = equations.cost_and_gradient(np, network, theta, X, Y)[1]
    apart = np.abs(D - exactly(network, theta, X, Y))
    assert apart[1] > 1e-5 * abs(D[1])  # by far more than eps of the derivative itself
    error = rounding(network, theta, X, Y).D_error
    assert (apart <= 10 * error).all()
    assert error.max() < 1e-14


def test_the_errors_of_float32_whatever_the_order_of_the_sums(problem):
    """The same rows in another order are rounded in another way."""
    r = np.random.default_rng(0)
    used = []
    for seed in range(150):
        network, theta, X, Y = problem(seed)
        X, Y = (
            np.tile(X, (20, 1)) + 0.1 * r.standard_normal((20 * len(X), X.shape[1])),
            np.tile(Y, (20, 1)),
        )
        single = [array.astype(np.float32) for array in (theta, X, Y)]
        found = rounding(network, *single)
        if not found.finite:
            continue
        J, D = equations.cost_and_gradient(np, network, *(a.astype(float) for a in single))
        order = r.permutation(len(X))
        J_other, D_other = equations.cost_and_gradient(
            np, network, single[0], single[1][order], single[2][order]
        )
        apart = np.abs(D_other - D)
        used.append(float((apart / found.D_error).max()))
        assert used[-1] < 10, seed
        assert abs(float(J_other) - J) < 10 * found.J_error
        assert found.D_error.max() < 1e-4 * np.abs(D).max()
    assert max(used) > 0.5  # the bound is not far too large


def test_an_error_that_is_small_by_chance_counts_as_its_blocks_usual_one(problem):
    network, theta, X, Y = problem(1, activation="tanh")
    single = [array.astype(np.float32) for array in (theta, X, Y)]
    D = equations.cost_and_gradient(np, network, *single)[1]
    apart = D - equations.cost_and_gradient(np, network, *(a.astype(float) for a in single))[1]
    error = rounding(network, *single).D_error
    for block in blocks_of(network.layer_sizes):
        usual = np.sqrt(np.mean(apart[block.start : block.stop] ** 2))
        assert error[block.start : block.stop].min() >= 0.99 * usual


def test_whether_cost_and_gradient_stay_finite():
    network = Network((1, 1), cost="poisson")
    X, Y = np.ones((1, 1), np.float32), np.ones((1, 1), np.float32)
    theta = np.array([0, 80], np.float32)
    assert rounding(network, theta, X, Y).finite
    assert not rounding(network, theta + 20, X, Y).finite
    assert rounding(network, (theta + 20).astype(float), X, Y).finite
