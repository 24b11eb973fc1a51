"""ONNX files: what onnxruntime makes of them is what the model predicts."""

import datetime
import json

import numpy as np
import onnx
import onnxruntime
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data.column import Column
from clearprop.data.encoding import Encoder
from clearprop.data.spelling import Dates
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import ClearpropError
from clearprop.export.onnx import export
from clearprop.export.onnx.dates import NOTHING, write_dates
from clearprop.export.onnx.graph import OPSETS, Graph
from clearprop.export.onnx.whole import written
from clearprop.export.rows import made_rows
from clearprop.network.activations import ACTIVATIONS
from export.conftest import COLUMNS, MIXED, a_model, mixed_table, numbers

CLASSES = Targets.fit(["no", "yes"])
THREE = Targets.fit([7, 3, 5, 7])
LABELS = Targets.fit(np.array([[0, 1, 1], [1, 0, 1]]), task="multilabel")
PAIRS = Targets.fit(np.array([["a", "x"], ["b", "y"]]), task="multilabel")
CHOICES = {"int8": False}


def run(data, feeds):
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, feeds), strict=True))


def of_arrays(model, **feeds):
    X = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    return X, run(written(model, np.float64).SerializeToString(), {"X": X})


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation):
    model = a_model(THREE, activation=activation)
    X, found = of_arrays(model)
    assert np.abs(found["probabilities"] - model.predict_proba(X)).max() < 1e-12
    assert (found["label"] == model.predict(X)).all()


@pytest.mark.parametrize(
    ("targets", "cost"),
    [
        *((CLASSES, cost) for cost in ("logistic", "softmax", "quadratic")),
        *((THREE, cost) for cost in ("logistic", "softmax", "quadratic")),
        (Targets.fit([True, False]), "logistic"),
        (Targets.fit([2.0, 1.0, 2.0], task="classification"), "softmax"),
        *((LABELS, cost) for cost in ("logistic", "quadratic")),
        (PAIRS, "logistic"),
        (Targets("classification", classes=np.array(["only"])), "logistic"),
    ],
)
@pytest.mark.parametrize("bag", [0, 2])
def test_every_cost_of_classes(targets, cost, bag):
    model = a_model(targets, cost=cost, n=bag)
    X, found = of_arrays(model)
    assert list(found) == ["label", "probabilities"]
    assert np.abs(found["probabilities"] - model.predict_proba(X)).max() < 1e-12
    assert (found["label"] == model.predict(X)).all()
    assert found["label"].shape == model.predict(X).shape


