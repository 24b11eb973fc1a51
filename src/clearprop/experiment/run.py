"""One run: build a network for prepared rows, train it, measure it, make a model of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from clearprop.data.class_weights import ClassWeight, class_weights, row_weights
from clearprop.data.labels import label_text
from clearprop.data.table import Table
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.errors import DivergenceError, ParameterError, one_of, raise_problems
from clearprop.experiment.candidates import Candidate, Choice, chosen
from clearprop.experiment.lineup import Lineup, Rows
from clearprop.experiment.measurement import Measurement, measure_inputs, measure_outputs
from clearprop.experiment.prepared import Prepared, prepare
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.model import Model, outputs_in_slices
from clearprop.names import EngineName, RecipeName
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs
from clearprop.training import Ended, EpochEnded, Event, Progress, Training
from clearprop.training.options import FULL_BATCH
from clearprop.training.resume import resumable
from clearprop.training.side_by_side import side_by_side

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
        Of a table, as in :func:`~clearprop.experiment.prepared.prepare`. Without `bins` the
        recipe's number is taken.
    class_weight
        How much the rows of each class count in training, and in the validation cost:
        ``"balanced"``, weights by label, or None for 1 each; see
        :func:`clearprop.data.class_weights.class_weights`. A row of weight w counts as w rows.
    engine
        ``"auto"``, a name, or an engine.
    callbacks
        As in :class:`clearprop.training.Training`. Several candidates call them from several
        threads.
    seconds
        How long training may take. What is trained is cut down to it: see
        :meth:`~clearprop.experiment.lineup.Lineup.within`. None: as long as it takes.

    Attributes
    ----------
    prepared : Prepared
        The rows; `source`, `parts`, `encoder` and `dropped` are its own.
    targets
        What the labels are.
    candidates : list of Candidate
        The runs among which the validation rows choose: one for each strength of regularization
        and each fold of a bag.
    cut : bool
        Whether `seconds` allowed less than the recipe wants.
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
        bins: int | None = None,
        class_weight: ClassWeight = None,
        engine: EngineName | Engine = "auto",
        callbacks: tuple[Callable[[Event], object], ...] = (),
        seconds: float | None = None,
    ) -> None:
        started = time.perf_counter()
        if isinstance(recipe, str):
            raise_problems(one_of("recipe", recipe, list(RECIPES)))
            recipe = RECIPES[recipe]
        if isinstance(rows, Prepared):
            own = (missing, validation_fraction, bins)
            if task != "auto" or any(choice is not None for choice in own):
                raise ParameterError(
                    "task, missing, validation_fraction, bins: rows that are prepared have their "
                    "own"
                )
            self.prepared = rows
        else:
            seed = recipe.options.seed
            if validation_fraction is None:
                validation_fraction = recipe.validation_fraction(rows)
            self.prepared = prepare(
                rows,
                task=task,
                missing=missing,
                seed=seed,
                validation_fraction=validation_fraction,
                bins=recipe.bins if bins is None else bins,
            )
        prepared = self.prepared
        self.source, self.parts = prepared.source, prepared.parts
        self.encoder, self.dropped = prepared.encoder, prepared.dropped
        cost = prepared.targets.default_cost() if recipe.cost == "auto" else recipe.cost
        self.targets = prepared.targets_for(cost)
        y = self.parts["train"].y
        self.class_weights = (
            None if class_weight is None else class_weights(class_weight, self.targets, y)
        )
        # Minibatches are far noisier than the rounding of float32, in which they are twice as fast.
        # SciPy's line searches compare costs that differ in the ninth digit.
        self.dtype = np.float64 if recipe.options.solver in FULL_BATCH else np.float32
        self._network = Network(
            (self.encoder.n_outputs, *recipe.hidden, self.targets.n_units(cost)),
            activation=recipe.activation,
            cost=cost,
            regularization=recipe.regularization,
        )
        self._parts: dict[str, Rows] = {}
        train, validation = self._encoded("train"), self._encoded("validation")
        tables = self.parts["train"], self.parts["validation"]
        recipe = recipe.for_rows(len(train))
        lineup = Lineup(
            self._network, recipe, train, validation, tables, self.targets, engine, callbacks
        )
        if seconds is not None:
            lineup = lineup.within(seconds - (time.perf_counter() - started))
        self.cut = seconds is not None and lineup.recipe != recipe
        self.recipe, self.engine = lineup.recipe, choose_engine(engine)
        self.candidates = lineup.candidates()
        self._deadline = math.inf if seconds is None else started + seconds

    @property
    def choice(self) -> Choice:
        """The runs that the validation rows choose, as they stand."""
        return chosen(self.candidates)

    @property
    def training(self) -> Training:
        """The chosen run; the first of a bag."""
        return self.choice.members[0].training

    @property
    def network(self) -> Network:
        """The network of that run."""
        return self.training.network

    def fit(self, checkpoint: Path | None = None) -> Self:
        """Train to the end. :meth:`train` does the same and yields the events on the way."""
        for _ in self.train(checkpoint):
            pass
        return self

    def train(self, checkpoint: Path | None = None) -> Iterator[Event]:
        """Train; yields the events of :class:`clearprop.training.Training`.

        Several candidates train side by side. Their events come with a
        :class:`~clearprop.training.Progress` over all of them, and one
        :class:`~clearprop.training.Ended` at the end.

        With a `checkpoint` the run goes on from it where it is there, and keeps it up to date:
        see :func:`clearprop.training.resume.resumable`.
        """
        if len(self.candidates) > 1:
            yield from self._side_by_side(checkpoint)
            return
        training = self.candidates[0].training
        for event in iter(training) if checkpoint is None else resumable(training, checkpoint):
            if self._late():
                training.stop()
            yield event

    def _late(self) -> bool:
        return time.perf_counter() > self._deadline

    def _side_by_side(self, checkpoint: Path | None) -> Iterator[Event]:
        """Train all candidates; see :meth:`train`."""
        started = time.perf_counter()
        trainings = [candidate.training for candidate in self.candidates]
        yield trainings[0].check()

        def events(i: int) -> Iterator[Event]:
            if checkpoint is None:
                return iter(trainings[i])
            return resumable(trainings[i], checkpoint.with_stem(f"{checkpoint.stem}-{i + 1}"))

        done = [0.0] * len(trainings)
        epochs = sum(training.options.epochs for training in trainings)
        reason, diverged = "epochs", []
        for i, event in side_by_side(trainings, events, self._late):
            if isinstance(event, DivergenceError):
                diverged.append(event)
            elif isinstance(event, Ended):
                reason = reason if event.reason in ("epochs", "converged") else event.reason
            elif isinstance(event, Progress | EpochEnded):
                done[i] = event.epoch if isinstance(event, EpochEnded) else event.done
                if isinstance(event, EpochEnded):
                    yield event
                yield Progress(sum(done), epochs)
        if math.isinf(self.choice.costs[self.choice.regularization]) and diverged:
            raise diverged[0]
        best = self.choice.members[0]
        seconds = time.perf_counter() - started
        yield Ended(reason, best.training.state.epoch, best.best_epoch, seconds)

    def model(self) -> Model:
        """The trained network with its encoding and how it was made."""
        choice, options = self.choice, self.recipe.options
        best = choice.members[0]
        training = best.training
        made: dict[str, Any] = {
            "source": self.source,
            "recipe": self.recipe.name,
            "engine": training.engine.name,
            "solver": options.solver,
            "seed": options.seed,
            "epochs": training.state.epoch,
        }
        if training.history.best_theta is not None:
            made["best_epoch"] = best.best_epoch
        if len(self.candidates) > 1:
            made["candidates"] = [candidate.to_dict() for candidate in self.candidates]
        if self.class_weights is not None:
            assert self.targets.classes is not None
            names = map(label_text, self.targets.classes.tolist())
            made["class_weight"] = dict(zip(names, self.class_weights.tolist(), strict=True))
        ids = self.parts["train"].ids
        if ids is not None:
            made["id"] = ids.columns
        if best.cost is not None:
            made["cost"] = best.cost
        return Model(
            training.network,
            training.theta,
            self.targets,
            self.encoder,
            self.parts["train"].image_shape,
            trained=made,
            bag=tuple(member.training.theta for member in choice.members[1:]),
        )

    def measure(self, part: str) -> Measurement:
        """What the model as it stands shows on ``"train"``, ``"validation"`` or ``"test"``.

        A bag has no validation rows of its own: each row of training and validation was held out
        from one of its networks. ``"validation"`` is what these networks show on the rows that
        they have not learned from, an honest estimate. ``"train"`` is what the whole bag shows on
        the training rows.

        Raises
        ------
        DataError
            For a label of the test set that no other row has.
        """
        members = self.choice.members
        thetas = [member.training.theta for member in members]
        if part == "validation" and len(members) > 1:
            return self._out_of_fold(members)
        rows = self._encoded(part)
        return measure_inputs(
            self.network, thetas, self.targets, rows.X, rows.Y, rows.y, self.engine
        )

    def _out_of_fold(self, members: Sequence[Candidate]) -> Measurement:
        rows = Rows.joined([self._encoded("train"), self._encoded("validation")])
        h = np.empty(rows.Y.shape, self.dtype)  # (m, K)
        for member in members:
            theta = member.training.theta
            h[member.held] = outputs_in_slices(
                self.network, [theta], rows.X[member.held], self.engine
            )
        return measure_outputs(self.network, self.targets, h, rows.Y, rows.y)

    def _encoded(self, part: str) -> Rows:
        """The rows of a part, encoded and checked once."""
        if part not in self._parts:
            table, cost = self.parts[part], self._network.cost
            assert table.y is not None
            X = as_inputs(self._network, self.prepared.inputs(part, self.dtype), self.dtype)
            Y = self.prepared.encoded_labels(part, cost).astype(self.dtype)  # (m, K)
            self._parts[part] = Rows(X, Y, table.y, self._weights(part))
        return self._parts[part]

    def _weights(self, part: str) -> Array | None:
        """The weight of each row of a part, ``(m,)``, or None where all count alike."""
        weights = self.parts[part].weights
        if self.class_weights is None:
            return weights
        of_class = row_weights(self.targets, self.class_weights, self.parts[part].y)
        return of_class if weights is None else weights * of_class
