"""The sigmoid beside ReLU."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.figures import compute_relu, draw_relu
from clearprop.network.equations import split

SIZES = (3, 4, 4, 2)
X = np.random.default_rng(0).normal(size=(8, 3))
Y = np.eye(2)[(X[:, 0] > 0).astype(int)]


@pytest.fixture(scope="module")
def found():
    return compute_relu(SIZES, X, Y)


def test_slopes_are_those_of_the_curves(found):
    middle = (found.z[:-1] + found.z[1:]) / 2
    between = np.diff(found.values) / np.diff(found.z)
    away = np.abs(middle) > 0.05  # ReLU has a kink at 0
    for slopes, measured in zip(found.slopes, between, strict=True):
        assert np.interp(middle, found.z, slopes)[away] == pytest.approx(measured[away], abs=1e-3)


@pytest.mark.parametrize("which", [0, 1])
def test_gradients_are_those_of_the_networks(found, which):
    activation, init = (("sigmoid", "uniform"), ("relu", "he"))[which]
    network = Network(SIZES, activation=activation)
    theta = initial_theta(network, 0, init)
    _, D = cost_and_gradient(network, theta, X, Y, engine="reference")
    expected = [np.abs(B[1:]).mean() for B in split(network, D)]
    assert found.gradients[which] == pytest.approx(expected)


def test_what_is_drawn_is_what_was_computed(found):
    picture = draw_relu(found, "zh")
    functions, slopes, gradients = picture.figure.axes
    for which in (0, 1):
        assert (functions.get_lines()[which].get_ydata() == found.values[which]).all()
        assert (slopes.get_lines()[which].get_ydata() == found.slopes[which]).all()
        assert (gradients.get_lines()[which].get_ydata() == found.gradients[which]).all()
    assert slopes.get_title() == "斜率 g′(z)"
    assert "两个 3-4-4-2 的网络" in picture.description
