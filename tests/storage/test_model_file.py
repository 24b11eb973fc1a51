"""What `save` writes, `load` gives back, to the bit."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import ModelFileError, ParameterError
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import course_matrices, initial_theta
from clearprop.storage import atomic, model_file
from clearprop.storage.model_file import load, save

LABELS = {
    "whole numbers": [3, 1, 2],
    "small whole numbers": np.array([3, 1, 2], np.int8),
    "negative": [-1, 1],
    "text": ["a", "中文", 'quo"te\\', "\n", "\ud800"],
    "true and false": [True, False],
    "whole numbers as floats": [0.0, 1.0, 2.0**60],
}


def a_model(labels="whole numbers", hidden=(3,), dtype=np.float64, seed=0, **parts):
    y = np.asarray(LABELS[labels])
    targets = Targets.fit(y, task="classification", name="label")
    cost = targets.default_cost()
    network = Network((2, *hidden, targets.n_units(cost)), cost=cost, regularization=0.1)
    return Model(network, initial_theta(network, seed, dtype=dtype), targets, **parts)


@settings(max_examples=40, deadline=None)
@given(
    labels=st.sampled_from(sorted(LABELS)),
    hidden=st.lists(st.integers(1, 4), max_size=11).map(tuple),
    dtype=st.sampled_from([np.float32, np.float64]),
    activation=st.sampled_from(["sigmoid", "tanh", "relu", "identity"]),
    seed=st.integers(0, 9),
    data=st.data(),
)
def test_round_trip_to_the_bit(tmp_path_factory, labels, hidden, dtype, activation, seed, data):
    targets = Targets.fit(np.asarray(LABELS[labels]), task="classification")
    choices = ["softmax", "quadratic"] + ["logistic"] * (len(targets.classes) == 2)
    cost = data.draw(st.sampled_from(choices))
    network = Network((2, *hidden, targets.n_units(cost)), activation, cost, 1 / 3)
    theta = initial_theta(network, seed, dtype=dtype)
    theta[::2] = [-0.0, np.finfo(dtype).tiny / 4, np.finfo(dtype).max, 1e-20][seed % 4]
    model = Model(network, theta, targets, trained={"recipe": "3b1b", "curve": [0.1, 1e-300]})
    path = tmp_path_factory.mktemp("round") / "model.safetensors"
    save(model, path)
    again = load(path)
    assert again.network == network
    assert again.theta.dtype == dtype
    assert again.theta.tobytes() == theta.tobytes()
    assert again.targets.classes.dtype == targets.classes.dtype
    assert again.targets.classes.tolist() == targets.classes.tolist()
    assert again.targets.to_dict() == targets.to_dict()
    assert (again.encoder, again.image_shape, again.trained) == (None, None, model.trained)
    save(again, path.with_name("again"))
    assert path.read_bytes() == path.with_name("again").read_bytes()


def test_an_encoder_and_a_regression_come_back(tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(5, 3, (20, 4)), rng.normal(100, 7, 20)
    table = Table("here", X, y, ("a", "b", "c", "d"), "y")
    encoder, targets = Encoder.fit(table), Targets.fit(y, task="regression", name="y")
    network = Network((encoder.n_outputs, 3, targets.n_units("squared")), cost="squared")
    trained = {"recipe": "modern", "seed": np.int64(3), "sizes": (4, 2), "时间": 1.5}
    model = Model(network, initial_theta(network, 1), targets, encoder, (2, 2), trained)
    save(model, tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    assert again.predict(X).tobytes() == model.predict(X).tobytes()
    assert again.cost(table, y) == model.cost(table, y)
    assert again.image_shape == (2, 2)
    assert again.trained == {"recipe": "modern", "seed": 3, "sizes": [4, 2], "时间": 1.5}


def test_only_a_file_with_bins_has_version_3(tmp_path):
    """So older readers say that they are too old, and read all other files."""
    rng = np.random.default_rng(0)
    X = rng.normal(5, 3, (60, 2))
    table = Table("here", X, None, ("a", "b"), None)
    for bins, version in ((0, 2), (4, 3)):
        encoder = Encoder.fit(table, bins=bins)
        network = Network((encoder.n_outputs, 1))
        model = Model(network, initial_theta(network, 1), Targets.fit(["no", "yes"]), encoder)
        path = tmp_path / f"{bins}.safetensors"
        save(model, path)
        with safe_open(path, framework="np") as file:
            values = json.loads(file.metadata()["clearprop"])
        assert values["format_version"] == version
        assert values["encoder"].get("bins") == (
            [edges.tolist() for edges in encoder.edges] if bins else None
        )
        again = load(path)
        assert again.outputs(X).tobytes() == model.outputs(X).tobytes()
        assert again.encoder.input_names == encoder.input_names
        save(again, tmp_path / "again")
        assert path.read_bytes() == (tmp_path / "again").read_bytes()


@pytest.mark.parametrize(
    ("activation", "cost", "version"),
    [
        ("relu", "squared", 2),
        ("leaky_relu", "squared", 3),
        ("silu", "squared", 3),
        ("relu", "huber", 3),
        ("relu", "quantile", 3),
    ],
)
def test_older_readers_are_told_of_newer_activations_and_costs(tmp_path, activation, cost, version):
    network = Network((2, 3, 1), activation, cost)
    targets = Targets.fit([0.5, 1.5], "regression")
    save(Model(network, initial_theta(network, 1), targets), tmp_path / "model")
    with safe_open(tmp_path / "model", framework="np") as file:
        values = json.loads(file.metadata()["clearprop"])
    assert values["format_version"] == version
    assert load(tmp_path / "model").network == network


def test_the_tensors_are_the_courses_matrices(tmp_path):
    """A reader that knows safetensors and the course alone finds what it expects."""
    model = a_model(hidden=(4, 3), dtype=np.float32)
    save(model, tmp_path / "model")
    tensors = load_file(tmp_path / "model")
    assert sorted(tensors) == ["Theta1", "Theta2", "Theta3"]
    for name, Theta in zip(
        sorted(tensors), course_matrices(model.network, model.theta), strict=True
    ):
        assert tensors[name].dtype == np.float32
        assert tensors[name].tobytes() == Theta.tobytes()
    assert tensors["Theta1"].shape == (4, 3)
    with safe_open(tmp_path / "model", framework="np") as file:
        assert list(file.metadata()) == ["clearprop"]
        values = json.loads(file.metadata()["clearprop"])
    assert list(values) == [
        "format_version", "network", "targets", "encoder", "image_shape", "trained"
    ]  # fmt: skip
    assert values["format_version"] == 2
    assert values["network"] == {
        "layer_sizes": [2, 4, 3, 3],
        "activation": "sigmoid",
        "cost": "softmax",
        "regularization": 0.1,
    }


def test_the_same_model_gives_the_same_bytes_in_every_process(tmp_path):
    program = (
        "import sys; from clearprop import Network, initial_theta, save;"
        "from clearprop.model import Model; from clearprop.data.targets import Targets;"
        "n = Network((2, *[2] * 10, 1));"
        "save(Model(n, initial_theta(n, 0), Targets.fit(['b', 'a']),"
        " trained={'z': 1, 'a': [2]}), sys.argv[1])"
    )
    written = set()
    for hash_seed in ("0", "1", "2"):
        path = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", program, path], check=True, env=environment)
        written.add(path.read_bytes())
    assert len(written) == 1


def test_a_fitted_estimator_is_anything_with_to_model(tmp_path):
    class Fitted:
        def to_model(self):
            return a_model()

    save(Fitted(), tmp_path / "model")
    assert load(tmp_path / "model").predict([[0.0, 1.0]]).shape == (1,)


def test_what_is_no_model_is_told_what_to_hand_in(tmp_path):
    class Fitted:
        def to_model(self):
            return {}

    class Pipeline:
        steps = ()

    class Search:
        best_estimator_ = None

    class Theirs:
        coefs_ = intercepts_ = ()

    expected = (
        "save: expected a Model (as load returns it) or a fitted MLPClassifier or MLPRegressor; "
    )
    cases = [
        ({}, "got dict"),
        (Fitted, "got type; that is a class: hand in a fitted object of it, Fitted(...).fit(X, y)"),
        (Fitted(), "got Fitted, whose to_model() returned dict"),
        (
            Pipeline(),
            "got Pipeline: hand in its last step, pipeline[-1]; the file then takes rows as the "
            "steps before it leave them, so keep those steps too",
        ),
        (
            Theirs(),
            "got Theirs of another package: hand in Model.from_sklearn(estimator)",
        ),
        (Search(), "got Search: hand in its best_estimator_"),
        ("m.safetensors", "got str 'm.safetensors': the model comes first, save(model, path)"),
    ]
    for value, message in cases:
        with pytest.raises(ParameterError) as caught:
            save(value, tmp_path / "model")
        assert str(caught.value) == expected + message
    assert os.listdir(tmp_path) == []


def test_what_json_cannot_hold_is_named_and_the_old_file_stays(tmp_path):
    path = tmp_path / "model"
    save(a_model(), path)
    before = path.read_bytes()
    nested = []
    nested.append(nested)
    cases = [
        ({"curve": [0.5, float("inf")]}, "trained.curve[1]: expected a finite number; got inf"),
        ({"a": {1: 2}}, "trained.a: expected text as the name of a value; got 1"),
        (
            {"at": object()},
            "trained.at: expected text, numbers, true, false, None, lists or dictionaries of "
            "them; got object",
        ),
    ]
    for trained, message in cases:
        with pytest.raises(ModelFileError) as caught:
            save(a_model(trained=trained), path)
        assert str(caught.value) == f"cannot write {path}: {message}"
    with pytest.raises(ModelFileError, match="recursion"):
        save(a_model(trained={"a": nested}), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model"]


def test_a_failure_in_the_middle_keeps_the_old_model(tmp_path, monkeypatch):
    path = tmp_path / "model"
    old = a_model(seed=1)
    save(old, path)

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", fail)
        with pytest.raises(ModelFileError, match="no space left on device; what stood there"):
            save(a_model(seed=2), path)
    assert load(path).theta.tobytes() == old.theta.tobytes()
    assert os.listdir(tmp_path) == ["model"]


def test_too_many_parameters_are_refused_on_both_sides(tmp_path, monkeypatch):
    save(a_model(), tmp_path / "model")
    monkeypatch.setattr(model_file, "MAX_PARAMETERS", 20)
    message = "21 parameters; a model file may hold 20"
    with pytest.raises(ModelFileError, match=message):
        save(a_model(), tmp_path / "other")
    with pytest.raises(ModelFileError, match=f"network: {message}"):
        load(tmp_path / "model")


def test_a_header_that_would_be_too_large_is_not_written(tmp_path, monkeypatch):
    from clearprop.storage import container

    monkeypatch.setattr(container, "HEADER_LIMIT", 2000)
    save(a_model(), tmp_path / "model")
    with pytest.raises(ModelFileError, match=r"its text is longer than the 2,000 bytes"):
        save(a_model(trained={"note": "x" * 2000}), tmp_path / "other")
    assert os.listdir(tmp_path) == ["model"]
