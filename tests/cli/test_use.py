"""`clearprop evaluate`, `predict` and `info`."""

import csv
import io
import json
import re
import warnings

import numpy as np
import polars
import pytest

import clearprop as library
from clearprop.choices.commands import COMMANDS
from clearprop.data import read


def test_evaluate_json_is_one_object(clearprop):
    result = clearprop("evaluate", "flowers.safetensors", "flowers.csv", "--json")
    assert (result.code, result.err) == (0, "")
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    scores = library.measure(model, table).scores
    assert json.loads(result.out) == {
        "rows": 40,
        "accuracy": model.score(table, table.y),
        "cost": model.cost(table, table.y),
        **scores.to_dict(),
    }
    assert list(json.loads(result.out)["per_class"]) == ["iris", "rose"]
    result = clearprop("evaluate", "houses.safetensors", "houses.csv", "--json")
    model, table = library.load("houses.safetensors"), read("houses.csv", "price")
    found = json.loads(result.out)
    predicted, actual = model.predict(table), table.y.astype(float)
    assert {name: value for name, value in found.items() if value is not None} == {
        "rows": 40,
        "r2": model.score(table, table.y),
        "cost": model.cost(table, table.y),
        "rmse": pytest.approx(np.sqrt(np.mean((predicted - actual) ** 2))),
        "mae": pytest.approx(np.mean(np.abs(predicted - actual))),
    }
    assert "accuracy" in found


def test_evaluate_shows_which_class_was_taken_for_which(clearprop):
    result = clearprop("evaluate", "flowers.safetensors", "flowers.csv")
    assert (result.code, result.err) == (0, "")
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    predicted = model.predict(table)
    counts = [
        [int(((table.y == a) & (predicted == p)).sum()) for p in ("iris", "rose")]
        for a in ("iris", "rose")
    ]
    cells = [[str(n) if n else "." for n in row] for row in counts]
    scores = library.measure(model, table).scores
    assert result.out.splitlines() == [
        "flowers.csv: 40 rows",
        f"accuracy {model.score(table, table.y):.4f}, cost {model.cost(table, table.y):.4f}",
        f"balanced accuracy {scores.balanced_accuracy:.4f}, macro F1 {scores.macro_f1:.4f}, "
        f"log-loss {scores.log_loss:.4f}, AUC {scores.auc:.4f}",
        "",
        "      rows  precision  recall      F1",
        *(
            f"{name}    20     {precision:.4f}  {recall:.4f}  {f1:.4f}"
            for name, precision, recall, f1 in zip(
                scores.names,
                scores.per_class.precision,
                scores.per_class.recall,
                scores.per_class.f1,
                strict=True,
            )
        ),
        "",
        "rows by actual class (down) and predicted class (across)",
        "      iris  rose",
        f"iris  {cells[0][0]:>4}  {cells[0][1]:>4}",
        f"rose  {cells[1][0]:>4}  {cells[1][1]:>4}",
    ]


def test_evaluate_a_regression(clearprop):
    out = clearprop("evaluate", "houses.safetensors", "houses.csv").out
    pattern = (
        r"houses\.csv: 40 rows\nR\^2 -?\d\.\d{4}, cost \d\.\d{4}\nRMSE \d+\.\d{4}, MAE \d+\.\d{4}\n"
    )
    assert re.fullmatch(pattern, out)


RARE = "a,b,kind\n" + "\n".join(
    f"{i % 7},{i * 5 % 11},{'fraud' if i % 20 == 0 else 'ok'}" for i in range(200)
)


