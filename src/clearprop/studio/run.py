"""A run under the hand: trained, paused, edited, undone, reset; it knows how it came there.

Nothing here knows the web. A :class:`Run` tells what happens through the functions that it is
handed, which are called from the trainer's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Any, NamedTuple

import numpy as np

from clearprop.data.table import Table
from clearprop.errors import ParameterError, raise_problems
from clearprop.experiment.run import Experiment
from clearprop.model import Model
from clearprop.network.architecture import Array
from clearprop.studio.settings import Edit, Settings
from clearprop.studio.stepping import SLICE_SECONDS, again, weight_problems
from clearprop.studio.trainer import UNTIL, Trainer
from clearprop.training import Ended, EpochEnded, Event, GradientChecked, Training

__all__ = ["MOST_EPOCHS", "MOST_PARAMETERS", "Point", "Run", "Told"]

# The studio draws weights and sends them five times a second; larger networks train in a terminal.
MOST_PARAMETERS = 4_000_000
MOST_EPOCHS = 100_000  # the curve has a point for each of them, here and in the page

_RUNS, _CURVES = count(1), count(1)
_UNDO = 20  # states that are kept
_UNDO_BYTES = 1 << 26  # together


class Point(NamedTuple):
    """An epoch of the curve; the score is accuracy or R^2."""

    epoch: int
    cost: float
    validation_cost: float | None
    validation_score: float | None


@dataclass(frozen=True)
class Told:
    """What a run calls, from the trainer's thread.

    Attributes
    ----------
    moved
        After each event, while training stands still.
    ended
        When a stretch is over: why, and the error that ended it, or None.
    """

    moved: Callable[[], None]
    ended: Callable[[str, Exception | None], None]


class _Kept(NamedTuple):
    """A state to go back to: the curve's first points, which only grows, and the edits."""

    training: Training
    curve: list[Point]
    points: int
    log: list[Edit]

    def stands(self, training: Training) -> bool:
        """Whether a training has not moved since."""
        mine, its = self.training.state, training.state
        return (mine.epoch, mine.position, mine.step) == (its.epoch, its.position, its.step)


