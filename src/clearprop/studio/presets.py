"""What a page may choose from: recipes as presets, names, and synthetic sets."""

from __future__ import annotations

from typing import Any

from clearprop.experiment.recipes import RECIPES
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.costs import COSTS
from clearprop.network.parameters import INITS
from clearprop.network.updates import SCHEDULES
from clearprop.studio.synthetic import CLASSES, SETS
from clearprop.training.options import SOLVERS

__all__ = ["choices"]


def choices() -> dict[str, Any]:
    """Every list that the page's form offers, and the values of each recipe.

    Examples
    --------
    >>> choices()["recipes"]["course"]["hidden"]
    '25'
    """
    return {
        "recipes": {name: _values(name) for name in RECIPES},
        "activations": list(ACTIVATIONS),
        "costs": ["auto", *COSTS],
        "inits": list(INITS),
        "solvers": list(SOLVERS),
        "schedules": list(SCHEDULES),
        "sets": {name: "classes" if name in CLASSES else "numbers" for name in SETS},
    }


def _values(name: str) -> dict[str, Any]:
    recipe = RECIPES[name]
    options = recipe.options
    return {
        "hidden": ",".join(map(str, recipe.hidden)),
        "activation": recipe.activation,
        "cost": recipe.cost,
        "regularization": recipe.regularization,
        "init": recipe.init,
        "solver": options.solver,
        "learning_rate": options.learning_rate,
        "schedule": options.schedule,
        "batch_size": options.batch_size,
        "epochs": options.epochs,
    }
