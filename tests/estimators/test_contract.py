"""scikit-learn's contract: its own checks, its tools, frames with names, pickles."""

import pickle
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from clearprop.estimators import MLPClassifier, MLPRegressor

# Options of both that scikit-learn lacks; their defaults change nothing of what it does.
NEWER = {
    "clip_norm": None,
    "dropout": 0.0,
    "warmup": 0.0,
    "weight_decay": 0.01,
    "window_rows": None,
}


# Some of the checks train to the last epoch on purpose, and some hand in what warns.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([MLPClassifier(max_iter=20), MLPRegressor(max_iter=20)])
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.parametrize(
    ("ours", "theirs", "more"),
    [
        (
            MLPClassifier,
            TheirClassifier,
            {
                "cost": "auto",
                "class_weight": None,
                "init": "scikit-learn",
                "scoring": None,
                "callbacks": None,
                "engine": "auto",
                "label_smoothing": 0.0,
                **NEWER,
            },
        ),
        (
            MLPRegressor,
            TheirRegressor,
            {
                "quantiles": (0.5,),
                "threshold": 1.0,
                "init": "scikit-learn",
                "scoring": None,
                "callbacks": None,
                "engine": "auto",
                **NEWER,
            },
        ),
    ],
)
def test_names_and_defaults_are_scikit_learns(ours: type, theirs: type, more: dict) -> None:
    assert ours().get_params() == theirs().get_params() | more
    assert is_classifier(ours()) == is_classifier(theirs())
    assert is_regressor(ours()) == is_regressor(theirs())


def test_the_first_arguments_stand_in_scikit_learns_order() -> None:
    assert MLPClassifier((5,), "tanh").get_params()["activation"] == "tanh"
    assert MLPRegressor("poisson", (5,), "tanh").get_params()["hidden_layer_sizes"] == (5,)
    with pytest.raises(TypeError):
        MLPClassifier((5,), "tanh", "adam")  # type: ignore[misc]


def test_not_fitted() -> None:
    X = np.zeros((2, 3))
    for estimator in (MLPClassifier(), MLPRegressor()):
        text = (
            f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' with "
            "appropriate arguments before using this estimator."
        )
        calls = [estimator.predict, lambda X, e=estimator: e.score(X, [0, 1])]
        if is_classifier(estimator):
            calls += [estimator.predict_proba, estimator.predict_log_proba]
        for call in [*calls, lambda X, e=estimator: e.to_model()]:
            with pytest.raises(NotFittedError) as caught:
                call(X)
            assert str(caught.value) == text
        assert not hasattr(estimator, "coefs_")
        assert not hasattr(estimator, "intercepts_")


def test_a_fit_that_was_refused_leaves_it_not_fitted() -> None:
    X, y = np.eye(4), [0, 1, 0, 1]
    classifier = MLPClassifier()
    with pytest.raises(ValueError, match="sample_weight: expected weights of at least 0"):
        classifier.fit(X, y, sample_weight=[-1.0, 1, 1, 1])
    with pytest.raises(NotFittedError):
        classifier.predict(X)


def test_in_a_pipeline(cancer: Any, quietly: Any) -> None:
    X = cancer.X * 100 + 3
    pipe = make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=30, random_state=0))
    quietly(pipe.fit, X, cancer.y)
    alone = MLPClassifier((8,), max_iter=30, random_state=0)
    scaled = StandardScaler().fit_transform(X)
    quietly(alone.fit, scaled, cancer.y)
    assert np.array_equal(pipe.predict_proba(X), alone.predict_proba(scaled))
    assert pipe.score(X, cancer.y) > 0.8


def test_in_a_grid_search(cancer: Any, quietly: Any) -> None:
    grid = {"alpha": [1e-4, 1e4], "solver": ["adam", "lbfgs"]}
    search = GridSearchCV(MLPClassifier((6,), max_iter=25, random_state=0), grid, cv=2)
    quietly(search.fit, *cancer)
    assert search.best_params_["alpha"] == 1e-4  # the other one leaves nothing of the weights
    theirs = GridSearchCV(TheirClassifier((6,), max_iter=25, random_state=0), grid, cv=2)
    quietly(theirs.fit, *cancer)
    scores = [each.cv_results_["mean_test_score"] for each in (search, theirs)]
    np.testing.assert_allclose(*scores, atol=1e-12)


def test_in_a_halving_search_over_layers_and_epochs(cancer: Any, quietly: Any) -> None:
    grid = {"hidden_layer_sizes": [(2,), (6,), (6, 6)], "alpha": [1e-4, 1e4]}

    def search(kind: Any) -> Any:
        return HalvingGridSearchCV(
            kind(random_state=0), grid, cv=2, factor=3, resource="max_iter", min_resources=10,
            max_resources=30, random_state=0,
        )  # fmt: skip

    ours, theirs = (quietly(search(kind).fit, *cancer) for kind in (MLPClassifier, TheirClassifier))
    assert ours.n_resources_ == theirs.n_resources_ == [10, 30]
    assert ours.n_candidates_ == [6, 2]
    assert ours.best_params_ == theirs.best_params_
    assert ours.best_params_["alpha"] == 1e-4


def test_cross_validation_in_two_threads(numbers: Any, quietly: Any) -> None:
    regressor = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", max_iter=15, random_state=0)
    one = quietly(cross_val_score, regressor, *numbers, cv=2)
    with joblib.parallel_backend("threading"):
        two = quietly(cross_val_score, regressor, *numbers, cv=2, n_jobs=2)
    # The bits may differ. Only the main thread limits the BLAS to one thread, and the order of its
    # sums may depend on the number of threads.
    np.testing.assert_allclose(one, two, rtol=1e-9)


