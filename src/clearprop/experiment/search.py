"""A search among architectures, lambdas, learning rates and dropouts, by the validation cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from clearprop.data.class_weights import ClassWeight
from clearprop.engines.choice import on_threads, threads_of
from clearprop.engines.threads import usable_processors
from clearprop.errors import DivergenceError, ParameterError
from clearprop.experiment import search_file
from clearprop.experiment.halving import ahead, rungs, within
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.refining import REFINING, refinements
from clearprop.experiment.run import Experiment
from clearprop.experiment.search_events import Advanced, RungBegun, SearchEvent, Tried
from clearprop.experiment.search_pace import Pace
from clearprop.experiment.search_space import space_of
from clearprop.experiment.search_trials import cost_of_training, trial_of
from clearprop.experiment.trial import Configuration, Rung, Trial, best_first, rank
from clearprop.faces import face
from clearprop.model import Model
from clearprop.storage.run_folder import EVERY, Part, RunFolder
from clearprop.training import Ended, EpochEnded, Progress, Training
from clearprop.training.interrupt import Interrupt
from clearprop.training.side_by_side import side_by_side

__all__ = ["SECONDS", "Search"]

SECONDS = 300.0  # the time of a search, unless another is chosen

# Of the time, this much is kept for a pace that slows down.
_RESERVE = 0.15


class Search:
    """A search for the best plain network for a table: the course's "choosing an architecture".

    :func:`clearprop.choose` makes one and runs it. See
    :func:`clearprop.experiment.halving.rungs` for what is tried, and
    :func:`clearprop.experiment.refining.refinements` for what comes after, as far as the time
    allows. Everything is chosen by the cost of the validation rows, without lambda. The test rows
    are used by :meth:`measure` alone.

    Parameters
    ----------
    run
        The recipe on its rows, not trained; without a bag.
    class_weight
        As in :class:`~clearprop.experiment.run.Experiment`.
    lambdas, rates, dropouts
        What to try; None: lambdas 0.3, 3 and 30 or those of the recipe; a third of the recipe's
        learning rate, itself and three times of it; the recipe's dropout, 0, 0.1 and 0.2, and none
        for lbfgs and cg. The first dropout is taken until the others are tried.
    seconds
        How long the search may take. Where that is too short for the whole, everything gets fewer
        epochs, and :attr:`cut` is True.

    Attributes
    ----------
    run : Experiment
        The run that it was given.
    space, whole : Space
        What is chosen from, and what it would be if there were time enough.
    best : Trial or None
        The trial of the lowest validation cost so far. Its network becomes the model.
    ended : Ended or None
        How the search ended.

    Examples
    --------
    >>> from clearprop import RECIPES, Experiment, read
    >>> run = Experiment(read("digits"), RECIPES["modern"].with_(epochs=3))
    >>> search = Search(run, lambdas=(1.0,), rates=(0.003,)).fit()
    >>> search.best == min(search.trials, key=lambda trial: trial.validation_cost)
    True
    """

    def __init__(
        self,
        run: Experiment,
        *,
        class_weight: ClassWeight = None,
        lambdas: Sequence[float] | None = None,
        rates: Sequence[float] | None = None,
        dropouts: Sequence[float] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.run, self.seconds = run, seconds
        self._threads = min(threads_of(run.engine), usable_processors())
        self._class_weight = class_weight
        self.space = self.whole = space_of(run, lambdas, rates, dropouts)
        self.best: Trial | None = None
        self.ended: Ended | None = None
        self._best_run: Experiment | None = None
        self._known: dict[tuple[Configuration, int], Trial] = {}
        self._unfinished: list[Trial] = []
        self._pace = Pace(0.0, 1.0)
        self._over = False
        # What it was made from: choices and data. Checkpoints need that, and it takes a look at
        # every row.
        self._made_from: tuple[dict[str, Any], dict[str, Any]] = {}, {}

    def __str__(self) -> str:
        return face(self, "text")(self)

    def _repr_html_(self) -> str:
        return face(self, "fragment")(self)

    @property
    def cut(self) -> bool:
        """Whether the time allows less than the whole search."""
        return self.space != self.whole

    @property
    def chosen(self) -> Experiment:
        """The run of the best network so far."""
        assert self._best_run is not None
        return self._best_run

    @property
    def trials(self) -> list[Trial]:
        """All trials, rung by rung; in a rung, that of the lowest validation cost first."""
        return sorted(
            best_first([*self._known.values(), *self._unfinished]), key=lambda trial: trial.rung
        )

    def fit(
        self,
        checkpoint: str | Path | RunFolder | None = None,
        *,
        every: float = EVERY,
        resume: bool = False,
    ) -> Self:
        """Search to the end. :meth:`search` does the same and yields the events on the way."""
        with Interrupt():
            for _ in self.search(checkpoint, every=every, resume=resume):
                pass
        return self

    def search(
        self,
        checkpoint: str | Path | RunFolder | None = None,
        *,
        every: float = EVERY,
        resume: bool = False,
    ) -> Iterator[SearchEvent]:
        """Search, yielding events; the last one is :class:`clearprop.training.Ended`.

        With a `checkpoint`, the name of a folder, the finished trials are kept there `every` so
        many seconds, and the state of those under way. With `resume` the search goes on. It ends
        with the same bits as a search without a pause. Ctrl-C ends the search; what is known by
        then is kept.

        Raises
        ------
        KeyboardInterrupt
            At Ctrl-C before the first epoch of any network, and at the second Ctrl-C.
        ParameterError
            Where the time does not suffice for one epoch, and for a folder that holds a run,
            without `resume`.
        DivergenceError
            If all networks diverge.
        ModelFileError
            For checkpoints of other data or choices, or that cannot be read.
        """
        folder = RunFolder.of(checkpoint, every, resume)
        interrupt = Interrupt()
        return interrupt.around(self._events(folder, interrupt))

    def _events(
        self, folder: RunFolder | None, interrupt: Interrupt
    ) -> Generator[SearchEvent, None, None]:
        started = time.perf_counter()

        def stopping() -> bool:
            return interrupt.asked or time.perf_counter() > started + self.seconds

        part = None
        if folder is not None:
            folder.begin("search", "trial")
            part = folder.part("search")
            self._made_from = search_file.made_from(self.run, self.whole)
        yield self._training(self.run).check()
        self._pace = self._measured_pace()
        if part is None or not self._restored(part):
            left = self.seconds - (time.perf_counter() - started)
            budget = left * (1 - _RESERVE) * self._threads
            self.space = within(self.whole, budget, self._pace)
            if part is not None:  # trials under way belong to this space
                self._save(part)
        steps, number = self._rungs(), 1
        rung = None if self._over else next(steps)
        diverged: list[DivergenceError] = []
        while rung is not None and not stopping():
            left = started + self.seconds - time.perf_counter()
            if rung.name == REFINING and self._work(rung) > left * self._threads:
                rung = None  # there is no time for it
                break
            yield RungBegun(rung, number)
            yield from self._rung(rung, number, stopping, part, diverged)
            if self._unfinished or stopping():
                break
            trials = [self._known[c, rung.epochs] for c in rung.configurations]
            number += 1
            try:
                rung = steps.send(trials)
            except StopIteration:
                rung = None
        reason = "epochs"
        if rung is not None:
            reason = "interrupted" if interrupt.asked else "time"
        elif part is not None and not self._over:
            self._over = True
            self._save(part)
        if self.best is None:
            if diverged:
                raise diverged[0]
            if reason == "time":
                raise ParameterError(
                    f"seconds: {self.seconds:g} s are too short for an epoch of any network; "
                    "give more time, or fewer rows"
                )
            raise KeyboardInterrupt
        seconds = time.perf_counter() - started
        self.ended = Ended(reason, self.best.ran, self.best.best_epoch, seconds)
        yield self.ended

    def model(self) -> Model:
        """The best network as a model, with the table of all trials in ``trained["search"]``."""
        model = self.chosen.model()
        table = [trial.to_dict() for trial in self.trials]
        return replace(model, trained={**model.trained, "search": table})

    def measure(self, part: str) -> Measurement:
        """What the best network shows on ``"train"``, ``"validation"`` or ``"test"``."""
        return self.chosen.measure(part)

    def to_dict(self) -> dict[str, Any]:
        """What was tried and what was chosen, as JSON values."""
        assert self.best is not None
        assert self.ended is not None
        return {
            "source": self.run.source,
            "recipe": self.run.recipe.name,
            "seed": self.run.recipe.options.seed,
            "chosen": self.best.to_dict(),
            "trials": [trial.to_dict() for trial in self.trials],
            "shortened": self.cut,
            "ended": self.ended.reason,
            "seconds": round(self.ended.seconds, 3),
        }

    # -- One rung --------------------------------------------------------------------------------

    def _rungs(self) -> Generator[Rung, Sequence[Trial], None]:
        """All rungs, each made from the trials of the one before."""
        last = yield from rungs(self.space)
        yield from refinements(self.space, last)

    def _new(self, rung: Rung) -> list[Configuration]:
        """What is not known yet."""
        return [c for c in rung.configurations if (c, rung.epochs) not in self._known]

    def _work(self, rung: Rung) -> float:
        """The seconds of what is not known yet, one network after another."""
        sizes = [self.space.parameters(c.hidden) for c in self._new(rung)]
        return sum(rung.epochs * self._pace(n) for n in sizes)

    def _rung(
        self,
        rung: Rung,
        number: int,
        stopping: Callable[[], bool],
        part: Part | None,
        diverged: list[DivergenceError],
    ) -> Iterator[SearchEvent]:
        """Train what is not known yet; yields its events."""
        new = self._new(rung)
        if not new:
            return
        # Few runs have several threads each, many have one.
        threads = max(1, self._threads // len(new))
        runs = [self._experiment(c, rung.epochs, threads) for c in new]
        trainings = [self._training(run) for run in runs]
        events = [iter(training) for training in trainings]
        if part is not None:
            places = [1000 * number + rung.configurations.index(c) for c in new]
            events = search_file.kept_trials(trainings, places, part.folder, *self._made_from)
        works = [self._pace(training.network.n_parameters) for training in trainings]
        before = sum(trial.epochs * self._pace(trial.parameters) for trial in self._known.values())
        left = sum(epochs * self._pace(n) for n, epochs in ahead(self.space, self._known))
        total = before + (left or self._work(rung))  # refinements are not counted ahead
        costs = [math.inf] * len(new)

        def train(i: int) -> Iterator[Any]:
            for event in events[i]:
                if isinstance(event, Ended):
                    costs[i] = cost_of_training(runs[i])
                yield event

        done = [float(training.state.epoch) for training in trainings]
        saved = time.perf_counter()
        unfinished = []
        for i, event in side_by_side(trainings, train, stopping, self._threads):
            if isinstance(event, Progress | EpochEnded):
                done[i] = event.done
            elif isinstance(event, DivergenceError):
                diverged.append(event)
                trial = trial_of(runs[i], new[i], rung.epochs, number, math.inf, 0.0)
                trial = replace(trial, validation_cost=math.inf)
                done[i] = rung.epochs
                self._note(trial, runs[i])
                yield Tried(trial)
            elif isinstance(event, Ended):
                trial = trial_of(runs[i], new[i], rung.epochs, number, costs[i], event.seconds)
                if event.reason not in ("epochs", "converged"):
                    unfinished.append((trial, runs[i]))
                    continue
                done[i] = rung.epochs
                self._note(trial, runs[i])
                yield Tried(trial)
                if part is not None and time.perf_counter() - saved > part.folder.every:
                    self._save(part)
                    saved = time.perf_counter()
            now = sum(epochs * pace for epochs, pace in zip(done, works, strict=True))
            yield Advanced(before + now, total)
        if part is not None:
            self._save(part)
            if not unfinished:
                part.folder.drop("trial")
        for trial, run in unfinished:
            if trial.ran:
                self._unfinished.append(trial)
                self._take_if_best(trial, run)

    def _note(self, trial: Trial, run: Experiment) -> None:
        """Keep a finished trial, and its network if it is the best one so far."""
        self._known[trial.configuration, trial.epochs] = trial
        self._take_if_best(trial, run)

    def _take_if_best(self, trial: Trial, run: Experiment) -> None:
        # The order in which runs end depends on the clock. What is chosen does not.
        if math.isfinite(trial.validation_cost) and (
            self.best is None or rank(trial) < rank(self.best)
        ):
            self.best, self._best_run = trial, run

    def _experiment(self, wanted: Configuration, epochs: int, threads: int) -> Experiment:
        """A run of the configuration, not trained."""
        recipe = self.run.recipe.with_(
            hidden=wanted.hidden,
            regularization=wanted.regularization,
            learning_rate=wanted.learning_rate,
            dropout=wanted.dropout,
            epochs=epochs,
            patience_share=self.run.recipe.patience_share,  # stated epochs would drop it
            check_gradient=False,  # it was checked, once for all
        )
        return Experiment(
            self.run.prepared,
            recipe,
            class_weight=self._class_weight,
            engine=on_threads(self.run.engine, threads),
        )

    @staticmethod
    def _training(run: Experiment) -> Training:
        return run.candidates[0].training

    # -- Time ------------------------------------------------------------------------------------

    def _measured_pace(self) -> Pace:
        widest = (self.whole.widths[0], self.whole.widths[-1])
        made = [self.whole.configuration((units,)) for units in widest]
        return Pace.measured(*(self._training(self._experiment(c, 1, 1)) for c in made))

    # -- Checkpoints -----------------------------------------------------------------------------

    def _save(self, part: Part) -> None:
        run = self.run if self.best is None else self.chosen
        trials, theta = list(self._known.values()), self._training(run).theta
        found = search_file.Found(
            self.space, trials, self.best, theta, self._over, *self._made_from
        )
        search_file.save_search(found, part)

    def _restored(self, part: Part) -> bool:
        """Go on from the newest checkpoint, if there is one."""
        found = search_file.load_search(part, *self._made_from)
        if found is None:
            return False
        self.space, self._over = found.space, found.over
        self._known = {(t.configuration, t.epochs): t for t in found.trials}
        best = found.best
        if best is None:
            return True
        run = self._experiment(best.configuration, best.epochs, 1)
        training = self._training(run)
        search_file.put_back(part, training, best, found.theta)
        self.best, self._best_run = best, run
        return True
