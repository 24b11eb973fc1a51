"""Which units an explanation tells, and what its dictionary holds."""

import subprocess
import sys

import numpy as np
from passes import a_pass

from clearprop import Network, explain


def test_told_are_the_right_class_and_the_one_that_is_most_wrong():
    network = Network((1, 6), cost="softmax")
    z = np.array([0.0, 3.0, 1.0, 0.0, 2.0, 0.0])
    theta = np.concatenate([z, np.zeros(6)])
    assert explain(network, theta, [0.0], 3).told(2) == [2, 4]
    assert explain(network, theta, [0.0], 1).told(2) == [2, 5]  # unit 2 is right, 5 most wrong
    assert explain(network, theta, [0.0]).told(2) == [2, 5]
    assert explain(network, theta, [0.0], 3, units=[(2, 6), (2, 1)]).told(2) == [1, 6]


def test_of_several_numbers_or_labels_those_that_are_most_wrong_are_told():
    """There is no right class: the largest target is no more right than the others."""
    theta = np.zeros(12)
    network = Network((1, 6), cost="squared")
    assert explain(network, theta, [0.0], [[9.0, 1, 1, 9.5, -20, 0]]).told(2) == [4, 5]
    labels = explain(Network((1, 6)), [0, 0, 3, 0, 4, 0, *theta[:6]], [0.0], [[0] * 6])
    assert labels.told(2) == [3, 5]


def test_of_hidden_units_those_with_the_largest_delta_are_told():
    batch = a_pass(sizes=(3, 8, 3))
    found = explain(batch.network, batch.theta, batch.X, batch.Y, sample=1)
    expected = np.argsort(-np.abs(found.one.delta(2)[0]))[:2] + 1
    assert found.told(2) == sorted(expected)
    forward = explain(batch.network, batch.theta, batch.X, sample=1)
    assert forward.told(2) == sorted(np.argsort(-forward.one.a(2)[0])[:2] + 1)


def test_whoever_asks_for_a_unit_sees_more_of_it():
    batch = a_pass(sizes=(20, 6, 3))
    plain = explain(batch.network, batch.theta, batch.X, batch.Y)
    asked = explain(batch.network, batch.theta, batch.X, batch.Y, units=[(2, 6)])
    assert len(plain.unit(2, 6).incoming.terms) == 5
    assert len(asked.unit(2, 6).incoming.terms) == 10
    assert [(unit["layer"], unit["unit"]) for unit in asked.to_dict()["units"]] == [(2, 6)]


def test_a_dictionary_of_a_large_network_leaves_the_gradient_out():
    batch = a_pass(sizes=(150, 140, 3), m=1)
    found = explain(batch.network, batch.theta, batch.X, batch.Y).to_dict()
    assert found["gradient"] is None
    assert len(found["layers"][1]["delta"]) == 140


def test_a_text_and_a_dictionary_need_no_mathml():
    """latex2mathml takes a part of the start-up time; only a page sets formulas with it."""
    code = (
        "import sys, clearprop\n"
        "e = clearprop.explain(clearprop.Network((2, 1)), [0.5, 1.0, -1.0], [3.0, 1.0], 1)\n"
        "str(e), e.to_text('zh'), e.to_dict()\n"
        "print('latex2mathml' in sys.modules)\n"
        "e.to_html()\n"
        "print('latex2mathml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
