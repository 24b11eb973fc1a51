"""What a row becomes depends on the row and on the model's columns, and on nothing else."""

import io
import warnings
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data import read
from clearprop.data.encoding import Encoder
from clearprop.data.learning import learned
from clearprop.data.raw_rows import as_table
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError

pd = pytest.importorskip("pandas")


def raw_table(columns):
    """A table of raw text, as a text file gives it: null where a cell is empty."""
    return table_of(pl.DataFrame({name: list(cells) for name, cells in columns.items()}))


def table_of(frame):
    return Table("rows", frame, None, tuple(frame.columns), None)


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(repr) | st.integers(-999, 999).map(str)
COMMAS = st.floats(-1e6, 1e6).map(lambda x: f"{x:.2f}".replace(".", ","))
CODES = st.sampled_from(["007", "042", "2A1", "7", "1.50", "1E5"])
WORDS = st.sampled_from(["Rome", "Oslo", "NA", "None", "-", "无", "a b"])
SWITCHES = st.sampled_from(["True", "False"])
DAYS = st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}-{day.day:02d}")
KINDS = {
    "numbers": NUMBERS,
    "commas": COMMAS,
    "codes": CODES,
    "words": WORDS,
    "switches": SWITCHES,
    "days": DAYS,
}


@st.composite
def tables(draw):
    """A training table that shows what its columns are, and new rows of the same kinds."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=5))
    known = {
        "numbers": ["1.5", "2", "-3.25", "40"],
        "commas": ["1,5", "2,25", "-3,125", "40,5"],
        "codes": ["007", "042", "2A1", "7"],
        "words": ["Rome", "Oslo", "NA", "Rome"],
        "switches": ["True", "False", "True", "True"],
        "days": ["2020-01-31", "2021-02-28", "2022-03-01", "2023-12-24"],
    }
    train = {f"{kind} {j}": known[kind] * 3 for j, kind in enumerate(kinds)}
    m = draw(st.integers(1, 6))
    cells = {
        name: draw(st.lists(st.none() | KINDS[name.split()[0]], min_size=m, max_size=m))
        for name in train
    }
    return raw_table(train), pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))


def encoded(encoder, frame):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # unseen values and empty cells are told elsewhere
        return encoder.transform(frame if isinstance(frame, Table) else table_of(frame))


@settings(max_examples=100, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_a_row_is_encoded_by_itself(made, random):
    train, new = made
    encoder = Encoder.fit(train)
    whole = encoded(encoder, new)
    alone = np.vstack([encoded(encoder, new[i]) for i in range(new.height)])
    assert whole.tobytes() == alone.tobytes()
    shuffled = random.sample(new.columns, new.width)
    others = new.select(shuffled).with_columns(pl.lit("x").alias("another"))
    assert encoded(encoder, others).tobytes() == whole.tobytes()
    # The same cells out of a data frame of pandas, a Parquet file, and an encoder out of a file.
    as_pandas = pd.DataFrame({name: new[name].to_list() for name in new.columns}, dtype=object)
    assert encoded(encoder, as_table(as_pandas, new.width)).tobytes() == whole.tobytes()
    file = io.BytesIO()
    new.write_parquet(file)
    file.seek(0)
    assert encoded(encoder, pl.read_parquet(file)).tobytes() == whole.tobytes()
    assert encoded(Encoder.from_dict(encoder.to_dict()), new).tobytes() == whole.tobytes()


@settings(max_examples=100, deadline=None)
@given(tables())
def test_typed_cells_are_the_same_as_text(made):
    """Numbers, days and switches as their own types give what their texts give."""
    train, new = made
    encoder = Encoder.fit(train)
    typed = new.with_columns(
        *(pl.col(name).cast(pl.Float64) for name in new.columns if name.startswith("numbers")),
        *(
            pl.col(name).str.replace(",", ".").cast(pl.Float64)
            for name in new.columns
            if name.startswith("commas")
        ),
        *(pl.col(name).str.to_date() for name in new.columns if name.startswith("days")),
        *((pl.col(name) == "True") for name in new.columns if name.startswith("switches")),
    )
    assert encoded(encoder, typed).tobytes() == encoded(encoder, new).tobytes()


def test_codes_are_no_numbers():
    train = raw_table({"code": ["007", "042", "100", "2A1"] * 5})
    encoder = Encoder.fit(train)
    assert encoder.input_names == ("code=007", "code=042", "code=100", "code=2A1")
    new = pl.DataFrame({"code": ["007", "042", "100"]})
    assert encoded(encoder, new).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    with pytest.raises(DataError) as caught:
        encoder.transform(pd.DataFrame({"code": [7, 42, 100]}))
    assert str(caught.value) == (
        "rows, column 'code': expected text, as in training, where '007' is not the same as the "
        "number; got numbers: read the column as text (dtype=str in pandas, pl.String in Polars)"
    )


def test_a_number_that_stands_for_an_empty_cell():
    """It does so in every source and beside every other cell."""
    reading = Reading(empty="-999")
    ages = [str(20 + i) for i in range(40)]
    train = replace(raw_table({"age": [*ages, "-999", "-999"]}), reading=reading)
    encoder = Encoder.fit(train)
    assert encoder.input_names == ("age", "age=(empty)")
    mean = [0.0, 1.0]
    for cells in (["-999", "30"], ["-999", "n/a"], [-999, 30], [-999.0, None]):
        assert encoded(encoder, pl.DataFrame({"age": cells}))[0].tolist() == mean
    typed = pl.DataFrame({"age": [*map(int, ages), -999, -999]})
    again = Encoder.fit(replace(table_of(typed), reading=reading))
    assert again.transform(table_of(typed)).tobytes() == encoder.transform(train).tobytes()


@pytest.mark.parametrize("train", ["{}.5 kg", "{}.5 %", "{},5"])
def test_plain_numbers_are_read_alike_beside_any_cell(train):
    """A number alone may be another quantity: it is, or is refused, whatever stands beside it."""
    encoder = Encoder.fit(raw_table({"a": [train.format(i) for i in range(30)]}))

    def result(cells):
        try:
            return encoded(encoder, pl.DataFrame({"a": cells}))[0].tobytes()
        except DataError as error:
            return str(error).split("'5'")[0]

    assert result(["5", "6"]) == result(["5", train.format(6)]) == result(["5", None])


def test_a_number_without_its_unit_is_named():
    encoder = Encoder.fit(raw_table({"weight": [f"{i}.5 kg" for i in range(30)]}))
    with pytest.raises(DataError) as caught:
        encoder.transform(table_of(pl.DataFrame({"weight": ["5 kg", "6"]})))
    assert str(caught.value) == (
        "rows, row 2, column 'weight': expected a number with 'kg', as in training; got '6'; write "
        "it so"
    )


def test_columns_named_with_a_comma_are_categories_if_the_user_says_so():
    names = pl.DataFrame({"size, cm": [f"p{i}" for i in range(40)], "b": list(range(40))})
    reading = Reading(categories=("size", "cm"))  # as the command line parts "size, cm"
    assert Encoder.fit(replace(table_of(names), reading=reading)).n_outputs == 41
    switches = pl.DataFrame({"on": [True, False] * 20})
    as_numbers = replace(table_of(switches), reading=Reading(numbers="on"))
    assert Encoder.fit(as_numbers).input_names == ("on",)


def test_numbers_that_were_categories_in_training_are_found_as_text():
    train = raw_table({"rooms": ["1", "2", "3", "more"] * 5})
    encoder = Encoder.fit(train)
    assert encoder.input_names == ("rooms=1", "rooms=2", "rooms=3", "rooms=more")
    for rooms in ([1, 3], [1.0, 3.0], ["1", "3"]):
        assert encoded(encoder, pl.DataFrame({"rooms": rooms})).tolist() == [
            [1, 0, 0, 0],
            [0, 0, 1, 0],
        ]


def test_truth_among_other_texts_keeps_its_spelling():
    train = raw_table({"flag": ["TRUE", "FALSE", "unknown", "TRUE"] * 4})
    encoder = Encoder.fit(train)
    for flags in (["TRUE", "FALSE"], [True, False]):
        out = encoded(encoder, pl.DataFrame({"flag": flags}))
        assert out.tolist() == [[0, 1, 0], [1, 0, 0]]


def test_a_cell_that_its_column_cannot_hold_is_named():
    train = raw_table({"age": [str(20 + i) for i in range(30)]})
    encoder = Encoder.fit(train)
    with pytest.raises(DataError) as caught:
        encoder.transform(table_of(pl.DataFrame({"age": ["20", "old", "older"]})))
    assert str(caught.value) == (
        "rows, row 2, column 'age': text where numbers stand: 'old' (2 such cells); write a number"
    )


def test_decisions_are_noted():
    n = 30
    table = learned(
        raw_table(
            {
                "Id": [str(i + 1) for i in range(n)],
                "age": [str(20 + i) if i % 3 else "-" for i in range(n)],
                "pay": [f"{i}.{i:03d},5" for i in range(1, n + 1)],
                "rooms": ["1", "2", "3", "more", "2"] * 6,
                "day": [f"2024-05-{i + 1:02d}" for i in range(n)],
            }
        )
    )
    notes = {note.key: note.facts for note in table.notes}
    assert notes["markers"] == {"column": "age", "markers": {"-": 10}, "kind": "numbers"}
    assert notes["numerals"] == {"columns": ["pay"], "example": "1.001,5", "value": 1001.5}
    assert notes["numbers-as-categories"] == {"column": "rooms", "text": "more", "why": "few"}
    assert notes["dates"] == {"columns": ["day"]}
    assert notes["counts-rows"] == {"columns": ["Id"]}


def test_rows_whose_header_is_missing(tmp_path):
    (tmp_path / "a.csv").write_text("a,b,out\n" + "1.5,2,no\n3.5,4,yes\n" * 4)
    (tmp_path / "new.csv").write_text("1.5,2\n3.5,4\n")
    encoder = Encoder.fit(learned(read(tmp_path / "a.csv", "out")))
    with pytest.raises(DataError) as caught:
        encoder.transform(read(tmp_path / "new.csv", need_target=False))
    assert str(caught.value).endswith(
        "missing: a, b; found: x1, x2 (line 1 looks like data: put a header line before it)"
    )
