"""A training run in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from clearprop.cli.confusion import confusion_text
from clearprop.cli.output import WIDTH, console, show
from clearprop.cli.scores import interval_lines, rare_lines, warning_lines
from clearprop.cli.text import fold, pad
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.run import Experiment
from clearprop.experiment.story import (
    Step,
    ending,
    learning,
    opening,
    refit,
    score_name,
    selection,
    six_steps,
)
from clearprop.experiment.telling import ROOM, counted, number_text, told
from clearprop.language import Sentences, cells, printable
from clearprop.training import Ended, EpochEnded, Event, GradientChecked
from clearprop.training import Progress as EpochProgress

_STEPS = ("initial", "forward", "cost", "backward", "check", "minimise")
_LABEL = 10  # columns of "data", "network" and "engine"


class Terminal:
    """Shows a run: the story of the six steps with a progress bar, and then the results.

    Steps go to standard error, results to standard output. The bar is drawn only in a terminal.

    Parameters
    ----------
    run
        The run, not yet trained.
    lang
        ``"en"`` or ``"zh"``.
    steps, bar
        Whether the steps and the bar are shown.
    """

    def __init__(
        self, run: Experiment, lang: str = "en", *, steps: bool = True, bar: bool = True
    ) -> None:
        self.run = run
        self.ended: Ended | None = None
        self._lang, self._steps = lang, steps
        self._say = Sentences(ROOM, lang)
        self._err, self._out = console(stderr=True), console()
        # The width of "  1  name  ", so that the text of all steps begins in one column.
        self._indent = 7 + max(cells(self._say(f"steps.{name}")) for name in _STEPS)
        self._bar = Progress(
            *self._columns(), console=self._err, transient=True,
            disable=not (bar and self._err.is_terminal),
        )  # fmt: skip
        epochs = sum(candidate.training.options.epochs for candidate in run.candidates)
        self._task = self._bar.add_task(self._counter(0, epochs), total=epochs, now="")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def hear(self, event: Event) -> None:
        """Show an event. The gradient check comes first and brings steps 1 to 6."""
        if isinstance(event, GradientChecked):
            for step in opening(self.run):
                self._tell(step)
            self._blank()
            for step in six_steps(self.run, event.report):
                self._tell(step)
            epochs = sum(candidate.training.state.epoch for candidate in self.run.candidates)
            self._bar.reset(self._task, completed=epochs)
            self._bar.start()
        elif isinstance(event, EpochProgress):
            self._bar.update(self._task, completed=event.done, total=event.epochs)
            if len(self.run.candidates) > 1 or self.run.refitting:
                counter = self._counter(int(event.done), event.epochs)
                self._bar.update(self._task, description=counter, now="")
        elif isinstance(event, EpochEnded) and len(self.run.candidates) == 1:
            self._bar.update(
                self._task,
                completed=event.epoch,
                description=self._counter(event.epoch, event.epochs),
                now=self._now(event),
            )
        elif isinstance(event, Ended):
            self.ended = event
            self._bar.stop()
            self._tell(ending(self.run, event))
            for after in (selection(self.run), refit(self.run)):
                if after is not None:
                    self._tell(after)

    def results(
        self,
        measurements: Mapping[str, Measurement],
        seconds: float,
        out: Path,
        plot: Path | None,
        replaced: bool,
    ) -> None:
        """Print measurements, confusion and files to standard output.

        `replaced` is True where another file stood at `out`.
        """
        say = self._say
        self._blank()
        score = say(f"results.{score_name(self.run)}")
        uneven = measurements["train"].scores.largest is not None
        balanced = [say("results.balanced")] if uneven else []
        table = [["", say("results.rows"), score, *balanced, say("results.cost")]]
        for part, m in measurements.items():
            line = [say(f"results.{part}"), f"{m.rows:,}", number_text(m.score)]
            if uneven and m.scores.balanced_accuracy is not None:
                line.append(number_text(m.scores.balanced_accuracy))
            table.append([*line, number_text(m.cost)])
        widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
        for first, *numbers in table:
            line = [pad(first, widths[0])]
            line += [pad(text, w, right=True) for text, w in zip(numbers, widths[1:], strict=True)]
            show(self._out, "  ".join(line))
        step = learning(self.run, measurements)
        if step is not None:
            show(self._out, "")
            (phrases,) = told(step, self._lang).lines
            show(self._out, fold("", phrases, 0, min(self._out.width, WIDTH)))
        scores = measurements["test"].scores
        if self.run.refit is not None and self.run.refit.thetas:
            apart = self.run.prepared.test_apart
            before = [say("results.before-refit-but-test" if apart else "results.before-refit")]
            if scores.interval is not None:
                before.append(say("results.interval-before-refit"))
            for sentence in before:
                show(self._out, fold("", sentence.split("¦"), 0, min(self._out.width, WIDTH)))
        where = say("results.of-test-rows", what="")
        for text in warning_lines(scores, min(self._out.width, WIDTH), self._lang, where):
            show(self._out, text)
        for text in interval_lines(scores, self._lang):
            show(self._out, say("results.of-test-rows", what=text))
        if scores.misses_a_class and self.run.class_weights is None:
            show(self._out, say("results.class-weight"))
        classes, confusion = self.run.targets.classes, measurements["test"].confusion
        if confusion is not None and classes is not None:
            width = self._out.width
            show(self._out, "")
            show(self._out, confusion_text(confusion, classes, width, "test-rows", self._lang))
        for text in rare_lines(scores, self._lang):
            show(self._out, text)
        show(self._out, "")
        show(self._out, say("results.model", path=printable(out), seconds=f"{seconds:.1f}"))
        if replaced:
            show(self._out, say("results.replaced", path=printable(out)))
        if plot is not None:
            show(self._out, say("results.curve", path=printable(plot)))

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

    def _counter(self, epoch: int, epochs: int) -> str:
        name, n = self.run.recipe.epoch_name, len(self.run.candidates)
        if n > 1 and not self.run.refitting:
            in_all = counted(self._say, epochs, name)
            return self._say("progress.candidates", n=n, epoch=f"{epoch:,}", epochs=in_all)
        counter = self._say(f"progress.{name}", epoch=epoch, epochs=epochs)
        return self._say("progress.refit", counter=counter) if self.run.refitting else counter

    def _now(self, event: EpochEnded) -> str:
        cost = number_text(event.cost)
        if event.validation_score is None:
            return self._say("progress.cost", cost=cost)
        score = f"{event.validation_score:.4f}"
        return self._say(f"progress.{score_name(self.run)}", cost=cost, score=score)

    def _tell(self, step: Step) -> None:
        found = told(step, self._lang)
        label = found.label
        indent = _LABEL if step.number is None and label else self._indent
        if step.number is not None:
            label = f"  {step.number}  {label}"
        for phrases in found.lines:
            self._line(label, phrases, indent)
            label = ""

    def _line(self, label: str, phrases: tuple[str, ...], indent: int) -> None:
        if self._steps:
            text = Text(fold(label, phrases, indent, min(self._err.width, WIDTH)))
            text.stylize("bold", 0, len(label))
            text.highlight_words([self._say("check.right")], "green")
            show(self._err, text)

    def _blank(self) -> None:
        self._line("", (), 0)
