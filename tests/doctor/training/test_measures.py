"""Rates, slopes and starts, against what a hand can compute."""

import numpy as np
import pytest

from clearprop import Network
from clearprop.doctor.probe import Probe
from clearprop.doctor.training.measures import descent, equal_units, largest_rate, layers_of

NETWORK = Network((2, 3, 1))


def _probe(network, theta, X, Y):
    return Probe(network, np.asarray(theta, float), np.asarray(X, float), np.asarray(Y, float),
                 None, 0.0)  # fmt: skip


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_the_largest_rate_is_two_over_the_curvature(scale):
    # J = 1/2 (b + w scale - 1)^2: its curvature is 1 + scale^2.
    network = Network((1, 1), cost="squared")
    probe = _probe(network, [0, 0], [[scale]], [[1]])
    limit = 2 / (1 + scale**2)
    assert 0.9 * limit < largest_rate(probe, ()) <= limit


def test_descent_gives_the_cost_before_and_after_each_step():
    network = Network((1, 1), cost="squared")
    probe = _probe(network, [0, 0], [[0]], [[1]])
    costs, theta = descent(probe, (), 0.5, 2)
    assert costs == pytest.approx([0.5, 0.125, 0.03125])
    assert theta == pytest.approx([0.75, 0.0])


def test_a_zero_gradient_has_no_largest_rate():
    network = Network((1, 1), cost="squared")
    assert largest_rate(_probe(network, [0, 0], [[1]], [[0]]), ()) is None


def test_saturated_and_dead_units_are_counted():
    theta = np.zeros(NETWORK.n_parameters)
    theta[:3] = [0.0, 9.0, -9.0]  # the biases: z of every sample
    hidden, output = layers_of(_probe(NETWORK, theta, [[1, 2], [3, 4]], [[0], [1]]), ())
    assert hidden.saturated == pytest.approx(2 / 3)
    assert hidden.dead == pytest.approx(2 / 3)
    assert hidden.gradient == 0.0  # nothing flows back through weights of 0
    assert output.saturated == 0.0
    assert output.spread == 0.0


def test_equal_units_are_equal_in_what_comes_in_and_in_what_goes_out():
    alike = np.full(NETWORK.n_parameters, 0.5)
    X, Y = [[1, 2]], [[1]]
    assert equal_units(_probe(NETWORK, alike, X, Y)) == [2]
    apart = alike.copy()
    apart[-1] = 0.4
    assert equal_units(_probe(NETWORK, apart, X, Y)) == []
