"""Early stopping by a metric of one's own, and by the cost of the validation set."""

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, make_scorer

from clearprop.errors import ParameterError
from clearprop.estimators import MLPClassifier, MLPRegressor

COMMON: dict[str, Any] = {
    "early_stopping": True,
    "random_state": 0,
    "learning_rate_init": 0.02,
    "n_iter_no_change": 4,
    "max_iter": 200,
}


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_the_cost_of_the_validation_set(solver: str, digits: Any, quietly: Any) -> None:
    X, y, X_val, y_val = digits.X[:120], digits.y[:120], digits.X[120:], digits.y[120:]
    classifier = MLPClassifier((10,), solver=solver, scoring="loss", **COMMON)
    quietly(classifier.fit, X, y, X_val=X_val, y_val=y_val)
    costs = classifier.validation_loss_curve_
    assert classifier.validation_scores_ == [-cost for cost in costs]
    assert classifier.best_validation_score_ == -min(costs)
    # The kept parameters are those of the smallest cost.
    probability = classifier.predict_proba(X_val)[np.arange(80), y_val]
    assert -np.log(probability).mean() == pytest.approx(min(costs), rel=1e-9)


def test_a_scorers_name(cancer: Any, quietly: Any) -> None:
    X, y, X_val, y_val = cancer.X[:100], cancer.y[:100], cancer.X[100:], cancer.y[100:]
    classifier = MLPClassifier((5,), scoring="f1", **COMMON)
    quietly(classifier.fit, X, y, X_val=X_val, y_val=y_val)
    assert f1_score(y_val, classifier.predict(X_val)) == max(classifier.validation_scores_)
    assert classifier.best_validation_score_ == max(classifier.validation_scores_)


def test_a_function_of_ones_own(numbers: Any, quietly: Any) -> None:
    """It gets the estimator, and the rows as they were handed in: here a frame."""
    frame = pytest.importorskip("pandas").DataFrame(numbers.X, columns=list("abcdef"))
    seen = []

    def median(estimator: Any, X: Any, y: Any) -> float:
        seen.append((type(X), list(X.columns), len(X)))
        return -float(np.median(np.abs(estimator.predict(X) - y)))

    regressor = MLPRegressor(hidden_layer_sizes=(5,), scoring=median, **COMMON)
    quietly(regressor.fit, frame, numbers.y)
    assert set(map(str, seen)) == {str((type(frame), list("abcdef"), 15))}
    assert len(seen) == regressor.n_iter_
    best = int(np.argmax(regressor.validation_scores_))
    again = MLPRegressor(hidden_layer_sizes=(5,), scoring=median, **(COMMON | {"max_iter": 1}))
    quietly(again.set_params(max_iter=best + 1, n_iter_no_change=1000).fit, frame, numbers.y)
    assert again.theta_.tobytes() == regressor.theta_.tobytes()


def test_polars_frames_and_sparse_rows(digits: Any, quietly: Any) -> None:
    import polars as pl
    import scipy.sparse

    for rows in (pl.DataFrame(digits.X), scipy.sparse.csr_array(digits.X), digits.X.tolist()):
        classifier = MLPClassifier((5,), scoring="accuracy", **COMMON)
        quietly(classifier.set_params(max_iter=3).fit, rows, digits.y)
        assert len(classifier.validation_scores_) == 3


def test_weights_reach_a_scorer_that_takes_them(cancer: Any, quietly: Any) -> None:
    weight = np.random.default_rng(0).random(len(cancer.y))

    def plain(estimator: Any, X: Any, y: Any) -> float:
        return 0.0

    for scoring in (make_scorer(f1_score), "roc_auc", plain):
        classifier = MLPClassifier((4,), max_iter=2, scoring=scoring, random_state=0)
        quietly(classifier.fit, *cancer, X_val=cancer.X, y_val=cancer.y, sample_weight_val=weight)
        if scoring is not plain and not isinstance(scoring, str):
            predicted = classifier.predict(cancer.X)
            expected = f1_score(cancer.y, predicted, sample_weight=weight)
            assert classifier.validation_scores_[-1] == expected


def test_it_is_only_watched(cancer: Any, quietly: Any) -> None:
    """Without early stopping every `scoring` trains the same bits."""
    plain, watched = (
        MLPClassifier((4,), max_iter=3, random_state=0, scoring=scoring)
        for scoring in (None, "neg_log_loss")
    )
    for classifier in (plain, watched):
        quietly(classifier.fit, *cancer, X_val=cancer.X, y_val=cancer.y)
    assert plain.theta_.tobytes() == watched.theta_.tobytes()
    assert plain.validation_scores_ != watched.validation_scores_
    costs = watched.validation_loss_curve_
    np.testing.assert_allclose(watched.validation_scores_, [-cost for cost in costs])


def test_warm_start_may_change_the_scoring(cancer: Any, quietly: Any) -> None:
    classifier = MLPClassifier((4,), warm_start=True, **(COMMON | {"max_iter": 5}))
    quietly(classifier.fit, *cancer)
    quietly(classifier.set_params(scoring="loss").fit, *cancer)
    assert classifier._history.best == max(classifier.validation_scores_[5:])
    assert classifier._history.best < 0


def test_wrong_scorings(cancer: Any) -> None:
    for wrong, hint in (("acuracy", ' (did you mean "accuracy"?)'), (3, "")):
        with pytest.raises(ParameterError) as caught:
            MLPClassifier(scoring=wrong).fit(*cancer)
        assert str(caught.value) == (
            "scoring: expected None, 'loss', the name of one of scikit-learn's scorers, or a "
            f"function scorer(estimator, X, y); got {wrong!r}{hint}"
        )
    with pytest.raises(ParameterError) as caught:
        MLPClassifier(scoring=lambda *_: None, **COMMON).fit(*cancer)
    assert str(caught.value) == "scoring: expected a number from the scorer; got None"
