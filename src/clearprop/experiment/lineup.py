"""From a recipe and encoded rows to the runs among which the validation rows choose."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop.data.scores import score as score_predictions
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.choice import choose_engine, on_one_thread
from clearprop.engines.protocol import Engine
from clearprop.engines.threads import usable_processors
from clearprop.experiment.candidates import Candidate, folds
from clearprop.experiment.recipes import Recipe
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Event, Training, Validation

__all__ = ["Lineup", "Rows"]

# Candidates have at least so many epochs. A time that allows fewer leaves candidates out.
_FEWEST_EPOCHS = 10
# Of the time that is left, this much is kept for what comes after training, and for a pace that
# slows down.
_RESERVE = 0.15


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
    """

    network: Network
    recipe: Recipe
    train: Rows
    validation: Rows
    tables: tuple[Table, Table]
    targets: Targets
    engine: EngineName | Engine
    callbacks: tuple[Callable[[Event], object], ...] = ()

    def candidates(self) -> list[Candidate]:
        """All runs: each strength with each fold."""
        strengths = self.recipe.strengths
        several = len(strengths) * self.recipe.bag > 1
        engine = on_one_thread(choose_engine(self.engine)) if several else self.engine
        found = []
        for fold, (train, validation, held) in enumerate(self._divided()):
            for strength in strengths:
                training = self._training(strength, fold, train, validation, engine)
                found.append(Candidate(strength, fold, held, training))
        return found

    def _divided(self) -> list[tuple[Rows, Rows, Array]]:
        """Training rows, validation rows and the numbers of the latter, for each fold."""
        n, rows = self.recipe.bag, len(self.train)
        if n == 1:
            held = np.arange(rows, rows + len(self.validation))
            return [(self.train, self.validation, held)]
        stratify = self.targets.task == "classification"
        seed = self.recipe.options.seed
        all_rows = Rows.joined([self.train, self.validation])
        parts = folds(self.tables, n, seed, stratify)
        return [
            (
                all_rows.take(np.concatenate([part for part in parts if part is not held])),
                all_rows.take(held),
                held,
            )
            for held in parts
        ]

    def _training(
        self, strength: float, fold: int, train: Rows, validation: Rows, engine: EngineName | Engine
    ) -> Training:
        recipe, dtype = self.recipe, train.X.dtype
        network = replace(self.network, regularization=strength)
        # Each fold begins elsewhere; otherwise the networks of a bag would err alike.
        seed = recipe.options.seed + fold
        several = len(recipe.strengths) * recipe.bag > 1
        # Several runs share one check of the gradient, before they begin.
        check = recipe.options.check_gradient and not several
        options = replace(recipe.options, seed=seed, check_gradient=check)

        def score(h: Array) -> float:
            return score_predictions(self.targets, self.targets.decode(h), validation.y)

        return Training(
            network,
            initial_theta(network, seed, recipe.init, dtype),
            train.X,
            train.Y,
            options,
            sample_weight=train.weights,
            validation=Validation(validation.X, validation.Y, score, validation.weights),
            engine=engine,
            callbacks=self.callbacks,
        )

    def within(self, seconds: float) -> Lineup:
        """The lineup that can be trained in that time, by the pace of a trial epoch.

        All candidates get fewer epochs; where even ten would be too many, candidates are left out,
        the smallest and the largest lambda first.
        """
        recipe = self.recipe
        trial = replace(self, recipe=recipe.with_(epochs=1)).candidates()
        started = time.perf_counter()
        trial[len(trial) // 2].training.run()
        pace = time.perf_counter() - started
        left = (seconds - pace) * (1 - _RESERVE)
        at_once = min(len(trial), usable_processors())
        epochs = int(left * at_once / pace)  # of all candidates together
        each = epochs // len(trial)
        if each >= recipe.options.epochs:
            return self
        strengths = list(recipe.strengths)
        while each < _FEWEST_EPOCHS and len(strengths) > 1:
            strengths = strengths[1:] if len(strengths) % 2 else strengths[:-1]
            each = epochs // (len(strengths) * recipe.bag)
        shorter = recipe.with_(epochs=min(max(each, 1), recipe.options.epochs))
        return replace(self, recipe=replace(shorter, lambdas=tuple(strengths)))
