"""A hidden unit as a graph, beside differences of a plain J."""

import numpy as np
import pytest

from clearprop import Network
from clearprop.errors import ParameterError
from clearprop.figures import compute_local_rules, draw_local_rules
from clearprop.figures.small_network import NETWORK, THETA, X, Y

THETA1 = np.array([[0.1, 0.2, -0.3], [-0.2, 0.4, 0.1], [0.3, -0.1, 0.5]])
THETA2 = np.array([[0.2, 0.3, -0.4, 0.5], [-0.1, -0.2, 0.6, 0.1]])


def g(z):
    return 1 / (1 + np.exp(-z))


def test_the_graph_holds_the_derivative_of_every_wire():
    x, y = X[0], Y[0]
    found = compute_local_rules(NETWORK, THETA, x, y, 2)

    def J(theta1, theta2, x=x):
        a2 = g(theta1 @ np.r_[1, x])
        z3 = theta2 @ np.r_[1, a2]
        return -np.sum(y * np.log(g(z3)) + (1 - y) * np.log(1 - g(z3)))

    def by(matrix, i, j):
        def moved(step):
            changed = matrix.copy()
            changed[i, j] += step
            return J(changed, THETA2) if matrix is THETA1 else J(THETA1, changed)

        return (moved(1e-5) - moved(-1e-5)) / 2e-5

    assert found.delta == pytest.approx(by(THETA1, 1, 0), rel=1e-6)  # the bias: delta itself
    assert found.delta * found.x == pytest.approx([by(THETA1, 1, 1), by(THETA1, 1, 2)], rel=1e-6)
    assert found.output_deltas * found.a == pytest.approx(
        [by(THETA2, 0, 2), by(THETA2, 1, 2)], rel=1e-6
    )
    assert found.sent == pytest.approx(THETA2[:, 2] * found.a)
    assert found.products.sum() + found.bias == pytest.approx(found.z)
    assert found.back.sum() * found.slope == pytest.approx(found.delta)


def test_the_graph_shows_both_ways():
    picture = draw_local_rules(compute_local_rules(NETWORK, THETA, X[0], Y[0], 2))
    shown = [text.get_text() for text in picture.figure.axes[0].texts]
    # delta, once on each summand of the sum, on z, and on the weight of x_1 = 1.
    assert shown.count("0.1194") == 5
    assert {"0.1565", "0.3285", "0.4851", "0.0478", "0.0597", "−0.22", "0.3078"} <= set(shown)
    assert "0.4851 × 0.2461 = 0.1194, which is δ of the unit" in picture.description


def test_what_has_no_room_is_refused():
    deep = Network((2, 3, 3, 2))
    with pytest.raises(ParameterError, match=r"^network: expected .* got 2-3-3-2$"):
        compute_local_rules(deep, np.zeros(deep.n_parameters), X[0], Y[0], 1)
    for unit in (0, 4):
        with pytest.raises(ParameterError, match=rf"^unit: expected 1 to 3, .* got {unit}$"):
            compute_local_rules(NETWORK, THETA, X[0], Y[0], unit)
