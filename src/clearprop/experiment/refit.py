"""After the choice: the chosen networks are trained once more, on all rows."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from clearprop.errors import DivergenceError
from clearprop.network.architecture import Array
from clearprop.training import Ended, EpochEnded, Event, Progress, Training
from clearprop.training.side_by_side import side_by_side

__all__ = ["Refit", "refitted"]


@dataclass(frozen=True, eq=False)
class Refit:
    """What became of training on all rows.

    Attributes
    ----------
    rows
        How many rows there were.
    penalty_rows
        The m of lambda/(2m): these rows, each counted with its weight.
    epochs
        How many epochs each network was to be trained.
    reason
        ``"done"``, or why it ended before: ``"interrupted"``, ``"time"``, ``"stopped"`` (a
        callback asked for it) or ``"diverged"``.
    thetas
        The parameters of each network, ``(n_parameters,)``; ``()`` if it was not done.
    """

    rows: int
    penalty_rows: float | None
    epochs: tuple[int, ...]
    reason: str
    thetas: tuple[Array, ...]


def refitted(
    trainings: Sequence[Training],
    runs: Sequence[Iterator[Event]],
    epochs: Sequence[int],
    late: Callable[[], bool],
    threads: int,
    rows: int,
) -> Generator[Event, None, Refit]:
    """Train each run for its number of epochs, yielding the progress; return what became of it.

    Parameters
    ----------
    trainings, runs
        The runs, and the events of each one's training.
    epochs
        The number of epochs after which each is stopped, in the schedule of all of them.
    late
        True once the time is up.
    threads
        How many of them train at once.
    rows
        How many rows they learn.
    """

    def events(i: int) -> Iterator[Event]:
        if trainings[i].state.epoch >= epochs[i]:
            return  # a checkpoint has it done
        for event in runs[i]:
            if isinstance(event, EpochEnded) and event.epoch >= epochs[i]:
                trainings[i].stop()
            yield event

    done, reason = [float(training.state.epoch) for training in trainings], "done"
    for i, event in side_by_side(trainings, events, late, threads):
        if isinstance(event, DivergenceError):
            reason = "diverged"
        elif isinstance(event, Progress | EpochEnded):
            done[i] = event.done
            yield Progress(sum(done), sum(epochs))
        elif isinstance(event, Ended) and event.reason not in ("epochs", "converged"):
            whole = event.epochs >= epochs[i] and not trainings[i].state.position
            reason = reason if whole else event.reason
    thetas = tuple(training.theta for training in trainings)
    if reason == "done" and any(training.state.epoch == 0 for training in trainings):
        # Runs that had not begun at Ctrl-C or at the end of the time say nothing.
        reason = "time" if late() else "interrupted"
    first = trainings[0]
    thetas = thetas if reason == "done" else ()
    return Refit(rows, first.penalty_rows, tuple(epochs), reason, thetas)
