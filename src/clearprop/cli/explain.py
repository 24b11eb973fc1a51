"""`clearprop explain`: one row's way through a model, as text, page or JSON."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from clearprop.cli.output import print_json
from clearprop.cli.use import rows_for
from clearprop.cli.values import destination_problems, located
from clearprop.data.table import Table, count
from clearprop.errors import one_of, raise_problems
from clearprop.explain.request import explain as explained
from clearprop.language import LANGUAGES
from clearprop.storage.atomic import write_whole
from clearprop.storage.model_file import load

# The rows that the sample's gradient is averaged with, itself among them: Nielsen's minibatch.
_BATCH = 10


def explain(
    path: Path,
    source: str,
    target: str | None,
    sample: object,
    unit: str | None,
    lang: str,
    html: Path | None,
    as_json: bool,
) -> None:
    """Print the explanation, and write its page where one is asked for."""
    problems = one_of("lang", lang, LANGUAGES)
    units, unit_problems = _units(unit)
    raise_problems(
        [
            *problems,
            *unit_problems,
            *_sample_problems(sample),
            *destination_problems("html", html, (".html", ".htm"), keep=[path, Path(source)]),
        ]
    )
    model = load(path)
    table = rows_for(model, source, target, need_target=False)
    assert isinstance(sample, int)
    raise_problems(_row_problems(sample, table))
    first = max(0, min(sample, table.n_rows - _BATCH))
    batch = table.take(range(first, min(first + _BATCH, table.n_rows)))
    with located(source):
        explanation = explained(
            model,
            batch,
            batch.y,
            sample=sample - first,
            units=units,
            source=source,
            lang=lang,
        )
    # The title counts the rows of the source, not those of the batch.
    names = replace(explanation.names, index=sample)
    explanation = replace(explanation, names=names)
    if html is not None:
        write_whole(html, explanation.to_html().encode("utf-8"))
    if as_json:
        print_json(explanation.to_dict())
    else:
        print(explanation.to_text())
    if html is not None:
        print(f"-> {html}", file=sys.stderr)


def _units(text: str | None) -> tuple[list[tuple[int, int]], list[str]]:
    """``2:5,3:1`` as pairs, and what is wrong with it."""
    pairs, problems = [], []
    for part in (text or "").split(","):
        layer, _, unit = part.strip().partition(":")
        if layer.isdecimal() and unit.isdecimal():
            pairs.append((int(layer), int(unit)))
        elif text is not None:
            problems.append(f"unit: expected LAYER:UNIT, such as 2:5 or 2:5,3:1; got {part!r}")
    return pairs, problems


def _sample_problems(sample: object) -> list[str]:
    if isinstance(sample, int) and sample >= 0:
        return []
    return [f"sample: expected a row, a whole number from 0; got {sample!r}"]


def _row_problems(sample: int, table: Table) -> list[str]:
    if sample < table.n_rows:
        return []
    rows = count(table.n_rows, "row")
    return [f"sample: {table.source} has {rows}, 0 to {table.n_rows - 1}; got {sample}"]
