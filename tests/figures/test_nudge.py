"""A nudge of one hidden unit, beside plain NumPy."""

import numpy as np
import pytest

from clearprop import Network
from clearprop.errors import ParameterError
from clearprop.figures import compute_nudge, draw_nudge
from clearprop.figures.small_network import NETWORK, THETA, X, Y

THETA1 = np.array([[0.1, 0.2, -0.3], [-0.2, 0.4, 0.1], [0.3, -0.1, 0.5]])
THETA2 = np.array([[0.2, 0.3, -0.4, 0.5], [-0.1, -0.2, 0.6, 0.1]])


def g(z):
    return 1 / (1 + np.exp(-z))


def onward(z2, y):
    """a of the hidden layer, z of the outputs, and J."""
    a2 = g(z2)
    z3 = THETA2 @ np.r_[1, a2]
    return a2, z3, -np.sum(y * np.log(g(z3)) + (1 - y) * np.log(1 - g(z3)))


@pytest.mark.parametrize("sample", range(3))
@pytest.mark.parametrize("unit", [1, 2, 3])
def test_what_arrives_is_measured_and_delta_is_its_rate(unit, sample):
    x, y = X[sample], Y[sample]
    z2 = THETA1 @ np.r_[1, x]
    e = np.eye(3)[unit - 1]
    before, after = onward(z2, y), onward(z2 + 0.01 * e, y)
    found = compute_nudge(NETWORK, THETA, x, y, unit)
    assert found.change_a == pytest.approx((after[0] - before[0])[unit - 1])
    assert found.changes_z == pytest.approx(after[1] - before[1])
    assert found.cost_change == pytest.approx(after[2] - before[2])
    rate = (onward(z2 + 1e-5 * e, y)[2] - onward(z2 - 1e-5 * e, y)[2]) / 2e-5
    assert found.delta == pytest.approx(rate, rel=1e-6)
    assert found.weights.tolist() == THETA2[:, unit].tolist()
    assert found.delta == pytest.approx(found.slope * found.weights @ found.output_deltas)


def test_every_wire_of_the_way_has_its_factor():
    picture = draw_nudge(compute_nudge(NETWORK, THETA, X[0], Y[0], 2))
    shown = {text.get_text() for text in picture.figure.axes[0].texts}
    assert {"+0.01", "+0.00246", "−0.00098", "+0.00148", "+0.00119"} <= shown
    assert {"0.2461", "× (−0.4)", "× 0.6"} <= shown
    assert r"$\times\ \delta_{1}^{(3)}$ = −0.3913" in shown
    assert "measured: J changes by +0.001194; divided by 0.01 this is +0.1194" in shown
    assert "and J by +0.001194" in picture.description


def test_what_has_no_room_is_refused():
    deep = Network((2, 3, 3, 2))
    with pytest.raises(ParameterError, match=r"^network: expected .* got 2-3-3-2$"):
        compute_nudge(deep, np.zeros(deep.n_parameters), X[0], Y[0], 1)
    for unit in (0, 4):
        with pytest.raises(ParameterError, match=rf"^unit: expected 1 to 3, .* got {unit}$"):
            compute_nudge(NETWORK, THETA, X[0], Y[0], unit)
