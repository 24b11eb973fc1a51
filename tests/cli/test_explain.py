"""`clearprop explain`: rows, units, languages and files; what is wrong is said in one line."""

import json
import re
from decimal import Decimal

import numpy as np
import pytest

import clearprop as library
from clearprop.data import read
from clearprop.language import cells

EXPLAIN = ("explain", "flowers.safetensors", "flowers.csv")


def test_the_first_row_in_english(clearprop):
    result = clearprop(*EXPLAIN)
    assert (result.code, result.err) == (0, "")
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    said = model.predict(table)[0]
    assert result.out.startswith(
        "Sample 0 of flowers.csv, explained\n==================================\n\n"
        f"The network says {said}; right is {table.y[0]}.\n"
    )
    assert "a^(1)_1 (length)" in result.out
    assert "Unit 1 of layer 3, which stands for rose" in result.out
    assert "From one sample to a batch of 10\n" in result.out
    assert all(cells(line) <= 79 for line in result.out.splitlines())


def test_it_is_what_the_library_says(clearprop):
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    batch = table.take(range(7, 17))
    expected = library.explain(model, batch, batch.y, units=[(2, 1), (3, 1)], lang="zh").to_text()
    out = clearprop(*EXPLAIN, "--sample", "7", "--unit", "2:1, 3:1", "--lang", "zh").out
    assert out.splitlines()[3:] == expected.splitlines()[3:]
    assert out.splitlines()[0] == "flowers.csv 的样本 7：逐步讲解"


def test_units_that_were_asked_for_are_told_and_no_others(clearprop):
    out = clearprop(*EXPLAIN, "--unit", "2:3").out
    assert set(re.findall(r"^  Unit (\d) of layer (\d)", out, re.MULTILINE)) == {("3", "2")}


@pytest.mark.parametrize(("sample", "last"), [(0, 9), (29, 38), (30, 39), (31, 39), (39, 39)])
def test_samples_are_rows_of_the_source_and_the_last_rows_have_a_batch_too(clearprop, sample, last):
    """Ten rows from the sample on; at the end of the source, the last ten."""
    out = clearprop(*EXPLAIN, "--sample", str(sample)).out
    assert out.startswith(f"Sample {sample} of flowers.csv, explained\n")
    kind = ("iris", "rose")[sample % 2]
    assert f"right is {kind}." in out
    assert f"sample {sample}, the one above" in out
    named = {int(row) for row in re.findall(r"^    sample (\d+)", out, re.MULTILINE)}
    assert named == set(range(last - 9, last + 1))


@pytest.mark.parametrize("rows", [1, 2, 9])
def test_a_source_of_fewer_rows(clearprop, folder, rows):
    lines = (folder / "flowers.csv").read_text().splitlines()[: rows + 1]
    (folder / "few.csv").write_text("\n".join(lines))
    result = clearprop("explain", "flowers.safetensors", "few.csv", "--sample", str(rows - 1))
    assert (result.code, result.err) == (0, "")
    heading = f"a batch of {rows}" if rows > 1 else "the gradient"
    assert f"From one sample to {heading}\n" in result.out


def test_json_is_one_object_whose_numbers_are_those_of_the_text(clearprop):
    result = clearprop(*EXPLAIN, "--sample", "5", "--json")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("\n") == 1
    found = json.loads(result.out)
    assert found["sample"]["inputs"] == ["length", "width", "colour=blue", "colour=red"]
    assert found["sample"] | {"inputs": None} == {
        "source": "flowers.csv", "index": 5, "row": 0, "inputs": None, "outputs": ["rose"],
        "image_shape": None, "image_order": "C", "seen": found["sample"]["seen"], "truth": "rose",
        "encoded": True, "standardised": False, "binned": None, "margins": None, "dropout": 0.0,
        "answer": None, "interval": None, "networks": 1,
    }  # fmt: skip
    text = clearprop(*EXPLAIN, "--sample", "5").out
    for layer in found["layers"][1:]:
        for name in ("z", "a"):
            for k, value in enumerate(layer[name], start=1):
                symbol = re.escape(f"{name}^({layer['layer']})_{k} ")
                printed = re.search(rf"^    {symbol}.* = +(\S+)$", text, re.MULTILINE)
                unit = Decimal(1).scaleb(Decimal(printed[1]).as_tuple().exponent)
                assert abs(Decimal(printed[1]) - Decimal(value)) <= unit / 2
    model, batch = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    batch = batch.take(range(5, 15))
    expected = library.explain(model, batch, batch.y).to_dict() | {"sample": found["sample"]}
    expected["batch"] |= {"numbers": list(range(5, 15))}
    assert found == json.loads(json.dumps(expected))


def test_json_of_numbers_that_have_overflowed_is_json(clearprop, folder):
    model = library.load("houses.safetensors")
    theta = np.full(model.network.n_parameters, 1e200)
    library.save(
        type(model)(model.network, theta, model.targets, model.encoder), "huge.safetensors"
    )
    result = clearprop("explain", "huge.safetensors", "houses.csv", "--json")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["cost"]["batch"] is None
    result = clearprop("explain", "huge.safetensors", "houses.csv")
    assert (result.code, result.err) == (0, "")
    assert "inf" in result.out


