"""The costs that are put behind a network of PyTorch or JAX: their values are ours.

NumPy and SciPy stand in for the libraries, whose functions have the same names. In
``tests/doctor/libraries`` the libraries themselves take their slopes.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import scipy.special

from clearprop.doctor.learner.autograd import stated_costs
from clearprop.network.costs import COSTS

SPECIAL = SimpleNamespace(xlogy=scipy.special.xlogy)
JAX = SimpleNamespace(
    nn=SimpleNamespace(sigmoid=scipy.special.expit,
                       log_softmax=lambda z: scipy.special.log_softmax(z, axis=1)),
    scipy=SimpleNamespace(special=SPECIAL),
)  # fmt: skip
TORCH = SimpleNamespace(
    sigmoid=scipy.special.expit,
    log_softmax=scipy.special.log_softmax,
    log=np.log,
    exp=np.exp,
    where=np.where,
    xlogy=scipy.special.xlogy,
)


@pytest.mark.parametrize("values", ["torch", "jax"])
@pytest.mark.parametrize("cost", COSTS)
def test_a_stated_cost_is_the_cost(values, cost):
    rng = np.random.default_rng(0)
    z, y = rng.normal(0, 2, (5, 3)), np.eye(3)[[0, 2, 1, 1, 0]]
    row = COSTS[cost]
    expected = row.per_output(np, z, y).sum() / 5
    a = row.h(np, z)
    # The first expression takes weighted inputs; where the output has an activation, others take
    # what comes out of it, and under softmax also its logarithm.
    after = [a] if row.output == "sigmoid" else [a, np.log(a)] if row.output == "softmax" else []
    first, *others = stated_costs(values, cost)
    names = {"X": np.zeros((5, 2)), "y": y, "torch": TORCH, "jax": JAX, "jnp": np}
    assert eval(first, names | {"out": z}) == pytest.approx(expected, rel=1e-12)
    for expression, out in zip(others, after, strict=True):
        assert eval(expression, names | {"out": out}) == pytest.approx(expected, rel=1e-12)


def test_hubers_stated_cost_is_straight_far_from_the_target():
    """Errors of 0.5 and -3 count 0.125 and 2.5; shared by two rows."""
    (expression,) = stated_costs("torch", "huber")
    names = {"X": np.zeros((2, 1)), "y": np.array([1.0, 0.0]), "torch": TORCH}
    assert eval(expression, names | {"out": np.array([[1.5], [-3.0]])}) == 1.3125
