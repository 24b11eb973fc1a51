"""Prediction intervals: quantiles that never cross, margins by held-out rows, values of a file."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from scipy.stats import norm

from clearprop.data.interval import Interval, fewest_rows, interval_problems
from clearprop.data.interval_scores import interval_scores
from clearprop.data.targets import Targets
from clearprop.errors import DataError, ParameterError

# Outputs that rounding and overflow may meet, in either dtype of the training.
NUMBERS = st.floats(-(2.0**100), 2.0**100, width=32)
OUTPUTS = nps.arrays(np.float32, st.tuples(st.integers(1, 4), st.just(6)), elements=NUMBERS)


def three(y):
    """Targets as the network sees them: each number three times."""
    return np.repeat(np.asarray(y, float)[:, None], 3, axis=1)


def test_levels():
    assert Interval(0.9, np.zeros(1)).levels == (0.05, 0.5, 0.95)
    assert Interval(0.5, np.zeros(1)).levels == (0.25, 0.5, 0.75)
    assert Interval(0.999, np.zeros(1)).levels == (0.0005, 0.5, 0.9995)


@pytest.mark.parametrize("coverage", [0, 1, 90, -0.9, 0.005, 0.9999, math.nan, "0.9", True, None])
def test_a_coverage_is_a_share(coverage):
    with pytest.raises(ParameterError, match=r"^interval: expected a number from 0.01 to 0.999, "):
        Interval(coverage, np.zeros(1))
    assert len(interval_problems(coverage)) == 1


@pytest.mark.parametrize("coverage", [0.01, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999])
def test_the_fewest_rows_that_can_prove_a_coverage(coverage):
    enough = [m for m in range(1, 1200) if round((m + 1) * coverage, 9) <= m]
    assert fewest_rows(coverage) == enough[0]


def test_margins_by_hand():
    """Nine rows and p = 0.9: the margin is the largest E, that of the ninth place of ten."""
    y = [-3.0, -0.5, 0.0, 0.4, 0.9, 1.0, 1.7, 2.0, 2.5]
    h = np.tile([0.0, 1.0, 2.0], (9, 1))
    E = [max(0 - number, number - 2) for number in y]
    assert E == [3.0, 0.5, 0.0, -0.4, -0.9, -1.0, -0.30000000000000004, 0.0, 0.5]
    found = Interval(0.9, np.zeros(1)).calibrated(h, three(y))
    assert found.margins.tolist() == [3.0]
    # ceil(10 * 0.5) = 5: the fifth smallest of -1, -0.9, -0.4, -0.3, 0, 0, 0.5, 0.5, 3.
    assert Interval(0.5, np.zeros(1)).calibrated(h, three(y)).margins.tolist() == [0.0]
    # ceil(10 * 0.3) = 3: the interval is too wide and becomes narrower.
    assert Interval(0.3, np.zeros(1)).calibrated(h, three(y)).margins.tolist() == [-0.4]


def test_outputs_that_cross_are_sorted_before_they_are_calibrated():
    h = np.tile([2.0, 0.0, 1.0], (9, 1))
    found = Interval(0.9, np.zeros(1)).calibrated(h, three([1.0] * 8 + [5.0]))
    assert found.margins.tolist() == [3.0]
    assert found.bounds(h[:1]).tolist() == [[[-3.0, 5.0]]]


def test_each_number_has_its_own_margin():
    h = np.tile([0.0, 1.0, 2.0, 10.0, 20.0, 30.0], (9, 1))
    Y = np.hstack([three([2.5] * 9), three([34.0] * 9)])
    found = Interval(0.9, np.zeros(2)).calibrated(h, Y)
    assert found.margins.tolist() == [0.5, 4.0]
    assert found.bounds(h[:1]).tolist() == [[[-0.5, 2.5], [6.0, 34.0]]]


@given(OUTPUTS, st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS), st.floats(1e-6, 1e6))
def test_a_prediction_lies_between_its_ends(h, margins, mean, scale):
    interval = Interval(0.9, np.array(margins, float))
    targets = Targets("regression", mean=np.array(mean), scale=np.full(2, scale), interval=interval)
    low, high = np.moveaxis(targets.bounds(h), 2, 0)  # each (m, 2)
    predicted = targets.decode(h)
    assert (low <= predicted).all()
    assert (predicted <= high).all()


@given(OUTPUTS, st.permutations(range(3)))
def test_the_order_of_the_outputs_does_not_matter(h, order):
    interval = Interval(0.8, np.array([0.5, -0.5]))
    mixed = h.reshape(-1, 2, 3)[:, :, order].reshape(h.shape)
    np.testing.assert_array_equal(interval.bounds(mixed), interval.bounds(h))


def test_coverage_of_new_rows():
    """Wrong quantiles become right: 2,000 times 99 rows calibrate, and one new row is looked at.

    The true probability lies between p and p + 1/100 (Romano et al. 2019, theorem 1).
    """
    random, p, hits = np.random.default_rng(0), 0.9, 0
    for narrow in (0.2, 3.0):
        hits = 0
        for _ in range(2000):
            spread = random.uniform(0.5, 2.0, 100)  # known to the network, up to a factor
            y = spread * random.normal(size=100)
            h = narrow * spread[:, None] * norm.ppf([0.05, 0.5, 0.95])  # (100, 3)
            found = Interval(p, np.zeros(1)).calibrated(h[:99], three(y[:99]))
            ((low, high),) = found.bounds(h[99:])[0]
            hits += low <= y[99] <= high
        # Five standard errors: 5 * sqrt(0.9 * 0.1 / 2000) = 0.034.
        assert p - 0.034 < hits / 2000 < p + 0.01 + 0.034


def test_targets_with_an_interval():
    targets = Targets.fit([1.0, 3.0, 5.0]).with_interval(0.9)
    assert targets.default_cost() == "quantile"
    assert targets.n_units("quantile") == 3
    assert targets.quantiles == (0.05, 0.5, 0.95)
    np.testing.assert_allclose(targets.encode([5.0, 3.0], "quantile"), three([1.224745, 0]), 1e-6)
    with pytest.raises(ParameterError, match="a prediction interval needs the quantile cost; got"):
        targets.n_units("squared")
    with pytest.raises(DataError, match="expected 1 number a row; got 2"):
        targets.encode([[1.0, 2.0]], "quantile")


def test_several_numbers_with_intervals():
    targets = Targets.fit([[0.0, 5.0], [2.0, 9.0]], standardise=False).with_interval(0.8)
    assert targets.quantiles == (0.1, 0.5, 0.9) * 2
    Y = targets.encode([[1.0, 6.0]], "quantile")
    assert Y.tolist() == [[1, 1, 1, 6, 6, 6]]
    h = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    assert targets.decode(h).tolist() == [[2, 5]]
    assert targets.bounds(h).tolist() == [[[1, 3], [4, 6]]]


def test_what_has_no_interval():
    with pytest.raises(ParameterError, match="interval: is for numbers; the task is classific"):
        Targets.fit(["a", "b"]).with_interval(0.9)
    with pytest.raises(ParameterError, match="interval: the model has none; train it with one"):
        Targets.fit([0.5, 1.5]).bounds(np.zeros((1, 1)))


def test_a_column_that_is_called_like_an_end():
    targets = Targets.fit([[0.0, 5.0], [2.0, 9.0]], names=("y", "y_low"))
    with pytest.raises(ParameterError, match="that of 'y' is called 'y_low', like another column"):
        targets.with_interval(0.9)


def test_values_of_a_file():
    targets = Targets.fit([[0.5, 1.0], [1.5, 4.0]]).with_interval(0.9)
    assert "interval" not in Targets.fit([0.5, 1.5]).to_dict()
    values = targets.to_dict()
    assert values["interval"] == {"coverage": 0.9, "margins": [0.0, 0.0]}
    found = Targets.from_dict(values).interval
    assert found is not None
    assert (found.coverage, found.margins.tolist()) == (0.9, [0.0, 0.0])


@pytest.mark.parametrize(
    "interval",
    [
        None,
        [],
        {},
        {"coverage": 0.9},
        {"coverage": 0.9, "margins": [1.0]},
        {"coverage": 0.9, "margins": [1.0, math.inf]},
        {"coverage": 0.9, "margins": [1.0, "x"]},
        {"coverage": 0.9, "margins": [[1.0, 2.0]]},
        {"coverage": 9, "margins": [1.0, 2.0]},
        {"coverage": "half", "margins": [1.0, 2.0]},
        {"coverage": 10**400, "margins": [1.0, 2.0]},
        {"coverage": 0.9, "margins": [1.0, 10**400]},
        {"coverage": 0.9, "margins": [1.0, 2.0], "more": 1},
    ],
)
def test_hostile_values(interval):
    values = {**Targets.fit([[0.5, 1.0], [1.5, 4.0]]).to_dict(), "interval": interval}
    with pytest.raises(DataError, match=r"^targets: interval: cannot be restored: "):
        Targets.from_dict(values)


def test_classes_in_a_file_have_no_interval():
    values = {**Targets.fit(["a", "b"]).to_dict(), "interval": {"coverage": 0.9, "margins": [1.0]}}
    with pytest.raises(DataError, match="interval: only numbers have one; the task is classific"):
        Targets.from_dict(values)


def test_scores_of_several_numbers():
    bounds = np.array([[[0.0, 1.0], [0.0, 4.0]], [[0.0, 1.0], [2.0, 5.0]]])  # (2, 2, 2)
    found = interval_scores(0.9, bounds, np.array([[1.0, 4.1], [0.0, 3.0]]))
    assert (found.expected, found.covered, found.width) == (0.9, 0.75, 2.25)
