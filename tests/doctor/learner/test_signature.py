"""The role of each parameter is told by its name, in any order and spelling."""

import pytest
from learners.logistic_regression import logistic_regression
from planted import LOOP, STAIRS, function_of, source_of

import clearprop
from clearprop.errors import ParameterError


def test_names_in_any_order_and_spelling():
    def f(y, Lambda, X, nn_params):
        return logistic_regression(nn_params, X, y, Lambda)

    assert clearprop.diagnose(f, (3, 1)).right


def test_a_function_without_lambda_is_asked_without():
    def f(theta, X, y, verbose=False):
        return logistic_regression(theta, X, y, 0)

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.right
    assert {probe.lambda_ for probe in diagnosis.probes} == {0.0}


def test_names_that_cannot_be_told_are_all_named():
    def f(thta, X, outcome):
        return 0, thta

    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(f, (3, 1))
    message = str(caught.value)
    assert 'thta (did you mean "theta"?), outcome' in message
    assert "f: expected a parameter for theta" in message


def test_missing_y_is_named():
    def f(theta, X, lam):
        return 0, theta

    with pytest.raises(ParameterError, match=r"^f: expected a parameter for y; found none$"):
        clearprop.diagnose(f, (3, 1))


def test_the_course_s_function_needs_one_hidden_layer():
    f = function_of(source_of(LOOP), LOOP)
    with pytest.raises(ParameterError, match=r"takes one hidden layer \(hidden_layer_size\)"):
        clearprop.diagnose(f, (5, 4, 4, 3))


def test_numbered_matrices_must_fit_the_layers():
    f = function_of(source_of(STAIRS), STAIRS)
    with pytest.raises(ParameterError, match=r"4 layers have Theta1, Theta2, Theta3; cost takes"):
        clearprop.diagnose(f, (3, 4, 5, 2))
