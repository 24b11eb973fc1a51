"""Models, checkpoints and rows that do not fit each other."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from clearprop.data.sources import read

SMALL = ("--hidden", "4", "--epochs", "3", "--lambda", "1", "--bins", "0")
HEADER = "length,width,colour,kind\n"


def newer(model):
    return re.sub(rb'(format_version\\":)2', rb"\g<1>9", model)


MODELS = {
    "empty": (lambda model: b"", "m.safetensors: is empty (0 bytes); expected a model file"),
    "cut": (lambda model: model[:-20], "m.safetensors: is cut: "),
    "foreign": (
        lambda model: save({"a": np.ones(3)}),
        'm.safetensors: a safetensors file of another program: no "clearprop" in its metadata',
    ),
    "no model": (lambda model: b"length,width", "m.safetensors: is not a safetensors file"),
    "newer": (
        newer,
        "m.safetensors: made by a newer Clearprop: format version 9, this one reads up to 3: "
        "upgrade",
    ),
}


@pytest.mark.parametrize("case", MODELS)
@pytest.mark.parametrize("command", ["info", "evaluate", "predict"])
def test_a_model_file(refused, folder, files, case, command):
    made, message = MODELS[case]
    (folder / "m.safetensors").write_bytes(made(files["flowers.safetensors"]))
    source = [] if command == "info" else ["flowers.csv"]
    assert refused(command, "m.safetensors", *source).startswith(message)


def test_a_model_that_is_not_there(refused):
    said = refused("info", "flower.safetensors")
    assert said == (
        'flower.safetensors: there is no such file (did you mean "flowers.safetensors"?)'
    )
    assert refused("info", ".").startswith(".: is a folder; expected a model file")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "length,colour,kind\n1,red,rose\n",
            "x.csv: expected the columns of the training rows; missing: width; found: length, "
            "colour",
        ),
        (
            HEADER + "1,wide,red,iris\n1,2,red,rose\n",
            "x.csv, line 2, column 'width': text where numbers stand: 'wide'; write a number",
        ),
    ],
)
@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_rows_that_do_not_fit_the_model(refused, folder, rows, message, command):
    (folder / "x.csv").write_text(rows)
    assert refused(command, "flowers.safetensors", "x.csv") == message


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            "evaluate flowers.safetensors houses.csv",
            "houses.csv: no column 'kind' for the target; the columns are rooms, area, price",
        ),
        (
            "evaluate houses.safetensors houses.csv --target rooms",
            "houses.csv: expected the columns of the training rows; missing: rooms; found: area, "
            "price",
        ),
        (
            "predict flowers.safetensors rows.npz",
            "rows.npz: expected a frame with named columns, since some hold text; got a matrix of "
            "numbers",
        ),
        (
            "predict houses.safetensors rows.npz",
            "rows.npz: expected 2 columns, as the training rows have; got 3",
        ),
        (
            "predict houses.safetensors digits",
            "digits: expected 2 columns, as the training rows have; got 64",
        ),
        ("evaluate flowers.safetensors flowers.csv --target nothing", "flowers.csv: no column"),
    ],
)
def test_a_source_that_does_not_fit_the_model(refused, args, message):
    assert refused(*args.split()).startswith(message)


def test_cells_that_training_did_not_have_are_told(clearprop, folder):
    (folder / "x.csv").write_text(HEADER + "4.2,,red,iris\n1,2,green,rose\n")
    for command in ("evaluate", "predict"):
        result = clearprop(command, "flowers.safetensors", "x.csv")
        assert result.code == 0
        assert result.err.splitlines() == [
            "clearprop: warning: x.csv, line 3, column 'colour': 'green' was not seen in training; "
            "it counts as none of blue, red",
            "clearprop: warning: x.csv, line 2, column 'width': 1 empty cell in 'width', where the "
            "training rows had none; filled with the mean of the numbers or the most frequent "
            "value",
            "clearprop: warning: x.csv, line 3, column 'length': 1 is far outside the training "
            "numbers, 4 to 4.6",
        ]


def test_labels_that_the_model_does_not_know(refused, folder):
    (folder / "x.csv").write_text(HEADER + "4,2,red,iris\n4,2,red,tulip\n")
    said = refused("evaluate", "flowers.safetensors", "x.csv")
    assert said == (
        "x.csv: target 'kind': 'tulip' (row 2) is no known class; the classes are iris, rose"
    )
    (folder / "y.csv").write_text("rooms,area,price\n1,40,cheap\n2,50,dear\n")
    said = refused("evaluate", "houses.safetensors", "y.csv")
    assert said == ("y.csv: target 'price': expected numbers; got 'cheap' in row 1 (2 such labels)")
    (folder / "z.csv").write_text("rooms,area,price\n1,40,100\n")
    said = refused("evaluate", "houses.safetensors", "z.csv")
    assert said == "z.csv: y: R^2 needs two rows at least; got 1"


@pytest.fixture
def checkpoint(folder, clearprop):
    """Of a run on the flowers."""
    args = "train flowers.csv --target kind --checkpoint c --out t"
    assert clearprop(*args.split(), *SMALL).code == 0
    Path("t").unlink()
    return Path("c")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            "houses.csv --target price --hidden 4 --epochs 3 --lambda 1 --bins 0",
            "c/run-000001.safetensors: was made with other data: X had shape (25, 4), and has "
            "(25, 2) now",
        ),
        (
            "flowers.csv --target kind --hidden 4 --epochs 4 --lambda 1 --bins 0",
            "c/run-000001.safetensors: was made with other choices: epochs was 3 and is 4. Train "
            "with the same ones, or afresh in another folder",
        ),
        (
            "flowers.csv --target kind --hidden 4 --epochs 3 --lambda 1 --bins 0 --seed 7",
            "c/run-000001.safetensors: was made with other choices: seed was 0 and is 7. Train",
        ),
    ],
)
def test_a_checkpoint_of_another_run(refused, checkpoint, args, message):
    args = (*args.split(), "--checkpoint", "c", "--resume")
    assert refused("train", *args).startswith(message)


def test_a_file_that_is_no_checkpoint(refused, folder, checkpoint):
    file = checkpoint / "run-000001.safetensors"
    assert refused("info", str(file)) == f"{file}: expected a model file; this is a checkpoint"
    train = ("train", "flowers.csv", "--target", "kind", *SMALL, "--checkpoint", "c", "--resume")
    shutil.copy("flowers.safetensors", file)
    assert refused(*train) == f"{file}: expected a checkpoint; this is a model file"
    file.write_bytes(b"")
    assert refused(*train) == f"{file}: is empty (0 bytes); expected a checkpoint"


def test_a_run_that_diverges_names_the_epoch_and_leaves_the_old_model(clearprop, folder, files):
    args = "train flowers.csv --target kind --lambda 1 --learning-rate 1e9 --solver sgd "
    args += "--activation identity"
    result = clearprop(*args.split(), "--json")
    assert (result.code, result.out) == (2, "")
    said = re.fullmatch(
        r"clearprop: error: the cost stopped being finite in epoch (\d+); (?:try|take) a smaller "
        r"learning rate than 1e\+09, .*; no model was written\n",
        result.err,
    )
    assert said, result.err
    assert int(said[1]) < 10
    assert (folder / "flowers.safetensors").read_bytes() == files["flowers.safetensors"]


def test_sources_with_labels_of_their_own_need_not_call_them_as_the_model_does(clearprop, folder):
    table = read("digits")
    np.savez(folder / "digits.npz", X=table.X[:200], y=table.y[:200])
    train = "train digits.npz --hidden none --epochs 4 --lambda 1 --out m --json"
    assert clearprop(*train.split()).code == 0
    result = clearprop("evaluate", "m", "digits", "--json")
    assert result.code == 0
    assert '"rows": 1797' in result.out
    assert clearprop("predict", "m", "digits").out.count("\n") == 1798
