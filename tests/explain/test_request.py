"""The front door: what may be explained, how it is called, and what is refused."""

import re

import numpy as np
import polars
import pytest
from sklearn.exceptions import NotFittedError

import clearprop
from clearprop import MLPClassifier, MLPRegressor, Network, explain, initial_theta
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.slices import outputs_in_slices
from clearprop.errors import DataError, ParameterError
from clearprop.model import Model

NETWORK = Network((2, 3, 2), cost="softmax")
THETA = initial_theta(NETWORK, 0)
X = np.random.default_rng(0).normal(size=(4, 2))
MODEL = Model(NETWORK, THETA, Targets.fit(["no", "yes"]))


def test_a_network_and_theta():
    found = explain(NETWORK, THETA, X, [0, 1, 1, 0], sample=2)
    assert (found.sample, found.batch.m, found.lang, found.asked) == (2, 4, "en", ())
    assert found.one.Y.tolist() == [[0.0, 1.0]]
    assert (found.names.seen, found.names.truth, found.names.outputs) == (None, None, None)
    assert str(found) == found.to_text() == found.to_text("en")


def test_a_model_with_raw_rows_and_labels():
    found = explain(MODEL, X, ["no", "yes", "yes", "no"], sample=1, source="rows", lang="zh")
    assert found.names.outputs == ("no", "yes")
    assert (found.names.seen, found.names.truth) == (MODEL.predict(X)[1], "yes")
    assert str(found).startswith("rows 的样本 1：逐步讲解\n")
    assert found.to_text("en").startswith("Sample 1 of rows, explained\n")


@pytest.mark.parametrize("label", ["yes", ["yes"], np.array("yes"), np.array(["yes"])])
@pytest.mark.parametrize("row", [X[0], X[:1], X[0].tolist()])
def test_one_row_and_its_label(row, label):
    found = explain(MODEL, row, label)
    assert found.batch.m == 1
    assert found.one.Y.tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize("target", [1, [1], [[0, 1]], [0, 1]])
def test_one_row_of_a_network_and_its_target(target):
    assert explain(NETWORK, THETA, X[0], target).one.Y.tolist() == [[0.0, 1.0]]


def test_frames():
    y = ["no", "yes", "yes", "no"]
    expected = explain(MODEL, X, y).to_text()
    model = Model(NETWORK, THETA, MODEL.targets)
    assert explain(model, X, polars.Series(y)).to_text() == expected
    pandas = pytest.importorskip("pandas")
    assert explain(model, X.tolist(), pandas.Series(y)).to_text() == expected


def test_a_fitted_classifier_is_its_model():
    y = np.array(["no", "yes", "yes", "no"])
    mlp = MLPClassifier((3,), solver="lbfgs", max_iter=500, random_state=0).fit(X, y)
    assert explain(mlp, X, y).to_text() == explain(mlp.to_model(), X, y).to_text()
    with pytest.raises(NotFittedError):
        explain(MLPClassifier(), X, y)


def test_a_fitted_regressor_of_two_numbers_a_row():
    Y = np.column_stack([X.sum(axis=1), X[:, 0]])
    mlp = MLPRegressor("squared_error", (3,), solver="lbfgs", max_iter=2000, random_state=0)
    found = explain(mlp.fit(X, Y), X, Y, sample=3)
    assert found.names.truth == f"{Y[3, 0]:.5g}, {Y[3, 1]:.5g}"
    alone = explain(mlp, X[3], Y[3])
    np.testing.assert_allclose(alone.one.Y, found.one.Y, rtol=1e-15)


def test_only_the_row_that_is_told_goes_through_every_network_of_a_bag(monkeypatch):
    rng = np.random.default_rng(1)
    thetas = [rng.normal(size=NETWORK.n_parameters) for _ in range(3)]
    model = Model(NETWORK, thetas[0], MODEL.targets, bag=tuple(thetas[1:]))
    passed = []

    def outputs(network, thetas, X):
        passed.append((len(thetas), X.copy()))
        return outputs_in_slices(network, thetas, X)

    monkeypatch.setattr("clearprop.explain.request.outputs_in_slices", outputs)
    found = explain(model, X, ["no"] * 4, sample=2)
    ((networks, rows),) = passed
    assert networks == found.names.networks == 3
    np.testing.assert_array_equal(rows, X[2:3])
    assert found.names.answer == model.predict(X)[2]
    assert found.names.seen == Model(NETWORK, thetas[0], MODEL.targets).predict(X)[2]


def test_what_follows_the_subject_may_be_named():
    y = [0, 1, 1, 0]
    told = explain(NETWORK, THETA, X, y).to_dict()
    assert explain(NETWORK, y=y, x=X, theta=THETA).to_dict() == told
    assert explain(NETWORK, THETA, x=X, y=y).to_dict() == told
    labels = ["no", "yes", "yes", "no"]
    assert explain(MODEL, X, y=labels).to_text() == explain(MODEL, X, labels).to_text()
    assert explain(MODEL, x=X).to_text() == explain(MODEL, X).to_text()


def test_a_row_by_a_number_of_numpys_is_the_same_row():
    found = explain(NETWORK, THETA, X, sample=np.int64(2))
    assert type(found.sample) is type(found.number(2)) is int
    assert found._repr_html_() == explain(NETWORK, THETA, X, sample=2)._repr_html_()


