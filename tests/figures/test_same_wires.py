"""The same wires both ways: a row of Theta forward, a column of it backward."""

import numpy as np
import pytest

from clearprop import Network, equations
from clearprop.errors import ParameterError
from clearprop.figures import compute_same_wires, draw_same_wires
from clearprop.figures.small_network import NETWORK, THETA, X, Y
from clearprop.network.parameters import course_matrices

THETA2 = course_matrices(NETWORK, THETA)[1]


@pytest.mark.parametrize("output", [1, 2])
@pytest.mark.parametrize("unit", [1, 2, 3])
def test_a_row_forward_and_a_column_backward(output, unit):
    passed = equations.forward(np, NETWORK, THETA, X[1:2])
    (delta2,), (delta3,) = equations.backward(np, NETWORK, THETA, passed, Y[1:2]).deltas
    found = compute_same_wires(NETWORK, THETA, X[1], Y[1], output, unit)
    assert found.z[output - 1] == pytest.approx(THETA2[output - 1] @ found.a)
    assert found.z == pytest.approx(passed.weighted_inputs[1][0])
    assert found.deltas == pytest.approx(delta3)
    assert found.back[unit - 1] == pytest.approx(THETA2[:, unit] @ delta3)
    assert found.back[unit - 1] * found.slope == pytest.approx(delta2[unit - 1])


def test_the_frames_are_the_row_and_the_column():
    axes = draw_same_wires(compute_same_wires(NETWORK, THETA, X[0], Y[0], 1, 2)).figure.axes[0]
    rectangles = [p for p in axes.patches if type(p).__name__ == "Rectangle"]
    assert len(rectangles) == 8 + 4 + 8 + 2 + 3  # Theta, [1; a], its transpose, delta, frames
    dashed, row, column = (p.get_bbox() for p in rectangles if p.get_zorder() == 5)
    assert (dashed.width, dashed.height) == pytest.approx((0.66, 2 * 0.42))
    assert (row.width, row.height) == pytest.approx((4 * 0.66, 0.42))
    assert (column.width, column.height) == pytest.approx((2 * 0.66, 0.42))
    shown = {text.get_text() for text in axes.texts}
    assert "row 1: z₁⁽³⁾ = 0.4417" in shown
    assert "column 2 has become a row: sum = 0.4851" in shown
    assert "times g'(z) = 0.2461: δ₂⁽²⁾ = 0.1194" in shown


def test_what_has_no_room_is_refused():
    wide = Network((2, 4, 2))
    with pytest.raises(ParameterError, match=r"at most 3 units in it .* got 2-4-2$"):
        compute_same_wires(wide, np.zeros(wide.n_parameters), X[0], Y[0], 1, 1)
    with pytest.raises(ParameterError) as caught:
        compute_same_wires(NETWORK, THETA, X[0], Y[0], 3, 0)
    assert caught.value.problems == [
        "output: expected 1 to 2; got 3",
        "unit: expected 1 to 3; got 0",
    ]
