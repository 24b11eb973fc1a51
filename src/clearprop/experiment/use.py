"""The jobs `evaluate` and `predict`: a model file applied to rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.data.table import Table
from clearprop.errors import raise_problems
from clearprop.experiment.measurement import Measurement, measure
from clearprop.experiment.problems import collected, file_problems, located
from clearprop.experiment.rows import rows_for
from clearprop.model import Model
from clearprop.network.architecture import Array
from clearprop.storage.model_file import load

__all__ = ["EvaluateJob", "PredictJob", "loaded", "rows_read"]


@dataclass(frozen=True)
class EvaluateJob:
    """A model, and rows with labels to measure it on."""

    source: str
    model: Model
    table: Table

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
        table = rows_read(values, model, problems, values["target"], need_target=True)
        raise_problems(problems)
        assert model is not None
        assert table is not None
        return cls(values["source"], model, table)

    def measurement(self) -> Measurement:
        """Score, cost and confusion.

        Raises
        ------
        DataError
            For rows or labels that do not fit the model.
        """
        with located(self.source):
            return measure(self.model, self.table)


@dataclass(frozen=True)
class PredictJob:
    """A model and the rows to predict.

    Attributes
    ----------
    out
        The file to write, or None.
    proba
        Whether to write probabilities too.
    """

    model: Model
    table: Table
    out: Path | None
    proba: bool

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
        return cls(model, table, out, values["proba"])

    def columns(self) -> dict[str, Array]:
        """The columns to write, by name, each of shape ``(m,)``.

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
            return rows_for(model, values["source"], target, need_target)
    return None
