"""The parts that are told: terms of sums, wishes, averages, the course's loop."""

import numpy as np
import pytest

from clearprop import Network, explain, initial_theta
from clearprop.explain.averages import averages
from clearprop.explain.sample_loop import is_small, run_sample_loop
from clearprop.explain.sensitivities import sensitivities
from clearprop.explain.trace import trace
from clearprop.explain.units import Term, nudges, unit_story, weighted_sum
from clearprop.explain.wishes import together, wish


def passed(cost="softmax", sizes=(3, 6, 3), m=5, activation="sigmoid", lambda_=2.0):
    rng = np.random.default_rng(7)
    network = Network(sizes, activation, cost, lambda_)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]
    return trace(network, initial_theta(network, rng), rng.normal(size=(m, sizes[0])), Y)


def test_a_sum_names_its_largest_terms_and_adds_up_the_others():
    weights, values = np.array([1.0, -4.0, 0.5, 3.0]), np.array([1.0, 1.0, -2.0, 1.0])
    found = weighted_sum(weights, values, most=2)
    assert found.terms == (Term(2, -4.0, 1.0, -4.0), Term(4, 3.0, 1.0, 3.0))
    assert (found.rest, found.n_rest, found.total) == (0.0, 2, -1.0)


def test_all_terms_stand_in_their_order_and_no_rest_is_one_term():
    weights, values = np.array([1.0, -4.0, 3.0]), np.ones(3)
    for most in (2, 3, 9):
        found = weighted_sum(weights, values, most)
        assert [term.unit for term in found.terms] == [1, 2, 3]
        assert (found.rest, found.n_rest) == (0.0, 0)
    assert weighted_sum(weights, values, most=1).n_rest == 2


def test_a_unit_without_targets_runs_forward_only():
    batch = passed()
    story = unit_story(trace(batch.network, batch.theta, batch.X), 2, 1, 5)
    assert (story.delta, story.y, story.outgoing, story.slope, story.nudge) == (None,) * 5
    assert story.shares == ()
    assert story.z == pytest.approx(batch.z(2)[0, 0])


@pytest.mark.parametrize("cost", ["logistic", "softmax", "quadratic"])
def test_a_nudge_moves_one_unit_of_one_sample(cost):
    batch = passed(cost)
    (nudge,) = nudges(batch, 2, [4], sample=3)
    j_i = batch.per_output[3].sum()
    assert nudge.cost == pytest.approx(j_i, rel=1e-14)
    assert nudge.raised + nudge.lowered == pytest.approx(0, abs=1e-6)
    assert nudge.raised - nudge.lowered == pytest.approx(2e-3 * batch.delta(2)[3, 3], rel=1e-6)


def test_wishes_are_minus_the_slopes_of_the_samples_cost():
    """Of a weight, a bias, an activation: each is moved, and J_i computed."""
    batch = passed("logistic")
    one, step = batch.sample(2), 1e-6

    def cost(theta_step=None, a_step=None):
        B, a = one.Theta(2).copy(), one.a(2)[0].copy()
        if theta_step is not None:
            B[theta_step] += step
        if a_step is not None:
            a[a_step] += step
        h = 1 / (1 + np.exp(-(B[0] + a @ B[1:])))
        y = one.Y[0]
        return -(y * np.log(h) + (1 - y) * np.log(1 - h)).sum()

    for k in (1, 2, 3):
        asked = wish(one, k, most=6)
        assert asked.bias == pytest.approx(-(cost((0, k - 1)) - cost()) / step, abs=1e-5)
        for term in asked.weights:
            slope = (cost((term.unit, k - 1)) - cost()) / step
            assert term.product == pytest.approx(-slope, abs=1e-5)
        by_unit = {term.unit: term.product for term in asked.activations}
        for unit in together(one, most=6):
            assert unit.wishes[k - 1] == pytest.approx(by_unit[unit.unit], rel=1e-14)
    for unit in together(one, most=6):
        slope = (cost(a_step=unit.unit - 1) - cost()) / step
        assert unit.total == pytest.approx(-slope, abs=1e-5)
        prime = one.a(2)[0, unit.unit - 1] * (1 - one.a(2)[0, unit.unit - 1])
        assert unit.total * prime == pytest.approx(-one.delta(2)[0, unit.unit - 1], rel=1e-12)