@pytest.mark.parametrize("cost", ["squared", "poisson", "huber", "quantile"])
@pytest.mark.parametrize("T", [1, 2])
@pytest.mark.parametrize("bag", [0, 2])
def test_every_cost_of_numbers(cost, T, bag):
    model = a_model(numbers(T), cost=cost, n=bag)
    X, found = of_arrays(model)
    assert list(found) == ["value"]
    assert found["value"].shape == (50, T)
    assert np.allclose(found["value"], model.predict(X).reshape(50, T), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("T", [1, 2])
@pytest.mark.parametrize("margin", [0.5, -10.0])
def test_an_interval_has_its_ends_around_the_median(T, margin):
    targets = numbers(T).with_interval(0.9)
    targets.interval.margins[:] = margin
    model = a_model(targets)
    X, found = of_arrays(model)
    assert list(found) == ["value", "interval"]
    assert np.allclose(found["value"], model.predict(X).reshape(50, T), atol=1e-12)
    bounds = model.predict_interval(X).reshape(50, T, 2)
    assert np.allclose(found["interval"], bounds, atol=1e-12)


# -- Tables ---------------------------------------------------------------------------------------


def test_a_table_of_every_kind_of_column(encoder):
    model = a_model(THREE, encoder)
    exported = export(model, made_rows(model, 300), CHOICES)
    assert exported.rows == 300
    assert exported.difference < 1e-12
    graph = onnx.load_from_string(exported.data).graph
    kinds = {t.name: t.type.tensor_type.elem_type for t in graph.input}
    text, double, whole = onnx.TensorProto.STRING, onnx.TensorProto.DOUBLE, onnx.TensorProto.INT64
    assert kinds == {
        **dict.fromkeys(["age", "income"], double),
        **dict.fromkeys(["city", "code", "member"], text),
        **dict.fromkeys(["born", "seen", "clock"], whole),
    }


def a_row(**cells):
    """The inputs of one row, as another program makes them, with these cells in place."""
    row = {
        "age": 3.5, "income": 10_100.0, "city": "Paris", "code": "c1", "member": "true",
        "born": 1_600_000_000 // 86400 * 86400, "seen": 1_600_000_000, "clock": 3600,
    } | cells  # fmt: skip
    kinds = {str: object, int: np.int64, float: np.float64}
    return {name: np.array([[cell]], kinds[type(cell)]) for name, cell in row.items()}


def as_frame(row):
    """The same row as a frame, for the model itself."""
    cells = {name: cell[0, 0] for name, cell in row.items()}
    for name in ("born", "seen", "clock"):
        at = int(cells[name])
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=max(at, 0))
        cells[name] = moment.time() if name == "clock" else moment
        cells[name] = None if at == NOTHING else cells[name]
    types = {"clock": pl.Time, "born": pl.Datetime("us"), "seen": pl.Datetime("us")}
    cells = {k: None if v == "" or v != v else v for k, v in cells.items()}  # NaN is not itself
    return pl.DataFrame({k: pl.Series([v], dtype=types.get(k)) for k, v in cells.items()})


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"age": float("nan"), "city": "", "born": int(NOTHING)},
        {"income": float("nan"), "code": "", "seen": int(NOTHING), "clock": int(NOTHING)},
        {"income": -999.0},  # the marker of an empty cell
        {"city": "-"},  # and that of texts
        {"city": "Atlantis", "code": "c99", "member": "perhaps"},
        {"member": "FALSE"},
        {"member": "TruE"},
        {"age": 1e6, "income": -1e6},
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_cells_as_another_program_hands_them_in(encoder, cells):
    model, row = a_model(THREE, encoder), a_row(**cells)
    found = run(written(model, np.float64).SerializeToString(), row)
    assert np.abs(found["probabilities"] - model.predict_proba(as_frame(row))).max() < 1e-12


@pytest.mark.parametrize("kept", [["age"], ["city"], ["member"], ["seen"], ["city", "age"]])
def test_tables_of_single_kinds_of_columns(kept):
    columns = tuple(column for column in COLUMNS if column.name in kept)
    model = a_model(THREE, Encoder.fit(mixed_table(columns)))
    assert export(model, made_rows(model, 100), CHOICES).difference < 1e-12


def test_rare_values_share_an_input():
    frame = pl.DataFrame({"code": ["a"] * 5 + ["b"] * 3 + ["c", "d"]})
    table = Table("t.csv", frame, None, ("code",), None)
    from clearprop.data.columns import typed
    from clearprop.data.reading import Reading

    rows = typed(table, (Column("code", "categories"),))
    object.__setattr__(rows, "reading", Reading(levels=2))
    model = a_model(THREE, Encoder.fit(rows))
    assert model.encoder.input_names == ("code=a", "code=b", "code=(other)")
    data = written(model, np.float64).SerializeToString()
    rare = run(data, {"code": np.array([["c"], ["new"]], object)})["probabilities"]
    assert (rare[0] == rare[1]).all()
    assert np.abs(rare[0] - model.predict_proba(pl.DataFrame({"code": ["d"]}))).max() < 1e-12


def test_columns_may_be_called_like_outputs_and_tensors():
    names = ("label", "numbers/empty", "layer2/z")
    frame = pl.DataFrame({name: [0.0, 1.0, 3.0] for name in names})
    columns = tuple(Column(name, "numbers") for name in names)
    model = a_model(CLASSES, Encoder.fit(Table("t.csv", frame, None, names, None, columns=columns)))
    made = written(model, np.float64)
    assert [tensor.name for tensor in made.graph.input] == list(names)
    assert [tensor.name for tensor in made.graph.output] == ["label_2", "probabilities"]
    assert export(model, made_rows(model, 50), CHOICES).difference < 1e-12


def seconds_of(seconds, how, parts):
    graph = Graph()
    graph.input("t", np.int64, ("n", 1))
    for name, part in zip(parts, write_dates(graph, "t", how, parts, "t"), strict=True):
        graph.output(part, name, np.float64, ("n", 1))
    made = graph.to_model("dates", "", {}, "0")
    return run(made.SerializeToString(), {"t": np.array(seconds, np.int64).reshape(-1, 1)})


FIRST = int(datetime.datetime(1, 1, 1, tzinfo=datetime.UTC).timestamp())
LAST = int(datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC).timestamp())


