"""Raw rows in, labels or numbers out; held to scikit-learn's definitions and the mathematics."""

import tracemalloc
from importlib.util import find_spec

import numpy as np
import polars
import pytest
from scipy.sparse import coo_array
from sklearn.metrics import accuracy_score, r2_score

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines import slices
from clearprop.engines.evaluate import cost_and_gradient, predict
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import ClearpropError, DataError, ParameterError
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta


def classifier(classes=3, cost="softmax", n=4, **parts):
    targets = Targets.fit(np.array([f"class {k}" for k in range(classes)]))
    network = Network((n, 5, targets.n_units(cost)), cost=cost, regularization=3.0)
    return Model(network, initial_theta(network, 1, init=2.0), targets, **parts)


def rows_of(m=30, n=4, seed=0):
    return np.random.default_rng(seed).normal(0, 2, (m, n))


@pytest.fixture
def small_slices(monkeypatch):
    """Seven rows a slice for the network of `classifier`."""
    monkeypatch.setattr(slices, "SLICE_BYTES", 7 * 8 * 2 * (5 + 3))


def test_outputs_are_the_networks():
    model, X = classifier(), rows_of()
    expected = predict(model.network, model.theta, X)
    assert np.array_equal(model.outputs(X), expected)
    assert np.array_equal(model.predict_proba(X), expected)
    assert model.predict(X).tolist() == [f"class {k}" for k in expected.argmax(axis=1)]
    assert len(set(model.predict(X))) > 1


def frames(columns):
    """The columns as a frame of each library that is installed."""
    yield polars.DataFrame(columns)
    if find_spec("pandas"):
        import pandas

        yield pandas.DataFrame(columns, index=range(100, 130))


def test_one_row_lists_frames_sparse_and_tables_are_all_rows():
    model, X = classifier(), rows_of()
    expected = model.predict(X).tolist()
    columns = dict(zip("abcd", X.T, strict=True))
    for rows in (
        X.tolist(),
        *frames(columns),
        coo_array(X),
        Table("here", X, None, tuple("abcd"), None),
    ):
        assert model.predict(rows).tolist() == expected
    assert model.predict(X[0]).tolist() == expected[:1]
    assert model.predict(X[0].tolist()).tolist() == expected[:1]


def test_slices_change_nothing(small_slices):
    plain, X = classifier(), rows_of()
    table = Table("here", X, None, tuple("abcd"), None)
    encoded = classifier(encoder=Encoder.fit(table))
    columns = dict(zip("abcd", X.T, strict=True))
    y = np.array([f"class {k % 3}" for k in range(30)])
    for model in (plain, encoded):
        whole = model.encoder.transform(X) if model.encoder else X
        expected = predict(model.network, model.theta, whole)
        cost = cost_and_gradient(
            Network(model.network.layer_sizes, cost="softmax"),
            model.theta,
            whole,
            np.arange(30) % 3,
        )[0]
        for rows in (X, table, *frames(columns)):
            np.testing.assert_allclose(model.outputs(rows), expected, rtol=1e-12)
            assert model.cost(rows, y) == pytest.approx(cost, rel=1e-12)
    np.testing.assert_allclose(
        plain.outputs(coo_array(X)), predict(plain.network, plain.theta, X), rtol=1e-12
    )


def test_the_slices_are_slices(small_slices, monkeypatch):
    """Seven rows at a time pass the network, not thirty."""
    model = classifier()
    seen = []

    class Engine(ReferenceEngine):
        def open(self, network, state, rows=None, update=None):
            session = super().open(network, state, rows, update)
            whole = session.predict
            session.predict = lambda X: (seen.append(len(X)), whole(X))[1]
            return session

    monkeypatch.setattr(slices, "choose_engine", lambda name: Engine())
    assert model.outputs(rows_of()).shape == (30, 3)
    assert seen == [7, 7, 7, 7, 2]


def test_the_cost_is_computed_from_the_engines_logits(small_slices, monkeypatch):
    model = classifier()
    seen = []

    class Engine(ReferenceEngine):
        def open(self, network, state, rows=None, update=None):
            session = super().open(network, state, rows, update)
            session.logits = lambda X: (seen.append(len(X)), np.zeros((len(X), 3)))[1]
            return session

    monkeypatch.setattr(slices, "choose_engine", lambda name: Engine())
    y = [f"class {k % 3}" for k in range(30)]
    assert model.cost(rows_of(), y) == pytest.approx(np.log(3), rel=1e-14)
    assert seen == [7, 7, 7, 7, 2]


