"""The rungs of a search, on costs that are made up."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.experiment.halving import (
    MOST_PARAMETERS,
    Space,
    ahead,
    rungs,
    widths,
    within,
)
from clearprop.experiment.trial import Configuration, Trial, best_first

SPACE = Space(4, 3, (4, 8, 16), (32, 8), (0.3, 3.0, 30.0), (0.001, 0.003, 0.009), 36)


def searched(space, cost):
    """The rungs of a search in which a configuration ends with the cost that is made up."""
    found = []
    search = rungs(space)
    rung = next(search)
    while True:
        found.append(rung)
        trials = [
            Trial(c, len(found), rung.epochs, space.parameters(c.hidden), 0.0, cost(c))
            for c in rung.configurations
        ]
        try:
            rung = search.send(trials)
        except StopIteration:
            return found


def test_a_search_by_hand():
    """Eight units are best, two layers better, lambda 0.3 and the rate 0.009 best of all."""

    def cost(c):
        width = {(): 9, (4,): 5, (8,): 3, (16,): 4, (8, 8): 1, (8, 8, 8): 2, (4, 4): 6,
                 (4, 4, 4): 7, (32, 8): 8}[c.hidden]  # fmt: skip
        return width + c.regularization / 100 - c.learning_rate

    found = searched(SPACE, cost)
    assert [(rung.name, rung.epochs, len(rung.configurations)) for rung in found] == [
        ("width", 4, 4),
        ("depth", 4, 5),
        ("halving", 12, 3),
        ("lambdas", 12, 2),
        ("rates", 12, 2),
        ("halving", 36, 2),
        ("halving", 108, 1),
    ]
    hidden = [[c.hidden for c in rung.configurations] for rung in found]
    assert hidden[0] == [(), (4,), (8,), (16,)]
    assert hidden[1] == [(8, 8), (8, 8, 8), (4, 4), (4, 4, 4), (32, 8)]
    assert hidden[2] == [(8, 8), (8, 8, 8), (8,)]  # of nine the best three
    assert {(c.regularization, c.learning_rate) for c in found[2].configurations} == {(3.0, 0.003)}
    assert found[3].configurations == (
        Configuration((8, 8), 0.3, 0.003),
        Configuration((8, 8), 30.0, 0.003),
    )
    assert found[4].configurations == tuple(
        Configuration((8, 8), 0.3, rate) for rate in (0.001, 0.009)
    )
    assert found[5].configurations == tuple(
        Configuration((8, 8), 0.3, rate) for rate in (0.009, 0.003)
    )
    assert found[6].configurations == (Configuration((8, 8), 0.3, 0.009),)


def test_dropouts_are_tried_after_all_epochs_of_the_recipe():
    """Two layers are best, with dropout 0.2; the first one of the search is 0.1."""
    space = replace(SPACE, lambdas=(1.0, 3.0), rates=(0.1,), dropouts=(0.1, 0.0, 0.2))
    found = searched(space, lambda c: abs(len(c.hidden) - 2) + sum(c.hidden) / 100 - c.dropout)
    assert [(rung.name, rung.epochs, len(rung.configurations)) for rung in found[2:]] == [
        *[("halving", 12, 3), ("lambdas", 12, 1), ("halving", 36, 1)],
        *[("dropouts", 36, 2), ("halving", 108, 1)],
    ]
    assert {c.dropout for rung in found[:5] for c in rung.configurations if c.hidden} == {0.1}
    assert [c.dropout for c in found[5].configurations] == [0.0, 0.2]
    assert found[6].configurations == (Configuration((4, 4), 1.0, 0.1, 0.2),)


@pytest.mark.parametrize(("best", "next_best"), [((8,), (16,)), ((8,), ()), ((), (8,))])
def test_the_best_architecture_comes_first_and_one_without_a_hidden_layer_has_no_dropout(
    best, next_best
):
    space = replace(SPACE, widths=(2, 4, 8, 16, 32, 64), own=(), dropouts=(0.0, 0.1))
    ranks = {best: 0.0, next_best: 0.001}
    found = searched(
        space,
        lambda c: ranks.get(c.hidden, 9 + sum(c.hidden)) + c.regularization + c.learning_rate,
    )
    tried = {rung.name: [c.hidden for c in rung.configurations] for rung in found[:-1]}
    assert tried["lambdas"] == tried["rates"] == [best, best, next_best, next_best]
    assert tried["dropouts"] == [hidden for hidden in (best, next_best) if hidden]
    assert {c.dropout for rung in found for c in rung.configurations if not c.hidden} <= {0.0}
    assert [c.dropout for c in found[6].configurations] == [0.1] * len(tried["dropouts"])


def test_a_single_layer_of_the_recipe_is_tried_and_made_deeper():
    space = replace(SPACE, own=(10,))
    found = searched(space, lambda c: abs(sum(c.hidden[:1]) - 10) + len(c.hidden) / 10)
    hidden = [[c.hidden for c in rung.configurations] for rung in found]
    assert hidden[0] == [(), (4,), (8,), (10,), (16,)]
    assert hidden[1] == [(10, 10), (10, 10, 10), (4, 4), (4, 4, 4)]
    assert hidden[6] == [(10,)]
    # One that is a width already is tried once, and one that is too large not at all.
    for own in ((8,), (MOST_PARAMETERS,)):
        assert replace(SPACE, own=own).one_layer == (4, 8, 16)


def test_a_short_time_leaves_out_layers_of_the_recipe_that_are_larger_than_the_others():
    for own, kept in (((3,), (3,)), ((4,), (4,)), ((5,), ())):
        assert within(replace(SPACE, own=own), 1.0, lambda n: float(n)).own == kept


def test_one_lambda_and_one_rate_are_kept():
    space = replace(SPACE, lambdas=(1.0,), rates=(0.1,))
    chosen = {(c.regularization, c.learning_rate) for r in searched(space, lambda c: 1.0)
              for c in r.configurations}  # fmt: skip
    assert chosen == {(1.0, 0.1)}


def test_of_equal_costs_the_smallest_network_is_taken():
    last = searched(SPACE, lambda c: 1.0)[-1].configurations
    assert [c.hidden for c in last] == [()]


def test_what_diverged_comes_last():
    a, b = (Trial(Configuration((n,), 1.0, 0.1), 1, 1, n, J, J) for n, J in ((9, 1), (2, math.inf)))
    assert best_first([b, a]) == [a, b]


def test_few_epochs_are_at_least_one():
    epochs = [rung.epochs for rung in searched(replace(SPACE, epochs=1), lambda c: 1.0)]
    assert epochs == [1, 1, 1, 1, 1, 1, 3]


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        (1, 1, (1, 2, 4, 8, 16, 32, 64, 128, 256)),
        (13, 1, (13, 26, 52, 104, 208)),
        (64, 10, (8, 16, 32, 64, 128, 256)),
        (784, 10, (98, 196, 392, 784, 1568)),
        (100_000, 2, (3, 6, 12)),
        (3_000_000, 2, (1,)),
    ],
)
def test_units_are_the_inputs_and_multiples(inputs, outputs, expected):
    assert widths(inputs, outputs) == expected


@given(st.integers(1, 5000), st.integers(1, 100))
def test_widths_are_bounded_and_rise(inputs, outputs):
    found = widths(inputs, outputs)
    assert found == tuple(sorted(set(found)))
    space = Space(inputs, outputs, found, (), (1.0,), (0.1,), 9)
    assert all(1 <= units <= max(4 * inputs, 256) for units in found)
    assert space.parameters(found[-1:]) <= MOST_PARAMETERS
    assert inputs in found or space.parameters((inputs,)) > MOST_PARAMETERS


def test_what_lies_ahead_is_counted_at_worst():
    left = ahead(SPACE, {})
    # None, three widths and five deeper ones; three of them; two other lambdas and two other rates
    # of one; two; one. The largest network, (16, 16, 16), goes on.
    largest = SPACE.parameters((16, 16, 16))
    assert [epochs for _, epochs in left] == [4] * 9 + [12] * 3 + [12] * 4 + [36] * 2 + [108]
    assert {n for n, _ in left[12:]} == {largest}


def test_known_trials_are_not_ahead():
    first = next(rungs(SPACE))
    sizes = {c: SPACE.parameters(c.hidden) for c in first.configurations}
    known = {(c, 4): Trial(c, 1, 4, n, -n, -n) for c, n in sizes.items()}
    assert len(ahead(SPACE, known)) == len(ahead(SPACE, {})) - 4


def test_a_time_that_suffices_leaves_all_as_it_is():
    assert within(SPACE, 1000.0, lambda n: 1e-3) == SPACE


def test_a_shorter_time_has_fewer_epochs():
    def needed(space):
        return sum(epochs for _, epochs in ahead(space, {}))

    short = within(SPACE, needed(SPACE) / 1.5, lambda n: 1.0)
    assert (short.epochs, short.widths) == (24, SPACE.widths)
    assert needed(short) <= needed(SPACE) / 1.5 * 1.2


def test_a_time_too_short_for_half_of_the_epochs_leaves_wide_layers_out():
    short = within(SPACE, 1.0, lambda n: float(n))
    assert (short.widths, short.own, short.epochs) == ((4,), (), 1)


@given(st.lists(st.floats(0.1, 10), min_size=30, max_size=30), st.integers(1, 200))
def test_each_rung_has_at_most_the_best_third_of_the_one_before(costs, epochs):
    made = {}
    found = searched(
        replace(SPACE, epochs=epochs), lambda c: made.setdefault(c, costs[len(made) % 30])
    )
    first, halving, lambdas, rates, last, end = (found[k] for k in (0, 2, 3, 4, 5, 6))
    kept = math.ceil(len(halving.configurations) / 3)
    assert len(lambdas.configurations) == len(rates.configurations) == 2 * kept
    tried = {c for k in (2, 3, 4) for c in found[k].configurations}
    assert len(found[2].configurations) == math.ceil(
        (len(first.configurations) + len(found[1].configurations)) / 3
    )
    assert len(last.configurations) == math.ceil(5 * kept / 3)
    assert set(end.configurations) <= set(last.configurations) <= tried
    assert end.epochs == 3 * epochs


@given(st.floats(allow_nan=False), st.floats(min_value=0, allow_nan=False))
def test_a_trial_is_written_and_read_to_the_same_bits(cost, validation):
    trial = Trial(
        Configuration((8, 4), 0.3, 1e-3, 0.1), 2, 9, 51, abs(cost), validation, 2, 1, 0.1,
        (1.5, abs(cost)), (validation, 0.1),
    )  # fmt: skip
    assert Trial.of(trial.to_dict(curves=True)) == trial
    assert "costs" not in trial.to_dict()


def test_a_trial_of_a_model_from_before_has_no_dropout():
    made = Trial(Configuration((8, 4), 0.3, 1e-3), 2, 9, 51, 0.5, 0.6).to_dict()
    assert made.pop("dropout") == 0.0
    assert Trial.of(made).configuration.dropout == 0.0
