"""From raw rows to inputs, and the same again after JSON."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clearprop.data import encoding, read
from clearprop.data.encoding import Encoder
from clearprop.data.raw_rows import as_table
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError

NAN = np.nan


def matrix(X, **options):
    X = np.asarray(X)
    return Table("a.npy", X, None, tuple(map(str, range(X.shape[1]))), None, **options)


def frame(columns, **options):
    X = pl.DataFrame(columns)
    return Table("a.csv", X, None, tuple(X.columns), None, **options)


MIXED = {
    "age": [20, 30, 40, 50],
    "city": ["Rome", "Paris", "Rome", "Oslo"],
    "member": [True, False, True, True],
    "height": [1.5, 1.5, 1.5, 1.5],
}


def restored(encoder):
    return Encoder.from_dict(json.loads(json.dumps(encoder.to_dict())))


def test_columns_in_their_order():
    table = frame(MIXED)
    encoder = Encoder.fit(table)
    root = np.sqrt(125)
    assert encoder.input_names == (
        "age", "city=Oslo", "city=Paris", "city=Rome", "member=false", "member=true", "height",
    )  # fmt: skip
    assert encoder.n_outputs == 7
    assert np.allclose(
        encoder.transform(table),
        [
            [-15 / root, 0, 0, 1, 0, 1, 0],
            [-5 / root, 0, 1, 0, 1, 0, 0],
            [5 / root, 0, 0, 1, 0, 1, 0],
            [15 / root, 1, 0, 0, 0, 1, 0],
        ],
        rtol=0,
        atol=1e-15,
    )


finite = st.floats(-1e6, 1e6)


@settings(max_examples=100, deadline=None)
@given(hnp.arrays(np.float64, st.tuples(st.integers(2, 30), st.integers(1, 4)), elements=finite))
def test_standardised_columns_have_mean_0_and_deviation_1(X):
    out = Encoder.fit(matrix(X)).transform(X)
    spread = X.std(axis=0)
    wide = spread > np.maximum(1e-9 * np.abs(X).max(axis=0), 1e-300)
    assert np.allclose(out.mean(axis=0)[wide], 0, atol=1e-5)
    assert np.allclose(out.std(axis=0)[wide], 1, atol=1e-5)
    constant = (X[0] == X).all(axis=0)
    assert np.allclose(out[:, constant], 0, atol=1e-9)
    assert np.isfinite(out).all()


@settings(max_examples=50, deadline=None)
@given(
    hnp.arrays(np.float64, (6, 2), elements=finite),
    st.lists(st.text(max_size=3).map(lambda text: f"t{text}"), min_size=6, max_size=6),
    st.sampled_from([None, "mean"]),
)
def test_json_gives_the_same_bits(X, texts, missing):
    table = frame({"a": X[:, 0], "t": texts, "b": X[:, 1]})
    encoder = Encoder.fit(table, missing)
    again = restored(encoder)
    assert again.transform(table).tobytes() == encoder.transform(table).tobytes()
    assert again.to_dict() == encoder.to_dict()
    assert again.input_names == encoder.input_names


def test_large_and_tiny_numbers_do_not_overflow():
    X = np.array([[1e200, 1e-200, 1.7e9], [3e200, 3e-200, 1.7e9 + 2]])
    assert np.allclose(Encoder.fit(matrix(X)).transform(X), [[-1, -1, -1], [1, 1, 1]])
    assert np.allclose(Encoder.fit(matrix(X)).transform(X, np.float32), [[-1, -1, -1], [1, 1, 1]])


def test_numbers_too_small_to_divide_by():
    X = np.array([[5e-324], [0.0]])
    assert np.array_equal(Encoder.fit(matrix(X)).transform(X), X)


def test_a_column_that_never_changes_is_divided_by_1():
    X = np.full((7, 1), 0.1)
    encoder = Encoder.fit(matrix(X))
    assert np.abs(encoder.transform([[0.1], [1.1]]) - [[0], [1]]).max() < 1e-15


def test_images_have_one_scale():
    X = np.array([[0, 16, 8], [0, 0, 4]], np.uint8)
    encoder = Encoder.fit(matrix(X, image_shape=(1, 3)))
    assert np.array_equal(encoder.transform(X), X / 16)
    assert np.array_equal(encoder.transform(X, np.float32), np.float32(X / 16))
    assert encoder.transform(X, np.float32).dtype == np.float32
    assert encoder.to_dict()["scale"] == 16.0
    # Those that lie in about 0 to 1 stay as they are: the course's digits.
    X = np.array([[-0.13, 1.13, 0.5]])
    assert np.array_equal(Encoder.fit(matrix(X, image_shape=(1, 3))).transform(X), X)


def test_digits_and_letters(shared_data):
    digits = read("digits")
    inputs = Encoder.fit(digits).transform(digits)
    assert (inputs.min(), inputs.max()) == (0.0, 1.0)
    letters = read(shared_data / "letter-recognition.csv", "letter")
    inputs = Encoder.fit(letters).transform(letters)
    assert np.abs(inputs.mean(axis=0)).max() < 1e-12
    assert np.abs(inputs.std(axis=0) - 1).max() < 1e-12


def test_more_rows_than_a_block():
    X = np.random.default_rng(0).normal(3, 2, (100_000, 3))
    out = Encoder.fit(matrix(X)).transform(X)
    assert np.allclose(out, (X - X.mean(axis=0)) / X.std(axis=0), rtol=0, atol=1e-12)


GAPS = {"n": [1.0, None, 3.0, 5.0], "t": ["b", "a", "b", None], "m": [1, 2, 3, 4]}


def test_empty_cells_are_filled_and_have_an_input():
    encoder = Encoder.fit(frame(GAPS))
    assert encoder.input_names == ("n", "n=(empty)", "t=a", "t=b", "t=(empty)", "m")
    out = encoder.transform(frame(GAPS))
    # Mean 3; the deviation is that of the cells that are there.
    assert np.allclose(out[:, 0], np.array([-2, 0, 0, 2]) / np.sqrt(8 / 3))
    assert out[:, 1].tolist() == [0, 1, 0, 0]
    assert out[:, 2:5].tolist() == [[0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    gaps = frame({"n": [None], "t": [None], "m": [1.0]})
    assert restored(encoder).transform(gaps)[0, :5].tolist() == [0, 1, 0, 0, 1]


def test_an_empty_cell_where_training_had_none_is_filled_and_said():
    encoder = Encoder.fit(frame({"n": [1.0, 3.0], "t": ["b", "a"], "m": [5.0, 7.0]}))
    with pytest.warns(UserWarning, match="empty") as caught:
        out = encoder.transform(frame({"n": [1.0, None], "t": ["b", None], "m": [5.0, 7.0]}))
    assert [str(warning.message) for warning in caught] == [
        "a.csv, row 2, column 'n': 2 empty cells in 'n', 't', where the training rows had none; "
        "filled with the mean of the numbers or the most frequent value"
    ]
    assert out.tolist() == [[-1, 0, 1, -1], [0, 1, 0, 1]]


def test_empty_cells_in_matrices_and_images():
    X = np.array([[1.0, NAN], [3.0, 4.0]])
    encoder = Encoder.fit(matrix(X))
    assert encoder.input_names == ("x1", "x2", "x2=(empty)")
    assert np.allclose(encoder.transform(X), [[-1, 0, 1], [1, 0, 0]])
    encoder = Encoder.fit(matrix(X, image_shape=(1, 2)), "mean")
    assert np.allclose(encoder.transform(X), [[0.25, 1, 1], [0.75, 1, 0]])


def test_equally_frequent_texts_fill_by_the_alphabet():
    encoder = Encoder.fit(frame({"t": ["b", "a", "b", "a"]}))
    with pytest.warns(UserWarning, match="1 empty cell in 't'"):
        assert encoder.transform(frame({"t": [None]})).tolist() == [[1, 0]]


def test_missing_drop_leaves_rows_out_of_the_fit_and_fills_them_later():
    encoder = Encoder.fit(frame({"n": [1.0, None, 3.0], "m": [1.0, 99.0, 3.0]}), "drop")
    assert encoder.mean.tolist() == [2, 2]
    with pytest.warns(UserWarning, match="2 empty cells in 'n', 'm'"):
        out = encoder.transform(frame({"n": [None, 1.0], "m": [1.0, None]}))
    assert out.tolist() == [[0, -1], [-1, 0]]


def test_what_becomes_of_empty_cells_is_one_of_two():
    with pytest.raises(ParameterError, match="missing: expected one of mean, drop; got 'zero'"):
        Encoder.fit(frame(GAPS), "zero")
    with pytest.warns(UserWarning, match=r"^rows, X\[0, 1\]: 1 empty cell in '1', where"):
        out = Encoder.fit(matrix(np.eye(2))).transform([[1.0, NAN]])
    assert out.tolist() == [[1, 0]]


def test_numbers_far_outside_training_are_named():
    encoder = Encoder.fit(frame({"age": [20.0, 60.0], "pay": [1.0, 2.0]}))
    encoder.transform(frame({"age": [180.0], "pay": [0.0]}))  # within three times the range beyond
    with pytest.warns(UserWarning, match="outside") as caught:
        encoder.transform(frame({"age": [30.0, 3000.0], "pay": [1.0, -2.5]}))
    assert [str(warning.message) for warning in caught] == [
        "a.csv, row 2, column 'age': 3000 is far outside the training numbers, 20 to 60 (likewise "
        "in 'pay')"
    ]


def test_rare_values_share_an_input():
    texts = [f"t{i % 150}" for i in range(450)] + ["t7", "t8"] * 9
    table = frame({"t": texts}, reading=Reading(levels=2))
    encoder = restored(Encoder.fit(table))
    assert encoder.input_names == ("t=t7", "t=t8", "t=(other)")
    out = encoder.transform(frame({"t": ["t8", "t9", "never seen"]}))
    assert out.tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1]]
    assert Encoder.fit(frame({"t": texts})).n_outputs == 101


def test_values_that_were_not_seen_count_as_none_with_a_warning():
    encoder = Encoder.fit(frame({"c": ["red", "green", "blue"]}))
    rows = frame({"c": ["red", "gren", "pink"]}, places=np.array([2, 3, 9]), place_word="line")
    with pytest.warns(UserWarning, match="not seen") as caught:
        out = encoder.transform(rows)
    assert out.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert str(caught[0].message) == (
        "a.csv, line 3, column 'c': 'gren' was not seen in training (did you mean \"green\"?) (2 "
        "such cells); it counts as none of blue, green, red"
    )


def test_a_column_without_any_known_value_is_said():
    encoder = Encoder.fit(frame({"c": ["red", "green", "blue"]}))
    with pytest.warns(UserWarning, match="seen") as caught:
        out = encoder.transform(frame({"c": ["RED", "GREEN"]}))
    assert str(caught[0].message) == (
        "a.csv, row 1, column 'c': no value of this column was seen in training, such as 'RED' "
        '(did you mean "red"?); it counts as none of blue, green, red'
    )
    assert not out.any()


def test_codes_that_come_as_numbers():
    encoder = Encoder.fit(frame({"c": ["1", "2", "X"]}))
    assert encoder.transform(frame({"c": [2, 1]})).tolist() == [[0, 1, 0], [1, 0, 0]]
    rows = pytest.importorskip("pandas").DataFrame({"c": [2.0, 1.0]})
    assert encoder.transform(rows).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_numbers_that_come_as_text():
    encoder = Encoder.fit(frame({"n": [1.0, 3.0], "b": [True, False]}))
    assert encoder.transform(frame({"n": ["1", " 3"], "b": ["true", "false"]})).tolist() == [
        [-1, 0, 1],
        [1, 1, 0],
    ]
    with pytest.raises(DataError) as caught:
        encoder.transform(frame({"n": ["1", "three", "x"], "b": [True] * 3}))
    assert str(caught.value) == (
        "a.csv, row 2, column 'n': text where numbers stand: 'three' (2 such cells); write a number"
    )
    dates = pl.Series([0, 1]).cast(pl.Date)
    with pytest.raises(DataError, match="column 'n': expected numbers; got dates"):
        encoder.transform(frame({"n": dates, "b": [True, False]}))


def test_frames_of_pandas_by_name():
    encoder = Encoder.fit(frame(MIXED))
    rows = pytest.importorskip("pandas").DataFrame(MIXED)
    assert np.array_equal(encoder.transform(rows), encoder.transform(frame(MIXED)))


def test_frames_by_name_whatever_their_order():
    encoder = Encoder.fit(frame(MIXED))
    expected = encoder.transform(frame(MIXED))
    shuffled = pl.DataFrame(MIXED).select("height", "member", "city", pl.lit(7).alias("id"), "age")
    assert np.array_equal(encoder.transform(shuffled), expected)
    with pytest.raises(DataError) as caught:
        encoder.transform(pl.DataFrame(MIXED).rename({"age": "Age"}).drop("height"))
    assert str(caught.value) == (
        "rows: expected the columns of the training rows; missing: age, height (did you mean "
        '"Age"?); found: Age, city, member'
    )


def test_matrices_and_frames_in_each_other_s_place():
    encoder = Encoder.fit(matrix([[1.0, 5.0], [3.0, 5.0]]))
    assert encoder.transform(pl.DataFrame({"p": [1], "q": [6]})).tolist() == [[-1, 1]]
    encoder = Encoder.fit(frame({"a": [1.0, 3.0], "b": [5.0, 5.0]}))
    assert encoder.transform([[1, 6]]).tolist() == [[-1, 1]]
    with pytest.raises(
        DataError, match="expected a frame with named columns, since some hold text"
    ):
        Encoder.fit(frame(MIXED)).transform([[1, 2, 3, 4]])


def test_shapes_of_rows():
    encoder = Encoder.fit(matrix(np.eye(4), image_shape=(2, 2)))
    assert encoder.transform([1, 0, 0, 0]).shape == (1, 4)
    assert encoder.transform(np.zeros((3, 2, 2), np.uint8)).shape == (3, 4)
    assert encoder.transform(np.zeros((0, 4))).shape == (0, 4)
    with pytest.raises(
        DataError, match="rows: expected 4 columns, as the training rows have; got 3"
    ):
        encoder.transform(np.zeros((2, 3)))
    with pytest.raises(
        DataError, match="rows: expected a rectangular array of numbers, or a frame"
    ):
        encoder.transform([["a", "b", "c", "d"]])
    with pytest.raises(DataError, match=r"rows: expected shape \(m, 4\); got \(\)"):
        encoder.transform(1.0)
    with pytest.raises(DataError, match=r"rows, X\[0, 2\]: expected a finite number"):
        encoder.transform([[0, 0, np.inf, 0]])


def test_object_arrays_of_numbers():
    assert as_table(np.array([[1, 2.5]], dtype=object), 2).X.tolist() == [[1.0, 2.5]]


def test_columns_that_cannot_be_inputs_are_named_together():
    n = 30
    table = frame(
        {
            "name": [f"p{i}" for i in range(n)],
            "none": pl.Series([None] * n, dtype=pl.String),
            "fine": ["a", "b", "c"] * (n // 3),
        }
    )
    with pytest.raises(DataError) as caught:
        Encoder.fit(table, "mean")
    assert str(caught.value) == (
        "a.csv: column 'none' is empty in every row; leave it out; 'name' (30 different texts in "
        "30 rows): text that names rows rather than describing them; leave it out (--without), "
        "keep it beside the predictions (--id), or read it as categories (--categories)"
    )


def test_dates_become_numbers():
    days = [f"2020-{1 + i % 3:02d}-{i + 1:02d}" for i in range(28)]
    table = frame({"day": days, "typed": pl.Series(days).str.to_date()})
    encoder = restored(Encoder.fit(table))
    assert [name for name in encoder.input_names if name.startswith("typed")] == [
        "typed.month", "typed.day", "typed.weekday", "typed.days",
    ]  # fmt: skip
    out = encoder.transform(table)
    assert np.array_equal(out[:, :4], out[:, 4:])
    month = np.array([1 + i % 3 for i in range(28)])
    assert np.allclose(out[:, 0], (month - month.mean()) / month.std())


def test_an_empty_column_of_a_matrix():
    with pytest.raises(DataError, match="column '1' is empty in every row; leave it out"):
        Encoder.fit(matrix([[1.0, NAN], [2.0, NAN]]), "mean")


DAMAGED = {
    "no key": lambda d: d.pop("scale"),
    "scale 0": lambda d: d.update(scale=0.0),
    "scale infinite": lambda d: d.update(scale=float("inf")),
    "mean NaN": lambda d: d.update(mean=float("nan")),
    "too many means": lambda d: d.update(mean=[1.0, 2.0, 3.0]),
    "too many columns": lambda d: d.update(columns=5),
    "huge": lambda d: d.update(columns=10**18),
    "negative": lambda d: d.update(columns=-1),
    "kinds": lambda d: d.update(kinds=d["kinds"][:1]),
    "an unknown kind": lambda d: d["kinds"][0].update(kind="pictures"),
    "a name twice": lambda d: d["kinds"][1].update(name="age"),
    "levels for numbers": lambda d: d["levels"].append(d["levels"].pop(0)),
    "a value twice": lambda d: d["levels"][1].update(values=["Rome", "Rome"]),
    "a gap beyond": lambda d: d.update(gaps=[4]),
    "fill of another kind": lambda d: d.update(fill=["x"] * 4),
    "text": lambda d: d.update(mean="x"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_dictionaries(case):
    values = Encoder.fit(frame(MIXED), "mean").to_dict()
    DAMAGED[case](values)
    with pytest.raises(DataError, match="encoder: cannot be restored"):
        Encoder.from_dict(values)


def test_a_table_that_is_known_is_not_looked_at_again(monkeypatch):
    """Nor is a matrix with finite extremes; one that holds an infinite number is."""
    looked = []
    look = encoding.ensure_finite

    def counted(table):
        looked.append(table.finite)
        return look(table)

    monkeypatch.setattr(encoding, "ensure_finite", counted)
    table = Table("a.npy", np.array([[1.0], [3.0]]), None, ("0",), None)
    encoder = Encoder.fit(table)
    encoder.transform(table.known_as(True, True))
    encoder.transform(table)
    assert looked == [False]  # by `fit`
    with pytest.raises(DataError):
        encoder.transform(np.array([[np.inf]]))
    with pytest.raises(DataError):
        encoder.transform(np.array([[np.nan, 1.0], [np.nan, -np.inf]])[:, 1:])
    assert looked == [False] * 3
