"""Rows of files read in ranges: the same with and without what the system offers."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.data.blocks.arrays import npy_array, read_ranges
from clearprop.errors import DataError

X = np.arange(60, dtype=">i4").reshape(20, 3)
BEGIN = st.integers(0, 20)


@given(st.lists(st.tuples(BEGIN, BEGIN).map(sorted).map(tuple), max_size=5))
def test_ranges_are_the_rows_of_the_array(tmp_path_factory, ranges):
    path = tmp_path_factory.mktemp("rows") / "x.npy"
    np.save(path, X)
    found = npy_array("x.npy", path).rows(ranges)
    assert found.dtype == np.dtype("i4")
    assert found.tolist() == [row for start, stop in ranges for row in X[start:stop].tolist()]


def test_a_system_that_takes_no_advice_reads_the_same(tmp_path, monkeypatch):
    np.save(tmp_path / "x.npy", X)
    array = npy_array("x.npy", tmp_path / "x.npy")
    ranges = [(12, 15), (0, 2), (19, 20)]
    advised = array.rows(ranges)
    monkeypatch.delattr(os, "posix_fadvise", raising=False)
    assert (array.rows(ranges) == advised).all()


def test_a_file_that_has_become_shorter_is_named(tmp_path):
    path = tmp_path / "records"
    path.write_bytes(bytes(40))
    with (
        path.open("rb", buffering=0) as file,
        pytest.raises(DataError, match=r"^rows\.csv: the file has become shorter while it was"),
    ):
        read_ranges("rows.csv", file, memoryview(bytearray(24)), [(0, 1), (4, 6)], 8)
