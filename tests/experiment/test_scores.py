"""All scores of one set of outputs beside scikit-learn's, and rows that leave some undefined."""

import json

import numpy as np
import pytest
from sklearn import metrics

from clearprop.data.targets import Targets
from clearprop.experiment.scores import Scores

RANDOM = np.random.default_rng(3)


def several(K: int = 3, rows: int = 150) -> tuple[Scores, np.ndarray, np.ndarray]:
    targets = Targets.fit([f"class {k}" for k in range(K)])
    h = RANDOM.dirichlet(np.ones(K), size=rows).round(2)  # with ties
    h /= h.sum(axis=1, keepdims=True)
    actual = RANDOM.integers(0, K, rows)
    assert targets.classes is not None
    return Scores(targets, h, targets.classes[actual]), h, actual


def test_scores_of_several_classes() -> None:
    scores, h, actual = several()
    predicted = h.argmax(axis=1)
    assert scores.score == metrics.accuracy_score(actual, predicted)
    np.testing.assert_array_equal(scores.confusion, metrics.confusion_matrix(actual, predicted))
    found = scores.to_dict()
    assert list(found) == [
        "balanced_accuracy", "macro_f1", "log_loss", "auc", "per_class", "rmse", "mae", "r2",
        "thresholds", "calibration",
    ]  # fmt: skip
    assert found["balanced_accuracy"] == pytest.approx(
        metrics.balanced_accuracy_score(actual, predicted)
    )
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(actual, predicted, average="macro"))
    assert found["log_loss"] == pytest.approx(metrics.log_loss(actual, h))
    assert found["auc"] == pytest.approx(metrics.roc_auc_score(actual, h, multi_class="ovr"))
    report = metrics.classification_report(actual, predicted, output_dict=True)
    for k in range(3):
        row = found["per_class"][f"class {k}"]
        assert row["precision"] == pytest.approx(report[str(k)]["precision"])
        assert row["recall"] == pytest.approx(report[str(k)]["recall"])
        assert row["f1"] == pytest.approx(report[str(k)]["f1-score"])
        assert row["rows"] == report[str(k)]["support"]
    assert [found[key] for key in ("rmse", "mae", "r2", "thresholds", "calibration")] == [None] * 5
    json.dumps(found)


@pytest.mark.parametrize("softmax", [True, False])
def test_two_classes_have_the_area_of_the_second(softmax: bool) -> None:
    targets = Targets.fit([False, True])
    p, actual = RANDOM.random(80), RANDOM.random(80) < 0.1
    actual[:2] = True, False
    h = np.stack([1 - p, p], axis=1) if softmax else p[:, None]
    scores = Scores(targets, h, actual)
    assert scores.auc == pytest.approx(metrics.roc_auc_score(actual, p))
    assert scores.log_loss == pytest.approx(metrics.log_loss(actual, p))
    assert (scores.rarer, scores.rare) == ("True", True)
    found = scores.to_dict()
    assert {row["class"] for row in found["thresholds"] + found["calibration"]} == {"True"}
    assert sum(row["rows"] for row in found["calibration"]) == 80
    half = next(row for row in found["thresholds"] if row["threshold"] == 0.5)
    assert half["recall"] == pytest.approx(metrics.recall_score(actual, p >= 0.5))


def test_a_class_that_is_never_predicted_does_not_look_good() -> None:
    targets = Targets.fit(["fraud", "ok"])
    labels = np.repeat(["fraud", "ok"], [2, 98])
    scores = Scores(targets, np.full((100, 1), 0.9), labels)
    assert scores.score == 0.98
    assert scores.balanced_accuracy == 0.5
    assert scores.macro_f1 is not None
    assert scores.macro_f1 < 0.5
    assert scores.never_predicted == {"fraud": 2}
    assert scores.largest == ("ok", 0.98)
    found = scores.to_dict()["per_class"]["fraud"]
    assert found == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "rows": 2}


def test_even_classes_need_no_remark() -> None:
    scores, _, _ = several()
    assert scores.largest is None
    assert scores.never_predicted == {}
    assert not scores.rare


def test_rows_that_leave_scores_undefined() -> None:
    targets = Targets.fit(["a", "b", "c"])
    h = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]])
    scores = Scores(targets, h, np.array(["a", "a"]))
    assert (scores.auc, scores.undefined) == (None, {"auc": "b"})
    assert scores.balanced_accuracy == 0.5
    per_class = scores.to_dict()["per_class"]
    assert per_class["b"]["recall"] is None
    assert per_class["b"]["precision"] == 0
    assert per_class["c"]["precision"] is None
    two = Scores(Targets.fit(["a", "b"]), h[:, :1], np.array(["b", "b"]))
    assert (two.auc, two.undefined, two.rarer) == (None, {"auc": "a"}, None)
    assert two.to_dict()["thresholds"] is None


def test_several_labels_a_row() -> None:
    actual = RANDOM.integers(0, 2, (60, 3))
    h = RANDOM.random((60, 3))
    scores = Scores(Targets.fit(actual), h, actual)
    predicted = h > 0.5
    assert scores.macro_f1 == pytest.approx(metrics.f1_score(actual, predicted, average="macro"))
    assert scores.auc == pytest.approx(metrics.roc_auc_score(actual, h))
    assert (scores.balanced_accuracy, scores.log_loss, scores.confusion) == (None, None, None)
    assert list(scores.to_dict()["per_class"]) == ["0", "1", "2"]


@pytest.mark.parametrize("outputs", [1, 2])
def test_scores_of_numbers(outputs: int) -> None:
    shape = (50,) if outputs == 1 else (50, outputs)
    actual = RANDOM.normal(size=shape)
    targets = Targets.fit(actual)
    h = RANDOM.normal(size=(50, outputs))
    scores = Scores(targets, h, actual)
    predicted = targets.decode(h)
    assert scores.rmse == pytest.approx(metrics.root_mean_squared_error(actual, predicted))
    assert scores.mae == pytest.approx(metrics.mean_absolute_error(actual, predicted))
    found = scores.to_dict()
    assert found["r2"] == pytest.approx(metrics.r2_score(actual, predicted))
    assert {key for key in found if found[key] is not None} == {"rmse", "mae", "r2"}
    assert (scores.undefined, scores.never_predicted, scores.largest) == ({}, {}, None)