def test_rows_without_labels_run_forward_and_it_says_so(clearprop, folder):
    lines = (folder / "flowers.csv").read_text().splitlines()
    (folder / "new.csv").write_text("\n".join(line.rpartition(",")[0] for line in lines))
    result = clearprop("explain", "flowers.safetensors", "new.csv", "--sample", "3")
    assert (result.code, result.err) == (0, "")
    assert "The network says" in result.out
    assert "No target was given, so there is no cost" in result.out
    assert "Backward" not in result.out
    found = json.loads(clearprop("explain", "flowers.safetensors", "new.csv", "--json").out)
    assert set(found) == {"network", "sample", "layers", "units"}


def with_label(folder, row, label):
    """The flowers with another label in one row, as ``some.csv``."""
    head, *rows = (folder / "flowers.csv").read_text().splitlines()
    rows[row] = rows[row].rpartition(",")[0] + "," + label
    (folder / "some.csv").write_text("\n".join([head, *rows]))


@pytest.mark.parametrize("label", ["", "tulip"])
def test_another_row_whose_label_is_none_is_left_out_of_the_batch(clearprop, folder, label):
    with_label(folder, 33, label)
    out = clearprop("explain", "flowers.safetensors", "some.csv", "--sample", "30").out
    assert "From one sample to a batch of 9\n" in out
    assert "Sample 30 of some.csv" in out


def test_a_row_without_a_label_runs_forward_only(clearprop, folder):
    with_label(folder, 33, "")
    result = clearprop("explain", "flowers.safetensors", "some.csv", "--sample", "33")
    assert (result.code, result.err) == (0, "")
    assert "No target was given" in result.out


def test_a_label_that_the_model_does_not_know_is_named_with_its_row(refused, folder):
    with_label(folder, 33, "tulip")
    assert refused("explain", "flowers.safetensors", "some.csv", "--sample", "33") == (
        "some.csv: target 'kind': 'tulip' (row 34) is no known class; the classes are iris, rose"
    )


def test_the_test_set_of_a_source_is_used(clearprop, folder):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 3)), np.arange(30) % 2
    np.savez(folder / "both.npz", X_train=X, y_train=y, X_test=X[:12] + 9, y_test=1 - y[:12])
    made = clearprop(
        "train both.npz --hidden 3 --epochs 2 --lambda 1 --out both.safetensors --json"
    )
    assert made.code == 0
    found = json.loads(clearprop("explain", "both.safetensors", "both.npz", "--sample", "11",
                                 "--json").out)  # fmt: skip
    assert found["sample"]["truth"] == str(1 - y[11])
    model = library.load("both.safetensors")
    np.testing.assert_allclose(found["layers"][0]["a"], model.inputs(X[11:12] + 9, float)[0])


def test_a_folder_of_idx_files_uses_its_test_part(clearprop, folder):
    def idx(path, array):
        head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
        path.write_bytes(head + array.astype(np.uint8).tobytes())

    rng = np.random.default_rng(0)
    (folder / "mnist").mkdir()
    for part, m in (("train", 30), ("t10k", 12)):
        images, labels = rng.integers(0, 256, (m, 8, 8)), np.arange(m) % 3
        idx(folder / "mnist" / f"{part}-images-idx3-ubyte", images)
        idx(folder / "mnist" / f"{part}-labels-idx1-ubyte", labels)
    assert (
        clearprop("train mnist --hidden 3 --epochs 2 --lambda 1 --out m.safetensors --json").code
        == 0
    )
    result = clearprop("explain", "m.safetensors", "mnist", "--sample", "11")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Sample 11 of mnist, explained\n")
    assert "right is 2." in result.out
    assert "The inputs as an image." in result.out
    assert re.search(r"a\^\(1\)_\d+ \(row \d, column \d\)", result.out)


def test_a_regressions_answer_is_in_the_users_numbers(clearprop):
    out = clearprop("explain", "houses.safetensors", "houses.csv", "--sample", "39").out
    model, table = library.load("houses.safetensors"), read("houses.csv", "price")
    seen, truth = float(model.predict(table)[39]), float(table.y[39])
    assert f"The network says {seen:.5g}; right is {truth:.5g}." in out
    assert "A row is encoded and scaled, as in training" in out
    assert "The targets are standardised" in out


@pytest.mark.parametrize("name", ["page.html", "page.HTM"])
def test_a_page_is_written_beside_the_text(clearprop, folder, name):
    result = clearprop(*EXPLAIN, "--sample", "3", "--lang", "zh", "--html", name)
    assert (result.code, result.err) == (0, f"-> {name}\n")
    assert result.out == clearprop(*EXPLAIN, "--sample", "3", "--lang", "zh").out
    page = (folder / name).read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '<html lang="zh-CN">' in page
    assert "<h1>flowers.csv 的样本 3：逐步讲解</h1>" in page
    assert [path for path in folder.iterdir() if path.name.startswith(".")] == []


