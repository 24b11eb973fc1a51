"""Empty and infinite cells: counted, named, dropped or left."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from clearprop.data.cells import (
    check_finite,
    describe_empty,
    empty_cells,
    empty_labels,
    ensure_finite,
    handle_missing,
)
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError

NAN = np.nan


def matrix(X, y=None):
    X = np.asarray(X)
    return Table("a.npy", X, y, tuple(map(str, range(X.shape[1]))), "y")


def frame(y=None, **columns):
    X = pl.DataFrame(columns)
    lines = np.arange(X.height) + 2
    return Table("a.csv", X, y, tuple(X.columns), "y", places=lines, place_word="line")


GAPS = {"age": [1.0, None, None, 4.0], "city": ["x", None, "y", "z"], "n": [1, 2, 3, 4]}


def test_empty_cells_are_counted_per_column():
    assert empty_cells(frame(**GAPS)) == {"age": 2, "city": 1}
    assert empty_cells(matrix([[1.0, NAN], [NAN, NAN]])) == {"0": 1, "1": 2}
    assert empty_cells(matrix(np.eye(2, dtype=np.uint8))) == {}


def test_empty_cells_are_counted_in_words():
    assert describe_empty(frame(**GAPS)) == "3 empty cells (2 in 'age', 1 in 'city')"
    many = {f"c{j}": [None, 1.0] for j in range(10)}
    assert describe_empty(frame(**many)).endswith(", 1 in 'c7', more in 2 other columns)")


def test_empty_cells_stay_for_the_encoder():
    kept, dropped = handle_missing(frame(**GAPS))
    assert (kept.X.null_count().sum_horizontal()[0], dropped, kept.complete) == (3, 0, False)


def test_drop_drops_rows_with_an_empty_cell_or_label():
    table = frame(np.array(["a", "b", "c", None], dtype=object), **GAPS)
    kept, dropped = handle_missing(table, "drop")
    assert (kept.X.rows(), kept.y.tolist(), dropped) == ([(1.0, "x", 1)], ["a"], 3)
    kept, dropped = handle_missing(matrix([[1.0], [NAN], [3.0]], np.array([0.5, 1, NAN])), "drop")
    assert (kept.X.tolist(), kept.y.tolist(), dropped) == ([[1.0]], [0.5], 2)
    whole = matrix([[1.0]], np.array([1]))
    kept, dropped = handle_missing(whole, "drop")
    assert (kept.X is whole.X, kept.y is whole.y, dropped) == (True, True, 0)


def test_rows_that_stay_keep_their_lines():
    kept, _ = handle_missing(frame(**GAPS), "drop")
    assert [kept.place(0), kept.place(1)] == ["line 2", "line 5"]


def test_the_test_set_is_settled_too():
    test = matrix([[1.0], [NAN]], np.array([0, 1]))
    table = replace(matrix([[1.0]], np.array([1])), test=test)
    kept, dropped = handle_missing(table, "drop")
    assert (kept.test.n_rows, dropped) == (1, 0)
    assert not handle_missing(table)[0].test.complete


def test_nothing_left():
    with pytest.raises(DataError) as caught:
        handle_missing(frame(a=[None, 1.0], b=["x", None]), "drop")
    assert str(caught.value) == (
        "a.csv: no row is left without its empty cells: 2 empty cells (1 in 'a', 1 in 'b'); leave "
        "out the emptiest columns, or use missing='mean' (--missing mean)"
    )


@pytest.mark.parametrize("missing", [None, "mean"])
def test_empty_labels_cannot_be_filled(missing):
    table = frame(np.array([1.0, 2.0, NAN, NAN]), a=[1, 2, 3, 4])
    with pytest.raises(DataError) as caught:
        handle_missing(table, missing)
    assert str(caught.value) == (
        "a.csv: 2 rows without a label (target 'y' is empty, first in line 4); fill them in, or "
        "leave the rows out with missing='drop' (--missing drop)"
    )


def test_an_unknown_way():
    with pytest.raises(ParameterError, match=r"missing: expected one of mean, drop; got 'median'"):
        handle_missing(matrix([[1.0]]), "median")


@pytest.mark.parametrize(
    ("y", "mask"),
    [
        (np.array([1.0, NAN]), [False, True]),
        (np.array([[1.0, NAN], [1.0, 2.0]]), [True, False]),
        (np.array(["a", ""]), [False, True]),
        (np.array([None, "", "a", NAN, 1], dtype=object), [True, True, False, True, False]),
        (np.array([0, 1]), [False, False]),
        (np.array(["2020-01-01", "NaT"], dtype="M8[D]"), [False, True]),
    ],
)
def test_empty_labels(y, mask):
    assert empty_labels(y).tolist() == mask


def test_infinite_cells_are_named():
    check_finite(matrix([[1.0, NAN]]))
    with pytest.raises(DataError) as caught:
        check_finite(matrix([[1.0, 2.0], [NAN, -np.inf], [np.inf, 1.0]]))
    assert str(caught.value) == (
        "a.npy, X[2, 0]: expected a finite number; got an infinite one (2 such values); correct it "
        "or leave the cell empty"
    )
    table = frame(a=[1, 2], b=[None, float("inf")])
    with pytest.raises(DataError, match="line 3, column 'b': expected a finite number"):
        check_finite(table)
    with pytest.raises(DataError, match=r"X\[1\], target 'y': expected a finite"):
        check_finite(matrix([[1.0], [2.0]], np.array([1.0, np.inf])))
    with pytest.raises(DataError, match=r"X\[0, 0\]"):
        check_finite(replace(matrix([[1.0]]), test=matrix([[np.inf]])))


# -- A table carries what is known of it -----------------------------------------------------------


def test_finite_cells_are_looked_at_once(monkeypatch):
    looked = []
    check = check_finite
    monkeypatch.setattr("clearprop.data.cells.check_finite", lambda t: (looked.append(t), check(t)))
    table = replace(matrix([[1.0], [NAN]], np.array([0, 1])), test=matrix([[2.0]]))
    assert (table.finite, table.test.finite) == (False, False)
    known = ensure_finite(table)
    assert (known.finite, known.test.finite, known.complete) == (True, True, False)
    assert ensure_finite(known) is known
    assert ensure_finite(known.take([0])).finite
    assert ensure_finite(known.test).finite
    assert ensure_finite(table.known_as(False, True)).complete
    assert [t.X is u.X for t, u in zip(looked, [table, table.test] * 2, strict=True)] == [True] * 4
    with pytest.raises(DataError, match="infinite"):
        ensure_finite(replace(known, X=np.array([[np.inf], [1.0]])))


def test_what_handle_missing_knows():
    y = np.array([0, 1])
    whole, gaps = matrix([[1.0], [2.0]], y), matrix([[1.0], [NAN]], y)
    assert not whole.complete
    for missing in (None, "mean", "drop"):
        assert handle_missing(whole, missing)[0].complete
    assert handle_missing(gaps, "drop")[0].complete
    assert not handle_missing(gaps, "mean")[0].complete
    both, _ = handle_missing(replace(whole, test=whole))
    assert (both.complete, both.test.complete) == (True, True)
    # A table that is known to be complete is not checked again, whatever `missing` says.
    for missing in (None, "mean", "drop"):
        known, dropped = handle_missing(both, missing)
        assert (known.X is whole.X, dropped) == (True, 0)
    assert not handle_missing(replace(both, X=gaps.X))[0].complete
