"""One run: split, encode, build the network, train it, measure it, make a model of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.cells import handle_missing
from clearprop.data.encoding import Encoder
from clearprop.data.scores import score as score_predictions
from clearprop.data.split import split_rows
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.protocol import Engine
from clearprop.errors import DataError
from clearprop.experiment.recipes import Recipe
from clearprop.model import Model
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Event, Training, Validation
from clearprop.training.options import FULL_BATCH
from clearprop.training.resume import resumable

# A fifth to test on is enough for two digits of accuracy from 500 rows on; a tenth to watch.
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1


@dataclass(frozen=True)
class Figures:
    """What a model shows on some rows.

    `score` is the accuracy, or R^2 for regression; `cost` is J without lambda; `confusion` counts
    ``(actual class, predicted class)``, shape ``(K, K)``, or None where there are no classes.
    """

    rows: int
    score: float
    cost: float
    confusion: Array | None


class Experiment:
    """One run of the course's six steps, from raw rows to a measured model.

    Parameters
    ----------
    table
        Rows with labels. Its own test set is used where it has one.
    recipe
        The choices.
    task
        ``"auto"``, ``"classification"`` or ``"regression"``.
    missing
        What to do with empty cells: ``"mean"``, ``"drop"``, or None for an error.
    engine
        ``"auto"``, a name, or an engine.
    callbacks
        As in :class:`clearprop.training.Training`.

    Attributes
    ----------
    parts : dict of Table
        ``"train"``, ``"validation"`` and ``"test"``.
    encoder, targets, network, training
        What the recipe and the rows make.
    dropped : int
        Rows left out since they had empty cells.

    Raises
    ------
    DataError, ParameterError
        Before training, for rows or choices that do not fit.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> run = Experiment(read("digits"), RECIPES["modern"].with_(hidden=(32,), epochs=10))
    >>> [type(event).__name__ for event in run.train()][0]
    'GradientChecked'
    >>> run.measure("test").score > 0.9
    True
    >>> run.model().network.layer_sizes
    (64, 32, 10)
    """

    def __init__(
        self,
        table: Table,
        recipe: Recipe,
        *,
        task: str = "auto",
        missing: str | None = None,
        engine: EngineName | Engine = "auto",
        callbacks: tuple[Callable[[Event], object], ...] = (),
    ) -> None:
        self.recipe = recipe
        self.source = table.source
        seed = recipe.options.seed
        if table.y is None:
            raise DataError(f"{table.source}: training needs labels; none were found")
        table, self.dropped = handle_missing(table, missing)
        # A count cannot be standardised: the Poisson cost needs it as it is.
        counts = recipe.cost == "poisson"
        self.targets = Targets.fit(table.y, task, table.target_name, standardise=not counts)
        self.parts = _parts(table, self.targets, seed)
        if self.targets.task == "regression":
            # Mean and scale are learnt from the training rows alone, as the encoder's are.
            y, name = self.parts["train"].y, table.target_name
            self.targets = Targets.fit(y, "regression", name, standardise=not counts)
            _check_spread(self.parts)
        self.encoder = Encoder.fit(self.parts["train"], missing)
        cost = self.targets.default_cost() if recipe.cost == "auto" else recipe.cost
        self.network = Network(
            (self.encoder.n_outputs, *recipe.hidden, self.targets.n_units(cost)),
            activation=recipe.activation,
            cost=cost,
            regularization=recipe.regularization,
        )
        # Minibatches are noisier by far than float32's rounding, and twice as fast in it; SciPy's
        # line searches compare costs that differ in the ninth digit.
        self.dtype = np.float64 if recipe.options.solver in FULL_BATCH else np.float32
        X, Y = self._encoded("train")
        watched = self.parts["validation"]
        X_val, Y_val = self._encoded("validation")

        def score(h: Array) -> float:
            return score_predictions(self.targets, self.targets.decode(h), watched.y)

        self.training = Training(
            self.network,
            initial_theta(self.network, seed, recipe.init, self.dtype),
            X,
            Y,
            recipe.options,
            validation=Validation(X_val, Y_val, score),
            engine=engine,
            callbacks=callbacks,
        )

    def train(self, checkpoint: Path | None = None) -> Iterator[Event]:
        """Train; yields the events of :class:`clearprop.training.Training`.

        With a `checkpoint` the run goes on from it where it is there, and keeps it up to date:
        see :func:`clearprop.training.resume.resumable`.
        """
        return iter(self.training) if checkpoint is None else resumable(self.training, checkpoint)

    def model(self) -> Model:
        """The trained network with its encoding and how it was made."""
        training, options = self.training, self.recipe.options
        made: dict[str, Any] = {
            "source": self.source,
            "recipe": self.recipe.name,
            "engine": training.engine.name,
            "solver": options.solver,
            "seed": options.seed,
            "epochs": training.state.epoch,
        }
        if training.history.costs:
            made["cost"] = training.history.costs[-1]
        return Model(
            self.network,
            training.theta,
            self.targets,
            self.encoder,
            self.parts["train"].image_shape,
            trained=made,
        )

    def measure(self, part: str) -> Figures:
        """What the network as it stands shows on ``"train"``, ``"validation"`` or ``"test"``."""
        return measure(self.model(), self.parts[part])

    def _encoded(self, part: str) -> tuple[Array, Array]:
        """Inputs ``(m, s_1)`` and targets ``(m, K)`` of a part."""
        table = self.parts[part]
        X = self.encoder.transform(table, self.dtype)
        Y = self.targets.encode(table.y, self.network.cost)
        return X, Y.astype(self.dtype)


def measure(model: Model, table: Table) -> Figures:
    """Score, cost and confusion of a model on rows with labels.

    Raises
    ------
    DataError
        For rows that do not fit the model, or without labels.

    Examples
    --------
    >>> from clearprop.data import read
    >>> from clearprop.experiment.recipes import RECIPES
    >>> table = read("digits")
    >>> run = Experiment(table, RECIPES["course"].with_(epochs=5))
    >>> int(measure(run.model(), table).confusion.sum())
    1797
    """
    if table.y is None:
        raise DataError(f"{table.source}: measuring needs labels; none were found")
    targets, confusion = model.targets, None
    predicted = model.predict(table)  # (m,), or (m, K) where a row has several
    if targets.task == "classification":
        assert targets.classes is not None
        K = len(targets.classes)
        actual = targets.encode(table.y, "softmax").argmax(axis=1)  # (m,)
        pairs = K * actual + targets.indices(predicted)  # (m,)
        confusion = np.bincount(pairs, minlength=K * K).reshape(K, K)  # (K, K)
    score = score_predictions(targets, predicted, table.y)
    return Figures(table.n_rows, score, model.cost(table, table.y), confusion)


def _parts(table: Table, targets: Targets, seed: int) -> dict[str, Table]:
    """Training, validation and test rows; stratified by label where there are labels."""
    labels = table.y if targets.task == "classification" else None
    if table.test is not None:
        shares = (1 - VALIDATION_SHARE, VALIDATION_SHARE)
        train, held = split_rows(table.n_rows, shares, seed, labels)
        return {"train": table.take(train), "validation": table.take(held), "test": table.test}
    thirds = (1 - VALIDATION_SHARE - TEST_SHARE, VALIDATION_SHARE, TEST_SHARE)
    parts = split_rows(table.n_rows, thirds, seed, labels)
    names = ("train", "validation", "test")
    return {name: table.take(rows) for name, rows in zip(names, parts, strict=True)}


def _check_spread(parts: dict[str, Table]) -> None:
    """R^2 needs a spread to compare with: two rows in each part at least."""
    for name, part in parts.items():
        if part.n_rows < 2:
            raise DataError(
                f"{part.source}: {sum(part.n_rows for part in parts.values())} rows are too few "
                f"for a regression: the {name} part has {part.n_rows}, and R^2 needs two at least"
            )
