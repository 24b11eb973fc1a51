"""`clearprop train` and `clearprop check`: the run, told as the course's six steps."""

from __future__ import annotations

import textwrap
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.cli.ending import Ending
from clearprop.cli.output import print_json
from clearprop.cli.processes import joined, launched
from clearprop.cli.running import INTERRUPTED, TERMINATED, Running
from clearprop.cli.show import Terminal
from clearprop.errors import DivergenceError
from clearprop.experiment.check import CheckJob
from clearprop.experiment.prepared import PARTS
from clearprop.experiment.processes import Processes
from clearprop.experiment.train import TrainJob, summary
from clearprop.gradients.report_text import report_text
from clearprop.language import cells, printable, shorten, wrapped
from clearprop.training import Ended
from clearprop.training.interrupt import Interrupt, Termination

if TYPE_CHECKING:
    from clearprop.experiment.run import Experiment


def train(given: dict[str, Any], running: Running) -> int:
    """Read, train, save, measure, show."""
    processes = Processes.of(given)
    if processes is not None:
        return _on_processes(processes, given, running)
    job = TrainJob.of(given)
    running.will_write(job.out, job.plot)
    started = time.perf_counter()
    with running.ending_at_once():
        run = job.experiment(running.tell)
    if job.folder is not None:
        running.will_write(job.folder.path)
    with Termination() as termination:
        return _trained(job, run, running, lambda: termination.asked, started)


def _on_processes(processes: Processes, given: dict[str, Any], running: Running) -> int:
    """The same on several processes, of which this is one, or which this one starts."""
    if processes.local is not None:
        return launched(processes, given, running)
    started = time.perf_counter()
    with joined(processes, given, running) as (team, job, run):
        if team.process == 0:
            running.will_write(job.out, job.plot)
            if job.folder is not None:
                running.will_write(job.folder.path)
            return _trained(job, run, running, lambda: team.terminated, started)
        *_, last = run.train()
        assert isinstance(last, Ended)
        if last.reason != "interrupted":
            return 0
        return TERMINATED if team.terminated else INTERRUPTED


def _trained(
    job: TrainJob,
    run: Experiment,
    running: Running,
    terminated: Callable[[], bool],
    started: float,
) -> int:
    """Train, save, measure, show; return the exit code."""
    lang, as_json, quiet = job.values["lang"], job.values["json"], job.values["quiet"]
    try:
        with (
            Interrupt(),
            Terminal(run, lang, steps=not (as_json or quiet), bar=not quiet) as terminal,
        ):
            for event in run.train(job.folder):
                terminal.hear(event)
    except DivergenceError as error:
        # The parameters before are finite and far from good: an older model is worth more.
        what = str(error).partition(". The parameters")[0]
        raise DivergenceError(f"{what}; no model was written", error.epoch) from None
    assert terminal.ended is not None
    reason = terminal.ended.reason
    ending = Ending(running, job.folder, reason, terminated())
    ending.say_how_to_go_on()
    if ending.leaves_no_model:
        return ending.code
    replaced = job.out.exists()
    # Before the measurements: whatever becomes of those, the training is not lost.
    out = ending.save(run.model(), job.out)
    measurements = {part: run.measure(part) for part in PARTS}
    seconds = time.perf_counter() - started
    plot = ending.draw(job.plot, lambda path: _draw(run, path, lang))
    if reason == "interrupted" and (as_json or quiet):
        warnings.warn(f"{ending.how}: the model so far is in {out}", stacklevel=2)
    if reason == "time" and (as_json or quiet):
        warnings.warn(f"time: it was up; the model so far is in {out}", stacklevel=2)
    if as_json:
        print_json(summary(job, run, measurements, reason, seconds, out))
    else:
        terminal.results(measurements, seconds, out, plot, replaced and out == job.out)
    return ending.code


def _draw(run: Experiment, path: Path, lang: str) -> None:
    # Start-up time: Matplotlib takes half a second to load, and few runs draw.
    from clearprop.figures.learning_curve import draw_learning_curve, recorded

    name = shorten(printable(Path(run.source).name), 60)
    draw_learning_curve(recorded(run), lang, name).save(path)


def check(given: dict[str, Any], running: Running) -> int:
    """Check the gradient at the initial values, on some rows of the source; print the report."""
    job = CheckJob.of(given)
    with running.ending_at_once():
        report = job.report()
    if job.values["json"]:
        print_json(report.to_dict())
    else:
        for line in report_text(report, job.values["lang"]).splitlines():
            print(_filled(line))
    return 0 if report.right else 1


def _filled(line: str) -> str:
    """A line in lines of 80 columns; Chinese breaks between characters."""
    if cells(line) <= 80:
        return line
    if line.isascii():
        return textwrap.fill(line, 80, subsequent_indent="  ", break_long_words=False)
    return "\n  ".join(wrapped(line, 78))
