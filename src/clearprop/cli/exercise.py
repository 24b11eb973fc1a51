"""`clearprop exercise`: exercises that mark themselves."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.cli.output import console, note, print_lines, show
from clearprop.cli.running import Running
from clearprop.cli.text import fold
from clearprop.errors import ClearpropError, one_of, raise_problems
from clearprop.exercise.marks import Marked
from clearprop.exercise.report import first_mistake, report
from clearprop.exercise.sentences import sentences
from clearprop.exercise.sheets import SHEETS
from clearprop.exercise.starters import STARTERS
from clearprop.experiment.exercise import MarkJob, SheetJob, StartJob
from clearprop.language import LANGUAGES, printable
from clearprop.storage.atomic import write_whole

__all__ = ["list_exercises", "mark", "sheet", "start"]

_VERDICTS = ("right", "carried", "wrong", "coarse", "unknown", "missing")


def list_exercises(given: dict[str, Any], running: Running) -> int:
    """Print the name and one line of every exercise."""
    problems: list[str] = []
    lang = parsed("exercise list", given, problems)["lang"]
    raise_problems(problems + one_of("lang", lang, LANGUAGES))
    say = sentences(lang)
    lines: list[str] = []
    for kind, names in (("starters", STARTERS), ("sheets", SHEETS)):
        lines += [""] * bool(lines) + [say(f"list.{kind}")]
        lines += [fold(f"  {name}", [say(f"{kind}.{name}")], 19, 79) for name in names]
    show(console(), "\n".join(lines))
    return 0


def start(given: dict[str, Any], running: Running) -> int:
    """Write a starter file; say what to do with it."""
    job = StartJob.of(given)
    running.will_write(job.path)
    write_whole(job.path, job.text.encode("utf-8"))
    say = sentences(given["lang"])
    note(say("start.written", path=printable(job.path)), quiet=given["quiet"])
    return 0


def sheet(given: dict[str, Any], running: Running) -> int:
    """Write the sheets; say where they are."""
    job = SheetJob.of(given)
    running.will_write(*job.files)
    for folder in job.folders:
        folder.mkdir(exist_ok=True)
    for path, text in job.files.items():
        write_whole(path, text.encode("utf-8"))
        note(f"-> {printable(path)}", quiet=given["quiet"])
    return 0


def mark(given: dict[str, Any], running: Running) -> int:
    """Print the marks of a sheet, or of every sheet of a folder."""
    job = MarkJob.of(given)
    lang, hint, solution = (job.values[name] for name in ("lang", "hint", "solution"))
    running.printing = True
    as_csv, all_right = job.values["csv"], True
    if as_csv:
        _print_row(["file", "pupil", "sheet", "seed", *_VERDICTS, "stage", "mistake", "sentence"])
    for i, (path, marked) in enumerate(job.marked()):
        all_right &= isinstance(marked, Marked) and marked.right
        if as_csv:
            _print_row(_row(path, marked, lang))
            continue
        print("\n" * (i > 0), end="")
        if job.folder:
            print(f"{printable(path.name)}:")
        if isinstance(marked, Marked):
            print_lines(report(marked, lang, hint, solution))
        else:
            print_lines(str(marked))
    return 0 if all_right else 1


def _row(path: Path, marked: Marked | ClearpropError, lang: str) -> list[str]:
    """One sheet as a line of CSV; the stage, the mistake's name and a sentence about it."""
    if not isinstance(marked, Marked):
        return [str(path), *[""] * (len(_VERDICTS) + 5), str(marked)]
    wrong = marked.first_wrong
    causes = wrong.causes if wrong else ()
    return [
        str(path),
        marked.pupil,
        marked.sheet.name,
        str(marked.sheet.seed),
        *(str(marked.count(verdict)) for verdict in _VERDICTS),
        wrong.stage.symbol if wrong else "",
        " ".join(cause.id for cause in causes),
        first_mistake(marked, lang),
    ]


def _print_row(cells: list[str]) -> None:
    """Print a line of CSV in UTF-8, whatever the terminal's encoding is, as in a file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(printable, cells))
    sys.stdout.flush()
    sys.stdout.buffer.write(line.getvalue().encode())
