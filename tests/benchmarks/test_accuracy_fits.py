"""Fits go on where a run stopped, and failed ones are told."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.accuracy import __main__ as command
from benchmarks.accuracy import fits
from benchmarks.accuracy.methods import FailedError, clearprop, predictions
from benchmarks.accuracy.rows import Predicted, Rows, split
from benchmarks.accuracy.tables import CLASSES, NUMBERS, Table

FRAME = pd.DataFrame({"x": np.arange(60.0), "y": np.arange(60.0) / 3})
PROGRAM = str(Path(sys.executable).parent / "clearprop")
Calls = list[tuple[str, int]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """A table "line" alone, methods that predict 0, and the fits that were made."""
    made: Calls = []

    def predicted(method: str, rows: Rows, program: str) -> Predicted:
        made.append((method, len(rows.train)))
        if method == "linear" and program == "broken":
            raise ValueError("singular\nand more")
        return Predicted(numbers=np.zeros(len(rows.test)))

    monkeypatch.setattr(fits, "TABLES", {"line": Table(NUMBERS, "y", lambda _: FRAME)})
    monkeypatch.setattr(fits, "predictions", predicted)
    return made


@pytest.fixture
def asked() -> Callable[..., fits.Asked]:
    def asked(splits: list[int], program: str = "", cap: int = 4000) -> fits.Asked:
        return fits.Asked(["clearprop", "linear"], ["line"], splits, cap, program, Path())

    return asked


def test_a_second_run_makes_only_what_is_missing(
    tmp_path: Path, calls: Calls, asked: Callable[..., fits.Asked]
) -> None:
    out = tmp_path / "new" / "fits.csv"
    first = fits.run(asked([0]), out)
    assert len(calls) == 2
    both = fits.run(asked([0, 1]), out)
    assert calls[2:] == [("clearprop", 38), ("linear", 38)]
    pd.testing.assert_frame_equal(both[both["split"] == 0].reset_index(drop=True), first)
    assert both[fits.KEY].values.tolist() == [
        ["line", split, method, 4000] for split in (0, 1) for method in ("clearprop", "linear")
    ]
    fits.run(asked([1, 0]), out)
    assert len(calls) == 4
    fits.run(asked([0], cap=20), out)  # other rows are another fit
    assert calls[4:] == [("clearprop", 20), ("linear", 20)]


def test_what_was_made_before_a_stop_is_kept(
    tmp_path: Path, calls: Calls, asked: Callable[..., fits.Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "fits.csv"
    whole = fits.predictions

    def stopped(method: str, rows: Rows, program: str) -> Predicted:
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(method, rows, program)

    monkeypatch.setattr(fits, "predictions", stopped)
    with pytest.raises(KeyboardInterrupt):
        fits.run(asked([0, 1]), out)
    assert len(pd.read_csv(out)) == 3
    monkeypatch.setattr(fits, "predictions", whole)
    assert len(fits.run(asked([0, 1]), out)) == 4
    assert len(calls) == 4


def test_again_makes_the_fits_of_clearprop_alone(
    tmp_path: Path, calls: Calls, asked: Callable[..., fits.Asked]
) -> None:
    out = tmp_path / "fits.csv"
    fits.run(asked([0]), out)
    found = fits.run(asked([0]), out, again=True)
    assert [method for method, _ in calls] == ["clearprop", "linear", "clearprop"]
    assert len(found) == 2
    assert len(fits.read(out)) == 2  # of two equal fits the later counts


def test_a_failed_fit_says_why_and_is_made_again(
    tmp_path: Path, calls: Calls, asked: Callable[..., fits.Asked]
) -> None:
    out = tmp_path / "fits.csv"
    found = fits.run(asked([0], program="broken"), out)
    assert found["failed"].tolist() == ["", "ValueError: singular"]
    assert np.isnan(found["loss"][1])
    healed = fits.run(asked([0]), out)
    assert healed["failed"].tolist() == ["", ""]
    assert [method for method, _ in calls] == ["clearprop", "linear", "linear"]


def test_older_files_lack_fields(
    tmp_path: Path, calls: Calls, asked: Callable[..., fits.Asked]
) -> None:
    out = tmp_path / "fits.csv"
    older = {"table": "line", "split": 0, "method": "linear", "cap": 4000, "task": NUMBERS}
    pd.DataFrame([older | {"rows": 38, "loss": 7.0, "cpu": 1.0, "seconds": 1.0}]).to_csv(
        out, index=False
    )
    assert fits.run(asked([0]), out)["loss"][1] == 7.0
    assert [method for method, _ in calls] == ["clearprop"]
    assert out.read_text().splitlines()[0] == ",".join(fits.FIELDS)


@pytest.fixture
def rows() -> Rows:
    table = Table(CLASSES, "y", lambda _: FRAME)
    frame = FRAME.assign(y=np.where(FRAME["x"] < 30, "low", "high"))
    return split(table, frame, seed=0, cap=4000)


def test_clearprop_runs_as_a_user_runs_it(rows: Rows) -> None:
    found = predictions("clearprop --epochs 3", rows, PROGRAM)
    assert found.classes == ("high", "low")
    assert found.probabilities.shape == (12, 2)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-6)


def test_what_clearprop_refuses_is_told(rows: Rows) -> None:
    with pytest.raises(FailedError, match=r"^train: clearprop: error: .*--epochz"):
        clearprop(PROGRAM, ["--epochz", "3"], rows)
    with pytest.raises(FailedError, match=r"^no program /no/such: name it with --program$"):
        clearprop("/no/such", [], rows)


def test_the_linear_model_and_an_unknown_name(
    capsys: pytest.CaptureFixture[str], rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = predictions("linear", rows, "")
    assert found.classes == ("high", "low")
    assert ((found.probabilities[:, 1] > 0.5) == (rows.test["x"] < 30)).mean() > 0.9
    monkeypatch.setattr(
        sys, "argv", ["accuracy", "--methods", "linaer,lightgbm", "--tables", "amse"]
    )
    with pytest.raises(SystemExit):
        command.main()
    assert "unknown: linaer, amse; methods: clearprop, lightgbm, linear, realmlp" in (
        capsys.readouterr().err
    )


def test_the_name_of_a_list_stands_for_its_tables() -> None:
    assert command.tables("ames, held-back", NUMBERS)[:3] == ["ames", "births", "college"]
    assert "magic" not in command.tables("held-back", NUMBERS)
