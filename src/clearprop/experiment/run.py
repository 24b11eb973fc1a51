"""One run: build a network for prepared rows, train it, measure it, make a model of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import numpy as np

from clearprop.data.class_weights import ClassWeight, class_weights
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError, one_of, raise_problems
from clearprop.experiment.candidates import Candidate, Choice
from clearprop.experiment.encoded import Encoded
from clearprop.experiment.held_out import calibrated, check_enough, held_out
from clearprop.experiment.lineup import Lineup, Rows
from clearprop.experiment.made import how_made, weights_by_name
from clearprop.experiment.measurement import Measurement, measure_inputs, measure_outputs
from clearprop.experiment.prepared import PARTS, Prepared, prepare
from clearprop.experiment.problems import seconds_problems
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.refit import Refit
from clearprop.experiment.selection import Selection
from clearprop.experiment.start import like
from clearprop.gradients.report import GradientReport
from clearprop.model import Model
from clearprop.names import EngineName, RecipeName
from clearprop.network.architecture import Array, Network
from clearprop.storage.run_folder import EVERY, RunFolder
from clearprop.training import Event, Training
from clearprop.training.interrupt import Interrupt
from clearprop.training.options import FULL_BATCH

__all__ = ["Experiment"]


class Experiment:
    """One run of the course's six steps, from raw rows to a measured model.

    ``clearprop train letters.csv --target letter`` does what these lines do::

        run = clearprop.Experiment(clearprop.read("letters.csv", "letter"), "modern").fit()
        print(run.measure("test"))
        clearprop.save(run.model(), "letters.safetensors")

    A recipe with several `lambdas`, or with a `bag`, has several candidates. They train side by
    side, each on the processor that is free, and the validation rows choose among them::

        recipe = clearprop.RECIPES["modern"].with_(lambdas=(0.1, 1.0, 10.0), bag=5)
        run = clearprop.Experiment(table, recipe).fit()
        run.choice.regularization  # the lambda of the lowest validation cost
        run.choice.costs  # the validation cost of each lambda
        run.measure("validation")  # of a bag: on rows that each network has not learned from

    Parameters
    ----------
    rows
        A table with labels, or rows that :func:`~clearprop.experiment.prepared.prepare` has
        prepared, for several recipes on the same parts.
    recipe
        The choices, or the name of a recipe in :data:`~clearprop.experiment.recipes.RECIPES`. Its
        seed decides the split of a table, the initial values and the order of the
        samples.
    task, missing, validation_fraction
        Of a table, as in :func:`~clearprop.experiment.prepared.prepare`.
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
        How long all may take from here on, but for saving. What is trained is cut down to it: see
        :meth:`~clearprop.experiment.lineup.Lineup.within`. None: as long as it takes.
    all_rows
        Whether the chosen networks are trained once more, on all rows, with the chosen lambda and
        the chosen number of epochs under the same schedule. That is the model then. A test set that
        the source brings stays apart, and :meth:`measure` measures the model on it; on all other
        rows it measures the networks before.

    start
        A model to go on from: its encoder, its classes, its network and its parameters. Not an
        average of several networks.

    Attributes
    ----------
    prepared : Prepared
        The rows; `source`, `parts`, `encoder` and `dropped` are its own.
    targets
        What the labels are.
    recipe, wanted : Recipe
        What is trained, and what would be trained without a limit of time.
    encoded : Encoded
        The rows of each part as arrays.
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
        class_weight: ClassWeight = None,
        engine: EngineName | Engine = "auto",
        callbacks: tuple[Callable[[Event], object], ...] = (),
        seconds: float | None = None,
        all_rows: bool = False,
        start: Model | None = None,
    ) -> None:
        started = time.perf_counter()
        if seconds is not None:
            raise_problems(seconds_problems("seconds", seconds))
        if isinstance(recipe, str):
            raise_problems(one_of("recipe", recipe, list(RECIPES)))
            recipe = RECIPES[recipe]
        if isinstance(rows, Prepared):
            own = (missing, validation_fraction)
            if task != "auto" or any(choice is not None for choice in own):
                raise ParameterError(
                    "task, missing, validation_fraction: rows that are prepared have their own"
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
                bins=recipe.bins,
                start=start,
            )
        prepared = self.prepared
        self.source, self.parts = prepared.source, prepared.parts
        self.encoder, self.dropped = prepared.encoder, prepared.dropped
        if start is not None:
            recipe = like(recipe, start)
        recipe = prepared.allowed(prepared.fitting(recipe), all_rows)
        self.wanted = recipe
        cost = recipe.cost
        if cost == "auto":
            by_default = prepared.targets.default_cost()
            cost = by_default if recipe.interval is None else "quantile"
        self.targets = prepared.targets_for(cost, recipe.interval)
        y = self.parts["train"].y
        self.class_weights = (
            None
            if class_weight is None
            else class_weights(class_weight, self.targets, y, prepared.class_rows)
        )
        # Minibatches are far noisier than the rounding of float32, in which they are twice as fast.
        # SciPy's line searches compare costs that differ in the ninth digit.
        self.dtype = np.float64 if recipe.options.solver in FULL_BATCH else np.float32
        self._network = Network(
            (self.encoder.n_outputs, *recipe.hidden, self.targets.n_units(cost)),
            activation=recipe.activation,
            cost=cost,
            regularization=recipe.regularization,
            quantiles=self.targets.quantiles,
        )
        self.encoded = Encoded(
            prepared, self._network, self.targets, self.dtype, self.class_weights
        )
        train, validation = self.encoded.rows("train"), self.encoded.rows("validation")
        if recipe.interval is not None:
            held = len(validation) if recipe.bag == 1 else len(train) + len(validation)
            rows_of = [self.parts[part].n_rows for part in self._own_parts]
            check_enough(recipe.interval, held, sum(rows_of))
        tables = self.parts["train"], self.parts["validation"]
        lineup = Lineup(
            self._network, recipe, train, validation, tables, self.targets, engine, callbacks,
            prepared.stream(self._network, self.targets, self.dtype, self.class_weights),
            None if start is None else start.theta,
        )  # fmt: skip
        self.start = start
        self.all_rows, deadline = all_rows, math.inf
        self._margins: tuple[list[bytes], Targets] | None = None
        if seconds is not None:
            left = seconds - (time.perf_counter() - started)
            again = self._own_parts if all_rows else ()
            refit_rows = sum(self.parts[part].n_rows for part in again)
            lineup, measuring = lineup.within(left, refit_rows)
            deadline = started + seconds - measuring
        self.recipe, self.engine = lineup.recipe, choose_engine(engine)
        self._selection = Selection(
            lineup, self.engine, self._all_rows if all_rows else None, deadline
        )

    @property
    def candidates(self) -> list[Candidate]:
        """The runs among which the validation rows choose, one for each lambda and each fold."""
        return self._selection.candidates

    @property
    def choice(self) -> Choice:
        """The runs that the validation rows choose, as they stand."""
        return self._selection.choice

    @property
    def refit(self) -> Refit | None:
        """What became of training on all rows; None before it, or without `all_rows`."""
        return self._selection.refit

    @property
    def refitting(self) -> bool:
        """Whether that is going on."""
        return self._selection.refitting

    @property
    def training(self) -> Training:
        """The chosen run; the first of a bag."""
        return self.choice.members[0].training

    @property
    def network(self) -> Network:
        """The network of that run."""
        return self.training.network

    @property
    def gradient_report(self) -> GradientReport | None:
        """The check of the gradient, once for all candidates; None before it."""
        return self.candidates[0].training.gradient_report

    @property
    def thetas(self) -> tuple[Array, ...]:
        """The parameters of the chosen networks, averaged if several; those before a refit."""
        return self._selection.thetas

    def fit(
        self,
        checkpoint: str | Path | RunFolder | None = None,
        *,
        every: float = EVERY,
        resume: bool = False,
    ) -> Self:
        """Train to the end. :meth:`train` does the same and yields the events on the way."""
        with Interrupt():
            for _ in self.train(checkpoint, every=every, resume=resume):
                pass
        return self

    def train(
        self,
        checkpoint: str | Path | RunFolder | None = None,
        *,
        every: float = EVERY,
        resume: bool = False,
    ) -> Iterator[Event]:
        """Train; yields the events of :class:`clearprop.training.Training`.

        Several candidates train side by side. Their events come with a
        :class:`~clearprop.training.Progress` over all of them, and one
        :class:`~clearprop.training.Ended` at the end.

        With a `checkpoint`, the name of a folder, the state of the run is kept there `every` so
        many seconds. With `resume` the run goes on from it, to the same bits; a folder without a
        run is begun anew. Each candidate has files of its own: see
        :class:`clearprop.storage.run_folder.RunFolder`.

        Raises
        ------
        ParameterError
            For a folder that holds a run, without `resume`; and for ``lbfgs`` and ``cg``, whose
            state is inside of SciPy.
        ModelFileError
            For checkpoints of other data or choices, or that cannot be read.
        """
        return self._selection.train(RunFolder.of(checkpoint, every, resume))

    @property
    def _own_parts(self) -> tuple[str, ...]:
        """The parts that the source's rows are divided into, without a test set that it brings."""
        return PARTS[:2] if self.prepared.test_apart else PARTS

    def _all_rows(self) -> Rows:
        """The rows of these parts, one part after another."""
        return Rows.joined([self.encoded.rows(part) for part in self._own_parts])

    def model(self) -> Model:
        """The trained network with its encoding and how it was made."""
        ids = self.parts["train"].ids
        made = how_made(
            self.source, self.recipe, self.candidates, self.choice.members[0],
            None if ids is None else ids.columns, self.refit,
        )  # fmt: skip
        if self.class_weights is not None:
            made["class_weight"] = weights_by_name(self.class_weights, self.targets)
        theta, *bag = self._selection.final_thetas
        return Model(
            self.network,
            theta,
            self._calibrated(),
            self.encoder,
            self.parts["train"].image_shape,
            trained=made,
            bag=tuple(bag),
        )

    def measure(self, part: str) -> Measurement:
        """What the chosen networks show on ``"train"``, ``"validation"`` or ``"test"``.

        A bag has no validation rows of its own: each row of training and validation was held out
        from one of its networks. ``"validation"`` is what these networks show on the rows that
        they have not learned from, an honest estimate. ``"train"`` is what the whole bag shows on
        the training rows. After a refit on all rows the networks before it are measured, on rows
        that the final ones have learned. A test set that the source brings is left, so ``"test"``
        is what the final networks show on it.

        Raises
        ------
        DataError
            For a label of the test set that no other row has.
        """
        if part == "validation" and self.recipe.bag > 1:
            return self._out_of_fold()
        rows, targets = self.encoded.rows(part), self._calibrated()
        thetas = self.thetas if part in self._own_parts else self._selection.final_thetas
        return measure_inputs(self.network, thetas, targets, rows.X, rows.Y, rows.y, self.engine)

    def _out_of_fold(self) -> Measurement:
        h, rows = held_out(self.choice.members, self.encoded.learned(), self.engine)
        return measure_outputs(self.network, self._calibrated(), h, rows.Y, rows.y)

    def _calibrated(self) -> Targets:
        """The targets; the margins of their interval are those of the rows that were held out.

        They are found once for the same parameters: every measurement asks for them.
        """
        if self.targets.interval is None:
            return self.targets
        of = [theta.tobytes() for theta in self.thetas]
        if self._margins is None or self._margins[0] != of:
            learned = self.encoded.learned()
            found = calibrated(self.targets, self.choice.members, learned, self.engine)
            self._margins = of, found
        return self._margins[1]
