"""What `predict` writes beside the predictions."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import clearprop
from clearprop.errors import DataError
from clearprop.experiment.train import TrainJob
from clearprop.experiment.use import PredictJob

TABLE = "length,note,kind,colour\n" + "\n".join(
    f"{4 + i % 7 / 10},{'x, y' if i == 3 else 'n'},{'rose' if i % 2 else 'iris'},{'rb'[i % 2]}"
    for i in range(40)
).replace("x, y", '"x, y"')


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TABLE)
    given = {"source": "t.csv", "target": "kind", "without": "note", "hidden": "2", "epochs": 2}
    clearprop.save(TrainJob.of(given).experiment().fit().model(), "m.safetensors")
    return "m.safetensors"


def job_of(model: str, **choices: Any) -> PredictJob:
    return PredictJob.of({"model": model, "source": "t.csv"} | choices)


def test_without_keep_only_predictions_are_written(model: str) -> None:
    job = job_of(model)
    assert job.frame().columns == ["prediction"]
    assert job.frame()["prediction"].to_list() == job.columns()["prediction"].tolist()


def test_keep_writes_all_columns_of_the_source(model: str) -> None:
    job = job_of(model, keep=True, proba=True)
    frame = job.frame()
    assert frame.columns == [
        "length", "note", "colour", "kind", "prediction", "probability_iris", "probability_rose",
    ]  # fmt: skip
    assert frame["note"].to_list() == ["n", "n", "n", "x, y"] + ["n"] * 36
    assert frame["kind"].to_list() == ["iris", "rose"] * 20
    assert frame["length"].cast(pl.Float64).to_list() == [4 + i % 7 / 10 for i in range(40)]
    assert frame["prediction"].to_list() == job_of(model).frame()["prediction"].to_list()


def test_columns_that_name_the_rows_are_repeated(model: str) -> None:
    job = job_of(model)
    # As a reader leaves them where the model has columns of that kind.
    object.__setattr__(job.table, "ids", pl.DataFrame({"id": [f"r{i}" for i in range(40)]}))
    assert job.frame().columns == ["id", "prediction"]
    assert job.frame()["id"][39] == "r39"


def test_a_column_that_is_called_like_the_predictions(model: str) -> None:
    job_of(model, keep=True).frame().write_csv("t.csv")
    with pytest.raises(DataError) as caught:
        job_of(model, keep=True).frame()
    assert str(caught.value) == (
        "t.csv: column 'prediction' is called like the predictions beside it; rename the column, "
        "or leave keep out"
    )
    assert job_of(model).frame().columns == ["prediction"]  # a further column as any other
