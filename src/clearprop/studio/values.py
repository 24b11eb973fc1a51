"""Values from a page and for it: places, edits, options, and errors in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clearprop.errors import ClearpropError, ParameterError, is_whole
from clearprop.studio.run import Run
from clearprop.studio.settings import Source

__all__ = [
    "MOST_EDITS",
    "called",
    "columns_of",
    "edits_of",
    "place_of",
    "plain",
    "shown_options",
]

MOST_EDITS = 50  # an address holds as many; more goes into a model file


def place_of(at: Mapping[str, Any]) -> tuple[int, int]:
    """Epoch and minibatch of a place in a training."""
    found = at.get("epoch", 0), at.get("batch", 0)
    if not all(is_whole(number) and number >= 0 for number in found):
        raise ParameterError(f"at: expected epoch and batch as whole numbers; got {found}")
    return found


def edits_of(weights: Mapping[str, Any]) -> dict[int, float]:
    """New values of parameters; JSON has their indices as text."""
    wrong = not isinstance(weights, dict) or len(weights) > MOST_EDITS
    if wrong or not all(key.isdecimal() and len(key) < 12 for key in weights):
        raise ParameterError(
            f"weights: expected at most {MOST_EDITS} numbers by their index in theta; more go "
            "into a model file"
        )
    return {int(key): value for key, value in weights.items()}


def columns_of(source: Source) -> list[str]:
    """The columns among which a target is chosen; none where they cannot be read."""
    try:
        return list(source.columns())
    except (ClearpropError, OSError):
        return []


def plain(value: Any) -> Any:
    """A value that JSON has."""
    return list(value) if isinstance(value, tuple) else value


def called(network: Any) -> str:
    """A network in a few words."""
    layers = "-".join(map(str, network.layer_sizes))
    return f"{layers} ({network.activation}, {network.cost})"


def shown_options(run: Run) -> dict[str, Any]:
    """The options as they stand after the recipe, for the page's form."""
    recipe = run.experiment.recipe
    options = recipe.options
    return {
        "hidden": ",".join(map(str, recipe.hidden)) or "none",
        "activation": recipe.activation,
        "cost": run.experiment.network.cost,
        "regularization": recipe.regularization,
        "init": recipe.init,
        "solver": options.solver,
        "learning_rate": options.learning_rate,
        "schedule": options.schedule,
        "batch_size": options.rows_per_batch(run.experiment.parts["train"].n_rows),
        "epochs": options.epochs,
        "seed": options.seed,
    }
