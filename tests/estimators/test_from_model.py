"""Model files and estimators, both ways: ``load(FILE, as_estimator=True)``, ``save(pipeline)``."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import permutation_importance
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import clearprop
from clearprop import RECIPES, Experiment, MLPClassifier, MLPRegressor, ParameterError, TableEncoder
from clearprop.estimators.from_model import estimator_of
from clearprop.model import Model

ROWS = 60


def rows() -> pd.DataFrame:
    x = np.random.default_rng(0).normal(size=ROWS).round(3)
    city = ["Rome", "Oslo"] * (ROWS // 2)
    return pd.DataFrame({"x": x, "city": city, "noise": (7 * np.arange(ROWS)) % 10})


def labels(kind: str) -> Any:
    x = rows()["x"].to_numpy()
    if kind == "classes":
        return np.where(x > 0, "buy", "no")
    if kind == "three":
        return np.array(["a", "b", "c"])[(x > -0.5).astype(int) + (x > 0.5)]
    if kind == "numbers":
        return 1000 * x + 5000
    return np.column_stack([1000 * x + 5000, x])


KINDS = ["classes", "three", "numbers"]


@pytest.fixture
def trained(tmp_path: Path) -> Any:
    """Trains on a file; returns the model file."""

    def train(kind: str) -> Path:
        source = tmp_path / f"{kind}.csv"
        rows().assign(out=labels(kind)).to_csv(source, index=False)
        table = clearprop.read(source, "out")
        recipe = RECIPES["modern"].with_(
            hidden=(8,), epochs=60, learning_rate=0.03, regularization=1.0
        )
        path = tmp_path / f"{kind}.safetensors"
        clearprop.save(Experiment(clearprop.prepare(table), recipe).fit().model(), path)
        return path

    return train


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_a_table(kind: str, trained: Any) -> None:
    path, frame, y = trained(kind), rows(), labels(kind)
    model, estimator = clearprop.load(path), clearprop.load(path, as_estimator=True)
    assert isinstance(model, Model)
    assert np.array_equal(estimator.predict(frame), model.predict(frame))
    assert estimator.score(frame, y) == pytest.approx(model.score(frame, y), rel=1e-6)
    assert (is_classifier(estimator), is_regressor(estimator)) == (
        kind != "numbers",
        kind == "numbers",
    )
    if is_classifier(estimator):
        assert estimator.classes_.tolist() == sorted(set(y))
        assert np.array_equal(estimator.predict_proba(frame), model.predict_proba(frame))
    # Columns are found by name, in any order, among others.
    moved = frame[["noise", "city", "x"]].assign(more="text")
    assert np.array_equal(estimator.predict(moved), model.predict(frame))
    assert estimator.feature_names_in_.tolist() == ["x", "city", "noise"]
    importance = permutation_importance(estimator, frame, y, n_repeats=3, random_state=0)
    assert np.argmax(importance.importances_mean) == 0
    clearprop.save(estimator, path.with_suffix(".again"))
    again = clearprop.load(path.with_suffix(".again"))
    assert np.array_equal(again.predict(frame), model.predict(frame))


def test_calibration(trained: Any) -> None:
    estimator = clearprop.load(trained("classes"), as_estimator=True)
    calibrated = CalibratedClassifierCV(FrozenEstimator(estimator)).fit(rows(), labels("classes"))
    assert calibrated.classes_.tolist() == ["buy", "no"]
    assert calibrated.score(rows(), labels("classes")) > 0.9


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", ["digits", "cancer", "labels", "numbers", "pairs", "counts"])
def test_an_estimator_comes_back(
    kind: str, dtype: Any, request: pytest.FixtureRequest, tmp_path: Path, quietly: Any
) -> None:
    X, y = request.getfixturevalue(kind)
    X = X.astype(dtype)
    first: Any = MLPClassifier((5,), "logistic", max_iter=3, alpha=0.5)
    if kind in ("numbers", "pairs", "counts"):
        loss: Any = "poisson" if kind == "counts" else "squared_error"
        first = MLPRegressor(loss, (5,), "tanh", max_iter=3)
    quietly(first.fit, X, y)
    clearprop.save(first, tmp_path / "model")
    again = clearprop.load(tmp_path / "model", as_estimator=True)
    assert type(again) is type(first)
    for name in ("hidden_layer_sizes", "activation", "alpha", "loss", "cost"):
        assert getattr(again, name, None) == getattr(first, name, None)
    for name in ("n_layers_", "n_outputs_", "out_activation_", "n_features_in_", "n_iter_"):
        assert getattr(again, name) == getattr(first, name)
    assert again.theta_.tobytes() == first.theta_.tobytes()
    assert np.array_equal(again.predict(X), first.predict(X))
    assert again.score(X, y) == first.score(X, y)
    if is_classifier(first):
        assert np.array_equal(again.predict_proba(X), first.predict_proba(X))
        assert np.array_equal(again.classes_, first.classes_)
    for call in (again.partial_fit, again.set_params(warm_start=True, max_iter=2).fit):
        before = again.theta_.copy()
        quietly(call, X, y)
        assert 0 < np.abs(again.theta_ - before).max() < 0.1  # it went on from there


def test_what_the_file_told_is_saved_again(tmp_path: Path, quietly: Any) -> None:
    made = {"recipe": "modern", "epochs": 7, "cost": 0.5}
    network, targets = clearprop.Network((4, 1)), clearprop.Targets.fit(["no", "yes"])
    theta = np.linspace(-1, 1, 5)
    clearprop.save(Model(network, theta, targets, None, (2, 2), made), tmp_path / "first")
    estimator = clearprop.load(tmp_path / "first", as_estimator=True)
    clearprop.save(estimator, tmp_path / "second")
    assert (tmp_path / "second").read_bytes() == (tmp_path / "first").read_bytes()
    quietly(estimator.partial_fit, np.eye(4), ["no", "yes", "yes", "no"])
    model = estimator.to_model()
    assert model.trained["estimator"] == "MLPClassifier"
    assert model.image_shape is None


def test_going_on_keeps_the_scale_of_the_target(trained: Any) -> None:
    estimator = clearprop.load(trained("numbers"), as_estimator=True)
    frame, y = rows(), labels("numbers")
    before = estimator.score(frame, y)
    estimator[-1].set_params(learning_rate_init=1e-4).partial_fit(estimator[0].transform(frame), y)
    assert estimator.score(frame, y) == pytest.approx(before, abs=0.01)


def test_several_columns_of_two_texts(tmp_path: Path) -> None:
    targets = clearprop.Targets(
        "multilabel", classes=np.arange(2), names=("a", "b"), pairs=(("no", "yes"), ("off", "on"))
    )
    model = Model(clearprop.Network((1, 2)), [0.0, 0.0, 9.0, -9.0], targets)
    clearprop.save(model, tmp_path / "model")
    estimator = clearprop.load(tmp_path / "model", as_estimator=True)
    X, y = np.array([[1.0], [-1.0]]), np.array([["yes", "off"], ["no", "off"]])
    assert estimator.predict(X).tolist() == model.predict(X).tolist()
    assert estimator.score(X, y) == 0.5


# -- Saving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["classes", "three"])
def test_a_pipeline_is_one_model_file(kind: str, tmp_path: Path, quietly: Any) -> None:
    days = pd.to_timedelta(17 * np.arange(ROWS), "D")
    frame, y = rows().assign(born=pd.Timestamp("2023-01-31") + days), labels(kind)
    pipe = make_pipeline(TableEncoder(), MLPClassifier((5,), max_iter=20, random_state=0))
    quietly(pipe.fit, frame, y)
    clearprop.save(pipe, tmp_path / "model")
    model = clearprop.load(tmp_path / "model")
    assert np.array_equal(model.predict_proba(frame), pipe.predict_proba(frame))
    frame.to_csv(tmp_path / "new.csv", index=False)
    table = clearprop.read(tmp_path / "new.csv", need_target=False)
    assert np.array_equal(model.predict_proba(table), pipe.predict_proba(frame))


@pytest.mark.parametrize("kind", ["numbers", "two"])
@pytest.mark.parametrize("outside", [False, True])
def test_a_rescaled_target_is_in_the_model_file(
    kind: str, outside: bool, tmp_path: Path, quietly: Any
) -> None:
    frame, y = rows(), labels(kind)
    regressor = MLPRegressor(hidden_layer_sizes=(5,), max_iter=20, random_state=0)
    if outside:
        inner = make_pipeline(TableEncoder(), regressor)
        whole = TransformedTargetRegressor(inner, transformer=StandardScaler())
    else:
        rescaled = TransformedTargetRegressor(regressor, transformer=StandardScaler())
        whole = make_pipeline(TableEncoder(), rescaled)
    quietly(whole.fit, frame, y)
    clearprop.save(whole, tmp_path / "model")
    again = clearprop.load(tmp_path / "model", as_estimator=True)
    np.testing.assert_allclose(again.predict(frame), whole.predict(frame), rtol=1e-12)


def refused(value: Any, path: Path) -> str:
    with pytest.raises(ParameterError) as caught:
        clearprop.save(value, path)
    return str(caught.value)


def test_what_is_refused(tmp_path: Path, cancer: Any, numbers: Any, quietly: Any) -> None:
    pipe = make_pipeline(StandardScaler(), MLPClassifier((3,), max_iter=2))
    quietly(pipe.fit, *cancer)
    assert "hand in its last step, pipeline[-1]" in refused(pipe, tmp_path / "model")
    regressor = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2)
    other = TransformedTargetRegressor(regressor, transformer=MinMaxScaler())
    quietly(other.fit, *numbers)
    assert refused(other, tmp_path / "model").endswith(
        "got TransformedTargetRegressor: its transformer must be a StandardScaler"
    )
    with pytest.raises(NotFittedError):
        clearprop.save(make_pipeline(TableEncoder(), MLPClassifier()), tmp_path / "model")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("hidden", [(), (5,), (5, 4)])
@pytest.mark.parametrize("kind", ["numbers", "two"])
def test_a_bag_of_regressions_is_one_wide_network(
    kind: str, hidden: tuple[int, ...], tmp_path: Path
) -> None:
    y = np.asarray(labels(kind), dtype=float)
    targets = clearprop.Targets.fit(y, "regression")
    network = clearprop.Network((2, *hidden, targets.n_units("squared")), "tanh", "squared", 0.5)
    thetas = [clearprop.initial_theta(network, seed) for seed in range(3)]
    model = Model(network, thetas[0], targets, bag=tuple(thetas[1:]))
    clearprop.save(model, tmp_path / "bag")
    estimator = clearprop.load(tmp_path / "bag", as_estimator=True)
    assert estimator.hidden_layer_sizes == tuple(3 * size for size in hidden)
    X = np.random.default_rng(0).normal(size=(20, 2))
    np.testing.assert_allclose(estimator.predict(X), model.predict(X), rtol=1e-10)
    clearprop.save(estimator, tmp_path / "wide")
    again = clearprop.load(tmp_path / "wide")
    assert not again.bag
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-10)


@pytest.mark.parametrize(
    ("cost", "numbers"), [("huber", {"threshold": 0.7}), ("quantile", {"quantiles": (0.2,)})]
)
def test_the_wide_network_keeps_the_numbers_of_its_cost(cost: Any, numbers: Any) -> None:
    network = clearprop.Network((2, 3, 1), "silu", cost, **numbers)
    thetas = [clearprop.initial_theta(network, seed) for seed in range(2)]
    targets = clearprop.Targets.fit([1.0, 3.0, 2.5], "regression")
    model = Model(network, thetas[0], targets, bag=(thetas[1],))
    estimator = estimator_of(model)
    assert (estimator.loss, estimator.network_.layer_sizes) == (cost, (2, 6, 1))
    for name, value in numbers.items():
        assert getattr(estimator, name) == getattr(estimator.network_, name) == value
    X = np.random.default_rng(0).normal(size=(20, 2))
    np.testing.assert_allclose(estimator.predict(X), model.predict(X), rtol=1e-10)


def test_one_level_of_two_targets_comes_back_as_one_level(quietly: Any) -> None:
    y = np.asarray(labels("two"), dtype=float)
    targets = clearprop.Targets.fit(y, "regression")
    network = clearprop.Network((1, 2), cost="quantile", quantiles=(0.3, 0.3))
    estimator = estimator_of(Model(network, np.ones(4), targets))
    assert estimator.quantiles == (0.3,)
    quietly(estimator.partial_fit, rows()[["x"]].to_numpy(), y)
    assert estimator.network_ == clearprop.Network(
        (1, 2), "sigmoid", "quantile", estimator.alpha, quantiles=(0.3, 0.3)
    )


# -- What is no estimator -------------------------------------------------------------------------

TWO = clearprop.Targets.fit(["no", "yes"])
THREE = clearprop.Targets.fit(["a", "b", "c"])
SEVERAL = clearprop.Targets.fit(np.eye(2), "multilabel")
COUNTS = clearprop.Targets.fit([0, 1, 2], "regression", standardise=False)


@pytest.mark.parametrize(
    ("targets", "cost", "outputs", "has"),
    [
        (TWO, "logistic", "sigmoid", "predict and predict_proba"),
        (TWO, "quadratic", "sigmoid", "predict and predict_proba"),
        (THREE, "softmax", "softmax", "predict and predict_proba"),
        (SEVERAL, "logistic", "sigmoid", "predict and predict_proba"),
        (COUNTS, "poisson", "exp", "predict"),
    ],
    ids=["two", "squares", "three", "several", "counts"],
)
def test_other_bags_are_no_estimators(
    targets: Any, cost: Any, outputs: str, has: str, tmp_path: Path
) -> None:
    network = clearprop.Network((2, targets.n_units(cost)), cost=cost)
    theta = np.zeros(network.n_parameters)
    model = Model(network, theta, targets, bag=(theta + 1, theta + 2))
    clearprop.save(model, tmp_path / "bag")
    with pytest.raises(ParameterError) as caught:
        clearprop.load(tmp_path / "bag", as_estimator=True)
    assert str(caught.value) == (
        f"as_estimator: the model averages 3 networks, and the average of {outputs} outputs is not "
        f"that of one network; use the model itself, load(path), and its {has}, or train it with "
        "bag=1 (--bag 1)"
    )


@pytest.mark.parametrize("several", [False, True])
def test_a_model_with_intervals_is_no_estimator(several: bool, tmp_path: Path) -> None:
    targets = clearprop.Targets.fit([0.0, 9.0], "regression").with_interval(0.9)
    network = clearprop.Network((1, 3), cost="quantile", quantiles=targets.quantiles)
    theta = np.arange(6.0)
    clearprop.save(Model(network, theta, targets, bag=(theta,) * several), tmp_path / "model")
    with pytest.raises(ParameterError) as caught:
        clearprop.load(tmp_path / "model", as_estimator=True)
    assert str(caught.value) == (
        "as_estimator: the model has prediction intervals, and MLPRegressor has none; use the "
        "model itself, load(path), and its predict_interval"
    )


@pytest.mark.parametrize(
    ("targets", "cost"),
    [(TWO, "logistic"), (THREE, "softmax"), (SEVERAL, "logistic"), (COUNTS, "poisson")],
    ids=["two", "three", "several", "counts"],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_there_are_probabilities_of_classes_alone(targets: Any, cost: Any, encoded: bool) -> None:
    network = clearprop.Network((2, targets.n_units(cost)), cost=cost)
    X = np.array([[0.0, 1.0], [1.0, 3.0]])
    encoder = TableEncoder().fit(X).to_encoder() if encoded else None
    model = Model(network, np.ones(network.n_parameters), targets, encoder)
    estimator = estimator_of(model)
    assert isinstance(estimator, Pipeline) == encoded
    numbers = targets.task == "regression"
    for name in ("predict_proba", "predict_log_proba"):
        assert hasattr(estimator, name) == (not numbers)
    assert hasattr(MLPClassifier(), "predict_proba")
    assert not hasattr(MLPRegressor(), "predict_proba")
    if not numbers:
        assert np.array_equal(estimator.predict_proba(X), model.predict_proba(X))
        return
    with pytest.raises(ParameterError) as caught:
        model.predict_proba(X)
    assert str(caught.value) == "probabilities: a regression has numbers, not probabilities"
