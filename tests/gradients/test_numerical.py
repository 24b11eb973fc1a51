import math

import numpy as np
import pytest

from clearprop.gradients.numerical import (
    SAFETY,
    complex_step,
    noise,
    smaller_steps,
    taylor_remainder,
    two_sided,
)


def line(f):
    return lambda t: (f(t), t)


def test_two_sided_is_the_courses_formula():
    estimate = two_sided(line(lambda t: (1 + t) ** 3), step=0.01, noise=1e-9)
    assert estimate.value == pytest.approx(3 + 0.01**2, rel=1e-12)  # f' + step^2 f'''/6
    assert estimate.error == pytest.approx(SAFETY * 1e-7, abs=0)


def test_two_sided_divides_by_the_way_that_theta_really_moved():
    def rounded(t):
        moved = float(np.float32(1000 + t)) - 1000
        return 2 * moved, moved

    assert two_sided(rounded, step=1e-4, noise=0.0).value == 2.0


def test_complex_step_has_no_error_but_rounding():
    z = 0.3 + 1e-30j
    value = complex_step((np.exp(z) / (np.cos(z) ** 3 + np.sin(z) ** 3)).imag).value
    e = 1e-6  # against a two-sided difference, which knows nine digits

    def f(x):
        return math.exp(x) / (math.cos(x) ** 3 + math.sin(x) ** 3)

    assert value == pytest.approx((f(0.3 + e) - f(0.3 - e)) / (2 * e), rel=1e-8)


def test_smaller_steps_bound_their_error():
    for f, slope in [(math.sin, 1.0), (math.exp, 1.0), (lambda t: math.tanh(50 * t + 0.1), None)]:
        slope = 50 / math.cosh(0.1) ** 2 if slope is None else slope
        estimate = smaller_steps(line(f), step=1e-2, noise=1e-16)
        assert abs(estimate.value - slope) <= estimate.error < 1e-5 * slope
        assert not estimate.at_kink


@pytest.mark.parametrize("kink", [1e-2, 3e-4, 7e-5, 3e-5, 8e-6, 1e-6, 2e-7])
@pytest.mark.parametrize("sides", [(0.0, 1.0), (-1.0, 3.0)])
def test_a_kink_beside_theta_is_stepped_around_or_bounded(kink, sides):
    """The slope at theta is the left one, the kink lies to the right of it."""
    left, right = sides

    def f(t):
        return left * t + (right - left) * max(t - kink, 0.0) + t * t

    estimate = smaller_steps(line(f), step=1e-4, noise=1e-16)
    assert abs(estimate.value - left) <= estimate.error
    if kink > 2e-6:
        assert estimate.error < 1e-3  # the bound is useful


def test_at_a_kink_the_bound_reaches_from_one_slope_to_the_other_and_no_further():
    estimate = smaller_steps(line(lambda t: max(3 * t, -t) + t * t), step=1e-4, noise=1e-16)
    assert estimate.at_kink
    assert estimate.value - estimate.error == pytest.approx(-1, abs=1e-6)
    assert estimate.value + estimate.error == pytest.approx(3, abs=1e-6)


def test_the_taylor_slope_is_2_for_the_gradient_and_1_for_anything_else():
    curve = line(lambda t: math.log1p(math.exp(0.3 + t)))
    right = 1 / (1 + math.exp(-0.3))
    assert taylor_remainder(curve, right, 1e-16).slope == pytest.approx(2, abs=0.02)
    for wrong in (right * 1.001, right * 1.1, -right, 0.0):
        assert taylor_remainder(curve, wrong, 1e-16).slope == pytest.approx(1, abs=0.1)


def test_the_taylor_slope_of_a_linear_cost_is_none():
    taylor = taylor_remainder(line(lambda t: 1 + 2 * t), 2.0, 1e-16)
    assert taylor.slope is None
    assert taylor.remainders == ()


def test_the_taylor_slope_forgives_what_rounding_does_to_the_gradient():
    curve = line(math.exp)
    rounded = 1 + 1e-4
    assert taylor_remainder(curve, rounded, 1e-16).slope < 1.5
    assert taylor_remainder(curve, rounded, 1e-16, derivative_error=1e-4).slope > 1.9


def test_noise_sees_rounding_and_not_the_curve():
    t = np.linspace(0, 1e-5, 7)
    smooth = np.exp(3 * t)
    r = np.random.default_rng(0)
    noisy = np.stack([smooth + s * r.standard_normal(7) for s in (1e-6, 1e-9)], axis=1)
    assert noise(smooth) < 1e-15
    assert noise(noisy) == pytest.approx([1e-6, 1e-9], rel=0.7)
