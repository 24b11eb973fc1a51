"""`clearprop doctor` on a starter file: what is done, what is missing and what is wrong."""

from __future__ import annotations

from typing import Any

from clearprop.cli.output import print_json, print_lines
from clearprop.cli.running import Running
from clearprop.exercise.progress import Progress
from clearprop.exercise.progress_report import progress_dict, progress_report

__all__ = ["show_progress"]


def show_progress(progress: Progress, given: dict[str, Any], running: Running) -> int:
    """Print what is done in a starter file, as `clearprop doctor` is asked to."""
    running.printing = True
    lang = given["lang"]
    if given["json"]:
        print_json(progress_dict(progress, lang))
    else:
        print_lines(progress_report(progress, lang, given["solution"]))
    return 0 if progress.done else 1
