"""``clearprop doctor``: a file in, a diagnosis out; or a folder, and a line for each file."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clearprop.cli.output import WIDTH, note, print_json
from clearprop.cli.running import Running
from clearprop.cli.starter import show_progress
from clearprop.experiment.doctor import DoctorJob
from clearprop.experiment.hand_ins import HandIn, HandIns, csv_lines
from clearprop.experiment.starter import starter_progress
from clearprop.language import shorten
from clearprop.storage.atomic import write_whole

__all__ = ["doctor"]


def doctor(given: dict[str, Any], running: Running) -> int:
    """Examine a learner's file, and print what was found; or all files of a folder."""
    if Path(given["function"]).is_dir() or given["csv"] or given["out"] is not None:
        return _hand_ins(HandIns.of(given), given, running)
    if (progress := starter_progress(given)) is not None:
        return show_progress(progress, given, running)
    job = DoctorJob.of(given)
    running.will_write(job.html)
    diagnosis = job.diagnosis()
    solution = given["solution"]
    if job.html is not None:
        write_whole(job.html, diagnosis.html(solution=solution).encode("utf-8"))
    running.printing = True
    if given["json"]:
        print_json(diagnosis.to_dict())
    else:
        print(diagnosis.report(solution=solution))
    if job.html is not None:
        note(f"-> {job.html}", quiet=given["quiet"])
    return 0 if diagnosis.right else 1


def _hand_ins(job: HandIns, given: dict[str, Any], running: Running) -> int:
    """Examine file after file. What is done is written and printed at once."""
    running.will_write(job.out)
    running.printing = job.out is None
    found: list[HandIn] = []
    earlier = 0
    for hand_in, asked in job.diagnosed():
        found.append(hand_in)
        earlier += not asked
        if given["json"] or job.out is not None:
            place = f"[{len(found)}/{len(job.files)}]"
            note(f"{place} {_line(hand_in)}", quiet=given["quiet"] or not asked)
        elif given["csv"]:
            sys.stdout.write(csv_lines([hand_in], header=len(found) == 1))
            sys.stdout.flush()
        else:
            print(_line(hand_in), flush=True)
    if given["json"]:
        print_json({"files": [asdict(hand_in) for hand_in in found]})
    counts = Counter(hand_in.verdict for hand_in in found)
    listed = ", ".join(f"{verdict} {n}" for verdict, n in counts.items())
    listed += f"; {earlier} of them from an earlier run" if earlier else ""
    note(running.say(listed) + ("" if job.out is None else f" -> {job.out}"), quiet=given["quiet"])
    return 0


def _line(hand_in: HandIn) -> str:
    """A hand-in in one line for people."""
    more = hand_in.error or " ".join(filter(None, (hand_in.causes, hand_in.conventions)))
    return shorten(
        f"{hand_in.file}: {hand_in.verdict}" + (f" ({more})" if more else ""), WIDTH - 10
    )