def test_a_rare_class_that_is_never_found_does_not_look_good(clearprop, folder):
    (folder / "rare.csv").write_text(RARE)
    args = "train rare.csv --target kind --hidden none --lambda 1 --bins 0 --solver lbfgs --quiet"
    trained = clearprop(args).out.splitlines()
    assert trained[0] == "            rows  accuracy  balanced accuracy    cost"
    shares = "0.9528", "0.9394", "0.9500"  # 6 of 127, 2 of 33 and 2 of 40 rows are fraud
    assert [line.split()[2:4] for line in trained[1:4]] == [[share, "0.5000"] for share in shares]
    assert trained[7] == "More columns or more units may help; more rows will not."
    assert trained[8:11] == [
        "test rows: taking every row for ok would have accuracy 0.9500",
        "test rows: never predicted: fraud (2 rows)",
        "to let all classes count alike: --class-weight balanced",
    ]
    out = clearprop("evaluate rare.safetensors rare.csv").out.splitlines()
    assert out[1].startswith("accuracy 0.9500, cost ")
    assert out[2].startswith("balanced accuracy 0.5000, macro F1 0.4872, log-loss ")
    assert out[3:8] == [
        "taking every row for ok would have accuracy 0.9500",
        "never predicted: fraud (10 rows)",
        "",
        "       rows  precision  recall      F1",
        "fraud    10     0.0000  0.0000  0.0000",
    ]
    there = out.index("fraud: rows from a threshold of its probability on")
    assert out[there + 1 : there + 3] == [
        "threshold  rows  precision  recall",
        "   0.5000     0     0.0000  0.0000",
    ]
    there = out.index("fraud: mean probability predicted, and share of the rows observed")
    assert sum(int(line.split()[0]) for line in out[there + 2 :]) == 200
    assert max(map(len, out + trained)) <= 80
    chinese = clearprop("evaluate rare.safetensors rare.csv --lang zh").out.splitlines()
    assert chinese[0] == "rare.csv：200 行"
    assert chinese[3:5] == [
        "若把每一行都判为 ok，准确率为 0.9500",
        "从未预测出的类别：fraud（10 行）",
    ]
    found = json.loads(clearprop("evaluate rare.safetensors rare.csv --json").out)
    assert found["per_class"]["fraud"] == {"precision": 0, "recall": 0, "f1": 0, "rows": 10}
    weighted = json.loads(clearprop(args.replace("quiet", "json") + " --class-weight balanced").out)
    assert weighted["test_accuracy"] < 0.95
    wrong = clearprop("evaluate rare.safetensors rare.csv --lang de")
    assert wrong.err == "clearprop: error: --lang: expected one of en, zh; got 'de'\n"


def test_a_score_that_rows_leave_undefined_says_why(clearprop, folder):
    lines = (folder / "flowers.csv").read_text().splitlines()
    (folder / "irises.csv").write_text("\n".join([lines[0], *lines[1::2]]))
    out = clearprop("evaluate flowers.safetensors irises.csv").out
    assert "\nno AUC: no row is of class rose\n" in out
    assert (
        json.loads(clearprop("evaluate flowers.safetensors irises.csv --json").out)["auc"] is None
    )


def test_predict_writes_csv_to_standard_output(clearprop):
    result = clearprop("predict", "flowers.safetensors", "flowers.csv")
    assert (result.code, result.err) == (0, "")
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    assert result.out.splitlines() == ["prediction", *model.predict(table).tolist()]


def test_rows_to_predict_need_no_target_and_may_have_more_columns(clearprop, folder):
    rows = [line.split(",") for line in (folder / "flowers.csv").read_text().splitlines()]
    moved = "\n".join(f"{row[2]},{row[1]},note {i},{row[0]}" for i, row in enumerate(rows[1:]))
    (folder / "moved.csv").write_text(f"colour,width,note,length\n{moved}\n")
    expected = clearprop("predict", "flowers.safetensors", "flowers.csv").out
    assert clearprop("predict", "flowers.safetensors", "moved.csv").out == expected


@pytest.mark.parametrize("name", ["p.csv", "p.parquet", "p.PARQUET"])
def test_predict_writes_a_column_of_probabilities_for_each_class(clearprop, folder, name):
    args = "predict flowers.safetensors flowers.csv --proba --out"
    result = clearprop(*args.split(), name)
    assert (result.code, result.out, result.err) == (0, "", "")
    frame = polars.read_csv(name) if name.endswith("csv") else polars.read_parquet(name)
    assert frame.columns == ["prediction", "probability_iris", "probability_rose"]
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    assert frame["prediction"].to_list() == model.predict(table).tolist()
    np.testing.assert_allclose(frame[:, 1:].to_numpy(), model.predict_proba(table), atol=1e-6)
    assert sorted(path.suffix for path in folder.iterdir() if path.stem.startswith(".")) == []


def test_predicted_numbers_keep_their_scale(clearprop):
    out = clearprop("predict", "houses.safetensors", "houses.csv").out.splitlines()
    model, table = library.load("houses.safetensors"), read("houses.csv", "price")
    assert out[0] == "prediction"
    np.testing.assert_allclose([float(cell) for cell in out[1:]], model.predict(table), rtol=1e-5)


