from dataclasses import replace

import numpy as np
import pytest

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.gradients.check import check_gradient
from clearprop.gradients.report import Entry, blocks_of
from clearprop.network.architecture import Network

NETWORK = Network((2, 2, 1), "tanh", "logistic", 1.0)
THETA = np.array([0.1, -0.2, 0.5, 0.25, -0.5, 0.75, 0.3, 1.0, -1.0])
X, Y = [[0.0, 1.0], [1.0, 0.5]], [1, 0]


def test_the_table_of_a_right_gradient():
    lines = str(check_gradient(NETWORK, THETA, X, Y, engine="reference")).splitlines()
    assert lines[0].startswith("Gradient right: 9 of 9 parameters, largest relative difference ")
    assert lines[0].endswith(", Taylor slope 2.00")
    assert lines[1] == (
        "(engine reference, float64; two-sided differences, step 0.0001; tolerance 1e-05)"
    )
    assert lines[3] == (
        "block      verdict  count  entries    whole worst entry     analytic  numerical"
    )
    assert [line.split()[:3] for line in lines[4:]] == [
        ["Theta^(1)"],
        ["bias", "right", "2"],
        ["weights", "right", "4"],
        ["Theta^(2)"],
        ["bias", "right", "1"],
        ["weights", "right", "2"],
    ]


def test_the_table_of_a_wrong_gradient_says_where(spoiled):
    def spoil(network, theta, X, gradient):
        gradient[3] *= 2

    report = check_gradient(NETWORK, THETA, X, Y, engine=spoiled(spoil))
    text = str(report)
    lines = text.splitlines()
    assert lines[0] == (
        "Gradient wrong: 9 of 9 parameters, largest relative difference 5.0e-01, Taylor slope 1.00"
    )
    analytic, numerical = report.blocks[1].worst.analytic, report.blocks[1].worst.numerical
    assert analytic == pytest.approx(2 * numerical, rel=1e-8)
    assert lines[6].split()[:4] == ["weights", "WRONG", "4", "5.0e-01"]
    assert lines[6].split()[5:] == ["1", "->", "2", f"{analytic:.3e}", f"{numerical:.3e}"]
    assert lines[-1] == (
        f"- Theta^(1), weights: 1 -> 2 is {analytic:.6e}, by differences {numerical:.6e}; "
        "1 of 4 compared differ"
    )


def test_the_table_fits_80_columns_for_large_networks_and_numbers():
    report = check_gradient(NETWORK, THETA, X, Y)
    worst = Entry(9998000, "9999 -> 1000", -1.23456e-10, -1.23456e10, 1.0)
    block = replace(report.blocks[1], worst=worst, n_checked=99999, verdict="wrong")
    lines = str(replace(report, blocks=(block,))).splitlines()
    assert "WRONG    99999" in lines[-1]
    assert "9999 -> 1000" in lines[-1]
    assert max(map(len, lines[3:])) <= 80


def test_numbers_that_json_does_not_know_become_none(spoiled):
    def spoil(network, theta, X, gradient):
        gradient[0] = np.nan

    report = check_gradient(NETWORK, THETA, X, Y, engine=spoiled(spoil))
    plain = report.to_dict()
    assert report.largest_relative_difference == np.inf
    assert plain["largest_relative_difference"] is None
    assert plain["blocks"][0]["worst"]["analytic"] is None
    assert plain["n_checked"] == 9


def test_it_tells_what_was_computed_for_it():
    """J, the length of the gradient and the rows, so that nobody has to compute them again."""
    J, gradient = cost_and_gradient(NETWORK, THETA, X, Y)
    report = check_gradient(NETWORK, THETA, X, Y)
    assert (report.cost, report.n_rows) == (pytest.approx(J, rel=1e-14), 2)
    assert report.gradient_norm == pytest.approx(np.linalg.norm(gradient), rel=1e-14)
    bare = replace(NETWORK, regularization=0.0)
    without_lambda, _ = cost_and_gradient(bare, THETA, X, Y)
    assert report.cost - report.penalty == pytest.approx(without_lambda, rel=1e-14)
    assert check_gradient(bare, THETA, X, Y).penalty == 0
    weighted = check_gradient(NETWORK, THETA, X, Y, sample_weight=[3.0, 1.0])
    assert weighted.penalty == pytest.approx(report.penalty / 2, rel=1e-14)
    function = check_gradient(lambda theta: (theta @ theta, 2 * theta), np.array([3.0, 4.0]))
    assert function.gradient_norm == pytest.approx(10.0)
    assert (function.n_rows, function.penalty) == (None, None)


def test_entries_are_called_by_the_units_they_join():
    bias, weights = blocks_of((2, 3))
    assert [bias.entry_name(i) for i in range(3)] == ["bias -> 1", "bias -> 2", "bias -> 3"]
    assert [weights.entry_name(i) for i in (3, 5, 6, 8)] == ["1 -> 1", "1 -> 3", "2 -> 1", "2 -> 3"]
    assert blocks_of(None, 5)[0].entry_name(4) == "theta[4]"
