"""The choice of a cost, probabilities, class weights, and labels of every kind."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from sklearn.exceptions import DataConversionWarning

from clearprop.engines.evaluate import predict
from clearprop.errors import DataError, ParameterError
from clearprop.estimators import MLPClassifier
from clearprop.network.architecture import Array

# -- Costs ----------------------------------------------------------------------------------------

UNITS = [
    ("digits", "auto", "softmax", 10),
    ("digits", "softmax", "softmax", 10),
    ("digits", "logistic", "logistic", 10),
    ("digits", "quadratic", "logistic", 10),
    ("cancer", "auto", "logistic", 1),
    ("cancer", "softmax", "softmax", 2),
    ("cancer", "logistic", "logistic", 1),
    ("cancer", "quadratic", "logistic", 1),
    ("labels", "auto", "logistic", 4),
    ("labels", "logistic", "logistic", 4),
    ("labels", "quadratic", "logistic", 4),
]


def cost_by_hand(cost: str, h: Array, Y: Array) -> float:
    if cost == "softmax":
        each = -np.log(h[Y == 1])
    elif cost == "quadratic":
        each = 0.5 * ((h - Y) ** 2).sum(axis=1)
    else:
        each = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum(axis=1)
    return float(each.mean())


@pytest.mark.parametrize(("kind", "cost", "out", "units"), UNITS)
def test_every_cost(
    kind: str, cost: str, out: str, units: int, request: pytest.FixtureRequest, quietly: Any
) -> None:
    X, y = request.getfixturevalue(kind)
    classifier = MLPClassifier((8,), cost=cost, solver="lbfgs", max_iter=20, random_state=0)
    classifier.set_params(alpha=0.5)
    quietly(classifier.fit, X, y)
    assert (classifier.out_activation_, classifier.n_outputs_) == (out, units)
    name = {"auto": "softmax" if out == "softmax" else "logistic"}.get(cost, cost)
    assert classifier.network_.cost == name

    h = predict(classifier.network_, classifier.theta_, X)
    Y = y if kind == "labels" else np.eye(len(classifier.classes_))[y]
    Y = y[:, None] if units == 1 else Y
    penalty = 0.5 / 2 / len(X) * sum((weights**2).sum() for weights in classifier.coefs_)
    assert classifier.loss_ == pytest.approx(cost_by_hand(name, h, Y) + penalty, rel=1e-9)

    probabilities = classifier.predict_proba(X)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    if kind == "labels":
        np.testing.assert_array_equal(probabilities, h)
        np.testing.assert_array_equal(classifier.predict(X), h > 0.5)
    else:
        assert probabilities.shape == (len(X), len(classifier.classes_))
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
        expected = np.hstack([1 - h, h]) if units == 1 else h / h.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(probabilities, expected, rtol=1e-12)
        most = classifier.classes_[probabilities.argmax(axis=1)]
        np.testing.assert_array_equal(classifier.predict(X), most)
    assert classifier.score(X, y) > {"digits": 0.3, "cancer": 0.9, "labels": 0.25}[kind]
    np.testing.assert_array_equal(classifier.predict_log_proba(X), np.log(probabilities))


def test_two_units_of_softmax_are_one_of_the_sigmoid(cancer: Any) -> None:
    """The same network: the difference of two units with half the penalty each."""
    two = MLPClassifier((), cost="softmax", solver="cg", alpha=4.0, tol=1e-9, max_iter=999)
    one = MLPClassifier((), cost="logistic", solver="cg", alpha=2.0, tol=1e-9, max_iter=999)
    two.fit(*cancer)
    one.fit(*cancer)
    np.testing.assert_allclose(two.predict_proba(cancer.X), one.predict_proba(cancer.X), atol=1e-5)


def test_a_probability_of_zero_has_a_logarithm(cancer: Any, quietly: Any) -> None:
    classifier = MLPClassifier((), max_iter=1)
    quietly(classifier.fit, *cancer)
    classifier.coefs_[0][:] = 0
    classifier.intercepts_[0][:] = 800  # the sigmoid rounds to 1
    assert classifier.predict_log_proba(cancer.X[:1]).tolist() == [[-np.inf, 0.0]]


def test_softmax_is_for_one_label_a_sample(labels: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        MLPClassifier(cost="softmax").fit(*labels)
    assert str(caught.value) == (
        "cost: softmax expects one label a sample; got several, use cost='logistic'"
    )
    with pytest.raises(ParameterError) as caught:
        MLPClassifier(cost="quadratc").fit(*labels)
    assert str(caught.value) == (
        "cost: expected one of auto, softmax, logistic, quadratic; got 'quadratc' "
        '(did you mean "quadratic"?)'
    )


# -- Class weights --------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_class_weights_are_sample_weights(solver: str, digits: Any, quietly: Any) -> None:
    X, y = digits
    own = np.random.default_rng(0).random(200)

    def trained(class_weight: Any, sample_weight: Any) -> Array:
        classifier = MLPClassifier((5,), solver=solver, max_iter=5, class_weight=class_weight)
        classifier.set_params(random_state=0)
        quietly(classifier.fit, X, y, sample_weight=sample_weight)
        return classifier.theta_

    by_class = np.where(y == 3, 5.0, np.where(y == 7, 0.0, 1.0))
    chosen = {3: 5.0, 7: 0.0}
    np.testing.assert_array_equal(trained(chosen, None), trained(None, by_class))
    np.testing.assert_array_equal(trained(chosen, own), trained(None, by_class * own))
    balanced = 200 / (10 * np.bincount(y))[y]
    np.testing.assert_allclose(trained("balanced", None), trained(None, balanced), rtol=1e-7)
    assert not np.allclose(trained("balanced", None), trained(None, None), rtol=1e-3)


def test_class_weights_of_text_labels(cancer: Any, quietly: Any) -> None:
    X, y = cancer
    names = np.array(["yes", "no"])[y]  # sorted the other way round
    weighted = MLPClassifier((5,), class_weight={"yes": 9.0}, max_iter=5, random_state=0)
    quietly(weighted.fit, X, names)
    by_hand = MLPClassifier((5,), max_iter=5, random_state=0)
    quietly(by_hand.fit, X, names, sample_weight=np.where(names == "yes", 9.0, 1.0))
    assert weighted.theta_.tobytes() == by_hand.theta_.tobytes()


def test_balanced_weights_find_the_rare_class(cancer: Any, quietly: Any) -> None:
    rows = np.flatnonzero(cancer.y == 0)[:6].tolist() + np.flatnonzero(cancer.y == 1).tolist()
    X, y = cancer.X[rows], cancer.y[rows]
    found = []
    for class_weight in (None, "balanced"):
        classifier = MLPClassifier(
            (4,), solver="lbfgs", alpha=100, class_weight=class_weight, random_state=0
        )
        quietly(classifier.fit, X, y)
        found.append((classifier.predict(X)[:6] == 0).sum())
    assert found[0] < found[1] == 6


def test_wrong_class_weights(cancer: Any) -> None:
    with pytest.raises(ValueError, match=r"The classes, .*0.*, are not in class_weight"):
        MLPClassifier(class_weight={5: 2.0}).fit(*cancer)
    with pytest.raises(ValueError, match="'class_weight' parameter"):
        MLPClassifier(class_weight="even").fit(*cancer)


def test_class_weights_and_partial_fit(cancer: Any) -> None:
    """A batch need not hold every class that has a weight."""
    X, y = cancer
    only = np.flatnonzero(y == 1)[:20]
    weighted = MLPClassifier((3,), class_weight={0: 7.0, 1: 2.0}, random_state=0)
    weighted.partial_fit(X[only], y[only], classes=[0, 1])
    weighted.partial_fit(X[:40], y[:40])
    by_hand = MLPClassifier((3,), random_state=0)
    by_hand.partial_fit(X[only], y[only], classes=[0, 1], sample_weight=np.full(20, 2.0))
    by_hand.partial_fit(X[:40], y[:40], sample_weight=np.where(y[:40] == 0, 7.0, 2.0))
    assert weighted.theta_.tobytes() == by_hand.theta_.tobytes()
    rare = MLPClassifier((3,), class_weight={0: 7.0})
    rare.partial_fit(X[only], y[only], classes=[0, 1])


def test_class_weights_of_several_labels(labels: Any, quietly: Any) -> None:
    X, Y = labels
    chosen = [{0: 1.0, 1: 3.0}, {0: 1.0, 1: 1.0}, {0: 2.0, 1: 1.0}, {0: 1.0, 1: 1.0}]
    weighted = MLPClassifier((3,), class_weight=chosen, max_iter=3, random_state=0)
    quietly(weighted.fit, X, Y)
    by_hand = MLPClassifier((3,), max_iter=3, random_state=0)
    weight = np.where(Y[:, 0] == 1, 3.0, 1.0) * np.where(Y[:, 2] == 0, 2.0, 1.0)
    quietly(by_hand.fit, X, Y, sample_weight=weight)
    assert weighted.theta_.tobytes() == by_hand.theta_.tobytes()


# -- Labels ---------------------------------------------------------------------------------------


def test_a_column_of_labels_is_a_row_of_them(cancer: Any, quietly: Any) -> None:
    X, y = cancer
    column = MLPClassifier((3,), max_iter=2, random_state=0)
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
        quietly(column.fit, X, y[:, None])
    row = MLPClassifier((3,), max_iter=2, random_state=0)
    quietly(row.fit, X, y)
    assert column.theta_.tobytes() == row.theta_.tobytes()
    assert column.predict(X).shape == (150,)


def test_a_sparse_matrix_of_labels(labels: Any, quietly: Any) -> None:
    X, Y = labels
    sparse = MLPClassifier((3,), max_iter=2, random_state=0)
    quietly(sparse.fit, X, scipy.sparse.csr_matrix(Y))
    dense = MLPClassifier((3,), max_iter=2, random_state=0)
    quietly(dense.fit, X, Y)
    assert sparse.theta_.tobytes() == dense.theta_.tobytes()
    assert sparse.classes_.tolist() == [0, 1, 2, 3]


def test_labels_that_are_quantities(cancer: Any) -> None:
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        MLPClassifier().fit(cancer.X, cancer.y + 0.5 * (cancer.X[:, 0] > 0) + 0.25)


def test_partial_fit_knows_its_classes_from_the_first_call(cancer: Any) -> None:
    X, y = cancer
    classifier = MLPClassifier((3,)).partial_fit(X[:10], y[:10], classes=["0", "1"])
    assert classifier.classes_.tolist() == ["0", "1"]
    with pytest.raises(DataError, match=r"labels: 2 .*is no known class"):
        MLPClassifier((3,)).partial_fit(X[:3], [0, 1, 2], classes=[0, 1])


def test_callers_can_choose_initial_values(cancer: Any, quietly: Any) -> None:
    from clearprop.network.parameters import initial_theta

    classifier = MLPClassifier((3,), init="glorot", solver="sgd", learning_rate_init=1e-300)
    classifier.set_params(max_iter=1, random_state=5)
    quietly(classifier.fit, *cancer)
    drawn = initial_theta(
        classifier.network_, np.random.Generator(np.random.RandomState(5)._bit_generator), "glorot"
    )
    np.testing.assert_allclose(classifier.theta_, drawn, atol=1e-200)
    with pytest.warns(UserWarning, match="symmetry"):
        quietly(classifier.set_params(init="zeros").fit, *cancer)
    assert not classifier.coefs_[0].any()


def test_lambda_is_alpha_times_rows_over_batch(cancer: Any, quietly: Any) -> None:
    """As the docstring says: the course's lambda is ``alpha * n_samples / batch_size``."""
    from clearprop import Network
    from clearprop.training import Options, Training

    X, y = cancer
    ours = MLPClassifier((3,), solver="sgd", alpha=0.5, batch_size=30, shuffle=False, max_iter=4)
    quietly(ours.set_params(random_state=0, momentum=0.0, init="glorot").fit, X, y)
    network = Network((30, 3, 1), "relu", regularization=0.5 * 150 / 30)
    generator = np.random.Generator(np.random.RandomState(0)._bit_generator)
    from clearprop import initial_theta

    options = Options("sgd", momentum=0.0, batch_size=30, shuffle=False, epochs=4)
    course = Training(network, initial_theta(network, generator, "glorot"), X, y, options)
    course.run()
    np.testing.assert_allclose(course.theta, ours.theta_, rtol=1e-10)


@pytest.mark.parametrize("kind", ["digits", "cancer", "labels"])
def test_what_converters_read_is_scikit_learns(
    kind: str, request: pytest.FixtureRequest, quietly: Any
) -> None:
    """skl2onnx and sklearn-porter read these, and nothing else."""
    from sklearn.neural_network import MLPClassifier as TheirClassifier

    X, y = request.getfixturevalue(kind)
    ours, theirs = (
        quietly(each((4,), "logistic", max_iter=2, random_state=0).fit, X, y)
        for each in (MLPClassifier, TheirClassifier)
    )
    for name in ("activation", "out_activation_", "n_layers_", "n_outputs_", "n_features_in_"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.classes_.tolist() == theirs.classes_.tolist()
    mine, hers = ours._label_binarizer, theirs._label_binarizer
    assert mine.y_type_ == hers.y_type_
    assert mine.classes_.tolist() == hers.classes_.tolist()
    assert np.array_equal(mine.transform(y), hers.transform(y))
    assert not hasattr(MLPClassifier(), "_label_binarizer")
