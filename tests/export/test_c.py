"""A model as a C file: compiled without a warning, and compared with the model."""

import datetime
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from clearprop.data.encoding import Encoder
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import ClearpropError
from clearprop.export import c
from clearprop.export.c.compiled import FLAGS, compiler
from clearprop.export.c.literals import identifier, text
from clearprop.export.c.source import source_of
from clearprop.export.cells import cells_of
from clearprop.export.rows import made_rows
from exported_models import CLASSES, INTERVALS, NUMBERS, SEVERAL, TWO, model_of

needs_compiler = pytest.mark.skipif(compiler() is None, reason="there is no C compiler")


def exported(model, rows=200, **choices):
    return c.export(model, made_rows(model, rows), {"c": "m.c", "large": False, **choices})


def run(made, main, folder, compile_as="cc"):
    """What a program around the file prints; a warning is an error."""
    (folder / "m.c").write_text(made.text, encoding="utf-8")
    declared = made.declarations
    if compile_as == "g++":
        declared = f'extern "C" {{\n{declared}}}\n'
    (folder / "main.c").write_text(f"#include <stdio.h>\n{declared}{main}", encoding="utf-8")
    flags = ("-std=c++17", "-x", "c++") if compile_as == "g++" else ("-std=c99",)
    command = [compile_as, *flags, *FLAGS[1:], "-Werror", "m.c", "main.c", "-o", "run", "-lm"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)
    return subprocess.run([folder / "run"], capture_output=True, check=True, timeout=60).stdout


MODELS = {
    "softmax, relu": model_of((4, 5, 3), CLASSES, cost="softmax", activation="relu"),
    "three units, tanh": model_of((4, 5, 3), CLASSES, cost="logistic", activation="tanh"),
    "one unit, sigmoid": model_of((4, 5, 5, 1), TWO, activation="sigmoid"),
    "several labels, silu": model_of((4, 5, 2), SEVERAL, activation="silu"),
    "numbers, leaky": model_of((4, 5, 2), NUMBERS, cost="squared", activation="leaky_relu"),
    "counts, no layer": model_of(
        (4, 2), Targets.fit([[1, 2.5], [3, 4]], standardise=False), cost="poisson"
    ),
    "intervals, float32": model_of(
        (4, 5, 6), INTERVALS, dtype=np.float32, cost="quantile", quantiles=INTERVALS.quantiles
    ),
    "a bag": model_of((4, 5, 3), CLASSES, cost="softmax", activation="identity", bag=2),
}


@needs_compiler
@pytest.mark.parametrize("name", MODELS)
def test_a_compiled_file_predicts_what_the_model_predicts(name):
    made = exported(MODELS[name])
    single = MODELS[name].theta.dtype == np.float32
    assert made.rows == 200
    assert made.difference <= (1e-6 if single else 1e-14)
    notes = dict(made.notes)
    assert notes["c-compiled"]["name"] == "m_predict"
    assert ("c-rounding" in notes) == single
    assert float(notes.get("c-rounding", {"difference": 0})["difference"]) < 1e-14


@needs_compiler
@pytest.mark.parametrize(("bins", "dtype"), [(0, np.float64), (4, np.float64), (4, np.float32)])
def test_the_encoding_of_every_kind_of_column_is_in_the_file(table, bins, dtype):
    encoder = Encoder.fit(table, bins=bins)
    assert any(encoder.gaps)
    assert (encoder.n_bins > 0) == (bins > 0)
    sizes = (encoder.n_outputs, 3)
    model = model_of(sizes, CLASSES, encoder, dtype, cost="softmax")
    made = exported(model, 500)
    assert made.difference <= (1e-6 if dtype == np.float32 else 1e-14)
    # The training rows themselves, as a user would hand them in with --data.
    again = c.export(model, table, {"c": "m.c", "large": False})
    assert again.rows == 120


