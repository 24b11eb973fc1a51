"""All scores of a model's outputs. Each is computed when it is first asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from clearprop.data.class_scores import (
    ClassScores,
    balanced_accuracy,
    class_scores,
    log_loss,
    macro_f1,
)
from clearprop.data.interval_scores import IntervalScores, interval_scores
from clearprop.data.labels import label_text
from clearprop.data.ranking import Bin, Threshold, auc, calibration, thresholds
from clearprop.data.scores import mean_absolute_error, root_mean_squared_error
from clearprop.data.scores import score as score_predictions
from clearprop.data.targets import Targets
from clearprop.network.architecture import Array

__all__ = ["Scores"]

# A class of two is rare below this share of the rows. Accuracy then says little about it.
_RARE = 0.2

# Classes are uneven if taking every row for the largest one is right so many times as often as in
# classes of equal size: from 75 % of two classes on, or 15 % of ten.
_UNEVEN = 1.5


@dataclass(frozen=True, eq=False)
class Scores:
    """All scores of outputs on rows with labels.

    Names and definitions are scikit-learn's. A score that does not fit the task is None, and so is
    one that these rows leave undefined; :attr:`undefined` then says why.

    Attributes
    ----------
    targets, outputs, labels
        What the labels are, h(x) of shape ``(m, K)``, and the actual labels.

    Examples
    --------
    >>> targets = Targets.fit(["no", "yes"])
    >>> h = np.array([[0.1], [0.4], [0.35], [0.8]])
    >>> scores = Scores(targets, h, np.array(["no", "no", "yes", "yes"]))
    >>> scores.balanced_accuracy, scores.auc, scores.rmse
    (0.75, 0.75, None)
    """

    targets: Targets
    outputs: Array = field(repr=False)
    labels: Array = field(repr=False)

    @cached_property
    def predicted(self) -> Array:
        """The predicted labels or numbers, ``(m,)`` or ``(m, K)``."""
        return self.targets.decode(self.outputs)

    @cached_property
    def confusion(self) -> Array | None:
        """As in :class:`clearprop.Measurement`."""
        if self.targets.task != "classification":
            return None
        K = len(self.names)
        pairs = K * self._actual + self.targets.indices(self.predicted)  # (m,)
        return np.bincount(pairs, minlength=K * K).reshape(K, K)  # (K, K)

    @cached_property
    def names(self) -> list[str]:
        """The classes, or the labels that a row may have, as text; none for a regression."""
        classes = self.targets.classes
        if self.targets.names and classes is not None:
            return list(self.targets.names)
        return [] if classes is None else [label_text(label) for label in classes.tolist()]

    @cached_property
    def score(self) -> float:
        """The accuracy, or R^2 for a regression."""
        return score_predictions(self.targets, self.predicted, self.labels)

    @cached_property
    def per_class(self) -> ClassScores | None:
        """Precision, recall and F1 of each class in the order of :attr:`names`."""
        if self.confusion is not None:
            found = self.confusion
            return class_scores(np.diag(found), found.sum(axis=1), found.sum(axis=0))
        if self.targets.task == "multilabel":
            actual, predicted = self._each_label, self.outputs > 0.5  # (m, K)
            hits = (actual & predicted).sum(axis=0)  # (K,)
            return class_scores(hits, actual.sum(axis=0), predicted.sum(axis=0))
        return None

    @property
    def balanced_accuracy(self) -> float | None:
        """The mean recall of the classes; None for several labels a row."""
        found = None if self.confusion is None else self.per_class
        return None if found is None else balanced_accuracy(found)

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the classes."""
        return None if self.per_class is None else macro_f1(self.per_class)

    @cached_property
    def log_loss(self) -> float | None:
        """The mean of -log p of the actual class; None for several labels a row."""
        if self.confusion is None:
            return None
        return log_loss(self._probabilities, self._actual)

    @cached_property
    def auc(self) -> float | None:
        """The area under the ROC curve; for more than two classes the mean of one against the rest.

        None where a class has no row, or all of them.
        """
        if self.per_class is None:
            return None
        several = self.targets.task == "multilabel"
        which = range(len(self.names)) if several or len(self.names) > 2 else [1]
        areas = []
        for k in which:
            positive = self._each_label[:, k] if several else self._actual == k
            areas.append(auc(self._probabilities[:, k], positive))
        found = [area for area in areas if area is not None]
        return float(np.mean(found)) if len(found) == len(areas) else None

    @cached_property
    def rmse(self) -> float | None:
        """The root of the mean squared error of a regression, the mean over its outputs."""
        return root_mean_squared_error(*self._numbers) if self.targets.classes is None else None

    @cached_property
    def mae(self) -> float | None:
        """The mean absolute error of a regression."""
        return mean_absolute_error(*self._numbers) if self.targets.classes is None else None

    @cached_property
    def interval(self) -> IntervalScores | None:
        """What the prediction intervals hold; None for a model without."""
        if self.targets.interval is None:
            return None
        actual = self._numbers[1]  # (m, T)
        bounds = self.targets.bounds(self.outputs).reshape(*actual.shape, 2)  # (m, T, 2)
        return interval_scores(self.targets.interval.coverage, bounds, actual)

    @property
    def undefined(self) -> dict[str, str]:
        """Why a score that fits the task is None: its name, and the class that lacks rows."""
        if self.per_class is None or self.auc is not None:
            return {}
        rows = self.per_class.rows
        lacking = np.flatnonzero(rows == 0)
        k = int(lacking[0]) if len(lacking) else int(np.argmax(rows == len(self.labels)))
        return {"auc": self.names[k]}

    @property
    def never_predicted(self) -> dict[str, int]:
        """The classes that have rows and were never predicted: how many rows, by name."""
        found = self.per_class
        if found is None:
            return {}
        missed = np.flatnonzero((found.rows > 0) & (found.predicted == 0))
        return {self.names[k]: int(found.rows[k]) for k in missed}

    @property
    def misses_a_class(self) -> bool:
        """Whether a class was never predicted, or less than half of a rare one of two was found."""
        if self.confusion is None or self.per_class is None:
            return False
        k = self._rarer
        few = self.rare and k is not None and bool(self.per_class.recall[k] < 0.5)
        return few or bool(self.never_predicted)

    @property
    def largest(self) -> tuple[str, float] | None:
        """The largest class and its share of the rows, if the classes are uneven.

        A model that takes every row for that class has this accuracy.
        """
        if self.confusion is None:
            return None
        rows = self.confusion.sum(axis=1)  # (K,)
        k = int(np.argmax(rows))
        share = float(rows[k]) / len(self.labels)
        return (self.names[k], share) if share >= _UNEVEN / len(rows) else None

    @property
    def rarer(self) -> str | None:
        """Of two classes, the one that has fewer rows, if it has any."""
        k = self._rarer
        return None if k is None else self.names[k]

    @property
    def rare(self) -> bool:
        """Whether the rarer one of two classes has less than a fifth of the rows."""
        k = self._rarer
        return k is not None and bool(np.mean(self._actual == k) < _RARE)

    @cached_property
    def thresholds(self) -> list[Threshold]:
        """Precision and recall of the rarer one of two classes against the threshold."""
        k = self._rarer
        return [] if k is None else thresholds(self._probabilities[:, k], self._actual == k)

    @cached_property
    def calibration(self) -> list[Bin]:
        """Predicted probability against observed share of the rarer one of two classes."""
        k = self._rarer
        return [] if k is None else calibration(self._probabilities[:, k], self._actual == k)

    def to_dict(self) -> dict[str, Any]:
        """The scores beside accuracy and cost, as JSON values.

        ``per_class`` maps a label to precision, recall, f1 and rows. ``thresholds`` and
        ``calibration`` are of the rarer one of two classes, whose label they name. ``interval``
        stands there only for a model with prediction intervals.
        """
        interval = {} if self.interval is None else {"interval": asdict(self.interval)}
        return {
            "balanced_accuracy": self.balanced_accuracy,
            "macro_f1": self.macro_f1,
            "log_loss": self.log_loss,
            "auc": self.auc,
            "per_class": self._per_class_dict(),
            "rmse": self.rmse,
            "mae": self.mae,
            "r2": self.score if self.targets.classes is None else None,
            **interval,
            "thresholds": [{"class": self.rarer, **asdict(row)} for row in self.thresholds] or None,
            "calibration": [{"class": self.rarer, **asdict(row)} for row in self.calibration]
            or None,
        }

    def _per_class_dict(self) -> dict[str, dict[str, float | None]] | None:
        found = self.per_class
        if found is None:
            return None
        columns = (found.precision, found.recall, found.f1, found.rows)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        keys = ("precision", "recall", "f1", "rows")
        return {
            name: {key: None if np.isnan(x) else x for key, x in zip(keys, row, strict=True)}
            for name, row in zip(self.names, rows, strict=True)
        }

    @cached_property
    def _actual(self) -> Array:
        """The number of each row's class, ``(m,)``."""
        numbers: Array = self.targets.encode(self.labels, "softmax").argmax(axis=1)
        return numbers

    @cached_property
    def _each_label(self) -> Array:
        """Which labels each row has, ``(m, K)`` of bool."""
        return self.targets.encode(self.labels, "logistic").astype(bool)

    @cached_property
    def _numbers(self) -> tuple[Array, Array]:
        """The predicted and the actual numbers, each ``(m, K)``."""
        return self.predicted.reshape(len(self.labels), -1), self.targets.numbers(self.labels)

    @cached_property
    def _probabilities(self) -> Array:
        return self.targets.probabilities(self.outputs)  # (m, K)

    @cached_property
    def _rarer(self) -> int | None:
        if self.confusion is None or len(self.names) != 2:
            return None
        rows = self.confusion.sum(axis=1)  # (2,)
        k = 0 if rows[0] < rows[1] else 1
        return k if rows[k] else None
