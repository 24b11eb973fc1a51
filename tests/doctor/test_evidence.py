"""What shows in single layers where no mistake of the catalogue gives the numbers."""

import json
from dataclasses import replace

import numpy as np
import pytest

import clearprop
from clearprop import Network
from clearprop.doctor.gathered import gathered
from clearprop.doctor.learner.answer import Answer, Part
from clearprop.doctor.probe import probes_for
from clearprop.doctor.search import Search


def net(delta):
    """A network of tanh units and three classes, with its hidden delta from `delta`."""

    def f(W1, b1, W2, b2, X, Y):
        m = len(X)
        z = X @ W1.T + b1
        a = np.tanh(z)
        s = np.exp(a @ W2.T + b2)
        h = s / s.sum(axis=1, keepdims=True)
        d = (h - Y) / m
        e = delta(d @ W2, z, a)
        return -np.sum(Y * np.log(h)) / m, e.T @ X, e.sum(0), d.T @ a, d.sum(0)

    return f


def relu_net(delta):
    def f(W1, b1, W2, b2, X, Y):
        m = len(X)
        z = X @ W1.T + b1
        a = np.maximum(z, 0)
        d = (a @ W2.T + b2 - Y) / m
        e = delta(d @ W2, z)
        return ((a @ W2.T + b2 - Y) ** 2).sum() / 2 / m, e.T @ X, e.sum(0), d.T @ a, d.sum(0)

    return f


def found_in(f, **options):
    diagnosis = clearprop.diagnose(f, (4, 5, 3), **options)
    (found,) = diagnosis.evidence
    assert (found.kind, found.layer) == ("delta", 2)
    assert diagnosis.localised
    return diagnosis, found


TANH = [
    ("number", lambda flow, z, a: 0.4 * flow, "the slope 0.4 for every unit of layer 2"),
    ("formula", lambda flow, z, a: flow * np.exp(-z), "The slope that you used in layer 2 is e^-z"),
    ("a^2", lambda flow, z, a: flow * a * a, "is a^2."),
    ("own slope", lambda flow, z, a: 1 - a * a, "is g'(z^(2)) itself: what flows back"),
    ("dot", lambda flow, z, a: flow * (1 - (a * a).sum(1, keepdims=True)), "1 - sum a^2"),
    ("masked", lambda flow, z, a: np.maximum(flow, 0), "0 wherever what flows back is negative"),
    ("zero", lambda flow, z, a: 0 * flow, "0 for every unit"),
    (
        "units",
        lambda flow, z, a: flow * (1 - a * a) * (np.arange(a.shape[1]) != 1),
        "is wrong for the units 2 alone",
    ),
    (
        "shifted",
        lambda flow, z, a: np.roll(flow, 1, axis=1) * (1 - a * a),
        "the units 1 to 7 were given what flows back to the units 7, 1, 2, 3, 4, 5, 6",
    ),
    ("clipped", lambda flow, z, a: np.tanh(9 * flow) * a, "If what flows back is right"),
]


@pytest.mark.parametrize(("delta", "said"), [c[1:] for c in TANH], ids=[c[0] for c in TANH])
def test_a_delta_says_how_it_is_wrong(delta, said):
    diagnosis, found = found_in(net(delta), activation="tanh", cost="softmax")
    assert said in found.sentence("en")
    assert found.sentence("zh").strip()
    report = diagnosis.to_dict()
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["evidence"][0]["sentence"] == found.sentence("en")


RELU = [
    (lambda flow, z: flow * np.where(z > 0, 1, 0.1), "the slope 0.1 where z < 0 and 1 where z > 0"),
    (lambda flow, z: np.where(flow > 0, flow, 0), "0 wherever what flows back is negative"),
]


@pytest.mark.parametrize(("delta", "said"), RELU, ids=["leaky", "masked by the flow"])
def test_a_delta_behind_a_relu(delta, said):
    diagnosis, found = found_in(relu_net(delta), activation="relu", cost="squared")
    assert said in found.sentence("en")
    if not diagnosis.explained or not diagnosis.causes:
        assert said in " ".join(diagnosis.report().split())


def test_the_table_holds_the_numbers_of_each_unit():
    def lost(flow, z, a):
        return flow * (0.3 + z)

    diagnosis, found = found_in(net(lost), activation="tanh", cost="softmax")
    probe = next(probe for probe in diagnosis.probes if probe.m == 1)
    assert len(found.units) == probe.network.layer_sizes[1]
    for unit in found.units:
        assert unit.used == pytest.approx(0.3 + unit.z)
        assert unit.slope == pytest.approx(1 - np.tanh(unit.z) ** 2)
        assert unit.yours == pytest.approx(unit.flow * unit.used)
        assert unit.right == pytest.approx(unit.flow * unit.slope)
    report = diagnosis.report()
    assert "unit           z  flows back  your delta       right  your slope       g'(z)" in report
    assert all(len(line) <= 80 for line in report.splitlines())
    assert "<th>your slope</th>" in diagnosis.html()
    assert "你的导数" in diagnosis.report("zh")


