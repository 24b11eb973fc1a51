"""From labels to targets and back."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clearprop.data.targets import Targets
from clearprop.errors import DataError, ParameterError


def restored(targets):
    return Targets.from_dict(json.loads(json.dumps(targets.to_dict())))


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (["a", "b", "a"], "classification"),
        ([True, False], "classification"),
        (np.array(["a", "b"], dtype=object), "classification"),
        ([0, 1, 1], "classification"),
        ([2, 3, 1, 2, 3], "classification"),
        ([0.0, 1.0, 1.0], "classification"),
        (list(range(20)) * 2, "classification"),
        (list(range(21)) * 2, "regression"),
        ([3, 1, 2], "regression"),  # no number twice
        (np.arange(47, dtype=np.uint8).repeat(3), "classification"),  # bytes: as in image sets
        ([0.5, 1, 1], "regression"),
        ([[0, 1], [1, 1]], "multilabel"),
        ([[True, False], [True, True]], "multilabel"),
        ([[0, 2], [1, 1]], "regression"),
        ([[0.5], [1.5]], "regression"),
    ],
)
def test_the_task_that_labels_suggest(y, task):
    assert Targets.fit(y).task == task


@pytest.mark.parametrize(
    "y",
    [
        np.array([3, 1, 3, 2]),
        np.array([3, 1, 3, 2], np.uint8),
        np.array([3.0, 1.0, 3.0]),
        np.array(["b", "a", "b", "c"]),
        np.array(["b", "a", "ccc"], dtype=object),
        np.array([True, False, True]),
        np.array([[3], [1], [3]]),
    ],
)
def test_classes_keep_their_type_there_and_back(y):
    targets = Targets.fit(y, "classification", "label")
    again = restored(targets)
    assert targets.classes.dtype == y.dtype
    assert again.classes.dtype == y.dtype
    assert (again.task, again.name) == ("classification", "label")
    for cost in ("logistic", "softmax", "quadratic"):
        decoded = again.decode(targets.encode(y, cost))
        assert decoded.dtype == y.dtype
        assert decoded.tolist() == y.ravel().tolist()


def test_targets_of_classes():
    three = Targets.fit(["a", "b", "c"])
    assert three.encode(["c", "a"], "logistic").tolist() == [[0, 0, 1], [1, 0, 0]]
    two = Targets.fit([5, 7, 5])
    assert two.encode([7, 5], "logistic").tolist() == [[1], [0]]
    assert two.encode([7, 5], "quadratic").tolist() == [[1], [0]]
    assert two.encode([7, 5], "softmax").tolist() == [[0, 1], [1, 0]]
    assert [two.n_units(cost) for cost in ("logistic", "quadratic", "softmax")] == [1, 1, 2]
    assert [three.n_units(cost) for cost in ("logistic", "quadratic", "softmax")] == [3, 3, 3]


def test_default_costs():
    assert Targets.fit([0, 1, 2, 2]).default_cost() == "softmax"
    assert Targets.fit([0, 1, 1]).default_cost() == "logistic"
    assert Targets.fit([[0, 1, 1], [1, 1, 0]]).default_cost() == "logistic"
    assert Targets.fit([0.5, 1.5]).default_cost() == "squared"


def test_costs_that_do_not_fit_the_task():
    with pytest.raises(
        ParameterError, match="cost: expected one of logistic, softmax, quadratic; "
    ):
        Targets.fit(["a", "b"]).n_units("squared")
    with pytest.raises(ParameterError, match="got 'softmax'; the task is multilabel"):
        Targets.fit([[0, 1], [1, 1]]).encode([[0, 1]], "softmax")
    with pytest.raises(ParameterError, match="got 'logistic'; the task is regression"):
        Targets.fit([0.5, 1.5]).n_units("logistic")


def test_probabilities():
    two = Targets.fit([0, 1, 1])
    assert np.allclose(two.probabilities(np.array([[0.25]])), [[0.75, 0.25]])
    three = Targets.fit(["a", "b", "c"])
    softmax = np.array([[0.2, 0.3, 0.5]])
    assert three.probabilities(softmax) is softmax
    units = np.array([[0.5, 0.5, 1.0], [0.0, 0.0, 0.0]])
    assert np.allclose(three.probabilities(units), [[0.25, 0.25, 0.5], [1 / 3] * 3])
    near = np.array([[0.5, 0.500005, 0.0], [0.5, 0.5, 1.0]])  # its own row decides
    assert (three.probabilities(near)[0] == three.probabilities(near[:1])[0]).all()
    several = Targets.fit([[0, 1], [1, 1]])
    assert several.probabilities(units[:, :2]).tolist() == units[:, :2].tolist()
    with pytest.raises(ParameterError, match="a regression has numbers, not probabilities"):
        Targets.fit([0.5, 1.5]).probabilities(units)


def test_decoding():
    three = Targets.fit(["a", "b", "c"])
    assert three.decode(np.array([[0.9, 0.8, 0.7], [0.1, 0.1, 0.2]])).tolist() == ["a", "c"]
    # An output of exactly 1/2 is not "yes", as in scikit-learn.
    two = Targets.fit(["no", "yes"])
    assert two.decode(np.array([[0.5], [np.nextafter(0.5, 1)]])).tolist() == ["no", "yes"]
    several = Targets.fit([[0, 1], [1, 1]])
    assert several.decode(np.array([[0.5, 0.51]])).tolist() == [[0, 1]]


def test_regression_learns_standardised_numbers():
    targets = Targets.fit([1.0, 2.0, 3.5], name="price")
    encoded = targets.encode([1.0, 2.0, 3.5], "squared")
    assert encoded.shape == (3, 1)
    assert abs(encoded.mean()) < 1e-15
    assert abs(encoded.std() - 1) < 1e-15
    assert np.allclose(targets.decode(encoded), [1.0, 2.0, 3.5], rtol=1e-15)
    assert targets.decode(encoded).shape == (3,)


@pytest.mark.parametrize("y", [[1e200, 3e200, 2.5e200], [5e-324, 0.0, 5e-324]])
def test_regression_of_extreme_numbers(y):
    targets = Targets.fit(y, "regression")
    encoded = targets.encode(y, "squared")
    assert np.isfinite(encoded).all()
    assert np.allclose(targets.decode(encoded), y, rtol=1e-12)


def test_regression_as_it_is():
    targets = Targets.fit([1.0, 2.0, 3.5], standardise=False)
    assert targets.encode([1.0, 7.0], "poisson").tolist() == [[1.0], [7.0]]
    assert targets.decode(np.array([[4.0]])).tolist() == [4.0]


@settings(max_examples=50, deadline=None)
@given(
    hnp.arrays(
        np.float64, st.tuples(st.integers(2, 9), st.integers(2, 3)), elements=st.floats(-1e9, 1e9),
        unique=True,
    )
)  # fmt: skip
def test_regression_with_several_columns_there_and_back(y):
    targets = restored(Targets.fit(y, "regression"))
    scale = np.abs(y).max()
    encoded = targets.encode(y, "squared")
    assert np.allclose(targets.decode(encoded), y, atol=1e-12 * scale)
    assert targets.n_units("squared") == y.shape[1]
    assert targets.mean.tobytes() == Targets.fit(y, "regression").mean.tobytes()


def test_several_labels_a_row():
    targets = restored(Targets.fit([[0, 1, 0], [1, 1, 0]]))
    assert targets.classes.tolist() == [0, 1, 2]
    assert targets.n_units("logistic") == 3
    assert targets.encode([[1, 0, 1]], "logistic").tolist() == [[1.0, 0.0, 1.0]]
    with pytest.raises(DataError, match=r"several labels a row are \(m, K\) of 0 and 1"):
        targets.encode([[1, 0, 2]], "logistic")
    with pytest.raises(DataError, match="expected 3 labels a row; got 2"):
        targets.encode([[1, 0]], "logistic")


def test_several_labels_of_two_values_each():
    y = np.array([["no", "b"], ["yes", "a"], ["no", "a"]], object)
    targets = restored(Targets.fit(y, names=("rain", "kind")))
    assert (targets.task, targets.names) == ("multilabel", ("rain", "kind"))
    assert targets.pairs == (("no", "yes"), ("a", "b"))
    assert targets.encode(y, "logistic").tolist() == [[0, 1], [1, 0], [0, 0]]
    decoded = targets.decode(np.array([[0.2, 0.9], [0.9, 0.1]]))
    assert decoded.tolist() == [["no", "b"], ["yes", "a"]]
    with pytest.raises(DataError) as caught:
        targets.encode(np.array([["no", "c"]], object), "logistic")
    assert str(caught.value) == "labels: expected 'a' or 'b' in column 2; got 'c' in row 1"


def test_labels_in_another_type_are_the_same_labels():
    numbers = Targets.fit([10, 2, 2])
    assert numbers.encode(["2", "10.0"], "logistic").tolist() == [[0], [1]]
    assert numbers.encode([2.0, 10.0], "logistic").tolist() == [[0], [1]]
    assert numbers.encode(np.array([2, 10], np.uint8), "logistic").tolist() == [[0], [1]]
    texts = Targets.fit(["10", "2", "x"])
    assert texts.encode([2, 10], "softmax").tolist() == [[0, 1, 0], [1, 0, 0]]
    pd = pytest.importorskip("pandas")
    assert texts.encode(pd.Series(["x"]), "softmax").tolist() == [[0, 0, 1]]


def test_unknown_labels_are_named():
    targets = Targets.fit(["cat", "dog"], name="pet")
    with pytest.raises(DataError) as caught:
        targets.encode(["cat", "doge", "emu", "emu"], "logistic")
    assert str(caught.value) == (
        "target 'pet': 'doge' (row 2) and 1 other label are no known classes; "
        "the classes are cat, dog"
    )
    with pytest.raises(
        DataError, match=r"labels: 3 \(row 1\) is no known class; the classes are 0"
    ):
        Targets.fit([0, 1, 1]).encode([3], "logistic")
    with pytest.raises(DataError, match="'two'"):
        Targets.fit([0, 1, 1]).encode(["two"], "logistic")
    with pytest.raises(DataError, match=r"expected one label a row; got shape \(1, 2\)"):
        Targets.fit([0, 1, 1]).encode([[0, 1]], "logistic")


BAD = {
    "one class": (["a", "a"], "auto", "every row has the label 'a'; at least two classes are need"),
    "one number": ([7, 7], "auto", "every row has the label 7; at least two classes are needed"),
    "one quantity": ([0.5, 0.5], "auto", "every row has the same number, 0.5: nothing to learn"),
    "empty": (
        [1.0, np.nan, np.nan],
        "auto",
        "expected a label in every row; 2 rows without one: row 2 is empty",
    ),
    "none": (["a", None], "auto", "1 row without one: row 2 is empty"),
    "no text": (["a", "b", ""], "auto", "1 row without one: row 3 is empty"),
    "infinite": ([1.0, np.inf], "regression", "1 row without one: row 2 is infinite"),
    "no rows": ([], "auto", r"expected labels \(m,\) or \(m, K\) of at least one row; got shape"),
    "mixed": (np.array(["a", 1], object), "auto", "text and numbers stand mixed; use one of them"),
    "ragged": ([[1, 2], [3]], "auto", "rows of different lengths"),
    "dates": (np.array(["2020-01-01"], "M8[D]"), "auto", "expected numbers or text.*; got dates"),
    "complex": ([1j, 2j], "auto", "got values of type complex128"),
    "names": ([f"p{i}" for i in range(30)], "auto", "30 different labels in 30 rows: is it the ri"),
    "fractions as classes": (
        [1.0, 2.5],
        "classification",
        "classes are text or whole numbers; got 2.5 in row 2; for a quantity use task='regression'",
    ),
    "text as quantity": (
        ["a", "b"],
        "regression",
        "regression needs numbers; got text such as 'a'",
    ),
    "one column": ([0, 1], "multilabel", r"several labels a row are \(m, K\) of 0 and 1"),
    "columns as classes": ([[0, 1], [1, 1]], "classification", "classification needs one label"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_has_its_sentence(case):
    y, task, message = BAD[case]
    with pytest.raises(DataError, match=f"^target 'y': .*{message}"):
        Targets.fit(y, task, "y")


def test_an_unknown_task():
    with pytest.raises(
        ParameterError, match=r"task: expected one of auto, .*; got 'regresion' \(di"
    ):
        Targets.fit([0, 1], "regresion")


DAMAGED = {
    "no key": lambda d: d.pop("classes"),
    "task": lambda d: d.update(task="guess"),
    "one class": lambda d: d.update(classes=["a"]),
    "twice": lambda d: d.update(classes=["a", "a"]),
    "matrix": lambda d: d.update(classes=[["a", "b"]]),
    "type": lambda d: d.update(dtype="V8"),
    "no type": lambda d: d.update(dtype="nonsense"),
    "scale": lambda d: d.update(scale=[1.0]),
    "regression": lambda d: d.update(task="regression"),
    "scale 0": lambda d: d.update(
        task="regression", classes=None, dtype=None, mean=[0.0], scale=[0.0]
    ),
    "mean NaN": lambda d: d.update(
        task="regression", classes=None, dtype=None, mean=[float("nan")], scale=[1.0]
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_dictionaries(case):
    values = Targets.fit(["a", "b"]).to_dict()
    DAMAGED[case](values)
    with pytest.raises(DataError, match="targets: cannot be restored"):
        Targets.from_dict(values)


def test_a_single_class_is_always_predicted():
    # scikit-learn's contract lets an estimator be fitted on one class.
    one = Targets("classification", classes=np.array(["only"]))
    h = np.array([[0.2], [0.9]])
    assert one.decode(h).tolist() == ["only", "only"]
    assert one.probabilities(h).tolist() == [[1.0], [1.0]]
