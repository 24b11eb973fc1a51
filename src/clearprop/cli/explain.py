"""`clearprop explain`: one row's way through a model, as text, page or JSON."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from clearprop.cli.output import print_json
from clearprop.cli.use import rows_for
from clearprop.cli.values import destination_problems, located
from clearprop.data.cells import empty_labels
from clearprop.data.table import Table, count
from clearprop.errors import DataError, one_of, raise_problems
from clearprop.explain.request import explain as explained
from clearprop.explain.request import unit_problems
from clearprop.language import LANGUAGES
from clearprop.model import Model
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
    units, wrong_units = _units(unit)
    raise_problems(
        [
            *problems,
            *wrong_units,
            *_sample_problems(sample),
            *destination_problems("html", html, (".html", ".htm"), keep=[path, Path(source)]),
        ]
    )
    model = load(path)
    table = rows_for(model, source, target, need_target=target is not None)
    assert isinstance(sample, int)
    raise_problems([*_row_problems(sample, table), *unit_problems(units, model.network)])
    with located(source):
        rows = _batch(model, table, sample)
        batch = table.take(rows)
        explanation = explained(
            model,
            batch,
            None if batch.y is None or empty_labels(batch.y).any() else batch.y,
            sample=rows.index(sample),
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


def _batch(model: Model, table: Table, sample: int) -> list[int]:
    """The sample and those after it, or before it at the end; others only with a label of theirs.

    A sample whose own label is empty stands alone: only what runs forward is told.

    Raises
    ------
    DataError
        Where the sample's own label is none that the model knows.
    """
    first = max(0, min(sample, table.n_rows - _BATCH))
    rows = range(first, min(first + _BATCH, table.n_rows))
    y = table.y
    if y is None:
        return list(rows)

    def has_label(row: int) -> bool:
        try:
            model.targets.encode(y[row : row + 1], model.network.cost)
        except DataError:
            return False
        return True

    if empty_labels(y[sample : sample + 1]).any():
        return [sample]
    if not has_label(sample):
        model.targets.encode(y[: sample + 1], model.network.cost)
    return [row for row in rows if has_label(row)]


def _units(text: str | None) -> tuple[list[tuple[int, int]], list[str]]:
    """``2:5,3:1`` as pairs, and what is wrong with it."""
    pairs, problems = [], []
    for part in (text or "").split(","):
        layer, _, unit = part.strip().partition(":")
        if layer.isdecimal() and unit.isdecimal():
            pairs.append((int(layer), int(unit)))
        elif text is not None:
            problems.append(f"units: expected LAYER:UNIT, such as 2:5 or 2:5,3:1; got {part!r}")
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
