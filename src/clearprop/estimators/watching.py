"""What is watched after every epoch: the validation set, and the score on it."""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.model_selection import train_test_split

from clearprop.data.targets import Targets
from clearprop.errors import ParameterError, did_you_mean, shown
from clearprop.network.architecture import Array

# Scores that `scoring` names by a word and that need no scorer of scikit-learn.
LOSS = "loss"


@dataclass(frozen=True)
class Watched:
    """A validation set.

    Attributes
    ----------
    rows
        The rows as the user handed them in, a frame for instance; a scorer gets these.
    X, y, weight
        The same rows, their labels and weights as scikit-learn's checks leave them.
    """

    rows: Any
    X: Any
    y: Array
    weight: Array | None


def scoring_problems(scoring: object) -> list[str]:
    """What is wrong with a `scoring`, as a list of at most one sentence.

    Examples
    --------
    >>> scoring_problems("acuracy")[0][-26:]
    '(did you mean "accuracy"?)'
    """
    if scoring is None or callable(scoring) or scoring == LOSS:
        return []
    names = get_scorer_names()
    if isinstance(scoring, str) and scoring in names:
        return []
    return [
        "scoring: expected None, 'loss', the name of one of scikit-learn's scorers, or a function "
        f"scorer(estimator, X, y); got {shown(scoring)}{did_you_mean(str(scoring), names)}"
    ]


def held_out(
    y: Array, targets: Targets, cost: str, fraction: float, random: np.random.RandomState
) -> tuple[Array, Array]:
    """The indices of the samples to train on, and of those that are set aside.

    As in scikit-learn: stratified for two classes, and not for more.

    Raises
    ------
    ParameterError
        If fewer than two samples would be set aside.
    """
    if fraction == 0:
        raise ParameterError(
            "validation_fraction: expected a number above 0 under early_stopping, or a "
            "validation set (X_val, y_val); got 0"
        )
    two = targets.task == "classification" and targets.n_units(cost) == 1
    train, held = train_test_split(
        np.arange(len(y)),
        random_state=random,
        test_size=fraction,
        stratify=y if two else None,
    )
    if len(held) < 2:
        raise ParameterError(
            "The validation set is too small. Increase 'validation_fraction' or the size "
            f"of your dataset: got {len(held)} of {len(y)} samples"
        )
    return train, held


def scorer_of(
    estimator: Any, scoring: Any, watched: Watched, fitted: Callable[[], Any]
) -> Callable[[Array], float]:
    """A score of the outputs h by a scorer, which predicts anew with what `fitted` returns."""
    scorer = check_scoring(estimator, scoring)
    weighs = "sample_weight" in inspect.signature(scorer).parameters
    more = {} if watched.weight is None or not weighs else {"sample_weight": watched.weight}

    def score(h: Array) -> float:
        value = scorer(fitted(), watched.rows, watched.y, **more)
        if not isinstance(value, numbers.Real):
            raise ParameterError(f"scoring: expected a number from the scorer; got {shown(value)}")
        return float(value)

    return score
