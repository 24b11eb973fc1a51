"""Weights set by hand: ``coefs_`` and ``intercepts_`` write through, and refuse what is wrong."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor

import clearprop
from clearprop.errors import ParameterError
from clearprop.estimators import MLPClassifier, MLPRegressor


@pytest.fixture
def fitted(cancer: Any, quietly: Any) -> MLPClassifier:
    classifier = MLPClassifier((4,), "tanh", max_iter=2, random_state=0)
    quietly(classifier.fit, *cancer)
    return classifier


def by_hand(estimator: Any, X: Any) -> Any:
    (W1, W2), (b1, b2) = estimator.coefs_, estimator.intercepts_
    return np.tanh(X @ W1 + b1) @ W2 + b2


def test_an_assigned_layer_is_predicted_with(fitted: MLPClassifier, cancer: Any) -> None:
    generator = np.random.default_rng(0)
    W, b = generator.normal(size=(30, 4)), [1.0, 2.0, 3.0, 4.0]
    fitted.coefs_[0] = W
    fitted.intercepts_[-2] = b
    assert np.array_equal(fitted.coefs_[0], W)
    assert fitted.intercepts_[0].tolist() == b
    probability = expit(by_hand(fitted, cancer.X))[:, 0]
    np.testing.assert_allclose(fitted.predict_proba(cancer.X)[:, 1], probability, rtol=1e-12)


CHANGES: dict[str, Callable[[Any], None]] = {
    "one layer": lambda e: e.coefs_.__setitem__(1, e.coefs_[1] * 2),
    "in place": lambda e: e.coefs_[0].__imul__(0.5),
    "a part": lambda e: e.coefs_[0].__setitem__((slice(None), 1), 0.25),
    "a slice": lambda e: e.coefs_.__setitem__(slice(None), [W + 1 for W in e.coefs_]),
    "all weights": lambda e: setattr(e, "coefs_", [W * 3 for W in e.coefs_]),
    "all biases": lambda e: setattr(e, "intercepts_", [b + 1 for b in e.intercepts_]),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("kind", ["digits", "numbers"])
def test_every_change_is_scikit_learns(
    name: str, kind: str, request: pytest.FixtureRequest, quietly: Any
) -> None:
    """Predictions, and the epochs that go on from the new weights."""
    X, y = request.getfixturevalue(kind)
    classes = (
        (MLPClassifier, TheirClassifier) if kind == "digits" else (MLPRegressor, TheirRegressor)
    )
    for warm in (False, True):
        ours, theirs = (
            each(
                hidden_layer_sizes=(5,),
                random_state=0,
                max_iter=3,
                warm_start=warm,
                solver="sgd",
            )
            for each in classes
        )
        for estimator in (ours, theirs):
            quietly(estimator.fit, X, y)
            CHANGES[name](estimator)
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-9)
        for estimator in (ours, theirs):
            quietly(estimator.fit if warm else estimator.partial_fit, X, y)
        for a, b in zip(
            ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True
        ):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_the_federated_average(cancer: Any, quietly: Any) -> None:
    parts = [
        quietly(MLPClassifier((4,), max_iter=2, random_state=i).fit, *cancer) for i in range(3)
    ]
    whole = copy.deepcopy(parts[0])
    for i in range(2):
        whole.coefs_[i] = np.mean([part.coefs_[i] for part in parts], axis=0)
        whole.intercepts_[i] = np.mean([part.intercepts_[i] for part in parts], axis=0)
    np.testing.assert_allclose(whole.theta_, np.mean([p.theta_ for p in parts], axis=0))
    assert not np.array_equal(parts[0].theta_, whole.theta_)


def test_early_stopping_goes_on_from_weights_set_by_hand(digits: Any, quietly: Any) -> None:
    """The best epoch so far was one of other weights. It is forgotten."""
    classifier = MLPClassifier(
        (10,), early_stopping=True, warm_start=True, max_iter=20, random_state=0
    )
    quietly(classifier.fit, *digits)
    classifier.coefs_ = [np.zeros_like(W) for W in classifier.coefs_]
    quietly(classifier.set_params(max_iter=1).fit, *digits)
    assert np.abs(classifier.coefs_[0]).max() < 0.1
    assert classifier._history.best == classifier.validation_scores_[-1]


def test_copies_pickles_and_clones(fitted: MLPClassifier, cancer: Any) -> None:
    before = fitted.predict_proba(cancer.X)
    twin, shallow = pickle.loads(pickle.dumps(fitted)), copy.copy(fitted)
    model = fitted.to_model()
    fitted.coefs_ = [W + 1 for W in fitted.coefs_]
    for other in (twin, shallow, model):
        assert np.array_equal(other.predict_proba(cancer.X), before)
    fitted.coefs_[0][...] = 7
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.coefs_[0] == 7).all()
    again.coefs_[0] = np.zeros((30, 4))
    assert (fitted.coefs_[0] == 7).all()
    assert not hasattr(clone(fitted), "coefs_")


def test_a_copy_of_the_list_is_a_plain_list(fitted: MLPClassifier) -> None:
    weights = fitted.coefs_
    copies = [
        weights[:],
        weights.copy(),
        weights + list[Any](),
        copy.copy(weights),
        copy.deepcopy(weights),
        pickle.loads(pickle.dumps(weights)),
    ]
    for each in copies:
        assert type(each) is list
        assert np.array_equal(each[1], fitted.coefs_[1])
    assert isinstance(weights, list)
    copies[4][0] = np.zeros((30, 4))
    copies[5][1][...] = 0
    assert fitted.coefs_[0].any()
    assert fitted.coefs_[1].any()


def test_the_model_file_holds_the_new_weights(fitted: MLPClassifier, tmp_path: Path) -> None:
    fitted.coefs_[1] = np.full((4, 1), 0.5)
    clearprop.save(fitted, tmp_path / "model.safetensors")
    assert np.array_equal(clearprop.load(tmp_path / "model.safetensors").theta, fitted.theta_)


def test_read_only_parameters_are_replaced(fitted: MLPClassifier) -> None:
    """joblib hands them to its workers so."""
    fitted.theta_.flags.writeable = False
    weights = fitted.coefs_
    weights[1] = np.ones((4, 1))
    assert (fitted.coefs_[1] == 1).all()
    assert np.shares_memory(weights[0], fitted.theta_)


def test_float32_stays(cancer: Any, quietly: Any) -> None:
    classifier = MLPClassifier((4,), max_iter=1)
    quietly(classifier.fit, cancer.X.astype(np.float32), cancer.y)
    classifier.coefs_[0] = np.ones((30, 4))
    assert classifier.theta_.dtype == np.float32
    with pytest.raises(ParameterError) as caught:
        classifier.coefs_[0] = np.full((30, 4), 1e300)
    assert str(caught.value) == (
        "coefs_[0]: expected numbers of shape (30, 4), the weights from layer 1 to layer 2; got "
        "1e+300 at [0, 0], not finite in float32"
    )


FIRST = "coefs_[0]: expected numbers of shape (30, 4), the weights from layer 1 to layer 2; got "
LIST = "coefs_: expected a list of 2 arrays, the weights of each layer"
WRONG: dict[str, tuple[Any, str]] = {
    "turned": (np.zeros((4, 30)), FIRST + "shape (4, 30)"),
    "a number": (1.0, FIRST + "shape ()"),
    "NaN": (np.full((30, 4), np.nan), FIRST + "nan at [0, 0], not finite in float64"),
    "complex": (np.zeros((30, 4), complex), FIRST + "an array of complex128"),
    "text": ("x", FIRST + "'x'"),
    "None": (None, FIRST + "shape ()"),
    "ragged": ([[1, 2], [3]], FIRST + "[[1, 2], [3]]"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_layer_that_does_not_fit(name: str, fitted: MLPClassifier) -> None:
    value, text = WRONG[name]
    theta = fitted.theta_.copy()
    with pytest.raises(ParameterError) as caught:
        fitted.coefs_[0] = value
    assert str(caught.value) == text
    with pytest.raises(ParameterError) as caught:
        fitted.coefs_ = [value, np.ones((4, 1))]
    assert str(caught.value) == text
    with pytest.raises(ParameterError) as caught:
        fitted.coefs_ = [value, np.ones((1, 4))]
    assert str(caught.value) == (
        f"2 problems: {text}; coefs_[1]: expected numbers of shape (4, 1), the weights from layer "
        "2 to layer 3; got shape (1, 4)"
    )
    assert np.array_equal(fitted.theta_, theta)


@pytest.mark.parametrize(
    ("value", "came"),
    [([1.0], "a list of 1"), (None, "None"), ("ab", "'ab'"), ({0: 1, 1: 2}, "{0: 1, 1: 2}")],
)
def test_a_list_that_does_not_fit(value: Any, came: str, fitted: MLPClassifier) -> None:
    with pytest.raises(ParameterError) as caught:
        fitted.coefs_ = value
    assert str(caught.value) == f"{LIST}; got {came}"


def test_the_number_of_layers_stays(fitted: MLPClassifier) -> None:
    fixed = f"{LIST}, in their order; assign to a layer, or assign a whole list"
    calls: list[Callable[[], object]] = [
        lambda: fitted.coefs_.append(np.zeros(3)),
        lambda: fitted.coefs_.pop(),
        lambda: fitted.coefs_.reverse(),
        lambda: fitted.coefs_.__delitem__(0),
        lambda: fitted.coefs_.__iadd__([1]),
        lambda: fitted.coefs_.__imul__(2),
    ]
    for call in calls:
        with pytest.raises(ParameterError) as caught:
            call()
        assert str(caught.value) == fixed
    with pytest.raises(ParameterError) as caught:
        fitted.coefs_[:] = [np.zeros((30, 4))]
    assert str(caught.value) == f"{LIST}; got 1 arrays for 2 layers"
    with pytest.raises(IndexError, match="list index out of range"):
        fitted.coefs_[2] = np.zeros(3)


def test_not_fitted() -> None:
    for name in ("coefs_", "intercepts_"):
        with pytest.raises(NotFittedError, match="This MLPRegressor instance is not fitted yet"):
            setattr(MLPRegressor(), name, [])
