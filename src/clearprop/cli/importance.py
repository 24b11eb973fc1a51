"""Which columns matter, computed with a progress bar and shown as a table with bars."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from clearprop.cli.output import console
from clearprop.cli.text import pad
from clearprop.experiment.importance import Importance
from clearprop.experiment.telling import ROOM, number_text
from clearprop.experiment.use import EvaluateJob
from clearprop.language import Sentences, cells, printable, shorten

__all__ = ["computed", "importance_lines"]

_MOST = 20  # columns; the rest is summed up in one line
_NAME = 30  # columns of a name
_BAR = 24  # columns of the longest bar


def computed(job: EvaluateJob) -> Importance:
    """The importance of the columns; a terminal sees how far it is."""
    say, err = Sentences(ROOM, job.lang), console(stderr=True)
    bar = Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=12),
        TextColumn("{task.fields[now]}"),
        TimeRemainingColumn(compact=True),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task(say("importance.working"), now="")

        def progress(done: int, total: int) -> None:
            now = say("importance.columns", done=f"{done:,}", total=f"{total:,}")
            bar.update(task, completed=done, total=total, now=now)

        return job.importance(progress)


def importance_lines(found: Importance, lang: str = "en") -> list[str]:
    """A line on what was done, and a line with a bar for each column, the largest fall first.

    Examples
    --------
    >>> import numpy as np
    >>> falls = np.array([[0.1, 0.1], [0.4, 0.2]])
    >>> print(*importance_lines(Importance(("age", "city"), falls, "r2", 0.9)), sep=chr(10))
    fall of R^2 when the values of a column are shuffled (2 times)
    city  0.3000 +- 0.1000  ########################
    age   0.1000 +- 0.0000  ########
    """
    say = Sentences(ROOM, lang)
    order, mean, std = found.order, found.mean, found.std
    shown = order[:_MOST]
    names = [shorten(printable(found.columns[j]), _NAME) for j in shown]
    falls = [number_text(mean[j]) for j in shown]
    width, digits = max(map(cells, names)), max(map(len, falls))
    largest = max(float(mean[order[0]]), 1e-12)
    lines = [
        say("importance.title", score=say(f"importance.{found.score}"), n=found.falls.shape[1])
    ]
    for name, fall, j in zip(names, falls, shown, strict=True):
        bar = "#" * round(_BAR * max(float(mean[j]), 0) / largest)
        line = f"{pad(name, width)}  {fall:>{digits}} +- {number_text(std[j])}  {bar}"
        lines.append(line.rstrip())
    if len(order) > _MOST:
        rest = number_text(mean[order[_MOST]])
        lines.append(say("importance.more", n=f"{len(order) - _MOST:,}", mean=rest))
    return lines
