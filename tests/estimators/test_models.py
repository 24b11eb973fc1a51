"""From an estimator to a model file and back."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import clearprop
from clearprop.estimators import MLPClassifier, MLPRegressor


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", ["digits", "cancer", "labels", "numbers", "pairs", "counts"])
def test_saved_and_loaded_it_predicts_the_same_bits(
    kind: str, dtype: Any, request: pytest.FixtureRequest, tmp_path: Path, quietly: Any
) -> None:
    X, y = request.getfixturevalue(kind)
    X = X.astype(dtype)
    estimator: Any = MLPClassifier((5,), max_iter=3)
    if kind in ("numbers", "pairs", "counts"):
        estimator = MLPRegressor("poisson" if kind == "counts" else "squared_error", (5,))
        estimator.set_params(max_iter=3)
    if kind == "digits":
        y = np.array([f"digit {label}" for label in y])
    quietly(estimator.fit, X, y)
    path = tmp_path / "model.safetensors"
    clearprop.save(estimator, path)
    model = clearprop.load(path)
    predicted = estimator.predict(X)
    assert np.array_equal(model.predict(X), predicted)
    assert model.theta.tobytes() == estimator.theta_.tobytes()
    assert model.theta.dtype == dtype
    if hasattr(estimator, "predict_proba"):
        assert model.predict_proba(X).tobytes() == estimator.predict_proba(X).tobytes()
    assert model.score(X, y) == pytest.approx(estimator.score(X, y), rel=1e-6)
    assert model.trained == {
        "estimator": type(estimator).__name__,
        "epochs": 3,
        "cost": estimator.loss_,
        "penalty_rows": min(200, len(y)),  # the rows of a minibatch, as scikit-learn has it
    }


def test_a_model_without_an_epoch_can_be_saved(tmp_path: Path) -> None:
    X = np.array([[0.0], [1.0]])
    regressor = MLPRegressor(
        hidden_layer_sizes=(), solver="lbfgs", init="zeros", callbacks=[lambda event: None]
    )
    regressor.fit(X, [0.0, 0.0], X_val=X, y_val=[0.0, 1.0])  # at its minimum from the start
    assert regressor.n_iter_ == 0
    assert regressor.validation_scores_ == []
    clearprop.save(regressor, tmp_path / "model.safetensors")
    model = clearprop.load(tmp_path / "model.safetensors")
    assert model.trained == {"estimator": "MLPRegressor", "epochs": 0, "penalty_rows": 2}
    assert model.predict(X).tolist() == [0.0, 0.0]


def test_sparse_rows_of_a_frame_and_dense_ones_predict_the_same(digits: Any, quietly: Any) -> None:
    classifier = MLPClassifier((5,), max_iter=2)
    quietly(classifier.fit, *digits)
    dense = classifier.predict_proba(digits.X)
    for form in (scipy.sparse.csr_matrix, scipy.sparse.csc_array, scipy.sparse.coo_array):
        np.testing.assert_allclose(classifier.predict_proba(form(digits.X)), dense, rtol=1e-12)


def test_weights_tell_m_where_all_rows_are_one_batch(tmp_path: Path) -> None:
    X, y, weights = np.eye(4), [0, 1, 0, 1], [1.0, 2.0, 3.0, 4.0]
    for choices, m in (
        ({"solver": "lbfgs"}, 10.0),
        ({"batch_size": 4}, 10.0),
        ({"batch_size": 2}, None),  # each minibatch has a sum of its own
    ):
        estimator = MLPClassifier((2,), max_iter=2, random_state=0, **choices)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # two iterations do not converge
            estimator.fit(X, y, sample_weight=weights)
        clearprop.save(estimator, tmp_path / "m.safetensors")
        told = clearprop.load(tmp_path / "m.safetensors").trained
        assert told.get("penalty_rows") == m
