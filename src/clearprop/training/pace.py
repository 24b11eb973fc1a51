"""How long an epoch takes, by a trial."""

from __future__ import annotations

import time
from contextlib import suppress

from clearprop.errors import DivergenceError
from clearprop.training.events import EpochEnded, Progress
from clearprop.training.loop import Training

__all__ = ["seconds_per_epoch"]


def seconds_per_epoch(training: Training, seconds: float) -> float:
    """The seconds of one epoch, by what the run trains in about so many seconds.

    The run is used up. It ends after its own epochs at the latest, and where it diverges.

    Examples
    --------
    >>> from clearprop import Network, Options
    >>> run = Training(Network((1, 1)), [0.0, 0.0], [[1.0]], [1], Options(epochs=10**6))
    >>> 0 < seconds_per_epoch(run, 0.01) < 1
    True
    """
    started, done = time.perf_counter(), 0.0
    with suppress(DivergenceError):
        for event in training:
            if isinstance(event, Progress | EpochEnded):
                done = event.done
                if time.perf_counter() - started > seconds:
                    training.stop()
    return (time.perf_counter() - started) / (done or 1.0)
