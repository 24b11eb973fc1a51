"""A tab's session: it hears the page's messages and tells what happens. It knows no web."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.data.table import Table
from clearprop.errors import ClearpropError, DataError, ModelFileError, ParameterError
from clearprop.experiment.prepared import PARTS
from clearprop.storage.elsewhere import save_somewhere
from clearprop.storage.model_file import load
from clearprop.studio import mistakes, views
from clearprop.studio.outbox import Outbox
from clearprop.studio.protocol import Message
from clearprop.studio.run import Run, Told
from clearprop.studio.settings import Settings, Source
from clearprop.studio.surface import surface
from clearprop.studio.uploads import Uploads
from clearprop.studio.values import (
    MOST_EDITS,
    called,
    columns_of,
    edits_of,
    place_of,
    plain,
    shown_options,
    told,
)

__all__ = ["Session", "Trust"]

VIEWS = ("answers", "plane", "units", "theta")
_SHARE = 0.05  # of the time of a training, for what the page watches
_SENT_WHILE_TRAINING = 60_000  # parameters; the theta of a larger network is sent when it stands


@dataclass(frozen=True)
class Trust:
    """What a session may do.

    Attributes
    ----------
    paths
        Whether it may open any file of this machine by its path.
    runs_files
        Whether it may run a learner's file.
    given
        The source and the model that the command was given: these may be opened in any case.
    """

    paths: bool = True
    runs_files: bool = True
    given: tuple[str, ...] = ()


class Session:
    """One tab.

    Parameters
    ----------
    name
        What messages call it.
    outbox
        Where what it tells goes.
    trust
        What it may do.

    Examples
    --------
    >>> outbox = Outbox(lambda: None)
    >>> session = Session("s", outbox)
    >>> source, options = {"kind": "synthetic", "set": "moons"}, {"hidden": "4", "epochs": 3}
    >>> session.hear(Message("open", {"source": source, "options": options}, 1))
    >>> [outbox.take()[0].kind for _ in range(3)]
    ['curve', 'snapshot', 'dataset']
    >>> session.hear(Message("train", {"until": "epoch"}, 2))
    >>> session.close()
    """

    def __init__(self, name: str, outbox: Outbox, trust: Trust | None = None) -> None:
        self.name, self.trust = name, trust or Trust()
        self.uploads = Uploads()
        self._outbox = outbox
        self._run: Run | None = None
        self._table: tuple[Any, Table] | None = None
        self._views: tuple[str, ...] = ()
        self._part = "validation"
        self._box: dict[str, Any] | None = None
        self._sent = (0, 0)  # the curve, and how many of its points
        self._began, self._spent = 0.0, 0.0
        self._lock = threading.Lock()
        self._hears: dict[str, Callable[[Message], None]] = {
            "open": self._open, "open-model": self._open_model, "watch": self._watch,
            "train": self._train, "pause": self._pause, "reset": self._reset, "undo": self._undo,
            "edit": self._edit, "sample": self._sample,
            "surface": self._surface, "code": self._code, "mistakes": self._mistakes,
            "doctor": self._doctor, "save": self._save,
        }  # fmt: skip

    @property
    def run(self) -> Run:
        """The run under the hand.

        Raises
        ------
        ParameterError
            Before there is one.
        """
        if self._run is None:
            raise ParameterError("source: open one first")
        return self._run

    def hear(self, message: Message) -> None:
        """Do what a page asks. What is wrong is told to it, and changes nothing."""
        try:
            self._hears[message.kind](message)
        except (ClearpropError, MemoryError, RecursionError, OSError) as error:
            self.wrong(error, message)

    def tell(self, kind: str, body: Mapping[str, Any], to: Message | None = None) -> None:
        """Answer a message, or tell something that nobody asked."""
        self._outbox.answer(Message(kind, body, 0 if to is None else to.id, self.name))

    def wrong(self, error: BaseException, to: Message | None = None) -> None:
        """Tell an error, in both languages, with the way on."""
        self.tell("error", {"of": "" if to is None else to.kind, **told(error)}, to)

    def close(self) -> None:
        """End: the training stops, the files go."""
        if self._run is not None:
            self._run.close()
        self._run = self._table = None
        self.uploads.close()

    # -- Data, network, and training ---------------------------------------------------------------

    def _open(self, message: Message) -> None:
        source = Source.of(message.body["source"], self.uploads.files)
        allowed = self.trust.paths or source.name in self.trust.given
        if source.kind == "path" and not allowed:
            raise ParameterError(
                "path: this studio serves other machines, so it opens no path; upload the file"
            )
        settings = Settings.of(source, message.body["options"])
        at = message.body.get("at") or {}
        place, edits = place_of(at), edits_of(at.get("weights", {}))
        table = self._read(settings, message)
        if table is None:
            return
        run = Run(settings, table, Told(self._moved, self._ended))
        run.check(place, edits)
        self._take(run, message, place, edits)

    def _read(self, settings: Settings, message: Message) -> Table | None:
        """The table; None, and the columns told, where a target must be chosen first."""
        key = settings.data_key
        if self._table is not None and self._table[0] == key and settings.source.kind != "path":
            return self._table[1]
        try:
            table = settings.table()
        except DataError as error:
            columns = [] if settings.values["target"] else columns_of(settings.source)
            if not columns:
                raise
            self.tell("columns", {"columns": columns[:200], **told(error)}, message)
            return None
        if table.y is None:
            self.tell("columns", {"columns": list(table.feature_names)[:200]}, message)
            return None
        self._table = key, table
        return table

    def _open_model(self, message: Message) -> None:
        """Open a model that the studio or `train` has saved: its weights go into a like network."""
        run, path = self.run, message.body.get("path")
        if path is not None and not (self.trust.paths or path in self.trust.given):
            raise ParameterError(
                "path: this studio serves other machines, so it opens no path; upload the file"
            )
        if path:
            name, where = str(path), Path(path)
        else:
            name, where = self.uploads.path(str(message.body.get("upload")))
        model = load(where)
        mine, its = run.experiment.network, model.network
        if (its.layer_sizes, its.activation, its.cost) != (
            mine.layer_sizes,
            mine.activation,
            mine.cost,
        ):
            raise ParameterError(
                f"model: expected {called(mine)}, the network that is shown; this file holds "
                f"{called(its)}; choose these layers first"
            )
        run.put(model.theta, name)
        self.tell("done", {"of": "open-model"}, message)
        self._show()

    def _take(
        self, run: Run, message: Message, place: tuple[int, int], edits: dict[int, float]
    ) -> None:
        """Put a run under the hand; it trains to its place, where a page may pause it."""
        if self._run is not None:
            self._run.close()
        self._run, self._sent = run, (0, 0)
        self.uploads.source = run.settings.source.file
        self._box = views.dataset(run.experiment).get("box")
        self.tell(
            "dataset",
            {
                **views.dataset(run.experiment),
                "chosen": {k: plain(v) for k, v in run.settings.chosen.items()},
                "init": plain(run.settings.recipe.init),
                "hidden": list(run.experiment.recipe.hidden),
                "options": shown_options(run),
                "undoable": run.undoable,
            },
            message,
        )
        goes = place != (0, 0) or bool(edits)
        self._show(running=goes)
        if goes:
            self._began, self._spent = time.perf_counter(), 0.0
            run.to(place, edits)

    def _train(self, message: Message) -> None:
        self._began, self._spent = time.perf_counter(), 0.0
        self.run.train(message.body["until"])
        self.tell("training", {"until": message.body["until"]}, message)

    def _pause(self, message: Message) -> None:
        self.run.pause()
        self.tell("done", {"of": "pause"}, message)

    def _reset(self, message: Message) -> None:
        self.run.reset()
        self.tell("done", {"of": "reset"}, message)
        self._show()

    def _undo(self, message: Message) -> None:
        self.run.undo()
        self.tell("done", {"of": "undo"}, message)
        self._show()

    def _edit(self, message: Message) -> None:
        self.run.edit(edits_of(message.body["weights"]))
        self.tell("done", {"of": "edit"}, message)
        self._show()

    # -- What is shown -----------------------------------------------------------------------------

    def _watch(self, message: Message) -> None:
        wanted, part = message.body["views"], message.body.get("part") or "validation"
        unknown = [v for v in wanted if v not in VIEWS]
        if unknown or part not in PARTS:
            raise ParameterError(
                f"views: expected some of {', '.join(VIEWS)}, and a part; got {unknown or part!r}"
            )
        self._views, self._part = tuple(v for v in VIEWS if v in wanted), part
        if self._run is not None and not self._run.running:
            self._show()

    def _sample(self, message: Message) -> None:
        run, part = self.run, message.body.get("part") or "validation"
        row = message.body["row"]
        if part not in PARTS or not 0 <= row < run.experiment.parts[part].n_rows:
            raise ParameterError(f"sample: there is no row {row} in the part {part!r}")
        if run.experiment.network.n_parameters > _SENT_WHILE_TRAINING * 4:
            raise ParameterError(
                "sample: this network is too large to be shown step by step; take fewer units"
            )
        found = views.sample(run.experiment, run.theta, part, row)
        self.tell("sample", found, message)

    def _surface(self, message: Message) -> None:
        self.tell("surface", surface(self.run), message)

    def _code(self, message: Message) -> None:
        run = self.run
        run.pause()
        self.tell("code", {"command": run.command(), "python": run.python()}, message)

    def _save(self, message: Message) -> None:
        run = self.run
        run.pause()
        name = f"{Path(run.settings.source.name).stem or 'model'}.safetensors"
        model, path = run.model(), self.uploads.room() / name
        _, elsewhere = save_somewhere(model, path)
        if elsewhere:
            raise ModelFileError(elsewhere)
        key = self.uploads.keep(name, path)
        self.tell("saved", {"file": key, "name": name}, message)

    # -- The doctor --------------------------------------------------------------------------------

    def _mistakes(self, message: Message) -> None:
        network = self.run.experiment.network
        found, layers = mistakes.mistakes_for(network), mistakes.small(network).layer_sizes
        self.tell("mistakes", {"mistakes": found, "layers": list(layers)}, message)

    def _doctor(self, message: Message) -> None:
        body = message.body
        if body.get("upload") is None:
            network, name = self.run.experiment.network, str(body.get("mistake"))
            self.tell(
                "verdict", mistakes.verdict(mistakes.diagnosed_mistake(network, name)), message
            )
            return
        if not self.trust.runs_files:
            raise ParameterError(
                "doctor: this studio serves other machines, so it runs no file; run "
                "'clearprop doctor' on your own machine"
            )
        if body.get("confirmed") is not True:
            raise ParameterError("doctor: running a file needs a confirmation; press the button")
        path = self.uploads.path(body["upload"])[1]
        found = mistakes.diagnosed_file(path, body.get("options") or {})
        self.tell("verdict", mistakes.verdict(found), message)

    # -- From the trainer's thread -----------------------------------------------------------------

    def _moved(self) -> None:
        if self._outbox.due("snapshot"):
            started = time.perf_counter()
            views_too = self._spent <= _SHARE * (started - self._began)
            self._show(views_too)
            self._spent += time.perf_counter() - started

    def _ended(self, reason: str, error: Exception | None) -> None:
        self._show()
        if error is not None:
            self.wrong(error, Message("train"))
        self.tell("ended", {"reason": reason})

    def _show(self, views_too: bool = True, running: bool = False) -> None:
        """Put what the page watches into the outbox."""
        run = self._run
        if run is None:
            return
        with self._lock:
            self._show_curve(run, views_too)
            edits = run.edits()
            # An address holds a place and a few weights that were edited there.
            leads = len(edits) <= MOST_EDITS and all(edit[:2] == run.place for edit in run.log)
            theta, (epoch, position) = run.theta, run.place
            small = run.experiment.network.n_parameters <= _SENT_WHILE_TRAINING
            sent = theta if "theta" in self._views and (small or not run.running) else None
            body = {
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
            self._outbox.newest(Message("snapshot", body, 0, self.name, sent))
            if not views_too:
                return
            experiment = run.experiment
            if "answers" in self._views:
                found = views.answers(experiment, theta, self._part)
                self._outbox.newest(Message("answers", {**found, "epoch": epoch}, 0, self.name))
            if self._box is not None and "plane" in self._views:
                body = views.plane(experiment, theta, self._box)
                self._outbox.newest(Message("plane", body, 0, self.name))
            if self._box is not None and "units" in self._views:
                layers = views.units(experiment, theta, self._box)
                self._outbox.newest(Message("units", {"layers": layers}, 0, self.name))

    def _show_curve(self, run: Run, scored: bool) -> None:
        began, sent = self._sent
        if began != run.curve_number:
            began, sent = run.curve_number, 0
        points = [list(point) for point in run.curve[sent:]]
        body = {"began": began, "points": points, "scores": []}
        if scored and run.curve:
            # Training scores the validation rows alone; the training rows are asked now and then.
            body["scores"] = [[run.place[0], views.score(run.experiment, run.theta, "train")]]
        self._outbox.more(Message("curve", body, 0, self.name))
        self._sent = began, sent + len(points)
