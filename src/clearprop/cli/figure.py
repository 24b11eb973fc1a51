"""`clearprop figure`: a figure for notes and slides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clearprop.cli.output import console, show
from clearprop.cli.text import FLAGS
from clearprop.cli.values import collected, destination_problems, units
from clearprop.errors import ParameterError, raise_problems
from clearprop.figures.drawing import ENDINGS
from clearprop.figures.gallery import make, make_problems
from clearprop.language import printable

__all__ = ["figure"]

_WORDS = FLAGS | {
    "by_columns": "--by-columns",
    "lang": "--lang",
    "layers": "--layers",
    "model": "--model",
    "name": "NAME",
    "source": "SOURCE",
}


def figure(
    name: str,
    source: str | None,
    *,
    out: Path | None,
    model: Path | None,
    layers: str | None,
    seed: Any,
    lang: str,
    **others: Any,
) -> None:
    """Compute, draw and write; say where it is."""
    out = out or Path(f"{name}.svg")
    keep = [Path(path) for path in (source, model) if path is not None]
    sizes = None if layers is None else units(layers)
    given = {"source": source, "model": model, "layers": sizes} | others
    try:
        problems = make_problems(name, given, seed, lang)
        problems += destination_problems("out", out, ENDINGS, keep)
        loaded = None
        if model is not None:
            from clearprop.storage.model_file import load

            with collected(problems):
                loaded = load(model)
        raise_problems(problems)
        with console(stderr=True).status(f"figure {name}"):
            given["model"] = loaded
            picture = make(name, seed=seed, lang=lang, **given)
        picture.save(out)
    except ParameterError as error:
        raise error.renamed(_WORDS) from None
    show(console(), f"figure: {printable(out)}")
