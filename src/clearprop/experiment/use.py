"""The jobs `evaluate` and `predict`: a model file applied to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.choices.commands import parsed
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import one_of, raise_problems
from clearprop.experiment.importance import Importance, importance
from clearprop.experiment.larger import memory_problems, room_for
from clearprop.experiment.measurement import Measurement, measure
from clearprop.experiment.problems import collected, file_problems, located
from clearprop.experiment.rows import rows_for
from clearprop.experiment.use_blocks import measure_tables, tables_of
from clearprop.language import LANGUAGES
from clearprop.model import Model
from clearprop.network.architecture import Array
from clearprop.storage.model_file import load

if TYPE_CHECKING:
    import polars

__all__ = [
    "EvaluateJob",
    "PredictJob",
    "evaluation",
    "loaded",
    "prediction_columns",
    "rows_read",
]


@dataclass(frozen=True)
class Blocks:
    """Rows that do not fit into memory.

    Attributes
    ----------
    source, target, reading
        As in :func:`clearprop.data.read`.
    memory
        The most bytes that the process may allocate; None: what is free.
    """

    source: str
    target: str | None
    reading: Reading
    memory: float | None

    def tables(self, model: Model, need_target: bool) -> Iterator[Table]:
        """The rows in tables, one after another."""
        return tables_of(model, self.source, self.target, need_target, self.reading)


def _blocks(values: Mapping[str, Any], problems: list[str]) -> Blocks | None:
    """What reads the rows of a source that does not fit into memory; None if it does."""
    memory, source = values["memory"], values["source"]
    if memory is not None and (wrong := memory_problems(memory)):
        problems += wrong
        return None
    with collected(problems):
        if source is not None and not room_for(source, memory):
            return Blocks(source, values.get("target"), Reading.of(values), memory)
    return None


@dataclass(frozen=True)
class EvaluateJob:
    """A model, and rows with labels to measure it on.

    Attributes
    ----------
    lang
        The language of what is shown.
    wants_importance
        Whether to find out which columns matter.
    plot
        The picture of that to write, or None.
    table, blocks
        The rows, or what reads them where they do not fit into memory.
    """

    source: str
    model: Model
    table: Table | None
    lang: str
    wants_importance: bool
    plot: Path | None
    blocks: Blocks | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> EvaluateJob:
        """Load the model and read the rows.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, files that cannot be used among them.
        """
        problems: list[str] = []
        values = parsed("evaluate", given, problems)
        model = loaded(values, problems)
        problems += one_of("lang", values["lang"], LANGUAGES)
        problems += file_problems("evaluate", values, reads=[values["model"], values["source"]])
        if values["plot"] is not None and not values["importance"]:
            problems.append("plot: shows which columns matter; add importance (--importance)")
        blocks = _blocks(values, problems)
        if blocks is not None and values["importance"]:
            problems.append(
                "importance: shuffles all rows, which do not fit into the memory; leave it out, or "
                "name a file of fewer rows"
            )
        table = None
        if blocks is None:
            table = rows_read(values, model, problems, values["target"], need_target=True)
        raise_problems(problems)
        assert model is not None
        plot = None if values["plot"] is None else Path(values["plot"])
        lang, wants = values["lang"], values["importance"]
        return cls(values["source"], model, table, lang, wants, plot, blocks)

    def measurement(self) -> Measurement:
        """Score, cost and confusion.

        Raises
        ------
        DataError
            For rows or labels that do not fit the model.
        """
        with located(self.source):
            if self.blocks is not None:
                tables = self.blocks.tables(self.model, need_target=True)
                return measure_tables(self.model, tables, self.blocks.memory)
            assert self.table is not None
            return measure(self.model, self.table)

    def importance(self, progress: Callable[[int, int], object] | None = None) -> Importance:
        """Which columns matter; `progress` as in :func:`clearprop.importance`."""
        assert self.table is not None
        with located(self.source):
            return importance(self.model, self.table, progress=progress)


def evaluation(found: Measurement, matters: Importance | None = None) -> dict[str, Any]:
    """A measurement, and which columns matter, as JSON values. What does not fit is None."""
    scores = found.scores.to_dict()
    accuracy = None if found.scores.targets.task == "regression" else found.score
    values = {"rows": found.rows, "accuracy": accuracy, "cost": found.cost, **scores}
    if matters is not None:
        values |= {"importance": matters.to_list(), "importance_score": matters.score}
    return values


@dataclass(frozen=True)
class PredictJob:
    """A model and the rows to predict.

    Attributes
    ----------
    out
        The file to write, or None.
    proba
        Whether to write probabilities too.
    keep
        Whether to write the columns of the source, too.
    table, blocks
        The rows, or what reads them where they do not fit into memory.
    """

    model: Model
    table: Table | None
    out: Path | None
    proba: bool
    keep: bool = False
    blocks: Blocks | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> PredictJob:
        """Load the model and read the rows.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, files that cannot be used among them.
        """
        problems: list[str] = []
        values = parsed("predict", given, problems)
        if values["out"] == "-":  # standard output, as without the option
            values["out"] = None
        problems += one_of("lang", values["lang"], LANGUAGES)
        problems += file_problems("predict", values, reads=[values["model"], values["source"]])
        model = loaded(values, problems)
        if values["proba"] and model is not None and model.targets.classes is None:
            problems.append(
                f"proba: {values['model']} is a regression, which has numbers and no "
                "probabilities; leave it out"
            )
        blocks, table = _blocks(values, problems), None
        if blocks is None:
            table = rows_read(values, model, problems, None, need_target=False)
        raise_problems(problems)
        assert model is not None
        out = None if values["out"] is None else Path(values["out"])
        return cls(model, table, out, values["proba"], values["keep"], blocks)

    def parts(self) -> Iterator[polars.DataFrame]:
        """What to write, table after table; all at once where the rows fit into memory.

        Raises
        ------
        DataError
            As :meth:`frame`, when the table that is wrong has its turn.
        """
        if self.blocks is None:
            yield self.frame()
            return
        for table in self.blocks.tables(self.model, need_target=False):
            yield replace(self, table=table, blocks=None).frame()

    def frame(self) -> polars.DataFrame:
        """What to write: the columns that name the rows, those to keep, and the predictions.

        Raises
        ------
        DataError
            For rows that do not fit the model, or a column that is called like a prediction.
        """
        from clearprop.data.beside import beside  # start-up time: it loads Polars

        assert self.table is not None
        return beside(self.table, self.columns(), self._ids(), self.keep)

    def _ids(self) -> tuple[str, ...]:
        """The columns that named the rows in training, as far as this table has them."""
        assert self.table is not None
        there = set(self.table.feature_names)
        return tuple(name for name in self.model.trained.get("id", ()) if name in there)

    def columns(self) -> dict[str, Array]:
        """The predictions, by the name of their column, each of shape ``(m,)``.

        The first is ``prediction``. If a row has several labels or numbers, they are called by
        their columns, ``prediction_y1``, or ``prediction_0`` and so on where these have no names.
        A model with prediction intervals adds the ends of each, such as ``prediction_low`` and
        ``prediction_high``.
        `proba` adds one column for each class.

        Raises
        ------
        DataError
            For rows that do not fit the model.
        """
        assert self.table is not None
        h = self.model.outputs(self.table)  # (m, K)
        return prediction_columns(self.model.targets, h, self.proba)


def prediction_columns(targets: Targets, h: Array, proba: bool) -> dict[str, Array]:
    """The columns of :meth:`PredictJob.columns`, from the outputs h ``(m, K)``.

    Examples
    --------
    >>> import numpy as np
    >>> columns = prediction_columns(Targets.fit(["no", "yes"]), np.array([[0.75]]), proba=True)
    >>> {name: column.tolist() for name, column in columns.items()}
    {'prediction': ['yes'], 'probability_no': [0.25], 'probability_yes': [0.75]}
    """
    predicted = targets.decode(h)  # (m,) or (m, K)
    columns = {"prediction": predicted}
    if predicted.ndim == 2:
        names = targets.names or range(predicted.shape[1])
        columns = {
            f"prediction_{name}": column for name, column in zip(names, predicted.T, strict=True)
        }
    if targets.interval is not None:
        bounds = targets.bounds(h).reshape(len(h), -1, 2)  # (m, T, 2)
        numbers, columns = columns, {}
        for t, (name, column) in enumerate(numbers.items()):
            low, high = bounds[:, t].T  # each (m,)
            columns |= {name: column, f"{name}_low": low, f"{name}_high": high}
    if proba:
        assert targets.classes is not None
        classes = targets.names or targets.classes.tolist()
        shares = zip(classes, targets.probabilities(h).T, strict=True)
        columns |= {f"probability_{name}": column for name, column in shares}
    return columns


def loaded(values: Mapping[str, Any], problems: list[str]) -> Model | None:
    """The chosen model, or None. If it cannot be loaded, the reason is added to `problems`."""
    if values["model"] is not None:
        with collected(problems):
            return load(Path(values["model"]))
    return None


def rows_read(
    values: Mapping[str, Any],
    model: Model | None,
    problems: list[str],
    target: str | None,
    need_target: bool,
) -> Table | None:
    """The rows of the chosen source, or None. A reason why not is added to `problems`."""
    if model is not None and values["source"] is not None:
        with collected(problems):
            reading = Reading.of(values)
            return rows_for(model, values["source"], target, need_target, reading)
    return None
