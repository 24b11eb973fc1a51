"""Runs whose rows count differently: what is minimised, checked and told."""

import numpy as np
import pytest

from clearprop import RECIPES, Experiment, GradientChecked, Table
from clearprop.engines.evaluate import cost_and_gradient
from clearprop.errors import ParameterError
from clearprop.experiment.check import CheckJob
from clearprop.experiment.story import opening, six_steps
from clearprop.experiment.telling import told
from clearprop.gradients.check import _few_rows

RARE = 40


def rare_table(rows: int = 800) -> Table:
    """Two overlapping clouds; every 40th row is of the rare class."""
    random = np.random.default_rng(0)
    y = np.where(np.arange(rows) % RARE == 0, "fraud", "ok")
    X = random.normal(size=(rows, 2)) + 1.5 * (y == "fraud")[:, None]
    return Table("rare", X, y, ("0", "1"), "kind")


RECIPE = RECIPES["modern"].with_(
    hidden=(4,), epochs=20, learning_rate=0.01, batch_size=64, regularization=1.0,
    early_stopping=False, bins=0,
)  # fmt: skip


def test_balanced_weights_find_a_rare_class() -> None:
    found = {}
    for choice in (None, "balanced"):
        run = Experiment(rare_table(), RECIPE, class_weight=choice).fit()
        confusion = run.measure("train").confusion
        assert confusion is not None
        found[choice] = confusion[0, 0] / confusion[0].sum()
    assert found[None] < 0.2
    assert found["balanced"] >= 0.6


def test_a_row_of_weight_w_counts_as_w_rows() -> None:
    """J and its gradient are those of the training rows with every fraud three times."""
    run = Experiment(rare_table(), RECIPE, class_weight="fraud=3")
    training, labels = run.training, run.parts["train"].y
    weight = training.sample_weight
    assert weight is not None
    assert labels is not None
    assert weight.tolist() == np.where(labels == "fraud", 3, 1).tolist()
    times = weight.astype(int)
    theta = training.theta.astype(np.float64)
    X, Y = (array.astype(np.float64) for array in (training.X, training.Y))
    J, gradient = cost_and_gradient(run.network, theta, X, Y, weight)
    again = cost_and_gradient(run.network, theta, X.repeat(times, 0), Y.repeat(times, 0))
    assert pytest.approx(again[0]) == J
    np.testing.assert_allclose(gradient, again[1], atol=1e-12)
    validation = training.validation
    assert validation is not None
    assert validation.sample_weight is not None
    assert set(validation.sample_weight.tolist()) == {1.0, 3.0}


def test_the_check_and_the_story_are_of_the_weighted_cost() -> None:
    run = Experiment(rare_table(), RECIPE, class_weight="balanced", validation_fraction=0.1)
    checked = next(run.train())
    assert isinstance(checked, GradientChecked)
    assert checked.report.right
    data = opening(run)[0]
    assert data.facts["class_weights"] == {
        name: pytest.approx(weight, rel=0.02) for name, weight in (("fraud", 20), ("ok", 0.513))
    }
    assert told(data, "en").lines[-1] == (
        "a row counts by its class:", f"fraud {data.facts['class_weights']['fraud']:.4g},",
        f"ok {data.facts['class_weights']['ok']:.4g}",
    )  # fmt: skip
    assert told(data, "zh").lines[-1][0] == "每行按所属类别加权："
    # Step 3 tells J of ten rows; those rows are weighted, too.
    report = checked.report
    rows = np.random.default_rng(0)  # the check's generator
    few = _few_rows(run.training.Y, run.training.sample_weight, rows)
    theta = run.training.theta + 1e-3 * rows.standard_normal(len(run.training.theta))
    weight = run.training.sample_weight
    assert weight is not None
    J, _ = cost_and_gradient(
        run.network, theta.astype(np.float32), run.training.X[few], run.training.Y[few],
        weight[few],
    )  # fmt: skip
    assert six_steps(run, report)[2].facts["J"] == pytest.approx(J, rel=1e-3)


def test_many_classes_are_not_all_listed() -> None:
    y = np.arange(60) % 12
    table = Table("many", np.eye(60)[:, :5] + y[:, None], y, tuple("01234"), "y")
    run = Experiment(table, RECIPE, class_weight="balanced")
    line = "".join(told(opening(run)[0], "en").lines[-1])
    assert line.count(",") == 7
    assert ",...,11 " in line


def test_a_model_knows_its_weights() -> None:
    run = Experiment(rare_table(), RECIPE.with_(epochs=1), class_weight={"fraud": 7})
    assert run.model().trained["class_weight"] == {"fraud": 7.0, "ok": 1.0}


def test_check_takes_the_weights_of_train() -> None:
    given = {"source": "digits", "hidden": (3,), "sample": 5}
    plain, weighted = (
        CheckJob.of(given | more).report() for more in ({}, {"class_weight": "0=50"})
    )
    assert plain.right
    assert weighted.right
    assert plain.cost != weighted.cost


def test_wrong_weights() -> None:
    with pytest.raises(ParameterError, match=r"^class_weight: no class 'frau' \(did you mean \"fr"):
        Experiment(rare_table(), RECIPE, class_weight="frau=2")
    numbers = Table("r", np.eye(50)[:, :2], np.arange(50) / 7, ("0", "1"), "y")
    with pytest.raises(ParameterError, match=r"^class_weight: expected a target with "):
        Experiment(numbers, RECIPE, class_weight="balanced")
