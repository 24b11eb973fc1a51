"""The arithmetic of one unit: sums by their largest terms, and what its delta means."""

import numpy as np
import pytest
from passes import a_pass

from clearprop.explain.trace import trace
from clearprop.explain.units import Term, nudges, unit_story, weighted_sum


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
    batch = a_pass()
    story = unit_story(trace(batch.network, batch.theta, batch.X), 2, 1, 5)
    assert (story.delta, story.y, story.outgoing, story.slope, story.nudge) == (None,) * 5
    assert story.shares == ()
    assert story.z == pytest.approx(batch.z(2)[0, 0])


@pytest.mark.parametrize("cost", ["logistic", "softmax", "quadratic"])
def test_a_nudge_moves_one_unit_of_one_sample(cost):
    batch = a_pass(cost)
    (nudge,) = nudges(batch, 2, [4], sample=3)
    j_i = batch.per_output[3].sum()
    assert nudge.cost == pytest.approx(j_i, rel=1e-14)
    assert nudge.raised + nudge.lowered == pytest.approx(0, abs=1e-6)
    assert nudge.raised - nudge.lowered == pytest.approx(2e-3 * batch.delta(2)[3, 3], rel=1e-6)
