"""Wide frames give what their columns give one by one."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.data.frames import text_array
from clearprop.data.learning import learned
from clearprop.data.reading import Reading
from clearprop.data.spelling import Recognised, recognise, recognise_frame
from clearprop.data.table import Table
from clearprop.data.wide import as_floats, extremes, with_nan

CELLS = ["1.5", "-2", "007", "042", "1e5", "NA", "nan", "inf", "1.200", "950", "x", " 3", "", None]


def frames(cells=CELLS, least=1):
    def made(size):
        m, n = size
        column = st.lists(st.sampled_from(cells), min_size=m, max_size=m)
        return st.lists(column, min_size=n, max_size=n)

    return st.tuples(st.integers(0, 4), st.integers(least, 12)).flatmap(made)


def frame_of(columns):
    return pl.DataFrame(
        {f"c{j}": pl.Series(cells, dtype=pl.String) for j, cells in enumerate(columns)}
    )


@given(frames())
def test_numbers_of_a_wide_frame(columns):
    frame = frame_of(columns)
    floats = as_floats(frame)
    assert floats.columns == frame.columns
    for text, numbers, nan in zip(frame, floats, with_nan(floats), strict=True):
        alone = text.cast(pl.Float64, strict=False)
        assert numbers.equals(alone, null_equal=True)
        assert nan == bool(alone.is_nan().any())


@given(frames(cells=[0.5, -2.0, float("inf"), None]))
def test_extremes_of_a_wide_frame(columns):
    frame = pl.DataFrame({f"c{j}": pl.Series(c, dtype=pl.Float64) for j, c in enumerate(columns)})
    low, high = extremes(frame)
    for series, least, most in zip(frame, low, high, strict=True):
        alone = (series.min(), series.max()) if series.null_count() < len(series) else (np.nan,) * 2
        np.testing.assert_equal((least, most), alone)


@given(frames(least=3))
def test_a_column_is_the_same_among_many_and_alone(columns):
    frame = frame_of(columns)
    if not frame.height:
        return
    for name, found in recognise_frame(frame, Reading(decimal=".")).items():
        alone = recognise_frame(frame.select(name), Reading(decimal="."))[name]
        assert found == alone
        if isinstance(found, Recognised) and found.values is not None:
            assert found.values.equals(alone.values, null_equal=True)


def test_a_sample_without_numbers_decides_nothing():
    cells = ["NA"] * 9 + ["042", "007"]
    assert recognise(pl.Series("a", cells)).why == "codes"


@pytest.mark.parametrize("levels", [["b", "a", ""], ["7"], ["é", "long text", "x"]])
@pytest.mark.parametrize("times", [1, 500])
def test_text_as_an_array(levels, times):
    cells = levels * times
    array = text_array(pl.Series(cells))
    assert array.dtype == np.array(cells).dtype
    assert array.tolist() == cells


def test_words_of_truth_in_two_spellings():
    cells = ["True", "true", "False", "unsure"]
    for texts in (cells, cells[::-1]):
        table = Table("a.csv", pl.DataFrame({"a": texts}), None, ("a",), None)
        (column,) = learned(table).columns
        assert column.truth == ("False", "true")
