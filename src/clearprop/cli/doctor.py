"""``clearprop doctor``: a learner's file in, a diagnosis out."""

from __future__ import annotations

from typing import Any

from clearprop.cli.output import note, print_json
from clearprop.cli.running import Running
from clearprop.cli.starter import show_progress
from clearprop.experiment.doctor import DoctorJob
from clearprop.experiment.starter import starter_progress
from clearprop.storage.atomic import write_whole

__all__ = ["doctor"]


def doctor(given: dict[str, Any], running: Running) -> int:
    """Examine ``FILE.py:FUNCTION``, or an Octave ``FILE.m``; print what was found."""
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