def test_quiet_writes_the_page_and_says_nothing_of_it(clearprop, folder):
    result = clearprop(*EXPLAIN, "--html", "page.html", "--quiet")
    assert (result.code, result.err) == (0, "")
    assert result.out == clearprop(*EXPLAIN).out
    assert (folder / "page.html").exists()


def test_a_page_beside_json_leaves_one_object_on_standard_output(clearprop, folder):
    result = clearprop(*EXPLAIN, "--json", "--html", "page.html")
    assert (result.code, result.err) == (0, "-> page.html\n")
    assert json.loads(result.out)["sample"]["index"] == 0
    assert (folder / "page.html").stat().st_size > 20_000


# -- What is wrong ---------------------------------------------------------------------------------

PAIR = "--unit: expected LAYER:UNIT, such as 2:5 or 2:5,3:1; got"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--sample 40", "--sample: flowers.csv has 40 rows, 0 to 39; got 40"),
        ("--sample -1", "--sample: expected a row, a whole number from 0; got -1"),
        ("--sample 1.5", "--sample: expected a row, a whole number from 0; got '1.5'"),
        ("--unit 9:1", "--unit: expected a layer from 2 to 3; got 9:1"),
        ("--unit 1:1", "--unit: expected a layer from 2 to 3; got 1:1"),
        ("--unit 2:0", "--unit: layer 2 has the units 1 to 4; got 2:0"),
        ("--unit 2:999", "--unit: layer 2 has the units 1 to 4; got 2:999"),
        ("--unit 3:2", "--unit: layer 3 has one unit, 1; got 3:2"),
        ("--unit x", f"{PAIR} 'x'"),
        ("--unit ''", f"{PAIR} ''"),
        ("--unit 2:1,", f"{PAIR} ''"),
        ("--unit 2:-1", f"{PAIR} '2:-1'"),
        ("--lang fr", "--lang: expected one of en, zh; got 'fr'"),
        ("--lang ZH", "--lang: expected one of en, zh; got 'ZH' (did you mean \"zh\"?)"),
        ("--html page.txt", "--html: expected a name that ends in .html or .htm; got 'page.txt'"),
        ("--html no/page.html",
         "--html: cannot write no/page.html: the folder no is not there; make it first"),
        ("--target sort",
         "flowers.csv: no column 'sort' for the target; the columns are "
         "length, width, colour, kind"),
        ("--samle 3",
         'no such option: --samle (did you mean "--sample"?) (see: clearprop explain --help)'),
        ("--sample x --unit 9 --lang de --html a.pdf",
         "4 problems: --lang: expected one of en, zh; got 'de'; "
         f"--sample: expected a row, a whole number from 0; got 'x'; {PAIR} '9'; "
         "--html: expected a name that ends in .html or .htm; got 'a.pdf'"),
        ("--sample 99 --unit 9:1,2:5",
         "3 problems: --sample: flowers.csv has 40 rows, 0 to 39; got 99; "
         "--unit: expected a layer from 2 to 3; got 9:1; "
         "--unit: layer 2 has the units 1 to 4; got 2:5"),
    ],
)  # fmt: skip
def test_wrong_options(refused, options, message):
    assert refused(f"explain flowers.safetensors flowers.csv {options}") == message


def test_a_page_does_not_overwrite_what_is_read(refused, folder):
    (folder / "flowers.safetensors").rename(folder / "model.html")
    assert refused("explain", "model.html", "flowers.csv", "--html", "model.html") == (
        "--html: model.html is read and would be overwritten; choose another name"
    )


@pytest.mark.parametrize(
    ("model", "source", "message"),
    [
        ("nothing.safetensors", "flowers.csv", "nothing.safetensors: there is no such file"),
        ("flowers.csv", "flowers.csv", "flowers.csv: is not a safetensors file"),
        ("flowers.safetensors", "flower.csv",
         'flower.csv: no such file (did you mean "flowers.csv"?)'),
        ("flowers.safetensors", "houses.csv",
         "houses.csv: expected the columns of the training rows; missing: length, width, colour"),
        ("houses.safetensors", "digits", "digits: "),
    ],
)  # fmt: skip
def test_wrong_files(refused, model, source, message):
    assert refused("explain", model, source).startswith(message)


def test_arguments_that_are_missing(refused):
    assert refused("explain", "flowers.safetensors") == (
        "missing argument 'SOURCE' (see: clearprop explain --help)"
    )


@pytest.mark.parametrize("recipe", ["course", "3b1b"])
def test_one_unit_is_told_in_80_lines(clearprop, recipe):
    """Of any layer of a network on digits, in both languages; the rest is said to be elsewhere."""
    clearprop("train", "digits", "--recipe", recipe, "--epochs", "2", "--quiet", "--out", "d")
    sizes = library.load("d").network.layer_sizes
    for layer, size in enumerate(sizes[1:], start=2):
        for lang, way_on in (("en", "told without --unit"), ("zh", "不加 --unit 就讲整个过程")):
            where = ("--unit", f"{layer}:{size}", "--sample", "5", "--lang", lang)
            out = clearprop("explain", "d", "digits", *where).out
            lines = out.splitlines()
            assert len(lines) <= 80
            assert all(cells(line) <= 79 for line in lines)
            assert way_on in out
