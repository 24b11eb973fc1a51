"""Options are checked at once; what is known of one half is named."""

import numpy as np
import pytest
from learners.logistic_regression import logistic_regression

import clearprop
from clearprop.errors import ParameterError


def test_options_that_do_not_fit_are_all_named():
    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(
            logistic_regression, (3,), activation="s", cost="c", labels="2", lang="fr", seed=-1
        )
    named = [problem.split(":")[0] for problem in caught.value.problems]
    assert named == ["layer_sizes", "activation", "cost", "labels", "lang", "seed"]
    with pytest.raises(ParameterError, match=r"^cost: expected one of .*; got 'c'$"):
        clearprop.diagnose(logistic_regression, cost="c")
    with pytest.raises(ParameterError, match=r"such as \(400, 25, 10\); got 3$"):
        clearprop.diagnose(logistic_regression, 3)
    with pytest.raises(ParameterError, match="expected a function"):
        clearprop.diagnose(3)


def test_sizes_that_come_from_a_generator_are_read_once():
    assert clearprop.diagnose(logistic_regression, (s for s in (3, 1))).right


def test_a_theta_is_refused_where_it_has_no_use():
    message = "theta: only for a function of theta alone; logistic_regression takes X and y too"
    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(logistic_regression, theta=[1.0, 2.0])
    assert str(caught.value) == message


def test_a_half_that_is_known_is_named_and_the_other_is_not():
    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        return J, np.r_[D[:1], np.abs(D[1:]) + 0.01]

    def negative(theta, X, y, lambda_):
        J, D = f(theta, X, y, lambda_)
        return -J, D

    assert clearprop.diagnose(f, (3, 1)).verdict == "wrong"  # by finite differences of its own J
    diagnosis = clearprop.diagnose(negative, (3, 1))
    assert (diagnosis.verdict, [cause.id for cause in diagnosis.causes]) == ("wrong", ["cost-sign"])
    assert not diagnosis.explained
    assert "The cause above explains one half only" in diagnosis.report()
