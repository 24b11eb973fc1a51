"""Labels that are missing, and kinds that mix: an error that counts and says where."""

import re
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from clearprop.errors import DataError
from clearprop.estimators import MLPClassifier, MLPRegressor

X = np.arange(12.0).reshape(6, 2)


def message(estimator: Any, y: Any, **more: Any) -> str:
    with pytest.raises(DataError) as caught:
        estimator.fit(X, y, **more)
    return str(caught.value)


ROWS = "leave these rows out, or give each a label"
MISSING: dict[str, Any] = {
    "None": np.array(["a", None, "b", "a", None, "b"], object),
    "NaN": np.array(["a", np.nan, "b", "a", np.nan, "b"], object),
    "NA": pd.Series(["a", pd.NA, "b", "a", pd.NA, "b"], dtype="string"),
    "whole numbers": pd.Series([1, None, 2, 1, None, 2], dtype="Int64"),
    "numbers": np.array([1, np.nan, 2, 1, np.nan, 2]),
    "true and false": pd.Series([True, None, False, True, None, False]),
    "a list": ["a", None, "b", "a", None, "b"],
    "Polars": pl.Series(["a", None, "b", "a", None, "b"]),
    "categories": pd.Series(["a", None, "b", "a", None, "b"], dtype="category"),
}


@pytest.mark.parametrize("name", MISSING)
def test_missing_labels(name: str) -> None:
    """pandas shows the same gap as None, nan or <NA>, by its version."""
    y = MISSING[name]
    said = message(MLPClassifier(), y)
    pattern = rf"y: 2 labels of 6 are missing, the first is y\[1\], (None|nan|<NA>); {ROWS}"
    assert re.fullmatch(pattern, said)
    with pytest.raises(DataError) as caught:
        MLPClassifier().partial_fit(X, y, classes=["a", "b"])
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "y",
    [
        np.array([1.0, None, 2, 3, 4, 5], object),
        pd.Series([1.5, None, 2, 3, 4, 5]),
        [1.0, float("nan"), 2, 3, 4, 5],
    ],
)
def test_missing_numbers(y: Any) -> None:
    assert message(MLPRegressor(), y).startswith("y: 1 label of 6 is missing, the first is y[1], ")


def test_missing_labels_elsewhere() -> None:
    y = np.array(["a", "b"] * 3)
    said = message(MLPClassifier(), y, X_val=X[:2], y_val=["a", None])
    assert said == f"y_val: 1 label of 2 is missing, the first is y_val[1], None; {ROWS}"
    several = np.array([[0, 1], [1, 0], [1, None]] * 2, object)
    assert message(MLPClassifier(), several) == (
        f"y: 2 labels of 12 are missing, the first is y[2, 1], None; {ROWS}"
    )
    with pytest.raises(DataError) as caught:
        MLPClassifier().partial_fit(X, y, classes=["a", "b", None])
    assert str(caught.value) == (
        f"classes: 1 label of 3 is missing, the first is classes[2], None; {ROWS}"
    )


@pytest.mark.parametrize("form", [list, lambda y: np.array(y, object), pd.Series])
def test_text_beside_numbers(form: Any) -> None:
    assert message(MLPClassifier(), form(["a", "b", 1, "a", "b", 2.5])) == (
        "y: expected labels of one kind; got 4 text (y[0] is 'a') and 2 others (y[2] is 1); turn "
        "all into text, or all into numbers"
    )


@pytest.mark.parametrize(
    "y",
    [
        ["NA", "nan", "None", "NA", "nan", "None"],
        np.array(["-", "x"] * 3, object),
        [1, 2.0, 1, 2, 1, 2],
        pd.Series([1, 2] * 3, dtype="Int64"),
    ],
)
def test_labels_that_are_fine(y: Any, quietly: Any) -> None:
    classifier = quietly(MLPClassifier((2,), max_iter=1).fit, X, y)
    assert set(classifier.classes_) == set(np.asarray(y))
