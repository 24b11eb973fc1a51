"""All candidates trained side by side, told as one run."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence

from clearprop.errors import DivergenceError
from clearprop.experiment.candidates import Candidate
from clearprop.training import Ended, EpochEnded, Event, Progress
from clearprop.training.side_by_side import side_by_side

__all__ = ["together"]


def together(
    candidates: Sequence[Candidate],
    runs: Sequence[Iterator[Event]],
    late: Callable[[], bool],
    threads: int,
    before: int = 0,
    after: int = 0,
) -> Generator[Event, None, tuple[str, float]]:
    """Train several candidates; yield their epochs and the progress of all.

    Returns why training ended, as in :class:`clearprop.training.Ended`, and its seconds.

    Parameters
    ----------
    candidates, runs
        The candidates, and the events of each one's training.
    late
        True once the time is up.
    threads
        How many of them train at once.
    before, after
        Epochs of other candidates, which the progress counts too.

    Raises
    ------
    DivergenceError
        If no candidate has parameters to use, and there are none before. Otherwise those that
        diverged are warned of.
    """
    started = time.perf_counter()
    trainings = [candidate.training for candidate in candidates]
    done = [float(training.state.epoch) for training in trainings]
    epochs = before + sum(training.options.epochs for training in trainings) + after
    reason = "epochs"
    diverged: list[tuple[Candidate, DivergenceError]] = []
    for i, event in side_by_side(trainings, lambda i: runs[i], late, threads):
        if isinstance(event, DivergenceError):
            diverged.append((candidates[i], event))
        elif isinstance(event, Ended):
            reason = reason if event.reason in ("epochs", "converged") else event.reason
        elif isinstance(event, Progress | EpochEnded):
            done[i] = event.done
            if isinstance(event, EpochEnded):
                yield event
            yield Progress(before + sum(done), epochs)
    if diverged and not before and not any(candidate.usable for candidate in candidates):
        raise diverged[0][1]
    for candidate, error in diverged:
        warnings.warn(_lost(candidate, error), stacklevel=2)
    return reason, time.perf_counter() - started


def _lost(candidate: Candidate, error: DivergenceError) -> str:
    """The warning about a run that diverged beside others that did not."""
    what = str(error).partition(";")[0]
    name = f"lambda {candidate.regularization:g}, fold {candidate.fold + 1}"
    return f"{name}: {what}; it counts as it was before, beside the other runs"
