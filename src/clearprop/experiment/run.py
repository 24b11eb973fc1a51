"""One run: build a network for prepared rows, train it, measure it, make a model of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np

from clearprop.data.class_weights import ClassWeight, class_weights, row_weights
from clearprop.data.labels import label_text
from clearprop.data.scores import score as score_predictions
from clearprop.data.table import Table
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError, one_of, raise_problems
from clearprop.experiment.measurement import Measurement, measure_inputs
from clearprop.experiment.prepared import Prepared, prepare
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.model import Model
from clearprop.names import EngineName, RecipeName
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.network.samples import as_inputs
from clearprop.training import Event, Training, Validation
from clearprop.training.options import FULL_BATCH
from clearprop.training.resume import resumable

__all__ = ["Experiment"]


class Experiment:
    """One run of the course's six steps, from raw rows to a measured model.

    ``clearprop train letters.csv --target letter`` does what these lines do::

        run = clearprop.Experiment(clearprop.read("letters.csv", "letter"), "modern").fit()
        print(run.measure("test"))
        clearprop.save(run.model(), "letters.safetensors")

    Parameters
    ----------
    rows
        A table with labels, or rows that :func:`~clearprop.experiment.prepared.prepare` has
        prepared, for several recipes on the same parts.
    recipe
        The choices, or the name of a recipe in :data:`~clearprop.experiment.recipes.RECIPES`. Its
        seed decides the split of a table, the initial values and the order of the
        samples.
    task, missing, validation_fraction, bins
        Of a table, as in :func:`~clearprop.experiment.prepared.prepare`.
    class_weight
        How much the rows of each class count in training, and in the validation cost:
        ``"balanced"``, weights by label, or None for 1 each; see
        :func:`clearprop.data.class_weights.class_weights`. A row of weight w counts as w rows.
    engine
        ``"auto"``, a name, or an engine.
    callbacks
        As in :class:`clearprop.training.Training`.

    Attributes
    ----------
    prepared : Prepared
        The rows; `source`, `parts`, `encoder` and `dropped` are its own.
    targets, network, training
        What the recipe and the rows make.
    class_weights : ndarray of shape (n_classes,) or None
        The weight of each class, in the order of ``targets.classes``.

    Raises
    ------
    DataError, ParameterError
        Before training, for rows or choices that do not fit.

    Examples
    --------
    >>> from clearprop import RECIPES, read
    >>> run = Experiment(read("digits"), RECIPES["modern"].with_(hidden=(32,), epochs=10))
    >>> [type(event).__name__ for event in run.train()][0]
    'GradientChecked'
    >>> run.fit().measure("test").score > 0.9
    True
    >>> run.model().network.layer_sizes
    (64, 32, 10)
    """

    def __init__(
        self,
        rows: Table | Prepared,
        recipe: Recipe | RecipeName,
        *,
        task: str = "auto",
        missing: str | None = None,
        validation_fraction: float | None = None,
        bins: int = 0,
        class_weight: ClassWeight = None,
        engine: EngineName | Engine = "auto",
        callbacks: tuple[Callable[[Event], object], ...] = (),
    ) -> None:
        if isinstance(recipe, str):
            raise_problems(one_of("recipe", recipe, list(RECIPES)))
            recipe = RECIPES[recipe]
        if isinstance(rows, Prepared):
            if task != "auto" or missing is not None or validation_fraction is not None or bins:
                raise ParameterError(
                    "task, missing, validation_fraction, bins: rows that are prepared have their "
                    "own"
                )
            self.prepared = rows
        else:
            seed = recipe.options.seed
            self.prepared = prepare(
                rows,
                task=task,
                missing=missing,
                seed=seed,
                validation_fraction=validation_fraction,
                bins=bins,
            )
        prepared = self.prepared
        self.recipe = recipe
        self.source, self.parts = prepared.source, prepared.parts
        self.encoder, self.dropped = prepared.encoder, prepared.dropped
        cost = prepared.targets.default_cost() if recipe.cost == "auto" else recipe.cost
        self.targets = prepared.targets_for(cost)
        self.network = Network(
            (self.encoder.n_outputs, *recipe.hidden, self.targets.n_units(cost)),
            activation=recipe.activation,
            cost=cost,
            regularization=recipe.regularization,
        )
        y = self.parts["train"].y
        self.class_weights = (
            None if class_weight is None else class_weights(class_weight, self.targets, y)
        )
        # Minibatches are far noisier than the rounding of float32, in which they are twice as fast.
        # SciPy's line searches compare costs that differ in the ninth digit.
        self.dtype = np.float64 if recipe.options.solver in FULL_BATCH else np.float32
        self.training = Training(
            self.network,
            initial_theta(self.network, recipe.options.seed, recipe.init, self.dtype),
            *self._encoded("train"),
            recipe.options,
            sample_weight=self._weights("train"),
            validation=Validation(
                *self._encoded("validation"), self._validation_score, self._weights("validation")
            ),
            engine=engine,
            callbacks=callbacks,
        )
        watched = self.training.validation
        assert watched is not None
        # Inputs that have been checked, where they entered training or a measurement.
        self._checked = {"train": self.training.X, "validation": watched.X}

    def fit(self, checkpoint: Path | None = None) -> Self:
        """Train to the end. :meth:`train` does the same and yields the events on the way."""
        for _ in self.train(checkpoint):
            pass
        return self

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
        if self.class_weights is not None:
            assert self.targets.classes is not None
            names = map(label_text, self.targets.classes.tolist())
            made["class_weight"] = dict(zip(names, self.class_weights.tolist(), strict=True))
        ids = self.parts["train"].ids
        if ids is not None:
            made["id"] = ids.columns
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

    def measure(self, part: str) -> Measurement:
        """What the network as it stands shows on ``"train"``, ``"validation"`` or ``"test"``.

        Raises
        ------
        DataError
            For a label of the test set that no other row has.
        """
        y = self.parts[part].y
        assert y is not None
        if part not in self._checked:
            X = self.prepared.inputs(part, self.dtype)
            self._checked[part] = as_inputs(self.network, X, self.dtype)
        X, Y = self._checked[part], self.prepared.encoded_labels(part, self.network.cost)
        theta, engine = self.training.theta, self.training.engine
        return measure_inputs(self.network, theta, self.targets, X, Y, y, engine)

    def _encoded(self, part: str) -> tuple[Array, Array]:
        """Inputs ``(m, s_1)`` and targets ``(m, K)`` of a part."""
        X = self.prepared.inputs(part, self.dtype)
        Y = self.prepared.encoded_labels(part, self.network.cost)
        return X, Y.astype(self.dtype)

    def _weights(self, part: str) -> Array | None:
        """The weight of each row of a part, ``(m,)``, or None where all count alike."""
        weights = self.parts[part].weights
        if self.class_weights is None:
            return weights
        of_class = row_weights(self.targets, self.class_weights, self.parts[part].y)
        return of_class if weights is None else weights * of_class

    def _validation_score(self, h: Array) -> float:
        y = self.parts["validation"].y
        return score_predictions(self.targets, self.targets.decode(h), y)
