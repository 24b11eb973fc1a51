"""Tables: rows taken, columns left out, places in messages."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from clearprop.data.table import Table, guess_image_shape, listing
from clearprop.errors import DataError

X = np.arange(12.0).reshape(4, 3)
MATRIX = Table("a.npy", X, np.array([5, 6, 7, 8]), ("0", "1", "2"), "y", image_shape=(1, 3))
FRAME = Table("a.parquet", pl.DataFrame(X, schema=list("abc")), None, tuple("abc"), None)


@pytest.mark.parametrize("table", [MATRIX, FRAME])
@pytest.mark.parametrize("rows", [[3, 0], np.array([True, False, False, True])])
def test_take(table, rows):
    taken = table.take(rows)
    expected = X[np.asarray(rows)]
    assert np.array_equal(np.asarray(taken.X), expected)
    assert taken.n_rows == 2
    assert taken.source == table.source


def test_taken_rows_keep_their_places():
    taken = MATRIX.take([3, 1]).take([1])
    assert (taken.y.tolist(), taken.cell(0, 2), taken.place(0)) == ([6], "X[1, 2]", "X[1]")
    assert FRAME.take([3, 1]).cell(0, 1) == "row 4, column 'b'"


def test_without():
    table = MATRIX.without(["1"])
    assert np.array_equal(table.X, X[:, [0, 2]])
    assert (table.feature_names, table.image_shape) == (("0", "2"), None)
    assert table.cell(0, 1) == "X[0, 2]"
    both = replace(MATRIX, test=MATRIX.take([0]))
    assert both.without(["1"]).test.X.tolist() == [[0.0, 2.0]]
    assert FRAME.without(["a", "b"]).X.columns == ["c"]
    with pytest.raises(
        DataError, match=r"a\.parquet: no column 'x' to leave out; the columns are a"
    ):
        FRAME.without(["x"])
    with pytest.raises(DataError, match="no feature column is left"):
        FRAME.without(["a", "b", "c"])


@pytest.mark.parametrize("table", [MATRIX, FRAME])
@pytest.mark.parametrize("known", [(True, False), (False, True), (True, True)])
def test_rows_and_columns_that_are_taken_carry_what_is_known(table, known):
    table = table.known_as(*known)
    for part in (table, table.take([1]), table.without(table.feature_names[:1])):
        assert (part.finite, part.complete) == known
    # Other cells may be anything.
    for other in (replace(table, X=table.X), replace(table, source="b")):
        assert (other.finite, other.complete) == (False, False)


def test_listing():
    assert listing("abc") == "a, b, c"
    assert listing(range(13)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..., 12 (13 in all)"


@pytest.mark.parametrize(
    ("n", "smallest", "largest", "whole", "shape"),
    [
        (784, 0, 255, True, (28, 28)),
        (64, 0, 16, True, (8, 8)),
        (64, 0, 1, True, (8, 8)),
        (64, -1, 16, True, None),
        (64, 0, 256, True, None),
        (16, 0, 15, True, None),  # the letters' 16 columns
        (65, 0, 16, True, None),
        (400, -0.13, 1.13, False, (20, 20)),  # the course's digits
        (400, -3.0, 3.0, False, None),
        (400, 0.0, 200.0, False, None),
    ],
)
def test_what_looks_like_images(n, smallest, largest, whole, shape):
    assert guess_image_shape(n, smallest, largest, whole) == shape
