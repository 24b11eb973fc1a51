"""Which columns matter: how much worse a model predicts when a column's values are shuffled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from clearprop.data.class_scores import balanced_accuracy, class_scores, log_loss
from clearprop.data.scores import score as score_predictions
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.slices import outputs_in_slices
from clearprop.errors import DataError, one_of, raise_problems, whole_problems
from clearprop.experiment.scores import Scores
from clearprop.model import Model
from clearprop.network.architecture import Array

__all__ = ["Importance", "importance"]

# The scores that can fall, by the task they fit.
_SCORES = {
    "classification": ("accuracy", "balanced_accuracy", "log_loss"),
    "multilabel": ("accuracy",),
    "regression": ("r2",),
}


@dataclass(frozen=True, eq=False)
class Importance:
    """How much a score falls when the values of one column are shuffled.

    Attributes
    ----------
    columns
        The names of the n columns of the table.
    falls
        ``(n, repeats)``: the score of the rows as they are, less that with the column shuffled.
    score
        ``"accuracy"``, ``"balanced_accuracy"``, ``"log_loss"`` (there a fall is a larger loss) or
        ``"r2"``.
    value
        The score of the rows as they are.
    image_shape, image_order
        Of the table, if its rows are images; for whoever draws them.

    Examples
    --------
    >>> found = Importance(("age", "city"), np.array([[0.1, 0.2], [0.3, 0.5]]), "accuracy", 0.9)
    >>> found.to_list()[0]
    {'column': 'city', 'mean': 0.4, 'std': 0.1}
    """

    columns: tuple[str, ...]
    falls: Array = field(repr=False)
    score: str
    value: float
    image_shape: tuple[int, int] | None = None
    image_order: Literal["C", "F"] = "C"

    @property
    def mean(self) -> Array:
        """The mean fall of each column, ``(n,)``."""
        means: Array = self.falls.mean(axis=1)
        return means

    @property
    def std(self) -> Array:
        """The standard deviation of each column's falls, ``(n,)``."""
        deviations: Array = self.falls.std(axis=1)
        return deviations

    @property
    def order(self) -> list[int]:
        """The numbers of the columns, that with the largest mean fall first."""
        largest_first: list[int] = np.argsort(-self.mean, kind="stable").tolist()
        return largest_first

    def to_list(self) -> list[dict[str, Any]]:
        """Column, mean and std as JSON values, the largest mean first."""
        mean, std = self.mean.tolist(), self.std.tolist()
        return [{"column": self.columns[j], "mean": mean[j], "std": std[j]} for j in self.order]


def importance(
    model: Model,
    table: Table,
    *,
    repeats: int = 5,
    score: str = "auto",
    seed: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> Importance:
    """Permutation importance of each column of a table: not of each input of the network.

    The values of one column are shuffled among the rows, and the rows are predicted again. The
    column matters as much as the score falls. Two columns that say the same share their importance:
    while one is shuffled, the network still has the other.

    Parameters
    ----------
    model
        A trained model.
    table
        Rows with labels; best those that were not trained on.
    repeats
        How many times each column is shuffled. All columns get the same permutations.
    score
        The score that falls. ``"auto"``: R^2 for a regression; else accuracy, or balanced accuracy
        where the largest class has so many rows that accuracy says little.
    seed
        Decides the permutations. They are those of
        :func:`sklearn.inspection.permutation_importance` with this ``random_state``.
    progress
        Called after each column with the number of columns that are done, and of all.

    Raises
    ------
    DataError
        For rows that do not fit the model, or without labels.
    ParameterError
        For `repeats`, `score` or `seed` that do not fit.

    Source
    ------
    L. Breiman, *Random Forests*, 2001, section 10.

    Examples
    --------
    >>> from clearprop import Experiment, RECIPES
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> table = Table("made", X, X[:, 0] > 0, ("signal", "noise"), "positive")
    >>> run = Experiment(table, RECIPES["modern"].with_(hidden=(8,), learning_rate=0.03)).fit()
    >>> found = importance(run.model(), table)
    >>> found.columns[found.order[0]], bool(found.mean[1] < 0.1 < found.mean[0])
    ('signal', True)
    """
    task = model.targets.task
    problems = [*whole_problems("repeats", repeats, 1), *whole_problems("seed", seed, 0)]
    if score != "auto":
        problems += one_of("score", score, _SCORES[task])
    raise_problems(problems)
    if table.y is None:
        raise DataError(f"{table.source}: importance needs labels; none were found")
    X = model.inputs(table)  # (m, s_1)
    h = outputs_in_slices(model.network, model.thetas, X)  # (m, K)
    if score == "auto":
        uneven = Scores(model.targets, h, table.y).largest is not None
        score = "balanced_accuracy" if uneven else _SCORES[task][0]
    scored = _scorer(score, model.targets, table.y)
    value = scored(h)
    encoder = model.encoder
    names = table.feature_names if encoder is None or encoder.names is None else encoder.names
    spans = [slice(j, j + 1) for j in range(len(names))] if encoder is None else encoder.spans
    orders = _permutations(len(X), repeats, seed)
    falls = np.zeros((len(spans), repeats))
    for j, span in enumerate(spans):
        own = X[:, span]  # (m, inputs of the column)
        for r, order in enumerate(orders):
            # Only rows that change are predicted again: of a column of zeros and ones, half.
            shuffled = own[order]
            changed = (shuffled != own).any(axis=1)  # (m,)
            if changed.any():
                rows = X[changed]
                rows[:, span] = shuffled[changed]
                now = h.copy()
                now[changed] = outputs_in_slices(model.network, model.thetas, rows)
                falls[j, r] = value - scored(now)
        if progress is not None:
            progress(j + 1, len(spans))
    return Importance(names, falls, score, value, table.image_shape, table.image_order)


def _permutations(m: int, repeats: int, seed: int) -> list[Array]:
    """Permutations of m rows; scikit-learn shuffles what it has shuffled before."""
    first = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
    random = np.random.RandomState(first)
    order, whole, found = np.arange(m), np.arange(m), []
    for _ in range(repeats):
        random.shuffle(order)
        whole = whole[order]
        found.append(whole)
    return found


def _scorer(name: str, targets: Targets, y: Array) -> Callable[[Array], float]:
    """A function from outputs h ``(m, K)`` to the score; larger is better."""
    if targets.task != "classification":
        return lambda h: score_predictions(targets, targets.decode(h), y)
    actual = targets.encode(y, "softmax").argmax(axis=1)  # (m,)
    K = len(np.unique(actual)) if targets.classes is None else len(targets.classes)
    rows = np.bincount(actual, minlength=K)  # (K,)

    def accuracy(h: Array) -> float:
        return float(np.mean(targets.probabilities(h).argmax(axis=1) == actual))

    def balanced(h: Array) -> float:
        predicted = targets.probabilities(h).argmax(axis=1)  # (m,)
        hits = np.bincount(actual[predicted == actual], minlength=K)  # (K,)
        return balanced_accuracy(class_scores(hits, rows, np.bincount(predicted, minlength=K)))

    def minus_loss(h: Array) -> float:
        return -log_loss(targets.probabilities(h), actual)

    return {"accuracy": accuracy, "balanced_accuracy": balanced, "log_loss": minus_loss}[name]
