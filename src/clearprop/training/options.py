"""How to train: the solver and all its numbers, checked together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clearprop.errors import (
    DivergenceError,
    is_number,
    number_problems,
    one_of,
    raise_problems,
    whole_problems,
)
from clearprop.names import ScheduleName, SolverName
from clearprop.network.architecture import Array
from clearprop.network.updates import SGD, Adam, AdamW, Rule, Schedule, schedule_problems

SOLVERS: tuple[SolverName, ...] = ("adam", "adamw", "sgd", "gd", "lbfgs", "cg")
FULL_BATCH = ("lbfgs", "cg")  # SciPy's solvers; the engine gives them cost and gradient
ALL_ROWS = ("gd", *FULL_BATCH)  # each step takes all rows
MINIBATCH = tuple(solver for solver in SOLVERS if solver not in FULL_BATCH)


@dataclass(frozen=True)
class Options:
    """How to train.

    Parameters
    ----------
    solver
        ``"adam"``, ``"adamw"`` and ``"sgd"`` (minibatches); ``"gd"`` (all samples in each step,
        fixed rate); ``"lbfgs"`` and ``"cg"`` (SciPy's L-BFGS-B and conjugate gradients; an epoch is
        one iteration).
    learning_rate, schedule, power_t, warmup
        See :class:`clearprop.network.updates.Schedule`.
    batch_size
        None: ``min(200, m)``, as in scikit-learn.
    epochs
        The largest number of epochs.
    tol, patience
        Training stops once the watched value has not improved by `tol` for more than `patience`
        epochs in a row. That value is the cost, or the validation score under `early_stopping`.
        ``lbfgs`` and ``cg`` stop once no component of the gradient exceeds `tol`. SciPy's L-BFGS
        also stops, as in scikit-learn, when an iteration gains less than 2e-9 of the cost.
    early_stopping
        Watch the validation rows and keep the parameters of their best epoch.
    watch
        What early stopping watches: ``"score"``, as in scikit-learn; or ``"cost"``, the mean
        validation cost of the last five epochs, since the cost of one epoch jumps with its last
        minibatches.
    max_evaluations
        The largest number of times that ``lbfgs`` computes cost and gradient.
    check_gradient
        Before training, compare the gradient with differences on a few rows.
    seed
        Decides the order of the samples.
    penalty_per_batch
        True: the m of lambda/(2m) is the size of the minibatch, as in scikit-learn. False: it is
        the size of the whole training set, as in the course and in Nielsen's ch. 3.
    weight_decay
        The share, times the learning rate, by which ``"adamw"`` shrinks every weight in each step.
    dropout
        The share of hidden units that each step leaves out (see
        :class:`clearprop.network.dropout.Dropout`). Not for ``lbfgs`` and ``cg``, like the next
        two: they search along lines, where J must stay one function.
    label_smoothing
        A share s of each training target goes to all classes alike: ``Y := (1 - s) Y + s/K``, with
        s/2 for a single logistic unit (Szegedy et al. 2016, section 7). For classes only.
    clip_norm
        The largest norm of the gradient D that a step follows (see
        :func:`clearprop.network.updates.clipped`). None: any.

    Raises
    ------
    ParameterError
        Naming every parameter that does not fit.

    Examples
    --------
    >>> Options(solver="sgdd", epochs=0)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: solver: expected one of adam, adamw, sgd, gd, \