KINDS_ALONE = {
    "categories, the rare ones together": [f"{i * i % 7}q" for i in range(60)],
    "true or false": [i % 3 > 0 for i in range(60)],
    "months": [f"20{i % 20:02d}-{1 + i % 12:02d}" for i in range(60)],
}


@needs_compiler
@pytest.mark.parametrize("kind", KINDS_ALONE)
def test_columns_of_one_kind_alone(kind):
    frame = pl.DataFrame({"a": KINDS_ALONE[kind]})
    encoder = Encoder.fit(Table("made", frame, None, ("a",), None, reading=Reading(levels=2)))
    model = model_of((encoder.n_outputs, 3), CLASSES, encoder, cost="softmax")
    assert exported(model, 100).difference <= 1e-14


@needs_compiler
def test_images_are_scaled_in_the_file(tmp_path):
    X = np.random.default_rng(0).integers(0, 256, (50, 64)).astype(float)
    names = tuple(map(str, range(64)))
    encoder = Encoder.fit(Table("images", X, None, names, None, (8, 8)))
    model = model_of((64, 3), CLASSES, encoder, cost="softmax")
    assert exported(model).difference <= 1e-14
    made = source_of(model, "m", "1")
    assert "[0 ... 63]: number / 数值" in made.text
    assert "/ 255.0" in made.text or "/ 254.0" in made.text


@needs_compiler
@pytest.mark.parametrize("wrong", ["365 * year", "z <= 0 ? 0 : z", "1 - h[0]", "h[0] > 0.5"])
def test_a_file_that_predicts_something_else_is_refused(table, wrong, monkeypatch):
    encoder = Encoder.fit(table)
    model = model_of((encoder.n_outputs, 3, 1), TWO, encoder, activation="relu")
    made = source_of(model, "m", "1")
    assert made.text.count(wrong) == 1
    changed = replace(made, text=made.text.replace(wrong, f"({wrong}) + 1"))
    monkeypatch.setattr(c, "source_of", lambda *_: changed)
    with pytest.raises(ClearpropError, match=r"c: row \d+ of the check differs by .* the limit is"):
        exported(model)


@needs_compiler
def test_a_file_that_no_compiler_takes_is_refused(monkeypatch):
    model = MODELS["one unit, sigmoid"]
    made = source_of(model, "m", "1")
    monkeypatch.setattr(c, "source_of", lambda *_: replace(made, text=made.text + "}"))
    with pytest.raises(ClearpropError, match=r"c: .* ended with \d+: m.*; nothing was written"):
        exported(model)


AWKWARD = ['say "hi"\\', "??/ ??=", "two\nlines\t\r", "北京 é \u202e", "*/ /* //", "", "%s%n"]


@needs_compiler
@pytest.mark.parametrize("compile_as", ["cc", "g++"])
def test_awkward_names_are_kept_to_the_byte(compile_as, tmp_path):
    if shutil.which(compile_as) is None:
        pytest.skip(f"there is no {compile_as}")
    classes = np.array(sorted(AWKWARD))
    frame = pl.DataFrame({name or "x": [1.0, 2.0] for name in AWKWARD})
    encoder = Encoder.fit(Table("made", frame, None, tuple(frame.columns), None))
    targets = Targets("classification", classes=classes)
    made = source_of(model_of((7, 7), targets, encoder, cost="softmax"), "m", "1")
    main = """int main(void) {
        int i;
        for (i = 0; i < 7; ++i) printf("%s%c", m_labels[i], 0);
        for (i = 0; i < 7; ++i) printf("%s%c", m_columns[i], 0);
        return 0;
    }"""
    printed = run(made, main, tmp_path, compile_as).split(b"\0")
    assert [name.decode() for name in printed[:7]] == sorted(AWKWARD)
    assert [name.decode() for name in printed[7:14]] == frame.columns


