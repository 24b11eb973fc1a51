"""The command bench: works beside peers, on the user's own machine."""

from __future__ import annotations

import sys
from typing import Any

from clearprop.bench.run import chosen, run
from clearprop.bench.table import table
from clearprop.cli.output import print_json
from clearprop.errors import raise_problems


def bench(works: str, seconds: Any, as_json: bool) -> None:
    """Measure and print; what happens meanwhile goes to standard error."""
    if not isinstance(seconds, int | float) or not 0 < seconds < float("inf"):
        raise_problems([f"seconds: expected a number above 0; got {seconds!r}"])
    names = chosen([name.strip() for name in works.split(",")] if works else [])
    found = run(names, seconds, say=lambda text: print(text, file=sys.stderr, flush=True))
    if as_json:
        print_json(found)
    else:
        print(table(found))
