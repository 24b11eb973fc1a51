"""The checkpoints of a fit. A fit that goes on draws the same numbers as the one before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils import shuffle

from clearprop.errors import ParameterError, is_whole, shown
from clearprop.network.architecture import Array
from clearprop.storage.run_folder import RunFolder
from clearprop.training import Event, Training
from clearprop.training.resume import resumable

__all__ = ["Orders", "folder_of", "kept"]


def folder_of(estimator: Any, checkpoint: Any, every: float, resume: bool) -> RunFolder | None:
    """The folder of a fit's checkpoints, if the caller of `fit` names one.

    Raises
    ------
    ParameterError
        For a folder that cannot be used, and without a `random_state` that can be drawn from again.
    """
    if checkpoint is not None and not is_whole(estimator.random_state):
        raise ParameterError(
            "random_state: expected a whole number beside a checkpoint, since a fit that goes on "
            f"draws the same again; got {shown(estimator.random_state)}"
        )
    return RunFolder.of(checkpoint, every, resume)


def kept(estimator: Any, training: Training, folder: RunFolder | None) -> Iterator[Event]:
    """The events of the training, with checkpoints where there is a folder for them."""
    if folder is None:
        return iter(training)
    folder.begin("run")
    # A function cannot be compared with that of another process, but for its name.
    scoring = getattr(estimator.scoring, "__qualname__", estimator.scoring)
    choices = {
        "init": estimator.init,
        "random_state": int(estimator.random_state),
        "scoring": None if scoring is None else str(scoring),
    }
    return resumable(training, folder.part("run"), choices)


class Orders:
    """scikit-learn's order of the samples: each epoch shuffles the order of the one before.

    A fit that goes on from a checkpoint draws again what was drawn in the epochs before.

    Parameters
    ----------
    first
        The epoch that is drawn first.

    Examples
    --------
    >>> whole, resumed = (Orders(9, np.random.RandomState(0), first=0) for _ in range(2))
    >>> orders = [whole(epoch).tolist() for epoch in range(3)]
    >>> resumed(2).tolist() == orders[2]
    True
    """

    def __init__(self, rows: int, random: np.random.RandomState, first: int) -> None:
        self._order = np.arange(rows)
        self._random = random
        self._next = first

    def __call__(self, epoch: int) -> Array:
        """The order of an epoch, ``(rows,)`` of int64."""
        while self._next <= epoch:
            self._order = shuffle(self._order, random_state=self._random)
            self._next += 1
        return self._order