@settings(max_examples=30)
@given(st.lists(st.integers(FIRST, LAST), min_size=20, max_size=40))
def test_the_calendar_is_that_of_datetime(seconds):
    parts = ("year", "month", "day", "weekday", "hour", "days")
    found = seconds_of(seconds, Dates(has_time=True), parts)
    epoch = datetime.datetime(1970, 1, 1)
    for k, second in enumerate(seconds):
        at = epoch + datetime.timedelta(seconds=second)
        due = (at.year, at.month, at.day, at.isoweekday(), second % 86400 / 3600, second / 86400)
        assert tuple(float(found[part][k, 0]) for part in parts) == due


def test_an_empty_date_is_nan_in_all_parts():
    found = seconds_of([NOTHING, 0], Dates(), ("year", "days"))
    assert np.isnan([found["year"][0, 0], found["days"][0, 0]]).all()
    assert (found["year"][1, 0], found["days"][1, 0]) == (1970, 0)


# -- Arrays ---------------------------------------------------------------------------------------


def test_arrays_are_float32_and_pixels_are_divided_in_it():
    table = Table(
        "a.npy", np.tile([[0.0], [255.0]], (2, 64)), None, tuple(map(str, range(64))), None
    )
    object.__setattr__(table, "image_shape", (8, 8))
    model = a_model(THREE, Encoder.fit(table), dtype=np.float32)
    exported = export(model, made_rows(model, 100), CHOICES)
    graph = onnx.load_from_string(exported.data).graph
    assert [t.name for t in graph.input] == ["X"]
    assert {t.data_type for t in graph.initializer} <= {
        onnx.TensorProto.FLOAT, onnx.TensorProto.INT64,
    }  # fmt: skip
    assert exported.difference < 1e-5
    wide = written(model, np.float64).SerializeToString()
    X = made_rows(model, 100).X
    exact = type(model)(model.network, model.theta.astype(float), model.targets, model.encoder)
    assert np.abs(run(wide, {"X": X})["probabilities"] - exact.predict_proba(X)).max() < 1e-12


def test_columns_of_arrays_are_scaled_in_float64_with_their_gaps():
    X = np.array([[1e6, 1.0], [1e6 + 3, np.nan], [1e6 + 5, 3.0]])
    model = a_model(THREE, Encoder.fit(Table("a.npy", X, None, ("0", "1"), None)))
    exported = export(model, made_rows(model, 200), CHOICES)
    assert exported.difference < 1e-6
    given = np.array([[1e6 + 1, np.nan]], np.float32)
    found = run(exported.data, {"X": given})["probabilities"]
    assert np.abs(found - model.predict_proba(given)).max() < 1e-6


def a_steep_model(encoder=None, dtype=np.float64):
    """e^z for z of about 50: an error of z in its last digit is 50 times as large there."""
    model = a_model(numbers(mean=0.0, scale=1.0), encoder, "poisson", dtype=dtype)
    z = np.log(model.outputs(made_rows(model, 1000)))
    theta = model.theta.copy()
    theta[-5:] *= 50 / np.abs(z).max()  # the last layer
    return type(model)(model.network, theta, model.targets, encoder)


def test_where_float32_is_too_coarse_the_file_computes_in_float64():
    model = a_steep_model()
    exported = export(model, made_rows(model, 1000), CHOICES)
    assert [key for key, _ in exported.notes] == ["onnx-outputs", "onnx-double"]
    assert exported.difference < 1e-12


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_model_that_rounds_to_float32_is_no_reason_to_refuse(encoder):
    model = a_steep_model(encoder, np.float32)
    exported = export(model, made_rows(model, 1000), CHOICES)
    assert [key for key, _ in exported.notes] == ["onnx-outputs", "onnx-rounding"]
    assert 1e-6 < exported.difference < 1e-2


# -- What the file tells --------------------------------------------------------------------------


def test_the_file_tells_its_opsets_classes_and_recipe(encoder):
    model = a_model(THREE, encoder, trained={"recipe": "modern", "candidates": [1]})
    made = written(model, np.float64)
    assert {o.domain: o.version for o in made.opset_import} == OPSETS == {"": 17, "ai.onnx.ml": 3}
    told = {p.key.removeprefix("clearprop."): p.value for p in made.metadata_props}
    assert (told["recipe"], told["classes"]) == ("modern", "[3, 5, 7]")
    assert json.loads(told["trained"]) == {"recipe": "modern"}
    assert made.graph.doc_string == model.summary
    assert all(node.name for node in made.graph.node)
    assert {"Theta1/weights", "Theta1/bias", "Theta3/bias"} <= {
        t.name for t in made.graph.initializer
    }
    assert not any(node.op_type == "ZipMap" for node in made.graph.node)


