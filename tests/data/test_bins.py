"""Piecewise-linear encoding: edges, inputs, names, and the same again from a file."""

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clearprop.data.bins import bin_names, edges_of
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError

NAN = np.nan


def matrix(X, **options):
    X = np.asarray(X)
    return Table("a.npy", X, None, tuple(map(str, range(X.shape[1]))), None, **options)


def frame(columns):
    X = pl.DataFrame(columns)
    return Table("a.csv", X, None, tuple(X.columns), None)


def restored(encoder):
    return Encoder.from_dict(json.loads(json.dumps(encoder.to_dict())))


def filled(x, edges):
    """The bins of a number, as the paper writes them, with both ends closed."""
    inputs = []
    for low, high in pairwise(edges):
        inputs.append(0.0 if x < low else 1.0 if x >= high else (x - low) / (high - low))
    return inputs


# -- Edges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "bins", "edges"),
    [
        (np.arange(1000.0), 4, [0, 249, 499, 749, 999]),
        ([5, 5, 5], 8, []),
        ([0, 1, 1, 0, 1], 8, []),  # one bin would tell what the standardised value tells
        ([NAN, 3, 1, NAN, 2], 8, [1, 2, 3]),
        # Up to four times as many numbers as bins: every one is an edge.
        (np.repeat(np.arange(24), 50), 8, list(range(24))),
        (np.repeat(np.arange(8), 50), 2, list(range(8))),
        (np.repeat(np.arange(9), 50), 2, [0, 4, 8]),
        ([NAN, NAN], 8, []),
        (np.repeat([1, 2, 4, 9], [500, 1, 1, 500]), 8, [1, 2, 4, 9]),
        # Most rows have the 0: it counts as one bin, and the edges spread over the others.
        (np.concatenate([np.zeros(900), np.arange(1.0, 101)]), 4, [0, 34, 67, 100]),
        ([-0.0, 1, 2], 8, [0, 1, 2]),
        ([-1.7e308, 0, 1.7e308], 8, []),  # the width would be infinite
    ],
)
def test_edges(x, bins, edges):
    found = edges_of(np.asarray(x), bins)
    assert found.dtype == np.float64
    assert found.tolist() == edges
    assert not np.signbit(found[found == 0]).any()


numbers = st.floats(-1e300, 1e300) | st.integers(-5, 5).map(float)
columns = hnp.arrays(np.float64, st.integers(1, 60), elements=numbers)


@settings(max_examples=200, deadline=None)
@given(columns, st.integers(2, 9))
def test_edges_are_numbers_of_the_column_and_no_bin_is_empty(x, bins):
    edges = edges_of(x, bins)
    assert len(edges) == 0 or 3 <= len(edges) <= 4 * bins
    assert np.isin(edges, x).all()
    if len(edges):
        assert (edges[0], edges[-1]) == (x.min(), x.max())
        assert (np.histogram(x, edges)[0] > 0).all()
    elif np.isfinite(np.ptp(x)) and bins >= 2:
        assert len(np.unique(x)) < 3 or bins == 2


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 12))
def test_bins_of_different_numbers_hold_as_many_rows(seed, bins):
    x = np.random.default_rng(seed).permutation(1000.0 + np.arange(600) ** 2)
    rows = np.histogram(x, edges_of(x, bins))[0]
    assert len(rows) == bins
    assert np.ptp(rows) <= 2


# -- Inputs ---------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(20, 60), elements=st.floats(-1e100, 1e100)),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9),
    st.integers(2, 9),
)
@pytest.mark.filterwarnings("ignore:.* is far outside the training numbers:UserWarning")
def test_any_number_fills_its_bins(x, new, bins):
    """Closed form; in 0 to 1; edges exact; monotone; the file gives the same bits."""
    encoder = Encoder.fit(matrix(x[:, None]), bins=bins)
    (edges,) = encoder.edges
    rows = np.sort(np.concatenate([new, edges]))[:, None]
    with np.errstate(over="ignore"):
        out = encoder.transform(rows)[:, 1:]
    assert encoder.n_bins == out.shape[1] == max(0, len(edges) - 1)
    assert np.array_equal(out, [filled(value, edges) for value in rows[:, 0].tolist()])
    assert ((out >= 0) & (out <= 1)).all()
    assert (np.diff(out, axis=0) >= 0).all()
    for t, edge in enumerate(edges.tolist()):
        at = encoder.transform([[edge]])[0, 1:]
        assert at.tolist() == [1.0] * t + [0.0] * (len(edges) - 1 - t)
    again = restored(encoder)
    assert again.to_dict() == encoder.to_dict()
    with np.errstate(over="ignore"):
        assert again.transform(rows).tobytes() == encoder.transform(rows).tobytes()
        narrow = encoder.transform(rows, np.float32)[:, 1:]
    assert np.array_equal(narrow, out.astype(np.float32))