def test_averages_are_the_largest_entries_of_the_last_layers_gradient():
    batch = passed(m=7)
    D = batch.D(2)
    found = averages(batch, most=4)
    assert [abs(entry.D) for entry in found] == sorted(np.abs(D).ravel())[:-5:-1]
    for entry in found:
        j, k = entry.parameter.source, entry.parameter.target
        assert D[j, k - 1] == entry.D
        assert sum(entry.samples) == pytest.approx(entry.Delta, abs=1e-14)
        assert pytest.approx(entry.Delta / 7 + entry.penalty, abs=1e-15) == entry.D
        assert (entry.penalty == 0) == (j == 0)


def test_sensitivities_are_found_in_every_layer():
    batch = passed(sizes=(2, 2, 2), m=3)
    found = sensitivities(batch, most=99)
    assert len(found) == batch.network.n_parameters
    places = {(p.layer, p.source, p.target) for p in (entry.parameter for entry in found)}
    assert places == {(l, j, k) for l in (1, 2) for j in (0, 1, 2) for k in (1, 2)}
    for entry in found:
        p = entry.parameter
        assert batch.D(p.layer)[p.source, p.target - 1] == entry.D
        assert p.value == batch.Theta(p.layer)[p.source, p.target - 1]
        assert entry.change == pytest.approx(entry.D * entry.step, abs=1e-6)


def test_the_loop_adds_one_sample_a_turn():
    batch = passed(m=4)
    found = run_sample_loop(batch)
    assert len(found.turns) == len(found.running) == 4
    for i in range(4):
        for l in (1, 2):
            rows = [np.ones((i + 1, 1)), batch.a(l)[: i + 1]]
            expected = np.hstack(rows).T @ batch.delta(l + 1)[: i + 1]
            np.testing.assert_allclose(found.running[i][l - 1], expected, rtol=0, atol=1e-15)
        assert found.turns[i].X.tobytes() == batch.X[i].tobytes()
    np.testing.assert_allclose(found.running[-1][0], batch.Delta(1), rtol=0, atol=1e-15)
    assert 0 <= found.difference < 1e-15


@pytest.mark.parametrize(
    ("sizes", "m", "small"),
    [((5, 5, 2), 4, True), ((5, 5, 2), 5, False), ((6, 1), 1, False), ((5, 5, 3), 1, False),
     ((3, 3, 3, 3), 4, True), ((1, 1), 1, True)],
)  # fmt: skip
def test_what_is_small_is_shown_in_full(sizes, m, small):
    batch = passed("logistic", sizes, m)
    assert is_small(batch) is small
    text = explain(batch.network, batch.theta, batch.X, batch.Y).to_text()
    assert ("Every number of both" in text) is small


def test_told_are_the_right_class_and_the_one_that_is_most_wrong():
    network = Network((1, 6), cost="softmax")
    z = np.array([0.0, 3.0, 1.0, 0.0, 2.0, 0.0])
    theta = np.concatenate([z, np.zeros(6)])
    assert explain(network, theta, [0.0], 3).told(2) == [2, 4]
    assert explain(network, theta, [0.0], 1).told(2) == [2, 5]  # right: the next is most wrong
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
    batch = passed(sizes=(3, 8, 3))
    found = explain(batch.network, batch.theta, batch.X, batch.Y, sample=1)
    expected = np.argsort(-np.abs(found.one.delta(2)[0]))[:2] + 1
    assert found.told(2) == sorted(expected)
    forward = explain(batch.network, batch.theta, batch.X, sample=1)
    assert forward.told(2) == sorted(np.argsort(-forward.one.a(2)[0])[:2] + 1)


def test_whoever_asks_for_a_unit_sees_more_of_it():
    batch = passed(sizes=(20, 6, 3))
    plain = explain(batch.network, batch.theta, batch.X, batch.Y)
    asked = explain(batch.network, batch.theta, batch.X, batch.Y, units=[(2, 6)])
    assert len(plain.unit(2, 6).incoming.terms) == 5
    assert len(asked.unit(2, 6).incoming.terms) == 10
    assert [(unit["layer"], unit["unit"]) for unit in asked.to_dict()["units"]] == [(2, 6)]


def test_a_dictionary_of_a_large_network_leaves_the_gradient_out():
    batch = passed(sizes=(150, 140, 3), m=1)
    found = explain(batch.network, batch.theta, batch.X, batch.Y).to_dict()
    assert found["gradient"] is None
    assert len(found["layers"][1]["delta"]) == 140
