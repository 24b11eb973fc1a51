"""Parameters ranked by what J changes."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.figures import compute_sensitivity, draw_sensitivity
from clearprop.network.equations import split

NETWORK = Network((4, 3, 2), cost="quadratic", regularization=2.0)
PLAIN = Network((4, 3, 2), cost="quadratic")
THETA = initial_theta(NETWORK, seed=2, init=1.0)
X = np.random.default_rng(2).random((5, 4))
X[:, 1] = 0  # a pixel that is always white
Y = np.eye(2)[[0, 1, 1, 0, 1]]


@pytest.fixture(scope="module")
def found():
    return compute_sensitivity(NETWORK, THETA, X, Y)


def test_the_ranking_is_that_of_the_data_without_lambda(found):
    J, D = cost_and_gradient(PLAIN, THETA, X, Y, engine="reference")
    assert found.gradient == pytest.approx(D[found.order])
    assert (np.diff(np.abs(found.gradient)) <= 0).all()
    for rank in (0, 7):
        moved = THETA.copy()
        moved[found.order[rank]] -= 0.001 * np.sign(found.gradient[rank])
        after, _ = cost_and_gradient(PLAIN, moved, X, Y, engine="reference")
        assert found.falls[rank] == pytest.approx(J - after, rel=1e-9)
    assert found.falls == pytest.approx(0.001 * np.abs(found.gradient), rel=1e-2)
    assert found.pixels == pytest.approx(np.abs(split(PLAIN, D)[0][1:]).mean(axis=1))
    assert found.pixels[1] == 0


def test_what_is_drawn_is_what_was_computed(found):
    picture = draw_sensitivity(found, image_shape=(2, 2))
    first, every, pixels = picture.figure.axes
    widths = [bar.get_width() for bar in first.patches]
    assert widths == pytest.approx(1000 * np.abs(found.gradient[:10]))
    assert first.get_lines()[0].get_xdata() == pytest.approx(1e6 * found.falls[:10])
    assert len(every.get_lines()[0].get_ydata()) == THETA.size - 3
    assert (pixels.images[0].get_array() == found.pixels.reshape(2, 2)).all()
    assert "For 3 parameters the derivative is exactly 0." in picture.description


def test_rows_that_are_no_images_have_two_panels(found):
    picture = draw_sensitivity(found, "zh")
    assert len(picture.figure.axes) == 2
    assert picture.figure.axes[0].get_title() == "前 10 名"
