"""From the same random_state, scikit-learn's own networks: the same numbers, to rounding.

Two things differ by design. With several numbers a sample, the cost is the sum over them here and
their mean in scikit-learn. L-BFGS watches the cost, so it takes other steps. And warm-started early
stopping goes on from the best parameters here, while scikit-learn overwrites the best parameters.
"""

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import is_classifier
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor

from clearprop.estimators import MLPClassifier, MLPRegressor

THEIRS = {MLPClassifier: TheirClassifier, MLPRegressor: TheirRegressor}
BASE: dict[str, Any] = {"hidden_layer_sizes": (7,), "random_state": 3, "max_iter": 8}


def pair(ours: type, **parameters: Any) -> tuple[Any, Any]:
    chosen = BASE | parameters
    return ours(**chosen), THEIRS[ours](**chosen)


def tolerance(parameters: dict[str, Any]) -> float:
    """Each step of L-BFGS divides by differences of gradients, which makes rounding larger."""
    return 1e-6 if parameters.get("solver") == "lbfgs" else 1e-9


def assert_same(ours: Any, theirs: Any, X: Any, tolerance: float = 1e-9) -> None:
    close = {"rtol": tolerance, "atol": tolerance}
    for a, b in zip(
        ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True
    ):
        np.testing.assert_allclose(a, b, **close)
        assert a.dtype == b.dtype
    np.testing.assert_allclose(ours.loss_, theirs.loss_, **close)
    for name in ("n_iter_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(ours, name) == getattr(theirs, name), name
    if hasattr(theirs, "loss_curve_"):  # not of lbfgs
        np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, **close)
        assert ours.t_ == theirs.t_
        for name in ("best_loss_", "validation_scores_", "best_validation_score_"):
            a, b = getattr(ours, name), getattr(theirs, name)
            assert (a is None) is (b is None), name
            if b is not None:
                np.testing.assert_allclose(a, b, **close)
    if is_classifier(ours):
        assert np.array_equal(ours.classes_, theirs.classes_)
        probabilities = ours.predict_proba(X)
        np.testing.assert_allclose(probabilities, theirs.predict_proba(X), **close)
        np.testing.assert_allclose(
            ours.predict_log_proba(X), theirs.predict_log_proba(X), rtol=1e-4, atol=1e-4
        )
        a, b = ours.predict(X), theirs.predict(X)
        # Where two classes are as likely as each other, rounding may choose.
        top = np.sort(np.atleast_2d(probabilities), axis=1)[:, -2:]
        sure = (np.diff(top, axis=1)[:, 0] > 1e-6) & (np.abs(probabilities - 0.5) > 1e-6).all(1)
        assert np.array_equal(a[sure], b[sure])
        assert sure.mean() > 0.9
        assert a.dtype == b.dtype
    else:
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), **close)
        assert ours.predict(X).shape == theirs.predict(X).shape
        assert ours.predict(X).dtype == theirs.predict(X).dtype


