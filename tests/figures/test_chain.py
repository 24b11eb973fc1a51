"""The chain: its factors beside plain differences of a network of three numbers."""

import math
from itertools import pairwise

import pytest

from clearprop import Network
from clearprop.errors import ParameterError
from clearprop.figures import compute_chain, draw_chain

THETA = [0.1, 0.4, -1.5, 2.0]


def g(z):
    return 1 / (1 + math.exp(-z))


def logistic(a, y):
    return -y * math.log(a) - (1 - y) * math.log(1 - a)


def quadratic(a, y):
    return (a - y) ** 2 / 2


@pytest.mark.parametrize(("name", "cost"), [("logistic", logistic), ("quadratic", quadratic)])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_factors_are_slopes(name, cost, y):
    def onward(z2):
        a2 = g(z2)
        z3 = -1.5 + 2.0 * a2
        return [z2, a2, z3, g(z3), cost(g(z3), y)]

    found = compute_chain(Network((1, 1, 1), cost=name), THETA, 1.0, y, nudge=0.02)
    assert found.values == pytest.approx(onward(0.5))
    moved = [there - here for there, here in zip(onward(0.52), onward(0.5), strict=True)]
    assert found.changes == pytest.approx(moved)
    assert found.nudge == pytest.approx(0.02)
    up, down = onward(0.5 + 1e-5), onward(0.5 - 1e-5)
    steps = [there - here for there, here in zip(up, down, strict=True)]
    slopes = [after / before for before, after in pairwise(steps)]
    assert found.factors == pytest.approx(slopes, rel=1e-6)
    assert found.deltas == pytest.approx((math.prod(slopes), slopes[2] * slopes[3]), rel=1e-6)


def test_the_bars_are_the_changes_and_every_factor_is_written():
    found = compute_chain(Network((1, 1, 1)), THETA, 1.0, 1.0)
    picture = draw_chain(found)
    axes = picture.figure.axes[0]
    bars = [p.get_height() for p in axes.patches if type(p).__name__ == "Rectangle"]
    assert bars == pytest.approx([change / 0.01 * 0.75 for change in found.changes])
    shown = {text.get_text() for text in axes.texts}
    assert {"+0.01", "−0.00264", "0.2350", "2", "0.2460", "−2.2906", "0.8288"} <= shown
    assert r"$\delta^{(2)}$ = 0.2350 × 2 × (−0.5634) = −0.2648" in shown
    assert "When 0.01 is added to z⁽²⁾, J changes by −0.00264." in picture.description


@pytest.mark.parametrize("network", [Network((1, 2, 1)), Network((1, 1, 1), cost="squared")])
def test_other_networks_are_refused(network):
    with pytest.raises(ParameterError, match=r"^network: expected layers 1-1-1 and the logistic"):
        compute_chain(network, [0.0] * network.n_parameters, 1.0, 1.0)
