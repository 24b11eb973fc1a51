"""Moments of blocks are those of all rows at once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clearprop.data.blocks.moments import Moments
from clearprop.data.scaling import mean_and_scale, number_range

CELLS = st.one_of(
    st.floats(-1e6, 1e6), st.just(float("nan")), st.sampled_from([1e200, -1e200, 1e-200, 0.1])
)


def in_blocks(X, cuts):
    moments = Moments(X.shape[1])
    edges = [0, *sorted(cut % (len(X) + 1) for cut in cuts), len(X)]
    for start, stop in pairwise(edges):
        moments.add(X[start:stop])
    return moments


@given(
    arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=CELLS),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_blocks_of_any_cut_have_the_moments_of_all_rows(X, cuts):
    X = X[:, ~np.isnan(X).all(axis=0)]
    moments = in_blocks(X, cuts)
    mean, scale = mean_and_scale(X)
    found_mean, found_scale = moments.mean_and_scale()
    size = np.fmax.reduce(np.abs(X), axis=0) if len(X) else 0
    assert np.all(np.abs(found_mean - mean) <= 1e-13 * size)
    assert np.all((np.abs(found_scale - scale) <= 1e-9 * (scale + size)) | (scale == 1))
    low, high = number_range(X)
    assert np.array_equal(moments.low, low)
    assert np.array_equal(moments.high, high)
    assert np.array_equal(moments.gaps, np.isnan(X).any(axis=0))


@pytest.mark.parametrize("value", [0.1, 1e200, -7.0])
def test_a_column_that_never_changes_has_scale_1(value):
    mean, scale = in_blocks(np.full((1000, 1), value), [3, 17, 500]).mean_and_scale()
    assert scale.tolist() == [1.0]
    assert mean[0] == pytest.approx(value, rel=1e-15)


def test_zeros_after_tiny_numbers_change_no_unit():
    X = np.array([[1e-200], [0.0]])
    assert in_blocks(X, [1]).mean_and_scale()[1] == mean_and_scale(X)[1]


def test_a_far_offset_does_not_swallow_the_deviation():
    X = 1e9 + np.arange(1000.0)[:, None]
    _, scale = in_blocks(X, [10, 400]).mean_and_scale()
    assert scale[0] == pytest.approx(X.std(), rel=1e-9)