def test_units_come_sorted_and_once():
    found = explain(NETWORK, THETA, X, units=[(3, 1), (2, 3), (np.int64(2), 3), [2, 1]])
    assert found.asked == ((2, 1), (2, 3), (3, 1))
    assert found.told(2) == [1, 3]
    assert explain(NETWORK, THETA, X, units=((3, 1),)).told(2) == []


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((NETWORK, THETA), {}, "arguments: expected explain(network, theta, x[, y]); "
         "got 1 after network"),
        ((NETWORK, THETA, X, [0] * 4, 1), {}, "arguments: expected explain(network, theta, x[, y])"
         "; got 4 after network"),
        ((MODEL,), {}, "arguments: expected explain(model, x[, y]); got 0 after model"),
        ((MODEL, X, ["no"] * 4, 2), {}, "arguments: expected explain(model, x[, y]); "
         "got 3 after model"),
        ((MODEL, X), {"x": X}, "arguments: expected explain(model, x[, y]); got 2 after model, "
         "named x"),
        ((MODEL, X), {"theta": THETA}, "arguments: expected explain(model, x[, y]); got 2 after "
         "model, named theta"),
        ((NETWORK,), {"x": X}, "arguments: expected explain(network, theta, x[, y]); got 1 after "
         "network, named x"),
        (("model.safetensors", X), {},
         "subject: expected a model, a fitted estimator or a Network; got str"),
        ((None,), {}, "subject: expected a model, a fitted estimator or a Network; got NoneType"),
        ((NETWORK, THETA[:-1], X), {}, "theta: expected shape (17,) for layers (2, 3, 2); got "
         "(16,). theta unrolls the blocks of shapes ((3, 3), (4, 2))"),
        ((NETWORK, THETA, X, [0, 1]), {}, "Y: expected 4 rows, as many as X; got shape (2,)"),
        ((NETWORK, THETA, X), {"sample": 4}, "sample: expected a row from 0 to 3; got 4"),
        ((NETWORK, THETA, X), {"sample": -1}, "sample: expected a row from 0 to 3; got -1"),
        ((NETWORK, THETA, X), {"sample": True}, "sample: expected a row from 0 to 3; got True"),
        ((NETWORK, THETA, X), {"sample": 1.0}, "sample: expected a row from 0 to 3; got 1.0"),
        ((NETWORK, THETA, X[0]), {"sample": 1}, "sample: expected 0, the only row; got 1"),
        ((NETWORK, THETA, X), {"units": [(2, 4)]}, "units: layer 2 has the units 1 to 3; got 2:4"),
        ((NETWORK, THETA, X), {"units": [(4, 1)]}, "units: expected a layer from 2 to 3; got 4:1"),
        ((NETWORK, THETA, X), {"units": (2, 3)}, "2 problems: units: expected (layer, unit), such "
         "as (2, 5); got 2; units: expected (layer, unit), such as (2, 5); got 3"),
        ((NETWORK, THETA, X), {"units": "2:1"},
         "units: expected pairs (layer, unit), such as [(2, 5)]; got '2:1'"),
        ((NETWORK, THETA, X), {"units": 5},
         "units: expected pairs (layer, unit), such as [(2, 5)]; got 5"),
        ((NETWORK, THETA, X), {"units": [(2.5, 1)]},
         "units: expected (layer, unit), such as (2, 5); got (2.5, 1)"),
        ((NETWORK, THETA, X), {"units": [(2, 1, 1)]},
         "units: expected (layer, unit), such as (2, 5); got (2, 1, 1)"),
        ((Network((2, 1)), THETA[:3], X), {"units": [(3, 1), (2, 2)]},
         "2 problems: units: expected layer 2; got 3:1; units: layer 2 has one unit, 1; got 2:2"),
        ((NETWORK, THETA, X), {"lang": "cn"}, "lang: expected one of en, zh; got 'cn'"),
        ((NETWORK, THETA, X), {"lang": "eng", "sample": 9, "units": [(1, 1)]},
         "3 problems: lang: expected one of en, zh; got 'eng' (did you mean \"en\"?); "
         "sample: expected a row from 0 to 3; got 9; "
         "units: expected a layer from 2 to 3; got 1:1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(arguments, options, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        clearprop.explain(*arguments, **options)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["no"], "y: expected as many values as rows, 4; got 1"),
        (["no", "yes", "maybe", "no"],
         "labels: 'maybe' (row 3) is no known class; the classes are no, yes"),
        (["no", "yes", None, "no"],
         "labels: expected a label in every row; 1 row without one: row 3 is empty"),
    ],
)  # fmt: skip
def test_labels_that_do_not_fit(y, message):
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        explain(MODEL, X, np.array(y, dtype=object))


def test_images_stand_upright_however_they_are_unrolled():
    image = np.arange(6.0).reshape(2, 3)
    targets = Targets.fit(["no", "yes"])
    model = Model(Network((6, 1)), np.zeros(7), targets, image_shape=(2, 3))
    for order in ("C", "F"):
        row = image.ravel(order=order)[None]
        table = Table("a.mat", row, None, tuple("123456"), None, (2, 3), order)
        names = explain(model, table).names
        assert np.array_equal(names.image(row[0]), image)
        for unit, value in enumerate(row[0], start=1):
            r, c = names.pixel(unit)
            assert image[r - 1, c - 1] == value