@needs_compiler
@pytest.mark.parametrize("compile_as", ["cc", "g++"])
def test_dates_codes_and_refusals(table, compile_as, tmp_path):
    if shutil.which(compile_as) is None:
        pytest.skip(f"there is no {compile_as}")
    encoder = Encoder.fit(table, bins=3)
    made = source_of(model_of((encoder.n_outputs, 1), TWO, encoder), "m", "1")
    dates = [(1900, 3, 1), (1970, 1, 1), (2000, 2, 29), (2024, 12, 31), (1600, 1, 1), (1, 1, 1)]
    calls = "".join(f'printf("%.0f\\n", m_date({y}, {m}, {d}, 6, 7, 8));' for y, m, d in dates)
    main = f"""#include <math.h>
    int main(void) {{
        double row[{made.columns}] = {{0}}, output[{made.outputs}];
        {calls}
        printf("%.0f %.0f\\n", m_code(2, {text("北京")}), m_code(2, "Rome"));
        printf("%d %d\\n", isnan(m_code(2, "")), isnan(m_code(2, 0)));
        printf("%.0f %.0f\\n", m_code(3, "true"), m_code(0, "true"));
        row[0] = INFINITY;
        printf("%d\\n", m_predict(row, output));
        row[0] = NAN;
        printf("%d\\n", m_predict(row, output) >= 0);
        return 0;
    }}"""
    lines = run(made, main, tmp_path, compile_as).decode().splitlines()
    since = datetime.datetime(1970, 1, 1)
    expected = [(datetime.datetime(y, m, d, 6, 7, 8) - since).total_seconds() for y, m, d in dates]
    assert list(map(float, lines[: len(dates)])) == expected
    levels = encoder.levels[2].values
    assert lines[len(dates) :] == [f"{levels.index('北京')} -1", "1 1", "1 -1", "-1", "1"]


def test_without_a_compiler_the_file_is_written_and_said_to_be_not_compared(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    made = exported(MODELS["softmax, relu"])
    assert made.notes == [("c-not-compared", {})]
    assert made.rows == 0
    assert b"int m_predict(const double row[], double output[])" in made.data


def test_large_networks_are_refused_unless_asked_for(monkeypatch):
    model = model_of((500, 500, 1), TWO)
    with pytest.raises(ClearpropError) as refused:
        exported(model)
    assert str(refused.value) == (
        "c: the model has 251,001 parameters; a C file is for up to 200,000; add large (--large) "
        "to write one all the same"
    )
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert len(exported(model, large=True).data) > 2_000_000


def test_a_name_with_nul_is_refused():
    targets = Targets("classification", classes=np.array(["a\0b", "c"]))
    with pytest.raises(ClearpropError, match=r"c: 'a\\x00b' holds the character NUL"):
        source_of(model_of((2, 1), targets), "m", "1")


def test_names_in_the_file_come_from_its_own_name():
    assert identifier("my model-2") == "my_model_2"
    assert "int my_model_2_predict(" in source_of(MODELS["a bag"], "my_model_2", "1").text


def test_cells_of_a_frame_are_numbers_codes_and_seconds(table):
    encoder = Encoder.fit(table)
    row = pl.DataFrame(
        {
            "age": [None, 1.5],
            "rooms": [2, 3],
            'city "x"?': ["Paris", "Rome"],
            "member": [True, None],
            "born": ["2024-05-06", None],
            "seen": [datetime.datetime(1970, 1, 2, 0, 0, 1), None],
            "at": [datetime.time(1, 0), None],
        }
    )
    found = cells_of(encoder, Table("new", row, None, tuple(row.columns), None))
    paris = encoder.levels[2].values.index("Paris")
    day = datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC).timestamp()
    assert np.array_equal(
        found,
        [
            [np.nan, 2, paris, 1, day, 86401, 3600],
            [1.5, 3, -1, np.nan, np.nan, np.nan, np.nan],
        ],
        equal_nan=True,
    )
