"""The events of a search: what the command line listens to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from clearprop.experiment.trial import Rung, Trial
from clearprop.training import Ended, GradientChecked

__all__ = ["Advanced", "RungBegun", "SearchEvent", "Tried"]


@dataclass(frozen=True)
class RungBegun:
    """A rung of the search begins, the `number`-th, counted from 1."""

    rung: Rung
    number: int


@dataclass(frozen=True)
class Advanced:
    """So many of the seconds of work that the search is expected to take are done."""

    done: float
    total: float


@dataclass(frozen=True)
class Tried:
    """A trial is over."""

    trial: Trial


SearchEvent: TypeAlias = GradientChecked | RungBegun | Advanced | Tried | Ended
