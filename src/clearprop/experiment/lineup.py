"""From a recipe and encoded rows to the runs among which the validation rows choose."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from clearprop.data.scores import score as score_predictions
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines import protocol
from clearprop.engines.choice import choose_engine, on_threads, threads_of
from clearprop.engines.protocol import Engine
from clearprop.experiment.candidates import Candidate, folds
from clearprop.experiment.recipes import Recipe
from clearprop.experiment.shifted import Images, copies_of, shifted
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Event, Training, Validation
from clearprop.training.options import FULL_BATCH
from clearprop.training.pace import seconds_per_epoch
from clearprop.training.shared import Shared
from clearprop.training.stream import Stream

__all__ = ["Lineup", "Rows", "Shortened"]

# Inputs, targets and weights as training takes them, or a stream in place of the inputs.
_Samples = tuple[Any, Any, Any]

# Candidates pass the rows at least so often. A time that allows fewer leaves candidates out.
_FEWEST_EPOCHS = 10
# This share of the time is kept for a pace that slows down.
_RESERVE = 0.15
# A trial takes this share of the time, and at most so many seconds.
_TRIAL, _LONGEST_TRIAL = 0.03, 0.5


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs ``(m, s_1)``, targets ``(m, K)``, their labels, and weights ``(m,)`` or None."""

    X: Array
    Y: Array
    y: Array
    weights: Array | None

    def __len__(self) -> int:
        return len(self.X)

    def take(self, rows: Array) -> Rows:
        """The rows with these numbers."""
        weights = None if self.weights is None else self.weights[rows]
        return Rows(self.X[rows], self.Y[rows], self.y[rows], weights)

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """The rows of all parts, one part after another."""
        weights = None
        if parts[0].weights is not None:
            weights = np.concatenate([part.weights for part in parts])
        X, Y, y = (np.concatenate([getattr(part, name) for part in parts]) for name in "XYy")
        return cls(X, Y, y, weights)


