"""What comes into a fit: rows, labels, weights and a validation set, checked and converted."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import _check_sample_weight, _check_y, validate_data

from clearprop.data.targets import Targets
from clearprop.errors import ParameterError
from clearprop.estimators.fitted import FittedMLP
from clearprop.estimators.labels import check_labels, named_text
from clearprop.estimators.mapped import Mapped, is_mapped
from clearprop.estimators.watching import LOSS, Watched, scorer_of
from clearprop.network.architecture import Array
from clearprop.training import Validation


class TakingRows(FittedMLP, ABC):
    """The half of both estimators that takes rows, in memory or on disk."""

    batch_size: Any
    scoring: Any

    @abstractmethod
    def _score_outputs(self, targets: Targets, h: Array, y: Array, weight: Array | None) -> float:
        """Accuracy or R^2 of the outputs h."""

    def _class_weights(self, y: Array) -> Array | None:
        """The weight of each sample by its class, or None."""
        return None

    def _encoded(self, targets: Targets, y: Array, cost: str) -> Array:
        """The network's targets ``(m, K)``."""
        return targets.encode(y, cost)

    def _check_X_y(self, X: Any, y: Any, reset: bool, name: str = "y") -> tuple[Any, Array]:
        numeric = not hasattr(self, "predict_proba")
        check_labels(name, y, numeric)
        y = y.toarray() if hasattr(y, "toarray") else y  # a sparse matrix of labels
        mapped = is_mapped(X)
        try:
            # Of a memory map, the first rows stand for all here: training checks the others.
            checked, labels = validate_data(
                self,
                X[:1] if mapped else X,
                y[:1] if mapped else y,
                accept_sparse="csr",
                multi_output=True,
                y_numeric=numeric,
                dtype=(np.float64, np.float32),
                reset=reset,
            )
            if not mapped:
                return checked, labels
            labels = _check_y(y, multi_output=True, y_numeric=numeric)
            check_consistent_length(X, labels)
            return Mapped(X), labels
        except ValueError as error:
            raise named_text(error) from None

    def _weights(self, sample_weight: Any, X: Any, y: Array) -> Array | None:
        by_class = self._class_weights(y)
        if sample_weight is None:
            return by_class
        weight = _check_sample_weight(sample_weight, y)
        return weight if by_class is None else weight * by_class

    def _given_validation(self, X: Any, y: Any, weight: Any) -> Watched | None:
        """The validation set that was handed in."""
        if (X is None) != (y is None):
            raise ParameterError("X_val, y_val: expected both or neither; got one of them")
        if X is None:
            return None
        rows = X
        X, y = self._check_X_y(X, y, reset=False, name="y_val")
        if weight is not None:
            weight = _check_sample_weight(weight, y)
        return Watched(rows, X, y, weight)

    def _samples(
        self,
        X: Any,
        y: Array,
        weight: Array | None,
        targets: Targets,
        cost: str,
        window: int,
    ) -> tuple[Any, Array | None, Array | None]:
        """X, Y and weights as training takes them: a stream of rows that are on disk."""
        if not isinstance(X, Mapped):
            return X, self._encoded(targets, y, cost), weight

        def labels(part: Any) -> Array:
            return self._encoded(targets, y[part], cost)  # (b, K)

        return X.stream(window, labels, weight), None, None

    def _validation(
        self,
        watched: Watched | None,
        targets: Targets,
        cost: str,
        fitted: Callable[[], Any],
        window: int,
    ) -> Validation | None:
        """The validation set with its score, as training takes them."""
        if watched is None:
            return None

        def own_score(h: Array) -> float:
            return self._score_outputs(targets, h, watched.y, watched.weight)

        score: Callable[[Array], float] | None = own_score
        if self.scoring == LOSS:
            score = None
        elif self.scoring is not None:
            score = scorer_of(self, self.scoring, watched, fitted)
        X, y, weight = watched.X, watched.y, watched.weight
        X, Y, weight = self._samples(X, y, weight, targets, cost, window)
        return Validation(X, Y, score, weight)

    def _warn_of_clipping(self, rows: int) -> None:
        if self.batch_size != "auto" and self.batch_size > rows:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be "
                "clipped",
                stacklevel=5,
            )
