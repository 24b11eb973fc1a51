"""From choices to a recipe, and from a recipe and a source to an experiment."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from clearprop.data import read
from clearprop.data.class_weights import choice_problems
from clearprop.data.reading import Reading
from clearprop.data.targets import TASKS
from clearprop.engines.choice import choose_engine
from clearprop.errors import one_of
from clearprop.experiment.problems import collected, located, size_problems
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment

__all__ = ["chosen_experiment", "chosen_recipe", "warn_of_idle"]

# The choices that replace parts of a recipe.
_PARTS = (
    "hidden",
    "activation",
    "cost",
    "regularization",
    "init",
    "solver",
    "learning_rate",
    "batch_size",
    "epochs",
    "seed",
)

# The choices that a solver does not use.
_IDLE = {
    "lbfgs": ("learning_rate", "batch_size"),
    "cg": ("learning_rate", "batch_size"),
    "gd": ("batch_size",),
}


def chosen_recipe(values: Mapping[str, Any], problems: list[str]) -> Recipe:
    """The chosen recipe, with the other choices put in. Wrong choices are added to `problems`.

    Parameters
    ----------
    values
        As :func:`clearprop.choices.commands.parsed` returns them. None keeps the recipe's value.

    Examples
    --------
    >>> values = {"recipe": "course", "task": "auto", "missing": None, "engine": "auto"}
    >>> chosen_recipe(values | {"hidden": (50,)}, []).hidden
    (50,)
    >>> problems = []
    >>> recipe = chosen_recipe(values | {"hidden": (0,), "epochs": "few"}, problems)
    >>> [problem.partition(":")[0] for problem in problems]
    ['hidden', 'epochs']
    """
    problems += one_of("recipe", values["recipe"], list(RECIPES))
    problems += one_of("task", values["task"], ["auto", *TASKS])
    if values["missing"] is not None:
        problems += one_of("missing", values["missing"], ["mean", "drop"])
    with collected(problems):
        choose_engine(values["engine"])
    parts = {name: values[name] for name in _PARTS if values.get(name) is not None}
    if wrong := size_problems("hidden", parts.get("hidden", ()), "100,50, or none"):
        problems += wrong
        del parts["hidden"]
    recipe = RECIPES.get(values["recipe"], RECIPES["modern"])
    problems += choice_problems(values.get("class_weight"))
    with collected(problems):
        Reading.of(values)
    with collected(problems):
        return recipe.with_(**parts)
    return recipe


def warn_of_idle(values: Mapping[str, Any], recipe: Recipe) -> None:
    """Warn of choices that the recipe's solver does not use."""
    solver = recipe.options.solver
    for name in _IDLE.get(solver, ()):
        if values.get(name) is not None:
            warnings.warn(f"{name}: solver {solver} has none; ignored", stacklevel=2)


def chosen_experiment(values: Mapping[str, Any], recipe: Recipe) -> Experiment:
    """Read the source and set up the recipe's run on its rows.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.
    """
    source = values["source"]
    table = read(source, values["target"], reading=Reading.of(values))
    if values["without"] is not None:
        table = table.without(values["without"])
    with located(source):
        return Experiment(
            table,
            recipe,
            task=values["task"],
            missing=values["missing"],
            class_weight=values["class_weight"],
            engine=values["engine"],
        )
