"""Scores in lines: what is shown of many classes, strange names and rare ones."""

import numpy as np
import pytest

from clearprop.cli.scores import measured_lines, rare_lines, warning_lines
from clearprop.data.targets import Targets
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.scores import Scores
from clearprop.language import cells


def scores_of(names, predicted, actual):
    """Scores of outputs that are sure of the predicted classes."""
    targets = Targets.fit(sorted(names) * 2)
    K = len(names)
    h = np.full((len(predicted), K), 0.1 / max(K - 1, 1))
    h[np.arange(len(predicted)), predicted] = 0.9
    return Scores(targets, h, targets.classes[np.asarray(actual)])


def measured(scores):
    return Measurement(len(scores.labels), scores.score, 0.25, scores.confusion, scores)


def test_of_many_classes_there_is_no_table():
    names = [f"class {k:02}" for k in range(13)]
    scores = scores_of(names, np.arange(26) % 13, np.arange(26) % 13)
    lines = measured_lines(measured(scores), 80)
    assert lines == [
        "accuracy 1.0000, cost 0.2500",
        "balanced accuracy 1.0000, macro F1 1.0000, log-loss 0.1054, AUC 1.0000",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_classes_that_were_never_predicted_are_named_within_80_columns(lang):
    names = [f"a long name of class {k:02}" for k in range(9)]
    scores = scores_of(names, np.zeros(90, int), np.arange(90) % 9)
    lines = warning_lines(scores, 80, lang, "test rows: ")
    assert max(map(cells, lines)) <= 80
    text = " ".join(lines)
    assert text.startswith("test rows: ")
    assert text.count("a long name") == 5
    expected = {"en": "and 3 more", "zh": "及另外 3 类"}[lang]
    assert text.endswith(expected)
    if lang == "en":
        assert "never predicted: a long name of class 01 (10 rows), a long" in text


def test_a_strange_name_keeps_the_columns():
    scores = scores_of(["城市", "x" * 60, "a\nb"], [0, 1, 2, 2], [0, 1, 2, 0])
    lines = measured_lines(measured(scores), 80)
    table = lines[lines.index("") + 1 :]
    assert len({cells(line) for line in table}) == 1
    assert [line.split()[0] for line in table[1:]] == ["a\\nb", "x" * 23 + "...", "城市"]
    assert table[1].split()[1:] == ["2", "1.0000", "0.5000", "0.6667"]


def test_a_class_without_rows_has_a_point():
    scores = scores_of(["a", "b", "c"], [0, 0, 1], [0, 0, 0])
    lines = measured_lines(measured(scores), 80)
    assert lines[2] == "no AUC: no row is of class b"
    assert [line.split()[1:] for line in lines[-3:]] == [
        ["3", "1.0000", "0.6667", "0.8000"],
        ["0", "0.0000", ".", "0.0000"],
        ["0", ".", ".", "."],
    ]


def test_a_table_of_thresholds_is_for_a_rare_one_of_two_classes():
    targets = Targets.fit(["no", "yes"])
    p = np.linspace(0, 1, 20)[:, None]
    rare = Scores(targets, p, np.where(np.arange(20) > 17, "yes", "no"))
    lines = rare_lines(rare)
    assert lines[:4] == [
        "",
        "yes: rows from a threshold of its probability on",
        "threshold  rows  precision  recall",
        "   1.0000     1     1.0000  0.5000",
    ]
    assert lines[-6] == "rows  predicted  observed"
    assert lines[-1] == "   4     0.9211    0.5000"
    even = Scores(targets, p, np.where(np.arange(20) > 9, "yes", "no"))
    assert rare_lines(even) == []
    none = Scores(targets, p, np.repeat("no", 20))
    assert rare_lines(none) == []
