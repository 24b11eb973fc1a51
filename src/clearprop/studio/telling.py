"""What a page is told of a run: where it stands, its curve, and the views that are watched."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from clearprop.studio import views
from clearprop.studio.outbox import Outbox
from clearprop.studio.protocol import Message
from clearprop.studio.run import Run
from clearprop.studio.values import MOST_EDITS, shown_options

__all__ = ["SENT_WHILE_TRAINING", "VIEWS", "Telling", "Watched"]

VIEWS = ("answers", "plane", "units", "theta")
SENT_WHILE_TRAINING = 60_000  # parameters; the theta of a larger network is sent when it stands
_SHARE = 0.05  # of the time of a training, for what the page watches


@dataclass
class Watched:
    """What the page shows now.

    Attributes
    ----------
    views
        Some of :data:`VIEWS`.
    part
        The rows whose answers are shown.
    """

    views: tuple[str, ...] = ()
    part: str = "validation"


class Telling:
    """Tells a page of one run.

    Parameters
    ----------
    run
        The run.
    outbox, session
        Where messages go, and the session that they are of.
    watched
        What the page shows; its session changes it.
    """

    def __init__(self, run: Run, outbox: Outbox, session: str, watched: Watched) -> None:
        self.run = run
        self.beside = False  # whether it stands beside the run under the hand
        self._outbox, self._session, self._watched = outbox, session, watched
        self._box = views.dataset(run.experiment).get("box")
        self._sent = (0, 0)  # the curve, and how many of its points
        self._began, self._spent = 0.0, 0.0
        self._lock = threading.Lock()

    def begins(self) -> None:
        """A stretch of training begins."""
        self._began, self._spent = time.perf_counter(), 0.0

    def put(self, beside: bool) -> None:
        """Put the run beside the other one, or under the hand; its curve is told anew."""
        with self._lock:
            self.beside, self._sent = beside, (0, 0)
        self.show()

    def moved(self) -> None:
        """From the trainer's thread: the run has moved on."""
        if self._outbox.due("beside" if self.beside else "snapshot"):
            started = time.perf_counter()
            self.show(self._spent <= _SHARE * (started - self._began))
            self._spent += time.perf_counter() - started

    def show(self, views_too: bool = True, running: bool = False) -> None:
        """Put what the page watches into the outbox."""
        with self._lock:
            self._curve(views_too)
            if self.beside:
                self._newest("beside", self._beside())
                return
            self._snapshot(running)
            if views_too:
                self._views()

    def _newest(self, kind: str, body: dict[str, object]) -> None:
        self._outbox.newest(Message(kind, body, 0, self._session))

    def _curve(self, scored: bool) -> None:
        run, (began, sent) = self.run, self._sent
        if began != run.curve_number:
            began, sent = run.curve_number, 0
        points = [list(point) for point in run.curve[sent:]]
        body = {"began": began, "points": points, "scores": []}
        if scored and run.curve:
            # Training scores the validation rows alone; the training rows are asked now and then.
            body["scores"] = [[run.place[0], views.score(run.experiment, run.theta, "train")]]
        kind = "curve-beside" if self.beside else "curve"
        self._outbox.more(Message(kind, body, 0, self._session))
        self._sent = began, sent + len(points)

    def _beside(self) -> dict[str, object]:
        run = self.run
        epoch, position = run.place
        return {
            "source": run.experiment.source,
            "layers": list(run.experiment.network.layer_sizes),
            "options": shown_options(run),
            "epoch": epoch,
            "position": position,
            "running": run.running,
        }

    def _snapshot(self, running: bool) -> None:
        run = self.run
        edits = run.edits()
        # An address holds a place and a few weights that were edited there.
        leads = len(edits) <= MOST_EDITS and all(edit[:2] == run.place for edit in run.log)
        theta, (epoch, position) = run.theta, run.place
        small = run.experiment.network.n_parameters <= SENT_WHILE_TRAINING
        watched = "theta" in self._watched.views and (small or not run.running)
        body = {
            "run": run.number,
            "epoch": epoch,
            "position": position,
            "step": run.training.state.step,
            "running": running or run.running,
            "kept": run.kept,
            "undoable": run.undoable,
            "check": run.report,
            "edited": len(edits),
            "edits": {str(k): v for k, v in edits.items()} if leads else {},
            "leads": leads,
        }
        theta_sent = theta if watched else None
        self._outbox.newest(Message("snapshot", body, 0, self._session, theta_sent))

    def _views(self) -> None:
        run, theta, wanted = self.run, self.run.theta, self._watched.views
        if "answers" in wanted:
            found = views.answers(run.experiment, theta, self._watched.part)
            self._newest("answers", {**found, "epoch": run.place[0]})
        if self._box is None:
            return
        if "plane" in wanted:
            self._newest("plane", views.plane(run.experiment, theta, self._box))
        if "units" in wanted:
            self._newest("units", {"layers": views.units(run.experiment, theta, self._box)})