CLASSIFIERS: dict[str, tuple[str, dict[str, Any]]] = {
    "defaults": ("digits", {"hidden_layer_sizes": (100,), "max_iter": 4}),
    "adam": ("digits", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6, "alpha": 0.1}),
    "adam, small batches": ("digits", {"batch_size": 7, "learning_rate_init": 0.01}),
    "adam, in order": ("digits", {"shuffle": False}),
    "adam knows no invscaling": ("digits", {"learning_rate": "invscaling"}),
    "adam knows no adaptive": (
        "digits",
        {"learning_rate": "adaptive", "tol": 1.0, "n_iter_no_change": 2},
    ),
    "sgd": ("digits", {"solver": "sgd", "learning_rate_init": 0.1}),
    "sgd, momentum": ("digits", {"solver": "sgd", "nesterovs_momentum": False, "momentum": 0.7}),
    "sgd, plain": ("digits", {"solver": "sgd", "momentum": 0.0, "batch_size": 30}),
    "sgd, invscaling": (
        "digits",
        {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.2, "batch_size": 50},
    ),
    "sgd, adaptive": (
        "cancer",
        {
            "solver": "sgd",
            "learning_rate": "adaptive",
            "learning_rate_init": 0.2,
            "tol": 0.003,
            "n_iter_no_change": 2,
            "max_iter": 400,
        },
    ),
    "sgd, adaptive, early stopping": (
        "cancer",
        {
            "solver": "sgd",
            "learning_rate": "adaptive",
            "n_iter_no_change": 2,
            "early_stopping": True,
            "max_iter": 100,
        },
    ),
    "stops by the cost": ("cancer", {"tol": 0.01, "n_iter_no_change": 3, "max_iter": 300}),
    "early stopping": ("digits", {"early_stopping": True, "max_iter": 60, "n_iter_no_change": 4}),
    "early stopping of two classes": (
        "cancer",
        {"early_stopping": True, "validation_fraction": 0.3, "max_iter": 60},
    ),
    "early stopping of several labels": ("labels", {"early_stopping": True, "max_iter": 20}),
    "two classes": ("cancer", {}),
    "two classes, lbfgs": ("cancer", {"solver": "lbfgs", "alpha": 1.0}),
    "several labels": ("labels", {"solver": "sgd", "learning_rate_init": 0.3}),
    "several labels, lbfgs": ("labels", {"solver": "lbfgs"}),
    "lbfgs": ("digits", {"solver": "lbfgs", "activation": "tanh", "alpha": 0.5}),
    "lbfgs, to the end": ("cancer", {"solver": "lbfgs", "alpha": 3.0, "max_iter": 1000}),
    "lbfgs, few evaluations": ("digits", {"solver": "lbfgs", "max_fun": 5, "max_iter": 100}),
    "logistic": ("digits", {"activation": "logistic"}),
    "identity": ("digits", {"activation": "identity", "hidden_layer_sizes": (5, 4)}),
    "tanh, deep": ("digits", {"activation": "tanh", "hidden_layer_sizes": [6, 5, 4]}),
    "no hidden layer": ("digits", {"hidden_layer_sizes": ()}),
    "one number": ("digits", {"hidden_layer_sizes": 9}),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifier(name: str, request: pytest.FixtureRequest, quietly: Any) -> None:
    kind, parameters = CLASSIFIERS[name]
    X, y = request.getfixturevalue(kind)
    ours, theirs = pair(MLPClassifier, **parameters)
    quietly(ours.fit, X, y)
    quietly(theirs.fit, X, y)
    assert_same(ours, theirs, X, tolerance(parameters))


REGRESSORS: dict[str, tuple[str, dict[str, Any]]] = {
    "adam": ("numbers", {"learning_rate_init": 0.01}),
    "sgd": ("numbers", {"solver": "sgd", "batch_size": 20}),
    "lbfgs": ("numbers", {"solver": "lbfgs", "alpha": 0.1}),
    "early stopping": (
        "numbers",
        {"early_stopping": True, "max_iter": 50, "n_iter_no_change": 3, "learning_rate_init": 0.05},
    ),
    "counts": ("counts", {"loss": "poisson"}),
    "counts, lbfgs": ("counts", {"loss": "poisson", "solver": "lbfgs"}),
    "counts, early stopping": ("counts", {"loss": "poisson", "early_stopping": True}),
}


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressor(name: str, request: pytest.FixtureRequest, quietly: Any) -> None:
    kind, parameters = REGRESSORS[name]
    X, y = request.getfixturevalue(kind)
    ours, theirs = pair(MLPRegressor, **parameters)
    quietly(ours.fit, X, y)
    quietly(theirs.fit, X, y)
    assert_same(ours, theirs, X, tolerance(parameters))


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_regressor_of_several_numbers(pairs: Any, solver: str, quietly: Any) -> None:
    ours, theirs = pair(MLPRegressor, solver=solver, alpha=0.0, tol=0.0)
    quietly(ours.fit, *pairs)
    quietly(theirs.fit, *pairs)
    # The gradients are the same. Our cost is the sum over the outputs, and theirs is the mean.
    np.testing.assert_allclose(ours.loss_curve_, 2 * np.array(theirs.loss_curve_), rtol=1e-9)
    np.testing.assert_allclose(ours.predict(pairs.X), theirs.predict(pairs.X), atol=1e-9)
    assert ours.score(*pairs) == pytest.approx(theirs.score(*pairs), rel=1e-9)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(["digits", "cancer", "labels", "numbers", "counts"]),
    parameters=st.fixed_dictionaries(
        {
            "solver": st.sampled_from(["adam", "sgd"]),
            "activation": st.sampled_from(["relu", "tanh", "logistic", "identity"]),
            "hidden_layer_sizes": st.sampled_from([(), (3,), (5, 4)]),
            "alpha": st.sampled_from([0.0, 1e-3, 1.0]),
            "batch_size": st.sampled_from(["auto", 16, 64]),
            "learning_rate": st.sampled_from(["constant", "invscaling", "adaptive"]),
            "learning_rate_init": st.sampled_from([1e-3, 0.02]),
            "momentum": st.sampled_from([0.0, 0.5, 0.9]),
            "nesterovs_momentum": st.booleans(),
            "shuffle": st.booleans(),
            "early_stopping": st.booleans(),
            "tol": st.sampled_from([0.0, 1e-2]),
            "n_iter_no_change": st.sampled_from([1, 3]),
            "random_state": st.integers(0, 2**31),
        }
    ),
    weighted=st.booleans(),
)
def test_any_choice(
    kind: str,
    parameters: dict[str, Any],
    weighted: bool,
    request: pytest.FixtureRequest,
    quietly: Any,
) -> None:
    X, y = request.getfixturevalue(kind)
    if kind == "counts":
        # e^z runs away at larger rates: see test_regressor.py.
        parameters = parameters | {"loss": "poisson", "learning_rate_init": 1e-3}
    weight = np.random.default_rng(0).random(len(X)) if weighted else None
    ours, theirs = pair(
        MLPRegressor if kind in ("numbers", "counts") else MLPClassifier, **parameters
    )
    quietly(ours.fit, X, y, sample_weight=weight)
    quietly(theirs.fit, X, y, sample_weight=weight)
    # Rounding may grow where ReLUs sit at their kinks, not more than this in eight epochs.
    assert_same(ours, theirs, X, 1e-8)