def test_a_category_that_was_not_seen_is_warned_of_once(clearprop, folder):
    (folder / "x.csv").write_text("length,width,colour,kind\n4,2,green,iris\n4,2,red,rose\n")
    said = (
        "clearprop: warning: x.csv, line 2, column 'colour': 'green' was not seen in training "
        '(did you mean "red"?); it counts as none of blue, red\n'
    )
    for command in ("predict", "evaluate"):
        result = clearprop(command, "flowers.safetensors", "x.csv")
        assert result.code == 0
        assert result.err.replace(' (did you mean "red"?)', "") == said.replace(
            ' (did you mean "red"?)', ""
        )


def test_a_large_output_is_the_same_as_a_small_one(clearprop, folder):
    """It is written in parts."""
    rows = (folder / "flowers.csv").read_text().splitlines()
    (folder / "many.csv").write_text("\n".join([rows[0], *rows[1:] * 300]))
    one = clearprop("predict", "flowers.safetensors", "flowers.csv", "--proba").out.splitlines()
    many = clearprop("predict", "flowers.safetensors", "many.csv", "--proba").out.splitlines()
    assert many == [one[0], *one[1:] * 300]


def test_info(clearprop):
    result = clearprop("info", "flowers.safetensors")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[:11] == [
        "model           flowers.safetensors",
        "layer sizes     4-4-1",
        "parameters      25",
        "dtype           float32",
        "activation      relu",
        "cost            logistic",
        "regularization  1",
        "task            classification",
        "target          kind",
        "classes         iris, rose",
        "columns         length, width, colour",
    ]
    assert lines[12].startswith("trained         source ")
    assert max(map(len, lines[:11])) <= 80
    found = json.loads(clearprop("info", "flowers.safetensors", "--json").out)
    assert found["layer_sizes"] == [4, 4, 1]
    assert found["classes"] == ["iris", "rose"]
    assert found["trained"]["recipe"] == "modern"


def test_info_tells_the_bins_of_each_column(clearprop):
    args = ["train", "houses.csv", "--target", "price", "--hidden", "4", "--epochs", "1"]
    told = clearprop(*args, "--bins", "4", "--out", "b.safetensors")
    assert told.code == 0
    assert "bins of numbers: 8 more inputs, from 2 columns or parts of dates" in told.err
    assert "\nbins            4, 4\n" in clearprop("info", "b.safetensors").out
    assert json.loads(clearprop("info", "b.safetensors", "--json").out)["bins"] == [4, 4]
    assert json.loads(clearprop("info", "houses.safetensors", "--json").out)["bins"] is None
    assert "bins" not in clearprop("info", "houses.safetensors").out
    told = clearprop(*args, "--bins", "40", "--out", "b.safetensors")
    assert "no bins of numbers: with them there could be 82 inputs;" in told.err


def test_what_is_called_strangely_is_shown_as_it_is(clearprop, folder):
    """Rich's markup, wide characters, line ends, escape codes and very long names."""
    kinds = ["[red]玫瑰[/red]", "a\nb", "\x1b[31mtulip", "of a flower " * 20]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["[bold]长度[/bold]", "width", "种类"])
    table.writerows([[i % 7, i * 3 % 11, kinds[i % 4]] for i in range(80)])
    (folder / "数 据 [v1].csv").write_text(text.getvalue())
    args = ["数 据 [v1].csv", "--target", "种类"]
    result = clearprop("train", *args, "--hidden", "none", "--epochs", "1", "--lambda", "1")
    assert result.code == 0
    assert "data      数 据 [v1].csv\n" in result.err
    assert "to learn: 4 classes of 种类\n" in result.err
    assert "model: 数 据 [v1].safetensors (" in result.out
    pairs = result.out.split("something else\n")[1].split("\n\n")[0].splitlines()
    pattern = r"  (.+) taken for (.+): \d+ of 4"
    shown = {name for pair in pairs for name in re.fullmatch(pattern, pair).groups()}
    names = {"[red]玫瑰[/red]", "a\\nb", "\\x1b[31mtulip", "of a flower of a flower..."}
    assert shown == names
    result = clearprop("info", "数 据 [v1].safetensors")
    assert "columns         [bold]长度[/bold], width\n" in result.out
    assert "\x1b" not in result.out
    predictions = clearprop("predict", "数 据 [v1].safetensors", "数 据 [v1].csv", "--proba").out
    header = next(csv.reader(io.StringIO(predictions)))
    assert sorted(header[1:]) == sorted(f"probability_{kind.strip()}" for kind in kinds)
    found = json.loads(clearprop("info", "数 据 [v1].safetensors", "--json").out)
    assert found["target"] == "种类"