def test_memory_stays_bounded():
    """60,000 rows through 512 hidden units: 490 MB at once, 64 MB in slices."""
    targets = Targets.fit([0, 1], "classification")
    network = Network((2, 512, 1))
    model = Model(network, initial_theta(network, 0), targets)
    X, y = np.zeros((60_000, 2)), np.zeros(60_000, int)
    tracemalloc.start()
    model.outputs(X)
    after_outputs = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    model.cost(X, y)
    after_cost = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(after_outputs, after_cost) < 2.5 * slices.SLICE_BYTES


def test_an_error_counts_its_rows_in_the_whole(small_slices):
    model, X = classifier(), rows_of()
    X[17, 2] = np.nan
    with pytest.raises(ParameterError) as whole:
        predict(model.network, model.theta, X)
    for compute in (model.outputs, model.predict, model.predict_proba):
        with pytest.raises(ParameterError) as caught:
            compute(X)
        assert str(caught.value) == str(whole.value)


def test_the_cost_is_j_without_lambda():
    """`cost` of the course's network, by the engine's J with lambda 0."""
    for cost, classes in (("logistic", 2), ("softmax", 3), ("quadratic", 2)):
        model, X = classifier(classes, cost), rows_of()
        numbers = np.arange(30) % classes
        bare = Network(model.network.layer_sizes, cost=cost)
        expected, _ = cost_and_gradient(bare, model.theta, X, numbers)
        with_lambda, _ = cost_and_gradient(model.network, model.theta, X, numbers)
        J = model.cost(X, [f"class {k}" for k in numbers])
        assert pytest.approx(expected, rel=1e-14) == J
        assert with_lambda > J


def test_a_sure_and_wrong_model_has_a_large_cost_and_no_warning():
    targets = Targets.fit([0, 1], "classification")
    model = Model(Network((1, 1)), [0.0, 1000.0], targets)
    assert model.cost([[1.0], [-1.0]], [0, 0]) == 500.0


def test_accuracy_is_scikit_learns():
    model, X = classifier(), rows_of()
    y = np.array([f"class {k % 3}" for k in range(30)])
    assert model.score(X, y) == accuracy_score(y, model.predict(X))
    assert 0 < model.score(X, y) < 1
    assert model.score(X, y[:, None]) == model.score(X, y)


def test_several_labels_a_row_must_all_be_right():
    rng = np.random.default_rng(0)
    Y = rng.integers(0, 2, (30, 3))
    targets = Targets.fit(Y, task="multilabel")
    network = Network((4, targets.n_units("logistic")))
    model, X = Model(network, initial_theta(network, 0, init=2.0), targets), rows_of()
    predicted = model.predict(X)
    Y[:10] = predicted[:10]
    Y[9, 1] = 1 - Y[9, 1]
    assert model.score(X, Y) == accuracy_score(Y, predicted)
    assert 9 / 30 <= model.score(X, Y) < 1


@pytest.mark.parametrize("outputs", [1, 2])
def test_r2_is_scikit_learns(outputs):
    rng = np.random.default_rng(0)
    X, y = rows_of(), rng.normal(50, 9, (30, outputs))
    y = y[:, 0] if outputs == 1 else y
    targets = Targets.fit(y, task="regression")
    network = Network((4, outputs), cost="squared")
    model = Model(network, initial_theta(network, 0), targets)
    assert model.score(X, y) == pytest.approx(r2_score(y, model.predict(X)), rel=1e-12)
    assert model.score(X, model.predict(X)) == 1.0


def test_r2_of_a_constant_target_is_scikit_learns():
    targets = Targets.fit(np.array([1.0, 2.0, 4.0]), task="regression")
    network = Network((1, 1), cost="squared")
    model = Model(network, [0.25, 0.0], targets)  # the same prediction for every row
    X = [[1.0], [2.0]]
    h = model.predict(X)
    for y in (h, h + 1):
        assert model.score(X, y) == r2_score(y, h)
    assert (model.score(X, h), model.score(X, h + 1)) == (1.0, 0.0)
    with pytest.raises(DataError, match=r"^y: R\^2 needs two rows at least; got 1$"):
        model.score([[1.0]], [1.0])


def test_y_that_does_not_fit():
    model, X = classifier(), rows_of()
    cases = [
        (lambda: model.score(X, ["class 0"] * 29), "y: expected shape (30,); got (29,)"),
        (
            lambda: model.score(X, np.arange(30) % 3),
            "labels: 0 (row 1) and 2 other labels are no known classes; the classes are "
            "class 0, class 1, class 2",
        ),
        (
            lambda: model.cost(X, ["class 0"] * 29),
            "y: expected as many values as rows, 30; got 29",
        ),
        (
            lambda: model.cost(X, ["class 0"] * 31),
            "y: expected as many values as rows, 30; got 31",
        ),
    ]
    for compute, message in cases:
        with pytest.raises(DataError) as caught:
            compute()
        assert str(caught.value) == message


