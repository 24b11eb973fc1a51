"""`clearprop explain`: one row's way through a model, as text, page or JSON."""

from __future__ import annotations

from typing import Any

from clearprop.cli.output import note, print_json
from clearprop.cli.running import Running
from clearprop.experiment.explain import ExplainJob
from clearprop.storage.atomic import write_whole


def explain(given: dict[str, Any], running: Running) -> int:
    """Print the explanation, and write its page where one is asked for."""
    with running.ending_at_once():
        job = ExplainJob.of(given)
        running.will_write(job.html)
        explanation = job.explanation()
    if job.html is not None:
        write_whole(job.html, explanation.to_html().encode("utf-8"))
    running.printing = True
    if given["json"]:
        print_json(explanation.to_dict())
    else:
        print(explanation.to_text())
    if job.html is not None:
        note(f"-> {job.html}", quiet=given["quiet"])
    return 0
