"""`clearprop export` and `clearprop import`, from the command to the file."""

import sys

import numpy as np
import onnx
import onnxruntime
import polars as pl
import pytest

import clearprop as library


def test_a_table_becomes_an_onnx_file(clearprop, folder):
    result = clearprop("export flowers.safetensors --onnx flowers.onnx")
    assert (result.code, result.err) == (0, "")
    first, second, third = result.out.splitlines()
    assert first.startswith("-> flowers.onnx (")
    assert second.startswith("1,000 rows compared; largest difference ")
    assert float(second.rpartition(" ")[2]) < 1e-6
    assert third == "outputs: label, probabilities (opset 17)"
    session = onnxruntime.InferenceSession(folder / "flowers.onnx")
    row = {"length": 4.5, "width": 2.0, "colour": "red"}
    feeds = {k: np.array([[v]], object if k == "colour" else float) for k, v in row.items()}
    label, shares = session.run(None, feeds)
    model = library.load(folder / "flowers.safetensors")
    frame = pl.DataFrame({name: [cell] for name, cell in row.items()})
    assert label.tolist() == model.predict(frame).tolist()
    assert np.abs(shares - model.predict_proba(frame)).max() < 1e-6


def test_it_may_be_compared_on_rows_of_ones_own(clearprop, folder):
    result = clearprop("export houses.safetensors --onnx h.onnx --data houses.csv --lang zh")
    assert result.code == 0
    assert "已比对 40 行；最大差异 " in result.out
    assert "输出：value（opset 17）" in result.out


def test_weights_of_one_byte_tell_what_they_cost(clearprop, folder):
    result = clearprop("export flowers.safetensors --onnx f.onnx --int8 --data flowers.csv")
    assert result.code == 0
    assert "weights of one byte: " in result.out
    assert "accuracy " in result.out
    assert clearprop("export flowers.safetensors --onnx f.onnx --int8").out.endswith(
        "the loss in accuracy needs rows with labels: --data SOURCE\n"
    )


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("export flowers.safetensors", "export: expected a file to write: onnx (--onnx FILE)"),
        (
            "export flowers.safetensors --int8",
            "--int8: is for an ONNX file; add onnx (--onnx FILE)",
        ),
        (
            "export flowers.safetensors --onnx f.txt",
            "--onnx: expected a name that ends in .onnx; got 'f.txt'",
        ),
        ("import none.onnx --classes a,b", "none.onnx: there is no such file"),
        ("import flowers.csv", "flowers.csv: is no ONNX file that can be read: "),
        ("import", "missing argument 'FILE'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(refused, command, message):
    pytest.importorskip("onnx")
    assert message in refused(command)


def test_a_difference_leaves_no_file(clearprop, folder, monkeypatch):
    (folder / "f.onnx").write_bytes(b"older")
    monkeypatch.setattr("clearprop.export.onnx.TABLE_LIMIT", -1.0)
    result = clearprop("export flowers.safetensors --onnx f.onnx")
    assert result.code == 2
    assert result.err.endswith("; the limit is -1; nothing was written\n")
    assert (folder / "f.onnx").read_bytes() == b"older"


def test_a_missing_library_ends_in_one_sentence(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    message = "onnx: needs onnxruntime: pip install 'clearprop[onnx]'"
    assert message in refused("export flowers.safetensors --onnx f.onnx")


def test_an_onnx_file_becomes_a_model(clearprop, folder):
    network = library.Network((3, 4, 1), "relu")
    theta = library.initial_theta(network, 0)
    model = library.Model(network, theta, library.Targets.fit(["no", "yes"]))
    from clearprop.export.onnx.whole import written

    onnx.save(written(model, np.float64), folder / "net.onnx")
    result = clearprop("import net.onnx --classes no,yes")
    assert (result.code, result.err) == (0, "")
    assert result.out == "net.safetensors: 3-4-1, 2 classes, float64\n"
    loaded = library.load(folder / "net.safetensors")
    X = np.random.default_rng(0).normal(size=(20, 3))
    assert (loaded.predict_proba(X) == model.predict_proba(X)).all()
    asked = clearprop("import net.onnx")
    assert asked.code == 2
    assert "--classes: expected the labels of no and of yes, such as [0, 1]; got none" in asked.err
