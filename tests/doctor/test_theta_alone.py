"""Functions of theta alone are checked and localised."""

import numpy as np
import pytest

import clearprop
from clearprop.errors import ParameterError


def test_a_function_of_theta_alone_is_checked():
    right = clearprop.diagnose(lambda theta: ((theta**4).sum(), 4 * theta**3), theta=np.ones(5))
    assert (right.verdict, right.causes) == ("right", ())
    assert right.check.taylor_slope == pytest.approx(2, abs=0.2)
    wrong = clearprop.diagnose(lambda theta: ((theta**4).sum(), 3 * theta**3), theta=np.ones(5))
    assert (wrong.verdict, wrong.gradient_right) == ("wrong", False)
    assert wrong.check.taylor_slope == pytest.approx(1, abs=0.2)


def test_a_function_of_theta_alone_is_localised_by_layers():
    network = clearprop.Network((3, 4, 2))
    X, y = np.random.default_rng(0).random((6, 3)), [0, 1, 1, 0, 1, 0]

    def f(theta):
        J, D = clearprop.cost_and_gradient(network, theta, X, y)
        D[4:16] *= 1.1
        return J, D

    diagnosis = clearprop.diagnose(f, (3, 4, 2))
    assert [(block.layer, block.block) for block in diagnosis.localised] == [(1, "weights")]
    assert diagnosis.verdict == "wrong"


def test_the_wrong_entries_are_named():
    def f(theta):
        D = 4 * theta**3
        D[2:7] *= 1.1
        D[9] = 0
        return (theta**4).sum(), D

    diagnosis = clearprop.diagnose(f, theta=np.ones(12))
    (found,) = diagnosis.evidence
    assert (found.kind, diagnosis.check.blocks[0].wrong) == ("positions", (2, 3, 4, 5, 6, 9))
    assert "Wrong in the gradient are the entries 3 to 7, 10 (counted from 1)" in diagnosis.report()
    assert "梯度中第 3 至 7、10 个元素不对" in diagnosis.report("zh")
    assert diagnosis.to_dict()["evidence"][0]["kind"] == "positions"

    all_wrong = clearprop.diagnose(lambda theta: (theta @ theta, theta), theta=np.ones(3))
    assert "All 3 entries of the gradient are wrong." in all_wrong.report()


def test_a_function_of_theta_alone_needs_its_length():
    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(lambda theta: (0, theta))
    assert str(caught.value) == (
        "theta: <lambda> takes theta alone; state where to check it, as in diagnose(f, theta=...), "
        "or the sizes of its layers, as in diagnose(f, (400, 25, 10))"
    )
