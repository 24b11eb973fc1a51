"""Network: what it derives from its layers, and what it says of what does not fit."""

import dataclasses
import re

import numpy as np
import pytest

from clearprop import Network
from clearprop.errors import ParameterError


def says(message: str) -> str:
    """A pattern that matches this whole message and no other."""
    return "^" + re.escape(message) + "$"


def test_what_follows_from_the_layers() -> None:
    network = Network((400, 25, 10))
    assert network.n_layers == 3
    assert (network.n_inputs, network.n_outputs) == (400, 10)
    assert network.block_shapes == ((401, 25), (26, 10))
    assert network.n_parameters == 401 * 25 + 26 * 10
    assert (network.activation, network.cost, network.regularization) == ("sigmoid", "logistic", 0)


def test_any_number_of_layers_of_any_width() -> None:
    assert Network((7, 1)).block_shapes == ((8, 1),)
    assert Network((1, 2, 3, 4, 5, 1)).n_parameters == 4 + 9 + 16 + 25 + 6


def test_what_is_equal_is_one_key() -> None:
    one = Network([3, 5, 2], "logistic", "softmax", 1)
    same = Network((3, 5, np.int64(2)), activation="sigmoid", cost="softmax", regularization=1.0)
    assert one == same
    assert {one: 1}[same] == 1
    assert all(type(s) is int for s in same.layer_sizes)
    assert type(one.regularization) is float
    assert dataclasses.replace(one, cost="logistic") != one


def test_layer_sizes_may_come_from_a_generator_or_an_array() -> None:
    assert Network(s for s in (3, 2)).layer_sizes == (3, 2)
    assert Network(np.array([3, 2])).layer_sizes == (3, 2)


@pytest.mark.parametrize(
    ("cost", "output"),
    [
        ("logistic", "sigmoid"),
        ("softmax", "softmax"),
        ("quadratic", "sigmoid"),
        ("squared", "identity"),
        ("poisson", "exp"),
    ],
)
def test_the_cost_decides_the_output(cost: str, output: str) -> None:
    assert Network((2, 3), cost=cost).output_activation == output


def test_a_network_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Network((2, 1)).cost = "softmax"  # type: ignore[misc]


SIZES = "layer_sizes: expected "


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((4,),), SIZES + "an input layer and an output layer at least; got (4,)"),
        (((),), SIZES + "an input layer and an output layer at least; got ()"),
        (((4, 0),), SIZES + "whole numbers of at least 1; got (4, 0)"),
        (((4, -2, 1),), SIZES + "whole numbers of at least 1; got (4, -2, 1)"),
        (((4, 2.0),), SIZES + "whole numbers of at least 1; got (4, 2.0)"),
        (((4, True),), SIZES + "whole numbers of at least 1; got (4, True)"),
        (("4,1",), SIZES + "a sequence of whole numbers such as (400, 25, 10); got '4,1'"),
        ((5,), SIZES + "a sequence of whole numbers such as (400, 25, 10); got 5"),
        (
            (np.array(3),),
            SIZES + "a sequence of whole numbers such as (400, 25, 10); got array(3)",
        ),
        (
            ((2, 1), "Relu"),
            "activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; "
            "got 'Relu' "
            '(did you mean "relu"?)',
        ),
        (
            ((2, 1), ["relu"]),
            "activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; "
            "got ['relu'] "
            '(did you mean "relu"?)',
        ),
        (
            ((2, 1), "tanh", "sofmax"),
            "cost: "
            "expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
            "got 'sofmax' (did you mean \"softmax\"?)",
        ),
        (
            ((2, 1), "tanh", "softmax"),
            "cost: softmax over one output unit is always 1; use cost='logistic' for two classes "
            "in one unit, or two output units",
        ),
        (
            ((2, 1), "tanh", "logistic", -0.1),
            "regularization: expected a finite number of at least 0; got -0.1",
        ),
        (
            ((2, 1), "tanh", "logistic", float("inf")),
            "regularization: expected a finite number of at least 0; got inf",
        ),
        (
            ((2, 1), "tanh", "logistic", float("nan")),
            "regularization: expected a finite number of at least 0; got nan",
        ),
        (
            ((2, 1), "tanh", "logistic", True),
            "regularization: expected a finite number of at least 0; got True",
        ),
        (
            ((2, 1), "tanh", "logistic", "1"),
            "regularization: expected a finite number of at least 0; got '1'",
        ),
        (
            ((0, 1), "zzz", "qqq", -1),
            f"4 problems: {SIZES}whole numbers of at least 1; got (0, 1); "
            "activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; "
            "got 'zzz'; "
            "cost: "
            "expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
            "got 'qqq'; "
            "regularization: expected a finite number of at least 0; got -1",
        ),
    ],
)
def test_every_problem_is_named(arguments: tuple, message: str) -> None:
    with pytest.raises(ParameterError, match=says(message)):
        Network(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cost": "huber", "threshold": 0}, "threshold: expected a finite number above 0; got 0"),
        ({"threshold": 2.0}, "threshold: is for cost='huber'; leave it at 1.0 with 'logistic'; "),
        ({"quantiles": (0.5,)}, "quantiles: are for cost='quantile'; leave them out with 'logi"),
        (
            {"cost": "quantile", "quantiles": (0.5, 1.0)},
            "quantiles: expected numbers between 0 and 1, such as (0.05, 0.95); got (0.5, 1.0)",
        ),
        (
            {"cost": "quantile", "quantiles": 0.5},
            "quantiles: expected numbers between 0 and 1, such as (0.05, 0.95); got 0.5",
        ),
        (
            {"cost": "quantile", "quantiles": np.array(0.5)},
            "quantiles: expected numbers between 0 and 1, such as (0.05, 0.95); got array(0.5)",
        ),
        (
            {"cost": "quantile", "quantiles": "0.5"},
            "quantiles: expected numbers between 0 and 1, such as (0.05, 0.95); got '0.5'",
        ),
        (
            {"cost": "quantile", "quantiles": (0.1, 10**400, 0.9)},
            "quantiles: expected numbers between 0 and 1, such as (0.05, 0.95); got (0.1, 1000",
        ),
        (
            {"cost": "quantile", "quantiles": (0.1, 0.9)},
            "quantiles: expected one level for each output unit, 3 in all; got 2",
        ),
        (
            {"regularization": 10**400},
            "regularization: expected a finite number of at least 0; got",
        ),
        (
            {"regularization": -(10**400)},
            "regularization: expected a finite number of at least 0; ",
        ),
        ({"threshold": 10**5000}, "threshold: expected a finite number above 0; got a int too lar"),
        # Whether a number is for a cost is not asked of a cost that is wrong itself.
        (
            {"cost": "hubr", "threshold": 2.0},
            "cost: expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile",
        ),
    ],
)
def test_the_numbers_of_a_cost_are_checked(arguments: dict, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Network((2, 3), **arguments)
    assert str(caught.value).startswith(message)


def test_levels_may_be_a_list_an_array_or_a_generator() -> None:
    for levels in ([0.1, 0.9], np.array([0.1, 0.9]), (q / 10 for q in (1, 9))):
        network = Network((2, 2), cost="quantile", quantiles=levels)  # type: ignore[arg-type]
        assert network.quantiles == network.levels == (0.1, 0.9)


def test_all_wrong_numbers_of_a_cost_are_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        Network((2, 3), cost="quantile", quantiles="", threshold=10**400, regularization="1")  # type: ignore[arg-type]
    named = [problem.partition(":")[0] for problem in caught.value.problems]
    assert named == ["regularization", "threshold", "quantiles"]
