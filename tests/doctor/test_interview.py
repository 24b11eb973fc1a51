"""What the asking itself shows: arguments changed, noise, failures on single probes."""

import numpy as np
from learners.logistic_regression import logistic_regression

import clearprop


def test_a_function_that_changes_theta_is_told():
    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        theta[0] = 0
        return J, D

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.right
    assert diagnosis.notes == (("changes-argument", "theta"),)
    assert "changes its argument theta in place" in diagnosis.report()


def test_a_function_with_random_numbers_is_told():
    noise = np.random.default_rng(0)

    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        return J + noise.normal(), D

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.raised.kind == "NotRepeatable"
    assert "If that is dropout, ask it with a fixed mask" in " ".join(diagnosis.report().split())
    assert "如果那是 dropout" in diagnosis.report("zh")


def test_a_gradient_with_random_numbers_is_told():
    noise = np.random.default_rng(0)

    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        return J, D * noise.uniform(0.5, 1, len(D))

    raised = clearprop.diagnose(f, (3, 1)).raised
    assert raised.kind == "NotRepeatable"
    assert raised.message == "the gradient differed between two calls with the same arguments"


def test_a_function_that_fails_for_one_sample_is_examined_with_more():
    def f(theta, X, y, lambda_):
        if len(X) == 1:
            raise IndexError("too few")
        return logistic_regression(theta, X, y, lambda_)

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.right
    assert {probe.m for probe in diagnosis.probes} == {9, 10, 13}
    assert "With m = 1 it raised IndexError: too few" in diagnosis.report()


def test_a_gradient_that_fits_its_own_wrong_cost_is_said_to():
    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        m = len(X)
        D[1:] += lambda_ / m * 3 * np.abs(theta[1:]) * theta[1:]
        return J + lambda_ / m * (np.abs(theta[1:]) ** 3).sum(), D

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert (diagnosis.verdict, diagnosis.causes) == ("unknown", ())
    assert diagnosis.consistent
    assert "The gradient is the derivative of your own cost" in diagnosis.report()
    assert "梯度恰好是你自己写的代价的导数" in diagnosis.report("zh")
