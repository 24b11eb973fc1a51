"""The area under the ROC curve, thresholds and calibration beside scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve, roc_auc_score

from clearprop.data.ranking import auc, calibration, thresholds

ROWS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: len({positive for _, positive in rows}) == 2
)


def arrays(rows):
    p, positive = (np.array(column) for column in zip(*rows, strict=True))
    return p / 6, positive


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_the_area_is_scikit_learns_with_ties(rows):
    p, positive = arrays(rows)
    assert auc(p, positive) == pytest.approx(roc_auc_score(positive, p))


def test_one_class_has_no_area():
    assert auc(np.array([0.1, 0.9]), np.array([True, True])) is None
    assert auc(np.array([0.1, 0.9]), np.array([False, False])) is None


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_thresholds_are_points_of_scikit_learns_curve(rows):
    p, positive = arrays(rows)
    precision, recall, levels = precision_recall_curve(positive, p)
    points = {
        level: (a, b) for level, a, b in zip(levels, precision[:-1], recall[:-1], strict=True)
    }
    found = thresholds(p, positive)
    assert [t.threshold for t in found] == sorted({t.threshold for t in found}, reverse=True)
    assert 0.5 in [t.threshold for t in found]
    for t in found:
        assert t.rows == (p >= t.threshold).sum()
        if t.threshold in points:
            assert (t.precision, t.recall) == pytest.approx(points[t.threshold])
        else:
            assert t.threshold == 0.5
    assert found[-1].recall == 1 or found[-1].threshold == 0.5
    # The highest threshold that finds half of the class.
    half = [t.threshold for t in found if t.recall >= 0.5]
    best = max(level for level, (_, b) in points.items() if b >= 0.5)
    assert best in half
    assert all(level in (best, 0.5) for level in half if level >= best)


def test_a_threshold_of_a_half_without_any_row():
    found = thresholds(np.array([0.1, 0.2]), np.array([False, True]))
    assert [(t.threshold, t.rows, t.precision, t.recall) for t in found] == [
        (0.5, 0, 0.0, 0.0),
        (0.2, 1, 1.0, 1.0),
    ]


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_calibration_is_scikit_learns(rows):
    p, positive = arrays(rows)
    observed, predicted = calibration_curve(positive, p, n_bins=5, strategy="quantile")
    found = calibration(p, positive)
    assert [b.predicted for b in found] == pytest.approx(predicted)
    assert [b.observed for b in found] == pytest.approx(observed)
    assert sum(b.rows for b in found) == len(p)
