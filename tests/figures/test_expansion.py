"""One unit written out, a layer as a matrix times a column, and one turn of training."""

import numpy as np
import pytest

from clearprop import Network
from clearprop.errors import ParameterError
from clearprop.figures import (
    compute_expansion,
    compute_row_times_column,
    compute_turn,
    draw_expansion,
    draw_row_times_column,
    draw_turn,
)
from clearprop.figures.small_network import NETWORK, THETA, X, Y

THETA1 = np.array([[0.1, 0.2, -0.3], [-0.2, 0.4, 0.1], [0.3, -0.1, 0.5]])
THETA2 = np.array([[0.2, 0.3, -0.4, 0.5], [-0.1, -0.2, 0.6, 0.1]])
WIDE = Network((9, 2))


def g(z):
    return 1 / (1 + np.exp(-z))


def words(picture):
    return [text.get_text() for text in picture.figure.axes[0].texts]


def test_a_unit_of_the_last_layer():
    found = compute_expansion(NETWORK, THETA, X[0])
    a = np.r_[1, g(THETA1 @ [1, 1, 0.5])]
    assert found.inputs == pytest.approx(a)
    assert (found.weights == THETA2[0]).all()
    assert found.z == pytest.approx(THETA2[0] @ a) == pytest.approx(found.products.sum())
    assert found.a == pytest.approx(g(THETA2[0] @ a))
    shown = words(draw_expansion(found))
    assert r"$\Theta_{12}^{(2)}$ = −0.4" in shown
    assert "=  0.2 × 1 + 0.3 × 0.53743 − 0.4 × 0.56218 + 0.5 × 0.61064" in shown
    assert "=  0.20000 + 0.16123 − 0.22487 + 0.30532  =  0.44168" in shown
    assert r"$h_\Theta(x)_{1}$" in shown


def test_a_hidden_unit_has_the_inputs_on_its_wires():
    found = compute_expansion(NETWORK, THETA, X[0], layer=2, unit=3)
    assert found.products == pytest.approx([0.3, -0.1, 0.25])
    shown = words(draw_expansion(found, "zh"))
    assert {"$x_{0}$", "$x_{2}$", "$z_{3}^{(2)}$", "$a_{3}^{(2)}$", "0.6106"} <= set(shown)
    assert "=  0.3000 − 0.1000 + 0.2500  =  0.4500" in shown


@pytest.mark.parametrize(
    ("network", "given", "message"),
    [
        (NETWORK, {"layer": 1}, "layer: expected 2 to 3; got 1"),
        (NETWORK, {"unit": 3}, "unit: expected 1 to 2, the units of layer 3; got 3"),
        (
            WIDE,
            {"layer": 2},
            "unit: expected one of at most 6 wires, so that they can be read; it has 10",
        ),
    ],
)
def test_units_that_cannot_be_shown(network, given, message):
    theta = np.zeros(network.n_parameters)
    with pytest.raises(ParameterError) as caught:
        compute_expansion(network, theta, np.zeros(network.n_inputs), **given)
    assert str(caught.value) == message


def test_the_product_is_the_layer():
    found = compute_row_times_column(NETWORK, THETA, X[0])
    assert (found.matrix == THETA1).all()
    assert found.column.tolist() == [1, 1, 0.5]
    assert found.z == pytest.approx([0.15, 0.25, 0.45])
    assert found.a == pytest.approx(g(found.z))
    second = compute_row_times_column(NETWORK, THETA, X[0], layer=2)
    assert second.z == pytest.approx(THETA2 @ np.r_[1, found.a])


def test_every_number_of_the_product_has_a_cell():
    found = compute_row_times_column(NETWORK, THETA, X[0])
    shown = words(draw_row_times_column(found))
    for value in (*THETA1.ravel(), 0.5, 0.15, 0.25, 0.45):
        assert f"{value:g}".replace("-", "−") in shown
    assert {"bias", "$x_{1}$", "$x_{2}$", "to unit 3", "0.5374"} <= set(shown)
    assert "$z_{1}^{(2)}$ = 0.1 × 1 + 0.2 × 1 − 0.3 × 0.5 = 0.15" in shown


def test_products_that_cannot_be_shown():
    with pytest.raises(ParameterError) as caught:
        compute_row_times_column(NETWORK, THETA, X[0], layer=3)
    assert str(caught.value) == "layer: expected 1 to 2; got 3"
    with pytest.raises(ParameterError) as caught:
        compute_row_times_column(WIDE, np.zeros(20), np.zeros(9))
    assert str(caught.value) == (
        "layer: expected a matrix of at most 6 rows and columns, so that it can be read; this one "
        "is 2 by 10"
    )


def by_hand(theta1, theta2):
    a2 = np.r_[1, g(theta1 @ np.r_[1, X[0]])]
    h = g(theta2 @ a2)
    J = -np.log(h[0]) - np.log(1 - h[1])
    delta3 = h - Y[0]
    delta2 = (theta2[:, 1:].T @ delta3) * a2[1:] * (1 - a2[1:])
    return J, np.outer(delta2, np.r_[1, X[0]]), np.outer(delta3, a2), delta2, delta3


def test_a_turn_by_hand():
    found = compute_turn(NETWORK, THETA, X[0], Y[0], rate=0.5)
    J, D1, D2, delta2, delta3 = by_hand(THETA1, THETA2)
    assert pytest.approx(J, rel=1e-12) == found.J
    assert found.delta_hidden == pytest.approx(delta2, rel=1e-12)
    assert found.delta_output == pytest.approx(delta3, rel=1e-12)
    assert found.place == (2, 2, 0)
    assert found.derivative == pytest.approx(D2[1, 0], rel=1e-12)
    assert found.measured == pytest.approx(D2[1, 0], rel=1e-8)
    after = by_hand(THETA1 - 0.5 * D1, THETA2 - 0.5 * D2)[0]
    assert found.J_after == pytest.approx(after, rel=1e-12)


def test_the_numbers_of_a_turn_are_drawn():
    shown = words(draw_turn(compute_turn(NETWORK, THETA, X[0], Y[0])))
    assert "$a^{(2)}$ = (0.537, 0.562, 0.611)" in shown
    assert r"$\delta^{(3)} = a^{(3)} - y$ = (−0.391, 0.548)" in shown
    assert {"$J$ = 1.2896", "$J$ = 0.5826", "measured: +0.5476"} <= set(shown)


def test_a_network_whose_numbers_do_not_fit_is_refused():
    with pytest.raises(ParameterError) as caught:
        compute_turn(Network((2, 4, 2)), np.zeros(22), X[0], Y[0])
    assert str(caught.value) == (
        "network: expected three layers of at most 3 units, so that their numbers can be read; got "
        "2-4-2"
    )
