"""Recipes: what they are, and how choices are replaced, with every problem at once."""

import math
from typing import Any

import pytest

from clearprop.errors import ParameterError
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.training import Options


def test_the_course_is_the_courses() -> None:
    recipe = RECIPES["course"]
    assert (recipe.hidden, recipe.activation, recipe.cost) == ((25,), "sigmoid", "logistic")
    assert (recipe.regularization, recipe.init) == (1.0, "uniform")
    assert (recipe.options.solver, recipe.options.epochs) == ("cg", 50)


def test_3b1b_is_3blue1browns() -> None:
    recipe = RECIPES["3b1b"]
    assert (recipe.hidden, recipe.activation, recipe.cost) == ((16, 16), "sigmoid", "quadratic")
    options = recipe.options
    assert (options.solver, options.momentum, options.learning_rate) == ("sgd", 0.0, 3.0)
    assert (options.batch_size, options.epochs, options.patience) == (10, 30, math.inf)
    assert recipe.regularization == 0


def test_modern_runs_all_epochs_of_its_cosine() -> None:
    options = RECIPES["modern"].options
    assert (options.solver, options.schedule, options.patience) == ("adam", "cosine", math.inf)
    assert RECIPES["modern"].cost == "auto"


@pytest.mark.parametrize("name", RECIPES)
def test_names_and_the_check_of_the_gradient(name: str) -> None:
    assert RECIPES[name].name == name
    assert RECIPES[name].options.check_gradient


def test_choices_go_where_they_belong() -> None:
    before = RECIPES["modern"]
    made = before.with_(
        hidden=(7, 3), activation="tanh", regularization=0.5, epochs=3, batch_size=8, seed=9
    )
    assert (made.hidden, made.activation, made.regularization) == ((7, 3), "tanh", 0.5)
    assert (made.options.epochs, made.options.batch_size, made.options.seed) == (3, 8, 9)
    assert (made.name, made.cost, made.init) == (before.name, before.cost, before.init)
    assert made.options.learning_rate == before.options.learning_rate
    assert RECIPES["modern"] is before
    assert before.hidden == (256, 128)
    assert before.with_() == before


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"hidden": (5, 0)}, "hidden: expected whole numbers of at least 1; got (5, 0)"),
    ({"hidden": 5}, "hidden: expected whole numbers of at least 1; got 5"),
    ({"hidden": "5"}, "hidden: expected whole numbers of at least 1; got '5'"),
    (
        {"activation": "rulu"},
        "activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; got 'rulu' "
        '(did you mean "relu"?)',
    ),
    (
        {"cost": "mse"},
        "cost: expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
        "got 'mse'",
    ),
    (
        {"regularization": -1},
        "regularization: expected a finite number of at least 0; got -1",
    ),
    (
        {"init": 0},
        "init: as a number it is e in [-e, e] and must be finite and above 0; got 0",
    ),
    ({"epochs": 0}, "epochs: expected a whole number of at least 1; got 0"),
    ({"learning_rate": -3}, "learning_rate: expected a number above 0; got -3"),
]


@pytest.mark.parametrize(("choice", "text"), WRONG, ids=[str(choice) for choice, _ in WRONG])
def test_a_wrong_choice_is_named(choice: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        RECIPES["modern"].with_(**choice)
    assert str(caught.value) == text


def test_all_wrong_choices_are_named_at_once() -> None:
    choices = {name: value for choice, _ in WRONG for name, value in choice.items()}
    with pytest.raises(ParameterError) as caught:
        RECIPES["modern"].with_(**choices)
    named = [problem.partition(":")[0] for problem in caught.value.problems]
    assert sorted(named) == sorted(choices)


def test_a_recipe_of_ones_own() -> None:
    recipe = Recipe("mine", (), "identity", "softmax", 0.0, 0.1, Options("gd"))
    assert recipe.with_(learning_rate=0.5).options == Options("gd", learning_rate=0.5)
    assert recipe.with_(hidden=[4, 2]).hidden == [4, 2]
