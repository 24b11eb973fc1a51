"""Models of scikit-learn's own networks: the same numbers, and everything a model can do."""

import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network as sk
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PolynomialFeatures, StandardScaler

import clearprop
from clearprop import Model, ParameterError
from clearprop.export.onnx import export
from clearprop.export.rows import made_rows

X = np.random.default_rng(0).normal(3, 5, (80, 4))
Y = (X[:, 0] > 3) * 1 + (X[:, 1] > 5)
NAMES = np.array(["a", "b", "c"])[Y]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fitted(estimator, y, rows=X):
    return estimator.fit(rows, y)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize(
    "y", [Y, NAMES, Y > 0, np.stack([Y > 0, Y > 1], 1).astype(int)], ids=["K", "text", "2", "multi"]
)
def test_a_classifier(activation, y):
    theirs = fitted(sk.MLPClassifier((6, 5), activation=activation, max_iter=5, random_state=0), y)
    ours = Model.from_sklearn(theirs)
    assert np.abs(ours.predict_proba(X) - theirs.predict_proba(X)).max() < 1e-12
    assert (ours.predict(X) == theirs.predict(X)).all()
    assert ours.network.regularization == theirs.alpha


@pytest.mark.parametrize(
    ("loss", "y"), [("squared_error", X[:, 2]), ("squared_error", X[:, :2]), ("poisson", Y)]
)
def test_a_regressor(loss, y):
    theirs = fitted(sk.MLPRegressor(loss=loss, max_iter=5, random_state=0), y)
    assert np.allclose(Model.from_sklearn(theirs).predict(X), theirs.predict(X), rtol=1e-12)


@pytest.mark.parametrize(
    "scaler",
    [
        *(
            StandardScaler(with_mean=mean, with_std=std)
            for mean in (False, True)
            for std in (False, True)
        ),
        MinMaxScaler((-1, 3)),
        MaxAbsScaler(),
        "passthrough",
    ],
)
def test_a_pipeline_takes_raw_rows(scaler):
    theirs = fitted(make_pipeline(scaler, sk.MLPClassifier(max_iter=5, random_state=0)), NAMES)
    ours = Model.from_sklearn(theirs)
    assert np.abs(ours.predict_proba(X) - theirs.predict_proba(X)).max() < 1e-12


def test_columns_of_a_frame_are_found_by_name():
    frame = pd.DataFrame(X, columns=list("abcd"))
    theirs = make_pipeline(StandardScaler(), sk.MLPRegressor(max_iter=5, random_state=0))
    theirs.fit(frame, Y)
    turned = frame[list("dcba")]
    assert np.allclose(Model.from_sklearn(theirs).predict(turned), theirs.predict(frame))


def test_the_model_is_saved_explained_checked_and_exported(tmp_path):
    theirs = fitted(
        make_pipeline(StandardScaler(), sk.MLPClassifier((6, 5), max_iter=5, random_state=0)), NAMES
    )
    ours = Model.from_sklearn(theirs)
    clearprop.save(ours, tmp_path / "m.safetensors")
    loaded = clearprop.load(tmp_path / "m.safetensors")
    assert (loaded.predict_proba(X) == ours.predict_proba(X)).all()
    assert loaded.trained["estimator"] == "scikit-learn's MLPClassifier"
    estimator = clearprop.load(tmp_path / "m.safetensors", as_estimator=True)
    assert (estimator.predict(X) == theirs.predict(X)).all()
    assert "a^(3)" in clearprop.explain(ours, X[:10], NAMES[:10]).to_text()
    rows = ours.inputs(X), ours.targets.encode(NAMES, "softmax")
    assert clearprop.check_gradient(ours.network, ours.theta, *rows).verdict == "right"
    assert export(ours, made_rows(ours, 100), {"int8": False}).difference < 1e-5


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (sk.MLPClassifier(), "; this MLPClassifier is not fitted: call fit first"),
        (StandardScaler(), "a scaler and one of these; got StandardScaler"),
        (
            make_pipeline(PolynomialFeatures(), StandardScaler(), sk.MLPClassifier()),
            "(one of StandardScaler, MinMaxScaler, MaxAbsScaler); got a pipeline with "
            "PolynomialFeatures, StandardScaler before the network",
        ),
    ],
)
def test_what_is_no_network_is_refused(estimator, message):
    with pytest.raises(ParameterError) as caught:
        Model.from_sklearn(estimator)
    assert str(caught.value).startswith(
        "estimator: expected a fitted MLPClassifier or MLPRegressor of scikit-learn"
    )
    assert str(caught.value).endswith(message)


def test_a_scaler_that_cuts_off_is_refused():
    theirs = fitted(make_pipeline(MinMaxScaler(clip=True), sk.MLPClassifier(max_iter=2)), Y)
    with pytest.raises(ParameterError, match=r"MinMaxScaler\(clip=True\) cuts numbers off"):
        Model.from_sklearn(theirs)
