"""The surface of J with the paths of several starts, as the figure computes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.errors import ParameterError
from clearprop.network.architecture import Array
from clearprop.studio.run import Run
from clearprop.studio.views import rounded

__all__ = ["MOST_PARAMETERS", "surface"]

# The figure measures J at 4,802 points, and trains each start anew.
MOST_PARAMETERS = 30_000
_ROWS, _EPOCHS, _STARTS = 300, 60, 5


def surface(run: Run) -> dict[str, Any]:
    """J over the plane of the path that ends lowest, and over that of three ends.

    It is that of the first 300 training rows; each start trains for at most 60 epochs.

    Raises
    ------
    ParameterError
        For a network that is too large for it.
    """
    # Start-up time: the figure brings Matplotlib, and few tabs ask for the surface.
    from clearprop.figures.surface import Plane, compute_surface

    experiment, recipe = run.experiment, run.settings.recipe
    network = experiment.network
    if network.n_parameters > MOST_PARAMETERS:
        raise ParameterError(
            f"surface: expected at most {MOST_PARAMETERS} parameters; this network has "
            f"{network.n_parameters}; take fewer hidden units"
        )
    X = experiment.prepared.inputs("train", np.float64)[:_ROWS]
    Y = experiment.prepared.encoded_labels("train", network.cost)[:_ROWS]
    wanted = experiment.recipe.options
    options = replace(
        wanted, epochs=min(wanted.epochs, _EPOCHS), early_stopping=False, check_gradient=False
    )
    seeds = range(wanted.seed, wanted.seed + _STARTS)
    found = compute_surface(network, X, Y, options, seeds=seeds, init=recipe.init)

    def drawn(plane: Plane) -> dict[str, Any]:
        return {"a": rounded(plane.a), "b": rounded(plane.b), "J": _significant(plane.costs)}

    return {
        "rows": found.rows,
        "epochs": options.epochs,
        "seeds": list(found.seeds),
        "costs": [float(costs[-1]) for costs in found.costs],
        "share": found.share,
        "followed": found.followed,
        "three": list(found.three),
        "path": {
            **drawn(found.path_plane),
            "points": [rounded(found.path_plane.project(path)) for path in found.paths],
        },
        "ends": {
            **drawn(found.ends_plane),
            "points": [rounded(found.ends_plane.project(path[[0, -1]])) for path in found.paths],
        },
    }


def _significant(costs: Array) -> Any:
    """J with four significant digits: enough for colours."""
    return [[float(f"{J:.4g}") for J in row] for row in costs]
