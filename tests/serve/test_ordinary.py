"""Ordinary rows get the encoder's bits, or are left to the encoder."""

import warnings
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data.spelling.dates import Dates, parts, parts_of
from clearprop.data.table import Table
from clearprop.model import Model
from clearprop.serve.columns import Columns
from clearprop.serve.numbers import by_numpy
from clearprop.serve.ordinary import Ordinary
from clearprop.serve.refusal import Refusal
from served_models import ROW, of_arrays, of_table

MODELS = {"bins": of_table(), "plain": of_table(bins=0), "arrays": of_arrays()}
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**6),
    st.floats(0, 100),
    st.floats(),
    st.sampled_from([0, -0.0, 45, "45%", "n/a", "x", " 7 ", True, 10**400, "1e5", ""]),
)
CELLS = {
    "age": NUMBERS,
    "income": NUMBERS,
    "share": NUMBERS,
    "city": st.one_of(
        st.none(),
        st.sampled_from(["Paris", "Rome", " Paris", "Pariss", "", 7, 7.0, 7.5, "7", True, "北京"]),
    ),
    "member": st.sampled_from([True, False, "true", "FALSE", None, 0, 1, 1.0, 2, "x"]),
    "born": st.one_of(
        st.none(),
        st.dates(date(1950, 1, 1), date(2030, 1, 1)).map(str),
        st.sampled_from(["6.5.1984", "x", "", 7, "1984-02-30", "never"]),
    ),
    "seen": st.datetimes(datetime(2024, 1, 1), datetime(2024, 9, 1)).map(
        lambda moment: f"{moment:%Y-%m-%d %H:%M}"
    ),
}
TABLE_ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=4)
ARRAY_ROWS = st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=4)


def as_frame(row: dict[str, Any]) -> pl.DataFrame:
    """One row as a frame of the values' own types."""
    return pl.DataFrame({name: [value] for name, value in row.items()}, strict=False)


def inputs(model: Model, rows: list[Any]) -> np.ndarray | None:
    """What is found in the way that is installed, and without the core, too."""
    ordinary = Ordinary(model.encoder, model.theta.dtype)
    found = ordinary.inputs(rows)
    ordinary._write = by_numpy(model.encoder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = ordinary.inputs(rows)
    assert (found is None) == (other is None)
    if found is not None and other is not None:
        assert found.tobytes() == other.tobytes()
    return found


@pytest.mark.parametrize("name", ["bins", "plain"])
@given(rows=TABLE_ROWS)
@settings(max_examples=60, deadline=None)
def test_rows_of_a_table_get_the_bits_that_the_encoder_gives_each_of_them(name, rows):
    model = MODELS[name]
    found = inputs(model, rows)
    if found is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing that the encoder warns of is ordinary
        for row, own in zip(rows, found, strict=True):
            expected = model.encoder.transform(as_frame(row), model.theta.dtype)
            assert own.tobytes() == expected[0].tobytes()


@given(rows=ARRAY_ROWS)
@settings(max_examples=60, deadline=None)
def test_rows_of_arrays_get_the_bits_that_the_encoder_gives_them(rows):
    model = MODELS["arrays"]
    found = inputs(model, rows)
    if found is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            expected = model.encoder.transform(np.array(rows, np.float64), model.theta.dtype)
        assert found.tobytes() == expected.tobytes()


@given(rows=TABLE_ROWS)
@settings(max_examples=60, deadline=None)
def test_what_the_checks_let_through_has_the_same_bits_whoever_stands_beside_it(rows):
    model = MODELS["bins"]
    columns = Columns(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            together = columns.inputs(columns.of_rows(rows))
        except Refusal:
            return
        for row, own in zip(rows, together, strict=True):
            assert own.tobytes() == columns.inputs(columns.of_rows([row]))[0].tobytes()
            expected = model.encoder.transform(as_frame(row), model.theta.dtype)
            assert own.tobytes() == expected[0].tobytes()


def test_a_usual_row_is_ordinary():
    model = MODELS["bins"]
    found = inputs(model, [ROW, {**ROW, "income": None, "born": None, "city": None}])
    assert found is not None
    expected = model.encoder.transform(as_frame(ROW), model.theta.dtype)
    assert found[0].tobytes() == expected[0].tobytes()


@pytest.mark.parametrize(
    "change",
    [
        *({"age": 9999}, {"age": None}, {"age": "39"}, {"age": True}, {"age": float("nan")}),
        *({"city": "Pariss"}, {"city": " Paris"}, {"city": 7.5}, {"member": None}),
        *({"born": "x"}, {"born": 7}, {"born": ""}, {"age": 10**400}, {"more": 1}),
    ],
)
def test_other_rows_are_left_to_the_encoder(change):
    assert inputs(MODELS["bins"], [ROW | change]) is None


def test_rows_of_other_shapes_are_left_to_the_checks():
    model = MODELS["bins"]
    less = {name: value for name, value in ROW.items() if name != "age"}
    for rows in ([[1, 2]], [None], [less], [{**less, "aeg": 1}], [7]):
        assert inputs(model, rows) is None
    for rows in ([[1, 2]], [{"1": 1}], [[1, 2, "x"]], [[1, 2, None]]):
        assert inputs(MODELS["arrays"], rows) is None


@given(
    moment=st.datetimes(datetime(1600, 1, 1), datetime(2400, 1, 1)),
    how=st.sampled_from(
        [Dates(), Dates(has_time=True), Dates(has_day=False, has_time=True), Dates(has_day=False)]
    ),
)
@settings(deadline=None)
def test_the_parts_of_a_moment_are_those_of_a_column(moment, how):
    expected = parts(pl.Series([moment], dtype=pl.Datetime("us")), how)
    found = parts_of(moment, how)
    assert list(found) == expected.columns
    assert tuple(found.values()) == expected.row(0)


def test_the_time_of_day_alone_has_its_hour():
    how = Dates(has_day=False, has_month=False, has_time=True)
    moment = datetime(1970, 1, 1) + timedelta(hours=12, minutes=30)
    assert parts_of(moment, how) == {"hour": 12.5}


def test_a_number_that_stands_for_an_empty_cell_is_left_to_the_encoder():
    from clearprop.data import read
    from clearprop.data.encoding import Encoder
    from clearprop.data.files import Content
    from clearprop.data.reading import Reading

    raw = Content("a.csv", None, b"a,b\n1,5\n2,-999\n3,7\n")
    encoder = Encoder.fit(read(raw, None, False, Reading(empty=("-999",))))
    ordinary = Ordinary(encoder, np.float64)
    assert ordinary.inputs([{"a": 1, "b": -999}]) is None
    empty = Table("rows", pl.DataFrame({"a": [1], "b": [-999]}), None, ("a", "b"), None)
    null = ordinary.inputs([{"a": 1, "b": None}])
    assert null is not None
    assert null.tobytes() == encoder.transform(empty).tobytes()
