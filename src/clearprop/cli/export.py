"""`clearprop export`: a model as a file for another program."""

from __future__ import annotations

from typing import Any

from clearprop.cli.output import console, show
from clearprop.cli.running import Running
from clearprop.experiment.export import ExportJob
from clearprop.experiment.telling import ROOM, counted
from clearprop.language import Sentences, printable
from clearprop.storage.atomic import write_whole


def export(given: dict[str, Any], running: Running) -> int:
    """Write the files, and print how far their predictions lie from the model's."""
    with running.ending_at_once():
        job = ExportJob.of(given)
        running.will_write(*job.files.values())
        # All are made before one is written, so that a difference leaves no file behind.
        made = list(job.exports())
    say, out = Sentences(ROOM, given["lang"]), console()
    for _, path, exported in made:
        write_whole(path, exported.data)
        show(out, say("export.written", path=printable(path), n=f"{len(exported.data):,}"))
        if exported.rows:
            rows = counted(say, exported.rows, "row")
            show(out, say("export.compared", rows=rows, difference=f"{exported.difference:.1e}"))
        for key, fields in exported.notes:
            show(out, say(f"export.{key}", **fields))
    return 0
