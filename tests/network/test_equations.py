"""The equations against SciPy's functions, differences and complex steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, special

from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import ACTIVATIONS, COSTS, cost_of, split
from clearprop.network.parameters import initial_theta

DTYPES = (np.float64, np.float32)

# The same functions from another hand: what the tables of the package are held to.
F = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
    "leaky_relu": lambda z: np.maximum(z, z / 100),
    "silu": lambda z: z * special.expit(z),
}
OUTPUT = {
    "logistic": special.expit,
    "softmax": lambda z: special.softmax(z, axis=-1),
    "quadratic": special.expit,
    "squared": lambda z: z,
    "poisson": np.exp,
    "huber": lambda z: z,
    "quantile": lambda z: z,
}
PER_OUTPUT = {
    "logistic": lambda z, y: -y * special.log_expit(z) - (1 - y) * special.log_expit(-z),
    "softmax": lambda z, y: -y * special.log_softmax(z, axis=-1),
    "quadratic": lambda z, y: (special.expit(z) - y) ** 2 / 2,
    "squared": lambda z, y: (z - y) ** 2 / 2,
    "poisson": lambda z, y: special.kl_div(y, np.exp(z)),
    "huber": lambda z, y: special.huber(1, z - y),
    "quantile": lambda z, y: np.abs(z - y) / 2,  # the median
}


def targets(cost: str, rows: int, K: int, seed: int = 5) -> Array:
    """Targets that the cost allows, no two rows the same."""
    generator = np.random.default_rng(seed)
    if cost == "softmax":
        return generator.dirichlet(np.ones(K), rows)
    if cost == "poisson":
        return generator.poisson(2.0, (rows, K)).astype(float)
    if cost in ("squared", "huber", "quantile"):
        return generator.normal(0, 3, (rows, K))
    return generator.uniform(0, 1, (rows, K))


def one_per_sample(cost: str, z: Array, y: Array) -> Array:
    """J_i of every row, by SciPy."""
    return PER_OUTPUT[cost](z, y).sum(axis=-1)


def test_the_tables_hold_what_the_witnesses_cover() -> None:
    assert list(ACTIVATIONS) == list(F)
    assert list(COSTS) == list(PER_OUTPUT)
    outputs = {name: cost.output for name, cost in COSTS.items()}
    assert outputs == {
        "logistic": "sigmoid",
        "softmax": "softmax",
        "quadratic": "sigmoid",
        "squared": "identity",
        "poisson": "exp",
        "huber": "identity",
        "quantile": "identity",
    }


# -- Activations ----------------------------------------------------------------------------------

GRID = np.concatenate([np.linspace(-8, 8, 400), [-1000, -40, -1e-3, 1e-3, 40, 1000]])  # no kink


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_agrees_with_scipy(name: str, dtype: type) -> None:
    z = GRID.astype(dtype)
    a = ACTIVATIONS[name].f(np, z)
    assert a.dtype == dtype
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(a, F[name](z.astype(np.float64)), rtol=6 * eps, atol=1e-37)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_agrees_with_the_complex_step(name: str, dtype: type) -> None:
    f, prime = ACTIVATIONS[name]
    z = GRID.astype(dtype)
    slope = prime(np, z, f(np, z))
    assert slope.dtype == dtype
    step = 1e-30
    expected = f(np, z + 1j * step).imag / step
    ulps = 8 if name == "silu" else 4  # silu multiplies the rounding of 1 - s by z
    np.testing.assert_allclose(slope, expected, rtol=0, atol=ulps * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_agrees_with_differences_of_scipys_function(name: str) -> None:
    z, step = GRID[np.abs(GRID) <= 8], 1e-5
    f, prime = ACTIVATIONS[name]
    differences = (F[name](z + step) - F[name](z - step)) / (2 * step)
    np.testing.assert_allclose(prime(np, z, f(np, z)), differences, rtol=0, atol=1e-9)


def test_the_slope_of_relu_at_its_kink_is_0() -> None:
    z = np.array([-0.0, 0.0])
    assert ACTIVATIONS["relu"].prime(np, z, z).tolist() == [0, 0]
    assert ACTIVATIONS["relu"].f(np, z).tolist() == [0, 0]


def test_the_sigmoid_keeps_its_small_tail() -> None:
    # 1 / (1 + e^700) is 9.86e-305: no rounding to 0, no overflow.
    tail = ACTIVATIONS["sigmoid"].f(np, np.array([-700.0]))
    np.testing.assert_allclose(tail, np.exp(-700.0), rtol=1e-14)


# -- Costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cost", COSTS)
def test_cost_agrees_with_scipy(cost: str, dtype: type) -> None:
    z = np.random.default_rng(1).normal(0, 3, (50, 4)).astype(dtype)
    y = targets(cost, 50, 4).astype(dtype)
    each = COSTS[cost].per_output(np, z, y)
    assert each.dtype == dtype
    expected = PER_OUTPUT[cost](z.astype(np.float64), y.astype(np.float64))
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(each, expected, rtol=50 * eps, atol=50 * eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cost", COSTS)
def test_output_agrees_with_scipy(cost: str, dtype: type) -> None:
    z = np.random.default_rng(2).normal(0, 4, (50, 4)).astype(dtype)
    h = COSTS[cost].h(np, z)
    assert h.dtype == dtype
    np.testing.assert_allclose(h, OUTPUT[cost](z.astype(np.float64)), rtol=20 * np.finfo(dtype).eps)


@pytest.mark.parametrize("cost", COSTS)
def test_last_delta_agrees_with_differences_of_scipys_cost(cost: str) -> None:
    z = np.random.default_rng(3).normal(0, 1.5, (20, 4))
    y = targets(cost, 20, 4)
    delta = COSTS[cost].delta(np, COSTS[cost].h(np, z), y)
    step = 1e-5
    for k in range(4):
        shift = step * np.eye(4)[k]
        differences = one_per_sample(cost, z + shift, y) - one_per_sample(cost, z - shift, y)
        np.testing.assert_allclose(delta[:, k], differences / (2 * step), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cost", COSTS)
def test_last_delta_agrees_with_the_complex_step(cost: str, dtype: type) -> None:
    z = np.random.default_rng(4).normal(0, 3, (20, 4)).astype(dtype)
    y = targets(cost, 20, 4).astype(dtype)
    delta = COSTS[cost].delta(np, COSTS[cost].h(np, z), y)
    assert delta.dtype == dtype
    step, eps = 1e-30, np.finfo(dtype).eps
    for k in range(4):
        stepped = z + 1j * step * np.eye(4)[k]
        derivative = COSTS[cost].per_output(np, stepped, y).sum(axis=-1).imag / step
        np.testing.assert_allclose(delta[:, k], derivative, rtol=50 * eps, atol=20 * eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cost", [cost for cost in COSTS if cost != "poisson"])
def test_logits_of_1000_stay_finite(cost: str, dtype: type) -> None:
    z = np.array([[1000, -1000], [-1000, 1000], [1000, 1000], [-1000, -1000]], dtype)
    y = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        h = COSTS[cost].h(np, z)
        J = COSTS[cost].per_output(np, z, y).sum(axis=-1)
        delta = COSTS[cost].delta(np, h, y)
    assert h.dtype == J.dtype == delta.dtype == dtype
    log2 = np.log(2.0)
    expected = {
        "logistic": [0, 2000, 1000, 1000],
        "softmax": [0, 2000, log2, log2],
        "quadratic": [0, 1, 0.5, 0.5],
        "squared": [999000.5, 1001000.5, 999000.5, 1001000.5],  # (z - y)^2 / 2, by hand
        "huber": [1998, 2000, 1998, 2000],  # |z - y| - 1/2
        "quantile": [999.5, 1000.5, 999.5, 1000.5],  # |z - y| / 2
    }
    np.testing.assert_allclose(J, expected[cost], rtol=1e-6)
    outputs = {"softmax": [[1, 0], [0, 1], [0.5, 0.5], [0.5, 0.5]]}
    outputs |= dict.fromkeys(("squared", "huber", "quantile"), z)
    np.testing.assert_allclose(h, outputs.get(cost, (z > 0).astype(float)), atol=1e-6)
    slope = {"quadratic": 0 * z, "huber": np.sign(z), "quantile": np.sign(z) / 2}.get(cost, h - y)
    np.testing.assert_array_equal(delta, slope)


@pytest.mark.parametrize(("dtype", "z"), [(np.float64, -40.0), (np.float32, -20.0)])
def test_a_cost_far_below_1_is_not_rounded_to_0(dtype: type, z: float) -> None:
    # log(1 + e^-40) through log would be 0; log1p keeps 4.2e-18.
    each = COSTS["logistic"].per_output(np, np.array([[z]], dtype), np.zeros((1, 1), dtype))
    np.testing.assert_allclose(each, np.exp(z), rtol=1e-6)


def test_the_poisson_cost_is_half_the_deviance_and_0_at_a_hit() -> None:
    y = np.array([[0.0, 1.0, 7.0]])
    z = np.log(np.array([[1e-300, 1.0, 7.0]]))
    np.testing.assert_allclose(COSTS["poisson"].per_output(np, z, y), 0, atol=1e-14)


# -- Forward, J, and lambda -----------------------------------------------------------------------


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


def test_the_logistic_cost_has_its_slope_at_zero_by_the_complex_step():
    step = 1e-20
    for y in (0.0, 0.25, 1.0):
        J = COSTS["logistic"].per_output(np, np.array([[step * 1j]]), np.array([[y]]))
        assert J.imag.item() / step == pytest.approx(0.5 - y, abs=1e-15)


def test_hubers_cost_by_hand() -> None:
    row = cost_of(Network((1, 1), cost="huber", threshold=2.0))
    z, y = np.array([0.0, 1.0, 2.0, 5.0, -5.0]), np.zeros(5)
    assert row.per_output(np, z, y).tolist() == [0.0, 0.5, 2.0, 8.0, 8.0]  # 2 (5 - 1)
    assert row.delta(np, z, y).tolist() == [0.0, 1.0, 2.0, 2.0, -2.0]


def test_the_quantile_cost_by_hand() -> None:
    network = Network((1, 2), cost="quantile", quantiles=(0.25, 0.75))
    z, y = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]), np.array([[3.0], [-1.0], [1.0]])
    row = cost_of(network)
    assert row.per_output(np, z, y).tolist() == [[0.5, 1.5], [1.5, 0.5], [0.0, 0.0]]
    assert row.delta(np, z, y).tolist() == [[-0.25, -0.75], [0.75, 0.25], [0.0, 0.0]]


@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_the_smallest_quantile_cost_is_at_the_quantile(level: float) -> None:
    row = cost_of(Network((1, 1), cost="quantile", quantiles=(level,)))
    y = np.arange(101.0)[:, None]
    costs = [row.per_output(np, np.array([[z]]), y).sum() for z in y[:, 0]]
    assert np.argmin(costs) == np.quantile(y, level)


@pytest.mark.parametrize("cost", ["huber", "quantile"])
def test_a_lost_number_stays_lost_under_the_costs_with_kinks(cost: str) -> None:
    z, y = np.array([[np.nan]]), np.array([[1.0]])
    assert np.isnan(COSTS[cost].per_output(np, z, y)).all()
    assert np.isnan(COSTS[cost].delta(np, z, y)).all()


def test_the_slope_of_a_leaky_relu_by_hand() -> None:
    leaky, slope = ACTIVATIONS["leaky_relu"]
    z = np.array([-2.0, -0.0, 0.0, 3.0, np.nan])
    expected = [0.01, 0.01, 0.01, 1.0, np.nan]
    np.testing.assert_array_equal(slope(np, z, leaky(np, z)), expected)
    # The complex step takes the branch of the real part, as the activation does.
    z = np.array([-2.0 + 1e-30j, 0.0 - 1e-30j, 3.0 - 1e-30j])
    np.testing.assert_array_equal(slope(np, z, leaky(np, z)), [0.01, 0.01, 1.0])
    np.testing.assert_allclose(leaky(np, z).imag / z.imag, [0.01, 0.01, 1.0], rtol=1e-15)
