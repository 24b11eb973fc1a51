"""`clearprop export` and `import`: models for other programs, and theirs for us."""

from __future__ import annotations

from typing import Any

from clearprop.cli.output import console, show
from clearprop.cli.running import Running
from clearprop.experiment.export import ExportJob
from clearprop.experiment.importing import ImportJob
from clearprop.experiment.telling import ROOM, counted
from clearprop.language import Sentences, printable
from clearprop.storage.atomic import write_whole
from clearprop.storage.model_file import save


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


def take_in(given: dict[str, Any], running: Running) -> int:
    """Read another program's network, write the model and tell what it is."""
    with running.ending_at_once():
        job = ImportJob.of(given)
        running.will_write(job.out)
    save(job.model, job.out)
    show(console(), f"{printable(job.out)}: {job.model.summary}")
    return 0
