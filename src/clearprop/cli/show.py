"""What a training run looks like in a terminal."""

from __future__ import annotations

import math
from pathlib import Path
from types import TracebackType

import numpy as np
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from clearprop.cli.confusion import confusion_text
from clearprop.cli.output import WIDTH, console, show
from clearprop.cli.text import figure, fold, pad
from clearprop.data.table import count
from clearprop.engines.evaluate import cost_and_gradient
from clearprop.experiment import Experiment, Measurement
from clearprop.language import printable
from clearprop.training import Ended, EpochEnded, Event, GradientChecked
from clearprop.training import Progress as EpochProgress
from clearprop.training.options import FULL_BATCH

_STEP = 28  # where the text beside the name of a step begins


class Story:
    """Tells a run as the course's six steps, with a progress bar for the sixth.

    The steps go to standard error, the results to standard output. With `quiet` there are no steps
    and no results, and the bar only where somebody can see it.
    """

    def __init__(self, run: Experiment, quiet: bool) -> None:
        self.run = run
        self.quiet = quiet
        self.ended: Ended | None = None
        self.score_name = "R^2" if run.targets.task == "regression" else "accuracy"
        self.unit = "iteration" if run.recipe.options.solver in FULL_BATCH else "epoch"
        self._err, self._out = console(stderr=True), console()
        self._bar = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=12),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=self._err,
            transient=True,
            disable=not self._err.is_terminal,
        )
        self._task = self._bar.add_task(self.unit, total=run.recipe.options.epochs, figures="")
        # Of the initial values; a checkpoint may soon replace them.
        self._before = cost_and_gradient(
            run.network,
            run.training.theta,
            run.training.X,
            run.training.Y,
            engine=run.training.engine,
        )

    def __enter__(self) -> Story:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def hear(self, event: Event) -> None:
        """Tell an event; the first one, the gradient check, brings steps 1 to 5."""
        if isinstance(event, GradientChecked):
            self._tell_start(event)
            self._bar.reset(self._task, completed=self.run.training.state.epoch)
            self._bar.start()
        elif isinstance(event, EpochProgress):
            self._bar.update(self._task, completed=event.done)
        elif isinstance(event, EpochEnded):
            figures = f"cost {figure(event.cost)}"
            if event.validation_score is not None:
                figures += f", validation {self.score_name} {event.validation_score:.4f}"
            self._bar.update(
                self._task,
                completed=event.epoch,
                description=f"{self.unit} {event.epoch}/{event.epochs}",
                figures=figures,
            )
        elif isinstance(event, Ended):
            self.ended = event
            self._bar.stop()
            costs = self.run.training.history.costs
            told = [f"{count(event.epochs, self.unit)} in {event.seconds:.1f} s"]
            if costs:
                told.append(f"cost {figure(costs[-1])}")
            if event.reason == "converged":
                told.append("converged")
            self._tell("", [", ".join(told)], _STEP)
            if event.reason == "interrupted":
                self._tell("", ["interrupted: the model so far is kept"], _STEP)

    def _tell_start(self, event: GradientChecked) -> None:
        """The data, the network, and the steps up to the first epoch."""
        run, report = self.run, event.report
        network, training = run.network, run.training
        rows = [f"{table.n_rows:,} {part}" for part, table in run.parts.items()]
        sizes = "-".join(map(str, network.layer_sizes))
        layers = [f"{network.activation} layers,"] if network.n_layers > 2 else []
        J, gradient = self._before
        rows = [f"{rows[0]},", f"{rows[1]},", f"{rows[2]} rows;", f"to learn: {_learnt(run)}"]
        self._tell("data", [printable(run.source)])
        self._tell("", rows)
        if run.dropped:
            self._tell("", [f"{count(run.dropped, 'row')} with empty cells left out"])
        self._tell(
            "network",
            [
                f"{sizes},",
                *layers,
                f"{network.output_activation} outputs;",
                f"{network.cost} cost,",
                f"lambda {network.regularization:g};",
                f"{network.n_parameters:,} parameters",
            ],
        )
        self._tell("engine", [f"{training.engine.name}, {training.theta.dtype}"])
        self._tell("", [])
        self._step(1, "random initial values", f"{_init(run)}, seed {run.recipe.options.seed}")
        self._step(2, "forward propagation", f"h(x) of {count(len(training.X), 'row')}")
        self._step(3, "cost", f"J = {figure(J)}", _guessing(run))
        self._step(
            4, "backward propagation", f"|dJ/dtheta| = {figure(float(np.linalg.norm(gradient)))}"
        )
        checked = f"{count(report.n_checked, 'parameter')} within"
        difference = f"{report.largest_relative_difference:.1e}; now off"
        self._step(5, "gradient check", f"{report.verdict}: {checked} {difference}")
        self._step(6, "minimise J", *_solver(run))
        if state_epoch := training.state.epoch:
            self._tell("", [f"going on after {self.unit} {state_epoch}"], _STEP)

    def results(
        self, figures: dict[str, Measurement], seconds: float, out: Path, plot: Path | None
    ) -> None:
        """Measurements, confusion, files: these go to standard output."""
        self._tell("", [])
        table = [["", "rows", self.score_name, "cost"]]
        table += [
            [part, f"{f.rows:,}", figure(f.score), figure(f.cost)] for part, f in figures.items()
        ]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            padded = [pad(row[0], widths[0])]
            padded += [
                pad(cell, w, right=True) for cell, w in zip(row[1:], widths[1:], strict=True)
            ]
            show(self._out, "  ".join(padded))
        classes, confusion = self.run.targets.classes, figures["test"].confusion
        if confusion is not None and classes is not None:
            show(self._out, "")
            show(self._out, confusion_text(confusion, classes, self._out.width, "test rows"))
        show(self._out, "")
        show(self._out, f"model: {printable(out)} ({seconds:.1f} s in all)")
        if plot is not None:
            show(self._out, f"learning curve: {printable(plot)}")

    def _step(self, step: int, name: str, *phrases: str) -> None:
        self._tell(f"  {step}  {name}", list(phrases), _STEP)

    def _tell(self, label: str, phrases: list[str], indent: int = 10) -> None:
        if not self.quiet:
            text = Text(fold(label, phrases, indent, min(self._err.width, WIDTH)))
            text.stylize("bold", 0, len(label))
            text.highlight_words(["right:"], "green")
            show(self._err, text)


