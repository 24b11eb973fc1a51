"""What the epochs of a run have shown so far: all that stopping and resuming need to know."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from clearprop.network.architecture import Array


@dataclass
class History:
    """The curves, and the best epoch.

    `costs`, `validation_costs` and `validation_scores` have one entry an epoch, the last two only
    where there is a validation set.
    """

    costs: list[float] = field(default_factory=list)
    validation_costs: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    best: float = -math.inf  # the best watched value, larger is better
    best_epoch: int = 0
    best_theta: Array | None = None  # kept under early stopping alone
    stalled: int = 0  # epochs without improvement, in a row
    rate_divisor: float = 1.0  # what the schedule "adaptive" has divided the rate by

    def note(self, value: float, epoch: int, tol: float, theta: Array | None) -> None:
        """Take in the watched value of an epoch, larger is better; `theta` is kept if it is best.

        scikit-learn's rule: an epoch improves on the best one if it gains at least `tol`.

        Examples
        --------
        >>> history = History()
        >>> for epoch, score in enumerate([0.5, 0.8, 0.8], start=1):
        ...     history.note(score, epoch, tol=0.01, theta=None)
        >>> history.best_epoch, history.stalled
        (2, 1)
        """
        self.stalled = 0 if value >= self.best + tol else self.stalled + 1
        if value > self.best:
            self.best, self.best_epoch = value, epoch
            if theta is not None:
                self.best_theta = theta.copy()