lbfgs, cg; got 'sgdd' (did you mean "sgd"?); epochs: expected a whole number of at least 1; got 0
    """

    solver: SolverName = "adam"
    learning_rate: float = 1e-3
    schedule: ScheduleName = "constant"
    power_t: float = 0.5
    momentum: float = 0.9
    nesterov: bool = True
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    batch_size: int | None = None
    epochs: int = 200
    shuffle: bool = True
    tol: float = 1e-4
    patience: float = 10
    early_stopping: bool = False
    watch: Literal["score", "cost"] = "score"
    max_evaluations: int = 15_000
    check_gradient: bool = True
    seed: int = 0
    penalty_per_batch: bool = False
    weight_decay: float = 0.01
    dropout: float = 0.0
    label_smoothing: float = 0.0
    clip_norm: float | None = None
    warmup: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            *one_of("solver", self.solver, SOLVERS),
            *number_problems("learning_rate", self.learning_rate, low=0, open_low=True),
            *schedule_problems(self.schedule),
            *number_problems("power_t", self.power_t, low=0),
            *number_problems("momentum", self.momentum, low=0, high=1),
            *number_problems("beta_1", self.beta_1, low=0, high=1, open_high=True),
            *number_problems("beta_2", self.beta_2, low=0, high=1, open_high=True),
            *number_problems("epsilon", self.epsilon, low=0, open_low=True),
            *([] if self.batch_size is None else whole_problems("batch_size", self.batch_size, 1)),
            *whole_problems("epochs", self.epochs, 1),
            *boolean("shuffle", self.shuffle),
            *boolean("nesterov", self.nesterov),
            *boolean("early_stopping", self.early_stopping),
            *one_of("watch", self.watch, ("score", "cost")),
            *number_problems("tol", self.tol, low=0),
            *(
                []
                if is_number(self.patience) and self.patience == math.inf
                else whole_problems("patience", self.patience, 1)
            ),
            *whole_problems("max_evaluations", self.max_evaluations, 1),
            *boolean("check_gradient", self.check_gradient),
            *whole_problems("seed", self.seed, 0),
            *boolean("penalty_per_batch", self.penalty_per_batch),
            *number_problems("weight_decay", self.weight_decay, low=0),
            *number_problems("dropout", self.dropout, low=0, high=1, open_high=True),
            *number_problems(
                "label_smoothing", self.label_smoothing, low=0, high=1, open_high=True
            ),
            *(
                []
                if self.clip_norm is None
                else number_problems("clip_norm", self.clip_norm, low=0, open_low=True)
            ),
            *number_problems("warmup", self.warmup, low=0, high=1),
        ]
        # A value that is wrong by itself cannot be compared with others.
        raise_problems(problems or self._combination_problems())

    def _combination_problems(self) -> list[str]:
        """What does not go together, though each value may be right by itself."""
        problems = []
        if self.solver in FULL_BATCH:
            idle = {"dropout": 0.0, "label_smoothing": 0.0, "clip_norm": None, "warmup": 0.0}
            problems += [
                f"{name}: is for the solvers that take steps of minibatches "
                f"({', '.join(MINIBATCH)}) and not for {self.solver}; got {getattr(self, name)!r}"
                for name, off in idle.items()
                if getattr(self, name) != off
            ]
        elif self.schedule == "one_cycle" and self.warmup != 0:
            problems.append(
                "warmup: the schedule one_cycle has a rise of its own, 30 % of the steps; leave "
                f"warmup at 0, or take another schedule; got {self.warmup!r}"
            )
        return problems

    def beside_the_rule(self) -> dict[str, float]:
        """What training does besides following the gradient, as far as it is used, by name.

        Examples
        --------
        >>> Options("adamw", dropout=0.2).beside_the_rule()
        {'weight_decay': 0.01, 'dropout': 0.2}
        """
        names = ("warmup", "weight_decay", "dropout", "label_smoothing", "clip_norm")
        used = {name: float(value) for name in names if (value := getattr(self, name))}
        if self.solver != "adamw":
            used.pop("weight_decay", None)
        return used

    def rule(self) -> Rule:
        """The update rule of a minibatch solver."""
        if self.solver == "adamw":
            return AdamW(self.beta_1, self.beta_2, self.epsilon, self.weight_decay)
        if self.solver == "adam":
            return Adam(self.beta_1, self.beta_2, self.epsilon)
        if self.solver == "sgd":
            return SGD(self.momentum, self.nesterov)
        return SGD()

    def rate_schedule(self) -> Schedule:
        """The learning rates, before "adaptive" lowers any."""
        return Schedule(self.schedule, self.learning_rate, self.power_t, self.warmup)

    def diverged(self, epoch: int, theta: Array) -> DivergenceError:
        """The error of a cost that stopped being finite after `epoch` epochs, and what to try."""
        tries = "scale the inputs, or add regularization"
        if self.solver not in FULL_BATCH:
            tries = f"take a smaller learning rate than {self.learning_rate:g}, {tries}"
        return DivergenceError(
            f"the cost stopped being finite in epoch {epoch + 1}; {tries}. "
            "The parameters are those of the last epoch that was finite",
            epoch + 1,
            theta,
        )

    def rows_per_batch(self, rows: int) -> int:
        """The size of a minibatch of `rows` samples in all."""
        if self.solver in ALL_ROWS:
            return rows
        return min(self.batch_size or 200, rows)


def checkpoint_problems(solver: object) -> list[str]:
    """What is wrong with a checkpoint of a solver, as a list of at most one sentence.

    Examples
    --------
    >>> checkpoint_problems("cg")
    ['checkpoint: solver cg cannot go on from one; use adam, adamw, sgd or gd']
    """
    if solver not in FULL_BATCH:
        return []
    *others, last = MINIBATCH
    use = f"{', '.join(others)} or {last}"
    return [f"checkpoint: solver {solver} cannot go on from one; use {use}"]


def boolean(name: str, value: object) -> list[str]:
    """What is wrong with a value that must be True or False, as a list of at most one sentence."""
    if isinstance(value, bool | np.bool_):
        return []
    return [f"{name}: expected True or False; got {value!r}"]
