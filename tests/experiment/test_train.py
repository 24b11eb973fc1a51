"""The jobs for a second user: a dictionary of choices in, the same problems and results out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop
from clearprop.errors import ParameterError
from clearprop.experiment.check import CheckJob
from clearprop.experiment.chosen import chosen_experiment
from clearprop.experiment.doctor import DoctorJob
from clearprop.experiment.explain import ExplainJob
from clearprop.experiment.prepared import PARTS
from clearprop.experiment.train import TrainJob, summary
from clearprop.experiment.use import EvaluateJob, PredictJob

FLOWERS = "length,width,colour,kind\n" + "\n".join(
    f"{4 + i % 7 / 10},{2 + i % 5 / 10},{'red' if i % 2 else 'blue'},{'rose' if i % 2 else 'iris'}"
    for i in range(40)
)
CHOICES = {"source": "flowers.csv", "target": "kind", "hidden": "4", "epochs": 3}
CHOICES |= {"regularization": "1", "bins": 0}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flowers.csv").write_text(FLOWERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def model(folder: Path) -> Path:
    run = TrainJob.of(CHOICES).experiment().fit()
    clearprop.save(run.model(), "m.safetensors")
    return folder / "m.safetensors"


def problems(job: Any, given: dict[str, Any]) -> list[str]:
    with pytest.raises(ParameterError) as caught:
        job.of(given)
    return list(caught.value.problems)


def test_train(folder: Path) -> None:
    job = TrainJob.of(CHOICES | {"plot": "c.svg", "out": folder / "a"})
    assert (job.out, job.plot, job.folder) == (folder / "a", Path("c.svg"), None)
    run = job.experiment().fit()
    found = summary(
        job, run, {part: run.measure(part) for part in PARTS}, "epochs", 1.23456, job.out
    )
    assert (found["source"], found["model"], found["seconds"]) == (
        "flowers.csv", str(folder / "a"), 1.235,
    )  # fmt: skip
    assert found["train_accuracy"] == run.measure("train").score
    # Text, values and None mean what they mean on the command line.
    other = TrainJob.of(CHOICES | {"hidden": [4], "epochs": "3", "recipe": None, "seed": "0"})
    again = other.experiment().fit()
    np.testing.assert_array_equal(again.training.theta, run.training.theta)
    assert other.out == Path("flowers.safetensors")


def test_a_dictionary_gets_the_problems_of_the_command_line(folder: Path) -> None:
    wrong = {
        "hiden": 3,
        "recipe": "modrn",
        "hidden": "10,x",
        "epochs": "few",
        "out": "no/m",
        "plot": "c.gif",
        "lang": "de",
        "engine": "gpu",
        "checkpoint": "k",
        "solver": "cg",
    }
    assert problems(TrainJob, wrong) == [
        'hiden: no such option of train (did you mean "hidden"?)',
        "source: expected SOURCE; got nothing",
        "out: cannot write no/m: the folder no is not there; make it first",
        "plot: expected a name that ends in .png, .svg or .pdf; got 'c.gif'",
        "lang: expected one of en, zh; got 'de'",
        "recipe: expected one of modern, course, 3b1b; got 'modrn' (did you mean \"modern\"?)",
        *problems(TrainJob, {"source": "digits", "engine": "gpu"}),
        "hidden: expected whole numbers from 1 to 1,000,000, as in 100,50, or none; got '10,x'",
        "epochs: expected a whole number of at least 1; got 'few'",
        "checkpoint: solver cg cannot go on from one; use adam, adamw, sgd or gd",
    ]


def test_files_of_one_run_differ(folder: Path) -> None:
    same = CHOICES | {"out": "a.svg", "plot": "./a.svg", "checkpoint": "b"}
    assert problems(TrainJob, same) == ["out: expected another file than that of plot; got 'a.svg'"]


def test_the_folder_of_the_checkpoints(folder: Path) -> None:
    wrong = {"source": "digits", "checkpoint": "a", "out": "a"}
    found = problems(TrainJob, wrong)
    assert found == ["out: expected another file than that of checkpoint; got 'a'"]
    wrong = {"source": "digits", "every": "soon", "resume": True}
    assert problems(TrainJob, wrong) == [
        "every: is how often checkpoints are written; name their folder with checkpoint",
        "resume: goes on from the folder of checkpoint; name it, or leave resume out",
    ]
    wrong = {"source": "digits", "checkpoint": "a", "every": "soon"}
    assert problems(TrainJob, wrong) == [
        "every: expected a time above 0, such as 0.2s, 30s, 5m or 1h; got 'soon'"
    ]
    job = TrainJob.of({"source": "digits", "checkpoint": "a", "every": "5m", "epochs": 1})
    assert job.folder is not None
    assert (job.folder.every, job.folder.resume, job.folder.path) == (300.0, False, Path("a"))
    assert not job.folder.path.exists()
    job.experiment().fit(job.folder)
    names = [f"candidate-{i}-000001.safetensors" for i in (1, 2)]
    assert sorted(file.name for file in job.folder.path.iterdir()) == names
    assert problems(TrainJob, {"source": "digits", "checkpoint": "a"}) == [
        f"checkpoint: a holds a run already ({names[0]}); go on with it (--resume), or name "
        "another folder"
    ]


def test_choices_that_a_solver_does_not_use_are_warned_of(folder: Path) -> None:
    with pytest.warns(UserWarning, match="^batch_size: solver gd has none; ignored$"):
        TrainJob.of(CHOICES | {"solver": "gd", "batch_size": 5, "learning_rate": 0.1})
    with pytest.warns(UserWarning, match="^dropout: there is no hidden unit to leave out; ignored"):
        TrainJob.of(CHOICES | {"hidden": "none", "dropout": 0.2})
    # What is wrong is an error, and only that is said.
    assert problems(TrainJob, CHOICES | {"solver": "gd", "batch_size": 0}) == [
        "batch_size: expected a whole number of at least 1; got 0"
    ]


def test_check(folder: Path) -> None:
    report = CheckJob.of(
        {"source": "flowers.csv", "target": "kind", "hidden": (3,), "bins": 0}
    ).report()
    assert (report.verdict, report.n_checked, report.n_rows) == ("right", 19, 20)
    assert problems(CheckJob, CHOICES | {"sample": -1, "method": "x"}) == [
        "epochs: no such option of check",
        "method: expected one of differences, complex; got 'x'",
        "sample: expected a whole number of at least 0; got -1",
    ]


def test_the_gradient_is_checked_on_the_labels_that_training_follows(folder: Path) -> None:
    given = {"source": "flowers.csv", "target": "kind", "recipe": "3b1b", "sample": 1}
    job = CheckJob.of(given)
    soft = replace(job, recipe=job.recipe.with_(label_smoothing=0.3))
    training = chosen_experiment(soft.values, soft.recipe).training
    X, Y = training.X[:20], training.Y[:20]
    assert set(Y.ravel().tolist()) == {0.0, 1.0}
    for asked, targets in ((job, Y), (soft, 0.7 * Y + 0.3 / 2)):
        report = asked.report()
        J, _ = clearprop.cost_and_gradient(training.network, training.theta, X, targets)
        assert report.cost == pytest.approx(J, rel=1e-6)
        assert report.right


def test_evaluate_and_predict(model: Path) -> None:
    loaded, table = clearprop.load(model), clearprop.read("flowers.csv", "kind")
    given = {"model": model, "source": "flowers.csv"}
    found = EvaluateJob.of(given).measurement()
    assert (found.rows, found.score) == (40, loaded.score(table, table.y))
    columns = PredictJob.of(given | {"proba": True}).columns()
    assert list(columns) == ["prediction", "probability_iris", "probability_rose"]
    assert columns["prediction"].tolist() == loaded.predict(table).tolist()
    np.testing.assert_array_equal(
        np.stack([columns["probability_iris"], columns["probability_rose"]], axis=1),
        loaded.predict_proba(table),
    )
    for job, command in ((EvaluateJob, "evaluate"), (PredictJob, "predict")):
        for name in ("none", str(model)):
            said = problems(job, {"model": name, "sauce": 1})
            assert said[:2] == [
                f'sauce: no such option of {command} (did you mean "source"?)',
                "source: expected SOURCE; got nothing",
            ]
            assert [text.partition(";")[0] for text in said[2:]] == (
                ["none: there is no such file"] if name == "none" else []
            )


def test_several_labels_a_row_are_several_columns(model: Path) -> None:
    targets = clearprop.Targets.fit(np.array([[0, 1], [1, 0], [1, 1]]), "multilabel")
    network = clearprop.Network((2, 2))
    several = clearprop.Model(network, clearprop.initial_theta(network, 0), targets)
    table = clearprop.Table("a", np.eye(2), None, ("0", "1"), None)
    columns = PredictJob(several, table, None, proba=True).columns()
    assert list(columns) == ["prediction_0", "prediction_1", "probability_0", "probability_1"]


def test_explain(model: Path) -> None:
    given = {"model": model, "source": "flowers.csv", "sample": 35, "units": [[2, 1]]}
    explanation = ExplainJob.of(given).explanation()
    assert (explanation.names.rows[explanation.sample], explanation.names.source) == (
        35,
        "flowers.csv",
    )
    wrong = {"sample": 99, "units": "9:1,x", "lang": "de", "html": "a.pdf"}
    assert problems(ExplainJob, given | wrong) == [
        "lang: expected one of en, zh; got 'de'",
        "sample: flowers.csv has 40 rows, 0 to 39; got 99",
        "units: expected LAYER:UNIT, such as 2:5 or 2:5,3:1; got 'x'",
        "units: expected a layer from 2 to 3; got 9:1",
        "html: expected a name that ends in .html or .htm; got 'a.pdf'",
    ]


def test_doctor(folder: Path) -> None:
    (folder / "mine.py").write_text("def f(theta):\n    return theta @ theta, 2 * theta\n")
    assert DoctorJob.of({"function": "mine.py:f", "parameters": 3}).diagnosis().right
    with pytest.raises(ParameterError) as caught:
        DoctorJob.of({"function": "mine.py:f"}).diagnosis()
    assert str(caught.value) == (
        "parameters: f takes theta alone; state where to check it, as in parameters='12', or the "
        "sizes of its layers, as in layers='400,25,10'"
    )
    assert problems(DoctorJob, {"function": "no.py", "cost": "softmx", "layers": [3]}) == [
        "no.py: no such file; expected FILE, FILE:FUNCTION or FILE:CLASS.METHOD",
        "layers: expected an input layer and an output layer at least; got (3,)",
        "cost: expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
        "got 'softmx' "
        '(did you mean "softmax"?)',
    ]
