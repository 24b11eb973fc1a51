"""The job `explain`: one row's way through a model, with the rows around it as its batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.data.cells import empty_labels
from clearprop.data.table import Table, count
from clearprop.errors import is_whole, one_of, raise_problems
from clearprop.experiment.problems import file_problems, located
from clearprop.experiment.rows import batch_around
from clearprop.experiment.use import loaded, rows_read
from clearprop.explain.explanation import Explanation
from clearprop.explain.request import explain, unit_problems
from clearprop.language import LANGUAGES
from clearprop.model import Model
from clearprop.network.architecture import Network

__all__ = ["ExplainJob"]


@dataclass(frozen=True)
class ExplainJob:
    """A model, the rows, and the row to explain.

    Attributes
    ----------
    values
        The value of every option, by name.
    model, table
        The loaded model and the rows.
    html
        The page to write, or None.
    """

    values: Mapping[str, Any]
    model: Model
    table: Table
    html: Path | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ExplainJob:
        """Load the model and read the rows.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, files that cannot be used among them.
        """
        problems: list[str] = []
        values = parsed("explain", given, problems)
        problems += one_of("lang", values["lang"], LANGUAGES)
        model, target = loaded(values, problems), values["target"]
        table = rows_read(values, model, problems, target, need_target=target is not None)
        problems += _sample_problems(values["sample"], table)
        problems += _units_problems(values["units"], None if model is None else model.network)
        problems += file_problems("explain", values, reads=[values["model"], values["source"]])
        raise_problems(problems)
        assert model is not None
        assert table is not None
        html = None if values["html"] is None else Path(values["html"])
        return cls(values, model, table, html)

    def explanation(self) -> Explanation:
        """Explain the row.

        Raises
        ------
        DataError
            For rows that do not fit the model, or a label that it does not know.
        """
        values, sample = self.values, self.values["sample"]
        with located(values["source"]):
            rows = batch_around(self.model, self.table, sample)
            batch = self.table.take(rows)
            explanation = explain(
                self.model,
                batch,
                None if batch.y is None or empty_labels(batch.y).any() else batch.y,
                sample=rows.index(sample),
                units=values["units"] or (),
                source=values["source"],
                lang=values["lang"],
            )
        # Samples are named by their rows in the source, not by those in the batch.
        return replace(explanation, names=replace(explanation.names, rows=tuple(rows)))


def _sample_problems(sample: object, table: Table | None) -> list[str]:
    if not is_whole(sample) or sample < 0:
        return [f"sample: expected a row, a whole number from 0; got {sample!r}"]
    if table is None or sample < table.n_rows:
        return []
    rows = count(table.n_rows, "row")
    return [f"sample: {table.source} has {rows}, 0 to {table.n_rows - 1}; got {sample}"]


def _units_problems(units: Any, network: Network | None) -> list[str]:
    """The problems of the chosen units. What the parser could not read is still text."""
    if units is None:
        return []
    if not isinstance(units, tuple | list):
        units = [units]
    pairs = [unit for unit in units if not isinstance(unit, str)]
    typed = [unit for unit in units if isinstance(unit, str)]
    return [
        *(f"units: expected LAYER:UNIT, such as 2:5 or 2:5,3:1; got {part!r}" for part in typed),
        *([] if network is None else unit_problems(pairs, network)),
    ]