def test_clone_and_set_params(cancer: Any, quietly: Any) -> None:
    heard: list[Any] = []
    original = MLPClassifier(
        [4, 3], cost="logistic", class_weight={0: 2.0}, callbacks=[heard.append], max_iter=3
    )
    quietly(original.fit, *cancer)
    twin = clone(original)
    assert twin.get_params()["class_weight"] == {0: 2.0}
    assert not hasattr(twin, "theta_")
    twin.set_params(alpha=0.5, hidden_layer_sizes=(2,))
    assert (original.alpha, original.hidden_layer_sizes) == (0.0001, [4, 3])
    assert repr(MLPClassifier((5,), cost="softmax")) == (
        "MLPClassifier(cost='softmax', hidden_layer_sizes=(5,))"
    )


def test_fit_changes_no_parameter(cancer: Any, quietly: Any) -> None:
    classifier = MLPClassifier([5], batch_size=50, max_iter=2, learning_rate="adaptive")
    before = dict(classifier.get_params())
    quietly(classifier.fit, *cancer)
    assert classifier.get_params() == before


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_pickled_it_predicts_and_goes_on_the_same(solver: str, cancer: Any, quietly: Any) -> None:
    classifier = MLPClassifier((5,), solver=solver, max_iter=3, random_state=0)
    quietly(classifier.fit, *cancer)
    again = pickle.loads(pickle.dumps(classifier))
    assert np.array_equal(again.predict_proba(cancer.X), classifier.predict_proba(cancer.X))
    assert np.shares_memory(again.coefs_[0], again.theta_)
    if solver != "lbfgs":
        again.partial_fit(*cancer)
        classifier.partial_fit(*cancer)
        assert again.theta_.tobytes() == classifier.theta_.tobytes()


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_frames_have_names(name: str, digits: Any, quietly: Any) -> None:
    library = pytest.importorskip(name)
    names = [f"pixel {j}" for j in range(64)]
    frame = library.DataFrame(dict(zip(names, digits.X.T, strict=True)))
    labels = library.Series(digits.y)
    framed = MLPClassifier((5,), max_iter=2, random_state=0)
    quietly(framed.fit, frame, labels, X_val=frame, y_val=labels)
    plain = MLPClassifier((5,), max_iter=2, random_state=0)
    quietly(plain.fit, *digits)
    assert framed.feature_names_in_.tolist() == names
    assert framed.theta_.tobytes() == plain.theta_.tobytes()
    assert np.array_equal(framed.predict(frame), plain.predict(digits.X))
    other = (
        frame.rename(columns={"pixel 3": "x"})
        if name == "pandas"
        else frame.rename({"pixel 3": "x"})
    )
    with pytest.raises(ValueError, match="feature names should match"):
        framed.predict(other)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        framed.predict(digits.X)
    with pytest.raises(ValueError, match="feature names should match"):
        quietly(framed.fit, frame, labels, X_val=other, y_val=labels)


def test_coefs_are_views_of_theta(digits: Any, quietly: Any) -> None:
    classifier = MLPClassifier((5, 4), max_iter=1)
    quietly(classifier.fit, *digits)
    assert [c.shape for c in classifier.coefs_] == [(64, 5), (5, 4), (4, 10)]
    assert [b.shape for b in classifier.intercepts_] == [(5,), (4,), (10,)]
    assert classifier.theta_.shape == (65 * 5 + 6 * 4 + 5 * 10,)
    classifier.coefs_[2][:] = 0
    classifier.intercepts_[2][:] = [0] * 9 + [5]
    assert set(classifier.predict(digits.X)) == {9}


def test_without_a_hidden_layer_it_is_logistic_regression(cancer: Any) -> None:
    ours = MLPClassifier((), solver="cg", alpha=2.0, tol=1e-9, max_iter=2000).fit(*cancer)
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=10_000).fit(*cancer)
    np.testing.assert_allclose(ours.coefs_[0].T, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, atol=1e-5)


@pytest.mark.parametrize("solver", ["adam", "gd", "lbfgs", "cg"])
def test_the_last_epoch_is_warned_about(solver: str, cancer: Any) -> None:
    who = solver if solver in ("lbfgs", "cg") else "Stochastic Optimizer"
    with pytest.warns(ConvergenceWarning) as caught:
        MLPClassifier((3,), solver=solver, max_iter=2, tol=1e-9).fit(*cancer)
    assert [str(warning.message) for warning in caught] == [
        f"{who}: Maximum iterations (2) reached and the optimization hasn't converged yet."
    ]
    assert caught[0].filename == __file__


def test_convergence_is_quiet(cancer: Any) -> None:
    MLPClassifier((3,), max_iter=50, tol=10, n_iter_no_change=2).fit(*cancer)
    MLPClassifier((3,), solver="lbfgs", max_iter=500, alpha=10).fit(*cancer)


def test_a_batch_larger_than_the_data_is_warned_about(cancer: Any) -> None:
    with pytest.warns(UserWarning, match="batch_size") as caught:
        MLPClassifier((3,), batch_size=1000, max_iter=30, tol=10).fit(*cancer)
    assert [str(warning.message) for warning in caught] == [
        "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped"
    ]
    assert caught[0].filename == __file__
