"""Delta adds up: the loop over samples in tiles."""

import numpy as np
import pytest

from clearprop import Network
from clearprop.errors import ParameterError
from clearprop.figures import compute_accumulation, draw_accumulation
from clearprop.figures.small_network import NETWORK, THETA, X, Y
from clearprop.network.course_loop import cost_and_gradient_loop
from clearprop.network.parameters import course_matrices


@pytest.mark.parametrize("layer", [1, 2, None])
def test_after_i_samples_it_is_i_times_their_gradient(layer):
    found = compute_accumulation(NETWORK, THETA, X, Y, layer)
    for i in (1, 2, 3):
        _, D = cost_and_gradient_loop(NETWORK, THETA, X[:i], Y[:i])
        expected = i * course_matrices(NETWORK, D)[(layer or 2) - 1]
        assert found.running[i - 1] == pytest.approx(expected)


def test_every_number_has_its_tile():
    found = compute_accumulation(NETWORK, THETA, X, Y)
    picture = draw_accumulation(found)
    axes = picture.figure.axes[0]
    tiles = [p for p in axes.patches if type(p).__name__ == "Rectangle"]
    assert len(tiles) == 3 * (2 + 4 + 8 + 8)
    shown = [text.get_text() for text in axes.texts]
    for state in found.running:
        assert {f"{value:.3f}".replace("-", "−") for value in state.ravel()} <= set(shown)
    assert "entry of Δ⁽²⁾ is −0.391, then 0.229, then −0.169." in picture.description


def test_what_has_no_room_is_refused():
    with pytest.raises(ParameterError, match=r"^layer: expected 1 to 2; got 3$"):
        compute_accumulation(NETWORK, THETA, X, Y, 3)
    wide = Network((5, 2))
    with pytest.raises(ParameterError, match=r"got 1 samples, 5 and 2 units$"):
        compute_accumulation(wide, np.zeros(12), np.zeros((1, 5)), [[0.0, 1.0]])
