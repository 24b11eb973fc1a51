"""What is stated about a network that the engines do not know."""

import pytest

import clearprop
from clearprop.doctor.stated import Stated
from clearprop.errors import ParameterError


def ids(stated):
    return [(convention.id, convention.value) for convention in stated.base]


def test_a_leaky_relu_is_a_relu_with_a_convention():
    stated = Stated((4, 5, 3), "leaky_relu", "squared")
    assert (stated.hidden, stated.network.activation) == ("relu", "relu")
    assert ids(stated) == [("leaky-relu", "0.01")]


def test_an_output_and_no_biases_are_conventions():
    stated = Stated((4, 5, 3), "tanh", "quadratic", output="tanh", no_bias=True)
    assert ids(stated) == [("output-tanh", ""), ("no-biases", "")]
    assert Stated((4, 5, 3), "tanh", "quadratic", output="sigmoid").base == ()
    assert Stated((4, 5, 3), output="sigmoid").base == ()


def test_an_output_that_does_not_go_with_the_cost_is_refused():
    with pytest.raises(ParameterError) as caught:
        Stated((4, 5, 3), "relu6", output="tanh", lang="fr")
    assert caught.value.problems == (
        "activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; got 'relu6' "
        '(did you mean "relu"?)',
        "output: tanh goes with the costs quadratic and squared; got cost logistic, which has an "
        "output of its own",
        "lang: expected one of en, zh; got 'fr'",
    )
    with pytest.raises(ParameterError, match=r"^output: expected one of .*; got 'tahn'"):
        Stated((4, 5, 3), cost="squared", output="tahn")


def test_no_bias_is_stated_to_diagnose():
    assert not clearprop.diagnose(lambda theta: (theta @ theta, theta), theta=[1.0]).conventions
