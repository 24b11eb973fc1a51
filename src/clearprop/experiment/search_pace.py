"""How long an epoch of a search's networks takes, by their size."""

from __future__ import annotations

from dataclasses import dataclass

from clearprop.training import Training
from clearprop.training.pace import seconds_per_epoch

__all__ = ["Pace"]

_TIMED = 0.3  # seconds of each of the two runs that are timed


@dataclass(frozen=True)
class Pace:
    """The seconds of an epoch on one thread: ``base + slope * parameters``.

    Attributes
    ----------
    base, slope
        Seconds, and seconds for each parameter.

    Examples
    --------
    >>> Pace(0.5, 0.001)(100)
    0.6
    """

    base: float
    slope: float

    def __call__(self, parameters: int) -> float:
        """The seconds of an epoch of a network with so many parameters."""
        return self.base + self.slope * parameters

    @classmethod
    def measured(cls, narrowest: Training, widest: Training) -> Pace:
        """The pace by two runs, which are used up."""
        runs = (narrowest, widest)
        n, most = (run.network.n_parameters for run in runs)
        first, last = (seconds_per_epoch(run, _TIMED) for run in runs)
        slope = max((last - first) / (most - n), 0.0) if most > n else 0.0
        return cls(max(first - slope * n, 1e-6), slope)
