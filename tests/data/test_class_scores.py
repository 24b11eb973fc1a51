"""Precision, recall, F1, balanced accuracy and log-loss beside scikit-learn's."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from clearprop.data.class_scores import balanced_accuracy, class_scores, log_loss, macro_f1

K = 4
PAIRS = st.lists(st.tuples(st.integers(0, K - 1), st.integers(0, K - 1)), min_size=1, max_size=40)


def counted(actual, predicted):
    confusion = metrics.confusion_matrix(actual, predicted, labels=range(K))
    return class_scores(np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0))


@given(PAIRS)
@settings(max_examples=50, deadline=None)
def test_scores_of_classes_are_scikit_learns(pairs):
    """Classes that never occur, and classes that are never predicted, among them."""
    actual, predicted = (np.array(column) for column in zip(*pairs, strict=True))
    found = counted(actual, predicted)
    precision, recall, f1, rows = metrics.precision_recall_fscore_support(
        actual, predicted, labels=range(K), zero_division=0
    )
    np.testing.assert_allclose(np.nan_to_num(found.precision), precision)
    np.testing.assert_allclose(np.nan_to_num(found.recall), recall)
    np.testing.assert_allclose(np.nan_to_num(found.f1), f1)
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_array_equal(np.isnan(found.recall), rows == 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = metrics.balanced_accuracy_score(actual, predicted)
    assert balanced_accuracy(found) == pytest.approx(expected)
    assert macro_f1(found) == pytest.approx(metrics.f1_score(actual, predicted, average="macro"))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_loss_is_scikit_learns(dtype):
    generator = np.random.default_rng(0)
    p = generator.dirichlet(np.full(K, 0.05), size=200)
    p[:2] = np.eye(K)[:2]  # certain, and once wrong
    p = p.astype(dtype)
    actual = generator.integers(0, K - 1, 200)  # the last class never occurs
    actual[:2] = 0
    expected = metrics.log_loss(actual, p, labels=range(K))
    assert log_loss(p, actual) == pytest.approx(expected, rel=1e-5)
    assert np.isfinite(expected)
