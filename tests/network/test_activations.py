"""Each activation and its slope against SciPy, differences and complex steps."""

import numpy as np
import pytest
from by_scipy import DTYPES, F

from clearprop.network.activations import ACTIVATIONS

GRID = np.concatenate([np.linspace(-8, 8, 400), [-1000, -40, -1e-3, 1e-3, 40, 1000]])  # no kink


def test_the_table_holds_what_the_witnesses_cover() -> None:
    assert list(ACTIVATIONS) == list(F)


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


def test_the_slope_of_a_leaky_relu_by_hand() -> None:
    leaky, slope = ACTIVATIONS["leaky_relu"]
    z = np.array([-2.0, -0.0, 0.0, 3.0, np.nan])
    expected = [0.01, 0.01, 0.01, 1.0, np.nan]
    np.testing.assert_array_equal(slope(np, z, leaky(np, z)), expected)
    # The complex step takes the branch of the real part, as the activation does.
    z = np.array([-2.0 + 1e-30j, 0.0 - 1e-30j, 3.0 - 1e-30j])
    np.testing.assert_array_equal(slope(np, z, leaky(np, z)), [0.01, 0.01, 1.0])
    np.testing.assert_allclose(leaky(np, z).imag / z.imag, [0.01, 0.01, 1.0], rtol=1e-15)
