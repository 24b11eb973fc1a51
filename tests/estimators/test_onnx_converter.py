"""skl2onnx converts our estimators as it converts scikit-learn's."""

import numpy as np
import onnxruntime
import pytest
from skl2onnx import to_onnx
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clearprop import MLPClassifier, MLPRegressor, register_skl2onnx

X = np.random.default_rng(0).normal(3, 5, (80, 4))
Y = (X[:, 0] > 3) * 1 + (X[:, 1] > 5)
LABELS = {
    "K": Y,
    "text": np.array(["a", "b", "c"])[Y],
    "true and false": Y > 0,
    "floats": Y * 2.0,
    "several": np.stack([Y > 0, Y > 1], 1).astype(int),
}

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def registered():
    register_skl2onnx()


def run(made, rows):
    session = onnxruntime.InferenceSession(
        made.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"X": rows})


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("labels", LABELS)
def test_a_classifier_behind_a_scaler(labels, dtype, limit):
    rows, y = X.astype(dtype), LABELS[labels]
    ours = make_pipeline(StandardScaler(), MLPClassifier((6,), max_iter=5)).fit(rows, y)
    label, shares = run(to_onnx(ours, rows[:1], options={"zipmap": False}), rows)
    assert np.abs(shares - ours.predict_proba(rows)).max() < limit
    assert (label == ours.predict(rows)).all()
    assert shares.dtype == dtype


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 1e-5), (np.float64, 1e-12)])
@pytest.mark.parametrize("y", [X[:, 2] * 3, X[:, :2]])
def test_a_regressor_behind_a_scaler(y, dtype, limit):
    rows = X.astype(dtype)
    ours = make_pipeline(
        StandardScaler(), MLPRegressor(hidden_layer_sizes=(6,), max_iter=5)
    ).fit(rows, y)  # fmt: skip
    (value,) = run(to_onnx(ours, rows[:1]), rows)
    assert np.abs(value.reshape(y.shape) - ours.predict(rows)).max() < limit


def test_the_probabilities_may_be_dictionaries():
    rows = X.astype(np.float32)  # ONNX has no dictionaries of doubles
    ours = MLPClassifier((6,), max_iter=5).fit(rows, LABELS["text"])
    made = to_onnx(ours, rows[:1], options={"zipmap": True})
    assert run(made, rows)[1][0].keys() == {"a", "b", "c"}
