"""The records of a search: what it trains, in which rung, and what became of that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Configuration", "Rung", "Trial", "best_first", "rank"]


@dataclass(frozen=True, order=True)
class Configuration:
    """What a search chooses: the units of each hidden layer, lambda, learning rate and dropout."""

    hidden: tuple[int, ...]
    regularization: float
    learning_rate: float
    dropout: float = 0.0

    def with_(self, name: str, value: float) -> Configuration:
        """The same with another lambda, rate or dropout, by the name of the field."""
        changed: dict[str, Any] = {name: value}
        return replace(self, **changed)


@dataclass(frozen=True)
class Rung:
    """Configurations that are trained for equally many epochs.

    Attributes
    ----------
    name
        ``"width"``, ``"depth"``, ``"halving"``, ``"lambdas"``, ``"rates"``, ``"dropouts"`` or
        ``"refining"``.
    epochs
        The epochs of each. The learning rate falls to zero within them, so that costs of one rung
        can be compared.
    configurations
        What is trained.
    """

    name: str
    epochs: int
    configurations: tuple[Configuration, ...]


@dataclass(frozen=True)
class Trial:
    """What became of a configuration in a rung.

    Attributes
    ----------
    configuration, rung, epochs
        What was trained, in which rung, counted from 1, and for how many epochs at most.
    parameters
        The number of parameters of the network.
    cost, validation_cost
        J without lambda of the training rows and of the validation rows; infinite if training
        diverged. They are those of the parameters that are kept.
    ran, best_epoch
        How many epochs it ran, and the one whose parameters are kept.
    seconds
        How long it trained. Other runs shared the processors.
    costs, validation_costs
        The curves: J of the training rows with lambda, and J of the validation rows without it.
    """

    configuration: Configuration
    rung: int
    epochs: int
    parameters: int
    cost: float
    validation_cost: float
    ran: int = 0
    best_epoch: int = 0
    seconds: float = 0.0
    costs: tuple[float, ...] = ()
    validation_costs: tuple[float, ...] = ()

    def to_dict(self, curves: bool = False) -> dict[str, Any]:
        """The trial as JSON values, with its curves or without; None for a cost that is infinite.

        Examples
        --------
        >>> trial = Trial(Configuration((8,), 3.0, 0.003), 1, 4, 51, 0.5, math.inf)
        >>> trial.to_dict()["validation_cost"] is None, trial == Trial.of(trial.to_dict(True))
        (True, True)
        """
        made: dict[str, Any] = {
            "hidden": list(self.configuration.hidden),
            "parameters": self.parameters,
            "regularization": self.configuration.regularization,
            "learning_rate": self.configuration.learning_rate,
            "dropout": self.configuration.dropout,
            "rung": self.rung,
            "epochs": self.epochs,
            "ran": self.ran,
            "best_epoch": self.best_epoch,
            "cost": _finite(self.cost),
            "validation_cost": _finite(self.validation_cost),
            "seconds": self.seconds,
        }
        if curves:
            made["costs"] = [_finite(J) for J in self.costs]
            made["validation_costs"] = [_finite(J) for J in self.validation_costs]
        return made

    @classmethod
    def of(cls, made: Mapping[str, Any]) -> Trial:
        """The trial that :meth:`to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            For values that it did not write.
        """
        configuration = Configuration(
            tuple(int(units) for units in made["hidden"]),
            float(made["regularization"]),
            float(made["learning_rate"]),
            float(made.get("dropout", 0.0)),  # a model of before has none
        )
        return cls(
            configuration,
            rung=int(made["rung"]),
            epochs=int(made["epochs"]),
            parameters=int(made["parameters"]),
            cost=_number(made["cost"]),
            validation_cost=_number(made["validation_cost"]),
            ran=int(made["ran"]),
            best_epoch=int(made["best_epoch"]),
            seconds=float(made["seconds"]),
            costs=tuple(map(_number, made.get("costs", ()))),
            validation_costs=tuple(map(_number, made.get("validation_costs", ()))),
        )


def best_first(trials: Iterable[Trial]) -> list[Trial]:
    """The trials, that of the lowest validation cost first; of equal ones the smallest network."""
    return sorted(trials, key=rank)


def rank(trial: Trial) -> tuple[Any, ...]:
    """The lowest validation cost, then the smallest network, then the fewest epochs first."""
    return trial.validation_cost, trial.parameters, trial.configuration, trial.epochs


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: object) -> float:
    """A cost as it was written: None was not finite."""
    return math.inf if value is None else float(value)  # type: ignore[arg-type]
