"""A tab's session: it hears the page's messages and tells what happens. It knows no web."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from clearprop.data.table import Table
from clearprop.errors import ClearpropError, DataError, ModelFileError, ParameterError
from clearprop.experiment.prepared import PARTS
from clearprop.storage.elsewhere import save_somewhere
from clearprop.storage.model_file import load
from clearprop.studio import views
from clearprop.studio.outbox import Outbox
from clearprop.studio.protocol import Message, told
from clearprop.studio.run import Run, Told
from clearprop.studio.settings import Settings, Source
from clearprop.studio.surface import surface
from clearprop.studio.telling import SENT_WHILE_TRAINING, VIEWS, Telling, Watched
from clearprop.studio.trust import Trust
from clearprop.studio.uploads import Uploads
from clearprop.studio.values import (
    called,
    columns_of,
    edits_of,
    place_of,
    plain,
    shown_options,
)

__all__ = ["Session"]


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
        self._now: Telling | None = None
        self._beside: Telling | None = None
        self._table: tuple[Any, Table] | None = None
        self._watched = Watched()
        self._hears: dict[str, Callable[[Message], None]] = {
            "open": self._open, "open-model": self._open_model, "watch": self._watch,
            "train": self._train, "pause": self._pause, "reset": self._reset, "undo": self._undo,
            "edit": self._edit, "swap": self._swap, "drop": self._drop, "sample": self._sample,
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
        return self._telling.run

    @property
    def _telling(self) -> Telling:
        if self._now is None:
            raise ParameterError("source: open one first")
        return self._now

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
        for telling in (self._now, self._beside):
            if telling is not None:
                telling.run.close()
        self._now = self._beside = self._table = None
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
        told_of = Told(
            lambda: telling.moved(), lambda reason, error: self._ended(telling, reason, error)
        )
        run = Run(settings, table, told_of)
        run.check(place, edits)
        telling = Telling(run, self._outbox, self.name, self._watched)
        self._take(telling, message)
        goes = place != (0, 0) or bool(edits)
        telling.show(running=goes)
        if goes:
            telling.begins()
            run.to(place, edits)

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
        self._telling.show()

    def _take(self, telling: Telling, message: Message) -> None:
        """Put a run under the hand, in the place of the one before or with that one beside it."""
        before = self._now
        if before is not None and message.body.get("beside"):
            self._end_beside()
            self._beside = before
            before.put(beside=True)
        elif before is not None:
            before.run.close()
        self._now = telling
        self._outbox.anew()
        self._tell_dataset(message)

    def _tell_dataset(self, message: Message) -> None:
        run = self.run
        self.uploads.source = run.settings.source.file
        self.tell(
            "dataset",
            {
                **views.dataset(run.experiment),
                "chosen": {k: plain(v) for k, v in run.settings.chosen.items()},
                "init": plain(run.settings.recipe.init),
                "hidden": list(run.experiment.recipe.hidden),
                "options": shown_options(run),
                "run": run.number,
            },
            message,
        )

    def _swap(self, message: Message) -> None:
        """Exchange the run under the hand and the one beside it."""
        if self._beside is None:
            raise ParameterError("beside: there is no second run")
        self._now, self._beside = self._beside, self._telling
        self._tell_dataset(message)
        self._beside.put(beside=True)
        self._now.put(beside=False)

    def _drop(self, message: Message) -> None:
        """End the run beside."""
        self._end_beside()
        self.tell("done", {"of": "drop"}, message)

    def _end_beside(self) -> None:
        if self._beside is not None:
            self._beside.run.close()
        self._beside = None

    def _train(self, message: Message) -> None:
        until, both = message.body["until"], message.body.get("both")
        asked = [self._telling]
        if both and self._beside is not None and not self._beside.run.running:
            asked.append(self._beside)
        for telling in asked:
            telling.run.check_stretch(until)
        # Before it begins: a short one has ended, and told so, before this thread goes on.
        self.tell("training", {"until": until}, message)
        for telling in asked:
            telling.begins()
            telling.run.train(until)

    def _pause(self, message: Message) -> None:
        self.run.pause()
        if self._beside is not None:
            self._beside.run.pause()
        self.tell("done", {"of": "pause"}, message)

    def _reset(self, message: Message) -> None:
        self.run.reset()
        self.tell("done", {"of": "reset"}, message)
        self._telling.show()

    def _undo(self, message: Message) -> None:
        self.run.undo()
        self.tell("done", {"of": "undo"}, message)
        self._telling.show()

    def _edit(self, message: Message) -> None:
        self.run.edit(edits_of(message.body["weights"]), stroke=message.body.get("stroke") or 0)
        self.tell("done", {"of": "edit"}, message)
        self._telling.show()

    # -- What is shown -----------------------------------------------------------------------------

    def _watch(self, message: Message) -> None:
        wanted, part = message.body["views"], message.body.get("part") or "validation"
        unknown = [v for v in wanted if v not in VIEWS]
        if unknown or part not in PARTS:
            raise ParameterError(
                f"views: expected some of {', '.join(VIEWS)}, and a part; got {unknown or part!r}"
            )
        self._watched.views = tuple(v for v in VIEWS if v in wanted)
        self._watched.part = part
        if self._now is not None and not self.run.running:
            self._now.show()

    def _sample(self, message: Message) -> None:
        run, part = self.run, message.body.get("part") or "validation"
        row = message.body["row"]
        if part not in PARTS or not 0 <= row < run.experiment.parts[part].n_rows:
            raise ParameterError(f"sample: there is no row {row} in the part {part!r}")
        if run.experiment.network.n_parameters > SENT_WHILE_TRAINING * 4:
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
        mistakes = _mistakes()
        network = self.run.experiment.network
        found, layers = mistakes.mistakes_for(network), mistakes.small(network).layer_sizes
        self.tell("mistakes", {"mistakes": found, "layers": list(layers)}, message)

    def _doctor(self, message: Message) -> None:
        mistakes, body = _mistakes(), message.body
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

    def _ended(self, telling: Telling, reason: str, error: Exception | None) -> None:
        telling.show()
        if error is not None:
            self.wrong(error, Message("train"))
        if not telling.beside:
            ended = Message("ended", {"reason": reason}, 0, self.name)
            self._outbox.answer(ended, last=True)


def _mistakes() -> ModuleType:
    """The doctor's room. Start-up time: it is a third of all imports, and few tabs ask for it."""
    from clearprop.studio import mistakes

    return mistakes
