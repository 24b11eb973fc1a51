"""Wishes are minus the slopes of a sample's cost."""

import numpy as np
import pytest
from passes import a_pass

from clearprop.explain.wishes import together, wish


def test_wishes_are_minus_the_slopes_of_the_samples_cost():
    """Of a weight, a bias, an activation: each is moved, and J_i computed."""
    batch = a_pass("logistic")
    one, step = batch.sample(2), 1e-6

    def cost(theta_step=None, a_step=None):
        B, a = one.Theta(2).copy(), one.a(2)[0].copy()
        if theta_step is not None:
            B[theta_step] += step
        if a_step is not None:
            a[a_step] += step
        h = 1 / (1 + np.exp(-(B[0] + a @ B[1:])))
        y = one.Y[0]
        return -(y * np.log(h) + (1 - y) * np.log(1 - h)).sum()

    for k in (1, 2, 3):
        asked = wish(one, k, most=6)
        assert asked.bias == pytest.approx(-(cost((0, k - 1)) - cost()) / step, abs=1e-5)
        for term in asked.weights:
            slope = (cost((term.unit, k - 1)) - cost()) / step
            assert term.product == pytest.approx(-slope, abs=1e-5)
        by_unit = {term.unit: term.product for term in asked.activations}
        for unit in together(one, most=6):
            assert unit.wishes[k - 1] == pytest.approx(by_unit[unit.unit], rel=1e-14)
    for unit in together(one, most=6):
        slope = (cost(a_step=unit.unit - 1) - cost()) / step
        assert unit.total == pytest.approx(-slope, abs=1e-5)
        prime = one.a(2)[0, unit.unit - 1] * (1 - one.a(2)[0, unit.unit - 1])
        assert unit.total * prime == pytest.approx(-one.delta(2)[0, unit.unit - 1], rel=1e-12)