@pytest.mark.parametrize("kind", ["digits", "numbers"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"solver": "sgd", "tol": 0.5, "n_iter_no_change": 3, "max_iter": 20},
        {"solver": "lbfgs"},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.5, "n_iter_no_change": 2},
    ],
)
def test_warm_start(
    kind: str, parameters: dict[str, Any], request: pytest.FixtureRequest, quietly: Any
) -> None:
    X, y = request.getfixturevalue(kind)
    ours, theirs = pair(
        MLPClassifier if kind == "digits" else MLPRegressor, warm_start=True, **parameters
    )
    for _ in range(3):
        quietly(ours.fit, X, y)
        quietly(theirs.fit, X, y)
        assert_same(ours, theirs, X, tolerance(parameters))


def test_warm_start_with_early_stopping(digits: Any, quietly: Any) -> None:
    ours, theirs = pair(
        MLPClassifier, warm_start=True, early_stopping=True, max_iter=30, n_iter_no_change=2
    )
    quietly(ours.fit, *digits)
    quietly(theirs.fit, *digits)
    assert_same(ours, theirs, digits.X)
    quietly(ours.fit, *digits)
    quietly(theirs.fit, *digits)
    # The watched values are the same. The kept parameters differ: see the head of this file.
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-9)
    np.testing.assert_allclose(ours.validation_scores_, theirs.validation_scores_)
    assert ours.best_validation_score_ == theirs.best_validation_score_


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"solver": "sgd", "nesterovs_momentum": False},
        {"solver": "sgd", "learning_rate": "invscaling", "batch_size": 9},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 1.0, "n_iter_no_change": 2},
    ],
)
def test_partial_fit(parameters: dict[str, Any], digits: Any, numbers: Any) -> None:
    for kind, data in ((MLPClassifier, digits), (MLPRegressor, numbers)):
        ours, theirs = pair(kind, **parameters)
        first = {"classes": np.arange(10)} if kind is MLPClassifier else {}
        for i in range(8):
            rows = slice(i * 10, (i + 5) * 10)
            ours.partial_fit(data.X[rows], data.y[rows], **first)
            theirs.partial_fit(data.X[rows], data.y[rows], **first)
            first = {}
        assert_same(ours, theirs, data.X)


def test_fit_then_partial_fit(digits: Any, quietly: Any) -> None:
    ours, theirs = pair(MLPClassifier, solver="sgd", learning_rate_init=0.05)
    for estimator in (ours, theirs):
        quietly(estimator.fit, *digits)
        for _ in range(3):
            estimator.partial_fit(*digits)
    assert_same(ours, theirs, digits.X)
    for estimator in (ours, theirs):
        quietly(estimator.fit, *digits)  # afresh
    assert_same(ours, theirs, digits.X)


def test_partial_fit_of_several_labels(labels: Any) -> None:
    ours, theirs = pair(MLPClassifier)
    for estimator in (ours, theirs):
        for _ in range(3):
            estimator.partial_fit(*labels, classes=np.arange(4))
    assert_same(ours, theirs, labels.X)


