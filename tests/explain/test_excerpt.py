"""Which units and lines of a network a diagram shows."""

from xml.etree import ElementTree

import numpy as np
import pytest

from clearprop.explain.diagram import diagram
from clearprop.explain.excerpt import excerpt
from clearprop.explain.request import explain
from clearprop.explain.sentences import NamedSentences
from clearprop.network.architecture import Network


def explanation(sizes, y=0, units=(), seed=0, **options):
    network = Network(sizes, **options)
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=network.n_parameters)
    return explain(network, theta, rng.normal(size=sizes[0]), y, units=units)


def test_short_layers_are_drawn_whole():
    layers = excerpt(explanation((3, 17, 2))).layers
    assert [layer.units for layer in layers] == [(1, 2, 3), tuple(range(1, 18)), (1, 2)]


def test_of_long_layers_those_that_are_told_and_the_largest_deltas_and_activations():
    e = explanation((2, 40, 30))
    hidden, outputs = excerpt(e).layers[1:]
    for layer in (hidden, outputs):
        delta = np.abs(e.one.delta(layer.layer)[0])
        a = e.one.a(layer.layer)[0]
        assert len(layer.units) == 16
        assert set(e.told(layer.layer)) <= set(layer.units)
        assert {int(j) + 1 for j in np.argsort(-delta)[:6]} <= set(layer.units)
        assert {int(j) + 1 for j in np.argsort(-a)[:6]} <= set(layer.units)
        assert layer.units == tuple(sorted(layer.units))


def test_units_that_are_asked_for_are_drawn_however_many():
    asked = [(2, unit) for unit in range(1, 31)]
    hidden = excerpt(explanation((2, 40, 3), units=asked)).layers[1]
    assert hidden.units == tuple(range(1, 31))


def test_without_targets_the_most_active_are_drawn():
    e = explanation((2, 40, 3), y=None)
    hidden = excerpt(e).layers[1]
    assert set(hidden.units) == {int(j) + 1 for j in np.argsort(-e.one.a(2)[0])[:16]}
    assert hidden.delta == 0


def test_of_many_inputs_those_that_the_told_units_name():
    e = explanation((200, 8, 3))
    inputs = excerpt(e).layers[0]
    named = {term.unit for unit in e.told(2) for term in e.unit(2, unit).incoming.terms}
    assert named <= set(inputs.units)
    assert len(inputs.units) == 16


@pytest.mark.parametrize(
    ("activation", "cost", "y", "hidden", "output"),
    [
        ("sigmoid", "logistic", 0, (0.0, 1.0), (0.0, 1.0)),
        ("tanh", "softmax", 0, (-1.0, 1.0), (0.0, 1.0)),
        ("relu", "quadratic", 0, None, (0.0, 1.0)),
        ("identity", "squared", [3.0, -2.0], None, None),
    ],
)
def test_a_full_circle_is_the_end_of_the_activation_or_the_largest_of_the_layer(
    activation, cost, y, hidden, output
):
    e = explanation((2, 6, 2), y, activation=activation, cost=cost)
    for layer, expected in zip(excerpt(e).layers[1:], (hidden, output), strict=True):
        a = e.one.a(layer.layer)[0]
        reached = (min(0.0, a.min()), max(0.0, a.max()))
        assert (layer.low, layer.high) == (expected or reached)


def test_lines_are_the_largest_products_and_two_at_least_into_each_unit():
    e = explanation((12, 12, 3))
    lines = excerpt(e).lines[0]
    products = e.one.Theta(1)[1:] * e.one.a(1)[0][:, None]
    fortieth = np.sort(np.abs(products), axis=None)[-40]
    drawn = {(line.source, line.target): line.product for line in lines}
    assert all(drawn[j, k] == products[j - 1, k - 1] for j, k in drawn)
    strongest = {(int(j) + 1, int(k) + 1) for j, k in np.argwhere(np.abs(products) >= fortieth)}
    assert strongest <= set(drawn)
    assert all(sum(target == k for _, target in drawn) >= 2 for k in range(1, 13))
    assert len(drawn) <= 40 + 2 * 12


def test_infinite_and_missing_numbers_are_drawn_all_the_same():
    # 1e200 * 1e200 - 1e200 * 1e200 is inf with fused multiply-add and NaN without, but inf - inf is
    # NaN on every processor.
    network = Network((2, 3, 2), activation="relu")
    theta = np.concatenate([np.full(9, 1e200), np.outer([0, 1, -1, 1], [1, 1]).ravel()])
    e = explain(network, theta, [1e200, 1e200], 0)
    shown = excerpt(e)
    assert np.isfinite([layer.delta for layer in shown.layers]).all()
    drawn = diagram(e, NamedSentences("en", e.names), shown, "cp", linked=True)
    for svg in ElementTree.fromstring(f"<figure>{drawn}</figure>"):  # the wide and the narrow one
        labels = [link.attrib["aria-label"] for link in svg.iter("a")]
        assert labels == [
            *(f"Unit {unit} of layer 2: a = inf, delta = nan" for unit in (1, 2, 3)),
            *(f"Unit {unit} of layer 3: a = nan, delta = nan" for unit in (1, 2)),
        ]


def test_of_a_deep_network_fewer_units_of_each_layer_are_drawn():
    shown = excerpt(explanation((20,) * 12 + (3,)))
    assert [len(layer.units) for layer in shown.layers] == [6] * 12 + [3]
