"""The cost of outputs; tests/test_model.py holds the slices through a model."""

import numpy as np
import pytest

from clearprop.engines.slices import cost_of_outputs
from clearprop.network.architecture import Network


@pytest.mark.parametrize(("dtype", "most"), [(np.float32, 88), (np.float64, 709)])
@pytest.mark.parametrize("cost", ["softmax", "logistic"])
def test_outputs_that_were_rounded_to_0_and_1_have_a_finite_cost(cost, dtype, most):
    network = Network((1, 2), cost=cost)
    h, Y = np.array([[0.0, 1.0]], dtype), np.array([[1.0, 0.0]])
    J = cost_of_outputs(network, h, Y)
    assert most / 2 < J < 2 * most
    assert cost_of_outputs(network, h, 1 - Y) == pytest.approx(0, abs=1e-6)
