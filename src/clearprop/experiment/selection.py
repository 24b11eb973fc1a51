"""Model selection: the candidates train, the validation rows choose, the chosen are refitted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from clearprop.engines.choice import threads_of
from clearprop.engines.protocol import Engine
from clearprop.experiment.candidates import Choice, chosen
from clearprop.experiment.kept import kept, part_names
from clearprop.experiment.lineup import Lineup, Rows
from clearprop.experiment.refit import Refit, refitted
from clearprop.experiment.together import together
from clearprop.network.architecture import Array
from clearprop.storage.run_folder import RunFolder
from clearprop.training import Ended, Event

__all__ = ["Selection"]


class Selection:
    """The candidates of one experiment, from their start to what is left of them.

    Parameters
    ----------
    lineup
        What makes the candidates.
    engine
        The engine that they train on.
    all_rows
        Makes the rows of a refit; None where there is none.
    deadline
        When training ends at the latest, by :func:`time.perf_counter`.

    Attributes
    ----------
    candidates : list of Candidate
        The runs so far: the folds of a bag are made once lambda is chosen.
    refit : Refit or None
        What became of training on all rows.
    refitting : bool
        Whether that is going on.
    """

    def __init__(
        self,
        lineup: Lineup,
        engine: Engine,
        all_rows: Callable[[], Rows] | None = None,
        deadline: float = math.inf,
    ) -> None:
        self.lineup, self.recipe = lineup, lineup.recipe
        self.deadline = deadline
        self._all_rows, self._threads = all_rows, threads_of(engine)
        self.candidates = lineup.candidates()
        self.refit: Refit | None = None
        self.refitting = False

    @property
    def choice(self) -> Choice:
        """The candidates that the validation rows choose, as they stand."""
        return chosen(self.candidates)

    @property
    def thetas(self) -> tuple[Array, ...]:
        """The parameters of the chosen networks, before a refit."""
        return tuple(member.training.theta for member in self.choice.members)

    @property
    def final_thetas(self) -> tuple[Array, ...]:
        """The parameters of the model: those of the refit, where there was one."""
        of_refit = () if self.refit is None else self.refit.thetas
        return of_refit or self.thetas

    def train(self, folder: RunFolder | None) -> Iterator[Event]:
        """Train the candidates, and the chosen ones on all rows; the last event is the end of all.

        With a `folder`, each run keeps its state in a part of its own, and goes on from there.
        """
        n = self.recipe.n_candidates
        if folder is not None:
            folder.begin(part_names("candidate", n)[0], "refit")
        for event in self._together(folder) if n > 1 else self._alone(folder):
            if isinstance(event, Ended) and self._all_rows is not None:
                event = yield from self._refitted(self._all_rows, event, folder)
            yield event

    def _runs(self, folder: RunFolder | None, first: int = 0) -> list[Iterator[Event]]:
        """The events of each candidate from number `first` on."""
        trainings = [candidate.training for candidate in self.candidates[first:]]
        names = part_names("candidate", self.recipe.n_candidates)[first:]
        return kept(trainings, folder, names, self.recipe)

    def _late(self) -> bool:
        return time.perf_counter() > self.deadline

    def _alone(self, folder: RunFolder | None) -> Iterator[Event]:
        """Train the only candidate."""
        (run,) = self._runs(folder)
        for event in run:
            if self._late():
                self.candidates[0].training.stop()
                if isinstance(event, Ended) and event.reason == "stopped":
                    event = replace(event, reason="time")
            yield event

    def _together(self, folder: RunFolder | None) -> Iterator[Event]:
        """Train the candidates side by side, and then the other folds with the chosen lambda."""
        runs, first = self._runs(folder), self.candidates
        if self.recipe.options.check_gradient:
            yield first[0].training.check()
        threads, n = self._threads, len(first)
        epochs, others = self.recipe.options.epochs, self.recipe.n_candidates - n
        after = others * epochs
        reason, seconds = yield from together(first, runs, self._late, threads, after=after)
        if others and reason in ("epochs", "converged"):
            more = self.lineup.others(self.choice.regularization)
            self.candidates = [*first, *more]
            runs = self._runs(folder, n)
            before = n * epochs
            reason, more_seconds = yield from together(
                more, runs, self._late, threads, before=before
            )
            seconds += more_seconds
        best = self.choice.members[0]
        yield Ended(reason, best.training.state.epoch, best.best_epoch, seconds)

    def _refitted(
        self, all_rows: Callable[[], Rows], ended: Ended, folder: RunFolder | None
    ) -> Generator[Event, None, Ended]:
        """Train the chosen networks once more, on all rows; return the end of all training."""
        members = self.choice.members
        if ended.reason not in ("epochs", "converged") or not all(m.best_epoch for m in members):
            return ended
        started = time.perf_counter()
        rows = all_rows()
        trainings = self.lineup.refits(members, rows)
        epochs = [member.best_epoch for member in members]
        self.refitting = True
        runs = kept(trainings, folder, part_names("refit", len(trainings)), self.recipe)
        self.refit = yield from refitted(
            trainings, runs, epochs, self._late, self._threads, len(rows)
        )
        self.refitting = False
        reason = self.refit.reason if self.refit.reason in ("interrupted", "time") else ended.reason
        seconds = ended.seconds + time.perf_counter() - started
        return replace(ended, reason=reason, seconds=seconds)
