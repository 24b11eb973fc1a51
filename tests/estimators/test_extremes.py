"""Numbers at the ends of what a float holds, and networks that no machine holds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from clearprop import DivergenceError, MLPClassifier, MLPRegressor, ParameterError

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
SHORT = {"hidden_layer_sizes": (3,), "max_iter": 150, "random_state": 0, "solver": "lbfgs"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("factor", [1e-30, 1.0, 1e30])
def test_features_of_any_size_are_learned(factor, dtype):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scaled = (X * factor).astype(dtype)
    model = make_pipeline(StandardScaler(), MLPClassifier(**SHORT)).fit(scaled.astype(float), Y)
    assert model.score(scaled.astype(float), Y) > 0.9
    MLPClassifier(**SHORT).fit(scaled, Y)  # unscaled: no crash, and no number that is none


@pytest.mark.filterwarnings("ignore")
def test_constant_columns_and_a_class_of_one_row():
    constant = np.column_stack([X, np.full(60, 7.0)])
    assert MLPClassifier(**SHORT).fit(constant, Y).score(constant, Y) > 0.9
    rare = np.where(np.arange(60) == 3, 2, Y)
    assert MLPClassifier(**SHORT).fit(X, rare).classes_.tolist() == [0, 1, 2]


@pytest.mark.parametrize("sizes", [(10**20,), (10**9,), (10**9, 10**9)])
def test_a_network_that_no_machine_holds_is_refused_before_it_is_drawn(sizes):
    with pytest.raises(ParameterError, match=r"parameters; expected at most 1,073,741,824$"):
        MLPClassifier(sizes, max_iter=1).fit(X, Y)


@pytest.mark.parametrize("alpha", [1e308, 1.7e308])
def test_a_penalty_that_overflows_is_no_wrong_gradient(alpha):
    with pytest.raises(DivergenceError, match="the cost stopped being finite in epoch 1"):
        MLPClassifier((3,), alpha=alpha, max_iter=2, random_state=0).fit(X, Y)


def test_no_columns_is_one_sentence():
    for kind in (MLPClassifier, MLPRegressor):
        with pytest.raises(ValueError, match=r"0 feature\(s\) \(shape=\(5, 0\)\)"):
            kind().fit(np.empty((5, 0)), np.arange(5))


@pytest.mark.filterwarnings("ignore")
def test_many_layers_features_and_classes():
    deep = MLPClassifier((2,) * 300, activation="tanh", max_iter=1, random_state=0).fit(X, Y)
    assert np.isfinite(deep.loss_)
    wide = sparse.random_array((60, 100_000), density=1e-4, rng=DRAW, format="csr")
    assert (
        MLPClassifier((3,), max_iter=2, random_state=0).fit(wide, Y).coefs_[0].shape[0] == 100_000
    )
    many = MLPClassifier((3,), max_iter=2, random_state=0).fit(
        DRAW.normal(size=(2_000, 3)), range(2_000)
    )
    assert len(many.classes_) == 2_000
