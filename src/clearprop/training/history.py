"""The curves and the best epoch of a run so far. Stopping and resuming need no more."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from clearprop.network.architecture import Array

# The epochs whose mean validation cost is watched. On 14 tables 1, 3, 5 and a twentieth of all
# epochs differed by less than a point; 1 kept worse networks on the digits.
_RECENT = 5


@dataclass
class History:
    """The curves, and the best epoch.

    `costs`, `validation_costs` and `validation_scores` have one entry an epoch. The last two are
    empty without a validation set.
    """

    costs: list[float] = field(default_factory=list)
    validation_costs: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    best: float = -math.inf  # the best watched value, larger is better
    best_epoch: int = 0
    best_theta: Array | None = None  # only kept for early stopping
    stalled: int = 0  # epochs without improvement, in a row
    rate_divisor: float = 1.0  # by which the schedule "adaptive" has divided the rate

    @property
    def recent_validation_cost(self) -> float:
        """The mean validation cost of the last five epochs, or of fewer at the start.

        Examples
        --------
        >>> History(validation_costs=[9.0, 4.0, 1.0, 3.0, 1.0, 1.0]).recent_validation_cost
        2.0
        """
        recent = self.validation_costs[-_RECENT:]
        return sum(recent) / len(recent)

    def note(self, value: float, epoch: int, tol: float, theta: Array | None) -> None:
        """Note the watched value of an epoch, larger is better. The best epoch's theta is kept.

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