def test_no_rows():
    with pytest.raises(ClearpropError, match="at least one row; got 0"):
        classifier().predict(np.zeros((0, 4)))


def test_parts_that_do_not_fit_together_are_all_named():
    X = rows_of(n=6)
    encoder = Encoder.fit(Table("here", X, None, tuple("abcdef"), None))
    with pytest.raises(ParameterError) as caught:
        Model(
            Network((4, 2), cost="softmax"),
            np.zeros(10),
            Targets.fit(np.array(["a", "b", "c"])),
            encoder,
            (2, 4),
        )
    assert str(caught.value) == (
        "3 problems: image_shape: expected (height, width) or None with a product of 6, "
        "the values of a row; got (2, 4); "
        "targets: 3 classes need 3 output units under the softmax cost; the network has 2; "
        "encoder: gives 6 inputs; the network takes 4"
    )
    with pytest.raises(ParameterError, match=r"^theta: expected shape \(10,\)"):
        Model(Network((4, 2)), np.zeros(9), Targets.fit([0, 1], "classification"))


def test_float32_computes_in_float32():
    wide = classifier()
    narrow = Model(wide.network, wide.theta.astype(np.float32), wide.targets)
    assert narrow.outputs(rows_of()).dtype == np.float32
    np.testing.assert_allclose(narrow.outputs(rows_of()), wide.outputs(rows_of()), atol=1e-5)
    y = ["class 0"] * 30
    assert narrow.cost(rows_of(), y) == pytest.approx(wide.cost(rows_of(), y), rel=1e-5)


# -- Bags -----------------------------------------------------------------------------------------


def bag(cost="softmax", classes=3, dtype=np.float64):
    """Three networks, each with values of its own."""
    one = classifier(classes, cost)
    thetas = [initial_theta(one.network, seed, 2.0, dtype) for seed in (1, 2, 3)]
    return Model(one.network, thetas[0], one.targets, bag=tuple(thetas[1:])), thetas


def test_a_bag_answers_the_average(small_slices):
    (model, thetas), X = bag(), rows_of()
    expected = sum(predict(model.network, theta, X) for theta in thetas) / 3
    assert [theta.tobytes() for theta in model.thetas] == [theta.tobytes() for theta in thetas]
    np.testing.assert_allclose(model.outputs(X), expected, rtol=1e-14)
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-14)
    assert model.predict(X).tolist() == [f"class {k}" for k in expected.argmax(axis=1)]
    assert model.summary == "average of 3 networks 4-5-3, 3 classes, float64"


@pytest.mark.parametrize("cost", ["softmax", "logistic", "quadratic"])
def test_the_cost_of_a_bag_is_that_of_the_average(cost):
    (model, thetas), X = bag(cost), rows_of()
    y = np.array([f"class {k % 3}" for k in range(30)])
    h = sum(predict(model.network, theta, X) for theta in thetas) / 3
    Y = model.targets.encode(y, cost)
    by_hand = {
        "softmax": -(Y * np.log(h)).sum(axis=1),
        "logistic": -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum(axis=1),
        "quadratic": 0.5 * ((h - Y) ** 2).sum(axis=1),
    }[cost].mean()
    assert model.cost(X, y) == pytest.approx(by_hand, rel=1e-12)


def test_what_a_model_knows_of_its_candidates():
    one = classifier()
    candidates = [
        {"regularization": 3.0, "fold": 0, "validation_cost": 0.5},
        {"regularization": 0.3, "fold": 0, "validation_cost": 0.25},
        {"regularization": 9.0, "fold": 0, "validation_cost": None},
        {"regularization": 0.3, "fold": 1, "validation_cost": 0.1},
    ]
    made = {"recipe": "modern", "candidates": candidates}
    model = Model(one.network, one.theta, one.targets, trained=made)
    assert model.validation_costs == {0.3: 0.25, 3.0: 0.5}
    assert list(model.validation_costs) == [0.3, 3.0]
    assert model.made == {"recipe": "modern"}
    assert one.validation_costs == {}
    # A file may hold anything here.
    for strange in ("text", [1, None, {}], [{"regularization": "x"}], {"a": 1}):
        odd = Model(one.network, one.theta, one.targets, trained={"candidates": strange})
        assert odd.validation_costs == {}
