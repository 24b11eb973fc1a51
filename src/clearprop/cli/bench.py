"""`clearprop bench`: works beside peers, on the user's own machine."""

from __future__ import annotations

import math
from typing import Any

from clearprop.bench.run import chosen, run
from clearprop.bench.table import table
from clearprop.choices.commands import parsed
from clearprop.cli.output import note, print_json
from clearprop.cli.running import Running
from clearprop.errors import is_number, one_of, raise_problems
from clearprop.experiment.problems import collected
from clearprop.language import LANGUAGES


def bench(given: dict[str, Any], running: Running) -> int:
    """Measure and print; what happens meanwhile goes to standard error."""
    problems: list[str] = []
    values = parsed("bench", given, problems)
    problems += one_of("lang", values["lang"], LANGUAGES)
    works, seconds = values["works"] or (), values["seconds"]
    with collected(problems):
        works = chosen(works)
    if not is_number(seconds) or not 0 < seconds < math.inf:
        problems.append(f"seconds: expected a number above 0; got {seconds!r}")
    raise_problems(problems)
    found = run(works, seconds, say=lambda text: note(running.say(text), quiet=values["quiet"]))
    running.printing = True
    if values["json"]:
        print_json(found)
    else:
        print(table(found, running.say))
    return 0
