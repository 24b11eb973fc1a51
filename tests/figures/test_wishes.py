"""What outputs ask for: minus the derivatives of J, measured by differences."""

import numpy as np
import pytest

from clearprop import Network, cost_and_gradient, initial_theta
from clearprop.errors import ParameterError
from clearprop.figures import (
    compute_added_up,
    compute_wishes,
    draw_added_up,
    draw_wishes,
    make,
)
from clearprop.network.equations import split

NETWORK = Network((4, 3, 2), cost="quadratic")
THETA = initial_theta(NETWORK, seed=3, init=2.0)
IMAGE = np.array([[0.2, 0.9], [0.0, 0.5]])
Y = np.array([0.0, 1.0])
B2 = split(NETWORK, THETA)[-1]  # (4, 2)


@pytest.fixture(scope="module")
def found():
    return compute_wishes(NETWORK, THETA, IMAGE, Y, output=1)


def costs(a, B=B2):
    """What each output costs, from the activations of the hidden layer."""
    h = 1 / (1 + np.exp(-(B[0] + a @ B[1:])))  # (2,)
    return (h - Y) ** 2 / 2


def test_wishes_are_minus_derivatives(found):
    measured = np.empty(4)
    for k in range(4):
        up, down = B2.copy(), B2.copy()
        up[k, 1] += 1e-6
        down[k, 1] -= 1e-6
        difference = costs(found.activations, up) - costs(found.activations, down)
        measured[k] = -difference.sum() / 2e-6
    assert [found.bias_wish, *found.weight_wishes] == pytest.approx(measured, abs=1e-9)
    _, D = cost_and_gradient(NETWORK, THETA, IMAGE.reshape(1, 4), Y[None])
    assert measured == pytest.approx(-split(NETWORK, D)[-1][:, 1], abs=1e-9)


def test_wishes_of_all_outputs_add_up(found):
    added = compute_added_up(NETWORK, THETA, IMAGE.ravel(), Y)
    assert added.asked[1] == pytest.approx(found.activation_wishes)
    for k, e in enumerate(1e-6 * np.eye(3)):
        difference = costs(found.activations + e) - costs(found.activations - e)
        assert added.asked[:, k] == pytest.approx(-difference / 2e-6, abs=1e-9)
        assert added.sums[k] == pytest.approx(-difference.sum() / 2e-6, abs=1e-9)


def test_the_wishes_are_drawn(found):
    image, outputs, weights = draw_wishes(found, names="ab").figure.axes
    assert (image.images[0].get_array() == IMAGE).all()
    shown = [text.get_text() for text in outputs.texts]
    assert {f"{-found.answers[0]:.3f}".replace("-", "−"), f"+{1 - found.answers[1]:.3f}"} < set(
        shown
    )
    _, points, bias = weights.get_lines()
    assert (points.get_ydata() == found.weight_wishes).all()
    assert bias.get_ydata() == [found.bias_wish]
    assert weights.get_title() == "output b: the wish for each weight"


def test_the_sums_are_drawn_and_told():
    added = compute_added_up(NETWORK, THETA, IMAGE.ravel(), Y)
    picture = draw_added_up(added, "zh", names="ab")
    shown = [text.get_text().replace("−", "-") for text in picture.figure.axes[0].texts]
    every = [*added.asked.ravel(), *added.sums]
    assert shown == [f"{value:+.2f}" for value in every]
    told = f"{added.sums[0]:+.4f}".replace("-", "−")
    assert f"合计 {told}。" in picture.description


def test_the_digit_is_a_two_and_output_two_asks():
    description = make("wishes").description
    assert "2: 0.524 → 1" in description
    assert "what output 2 asks of its weights" in description


def test_an_output_that_there_is_not():
    with pytest.raises(ParameterError) as caught:
        compute_wishes(NETWORK, THETA, IMAGE, Y, output=2)
    assert str(caught.value) == "output: expected 0 to 1; got 2"
