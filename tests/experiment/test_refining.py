"""Finer steps around the best network, on costs that are made up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.experiment.halving import Space
from clearprop.experiment.refining import refinements
from clearprop.experiment.trial import Configuration, Trial

SPACE = Space(4, 3, (4, 8, 16), (), (0.3, 3.0, 30.0), (0.001, 0.003, 0.009), 36)


def trial(made, cost):
    return Trial(made, 6, 108, SPACE.parameters(made.hidden), 0.1, cost)


def refined(space, start, cost):
    """The rungs, and the best trial, where a configuration ends with the cost that is made up."""
    found = []
    search = refinements(space, [trial(start, cost(start)), trial(start, math.inf)])
    trials = None
    while True:
        try:
            rung = search.send(trials)
        except StopIteration as ended:
            return found, ended.value[0]
        found.append(rung)
        trials = [trial(made, cost(made)) for made in rung.configurations]


def distance(lam, rate):
    """A cost whose lowest point is there, on a logarithmic scale."""
    return lambda made: (
        math.log(made.regularization / lam) ** 2 + math.log(made.learning_rate / rate) ** 2
    )


START = Configuration((8, 8), 0.3, 0.003)


def test_the_way_down_by_hand():
    """The rate goes down one step, lambda up one, then no step is better."""
    found, best = refined(SPACE, START, distance(1.0, 0.0017))
    assert {(rung.name, rung.epochs) for rung in found} == {("refining", 108)}
    tried = [[(c.regularization, c.learning_rate) for c in rung.configurations] for rung in found]
    assert tried == [
        [(0.3, 0.0017), (0.3, 0.0052)],
        [(0.095, 0.0017), (0.95, 0.0017)],
        [(0.95, 0.00098), (0.95, 0.0029)],
        [(0.3, 0.0017), (3.0, 0.0017)],
    ]
    assert best.configuration == Configuration((8, 8), 0.95, 0.0017)


def test_a_start_that_is_best_is_looked_at_once():
    found, best = refined(SPACE, START, distance(0.3, 0.003))
    assert len(found) == 2
    assert best.configuration == START


def test_a_far_point_ends_after_three_rounds():
    found, best = refined(SPACE, START, distance(1e9, 1e-9))
    assert len(found) == 6
    assert best.configuration == Configuration((8, 8), 9.5, 0.00057)


@pytest.mark.parametrize(
    ("lambdas", "rates", "rungs"),
    [((0.3,), (0.003,), 0), ((0.0, 0.3), (0.003,), 0), ((0.3, 3.0), (0.003,), 1)],
)
def test_what_has_one_value_or_a_zero_stays(lambdas, rates, rungs):
    space = Space(4, 3, (8,), (), lambdas, rates, 36)
    assert len(refined(space, START, distance(0.3, 0.003))[0]) == rungs


def test_nothing_is_refined_where_all_diverged():
    assert refined(SPACE, START, lambda made: math.inf)[0] == []


@given(st.floats(1e-3, 1e3), st.floats(1e-5, 1.0))
def test_no_refinement_is_worse_than_its_start_and_each_is_within_three_steps(lam, rate):
    cost = distance(lam, rate)
    found, best = refined(SPACE, START, cost)
    assert best.validation_cost <= cost(START)
    assert len(found) <= 6
    assert abs(math.log(best.configuration.regularization / 0.3)) <= 3 * math.log(10) / 2 + 0.1
    assert abs(math.log(best.configuration.learning_rate / 0.003)) <= 3 * math.log(3) / 2 + 0.1