def test_a_file_that_differs_is_refused(encoder, monkeypatch):
    model = a_model(CLASSES, encoder)
    from clearprop.export.onnx import layers

    write = layers._WRITTEN["relu"]
    monkeypatch.setitem(layers._WRITTEN, "relu", lambda *args: write(*args) and args[1])
    message = r"^onnx: row \d+ of the check differs by .*; the limit is 1e-06; nothing was written$"
    with pytest.raises(ClearpropError, match=message):
        export(model, made_rows(model, 100), CHOICES)


def test_a_label_that_differs_is_refused(encoder, monkeypatch):
    model = a_model(CLASSES, encoder)
    made = written(model, np.float64)
    classes = next(t for t in made.graph.initializer if t.name == "label/classes")
    classes.string_data[:] = [b"yes", b"no"]
    monkeypatch.setattr("clearprop.export.onnx.written", lambda model, dtype: made)
    message = "has the label '(yes|no)', and the model says '(yes|no)'; nothing was written"
    with pytest.raises(ClearpropError, match=message):
        export(model, made_rows(model, 100), CHOICES)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (
            np.array(["a", "\ud800"]),
            r"^onnx: '\\ud800' is no text that UTF-8 can write; rename it$",
        ),
        (
            np.array(["2020-01-01", "2021-01-01"], "M8[D]"),
            r"^onnx: has no labels of type datetime64",
        ),
    ],
)
def test_labels_that_onnx_lacks_are_refused(classes, message):
    with pytest.raises(ClearpropError, match=message):
        written(a_model(Targets("classification", classes=classes)), np.float32)


def test_a_model_that_no_file_holds_is_refused(monkeypatch):
    monkeypatch.setattr("clearprop.export.onnx.whole._MOST", 100)
    with pytest.raises(
        ClearpropError, match="the parameters take 196 bytes, and an ONNX file holds"
    ):
        written(a_model(CLASSES), np.float32)


def test_small_whole_numbers_become_int64():
    model = a_model(Targets.fit(np.array([1, 2, 3, 1], np.uint8)))
    assert of_arrays(model)[1]["label"].dtype == np.int64


def test_raw_text_goes_in_as_the_reader_leaves_it(encoder):
    """Rows of a file: text is stripped by the caller, numbers in text are read by the caller."""
    raw = MIXED.with_columns(pl.lit(" Paris ").alias("city"), pl.col("age").cast(pl.String))
    table = Table("raw.csv", raw, None, tuple(raw.columns), None)
    assert export(a_model(THREE, encoder), table, CHOICES).difference < 1e-12


# -- One byte -------------------------------------------------------------------------------------


def test_weights_of_one_byte_and_what_they_cost():
    model = a_model(THREE, dtype=np.float32)
    X = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    table = Table("a.npy", X, model.predict(X), ("0", "1", "2"), None)
    exported = export(model, table, {"int8": True})
    graph = onnx.load_from_string(exported.data).graph
    small = [t for t in graph.initializer if t.data_type == onnx.TensorProto.INT8 and t.dims]
    assert [list(t.dims) for t in small if len(t.dims) == 2] == [[3, 5], [5, 4], [4, 3]]
    assert 0 < exported.difference < 0.2
    notes = dict(exported.notes)
    after = run(exported.data, {"X": X})["label"]
    share = (after == table.y).mean()
    assert notes["int8-same"] == {"share": f"{100 * share:.2f}"}
    assert notes["int8-accuracy"] == {"before": "1.0000", "after": f"{share:.4f}"}


def test_numbers_in_one_byte_tell_r2(encoder):
    model = a_model(numbers(), encoder)
    rows = made_rows(model, 100)
    notes = dict(export(model, rows, {"int8": True}).notes)
    assert list(notes) == ["onnx-outputs", "int8-apart", "int8-no-labels"]
    object.__setattr__(rows, "y", np.arange(100.0))
    assert list(dict(export(model, rows, {"int8": True}).notes))[-1] == "int8-r2"
