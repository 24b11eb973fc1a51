"""Each cost, its output and its delta^(L) against SciPy, differences and complex steps."""

import numpy as np
import pytest
from by_scipy import DTYPES, OUTPUT, PER_OUTPUT, one_per_sample, targets

from clearprop.network.architecture import Network
from clearprop.network.costs import COSTS, cost_of


def test_the_table_holds_what_the_witnesses_cover() -> None:
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
