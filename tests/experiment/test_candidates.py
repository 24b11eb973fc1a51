"""What the validation rows choose, from costs by hand, and how rows are divided into folds."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clearprop.data.table import Table
from clearprop.errors import ParameterError
from clearprop.experiment.candidates import Candidate, chosen, folds
from clearprop.training import Options
from clearprop.training.history import History


def candidate(
    strength: float, validation_costs: list[float], fold: int = 0, rows: int = 10, best: int = 0
) -> Candidate:
    """A run with these validation costs; `best` is the epoch that early stopping kept."""
    costs = [2 * J for J in validation_costs]
    history = History(costs, validation_costs, list(validation_costs))
    if best:
        history.best_epoch, history.best_theta = best, np.zeros(1)
    state = SimpleNamespace(epoch=len(costs), step=len(costs))
    options = Options(early_stopping=best > 0)
    training: Any = SimpleNamespace(history=history, state=state, options=options)
    return Candidate(strength, fold, np.arange(rows), training)


def test_the_lowest_validation_cost_is_chosen() -> None:
    runs = [candidate(0.3, [0.9, 0.5]), candidate(3.0, [0.8, 0.4]), candidate(30.0, [0.7, 0.6])]
    choice = chosen(runs)
    assert (choice.regularization, choice.members) == (3.0, (runs[1],))
    assert choice.costs == {0.3: 0.5, 3.0: 0.4, 30.0: 0.6}


def test_the_epoch_that_was_kept_counts_and_not_the_last_one() -> None:
    runs = [candidate(0.3, [0.9, 0.2, 0.8], best=2), candidate(3.0, [0.9, 0.7, 0.3])]
    assert chosen(runs).costs == {0.3: 0.2, 3.0: 0.3}
    assert (runs[0].best_epoch, runs[0].cost, runs[1].best_epoch) == (2, 0.4, 3)


def test_where_the_cost_is_watched_its_watched_value_counts() -> None:
    run = candidate(0.3, [0.9, 0.2, 0.8], best=2)
    run.training.options = Options(early_stopping=True, watch="cost")
    run.training.history.best = -0.55
    assert chosen([run]).costs == {0.3: 0.55}


def test_between_equal_costs_the_larger_lambda_is_taken() -> None:
    runs = [candidate(0.3, [0.5]), candidate(3.0, [0.5]), candidate(30.0, [0.6])]
    assert chosen(runs).regularization == 3.0


def test_the_first_fold_chooses_and_the_others_follow() -> None:
    runs = [
        candidate(0.3, [0.1]), candidate(3.0, [0.7]), candidate(0.3, [9.0], fold=1),
        candidate(0.3, [0.2], fold=2),
    ]  # fmt: skip
    choice = chosen(runs)
    assert choice.costs == {0.3: 0.1, 3.0: 0.7}
    assert choice.members == (runs[0], *runs[2:])


def test_runs_that_were_lost_are_left_out() -> None:
    runs = [
        candidate(0.3, [math.nan]), candidate(3.0, [0.7]),
        candidate(3.0, [math.nan], fold=1), candidate(3.0, [0.5], fold=2),
    ]  # fmt: skip
    choice = chosen(runs)
    assert choice.costs == {0.3: math.inf, 3.0: 0.7}
    assert choice.members == (runs[1], runs[3])


def test_before_any_epoch_the_runs_that_have_begun_are_taken() -> None:
    first, second, third = candidate(1.0, []), candidate(1.0, [], fold=1), candidate(0.5, [])
    assert chosen([first, second, third]).members == (first, second)
    second.training.state.step = 4
    choice = chosen([first, second, third])
    assert (choice.members, choice.costs) == ((second,), {0.5: math.inf, 1.0: math.inf})


def test_a_candidate_as_json_values() -> None:
    run = candidate(0.3, [0.25, math.inf, 1 / 3], fold=2, best=1)
    assert run.to_dict() == {
        "regularization": 0.3, "fold": 2, "epochs": 3, "best_epoch": 1, "cost": 0.5,
        "validation_cost": 0.25, "validation_rows": 10,
    }  # fmt: skip
    assert run.curves() == {
        "costs": [0.5, None, 0.666667], "validation_costs": [0.25, None, 0.333333]
    }  # fmt: skip
    before = candidate(0.3, []).to_dict()
    assert (before["cost"], before["validation_cost"], before["epochs"]) == (None, None, 0)


# -- Folds ----------------------------------------------------------------------------------------


def table(rows: int, **others: Any) -> Table:
    X = np.arange(2.0 * rows).reshape(rows, 2)
    return Table("made.csv", X, np.arange(rows) % 3, ("a", "b"), "kind", **others)


def test_every_row_is_held_out_once() -> None:
    parts = [table(25), table(5)]
    found = folds(parts, 4, seed=0, stratify=True)
    assert sorted(np.concatenate(found)) == list(range(30))
    labels = np.concatenate([part.y for part in parts])
    for held in found:
        np.testing.assert_allclose(np.bincount(labels[held]), 2.5, atol=1)
    again = folds(parts, 4, seed=0, stratify=True)
    assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=True))
    other = folds(parts, 4, seed=1, stratify=True)
    assert not all(np.array_equal(sorted(a), sorted(b)) for a, b in zip(found, other, strict=True))


def test_groups_stay_together() -> None:
    groups = np.repeat(np.arange(10), 3)
    parts = [table(24, groups=groups[:24]), table(6, groups=groups[24:])]
    found = folds(parts, 3, seed=0, stratify=True)
    held = [set(groups[rows]) for rows in found]
    assert sorted(np.concatenate(found)) == list(range(30))
    assert sum(map(len, held)) == 10


def test_there_are_rows_or_groups_for_every_network() -> None:
    parts = [table(24), table(6)]
    assert [len(fold) for fold in folds(parts, 30, seed=0, stratify=True)] == [1] * 30
    with pytest.raises(ParameterError) as caught:
        folds(parts, 10**12, seed=0, stratify=True)  # before the shares of so many are listed
    assert str(caught.value) == (
        "bag: expected at most 30, since each network is validated on rows of its own and there "
        "are 30 rows to train and validate on; got 1000000000000"
    )
    groups = np.repeat(np.arange(10), 3)
    parts = [table(24, groups=groups[:24]), table(6, groups=groups[24:])]
    with pytest.raises(ParameterError, match=r"^bag: expected at most 10, .* are 10 groups to"):
        folds(parts, 11, seed=0, stratify=True)


def test_rows_in_order_have_no_folds() -> None:
    parts = [table(20, groups=np.arange(20)), table(5, groups=np.arange(20, 25))]
    parts = [replace(part, in_order=True) for part in parts]
    with pytest.raises(ParameterError) as caught:
        folds(parts, 2, seed=0, stratify=False)
    assert str(caught.value) == (
        "bag: made.csv is split in the order of its rows, so a network would learn from rows that "
        "come after those it is validated on; use bag='1'"
    )