def _learnt(run: Experiment) -> str:
    targets = run.targets
    name = f" of {printable(targets.name)}" if targets.name else ""
    if targets.task == "classification" and targets.classes is not None:
        return f"{len(targets.classes)} classes{name}"
    K = targets.n_units(run.network.cost)
    what = "label" if targets.task == "multilabel" else "number"
    return f"{count(K, what)} a row{name}"


def _init(run: Experiment) -> str:
    init = run.recipe.init
    return init if isinstance(init, str) else f"uniform in [-{init:g}, {init:g}]"


def _guessing(run: Experiment) -> str:
    """What a network costs that finds all classes equally likely: a first sanity check."""
    K = run.network.n_outputs
    if run.network.cost == "softmax":
        return f"(guessing costs ln {K} = {math.log(K):.4f})"
    if run.network.cost == "logistic":
        return f"(guessing costs {K} ln 2 = {K * math.log(2):.4f})".replace(" 1 ln", " ln")
    return ""


def _solver(run: Experiment) -> list[str]:
    """Solver, rate, minibatches and epochs, in phrases."""
    options = run.recipe.options
    if options.solver in FULL_BATCH:
        return [f"{options.solver},", f"at most {count(options.epochs, 'iteration')}"]
    epochs = count(options.epochs, "epoch")
    if options.patience != math.inf:
        epochs = f"at most {epochs}"
    schedule = "" if options.schedule == "constant" else f" ({options.schedule})"
    rate = f"rate {options.learning_rate:g}{schedule},"
    if options.solver == "gd":
        return ["gd,", rate, epochs]
    size = options.rows_per_batch(run.training.X.shape[0])
    return [f"{options.solver},", rate, f"minibatches of {size},", epochs]
