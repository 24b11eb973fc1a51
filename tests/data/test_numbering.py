"""Columns with which programs number rows."""

import polars as pl
import pytest

from clearprop.data.numbering import without_row_numbers


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "Unnamed: 0.1", "__index_level_0__", "...1"])
@pytest.mark.parametrize("values", [[0, 1, 2], ["0", "1", "2"], [0, 0, 1], ["7"] * 3])
def test_row_numbers_are_left_out(name, values):
    frame, note = without_row_numbers(pl.DataFrame({name: values, "a": [1, 2, 3]}))
    assert frame.columns == ["a"]
    assert (note.key, note.facts) == ("row-numbers", {"columns": repr(name)})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Id", [0, 1, 2]),
        ("Unnamed: 1", [0, 1, 2]),
        ("Unnamed: 0", ["a", "b", "c"]),
        ("Unnamed: 0", [0.5, 1.5, 2.5]),
        ("__index_level_0__", [0, None, 2]),
    ],
)
def test_other_columns_stay(name, values):
    frame = pl.DataFrame({name: values, "a": [1, 2, 3]})
    kept, note = without_row_numbers(frame)
    assert kept is frame
    assert note is None


def test_a_table_of_row_numbers_alone_stays():
    frame = pl.DataFrame({"Unnamed: 0": [0, 1]})
    assert without_row_numbers(frame) == (frame, None) or without_row_numbers(frame)[0] is frame
