"""Dividing rows: a partition, each label its share, the same bits for the same seed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data.split import split_groups, split_in_order, split_rows
from clearprop.errors import DataError, ParameterError

FRACTIONS = st.sampled_from(
    [(0.8, 0.2), (0.6, 0.2, 0.2), (0.7, 0.1, 0.1, 0.1), (1.0,), (1 / 3,) * 3]
)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.sampled_from("abc"), min_size=30, max_size=120), FRACTIONS, st.integers(0, 2**32)
)
def test_a_partition_that_gives_each_label_its_share(labels, fractions, seed):
    parts = split_rows(len(labels), fractions, seed, labels)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(labels)))
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - fraction * len(labels)) < 3
        for label in set(labels):
            share = sum(labels[i] == label for i in part)
            assert abs(share - fraction * labels.count(label)) < 1


@settings(deadline=None, max_examples=50)
@given(st.integers(20, 200), FRACTIONS, st.integers(0, 100))
def test_sizes_without_labels(m, fractions, seed):
    parts = split_rows(m, fractions, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(m))
    assert all(abs(len(p) - f * m) < 1 for p, f in zip(parts, fractions, strict=True))


def test_exact_sizes():
    assert [len(part) for part in split_rows(60000, (0.9, 0.1), 0)] == [54000, 6000]
    labels = np.repeat([0, 1], [900, 100])
    parts = split_rows(1000, (0.8, 0.1, 0.1), 0, labels)
    assert [np.bincount(labels[part]).tolist() for part in parts] == [[720, 80], [90, 10], [90, 10]]


def test_many_rare_labels_do_not_all_land_in_one_part():
    sizes = [len(part) for part in split_rows(100, (0.8, 0.1, 0.1), 3, np.arange(100))]
    assert sizes == [80, 10, 10]


def test_the_seed_decides():
    first, again, other = (split_rows(50, (0.5, 0.5), seed, [0, 1] * 25) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert set(first[0].tolist()) != set(other[0].tolist())


def test_rows_are_mixed_within_a_part():
    part = split_rows(1000, (0.5, 0.5), 0, np.repeat([0, 1], 500))[0]
    # Neither sorted nor label after label.
    assert 75 < np.sum(part[:250] < 500) < 175
    assert np.any(np.diff(part) < 0)


def test_too_few_rows():
    with pytest.raises(DataError, match="3 rows are too few to divide into 80%, 10%, 10%"):
        split_rows(3, (0.8, 0.1, 0.1), 0)
    with pytest.raises(DataError, match="0 rows are too few"):
        split_rows(0, (1.0,), 0)


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.2, -0.2), (), (0.5, 0.5, 0.0), (np.nan,)])
def test_wrong_fractions(fractions):
    with pytest.raises(ParameterError, match="expected numbers above 0 that sum to 1; got"):
        split_rows(10, fractions, 0)


def test_labels_of_another_length():
    with pytest.raises(ParameterError, match=r"labels: expected shape \(10,\); got \(9,\)"):
        split_rows(10, (0.5, 0.5), 0, [0] * 9)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.integers(0, 12), min_size=5, max_size=120).filter(lambda g: len(set(g)) > 3),
    FRACTIONS,
    st.integers(0, 100),
)
def test_groups_stay_together(groups, fractions, seed):
    groups = np.array(groups)
    parts = split_groups(groups, fractions, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(groups)))
    found = [set(groups[part]) for part in parts]
    assert all(found)
    assert sum(map(len, found)) == len(set(groups.tolist()))
    again = split_groups(groups, fractions, seed)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))


def test_groups_get_their_shares():
    groups = np.repeat(np.arange(100), 7)
    parts = split_groups(groups, (0.7, 0.1, 0.2), 3)
    assert [len(part) for part in parts] == [490, 70, 140]
    assert [len(part) for part in split_groups(np.array([0, 1, 2]), (0.7, 0.1, 0.2), 0)] == [1] * 3
    others = split_groups(groups, (0.7, 0.1, 0.2), 4)
    assert not np.array_equal(parts[2], others[2])


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 50), min_size=60, max_size=120), FRACTIONS)
def test_the_last_rows_in_order_are_the_last_part(values, fractions):
    values = np.array(values)
    try:
        parts = split_in_order(values, fractions)
    except DataError:
        assert len(set(values.tolist())) < 20
        return
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(values)))
    for before, after in pairwise(parts):
        assert values[before].max() < values[after].min()


def test_in_order_the_shares_are_met():
    parts = split_in_order(np.arange(100)[::-1], (0.7, 0.1, 0.2))
    assert [len(part) for part in parts] == [70, 10, 20]
    assert sorted(parts[2].tolist()) == list(range(20))


def test_too_few_groups():
    with pytest.raises(DataError, match=r"^2 groups are too few to divide into 70%, 10%, 20%"):
        split_groups(np.array([0, 1, 0, 1]), (0.7, 0.1, 0.2), 0)
    with pytest.raises(DataError, match=r"^2 different values are too few to divide into 70%"):
        split_in_order(np.array([0, 1, 0, 1]), (0.7, 0.1, 0.2))
