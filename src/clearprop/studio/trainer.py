"""A thread that trains: it goes on, pauses, and does a single minibatch or epoch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from typing import TypeAlias

from clearprop.studio.stepping import SLICE_SECONDS, again
from clearprop.training import Ended, EpochEnded, Event, GradientChecked, Progress, Training
from clearprop.training.options import FULL_BATCH

__all__ = ["UNTIL", "Trainer"]

# Whether an event is the last of a stretch.
_LAST: dict[str, Callable[[Event], bool]] = {
    "batch": lambda event: isinstance(event, Progress | EpochEnded),
    "epoch": lambda event: isinstance(event, EpochEnded),
    "run": lambda event: False,
}
UNTIL = tuple(_LAST)

Heard: TypeAlias = Callable[[Event], None]
Over: TypeAlias = Callable[[Exception | None], None]


class Trainer:
    """A training that a thread of its own moves forward.

    Between two calls of :meth:`go` nothing moves: `training` may be read then, or replaced.

    Parameters
    ----------
    training
        The run.
    heard
        Called in the thread with each event, while the training stands still.
    over
        Called at the end of each stretch, with the error that ended it, or None.
    """

    def __init__(self, training: Training, heard: Heard, over: Over) -> None:
        self._training = training
        self._heard, self._over = heard, over
        self._events: Iterator[Event] | None = None
        self._thread: threading.Thread | None = None
        self._pause = threading.Event()
        self._busy = False

    @property
    def training(self) -> Training:
        """The run as it stands."""
        return self._training

    @property
    def running(self) -> bool:
        """Whether the thread trains."""
        return self._busy

    def replace(self, training: Training) -> None:
        """Put another run, or another state of this one, in its place; nothing may be running."""
        assert not self.running
        self._drop()
        self._training = training

    def go(self, until: str | tuple[int, int]) -> None:
        """Train in the thread: to the end of a minibatch, of an epoch or of the run, or to a place.

        A place is a number of epochs, and of minibatches of the next one.
        """
        assert not self.running
        self.wait()  # for the end of the stretch before: it is told after the training has ended
        stepping = until == "batch"
        # SciPy's solvers search from one iteration to the next, so those go on as they are.
        full = self._events is not None and self._training.options.solver in FULL_BATCH
        if not full and (stepping or self._training.slice_seconds == 0):
            seconds = 0.0 if stepping else SLICE_SECONDS
            self.replace(again(self._training, slice_seconds=seconds))
        self._pause.clear()
        self._busy = True
        self._thread = threading.Thread(
            target=self._run, args=(until,), name="clearprop-studio-trainer", daemon=True
        )
        self._thread.start()

    def pause(self) -> None:
        """Stop after the current slice, and wait for it."""
        self._pause.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def wait(self) -> None:
        """Wait until the stretch is over."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def close(self) -> None:
        """Stop, and let go of what the run holds."""
        self.pause()
        self._drop()

    def _drop(self) -> None:
        """Let go of a run that stands between two events."""
        if isinstance(self._events, Generator):
            self._events.close()
        self._events = None

    def _run(self, until: str | tuple[int, int]) -> None:
        error: Exception | None = None
        try:
            if isinstance(until, str):
                self._stretch(_LAST[until])
            else:
                self._reach(*until)
        except Exception as raised:  # also a defect of ours: the page is told, and the tab goes on
            error = raised
            self._events = None
        self._busy = False
        self._over(error)

    def _reach(self, epoch: int, position: int) -> None:
        if self._training.state.epoch < epoch and not self._stretch(
            lambda event: isinstance(event, EpochEnded) and event.epoch >= epoch
        ):
            return
        if position:
            self._drop()
            self._training = again(self._training, slice_seconds=0)
            state = self._training.state
            self._stretch(lambda _: (state.epoch, state.position) >= (epoch, position))

    def _stretch(self, last: Callable[[Event], bool]) -> bool:
        """Go on to a stretch's last event; return whether it came before a pause or the end."""
        if self._events is None:
            self._events = iter(self._training)
        for event in self._events:
            self._heard(event)
            if isinstance(event, Ended):
                self._events = None
                return False
            if last(event):
                return True
            if self._pause.is_set() and not isinstance(event, GradientChecked):
                return False
        return False