class Run:
    """One run of the studio.

    Parameters
    ----------
    settings, table
        The choices, and the table that they read.
    told
        What happens is told to these.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.

    Examples
    --------
    >>> from clearprop.studio.settings import Source
    >>> settings = Settings.of(Source("digits", "digits"), {"recipe": "course", "epochs": 2})
    >>> run = Run(settings, settings.table(), Told(lambda: None, lambda reason, error: None))
    >>> run.train("epoch")
    >>> run.wait()
    >>> run.place, len(run.curve)
    ((1, 0), 1)
    """

    def __init__(self, settings: Settings, table: Table, told: Told) -> None:
        _check_size(settings, table)
        epochs = settings.recipe.options.epochs
        if epochs > MOST_EPOCHS:
            raise ParameterError(
                f"epochs: the studio takes at most {MOST_EPOCHS}; got {epochs}; train with "
                "'clearprop train'"
            )
        self.settings, self._told = settings, told
        self.experiment: Experiment = settings.experiment(table)
        self.report: dict[str, Any] | None = None  # the gradient check's
        self.curve: list[Point] = []
        self.log: list[Edit] = []
        self.number = next(_RUNS)
        self.curve_number = next(_CURVES)  # another one where a page must begin anew
        self._reason = ""
        first = self.experiment.training
        first.slice_seconds = SLICE_SECONDS
        self._start = again(first)
        self._undo: list[_Kept] = []
        self._stroke = 0  # of the last edit
        self._aim: tuple[tuple[int, int], dict[int, float]] | None = None  # a place, weights there
        self._trainer = Trainer(first, self._heard, self._over)

    # -- What stands ------------------------------------------------------------------------------

    @property
    def training(self) -> Training:
        """The run as it stands."""
        return self._trainer.training

    @property
    def running(self) -> bool:
        """Whether it trains."""
        return self._trainer.running

    @property
    def theta(self) -> Array:
        """The parameters as they stand, ``(n_parameters,)``; a copy."""
        return self.training.state.theta.copy()

    @property
    def place(self) -> tuple[int, int]:
        """How many epochs are done, and how many minibatches of the next one."""
        state = self.training.state
        return state.epoch, state.position

    @property
    def kept(self) -> int | None:
        """The epoch whose parameters a saved model has, where early stopping chose one."""
        history = self.training.history
        return None if history.best_theta is None else history.best_epoch

    @property
    def undoable(self) -> int:
        """How many states one can go back."""
        return len(self._undo)

    def edits(self) -> dict[int, float]:
        """The weights that were edited where training stands now."""
        place = self.place
        found: dict[int, float] = {}
        for edit in self.log:
            if edit[:2] == place:
                found |= edit.weights
        return found

    def model(self) -> Model:
        """The trained model: of the best epoch where early stopping chose one and nothing was
        edited since, else as the weights stand.
        """
        theta = self.theta if self.edits() else self.training.theta
        model = self.experiment.model()
        made = dict(model.trained)
        made["epochs"] = self.place[0]
        if self.log:
            made["edited"] = sum(len(edit.weights) for edit in self.log)
        return replace(model, theta=theta, trained=made)

    def command(self) -> list[str]:
        """The lines that train this run to its end at the command line."""
        return self.settings.command(self.experiment.parts["train"].image_shape is not None)

    def python(self) -> list[str]:
        """The lines of Python that give the parameters as they stand, to the last bit."""
        log = self.log
        if not log or log[-1][:2] != self.place:
            log = [*log, Edit(*self.place)]
        return self.settings.python(log)

    # -- What one does with it --------------------------------------------------------------------

    def check_stretch(self, until: str) -> None:
        """Check what :meth:`train` is asked for.

        Raises
        ------
        ParameterError
            For another word, or a run that is training already.
        """
        if until not in UNTIL:
            raise ParameterError(f"until: expected one of {', '.join(UNTIL)}; got {until!r}")
        self._must_stand()

    def train(self, until: str) -> None:
        """Train in a thread: ``"batch"``, ``"epoch"``, or ``"run"`` to the end.

        Raises
        ------
        ParameterError
            As :meth:`check_stretch`.
        """
        self.check_stretch(until)
        self._remember()
        self._aim = None
        self._reason = "paused" if until == "run" else until
        self._trainer.go(until)

    def pause(self) -> None:
        """Stop after the current slice, and wait for it."""
        self._trainer.pause()

    def wait(self) -> None:
        """Wait until the stretch is over."""
        self._trainer.wait()

    def check(self, place: tuple[int, int], weights: Mapping[int, float]) -> None:
        """Refuse what :meth:`to` could not reach.

        Raises
        ------
        ParameterError
            For a place that lies behind, or beyond the run's epochs; for weights that do not fit.
        """
        self._must_stand()
        last = self.settings.recipe.options.epochs
        if not self.place <= place <= (last, 0):
            raise ParameterError(
                f"at: expected a place from epoch {self.place[0]} to {last}; got epoch {place[0]}, "
                f"minibatch {place[1]}"
            )
        raise_problems(weight_problems(self.training.network, weights))

    def to(self, place: tuple[int, int], weights: Mapping[int, float]) -> None:
        """Train to a place in a thread, and give parameters new values there.

        A pause on the way ends it, and the values are not given.

        Raises
        ------
        ParameterError
            As :meth:`check`.
        """
        self.check(place, weights)
        self._aim, self._reason = (place, dict(weights)), "paused"
        self._trainer.go(place)

    def edit(self, weights: Mapping[int, float], file: str = "", stroke: int = 0) -> None:
        """Give parameters new values, by their index in theta.

        Parameters
        ----------
        weights
            The values.
        file
            The name of the model file that they are from; empty for those set by hand.
        stroke
            The number of a drag; all edits of one drag are undone at once. 0: of no drag.

        Raises
        ------
        ParameterError
            For edits that do not fit, or while it trains.
        """
        self._must_stand()
        raise_problems(weight_problems(self.training.network, weights))
        before: list[Edit] = self.log
        new = Edit(*self.place, dict(weights), file)
        if stroke and stroke == self._stroke:
            before, last = before[:-1], before[-1]
            new = new._replace(weights={**last.weights, **new.weights})
        else:
            self._remember()
        self._trainer.replace(again(self.training, weights))
        self.log, self._stroke = [*before, new], stroke

    def put(self, theta: Array, file: str) -> None:
        """Give all parameters new values, ``(n_parameters,)``, those of a model file.

        Raises
        ------
        ParameterError
            For another length, or while it trains.
        """
        if theta.shape != (self.training.network.n_parameters,):
            n = self.training.network.n_parameters
            raise ParameterError(f"weights: expected {n} numbers; got {len(theta)}")
        new = theta.astype(self.theta.dtype)
        changed = np.flatnonzero(new != self.theta)
        if len(changed):
            self.edit({int(i): float(new[i]) for i in changed}, file)

    def undo(self) -> None:
        """Go back to what stood before the last stretch of training, edit or reset.

        Raises
        ------
        ParameterError
            Where there is nothing to go back to.
        """
        self._must_stand()
        if not self._undo:
            raise ParameterError("undo: there is nothing to go back to")
        kept, self._stroke = self._undo.pop(), 0
        self._trainer.replace(kept.training)
        self.curve, self.log = kept.curve[: kept.points], kept.log
        self.curve_number = next(_CURVES)

    def reset(self) -> None:
        """Go back to the start: the same initial values, no epoch done."""
        self.pause()
        self._remember()
        self._trainer.replace(again(self._start))
        self.curve, self.log = [], []
        self.curve_number = next(_CURVES)

    def close(self) -> None:
        """Stop, and let go of everything."""
        self._trainer.close()
        self._undo.clear()

    def _must_stand(self) -> None:
        if self.running:
            raise ParameterError("training: it is running; pause it first")
        self._trainer.wait()  # until its end is told

    def _remember(self) -> None:
        """Keep the state, to go back to it; a drag ends here."""
        self._stroke = 0
        each = self.training.state.theta.nbytes * 4 + 1
        most = max(1, min(_UNDO, _UNDO_BYTES // each))
        self._undo.append(_Kept(again(self.training), self.curve, len(self.curve), self.log))
        del self._undo[:-most]

    # -- In the trainer's thread ------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        if isinstance(event, GradientChecked):
            found = event.report
            self.report = {
                "verdict": found.verdict,
                "difference": found.largest_relative_difference,
                "seconds": event.seconds,
            }
        elif isinstance(event, EpochEnded):
            self.curve.append(
                Point(event.epoch, event.cost, event.validation_cost, event.validation_score)
            )
        elif isinstance(event, Ended):
            self._reason = event.reason
            return
        self._told.moved()

    def _over(self, error: Exception | None) -> None:
        if error is None and self._aim is not None:
            self._arrived(*self._aim)
        elif error is None and self._undo and self._undo[-1].stands(self.training):
            self._undo.pop()  # the run had ended before, so there is nothing to go back to
        self._aim = None
        self._told.ended("error" if error else self._reason, error)

    def _arrived(self, place: tuple[int, int], weights: Mapping[int, float]) -> None:
        """At the place, or where the run ended before it; else it was paused."""
        if self.place < place and self._reason == "paused":
            return
        if self._reason == "paused":
            self._reason = "place"
        if weights:
            self.edit(weights)


def _check_size(settings: Settings, table: Table) -> None:
    """Refuse a network that would not fit the studio, before its parameters are drawn."""
    sizes = [table.X.shape[1], *settings.recipe.hidden, 1]
    n = sum(a * b for a, b in pairwise(sizes))
    if n > MOST_PARAMETERS:
        raise ParameterError(
            f"hidden: the studio takes networks of at most {MOST_PARAMETERS} parameters; this one "
            f"has more than {n}; train it with 'clearprop train'"
        )
