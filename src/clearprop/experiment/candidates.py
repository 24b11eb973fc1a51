"""The runs among which the validation rows choose: every strength of regularization, every fold.

Sources: A. Ng, *Machine Learning* (Coursera), week 6, "Model selection" and "Regularization and
bias/variance": lambda is chosen by the validation cost without lambda. L. Breiman, *Bagging
predictors*, 1996: networks that are trained on different rows are averaged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.data.split import split_groups, split_rows
from clearprop.data.table import Table, count
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array
from clearprop.training import Training

__all__ = ["Candidate", "Choice", "chosen", "folds"]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A run with its own strength of regularization, or its own fold of the rows.

    Attributes
    ----------
    regularization
        lambda.
    fold
        The number of its fold, from 0. It learns from the rows of the other folds.
    held
        ``(m_v,)``: the rows that it is validated on, counted in the training rows followed by the
        validation rows.
    training
        The run.
    """

    regularization: float
    fold: int
    held: Array
    training: Training

    @property
    def best_epoch(self) -> int:
        """The epoch whose parameters are kept: that of the lowest validation cost, or the last."""
        history = self.training.history
        return self.training.state.epoch if history.best_theta is None else history.best_epoch

    @property
    def validation_cost(self) -> float:
        """J of its validation rows without lambda, after that epoch; infinite before the first.

        Where the validation cost is watched, it is the mean of five epochs that was the lowest.
        """
        history, options = self.training.history, self.training.options
        watched = options.early_stopping and options.watch == "cost"
        costs = history.validation_costs
        last = costs[self.best_epoch - 1] if costs else math.inf
        J = -history.best if watched else last
        return J if math.isfinite(J) else math.inf

    @property
    def usable(self) -> bool:
        """Whether it has parameters to use: those of an epoch with a finite validation cost."""
        return math.isfinite(self.validation_cost)

    @property
    def cost(self) -> float | None:
        """J of its training rows with lambda, in that epoch; None before the first."""
        costs = self.training.history.costs
        return costs[self.best_epoch - 1] if costs else None

    def to_dict(self) -> dict[str, Any]:
        """What became of it, as JSON values. A cost that is not known, or not finite, is None."""
        return {
            "regularization": self.regularization,
            "fold": self.fold,
            "epochs": self.training.state.epoch,
            "best_epoch": self.best_epoch,
            "cost": self.cost,
            "validation_cost": self.validation_cost if self.usable else None,
            "validation_rows": len(self.held),
        }

    def curves(self) -> dict[str, list[float | None]]:
        """Both costs after each epoch, as JSON values of six digits; None if not finite."""
        history = self.training.history
        return {
            "costs": [_six_digits(J) for J in history.costs],
            "validation_costs": [_six_digits(J) for J in history.validation_costs],
        }


@dataclass(frozen=True, eq=False)
class Choice:
    """What the validation rows chose.

    Attributes
    ----------
    regularization
        The chosen lambda.
    members
        The chosen runs: one, or one for each fold. Runs that diverged at once, or had not begun
        when training was ended, are left out.
    costs
        The validation cost of each lambda on the first fold, from the smallest lambda on; infinite
        for one that diverged.
    """

    regularization: float
    members: tuple[Candidate, ...]
    costs: dict[float, float]


def chosen(candidates: Sequence[Candidate]) -> Choice:
    """Choose lambda by the validation cost. Between equal costs the larger lambda is taken.

    Equation
    --------
    ``lambda = argmin (1/m_v) sum over validation rows of J_i`` (course, week 6).
    """
    costs = {c.regularization: c.validation_cost for c in candidates if c.fold == 0}
    costs = dict(sorted(costs.items()))
    best = min(costs, key=lambda strength: (costs[strength], -strength))
    of = [c for c in candidates if c.regularization == best]
    usable = [c for c in of if c.usable]
    begun = [c for c in of if c.training.state.step]
    return Choice(best, tuple(usable or begun or of), costs)


def _six_digits(J: float) -> float | None:
    """Enough for a curve. All digits of thousands of epochs would fill the model file."""
    return float(f"{J:.6g}") if math.isfinite(J) else None


def folds(parts: Sequence[Table], n: int, seed: int, stratify: bool) -> list[Array]:
    """Divide the rows of all parts, one part after another, into `n` folds.

    Parameters
    ----------
    parts
        Tables with labels, such as those of training and validation.
    n
        The number of folds.
    seed
        The same seed gives the same folds.
    stratify
        Whether each fold gets its share of every label.

    Returns
    -------
    The row numbers of each fold, counted over all parts. Rows of one group stay together.

    Raises
    ------
    ParameterError
        For rows that were split in their order. A fold of them would learn from later rows. For
        more folds than rows or groups.

    Examples
    --------
    >>> table = Table("a", np.eye(4), np.array([0, 1, 0, 1]), tuple("abcd"), None)
    >>> [len(fold) for fold in folds([table], 2, seed=0, stratify=True)]
    [2, 2]
    """
    if parts[0].in_order:
        raise ParameterError(
            f"bag: {parts[0].source} is split in the order of its rows, so a network would learn "
            "from rows that come after those it is validated on; use bag='1'"
        )
    groups, rows = None, sum(part.n_rows for part in parts)
    if parts[0].groups is not None:
        groups = np.concatenate([part.groups for part in parts])
    most, what = (rows, "row") if groups is None else (len(np.unique(groups)), "group")
    if n > most:
        raise ParameterError(
            f"bag: expected at most {most}, since each network is validated on {what}s of its own "
            f"and there are {count(most, what)} to train and validate on; got {n}"
        )
    shares = [1 / n] * n
    if groups is not None:
        return split_groups(groups, shares, seed)
    labels = np.concatenate([part.y for part in parts]) if stratify else None
    return split_rows(rows, shares, seed, labels)