def test_the_sum_of_the_bins_is_a_curve_with_its_corners_at_the_edges():
    """Between edges it rises by 1, so it is the interpolation of (b_t, t)."""
    x = np.random.default_rng(0).exponential(size=500)
    encoder = Encoder.fit(matrix(x[:, None]), bins=8)
    (edges,) = encoder.edges
    rows = np.linspace(-1, 8, 1001)
    total = encoder.transform(rows[:, None])[:, 1:].sum(axis=1)
    np.testing.assert_allclose(total, np.interp(rows, edges, np.arange(9)), rtol=0, atol=1e-12)


def test_beside_bins_the_standardised_value_keeps_its_bits_up_to_four_deviations():
    X = np.random.default_rng(0).normal(3, 2, (20_000, 3))  # more than a block
    X[0], X[1] = 100, -100
    plain, binned = (Encoder.fit(matrix(X), bins=bins) for bins in (0, 8))
    out = binned.transform(X)
    places = [span.start for span in binned.spans]
    assert places == [0, 9, 18]
    assert out[:, places].tobytes() == plain.transform(X).clip(-4, 4).tobytes()
    assert out[:2, 0].tolist() == [4, -4]
    for row in (0, 1, 7_777):  # a row is encoded by itself
        assert binned.transform(X[row]).tobytes() == out[row : row + 1].tobytes()


MIXED = {
    "age": [20, 30, 40, 50, None] * 5,
    "city": ["Rome", "Paris", "Rome", "Oslo", None] * 5,
    "born": [f"{1990 + i % 5}-0{1 + i % 3}-01" for i in range(25)],
    "flag": [0, 1, 1, 0, 1] * 5,
}


def test_columns_in_their_order():
    table = frame(MIXED)  # so few rows that columns of few numbers have no edge at each
    encoder = Encoder.fit(table, bins=3)
    assert encoder.input_names[:16] == (
        "age", "age: 20 to 30", "age: 30 to 40", "age: 40 to 50", "age=(empty)",
        "city=Oslo", "city=Paris", "city=Rome", "city=(empty)",
        "born.year", "born.year: 1990 to 1991", "born.year: 1991 to 1993",
        "born.year: 1993 to 1994",
        "born.month", "born.month: 1 to 2", "born.month: 2 to 3",
    )  # fmt: skip
    assert encoder.input_names[-1] == "flag"
    assert encoder.spans[0] == slice(0, 5)
    assert encoder.n_outputs == len(encoder.input_names) == encoder.spans[-1].stop
    out = encoder.transform(table)
    assert out[:5, 1:5].tolist() == [
        [0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 0.5, 0, 1],
    ]  # fmt: skip
    assert out[:3, 10:13].tolist() == [[0, 0, 0], [1, 0, 0], [1, 0.5, 0]]
    again = restored(encoder)
    assert again.input_names == encoder.input_names
    assert again.transform(table).tobytes() == out.tobytes()


def test_images_have_none():
    X = np.random.default_rng(0).integers(0, 256, (700, 64)).astype(np.uint8)
    assert Encoder.fit(matrix(X, image_shape=(8, 8)), bins=8).n_bins == 0
    assert Encoder.fit(matrix(X), bins=8).n_bins == 512


def test_too_many_inputs():
    """No more inputs than training rows."""
    X = np.random.default_rng(0).normal(size=(100, 20))
    assert Encoder.fit(matrix(X), bins=4).n_outputs == 100
    assert Encoder.fit(matrix(X), bins=5).n_outputs == 20
    assert Encoder.fit(matrix(X[:99]), bins=4).n_outputs == 20


@pytest.mark.parametrize("bins", [1, -1, 257, 2.5, True, None, "8"])
def test_wrong_numbers_of_bins(bins):
    with pytest.raises(ParameterError) as caught:
        Encoder.fit(matrix([[1.0], [2.0]]), bins=bins)
    assert str(caught.value) == (
        f"bins: expected 0, for none, or a whole number from 2 to 256; got {bins!r}"
    )


