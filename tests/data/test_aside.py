"""Columns that are no inputs, and rows to test on."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from clearprop.data.aside import set_aside, with_test
from clearprop.data.reading import Note
from clearprop.data.table import Table
from clearprop.errors import DataError


def table(**columns: object) -> Table:
    frame = pl.DataFrame({"x": ["1", "2", "3", "4"], **columns}, strict=False)
    return Table("a.csv", frame, None, tuple(frame.columns), "y", places=np.arange(2, 6),
                 place_word="line")  # fmt: skip


@pytest.mark.parametrize("cells", [["1", "0.5", "0", "2e1"], [1.0, 0.5, 0.0, 20.0]])
def test_weights_leave_the_inputs(cells: list[object]) -> None:
    found = set_aside(table(w=cells), weights="w")
    assert found.feature_names == ("x",)
    assert found.weights is not None
    assert found.weights.tolist() == [1, 0.5, 0, 20]
    assert found.notes == (Note("weights", {"column": "w"}),)
    taken = found.take([3, 0])
    assert taken.weights is not None
    assert taken.weights.tolist() == [20, 1]


@pytest.mark.parametrize(
    ("cells", "got"),
    [
        (["1", "-1", "1", "1"], "line 3, column 'w': expected a weight, a number of at least 0; "
         "got '-1'"),
        (["1", "1", None, "1"], "line 4, column 'w': expected a weight, a number of at least 0; "
         "got an empty cell"),
        (["1", "1", "1", "much"], "line 5, column 'w': expected a weight, a number of at least 0; "
         "got 'much'"),
        (["inf", "1", "1", "1"], "line 2, column 'w': expected a weight, a number of at least 0; "
         "got 'inf'"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_weight_is_named(cells: list[object], got: str) -> None:
    with pytest.raises(DataError) as caught:
        set_aside(table(w=cells), weights="w")
    assert str(caught.value) == f"a.csv, {got}"


def test_weights_of_a_matrix_and_weights_that_are_all_zero() -> None:
    matrix = Table("a.npy", np.array([[1.0, 2.0], [3.0, -4.0]]), None, ("0", "1"), None)
    with pytest.raises(DataError, match=r"^a.npy, X\[1, 1\]: expected a weight, .*; got -4.0$"):
        set_aside(matrix, weights="1")
    with pytest.raises(DataError, match=r"^a.csv: every weight in column 'w' is 0: no row"):
        set_aside(table(w=["0"] * 4), weights="w")


def test_columns_that_are_not_there() -> None:
    with pytest.raises(DataError) as caught:
        set_aside(table(weight=["1"] * 4), weights="wieght")
    assert str(caught.value) == (
        "a.csv: no column 'wieght' for the weights (did you mean \"weight\"?); the columns are x, "
        "weight"
    )
    with pytest.raises(DataError, match=r"^a.csv: 'y' is the target and cannot be the split too$"):
        set_aside(table(), split_by="y")


DAYS = [date(2024, 5, 6) + timedelta(days=k) for k in (3, 0, 0, 1)]


@pytest.mark.parametrize(
    ("cells", "groups", "in_order"),
    [
        (["b", "a", "b", "c"], [1, 0, 1, 2], False),
        (["10", "9", "9", "10"], [1, 0, 0, 1], False),  # by value, not by letter
        (["10", "9", "11", "-2"], [2, 1, 3, 0], True),  # all differ
        ([10, 9, 11, -2], [2, 1, 3, 0], True),
        ([day.isoformat() for day in DAYS], [2, 0, 0, 1], True),  # dates may repeat
        ([f"{day.isoformat()} 12:30:00" for day in DAYS], [2, 0, 0, 1], True),
        (DAYS, [2, 0, 0, 1], True),
        ([True, False, True, False], [1, 0, 1, 0], False),
        (["b", "a", "d", "c"], [1, 0, 3, 2], False),  # text has no order
    ],
)
def test_groups_and_orders(cells: list[object], groups: list[int], in_order: bool) -> None:
    found = set_aside(table(c=cells), split_by="c")
    assert found.groups is not None
    assert (found.groups.tolist(), found.in_order) == (groups, in_order)
    key = "split-order" if in_order else "split-groups"
    assert found.notes == (Note(key, {"column": "c", "groups": len(set(groups))}),)


@pytest.mark.parametrize("cells", [["a", None, "b", "c"], ["1", None, "2", "3"]])
def test_an_empty_cell_belongs_to_no_group(cells: list[object]) -> None:
    with pytest.raises(DataError) as caught:
        set_aside(table(c=cells), split_by="c")
    assert str(caught.value) == (
        "a.csv, line 3, column 'c': expected a value to split by; got an empty cell"
    )


def test_a_test_set_loses_what_is_no_input() -> None:
    other = table(w=["1"] * 4, more=["z"] * 4)
    found = set_aside(with_test(table(w=["1"] * 4), other), weights="w")
    assert found.test is not None
    assert found.test.feature_names == ("x", "more")  # further columns are ignored later


def test_a_matrix_is_no_test_set_of_named_columns() -> None:
    matrix = Table("a.npy", np.eye(2), None, ("0", "1"), None)
    with pytest.raises(DataError) as caught:
        with_test(table(), matrix)
    assert str(caught.value) == (
        "a.npy: expected named columns to test on, as a.csv has; got a matrix of numbers"
    )
    own = Table("b.npy", np.eye(3, 2), None, ("0", "1"), None, test=matrix)
    assert with_test(matrix, own).test is matrix