def test_each_layer_is_judged_by_the_delta_above_it():
    """The last hidden layer is wrong; the one before it does right by what it is given."""

    def f(W1, b1, W2, b2, W3, b3, X, Y):
        m = len(X)
        a1 = np.tanh(X @ W1.T + b1)
        a2 = np.tanh(a1 @ W2.T + b2)
        h = a2 @ W3.T + b3
        d3 = (h - Y) / m
        d2 = d3 @ W3 * np.exp(a2)
        d1 = d2 @ W2 * (1 - a1 * a1)
        Ds = [d1.T @ X, d1.sum(0), d2.T @ a1, d2.sum(0), d3.T @ a2, d3.sum(0)]
        return ((h - Y) ** 2).sum() / 2 / m, *Ds

    diagnosis = clearprop.diagnose(f, (4, 6, 5, 3), activation="tanh", cost="squared")
    assert [(found.kind, found.layer) for found in diagnosis.evidence] == [("delta", 3)]


def answers_with(parts, block, value=np.nan):
    """Right answers in which one block is missing, and what came in its place."""
    network = Network((4, 5, 3), "tanh")
    probes = probes_for([network], with_lambda=False)
    answers = []
    for probe in probes:
        J, D = probe.truth()
        D = D.copy()
        D[block] = value
        answers.append(Answer(J, D, D, False, parts=parts))
    return Search(probes, answers)


SIZES = [
    (
        Part("db1", 1, "bias", (), (5,)),
        "db1 has 1 number, b1 has 5: you summed over the units, too",
    ),
    (Part("dW2", 2, "weights", (3, 3), (3, 5)), "a^(3) stands where a^(2) belongs"),
    (Part("dW2", 2, "weights", (4, 3), (5, 3)), "the units of layer 1 are in it"),
    (Part("dW2", 2, "weights", (2, 2), (5, 3)), "dW2 has the shape (2, 2), W2 has (5, 3)."),
    (
        Part("db1", 1, "bias", (5,), (1, 5)),
        "db1 has the shape (5,) and b1 has (1, 5). That was acc",
    ),
    (Part("", 1, "bias", (45,), (5,)), "the samples were not summed over"),
]


@pytest.mark.parametrize(("part", "said"), SIZES, ids=[said[:12] for _, said in SIZES])
def test_sizes_that_do_not_fit_are_told(part, said):
    search = answers_with((part,), slice(0, 5))
    found = gathered(search)[0]
    assert (found.kind, found.layer) == ("size", part.layer)
    assert said in found.sentence("en")
    assert "{" not in found.sentence("zh")


def test_right_sizes_say_nothing():
    part = Part("db1", 1, "bias", (5,), (5,))
    assert gathered(answers_with((part,), slice(0, 0))) == ()


def test_a_network_without_biases_is_right_for_another_cost():
    search = answers_with((), slice(0, 0))
    network = Network((4, 5, 3), "tanh")
    probes = [replace(probe, theta=without_biases(network, probe.theta)) for probe in search.probes]
    answers = []
    for probe in probes:
        J, D = probe.truth()
        D = np.where(without_biases(network, np.ones_like(D)) == 0, np.nan, D)
        answers.append(Answer(J, D, D, False))
    settled = clearprop.doctor.settle.settle([Search(probes, answers)])
    assert settled.explanation is None
    assert [convention.id for convention in settled.search.base] == ["no-biases"]
    assert settled.search.gradient_right


def without_biases(network, theta):
    theta = theta.copy()
    theta[:5] = theta[25:28] = 0
    return theta


def test_a_gradient_without_a_cost_is_judged_alone():
    probes = probes_for([Network((4, 5, 3), "tanh")])
    answers = [Answer(None, D, D, False) for _, D in (probe.truth() for probe in probes)]
    settled = clearprop.doctor.settle.settle([Search(probes, answers)])
    assert settled.search.gradient_right
    assert settled.search.base == ()
    scaled = [replace(a, gradient=a.gradient * p.m) for a, p in zip(answers, probes, strict=True)]
    network = [replace(probe, lambda_=0.0) for probe in probes]
    truths = [probe.truth()[1] * probe.m for probe in network]
    scaled = [replace(a, gradient=D, raw=D) for a, D in zip(scaled, truths, strict=True)]
    settled = clearprop.doctor.settle.settle([Search(network, scaled)])
    assert [convention.id for convention in settled.search.base] == ["sum-for-mean"]
