"""Accuracy and R^2 beside scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, r2_score

from clearprop.data.scores import score
from clearprop.data.targets import Targets
from clearprop.errors import DataError

LABELS = Targets.fit(["a", "b", "c"])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
@settings(max_examples=40, deadline=None)
def test_accuracy_is_scikit_learns(pairs):
    predicted, actual = (np.array(column) for column in zip(*pairs, strict=True))
    assert score(LABELS, predicted, actual) == pytest.approx(accuracy_score(actual, predicted))


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_r2_is_scikit_learns(n_outputs):
    generator = np.random.default_rng(0)
    shape = (20,) if n_outputs == 1 else (20, n_outputs)
    actual, predicted = generator.normal(size=(2, *shape))
    targets = Targets.fit(actual)
    assert score(targets, predicted, actual) == pytest.approx(r2_score(actual, predicted))


@pytest.mark.parametrize(("met", "expected"), [(True, 1.0), (False, 0.0)])
def test_r2_of_a_constant_target(met, expected):
    targets = Targets.fit([1.0, 2.0])
    predicted = np.array([5.0, 5.0]) if met else np.array([5.0, 6.0])
    assert score(targets, predicted, [5.0, 5.0]) == expected


def test_a_row_with_several_labels_is_right_where_all_are():
    targets = Targets.fit([[1, 0], [0, 1]])
    assert score(targets, np.array([[1, 0], [0, 1]]), [[1, 0], [1, 1]]) == 0.5


def test_numbers_and_their_text_are_the_same_label():
    targets = Targets.fit([7, 8, 7])
    assert score(targets, np.array([7, 8]), ["7", "7"]) == 0.5


def test_what_does_not_fit_is_named():
    with pytest.raises(DataError, match=r"^y: expected shape \(2,\); got \(3,\)$"):
        score(LABELS, np.array(["a", "b"]), ["a", "b", "c"])
    with pytest.raises(DataError, match="labels: 'z' \\(row 2\\) is no known class"):
        score(LABELS, np.array(["a", "b"]), ["a", "z"])
    with pytest.raises(DataError, match=r"^y: R\^2 needs two rows at least; got 1$"):
        score(Targets.fit([1.5, 2.5]), np.array([1.0]), [1.0])
    with pytest.raises(DataError, match="target 'price': expected numbers; got 'cheap' in row 1"):
        score(Targets.fit([0.5, 1.5], name="price"), np.array([0.0, 1.0]), ["cheap", "dear"])
