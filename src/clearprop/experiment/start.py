"""A model that training goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clearprop.errors import ParameterError
from clearprop.experiment.problems import collected
from clearprop.experiment.recipes import Recipe
from clearprop.model import Model
from clearprop.storage.model_file import load

__all__ = ["like", "start_of"]

# The choices that a model has made already.
_MADE = ("hidden", "activation", "cost", "init", "interval", "bins", "task")


def like(recipe: Recipe, start: Model) -> Recipe:
    """The recipe with the network of a model.

    Raises
    ------
    ParameterError
        For an average of several networks.
    """
    if start.bag:
        raise ParameterError(
            f"start: the model is an average of {len(start.thetas)} networks; go on from one that "
            "was trained without bag"
        )
    network, interval = start.network, start.targets.interval
    return recipe.with_(
        hidden=tuple(network.layer_sizes[1:-1]),
        activation=network.activation,
        cost=network.cost,
        interval=None if interval is None else interval.coverage,
    )


def start_of(values: Mapping[str, Any], problems: list[str]) -> Model | None:
    """The model that `train` goes on from, if one was chosen. What is wrong joins `problems`."""
    if values.get("start") is None:
        return None
    given = [name for name in _MADE if values.get(name) not in (None, "auto")]
    problems += [f"{name}: the model to go on from has its own; leave it out" for name in given]
    with collected(problems, {"model": "start"}):
        return load(Path(values["start"]))
    return None
