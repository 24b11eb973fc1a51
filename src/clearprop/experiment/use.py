"""The jobs `evaluate` and `predict`: a model file applied to rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.choices.commands import parsed
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError, one_of, raise_problems
from clearprop.experiment.measurement import Measurement, measure
from clearprop.experiment.problems import collected, file_problems, located
from clearprop.experiment.rows import rows_for
from clearprop.language import LANGUAGES
from clearprop.model import Model
from clearprop.network.architecture import Array
from clearprop.storage.model_file import load

if TYPE_CHECKING:
    import polars

__all__ = ["EvaluateJob", "PredictJob", "evaluation", "loaded", "rows_read"]


@dataclass(frozen=True)
class EvaluateJob:
    """A model, and rows with labels to measure it on."""

    source: str
    model: Model
    table: Table
    lang: str

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
        table = rows_read(values, model, problems, values["target"], need_target=True)
        raise_problems(problems)
        assert model is not None
        assert table is not None
        return cls(values["source"], model, table, values["lang"])

    def measurement(self) -> Measurement:
        """Score, cost and confusion.

        Raises
        ------
        DataError
            For rows or labels that do not fit the model.
        """
        with located(self.source):
            return measure(self.model, self.table)


def evaluation(found: Measurement) -> dict[str, Any]:
    """A measurement as JSON values. What does not fit the task is None."""
    scores = found.scores.to_dict()
    accuracy = None if found.scores.targets.task == "regression" else found.score
    return {"rows": found.rows, "accuracy": accuracy, "cost": found.cost, **scores}


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
    """

    model: Model
    table: Table
    out: Path | None
    proba: bool
    keep: bool = False

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
        problems += file_problems("predict", values, reads=[values["model"], values["source"]])
        model = loaded(values, problems)
        if values["proba"] and model is not None and model.targets.classes is None:
            problems.append(
                f"proba: {values['model']} is a regression, which has numbers and no "
                "probabilities; leave it out"
            )
        table = rows_read(values, model, problems, None, need_target=False)
        raise_problems(problems)
        assert model is not None
        assert table is not None
        out = None if values["out"] is None else Path(values["out"])
        return cls(model, table, out, values["proba"], values["keep"])

    def frame(self) -> polars.DataFrame:
        """What to write: the columns that name the rows, those to keep, and the predictions.

        Raises
        ------
        DataError
            For rows that do not fit the model, or a column that is called like a prediction.
        """
        import polars as pl  # start-up time: evaluate needs no Polars for a matrix

        predictions = self.columns()
        ids = self.table.ids
        parts = [] if ids is None else [ids]
        parts += [as_read(self.table)] if self.keep else []
        for name in (name for part in parts for name in part.columns):
            if name in predictions:
                raise DataError(
                    f"{self.table.source}: column {name!r} is called like the predictions beside "
                    "it; rename the column, or leave keep out"
                )
        return pl.concat([*parts, pl.DataFrame(predictions)], how="horizontal")

    def columns(self) -> dict[str, Array]:
        """The predictions, by the name of their column, each of shape ``(m,)``.

        The first is ``prediction``. If a row has several labels or numbers, they are
        ``prediction_0``, ``prediction_1``, and so on. `proba` adds one column for each class.

        Raises
        ------
        DataError
            For rows that do not fit the model.
        """
        targets = self.model.targets
        h = self.model.outputs(self.table)  # (m, K)
        predicted = targets.decode(h)  # (m,) or (m, K)
        columns = {"prediction": predicted}
        if predicted.ndim == 2:
            columns = {f"prediction_{k}": column for k, column in enumerate(predicted.T)}
        if self.proba:
            assert targets.classes is not None
            names = (f"probability_{name}" for name in targets.classes.tolist())
            columns |= dict(zip(names, targets.probabilities(h).T, strict=True))
        return columns


def as_read(table: Table) -> polars.DataFrame:
    """The columns of a table as they were read, the labels after the others.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table("a.npy", np.array([[1, 2]]), np.array([7]), ("0", "1"), "2")
    >>> as_read(table).rows(named=True)
    [{'0': 1, '1': 2, '2': 7}]
    """
    import polars as pl  # start-up time: evaluate needs no Polars for a matrix

    X, y = table.X, table.y
    frame = pl.DataFrame(X, schema=list(table.feature_names)) if table.is_matrix else X
    assert isinstance(frame, pl.DataFrame)
    if y is None or table.target_name is None:
        return frame
    labels = [y] if y.ndim == 1 else list(y.T)
    names = [table.target_name]
    if y.ndim == 2:
        several = [f"{table.target_name}_{k}" for k in range(y.shape[1])]
        names = list(table.target_names) or several
    return frame.with_columns(
        pl.Series(name, column.tolist()) for name, column in zip(names, labels, strict=True)
    )


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
