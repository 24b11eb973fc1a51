"""The algorithm in steps computes what the package's equations compute."""

import numpy as np
import pytest

from clearprop.doctor import algorithm
from clearprop.doctor.algorithm import LAYERED, STEPS
from clearprop.doctor.probe import probes_for
from clearprop.network.architecture import Network

NETWORKS = [
    Network((4, 7, 3)),
    Network((4, 7, 5, 3), "tanh", "softmax"),
    Network((3, 4, 5), "relu", "quadratic"),
    Network((4, 4, 4, 4), "sigmoid", "logistic"),
    Network((5, 6, 2), "identity", "squared"),
    Network((5, 6, 1), "sigmoid", "logistic"),
    Network((3, 2), "sigmoid", "poisson"),
    Network((4, 5, 2), "silu", "huber"),
    Network((4, 5, 2), "leaky_relu", "quantile"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_the_steps_are_the_equations(network):
    for probe in probes_for([network], seed=3):
        J, D = probe.truth()
        p = algorithm.forward(probe)
        blocks = algorithm.backward(p, STEPS)
        assert algorithm.cost(p, STEPS) == pytest.approx(J, rel=1e-10, abs=1e-13)
        found = np.concatenate([B.ravel() for B in blocks])
        np.testing.assert_allclose(found, D, rtol=1e-10, atol=1e-13)


def test_which_steps_belong_to_a_layer():
    assert STEPS.keys() - LAYERED == {
        "scale", "strength", "rows", "targets", "per_output", "data_cost", "penalty", "cost",
        "slope_output", "delta_output", "unroll",
    }  # fmt: skip
