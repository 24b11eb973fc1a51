"""`clearprop choose`: a search among networks, shown rung by rung, and the model it ends with."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from clearprop.cli.ending import Ending
from clearprop.cli.output import WIDTH, console, print_json, show
from clearprop.cli.running import TERMINATED, Running
from clearprop.cli.show import Terminal
from clearprop.cli.text import fold
from clearprop.errors import ParameterError
from clearprop.experiment.choose import ChooseJob
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.prepared import PARTS
from clearprop.experiment.search import Search
from clearprop.experiment.search_events import Advanced, RungBegun, SearchEvent, Tried
from clearprop.experiment.search_text import (
    layers_text,
    numbers_text,
    reasons,
    rung_text,
    table_lines,
)
from clearprop.experiment.story import opening, score_name, six_steps
from clearprop.experiment.telling import ROOM, counted, number_text, told
from clearprop.experiment.trial import Trial
from clearprop.language import Sentences, printable, shorten
from clearprop.training import Ended, GradientChecked
from clearprop.training.interrupt import Interrupt, Termination

__all__ = ["choose"]

_INDENT = 16  # columns of "gradient check"


def choose(given: dict[str, Any], running: Running) -> int:
    """Read, search, save, measure, show."""
    job = ChooseJob.of(given)
    running.will_write(job.out, job.plot, None if job.folder is None else job.folder.path)
    started = time.perf_counter()
    with running.ending_at_once():
        search = job.search()
    with Termination() as termination:
        try:
            return _searched(job, search, running, termination, started)
        except KeyboardInterrupt:  # before the first epoch of any network
            if not termination.asked:
                raise
        print(f"{running.say('clearprop: ')}{running.interrupted()}", file=sys.stderr)
        return TERMINATED


def _searched(
    job: ChooseJob, search: Search, running: Running, termination: Termination, started: float
) -> int:
    """Search, save, measure, show; return the exit code."""
    lang, as_json, quiet = job.values["lang"], job.values["json"], job.values["quiet"]
    steps = not (as_json or quiet)
    try:
        with (
            Interrupt(),
            _Watcher(search, lang, steps=steps, bar=not quiet) as watcher,
        ):
            for event in search.search(job.folder):
                watcher.hear(event)
    except ParameterError as error:
        raise error.renamed({"seconds": "time"}) from None
    assert search.ended is not None
    ending = Ending(running, job.folder, search.ended.reason, termination.asked)
    ending.say_how_to_go_on()
    if ending.leaves_no_model:
        return ending.code
    replaced = job.out.exists()
    # Before the measurements: whatever becomes of those, the search is not lost.
    out = ending.save(search.model(), job.out)
    measurements = {part: search.measure(part) for part in PARTS}
    seconds = time.perf_counter() - started
    plot = ending.draw(job.plot, lambda path: _draw(search, path, lang))
    if ending.interrupted and not steps:
        warnings.warn(f"{ending.how}: the best network so far is in {out}", stacklevel=2)
    if as_json:
        score = score_name(search.chosen)
        scores = {f"{part}_{score}": found.score for part, found in measurements.items()}
        print_json({**search.to_dict(), **scores, "model": str(out)})
    else:
        _results(search, lang, measurements, seconds, (out, plot), replaced and out == job.out)
    return ending.code


def _results(
    search: Search,
    lang: str,
    measurements: Mapping[str, Measurement],
    seconds: float,
    files: tuple[Path, Path | None],
    replaced: bool,
) -> None:
    """Print the table, why this network, and what it shows on the rows of each part."""
    out_file, plot = files
    say, out = Sentences(ROOM, lang), console()
    for line in table_lines([trial.to_dict() for trial in search.trials], lang):
        show(out, line)
    show(out, say("choose.legend"))
    show(out, "")
    for sentence in reasons(search.trials, search.best, lang, search.run.recipe.epoch_name):
        show(out, fold("", sentence.split("¦"), 0, min(out.width, WIDTH)))
    show(out, "")
    terminal = Terminal(search.chosen, lang, steps=False, bar=False)
    terminal.results(measurements, seconds, out_file, None, replaced)
    if plot is not None:
        show(out, say("choose.picture", path=printable(plot)))


def _draw(search: Search, path: Path, lang: str) -> None:
    # Start-up time: Matplotlib takes half a second to load, and few runs draw.
    from clearprop.figures.architectures import draw_architectures

    name = shorten(printable(Path(search.run.source).name), 60)
    draw_architectures(search, lang, name).save(path)


class _Watcher:
    """Shows a search while it goes on: a line for each rung, and a bar with the time left."""

    def __init__(self, search: Search, lang: str, *, steps: bool, bar: bool) -> None:
        self.search, self._lang = search, lang
        self._say = Sentences(ROOM, lang)
        self._steps = steps
        self._err = console(stderr=True)
        self._bar = Progress(
            *self._columns(), console=self._err, transient=True,
            disable=not (bar and self._err.is_terminal),
        )  # fmt: skip
        self._task = self._bar.add_task(self._say("choose.progress"), total=None, now="")
        self._best: Trial | None = None

    def __enter__(self) -> _Watcher:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def hear(self, event: SearchEvent) -> None:
        """Show an event."""
        if isinstance(event, GradientChecked):
            data, _, engine = opening(self.search.run)
            check = six_steps(self.search.run, event.report)[4]
            for step in (data, engine, check):
                found = told(step, self._lang)
                for i, phrases in enumerate(found.lines):
                    self._tell("¦".join(phrases), "" if i else found.label)
            self._bar.start()
        elif isinstance(event, RungBegun):
            if self._best is None:
                self._plan()
            counts = self.search.run.recipe.epoch_name
            self._tell(rung_text(event.rung, event.number, self._lang, counts))
        elif isinstance(event, Advanced):
            self._bar.update(self._task, completed=event.done, total=max(event.total, event.done))
        elif isinstance(event, Tried):
            self._lead(event.trial)
        elif isinstance(event, Ended):
            self._bar.stop()
            trials = counted(self._say, len(self.search.trials), "network")
            self._tell(self._say("choose.whole", trials=trials, seconds=f"{event.seconds:.1f}"))
            if event.reason in ("interrupted", "time"):
                self._tell(self._say(f"choose.{event.reason}"))

    def _plan(self) -> None:
        """What is searched."""
        say, search = self._say, self.search
        space = search.space
        few, many = space.one_layer[0], space.one_layer[-1]
        most = counted(say, many, "unit")
        units = most if few == many else say("choose.from-to", few=few, many=most)
        self._best = search.best
        self._tell(
            say(
                "choose.plan",
                units=units,
                numbers=numbers_text(say, space.lambdas, space.rates, sorted(space.dropouts)),
                seconds=f"{search.seconds:g}",
            ),
            say("choose.search"),
        )
        if search.cut:
            what = []
            if space.widths != search.whole.widths:
                what.append(say("choose.at-most", units=most))
            if space.epochs != search.whole.epochs:
                name = search.run.recipe.epoch_name
                epochs, whole = (counted(say, s.epochs, name) for s in (space, search.whole))
                what.append(say("choose.fewer", epochs=epochs, whole=whole))
            self._tell(say("choose.shortened", what=say("selection.between").join(what)))
        if search.trials:
            trials = counted(say, len(search.trials), "network")
            self._tell(say("choose.going-on", trials=trials))

    def _lead(self, trial: Trial) -> None:
        """Show the best network so far beside the bar."""
        best = self.search.best
        if best is not None and best != self._best:
            self._best = best
            layers = layers_text(best.configuration.hidden)
            J = number_text(best.validation_cost)
            self._bar.update(self._task, now=self._say("choose.leader", layers=layers, J=J))

    def _columns(self) -> list[ProgressColumn]:
        before, after = self._say("progress.left", time="¦").split("¦")
        return [
            TextColumn("  {task.description}"),
            BarColumn(bar_width=12),
            TextColumn("{task.fields[now]}"),
            *(TextColumn(text.strip()) for text in [before] if text),
            TimeRemainingColumn(compact=True),
            *(TextColumn(text.strip()) for text in [after] if text),
        ]

    def _tell(self, sentence: str, label: str = "") -> None:
        if self._steps:
            width = min(self._err.width, WIDTH)
            text = Text(fold(label, sentence.split("¦"), _INDENT, width))
            text.stylize("bold", 0, len(label))
            show(self._err, text)
