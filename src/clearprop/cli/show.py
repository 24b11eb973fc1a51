"""What a training run looks like in a terminal."""

from __future__ import annotations

import math
from pathlib import Path
from types import TracebackType

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from clearprop.engines.base import cost_and_gradient
from clearprop.experiment import Experiment, Figures
from clearprop.network.architecture import Array
from clearprop.training import Ended, EpochEnded, Event, GradientChecked
from clearprop.training import Progress as EpochProgress
from clearprop.training.options import FULL_BATCH

# A larger confusion matrix does not fit 80 columns; its worst pairs are named instead.
WIDEST_MATRIX = 12

REASONS = {
    "epochs": "all epochs are run",
    "converged": "converged",
    "interrupted": "interrupted; the model so far is kept",
    "stopped": "stopped",
}


class Story:
    """Tells a run as the course's six steps, with a progress bar for the sixth."""

    def __init__(self, run: Experiment, quiet: bool) -> None:
        self.run = run
        self.err = Console(stderr=True, quiet=quiet, highlight=False)
        self.out = Console(highlight=False)
        self.score_name = "R^2" if run.targets.task == "regression" else "accuracy"
        self.progress = Progress(
            TextColumn("     {task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            console=self.err,
            transient=True,
            disable=not self.err.is_terminal or quiet,
        )
        self.task = self.progress.add_task("epoch", total=run.recipe.options.epochs, figures="")

    def __enter__(self) -> Story:
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def before(self) -> None:
        """The data, the network, and steps 1 to 4."""
        run = self.run
        network, training = run.network, run.training
        rows = ", ".join(f"{table.n_rows:,} {part}" for part, table in run.parts.items())
        sizes = "-".join(map(str, network.layer_sizes))
        self._line("data", f"{run.source}: {rows} rows; {_learnt(run)}")
        hidden = f"{network.activation}, " if network.n_layers > 2 else ""
        self._line(
            "network",
            f"{sizes}, {hidden}{network.output_activation} outputs, {network.cost} cost, "
            f"lambda {network.regularization:g}; {network.n_parameters:,} parameters",
        )
        J, gradient = cost_and_gradient(
            network, training.theta, training.X, training.Y, engine=training.engine
        )
        seed = run.recipe.options.seed
        self._step(1, "random initial values", f"{_init(run)}, seed {seed}")
        self._step(2, "forward propagation", f"h(x) of {training.X.shape[0]:,} samples")
        self._step(3, "cost", f"J = {J:.4f} before training{_guessing(run)}")
        self._step(4, "backward propagation", f"|dJ/dtheta| = {np.linalg.norm(gradient):.4f}")

    def hear(self, event: Event) -> None:
        """Step 5, and the progress of step 6."""
        if isinstance(event, GradientChecked):
            report = event.report
            self._step(
                5,
                "gradient check",
                f"[green]{report.verdict}[/green]: {report.n_checked} parameters differ by at most "
                f"{report.largest_relative_difference:.1e}; now off",
            )
            self._step(6, "minimise J", _solver(self.run))
        elif isinstance(event, EpochProgress):
            self.progress.update(self.task, completed=event.done)
        elif isinstance(event, EpochEnded):
            figures = f"cost {event.cost:.4f}"
            if event.validation_score is not None:
                figures += f"  validation {self.score_name} {event.validation_score:.4f}"
            self.progress.update(
                self.task,
                completed=event.epoch,
                description=f"epoch {event.epoch}/{event.epochs}",
                figures=figures,
            )
        elif isinstance(event, Ended):
            cost = self.run.training.history.costs
            last = f", cost {cost[-1]:.4f}" if cost else ""
            self._step(
                0,
                "",
                f"{event.epochs} epochs in {event.seconds:.1f} s{last}: {REASONS[event.reason]}",
            )

    def after(
        self, figures: dict[str, Figures], seconds: float, out: Path, plot: Path | None
    ) -> None:
        """The results: these go to standard output."""
        grid = Grid(box=None, pad_edge=False)
        grid.add_column("")
        for name in ("rows", self.score_name, "cost"):
            grid.add_column(name, justify="right")
        for part, figure in figures.items():
            grid.add_row(part, f"{figure.rows:,}", f"{figure.score:.4f}", f"{figure.cost:.4f}")
        self.err.print()
        self.out.print(grid)
        classes = self.run.targets.classes
        confusion = figures["test"].confusion
        if confusion is not None and classes is not None:
            self.out.print()
            show_confusion(self.out, confusion, classes)
        self.out.print(f"\nmodel: {out} ({seconds:.1f} s in all)", soft_wrap=True)
        if plot is not None:
            self.out.print(f"learning curve: {plot}", soft_wrap=True)

    def _line(self, label: str, text: str) -> None:
        self.err.print(_hanging(label, text, 10))

    def _step(self, number: int, label: str, text: str) -> None:
        if number == 1:
            self.err.print()
        name = f"  [bold]{number}[/bold]  {label}" if number else ""
        self.err.print(_hanging(name, text, 28))


def show_confusion(console: Console, confusion: Array, classes: Array) -> None:
    """The confusion matrix of the test rows; for many classes the pairs most often confused."""
    names = [str(c) for c in classes]
    if len(names) <= WIDEST_MATRIX and max(map(len, names)) <= 8:
        grid = Grid(
            box=None,
            pad_edge=False,
            title="test rows: actual class (down), predicted (across)",
            title_justify="left",
            title_style="",
        )
        grid.add_column("", style="bold")
        for name in names:
            grid.add_column(name, justify="right")
        for i, name in enumerate(names):
            cells = [
                f"[green]{n}[/green]" if i == j else (f"[red]{n}[/red]" if n else "[dim].[/dim]")
                for j, n in enumerate(confusion[i].tolist())
            ]
            grid.add_row(name, *cells)
        console.print(grid)
        return
    wrong = confusion - np.diag(np.diag(confusion))
    if not wrong.any():
        console.print("test rows: no class was taken for another")
        return
    console.print("test rows: what was most often taken for something else")
    for flat in np.argsort(-wrong, axis=None, kind="stable")[:8]:
        i, j = np.unravel_index(flat, wrong.shape)
        if wrong[i, j]:
            n, of = int(wrong[i, j]), int(confusion[i].sum())
            console.print(f"  {names[i]} taken for {names[j]}: {n} of {of}")


def _hanging(label: str, text: str, width: int) -> Grid:
    """A label and a text that wraps beside it."""
    grid = Grid.grid(padding=0)
    grid.add_column(width=width, no_wrap=True)
    grid.add_column()
    grid.add_row(label, text)
    return grid


def _learnt(run: Experiment) -> str:
    targets = run.targets
    name = f" {targets.name}" if targets.name else ""
    if targets.classes is not None:
        return f"{len(targets.classes)} classes{name and ' of' + name}"
    return f"numbers{name and ':' + name}"


def _init(run: Experiment) -> str:
    init = run.recipe.init
    return init if isinstance(init, str) else f"uniform in [-{init:g}, {init:g}]"


def _guessing(run: Experiment) -> str:
    """What a network costs that finds all classes equally likely: a first sanity check."""
    if run.network.cost != "softmax":
        return ""
    K = run.network.n_outputs
    return f" (guessing: ln {K} = {math.log(K):.4f})"


def _solver(run: Experiment) -> str:
    options = run.recipe.options
    if options.solver in FULL_BATCH:
        return f"{options.solver}, at most {options.epochs} iterations"
    if options.solver == "gd":
        return f"gd, rate {options.learning_rate:g}, {options.epochs} epochs"
    size = options.rows_per_batch(run.training.X.shape[0])
    rate = f"rate {options.learning_rate:g}"
    schedule = "" if options.schedule == "constant" else f" ({options.schedule})"
    return f"{options.solver}, {rate}{schedule}, minibatches of {size}, {options.epochs} epochs"
