"""How a model was made, as JSON values that its file keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clearprop.data.labels import label_text
from clearprop.data.targets import Targets
from clearprop.experiment.candidates import Candidate
from clearprop.experiment.recipes import Recipe
from clearprop.experiment.refit import Refit
from clearprop.network.architecture import Array

__all__ = ["how_made", "weights_by_name"]


def how_made(
    source: str,
    recipe: Recipe,
    candidates: Sequence[Candidate],
    best: Candidate,
    ids: Sequence[str] | None,
    refit: Refit | None,
) -> dict[str, Any]:
    """The choices behind a model, and the curves of the candidates that it was chosen from.

    Parameters
    ----------
    best
        The chosen run; the first of a bag.
    ids
        The columns that name the rows.
    """
    training, options = best.training, recipe.options
    made: dict[str, Any] = {
        "source": source,
        "recipe": recipe.name,
        "engine": training.engine.name,
        "solver": options.solver,
        "seed": options.seed,
        "epochs": training.state.epoch,
        "penalty_rows": training.penalty_rows,
        **options.beside_the_rule(),
    }
    if training.history.best_theta is not None:
        made["best_epoch"] = best.best_epoch
    if recipe.shift:
        made["shift"] = recipe.shift
    if len(candidates) > 1:
        made["candidates"] = [{**c.to_dict(), **c.curves()} for c in candidates]
    if ids is not None:
        made["id"] = ids
    if best.cost is not None:
        made["cost"] = best.cost
    if refit is not None and refit.thetas:
        made["all_rows"] = refit.rows
        made["penalty_rows"] = refit.penalty_rows
    return made


def weights_by_name(weights: Array, targets: Targets) -> dict[str, float]:
    """The weight of each class, ``(K,)``, by the class's name."""
    assert targets.classes is not None
    names = map(label_text, targets.classes.tolist())
    return dict(zip(names, weights.tolist(), strict=True))
