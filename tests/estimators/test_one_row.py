"""One row in process: plain arrays go past scikit-learn's checks, and what they refuse does not."""

import copy
import pickle
import threading

import numpy as np
import pytest

from clearprop import MLPClassifier, MLPRegressor
from clearprop.estimators import fitted

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

KINDS = (MLPClassifier, MLPRegressor)


def trained(kind, dtype=np.float64, names=None):
    X = np.random.default_rng(0).normal(size=(40, 3)).astype(dtype)  # (40, 3)
    y = (X[:, 0] > 0).astype(int)  # (40,)
    estimator = kind(hidden_layer_sizes=(5,), solver="lbfgs", max_iter=20, random_state=0)
    if names is not None:
        pd = pytest.importorskip("pandas")
        return estimator.fit(pd.DataFrame(X, columns=names), y), X
    return estimator.fit(X, y), X


@pytest.fixture
def checked(monkeypatch):
    """How many rows go through scikit-learn's checks."""
    calls = []
    original = fitted.validate_data

    def counted(*args, **kwargs):
        calls.append(args)
        return original(*args, **kwargs)

    monkeypatch.setattr(fitted, "validate_data", counted)
    return calls


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("given", [np.float64, np.float32])
def test_a_plain_row_has_the_bits_of_a_checked_one(kind, dtype, given, checked):
    estimator, X = trained(kind, dtype)
    checked.clear()
    for row in X.astype(given)[:, None]:  # (1, 3)
        plain = estimator._outputs(row)
        assert not checked
        other = np.asarray(row, order="F")[:, ::-1][:, ::-1]  # a view is still plain
        assert estimator._outputs(other).tobytes() == plain.tobytes()
        assert not checked
        if given is np.float64:
            assert estimator._outputs(row.tolist()).tobytes() == plain.tobytes()
            assert len(checked) == 1
        checked.clear()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("row", "text"),
    [
        (np.array([[1.0, np.nan, 0.0]]), "Input X contains NaN"),
        (np.array([[1.0, np.inf, 0.0]]), "Input X contains infinity"),
        (np.array([[1.0, 2.0]]), "X has 2 features, but MLP.* is expecting 3 features as input"),
        (np.array([1.0, 2.0, 3.0]), "Expected 2D array, got 1D array instead"),
        (np.zeros((0, 3)), "Found array with 0 sample"),
        (np.zeros((1, 3, 1)), "Found array with dim 3"),
        (np.array([["a", "b", "c"]]), "could not convert string to float"),
    ],
)
def test_what_scikit_learn_refuses_is_refused_in_its_words(kind, row, text):
    estimator, _ = trained(kind)
    with pytest.raises(ValueError, match=text):
        estimator.predict(row)


@pytest.mark.parametrize("kind", KINDS)
def test_finite_numbers_whose_sum_overflows_are_taken(kind, checked):
    estimator, _ = trained(kind)
    checked.clear()
    assert estimator.predict(np.array([[1e308, 1e308, 1.0]])).shape == (1,)
    assert len(checked) == 1


def test_an_array_without_the_names_of_the_columns_warns():
    estimator, X = trained(MLPClassifier, names=["a", "b", "c"])
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        estimator.predict(X[:1])


def test_subclasses_of_arrays_and_other_byte_orders_are_converted(checked):
    estimator, X = trained(MLPClassifier)
    expected = estimator.predict_proba(X)
    checked.clear()
    for other in (X.astype(">f8"), np.ma.array(X), X.astype(object)):
        assert (estimator.predict_proba(other) == expected).all()
    assert len(checked) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_to_change_the_parameters_shows_in_the_next_row(kind):
    estimator, X = trained(kind)
    row, twin = X[:1], copy.deepcopy(estimator)
    before = estimator._outputs(row)
    estimator.intercepts_[-1][0] += 1.0  # in place
    assert estimator._outputs(row) != before
    estimator.intercepts_[-1] = [0.25]
    moved = estimator._outputs(row)
    estimator.theta_ = np.zeros_like(estimator.theta_)
    assert estimator._outputs(row) != moved
    assert pickle.loads(pickle.dumps(twin))._outputs(row) == before == twin._outputs(row)
    estimator.set_params(random_state=1).fit(X, X[:, 0] > 0)
    assert estimator._outputs(row) != before
    estimator.theta_[0] = np.nan
    with pytest.raises(ValueError, match="theta: expected finite numbers; got NaN at position 0"):
        estimator.predict(row)


def test_parameters_of_other_kinds_are_checked_as_before():
    estimator, X = trained(MLPClassifier)
    expected = estimator.predict_proba(X)
    estimator.theta_ = estimator.theta_.tolist()
    assert (estimator.predict_proba(X) == expected).all()
    estimator.theta_ = np.zeros(3)
    with pytest.raises(ValueError, match=r"theta: expected shape \(26,\)"):
        estimator.predict(X[:1])


def test_threads_may_ask_one_estimator_for_rows():
    estimator, X = trained(MLPClassifier)
    expected = [estimator._outputs(row).tobytes() for row in X[:, None]]
    wrong = []

    def ask():
        for _ in range(20):
            found = [estimator._outputs(row).tobytes() for row in X[:, None]]
            wrong.extend(a != b for a, b in zip(found, expected, strict=True) if a != b)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
