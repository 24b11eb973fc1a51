"""Numbers of rows get the encoder's bits, by the core and by NumPy, or both leave them to it."""

import sys
import warnings
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.serve.numbers import Write, by_numpy, by_the_core, writer

pytest.importorskip("clearprop.engines._core", exc_type=ImportError)

SPECIAL = [0, -0.0, 2**53 + 1, -(2**63), 5e-324, -5e-324, 1e308, 10**400, 1, -1]
STRANGE = [True, False, "1", float("nan"), float("inf"), -float("inf"), None, [1], np.float64(1)]


def fitted(columns: list[list[float | None]], bins: int) -> Encoder:
    names = [f"x{j}" for j in range(len(columns))]
    frame = pl.DataFrame(dict(zip(names, columns, strict=True)), dict.fromkeys(names, pl.Float64))
    return Encoder.fit(Table("t", frame, None, tuple(names), None), bins=bins)


def asked(write: Write, encoder: Encoder, rows: list[tuple[Any, ...]], dtype: Any) -> Any:
    """The inputs; None for rows that are not ordinary."""
    out = np.zeros((len(rows), encoder.n_outputs), dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return out if write(rows, out) else None


# Each column has a scale of its own; the second one has gaps and the third one few numbers.
RNG = np.random.default_rng(0)
GAPS = [None if i % 5 == 0 else float(x) for i, x in enumerate(RNG.normal(50, 9, 120))]
COLUMNS: list[list[float | None]] = [
    RNG.normal(0, 1, 120).tolist(),
    GAPS,
    RNG.integers(0, 4, 120).astype(float).tolist(),
    (RNG.normal(0, 1, 120) * 2.0**60).tolist(),
    (RNG.normal(0, 1, 120) * 1e-310).tolist(),
]
ENCODERS = {bins: fitted(COLUMNS, bins) for bins in (0, 4, 9)}


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """Rows whose cells are those of training, their neighbours, and now and then a strange one."""

    def cell(j: int) -> st.SearchStrategy[Any]:
        seen = [x for x in COLUMNS[j] if x is not None]
        between = st.floats(min(seen), max(seen))
        whole = st.integers(-3, 3) if j < 3 else st.integers(-(2**61), 2**61)
        common = [st.sampled_from(seen), between, whole, st.sampled_from(SPECIAL)]
        return st.one_of(*common, *([st.none()] if j == 1 else []), *common)

    row = st.tuples(*map(cell, range(len(COLUMNS))))
    rows = draw(st.lists(row, min_size=1, max_size=3))
    if draw(st.integers(0, 3)) == 0:
        i, j = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(COLUMNS) - 1))
        rows[i] = (*rows[i][:j], draw(st.sampled_from(STRANGE)), *rows[i][j + 1 :])
    return rows


@given(rows=tables(), bins=st.sampled_from(sorted(ENCODERS)), single=st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_core_and_numpy_write_the_same_bits_or_neither_does(rows, bins, single):
    encoder, dtype = ENCODERS[bins], np.float32 if single else np.float64
    core, numpy = (asked(way(encoder), encoder, rows, dtype) for way in (by_the_core, by_numpy))
    assert (core is None) == (numpy is None)
    if core is not None:
        assert core.tobytes() == numpy.tobytes()


@pytest.mark.parametrize("bins", ENCODERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_rows_get_the_encoders_bits(bins, dtype):
    encoder = ENCODERS[bins]
    rows = list(zip(*COLUMNS, strict=True))
    X = np.array(rows, np.float64)
    expected = encoder.transform(pl.DataFrame(rows, list(encoder.names), orient="row"), dtype)
    assert np.isnan(X).any()
    assert (expected[:, encoder.spans[1].stop - 1] == np.isnan(X[:, 1])).all()
    for way in (by_the_core, by_numpy, writer):
        assert asked(way(encoder), encoder, rows, dtype).tobytes() == expected.tobytes()
        # One row has the bits that it has among others.
        assert asked(way(encoder), encoder, rows[7:8], dtype).tobytes() == expected[7].tobytes()


def test_edges_of_bins_and_minus_zero_have_one_answer():
    encoder = fitted([[0.0, 0.0, 1.0, 2.0, 3.0] * 8], 4)
    assert encoder.n_bins == 3
    rows = [(x,) for x in (-0.0, 0, 0.5, 1, 2, 2.5, 3, -5e-324, 4, -1)]
    core, numpy = (
        asked(way(encoder), encoder, rows, np.float64) for way in (by_the_core, by_numpy)
    )
    assert core.tobytes() == numpy.tobytes()
    assert core[:, 1:].tolist()[:6] == [
        *([0, 0, 0], [0, 0, 0], [0.5, 0, 0]),
        *([1, 0, 0], [1, 1, 0], [1, 1, 0.5]),
    ]
    assert not np.signbit(core[0, 1])


@pytest.mark.parametrize("way", [by_the_core, by_numpy])
@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_what_is_no_number_within_the_bounds_is_not_ordinary(way, strange):
    encoder = ENCODERS[4]
    usual = (0.5, 50, 1, 0, 0.0)
    assert asked(way(encoder), encoder, [usual, usual], np.float32) is not None
    assert asked(way(encoder), encoder, [usual, (strange, *usual[1:])], np.float32) is None


@pytest.mark.parametrize("way", [by_the_core, by_numpy])
def test_numbers_that_a_float32_cannot_hold_are_not_ordinary(way):
    encoder = Encoder.fit(Table("a.npy", np.array([[0.0], [1e300]]), None, ("0",), None))
    wide = Encoder(
        *(None, (("",),), (None,), np.zeros(1, bool), np.zeros(1), np.ones(1), np.zeros(1)),
        *(np.full(1, -np.inf), np.full(1, np.inf), encoder.edges),
    )
    assert asked(way(encoder), encoder, [(1e300,)], np.float32).tolist() == [[1.0]]
    assert asked(way(wide), wide, [(1e300,)], np.float64).tolist() == [[1e300]]
    assert asked(way(wide), wide, [(1e300,)], np.float32) is None
    assert asked(way(wide), wide, [(float("inf"),)], np.float64) is None
    assert asked(way(wide), wide, [(2**53 + 1,)], np.float64).tolist() == [[2.0**53]]


def test_without_the_core_numpy_writes(monkeypatch):
    monkeypatch.setitem(sys.modules, "clearprop.engines._core", None)
    monkeypatch.delattr("clearprop.engines._core")
    encoder = ENCODERS[4]
    with pytest.raises(ImportError):
        by_the_core(encoder)
    rows = [(0.5, None, 1, 0, 0.0)]
    found = asked(writer(encoder), encoder, rows, np.float32)
    assert found.tobytes() == asked(by_numpy(encoder), encoder, rows, np.float32).tobytes()
