"""Recipes: what they are, and how choices are replaced, with every problem at once."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clearprop.data.table import Table
from clearprop.errors import ParameterError
from clearprop.experiment.recipes import MANY, RECIPES, Recipe
from clearprop.experiment.run import Experiment
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


def test_modern_runs_all_epochs_and_keeps_the_best_by_cost() -> None:
    options = RECIPES["modern"].options
    assert options.patience == math.inf
    assert (options.early_stopping, options.watch) == (True, "cost")
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
    assert before.hidden != (7, 3)
    assert before.with_() == before


SEVERAL = Recipe("mine", (), "identity", "softmax", 1.0, 0.1, Options("gd"), (3.0, 0.3, 3.0), 100)


def test_stated_choices_end_the_choosing() -> None:
    assert SEVERAL.strengths == (0.3, 3.0)
    assert SEVERAL.with_(regularization=2.0).strengths == (2.0,)
    assert SEVERAL.with_(regularization=2.0, lambdas=(1.0, 4.0)).strengths == (1.0, 4.0)
    assert (SEVERAL.with_(epochs=7).steps, SEVERAL.with_(seed=7).steps) == (0, 100)
    assert (SEVERAL.with_(bag=3).bag, SEVERAL.with_(bins=4).bins) == (3, 4)


@pytest.mark.parametrize(
    ("rows", "epochs"),
    # 100 steps with minibatches of 20, and 5 epochs at least.
    [(20, 100), (21, 50), (400, 5), (401, 5), (399, 5), (100, 20)],
)
def test_small_tables_get_more_epochs(rows: int, epochs: int) -> None:
    options = Options("sgd", 0.1, batch_size=20, epochs=5)
    recipe = Recipe("mine", (), "identity", "softmax", 1.0, 0.1, options, steps=100)
    assert recipe.for_rows(rows).options.epochs == epochs
    assert recipe.with_(epochs=5).for_rows(rows).options.epochs == 5


def test_images_have_a_recipe_of_their_own_and_many_images_another() -> None:
    modern = RECIPES["modern"]
    few, many = (modern.for_rows(rows, images=True) for rows in (MANY - 1, MANY))
    assert (few.hidden, few.options.dropout, few.strengths) == ((256, 128), 0.0, (0.3, 3.0))
    assert (many.hidden, many.options.dropout, many.strengths) == ((512, 512), 0.2, (10.0,))
    assert few.name == many.name == modern.name


def test_tables_of_any_size_have_the_recipe_itself() -> None:
    modern = RECIPES["modern"]
    assert modern.for_rows(10**6) == replace(
        modern, images=None, options=replace(modern.options, patience=14, tol=0.0)
    )


def test_a_run_ends_when_a_share_of_its_epochs_brought_nothing() -> None:
    modern = RECIPES["modern"]
    patience = [modern.for_rows(rows).options.patience for rows in (633, 3200)]
    assert patience == [100, 20]  # of 300 and 60 epochs
    assert modern.with_(patience=7).for_rows(633).options.patience == 7
    assert modern.with_(solver="lbfgs").for_rows(633).options.tol == 1e-4
    stated = modern.with_(epochs=30).for_rows(633).options
    assert (stated.epochs, stated.patience) == (30, math.inf)
    with pytest.raises(ParameterError, match=r"^patience_share: expected a number .* got 2"):
        replace(modern, patience_share=2.0)


def test_a_run_that_stalls_ends_and_keeps_its_best_epoch() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 5))
    noise = Table("noise", X, (rng.random(400) < 0.5).astype(int), tuple("abcde"), None)
    run = Experiment(noise, "modern").fit()
    for candidate in run.candidates[:2]:  # lambda 0.3 and 3 soon learn the noise by heart
        epochs, patience = candidate.training.state.epoch, candidate.training.options.patience
        assert epochs == candidate.best_epoch + patience + 1 < candidate.training.options.epochs
        smoothed = candidate.training.history.validation_costs
        assert candidate.validation_cost <= np.mean(smoothed[-5:])


def test_few_images_get_more_epochs() -> None:
    modern = RECIPES["modern"]
    epochs = [modern.for_rows(rows, images=True).options.epochs for rows in (64, 1280, 9000)]
    assert epochs == [200, 10, 8]  # each has five times as many images


@pytest.mark.parametrize("name", ["course", "3b1b"])
def test_recipes_from_books_are_the_same_for_images(name: str) -> None:
    assert RECIPES[name].for_rows(60_000, images=True) == RECIPES[name].for_rows(60_000)


def test_stated_choices_are_kept_for_many_images() -> None:
    choices: dict[str, Any] = {
        "batch_size": 32,
        "dropout": 0.5,
        "epochs": 3,
        "label_smoothing": 0.1,
        "learning_rate": 0.01,
        "regularization": 7.0,
        "seed": 4,
    }
    taken = RECIPES["modern"].with_(**choices).for_rows(60_000, images=True)
    kept = {name: getattr(taken.options, name, None) for name in choices}
    assert kept == choices | {"regularization": None}
    assert (taken.hidden, taken.strengths) == ((512, 512), (7.0,))


@pytest.mark.parametrize(
    "choice", [{"hidden": (50,)}, {"activation": "tanh"}, {"cost": "logistic"}, {"solver": "lbfgs"}]
)
def test_another_network_or_solver_has_no_recipe_for_many(choice: dict[str, Any]) -> None:
    taken = RECIPES["modern"].with_(**choice).for_rows(60_000, images=True)
    assert (taken.options.dropout, taken.strengths) == (0, (0.3, 3.0))
    ((name, value),) = choice.items()
    assert getattr(taken, name, None) or getattr(taken.options, name) == value


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
    ({"lambdas": (1.0, -2.0)}, "regularization: expected a finite number of at least 0; got -2.0"),
    ({"bag": 0}, "bag: expected a whole number of at least 1; got 0"),
    ({"steps": -1}, "steps: expected a whole number of at least 0; got -1"),
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
    # A lambda is called by one name, whether it is one or several.
    assert sorted(named) == sorted({*choices, "regularization"} - {"lambdas"})


def test_a_recipe_of_ones_own() -> None:
    recipe = Recipe("mine", (), "identity", "softmax", 0.0, 0.1, Options("gd"))
    assert recipe.with_(learning_rate=0.5).options == Options("gd", learning_rate=0.5)
    assert recipe.with_(hidden=[4, 2]).hidden == [4, 2]


@pytest.mark.parametrize(
    ("rows", "share"), [(100, 1 / 6), (4_799, 1 / 6), (5_000, 0.16), (8_000, 0.1), (10**6, 0.1)]
)
def test_about_800_rows_of_a_table_validate(rows, share):
    table = Table("made", np.zeros((rows, 1)), np.zeros(rows), ("a",), "y")
    assert RECIPES["modern"].validation_fraction(table) == pytest.approx(share)
    assert RECIPES["course"].validation_fraction(table) is None
