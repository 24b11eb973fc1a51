"""From choices to a run: which rows it learns from, how they count, and what computes."""

import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.engines.native import NativeEngine
from clearprop.engines.threads import usable_processors
from clearprop.errors import DataError, ParameterError
from clearprop.experiment.check import CheckJob
from clearprop.experiment.run import Experiment
from clearprop.experiment.train import TrainJob

ROWS = 300


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    drawn = random.Random(1)
    lines = ["patient,time,w,x,kind"]
    for i in range(ROWS):
        time = 1000 - 3 * i  # the last rows are the earliest
        lines.append(f"p{i % 37},{time},{i % 4},{drawn.gauss(0, 1):.3f},{'ab'[i % 3 == 0]}")
    (tmp_path / "visits.csv").write_text("\n".join(lines))
    (tmp_path / "later.csv").write_text("\n".join([lines[0], *lines[1:8]]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(**choices: Any) -> dict[str, Any]:
    plain = {"source": "visits.csv", "target": "kind", "hidden": "3", "epochs": 2, "bins": "0"}
    plain |= {"regularization": "1"}
    return plain | choices


def run_of(**choices: Any) -> Experiment:
    return TrainJob.of(given(**choices)).experiment()


def cells(run: Experiment, part: str, column: str) -> list[Any]:
    """What stands in a column of the file, in the rows of a part."""
    names, *rows = (line.split(",") for line in Path("visits.csv").read_text().splitlines())
    places = run.parts[part].places
    assert places is not None
    return [rows[place - 2][names.index(column)] for place in places]


def test_weights_of_a_column() -> None:
    run = run_of(weights="w", without="patient,time")
    assert run.network.layer_sizes[0] == 1
    weight = run.training.sample_weight
    assert weight is not None
    assert weight.tolist() == [float(cell) for cell in cells(run, "train", "w")]
    both = run_of(weights="w", without="patient,time", class_weight="a=3").training.sample_weight
    kinds = np.array(cells(run, "train", "kind"))
    assert both is not None
    np.testing.assert_array_equal(both, weight * np.where(kinds == "a", 3, 1))
    watched = run.training.validation
    assert watched is not None
    assert watched.sample_weight is not None
    assert watched.sample_weight.tolist() == [float(w) for w in cells(run, "validation", "w")]


def test_check_and_train_see_the_same_rows() -> None:
    choices = {"weights": "w", "split_by": "patient", "validation_fraction": "0.2"}
    choices |= {"source": "visits.csv", "target": "kind", "hidden": "3", "without": "time"}
    choices |= {"bins": "0"}
    report = CheckJob.of(choices).report()
    assert (report.verdict, report.n_checked) == ("right", 2 * 3 + 4)


def test_groups_stay_together() -> None:
    parts = {"split_by": "patient", "validation_fraction": 0.1}
    run = run_of(**parts, without="time,patient,w")  # named twice, and no harm
    patients = {part: set(cells(run, part, "patient")) for part in run.parts}
    assert sum(map(len, patients.values())) == 37
    assert run.network.layer_sizes[0] == 1
    shares = [run.parts[part].n_rows / ROWS for part in ("train", "validation", "test")]
    np.testing.assert_allclose(shares, [0.7, 0.1, 0.2], atol=0.03)


def test_times_are_split_in_order() -> None:
    run = run_of(split_by="time", without="patient", validation_fraction=0.1)
    times = {part: [int(cell) for cell in cells(run, part, "time")] for part in run.parts}
    assert max(times["train"]) < min(times["validation"])
    assert max(times["validation"]) < min(times["test"])
    assert [len(times[part]) for part in ("train", "validation", "test")] == [210, 30, 60]


def test_rows_of_another_file_are_the_test_set() -> None:
    run = run_of(test="later.csv", validation_fraction=0.25, without="patient,time,w")
    rows = {part: table.n_rows for part, table in run.parts.items()}
    assert rows == {"train": 225, "validation": 75, "test": 7}
    assert run.fit().measure("test").rows == 7
    assert run.parts["test"].source == "later.csv"


@pytest.mark.parametrize("fraction", [0.05, 0.3])
def test_a_share_to_validate_on(fraction: float) -> None:
    run = run_of(validation_fraction=fraction, without="patient,time,w")
    assert run.parts["validation"].n_rows == pytest.approx(fraction * ROWS, abs=1)
    assert run.parts["test"].n_rows == 60


def test_a_share_that_leaves_nothing_to_train_on() -> None:
    with pytest.raises(ParameterError) as caught:
        run_of(validation_fraction=0.8)
    assert str(caught.value) == (
        "validation_fraction: expected a number above 0 and below 0.8, since a fifth of the rows "
        "are to test on; got 0.8"
    )


def test_a_test_file_that_does_not_fit() -> None:
    Path("other.csv").write_text("x,kind\n1,a\n2,b\n")
    with pytest.raises(DataError) as caught:
        run_of(test="other.csv", without="time")
    assert str(caught.value) == (
        "other.csv: expected the columns of the training rows; missing: patient, w; found: x"
    )
    Path("other.csv").write_text("x,kind\n1,a\n2,c\n")
    with pytest.raises(DataError, match=r"^other.csv: target 'kind': 'c' \(row 2\) is no"):
        run_of(test="other.csv", without="time,patient,w")


def test_threads() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        engine = run_of(threads=1, without="patient").training.engine
    assert isinstance(engine, NativeEngine)
    assert engine.n_threads == 1
    most = usable_processors()
    with pytest.warns(UserWarning, match=rf"^threads: this process may use {most} processors?; "):
        engine = run_of(threads=most + 1, without="patient").training.engine
    assert isinstance(engine, NativeEngine)
    assert engine.n_threads == most
    with pytest.warns(UserWarning, match=r"^threads: the engine reference has no such choice; ign"):
        run_of(threads=1, engine="reference", without="patient")


def test_rows_are_measured_by_the_engine_that_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread is asked for: then nothing computes on more."""
    run = run_of(threads=1, without="patient").fit()
    seen: list[int] = []
    opened = NativeEngine.open

    def counted(self: NativeEngine, *arguments: Any, **others: Any) -> Any:
        seen.append(self.n_threads)
        return opened(self, *arguments, **others)

    monkeypatch.setattr(NativeEngine, "open", counted)
    run.measure("test")
    assert set(seen) == {1}


def test_bits_do_not_depend_on_threads() -> None:
    thetas = [
        run_of(without="patient", **choices).fit().training.theta.tobytes()
        for choices in ({"threads": 1}, {})
    ]
    assert thetas[0] == thetas[1]


def test_schedules() -> None:
    run = run_of(schedule="invscaling")
    assert run.recipe.options.schedule == "invscaling"
    # The rate is lowered when training stalls; the recipe alone would wait without end.
    options = run_of(schedule="adaptive", solver="sgd").recipe.options
    assert (options.schedule, options.patience) == ("adaptive", 10)
    with pytest.raises(ParameterError) as caught:
        run_of(schedule="adaptive")
    assert str(caught.value) == (
        "schedule: adaptive is for solvers sgd and gd; adam has the others"
    )
    with pytest.warns(UserWarning, match=r"^schedule: solver lbfgs has none; ignored$"):
        run_of(schedule="cosine", solver="lbfgs")


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {
        "class_weight": "balancd",
        "validation_fraction": "most",
        "threads": 0,
        "schedule": "cosin",
    }
    with pytest.raises(ParameterError) as caught:
        run_of(**wrong)
    assert list(caught.value.problems) == [
        "class_weight: expected balanced, or NAME=WEIGHT for some classes, as in fraud=20,ok=1; "
        "got 'balancd' (did you mean \"balanced\"?)",
        "validation_fraction: expected a number above 0 and below 1; got 'most'",
        "threads: expected a whole number of at least 1; got 0",
        "schedule: expected one of constant, invscaling, adaptive, cosine, one_cycle; got 'cosin' "
        '(did you mean "cosine"?)',
    ]


def test_bins_of_numbers() -> None:
    """Without the option the recipe decides."""
    assert run_of(without="patient", bins=None).encoder.n_bins == 19
    assert run_of(without="patient", bins="0").encoder.n_bins == 0
    assert run_of(without="patient", bins=None, recipe="course").encoder.n_bins == 0
    run = run_of(without="patient", bins="8")
    assert run.encoder.bins == (8, 3, 8)  # w has four values
    assert run.network.layer_sizes[0] == 3 + 19
    (note,) = [note for note in run.prepared.notes if note.key == "bins"]
    assert note.facts == {"numbers": 3, "inputs": 19}
    checked = {"source": "visits.csv", "target": "kind", "without": "patient", "bins": "8"}
    report = CheckJob.of(checked | {"hidden": "none"}).report()
    assert [block.n_checked for block in report.blocks] == [1, 22]
    with pytest.raises(ParameterError) as caught:
        run_of(bins="1", hidden="x")
    assert str(caught.value).endswith(
        "; bins: expected 0, for none, or a whole number from 2 to 256; got 1"
    )


def test_bins_of_more_inputs_than_rows() -> None:
    run = run_of(without="patient", bins="150", validation_fraction=0.1)
    assert run.encoder.n_bins == 0
    (note,) = [note for note in run.prepared.notes if note.key == "no-bins"]
    assert note.facts == {"inputs": 453, "most": 210, "rows": 210}


def test_bins_of_images() -> None:
    with pytest.warns(UserWarning, match="bins: images have none; ignored"):
        run = run_of(source="digits", target=None, bins="8")
    assert run.encoder.n_bins == 0
    assert not [note for note in run.prepared.notes if "bins" in note.key]