@dataclass(frozen=True)
class Lineup:
    """What makes candidates.

    Attributes
    ----------
    network
        The architecture; its lambda is replaced by each candidate's.
    recipe
        Says which strengths, how many folds and how to train.
    train, validation
        The rows of both parts. With folds both are divided anew.
    tables
        The tables of both parts, by whose groups folds are made.
    targets
        What the labels are.
    engine, callbacks
        As in :class:`clearprop.training.Training`.
    stream
        What is trained on in place of `train`, where that is a sample of rows which are read in
        blocks.
    start
        The parameters that all runs begin with, ``(n_parameters,)``; None: random ones.
    """

    network: Network
    recipe: Recipe
    train: Rows
    validation: Rows
    tables: tuple[Table, Table]
    targets: Targets
    engine: EngineName | Engine
    callbacks: tuple[Callable[[Event], object], ...] = ()
    stream: Stream | Shared | None = None
    start: Array | None = None

    def candidates(self) -> list[Candidate]:
        """The runs that choose lambda: each strength, on the first fold.

        Where there is one strength nothing has to be chosen first, and all folds are among them.
        """
        train, validation, held = next(self._divided())
        strengths, samples = self.recipe.strengths, self._samples(train)
        found = [
            Candidate(strength, 0, held, self._training(strength, 0, samples, validation))
            for strength in strengths
        ]
        return found if len(strengths) > 1 else [*found, *self.others(strengths[0])]

    def others(self, strength: float) -> list[Candidate]:
        """The further runs of a bag: each other fold, with the chosen strength.

        Choosing on every fold took more than twice the time and was no better on ten tables.
        """
        return [
            Candidate(
                strength,
                fold,
                held,
                self._training(strength, fold, self._samples(train), validation),
            )
            for fold, (train, validation, held) in enumerate(self._divided(1), 1)
        ]

    def _divided(self, first: int = 0) -> Iterator[tuple[Rows, Rows, Array]]:
        """Training rows, validation rows and the numbers of the latter: each fold from `first` on.

        Rows are copied for those folds alone.
        """
        n, rows = self.recipe.bag, len(self.train)
        if n == 1:
            if first == 0:
                held = np.arange(rows, rows + len(self.validation))
                yield self.train, self.validation, held
            return
        stratify = self.targets.task == "classification"
        seed = self.recipe.options.seed
        all_rows = Rows.joined([self.train, self.validation])
        parts = folds(self.tables, n, seed, stratify)
        for held in parts[first:]:
            others = np.concatenate([part for part in parts if part is not held])
            yield all_rows.take(others), all_rows.take(held), held

    def _training(
        self, strength: float, fold: int, samples: _Samples, validation: Rows | None
    ) -> Training:
        recipe, dtype = self.recipe, self.train.X.dtype
        network = replace(self.network, regularization=strength)
        # Each fold begins elsewhere; otherwise the networks of a bag would err alike.
        seed = recipe.options.seed + fold
        alone = validation is not None and self.recipe.n_candidates == 1
        # Several runs share one check of the gradient, before they begin.
        check = recipe.options.check_gradient and alone
        options = replace(recipe.options, seed=seed, check_gradient=check)
        watched = None
        if validation is None:
            # Nothing but the number of epochs ends the run; "adaptive" lives on stalls.
            patience = options.patience if options.schedule == "adaptive" else math.inf
            options = replace(options, early_stopping=False, patience=patience)
        else:
            watched = self._watched(validation)
        several = (recipe.bag if validation is None else self.recipe.n_candidates) > 1

        theta = initial_theta(network, seed, recipe.init, dtype)
        if self.start is not None:
            theta = self.start.astype(dtype)
        X, Y, weights = samples
        return Training(
            network,
            theta,
            X,
            Y,
            options,
            sample_weight=weights,
            validation=watched,
            engine=on_threads(choose_engine(self.engine), 1) if several else self.engine,
            callbacks=self.callbacks,
        )

    def _samples(self, train: Rows) -> _Samples:
        """The rows and, where they are shifted, their copies."""
        shift, options = self.recipe.shift, self.recipe.options
        # Processes have shifted their own rows already.
        if shift and not isinstance(self.stream, Shared):
            own = protocol.Rows(train.X, train.Y, train.weights)
            images = Images.of(self.tables[0], shift)
            batch = options.rows_per_batch(len(train))
            all_rows = shifted(self.stream or own, images, batch, whole=options.solver == "gd")
            if isinstance(all_rows, Stream):
                return all_rows, None, None
            return all_rows.X, all_rows.Y, all_rows.sample_weight
        if self.stream is not None:
            return self.stream, None, None
        return train.X, train.Y, train.weights

    def _watched(self, validation: Rows) -> Validation:
        def score(h: Array) -> float:
            return score_predictions(self.targets, self.targets.decode(h), validation.y)

        return Validation(validation.X, validation.Y, score, validation.weights)

    def refits(self, members: Sequence[Candidate], rows: Rows) -> list[Training]:
        """Runs like those of the members, on other rows and without validation.

        Each has its member's lambda and seed, and the schedule of all epochs. Who trains it stops
        it after its member's best epoch.
        """
        samples = self._samples(rows)
        return [self._training(m.regularization, m.fold, samples, None) for m in members]

    def within(self, seconds: float, refit_rows: int = 0) -> Shortened:
        """The lineup that can be trained in that time, by the pace of a trial.

        All candidates get fewer epochs. Where even ten passes over the rows would be too many,
        candidates are left out, the smallest and the largest lambda first. One epoch of one lambda
        always stays.

        Parameters
        ----------
        seconds
            The time for training and for measuring what was trained.
        refit_rows
            How many rows the chosen networks will be trained on once more; 0 if they will not.
        """
        recipe = self.recipe
        if recipe.options.solver in FULL_BATCH:
            # Their steps follow no schedule over all epochs, so they may end at any time.
            return Shortened(self, 0.0)
        started = time.perf_counter()
        pace = self._pace(min(_TRIAL * seconds, _LONGEST_TRIAL))
        copies = copies_of(recipe.shift)
        # Measuring passes all rows through each network twice: about an epoch of each.
        measuring = pace * recipe.bag / copies
        left = seconds - (time.perf_counter() - started)
        # How many epochs one after another there is time for.
        epochs = max(0.0, left * (1 - _RESERVE) - measuring) / pace
        refit = self._turns(recipe.bag) * refit_rows / len(self.train)
        each = int(epochs / (self._rounds(len(recipe.strengths)) + refit))
        if each >= recipe.options.epochs:
            return Shortened(self, measuring)
        strengths, fewest = list(recipe.strengths), max(1, _FEWEST_EPOCHS // copies)
        while each < fewest and len(strengths) > 1:
            strengths = strengths[1:] if len(strengths) % 2 else strengths[:-1]
            each = int(epochs / (self._rounds(len(strengths)) + refit))
        shorter = recipe.with_(epochs=min(max(each, 1), recipe.options.epochs))
        if len(strengths) < len(recipe.strengths):
            kept = tuple(strengths)
            one = {"regularization": strengths[0]}
            shorter = shorter.with_(**(one if len(kept) == 1 else {"lambdas": kept}))
        return Shortened(replace(self, recipe=shorter), measuring)

    def _turns(self, runs: int) -> float:
        """How many times as long as one run several runs take, side by side."""
        return 0.0 if runs == 0 else max(1.0, runs / threads_of(choose_engine(self.engine)))

    def _rounds(self, strengths: int) -> float:
        """The same for all runs: those that choose among so many strengths, and the other folds."""
        folds = self.recipe.bag - 1
        if strengths == 1:
            return self._turns(1 + folds)
        return self._turns(strengths) + self._turns(folds)

    def _pace(self, seconds: float) -> float:
        """The seconds of one epoch of one run, by what is trained in about so many seconds."""
        strengths = self.recipe.strengths
        train, validation, _ = next(self._divided())
        quiet = replace(self, callbacks=())
        middle = strengths[len(strengths) // 2]
        training = quiet._training(middle, 0, self._samples(train), validation)
        training.options = replace(training.options, check_gradient=False)
        return seconds_per_epoch(training, seconds)


class Shortened(NamedTuple):
    """What fits into a time: the lineup, and the seconds for measuring that are left after it."""

    lineup: Lineup
    measuring: float