@pytest.mark.parametrize(
    ("solver", "early_stopping"),
    [("adam", False), ("adam", True), ("sgd", False), ("sgd", True), ("lbfgs", False)],
)
def test_sample_weight(solver: str, early_stopping: bool, cancer: Any, quietly: Any) -> None:
    weight = np.random.default_rng(5).exponential(size=len(cancer.y))
    ours, theirs = pair(MLPClassifier, solver=solver, early_stopping=early_stopping, batch_size=40)
    quietly(ours.fit, *cancer, sample_weight=weight)
    quietly(theirs.fit, *cancer, sample_weight=weight)
    assert_same(ours, theirs, cancer.X, 1e-7 if solver == "lbfgs" else 1e-9)


@pytest.mark.parametrize("form", [scipy.sparse.csr_matrix, scipy.sparse.csc_array])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_sparse_rows(form: Any, solver: str, digits: Any, quietly: Any) -> None:
    ours, theirs = pair(MLPClassifier, solver=solver)
    quietly(ours.fit, form(digits.X), digits.y)
    quietly(theirs.fit, form(digits.X), digits.y)
    assert_same(ours, theirs, form(digits.X), 1e-7)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_float32(solver: str, digits: Any, numbers: Any, quietly: Any) -> None:
    for kind, data in ((MLPClassifier, digits), (MLPRegressor, numbers)):
        X = data.X.astype(np.float32)
        y = data.y.astype(np.float32) if kind is MLPRegressor else data.y
        ours, theirs = pair(kind, solver=solver)
        quietly(ours.fit, X, y)
        quietly(theirs.fit, X, y)
        assert ours.theta_.dtype == np.float32
        assert_same(ours, theirs, X, 2e-5)


@pytest.mark.parametrize("labelled", [str, bool, object, np.int8], ids=lambda kind: kind.__name__)
def test_labels_of_every_type(labelled: Any, cancer: Any, digits: Any, quietly: Any) -> None:
    X, y = (cancer.X, cancer.y) if labelled is bool else digits
    y = (
        np.array([f"class {label}" for label in y], object)
        if labelled is object
        else y.astype(labelled)
    )
    ours, theirs = pair(MLPClassifier)
    quietly(ours.fit, X, y)
    quietly(theirs.fit, X, y)
    assert_same(ours, theirs, X)


def test_a_random_state_object_goes_on(digits: Any, quietly: Any) -> None:
    mine, hers = np.random.RandomState(4), np.random.RandomState(4)
    for _ in range(2):  # the second fit draws from the state that the first one has left
        ours, _ = pair(MLPClassifier, random_state=mine)
        _, theirs = pair(MLPClassifier, random_state=hers)
        quietly(ours.fit, *digits)
        quietly(theirs.fit, *digits)
        assert_same(ours, theirs, digits.X)
    assert mine.random_sample() == hers.random_sample()


@pytest.mark.parametrize(
    "parameters",
    [
        {"max_iter": 5},
        {"max_iter": 5, "early_stopping": True},
        {"max_iter": 100, "tol": 0.1, "n_iter_no_change": 2},
        {"max_iter": 100, "early_stopping": True, "n_iter_no_change": 2, "solver": "sgd"},
    ],
)
def test_verbose_prints_the_same_lines(
    parameters: dict[str, Any], digits: Any, quietly: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = pair(MLPClassifier, verbose=True, **parameters)
    quietly(ours.fit, *digits)
    printed = capsys.readouterr().out
    quietly(theirs.fit, *digits)
    assert printed == capsys.readouterr().out
    assert printed.startswith("Iteration 1, loss = 2.")


def test_accuracy_is_the_same(digits: Any, quietly: Any) -> None:
    from sklearn.datasets import load_wine

    X, y = load_wine(return_X_y=True)
    wine = ((X - X.mean(axis=0)) / X.std(axis=0), y)
    for X, y in (digits, wine):
        for seed in range(2):
            ours, theirs = pair(
                MLPClassifier,
                hidden_layer_sizes=(50,),
                random_state=seed,
                max_iter=60,
                learning_rate_init=0.01,
            )
            quietly(ours.fit, X[::2], y[::2])
            quietly(theirs.fit, X[::2], y[::2])
            assert ours.score(X[1::2], y[1::2]) == theirs.score(X[1::2], y[1::2]) > 0.85
