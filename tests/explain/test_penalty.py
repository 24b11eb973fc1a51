"""Lambda's part apart from the data's: plain NumPy as the witness, on models of three recipes."""

import re
from functools import cache

import numpy as np
import pytest
from passes import a_pass

from clearprop import RECIPES, Experiment, Model, Network, Targets, explain, read
from clearprop.experiment.rows import batch_around
from clearprop.explain.penalty import Penalty


@cache
def trained(recipe: str) -> Model:
    few = {"hidden": (16,), "epochs": 2} if recipe == "modern" else {"epochs": 2}
    return Experiment(read("digits"), RECIPES[recipe].with_(**few)).fit().model()


def plain(model: Model, X, y):
    """The data's part of J and of the gradient, and the sum of the squared weights."""
    network, theta = model.network, np.asarray(model.theta, float)
    blocks, at = [], 0
    for below, above in zip(network.layer_sizes, network.layer_sizes[1:], strict=False):
        blocks.append(theta[at : at + (below + 1) * above].reshape(below + 1, above))
        at += (below + 1) * above
    Y, a, zs = np.eye(10)[y], [X], []
    for B in blocks:
        zs.append(a[-1] @ B[1:] + B[0])
        sigmoid = 1 / (1 + np.exp(-zs[-1]))
        a.append(np.maximum(zs[-1], 0) if network.activation == "relu" else sigmoid)
    match network.cost:
        case "softmax":
            e = np.exp(zs[-1] - zs[-1].max(axis=1, keepdims=True))
            h = e / e.sum(axis=1, keepdims=True)
            J, delta = -np.log(h[Y == 1]).sum(), h - Y
        case "quadratic":
            h = a[-1]
            J, delta = ((h - Y) ** 2).sum() / 2, (h - Y) * h * (1 - h)
        case _:
            h = a[-1]
            J, delta = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum(), h - Y
    parts = []
    for l in range(len(blocks) - 1, -1, -1):
        parts.insert(0, np.vstack([delta.sum(axis=0), a[l].T @ delta]).ravel())
        if l:
            slope = (zs[l - 1] > 0) if network.activation == "relu" else a[l] * (1 - a[l])
            delta = delta @ blocks[l][1:].T * slope
    squares = sum((B[1:] ** 2).sum() for B in blocks)
    return J / len(X), np.concatenate(parts) / len(X), squares


@pytest.mark.parametrize("recipe", ["course", "3b1b", "modern"])
def test_j_and_the_ranking_are_those_of_plain_numpy(recipe):
    model, table = trained(recipe), read("digits")
    batch = table.take(batch_around(model, table, 5))
    e = explain(model, batch, batch.y)
    X, y = model.inputs(batch, np.float64), np.asarray(batch.y, int)
    J, D, squares = plain(model, X, y)
    found = e.to_dict()
    assert found["cost"]["batch"] == pytest.approx(J, rel=1e-12)
    lambda_ = model.network.regularization
    m = 1258 if recipe != "modern" else 5 * 1258  # images moved by a pixel count, too
    assert found["batch"]["penalty_rows"] == m
    assert found["cost"]["penalty"] == pytest.approx(lambda_ / (2 * m) * squares, rel=1e-12)
    mean = np.concatenate([np.ravel(layer["mean"]) for layer in found["gradient"]])
    np.testing.assert_allclose(mean, D, rtol=0, atol=1e-14)
    ranked = np.sort(np.abs(D))[::-1]
    for entry, size in zip(found["sensitivities"], ranked, strict=False):
        assert abs(entry["mean"]) == pytest.approx(size, rel=1e-10)
        weight = entry["parameter"]["value"] if entry["parameter"]["source"] else 0
        assert entry["penalty"] == pytest.approx(lambda_ / m * weight, rel=1e-12)
    for entry in found["averages"]:
        assert entry["D"] == pytest.approx(entry["mean"] + entry["penalty"], rel=1e-12)


def test_the_bias_of_the_output_that_was_wrong_matters_most():
    """The lesson: the network takes a 5 for another digit, and J reacts to the 5's bias most."""
    model, table = trained("course"), read("digits")
    wrong = np.flatnonzero(model.predict(table) != table.y)
    sample = int(wrong[0])
    e = explain(model, table.take([sample]), table.y[[sample]])
    largest = np.abs(e.one.delta(3)[0]).argmax() + 1
    top = e.sensitivities[0].parameter
    assert (top.layer, top.source, top.target) == (2, 0, largest)


def test_the_m_of_a_model_is_that_of_its_training_and_of_a_network_that_of_its_batch():
    batch = a_pass(sizes=(2, 3, 2), m=4)
    network, theta = batch.network, batch.theta
    own = explain(network, theta, batch.X, batch.Y).penalty
    assert (own.rows, own.trained) == (4, False)
    targets = Targets.fit(["no", "yes"])
    unknown = [{}, *({"penalty_rows": wrong} for wrong in ("x", 0, 10**400, True))]
    for told, rows in (({"penalty_rows": 25.5}, 25.5), *((told, None) for told in unknown)):
        model = Model(network, theta, targets, trained=told)
        penalty = explain(model, batch.X, ["no", "yes", "no", "no"]).penalty
        assert (penalty.rows, penalty.trained) == (rows, True)


def test_without_m_nothing_is_said_of_lambda_but_that():
    network = Network((1, 2), cost="softmax", regularization=3.0)
    model = Model(network, np.arange(4.0), Targets.fit(["no", "yes"]))
    e = explain(model, [[1.0], [2.0]], ["no", "yes"])
    said = " ".join(e.to_text().split())
    assert "because the model does not say which m it was trained with (m_train)." in said
    assert re.findall(r"D of Theta\^\(1\)_\d,(\d)", said) == ["0", "0"]  # biases have no lambda
    found = e.to_dict()
    assert (found["cost"]["penalty"], found["gradient"][0]["D"]) == (None, None)
    assert "模型里没有记下训练时所用的m" in "".join(e.to_text("zh").split())


def test_without_lambda_there_is_no_part_and_no_sentence():
    batch = a_pass(lambda_=0.0)
    penalty = Penalty(batch, None, trained=True)
    assert (penalty.J, penalty.of(1, 1, 1), penalty.block(2).any()) == (0, 0, False)
    assert "ambda's part" not in explain(batch.network, batch.theta, batch.X, batch.Y).to_text()