def test_help_names_every_option_and_version_the_version(clearprop, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    result = clearprop("train", "--help")
    assert (result.code, result.err) == (0, "")
    for name in ("--hidden", "--learning-rate", "--lambda", "--checkpoint", "--without", "--json"):
        assert name in result.out
    assert max(map(len, result.out.splitlines())) <= 80
    assert clearprop().out == clearprop("--help").out == clearprop("-h").out
    for flag in ("--version", "-V"):
        assert clearprop(flag) == (0, f"clearprop {library.__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_ends_with_examples_that_keep_their_lines(clearprop, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    result = clearprop(*command.split(), "-h")
    assert (result.code, result.err) == (0, "")
    examples = COMMANDS[command].lines()
    lines = result.out.rstrip("\n").splitlines()
    end = [" Examples:", *(f"   {line}" for line in examples)]
    assert lines[-len(end) :] == end
    assert max(map(len, lines)) <= 80
    assert result.out == clearprop(*command.split(), "--help").out


def test_a_source_with_a_test_set_is_measured_and_predicted_on_it(clearprop, folder):
    rng = np.random.default_rng(0)
    parts = {"x_train": (50, 3), "x_test": (7, 3), "y_train": (50,), "y_test": (7,)}
    arrays = {name: rng.integers(0, 2, shape) for name, shape in parts.items()}
    np.savez(folder / "keras.npz", **arrays)
    trained = clearprop("train keras.npz --hidden none --epochs 1 --lambda 1")
    assert "          42 train, 8 validation, 7 test rows; to learn: 2 classes of y" in trained.err
    assert json.loads(clearprop("evaluate keras.safetensors keras.npz --json").out)["rows"] == 7
    assert clearprop("predict keras.safetensors keras.npz").out.count("\n") == 8


def test_long_names_are_not_broken(clearprop, folder):
    name = "model-" * 20 + ".safetensors"
    (folder / name).write_bytes((folder / "flowers.safetensors").read_bytes())
    assert clearprop("info", name).out.startswith(f"model           {name}\n")


def test_what_libraries_tell_their_programmers_is_not_shown(clearprop, monkeypatch):
    def warn(*_):
        warnings.warn("a name has changed", DeprecationWarning, stacklevel=1)
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        warnings.warn("for the user", stacklevel=1)

    monkeypatch.setattr("clearprop.cli.use.info", warn)
    result = clearprop("info flowers.safetensors")
    assert result.err == "clearprop: warning: for the user\n"


def test_which_columns_matter(clearprop, folder):
    args = "evaluate flowers.safetensors flowers.csv --importance"
    found = json.loads(clearprop(args + " --json").out)
    model, table = library.load("flowers.safetensors"), read("flowers.csv", "kind")
    expected = library.importance(model, table)
    assert found["importance"] == expected.to_list()
    assert found["importance_score"] == "accuracy"
    assert sorted(row["column"] for row in found["importance"]) == ["colour", "length", "width"]
    result = clearprop(args + " --plot i.svg")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    there = lines.index("fall of accuracy when the values of a column are shuffled (5 times)")
    first = expected.to_list()[0]
    pattern = rf"{first['column']} +{first['mean']:.4f} \+- {first['std']:.4f}  #{{24}}"
    assert re.fullmatch(pattern, lines[there + 1])
    assert len(lines) == there + 5
    assert lines[-1] == "importance: i.svg"
    assert b"Which columns matter" in (folder / "i.svg").read_bytes()
    chinese = clearprop(args + " --lang zh --plot j.svg").out
    assert "\n打乱一列的取值后，准确率的降幅（打乱 5 次）\n" in chinese
    assert "哪些列重要" in (folder / "j.svg").read_text()


def test_a_picture_of_importance_that_is_not_computed(refused):
    said = refused("evaluate flowers.safetensors flowers.csv --plot i.svg")
    assert said == "--plot: shows which columns matter; add importance (--importance)"
    said = refused("evaluate flowers.safetensors flowers.csv --importance --plot flowers.csv")
    assert said.startswith("--plot: expected a name that ends in .png, .svg or .pdf; got")
