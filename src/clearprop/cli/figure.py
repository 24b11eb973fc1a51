"""`clearprop figure`: a figure for notes and slides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.cli.output import console, show
from clearprop.cli.running import Running
from clearprop.errors import raise_problems
from clearprop.experiment.problems import file_problems, size_problems
from clearprop.experiment.use import loaded
from clearprop.figures.gallery import make, make_problems
from clearprop.language import printable

__all__ = ["figure"]


def figure(given: dict[str, Any], running: Running) -> int:
    """Compute, draw and write; say where it is."""
    problems: list[str] = []
    values = parsed("figure", given, problems)
    values["out"] = values["out"] or f"{values['name']}.svg"
    if values["layers"] is not None:
        wrong = size_problems("layers", values["layers"], "784,16,16,10")
        problems += wrong
        values["layers"] = None if wrong else values["layers"]
    name, seed, lang, quiet = (values[key] for key in ("name", "seed", "lang", "quiet"))
    choices = ("source", "target", "recipe", "layers", "model", "by_columns")
    chosen = {key: values[key] for key in choices}
    problems += make_problems(name, chosen, seed, lang)
    problems += file_problems("figure", values, reads=[values["source"], values["model"]])
    chosen["model"] = loaded(values, problems)
    raise_problems(problems)
    out = Path(values["out"])
    running.will_write(out)
    if quiet:
        make(name, seed=seed, lang=lang, **chosen).save(out)
        return 0
    with console(stderr=True).status(running.say(f"figure {name}")):
        make(name, seed=seed, lang=lang, **chosen).save(out)
    show(console(), running.say(f"figure: {printable(out)}"))
    return 0
