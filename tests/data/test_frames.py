"""Parquet, and frames that come from Python."""

import datetime
import decimal

import numpy as np
import polars as pl
import pytest

from clearprop.data import read
from clearprop.data.frames import frame_of
from clearprop.errors import DataError


def test_parquet_types_become_few(tmp_path):
    frame = pl.DataFrame(
        {
            "f": pl.Series([1.5, float("nan"), None], dtype=pl.Float32),
            "d": pl.Series([decimal.Decimal("1.25"), None, decimal.Decimal("3")]),
            "c": pl.Series(["x", "y", "x"], dtype=pl.Categorical),
            "b": [True, False, None],
            "i": pl.Series([1, 2, 3], dtype=pl.UInt16),
            "y": [0, 1, 0],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    X = read(tmp_path / "a.parquet", "y").X
    assert X.dtypes == [pl.Float64, pl.Float64, pl.String, pl.Boolean, pl.UInt16]
    assert X.rows() == [
        (1.5, 1.25, "x", True, 1),
        (None, None, "y", False, 2),
        (None, 3.0, "x", None, 3),
    ]


def test_parquet_rows_count_from_one(tmp_path):
    frame = pl.DataFrame({"a": [1.0, 2.0, float("inf")], "y": [0, 1, 0]})
    frame.write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="row 3, column 'a': expected a finite number"):
        read(tmp_path / "a.parquet", "y")


def test_columns_that_hold_lists(tmp_path):
    pl.DataFrame({"a": [[1, 2], [3]], "y": [0, 1]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"column 'a' holds List\(Int64\): expected numbers, text"):
        read(tmp_path / "a.parquet", "y")


def test_parquet_without_rows_and_cut_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame({"a": [1], "y": [0]})
    frame.clear().write_parquet(path)
    with pytest.raises(DataError, match="holds no rows"):
        read(path, "y")
    frame.write_parquet(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match="cannot be read as Parquet: ") as caught:
        read(path, "y")
    assert "\n" not in str(caught.value)


def test_pandas_frames_without_pyarrow():
    pd = pytest.importorskip("pandas")
    rows = pd.DataFrame(
        {
            "n": [1, 2],
            "f": [1.5, np.nan],
            "s": ["x", None],
            "c": pd.Categorical(["u", "v"]),
            "b": [True, False],
            "i": pd.array([1, None], dtype="Int64"),
            "mixed": [1, "x"],
            "when": pd.to_datetime(["2020-01-01", "2021-01-01"]),
        }
    )
    frame = frame_of(rows, "rows")
    assert frame.drop("when").rows() == [
        (1, 1.5, "x", "u", True, 1, "1"),
        (2, None, None, "v", False, None, "x"),
    ]
    assert frame["when"].dtype.is_temporal()
    assert frame["when"][0] == datetime.datetime(2020, 1, 1)


def test_pandas_names_that_stand_twice():
    pd = pytest.importorskip("pandas")
    with pytest.raises(DataError, match="rows: every column needs a name of its own"):
        frame_of(pd.DataFrame([[1, 2]], columns=["a", "a"]), "rows")
