"""What a model shows on some rows: score, cost, and which classes it takes for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.protocol import Engine
from clearprop.engines.slices import cost_in_slices, cost_of_outputs, outputs_in_slices
from clearprop.errors import DataError
from clearprop.experiment.scores import Scores
from clearprop.model import Model
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network

__all__ = ["Measurement", "measure", "measure_inputs", "measure_outputs"]


@dataclass(frozen=True, eq=False)
class Measurement:
    """What a model shows on some rows.

    Attributes
    ----------
    rows
        m, the number of rows.
    score
        The accuracy, or R^2 for a regression.
    cost
        J without lambda.
    confusion
        How many rows of each actual class (down) were predicted as which class (across),
        ``(K, K)``; None where there are no classes.
    scores
        All other scores: balanced accuracy, F1, log-loss, AUC, errors.

    Examples
    --------
    >>> from clearprop import RECIPES, Experiment, read
    >>> Experiment(read("digits"), RECIPES["course"]).measure("test").confusion.shape
    (10, 10)
    """

    rows: int
    score: float
    cost: float
    confusion: Array | None
    scores: Scores = field(repr=False)


def measure(model: Model, table: Table) -> Measurement:
    """Score, cost and confusion of a model on rows with labels.

    Raises
    ------
    DataError
        For rows that do not fit the model, or without labels.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> from clearprop.experiment.run import Experiment
    >>> table = read("digits")
    >>> run = Experiment(table, RECIPES["course"].with_(epochs=5))
    >>> int(measure(run.model(), table).confusion.sum())
    1797
    """
    if table.y is None:
        raise DataError(f"{table.source}: measuring needs labels; none were found")
    X = model.inputs(table)  # (m, s_1)
    Y = model.targets.encode(table.y, model.network.cost)  # (m, K)
    return measure_inputs(model.network, model.thetas, model.targets, X, Y, table.y)


def measure_inputs(
    network: Network,
    thetas: Sequence[Array],
    targets: Targets,
    X: Array,
    Y: Array,
    y: Array,
    engine: EngineName | Engine = "auto",
) -> Measurement:
    """Measure rows that are encoded and checked already.

    Parameters
    ----------
    network, targets
        As in :class:`clearprop.model.Model`.
    thetas
        The parameters of each network whose outputs are averaged.
    X, Y, y
        Inputs ``(m, s_1)``, targets ``(m, K)``, and the labels that they were encoded from.
    engine
        What computes.
    """
    h = outputs_in_slices(network, thetas, X, engine)  # (m, K)
    if len(thetas) > 1:
        return measure_outputs(network, targets, h, Y, y)
    scores = Scores(targets, h, y)
    cost = cost_in_slices(network, thetas, X, Y, engine)
    return Measurement(len(X), scores.score, cost, scores.confusion, scores)


def measure_outputs(
    network: Network, targets: Targets, h: Array, Y: Array, y: Array
) -> Measurement:
    """Measure outputs h(x) ``(m, K)``; other parameters as in :func:`measure_inputs`."""
    scores = Scores(targets, h, y)
    cost = cost_of_outputs(network, h, Y)
    return Measurement(len(h), scores.score, cost, scores.confusion, scores)
