"""Weights of classes, beside scikit-learn's, and how they are typed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils import compute_class_weight

from clearprop.data.class_weights import choice_problems, class_weights, row_weights
from clearprop.data.targets import Targets
from clearprop.errors import ParameterError

LABELS = Targets.fit(["no", "yes", "a, b", "a=b", "a"])  # sorted: a, "a, b", a=b, no, yes


@given(st.lists(st.sampled_from("abc"), min_size=1))
@settings(max_examples=40, deadline=None)
def test_balanced_is_scikit_learns(y):
    targets, labels = Targets.fit(["a", "b", "c"]), np.array(y)
    weights = class_weights("balanced", targets, labels)
    present = np.unique(labels)
    expected = compute_class_weight("balanced", classes=present, y=labels)
    np.testing.assert_allclose(weights[targets.indices(present)], expected)
    assert row_weights(targets, weights, labels).sum() == pytest.approx(len(y))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("yes=5", [1, 1, 1, 1, 5]),
        (" yes = 5 , no=0.5", [1, 1, 1, 0.5, 5]),
        ("a, b=3,a=2", [2, 3, 1, 1, 1]),  # the longest class that fits
        ('"a, b"=3', [1, 3, 1, 1, 1]),
        ("'a=b'=4,a=b=4", [1, 1, 4, 1, 1]),
        ({"a": 2, "no": 0}, [2, 1, 1, 0, 1]),
    ],
)
def test_weights_by_name(typed, expected):
    assert class_weights(typed, LABELS, []).tolist() == expected


def test_numbers_are_named_by_value_or_text():
    for labels in ([0, 1], [0.0, 1.0]):
        targets = Targets.fit(labels, "classification")
        for choice in ("1=3", {"1": 3}, {1: 3}, {1.0: 3}):
            assert class_weights(choice, targets, labels).tolist() == [1, 3]
    assert class_weights("007=2", Targets.fit(["007", "7"]), ["007"]).tolist() == [2, 1]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as caught:
        class_weights("yess=2,no=many,a=-1,a=b=inf", LABELS, [])
    assert list(caught.value.problems) == [
        "class_weight: no class 'yess' (did you mean \"yes\"?); the classes are a, a, b, a=b, no, "
        "yes",
        "class_weight: expected a number of at least 0 for 'no'; got 'many'",
        "class_weight: expected a number of at least 0 for 'a'; got -1.0",
        "class_weight: expected a number of at least 0 for 'a=b'; got inf",
    ]


def test_a_task_without_classes():
    with pytest.raises(ParameterError) as caught:
        class_weights("balanced", Targets.fit([0.5, 1.5]), [0.5])
    assert str(caught.value) == (
        "class_weight: expected a target with classes; the task is regression, so leave "
        "class_weight out"
    )


@pytest.mark.parametrize("wrong", ["balansed", "", 3, True])
def test_what_is_no_choice_at_all(wrong):
    (problem,) = choice_problems(wrong)
    assert problem.startswith(
        "class_weight: expected balanced, or NAME=WEIGHT for some classes, as in fraud=20,ok=1; "
        f"got {wrong!r}"
    )
    assert ("did you mean" in problem) == (wrong == "balansed")
