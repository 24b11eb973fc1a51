"""The secant and the V, compared with a cost whose derivatives have a closed form."""

import math

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_secant, draw_secant
from clearprop.network.parameters import course_matrices

# One unit, one sample with x = 0: J = log(1 + e^b) - b, with b the bias.
NETWORK = Network((1, 1))
B = 0.5


def J(b):
    return math.log1p(math.exp(b)) - b


H = 1 / (1 + math.exp(-B))
SLOPE, CURVATURE, THIRD = H - 1, H * (1 - H), H * (1 - H) * (1 - 2 * H)


@pytest.fixture(scope="module")
def found():
    return compute_secant(NETWORK, [B, 1.0], [[0.0]], [1])


def test_the_cost_and_its_slope_are_the_closed_forms(found):
    assert (found.parameter, found.place, found.value, found.rows) == (0, (1, 1, 0), B, 1)
    assert pytest.approx(J(B), rel=1e-15) == found.J
    assert found.derivative == pytest.approx(SLOPE, rel=1e-15)
    assert found.costs == pytest.approx([J(B + t) for t in found.moved], rel=1e-14)


def test_the_secant_goes_through_two_points_of_the_curve(found):
    # The distance to the minimum of a parabola: J' / J''.
    assert found.step == pytest.approx(abs(SLOPE) / CURVATURE, rel=1e-6)
    assert found.ends == pytest.approx((J(B - found.step), J(B + found.step)), rel=1e-14)
    expected = (J(B + found.step) - J(B - found.step)) / (2 * found.step)
    assert found.slope == pytest.approx(expected, rel=1e-12)


def test_truncation_is_what_taylor_says(found):
    far = (found.steps > 1e-3) & (found.steps < 1e-2)
    steps = found.steps[far]
    assert found.one_sided[far] == pytest.approx(CURVATURE / 2 * steps / -SLOPE, rel=0.01)
    assert found.two_sided[far] == pytest.approx(abs(THIRD) / 6 * steps**2 / -SLOPE, rel=0.01)


def test_rounding_grows_as_the_step_shrinks(found):
    for errors in (found.one_sided, found.two_sided):
        near = found.steps < 1e-8
        slope = np.polyfit(np.log(found.steps[near]), np.log(np.maximum(errors[near], 1e-12)), 1)[0]
        assert slope == pytest.approx(-1, abs=0.15)


def test_the_best_steps_are_near_where_both_errors_are_equal(found):
    eps = 2.0**-52
    # Where truncation and a rounding of half an eps of J are equal.
    one = math.sqrt(eps * found.J / CURVATURE)
    two = (3 * eps * found.J / 2 / abs(THIRD)) ** (1 / 3)
    assert one / 10 < found.best_one_sided < 10 * one
    assert two / 10 < found.best_two_sided < 10 * two
    low = found.two_sided[np.searchsorted(found.steps, found.best_two_sided)]
    assert low < 1e-9


def test_errors_are_those_of_the_formulas_with_the_engines_cost():
    network = Network((3, 4, 2), regularization=0.5)
    rng = np.random.default_rng(0)
    theta, X, Y = initial_theta(network, 0), rng.normal(size=(7, 3)), [0, 1, 1, 0, 1, 0, 1]
    found = compute_secant(network, theta, X, Y, parameter=20)
    gradient = cost_and_gradient(network, theta, X, Y)[1]
    k = 100
    step = found.steps[k]
    moved = np.eye(theta.size)[20] * step
    right, here, left = (
        cost_and_gradient(network, theta + t, X, Y)[0] for t in (moved, 0 * moved, -moved)
    )
    two = abs((right - left) / (2 * step) - gradient[20]) / abs(gradient[20])
    one = abs((right - here) / step - gradient[20]) / abs(gradient[20])
    assert found.two_sided[k] == pytest.approx(two, rel=1e-12)
    assert found.one_sided[k] == pytest.approx(one, rel=1e-12)


def test_the_place_is_the_courses():
    network = Network((2, 3, 2))
    theta = np.arange(1.0, 18.0)
    Theta = course_matrices(network, theta)
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(4, 2)) / 20, [0, 1, 0, 1]
    for parameter in range(17):
        try:
            found = compute_secant(network, theta / 10, X, Y, parameter)
        except ParameterError:
            continue
        l, i, j = found.place
        assert Theta[l - 1][i - 1, j] == theta[parameter]


def test_the_parameter_with_the_largest_derivative_is_taken():
    network = Network((3, 4, 2))
    theta, X, Y = initial_theta(network, 3), np.eye(3), [0, 1, 1]
    found = compute_secant(network, theta, X, Y)
    gradient = cost_and_gradient(network, theta, X, Y)[1]
    assert abs(found.derivative) == pytest.approx(np.abs(gradient).max(), rel=1e-12)


def test_what_is_drawn_is_what_was_computed(found):
    picture = draw_secant(found, "en", "one sample")
    left, right = picture.figure.axes
    curve, tangent, secant, *_ = left.get_lines()
    assert curve.get_ydata() == pytest.approx(found.costs)
    assert curve.get_xdata() == pytest.approx(B + found.moved)
    rise = np.diff(tangent.get_ydata()) / np.diff(tangent.get_xdata())
    assert rise == pytest.approx(np.full(rise.shape, SLOPE), rel=1e-9)
    assert secant.get_ydata() == pytest.approx(found.ends)
    points = [line for line in right.get_lines() if len(line.get_xdata()) > 2]
    for line, errors in zip(points, (found.one_sided, found.two_sided), strict=True):
        assert (line.get_ydata() == errors[errors > 0]).all()
    marks = [line.get_xdata()[0] for line in right.get_lines() if len(line.get_xdata()) == 2]
    assert marks == [found.best_one_sided, found.best_two_sided]


@pytest.mark.parametrize(
    ("lang", "title", "legend"),
    [
        (
            "en",
            "The derivative from two costs, and how good it is",
            ["J", "tangent: dJ/dθ = -0.3775", "secant: slope -0.3976"],
        ),
        (
            "zh",
            "由两个代价值求导数，能有多准",
            ["J", "切线：dJ/dθ = -0.3775", "割线：斜率 -0.3976"],
        ),
    ],
)
def test_its_words(found, lang, title, legend):
    picture = draw_secant(found, lang, "s")
    assert picture.title == title
    texts = [text.get_text() for text in picture.figure.axes[0].get_legend().get_texts()]
    assert texts == legend
    assert "-0.377541" in picture.description


def test_a_parameter_that_is_none_or_does_nothing_is_refused():
    with pytest.raises(ParameterError) as caught:
        compute_secant(NETWORK, [B, 1.0], [[0.0]], [1], parameter=2)
    assert str(caught.value) == "parameter: expected an index into theta, 0 to 1; got 2"
    with pytest.raises(ParameterError) as caught:
        compute_secant(NETWORK, [B, 1.0], [[0.0]], [1], parameter=1)
    assert str(caught.value) == "parameter: J does not depend on theta[1] here; take another one"