# -- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edges", "names"),
    [
        ([], []),
        ([-5, 0, 5], ["-5 to 0", "0 to 5"]),
        ([1990, 2001, 2003], ["1990 to 2001", "2001 to 2003"]),
        ([1234567, 2345678, 3456789], ["1234567 to 2345678", "2345678 to 3456789"]),
        ([0.1, 0.1234, 0.5678], ["0.1 to 0.123", "0.123 to 0.568"]),
        ([-0.0004, 0.25, 1000.123], ["0 to 0.25", "0.25 to 1000.12"]),
        ([1e-9, 2e-9, 4e-9], ["1e-09 to 2e-09", "2e-09 to 4e-09"]),
        ([1e15, 1e15 + 1, 2e15], ["1000000000000000 to 1000000000000001",
                                  "1000000000000001 to 2000000000000000"]),
        ([1e20, 2e20, 4e20], ["1e+20 to 2e+20", "2e+20 to 4e+20"]),
    ],
)  # fmt: skip
def test_names(edges, names):
    assert bin_names(np.array(edges, np.float64)) == names


@settings(max_examples=200, deadline=None)
@given(st.sets(st.floats(-1e300, 1e300).map(lambda x: x + 0.0), min_size=3, max_size=9))
def test_names_are_distinct_and_tell_the_edges(edges):
    edges = np.array(sorted(edges))
    names = bin_names(edges)
    ends = [name.split(" to ") for name in names]
    texts = [ends[0][0], *(high for _, high in ends)]
    assert [low for low, _ in ends] == texts[:-1]
    assert len(set(texts)) == len(texts)
    told = np.array([float(text) for text in texts])
    assert (np.diff(told) > 0).all()
    narrowest = np.diff(edges).min()
    assert (np.abs(told - edges) <= np.maximum(0.051 * narrowest, 5.1e-4 * np.abs(edges))).all()


# -- Files ----------------------------------------------------------------------------------------


def test_without_bins_the_values_are_those_of_before():
    assert "bins" not in Encoder.fit(frame(MIXED)).to_dict()
    assert list(Encoder.fit(frame(MIXED), bins=2).to_dict())[-1] == "bins"


DAMAGED = {
    "not a list": (None, "TypeError"),
    "too few parts": ([[1.0, 2.0, 3.0]], "lengths or values do not fit each other"),
    "no list of edges": ([1.0, []], "expected no edges, or a list of 3 to 257; got 1.0"),
    "one bin": ([[1.0, 2.0], []], "expected no edges, or a list of 3 to 257; got [1.0, 2.0]"),
    "too many": ([list(range(258)), []], "expected no edges, or a list of 3 to 257; got [0, 1"),
    "unsorted": ([[1.0, 3.0, 2.0], []], "expected finite edges that rise; got [1.0, 3.0, 2.0]"),
    "twice": ([[1.0, 1.0, 2.0], []], "expected finite edges that rise; got [1.0, 1.0, 2.0]"),
    "infinite": ([[1.0, 2.0, 1e999], []], "expected finite edges that rise; got [1.0, 2.0, inf]"),
    "NaN": ([[NAN, 2.0, 3.0], []], "expected finite edges that rise; got [nan, 2.0, 3.0]"),
    "text": ([["1", "2", "3"], []], "expected finite edges that rise; got ['1', '2', '3']"),
    "true": ([[True, 2.0, 3.0], []], "expected finite edges that rise; got [True, 2.0, 3.0]"),
    "deeper": ([[[1.0], [2.0], [3.0]], []], "expected finite edges that rise; got [[1.0], [2.0]"),
    "too wide": ([[-1.7e308, 0.0, 1.7e308], []], "expected finite edges that rise; got [-1.7e+308"),
    "huge": ([[0, 1, 10**400], []], "OverflowError"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_edges(case):
    bins, message = DAMAGED[case]
    X = np.random.default_rng(0).normal(size=(30, 2))
    values = Encoder.fit(matrix(X), bins=2).to_dict() | {"bins": bins}
    with pytest.raises(DataError) as caught:
        Encoder.from_dict(values)
    said = str(caught.value)
    assert said.startswith("encoder: cannot be restored: ")
    assert message in said
