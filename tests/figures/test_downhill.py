"""J along the negative gradient."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import compute_downhill, draw_downhill

NETWORK = Network((3, 2, 2), cost="quadratic")
THETA = initial_theta(NETWORK, seed=1, init=1.0)
X = np.random.default_rng(1).normal(size=(6, 3))
Y = np.eye(2)[[0, 1, 1, 0, 1, 0]]


@pytest.fixture(scope="module")
def found():
    return compute_downhill(NETWORK, THETA, X, Y)


def test_the_way_leads_along_minus_the_gradient(found):
    J, D = cost_and_gradient(NETWORK, THETA, X, Y, engine="reference")
    assert found.direction == pytest.approx(-D)
    there = THETA - found.lengths[5] * D / np.linalg.norm(D)
    expected, _ = cost_and_gradient(NETWORK, there, X, Y, engine="reference")
    assert (found.J, found.along[0], found.astray[0]) == pytest.approx((J, J, J))
    assert found.along[5] == pytest.approx(expected)


def test_no_direction_is_steeper(found):
    step = 1e-6
    for seed in range(5):
        u = np.random.default_rng(seed).normal(size=THETA.size)
        u /= np.linalg.norm(u)
        J, _ = cost_and_gradient(NETWORK, THETA + step * u, X, Y)
        assert (found.J - J) / step < found.slope


def test_what_is_drawn_is_what_was_computed(found):
    vector, way = draw_downhill(found).figure.axes
    assert (vector.get_lines()[0].get_ydata() == found.direction).all()
    astray, along, _ = way.get_lines()
    assert (along.get_ydata() == found.along).all()
    assert (astray.get_ydata() == found.astray).all()
    assert vector.get_xlabel() == "parameter, 1 to 14"


def test_where_nothing_leads_down():
    with pytest.raises(ParameterError) as caught:
        compute_downhill(Network((1, 1)), [0.0, 0.0], [[0.0], [0.0]], [0, 1])
    expected = "theta: the gradient is 0 here, so no direction leads downhill"
    assert str(caught.value) == expected
