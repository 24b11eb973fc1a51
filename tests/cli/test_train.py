"""`clearprop train` and `check`: what is told, what is printed, what is written."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import clearprop as library
from clearprop.data import cells as table_cells
from clearprop.data import read
from clearprop.data.encoding import Encoder
from clearprop.engines.choice import choose_engine
from clearprop.language import cells
from clearprop.network import samples
from clearprop.training import EpochEnded, Training

FLOWERS = "train flowers.csv --target kind --hidden 4 --epochs 3 --lambda 1 --bins 0"
FLOWERS += " --validation-fraction 0.1"


def test_json_is_one_object_and_nothing_else(clearprop, folder):
    result = clearprop(FLOWERS + " --json --out m")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("\n") == 1
    found = json.loads(result.out)
    assert list(found) == [
        "source",
        "recipe",
        "engine",
        "task",
        "layer_sizes",
        "solver",
        "seed",
        "epochs",
        "regularization",
        "best_epoch",
        "bag",
        "candidates",
        "out_of_fold",
        "all_rows",
        "reading_seconds",
        "seconds",
        "cost",
        "train_accuracy",
        "validation_accuracy",
        "test_accuracy",
        "balanced_accuracy",
        "macro_f1",
        "log_loss",
        "auc",
        "per_class",
        "rmse",
        "mae",
        "r2",
        "thresholds",
        "calibration",
        "gradient_check",
        "model",
        "ended",
    ]
    assert found["source"] == "flowers.csv"
    assert found["layer_sizes"] == [4, 4, 1]
    assert (found["recipe"], found["solver"]) == ("modern", "adam")
    assert (found["epochs"], found["ended"], found["model"]) == (3, "epochs", "m")
    assert found["gradient_check"]["verdict"] == "right"
    assert 0 < found["gradient_check"]["largest_relative_difference"] < 1e-3
    # What is printed is what the file gives back.
    model = library.load("m")
    assert model.trained["cost"] == found["cost"]
    table = read("flowers.csv", "kind")
    shares = {"train": 28 / 40, "validation": 4 / 40, "test": 8 / 40}
    mean = sum(share * found[f"{part}_accuracy"] for part, share in shares.items())
    assert model.score(table, table.y) == pytest.approx(mean)


def test_json_of_a_regression(clearprop):
    args = "train houses.csv --target price --hidden 4 --epochs 3 --lambda 1 --json --out m"
    found = json.loads(clearprop(args).out)
    assert {"train_r2", "validation_r2", "test_r2"} <= set(found)
    assert found["test_r2"] == found["r2"]
    assert not [key for key in found if "accuracy" in key and found[key] is not None]
    assert 0 < found["reading_seconds"] < found["seconds"]
    assert found["task"] == "regression"


def test_the_same_seed_gives_the_same_file(clearprop):
    clearprop(*FLOWERS.split(), "--out", "a", "--seed", "7")
    clearprop(*FLOWERS.split(), "--out", "b", "--seed", "7")
    clearprop(*FLOWERS.split(), "--out", "c", "--seed", "8")
    assert Path("a").read_bytes() == Path("b").read_bytes() != Path("c").read_bytes()


def test_the_story_in_80_columns(clearprop):
    result = clearprop(FLOWERS)
    assert result.code == 0
    lines = result.err.splitlines()
    assert lines[:6] == [
        "data      flowers.csv",
        "          28 train, 4 validation, 8 test rows; to learn: 2 classes of kind",
        "network   4-4-1, relu layers, sigmoid outputs; logistic cost, lambda 1;",
        "          25 parameters",
        lines[4],
        "",
    ]
    assert re.fullmatch(r"engine    \w+, float32", lines[4])
    assert lines[6] == "  1  random initial values  he, seed 0"
    rows = "h(x) of 10 rows, those of the gradient check"
    assert lines[7] == f"  2  forward propagation    {rows}"
    J = r"  3  cost                   J = 0\.\d{4} without lambda"
    assert re.fullmatch(J, lines[8])
    assert lines[9] == " " * 28 + "(guessing costs ln 2 = 0.6931)"
    assert re.fullmatch(r"  4  backward propagation   \|dJ/dtheta\| = \d\.\d{4}", lines[10])
    checked = r"  5  gradient check         right: 19 parameters within \d\.\de-\d\d; now off"
    assert re.fullmatch(checked, lines[11])
    solver = "  6  minimise J             adam, rate 0.003 (cosine), minibatches of 28,"
    assert lines[12:14] == [solver, " " * 28 + "3 epochs"]
    assert re.fullmatch(r" {28}3 epochs in \d+\.\d s, cost \d\.\d{4}", lines[14])
    chosen = "selection chosen by the validation cost: the parameters of epoch "
    assert re.fullmatch(chosen + "[123]/3", lines[15])
    assert lines[16:] == [""]
    results = result.out.splitlines()
    assert results[0] == "            rows  accuracy    cost"
    assert re.fullmatch(r"train         28    [01]\.\d{4}  \d\.\d{4}", results[1])
    assert re.fullmatch(r"validation     4    [01]\.\d{4}  \d\.\d{4}", results[2])
    assert re.fullmatch(r"test           8    [01]\.\d{4}  \d\.\d{4}", results[3])
    assert results[4] == ""
    assert re.match(r"Training cost \d\.\d{4}, validation cost \d\.\d{4}", results[5])
    matrix = "test rows by actual class (down) and predicted class (across)"
    results = results[results.index(matrix) - 1 :]
    assert results[:3] == ["", matrix, "      iris  rose"]
    counts = [row.replace(".", "0").split() for row in results[3:5]]
    assert [sum(map(int, row[1:])) for row in counts] == [4, 4]
    assert re.fullmatch(r"model: flowers\.safetensors \(\d+\.\d s in all\)", results[6])
    for line in lines + results:
        assert len(line) <= 80
        assert line == line.rstrip()
        assert "\x1b" not in line


def test_what_the_story_says_of_other_runs(clearprop, folder):
    rows = (folder / "flowers.csv").read_text().splitlines()
    (folder / "gaps.csv").write_text("\n".join([*rows, ",2.5,red,rose", "4,,red,rose"]))
    args = "train gaps.csv --target kind --missing drop --recipe course --epochs 2 --init 0.5"
    told = clearprop(args).err
    assert "          2 rows with empty cells left out\n" in told
    assert "  1  random initial values  uniform in [-0.5, 0.5], seed 0\n" in told
    assert "  6  minimise J             cg, at most 2 iterations\n" in told
    assert "                            2 iterations in " in told
    told = clearprop(
        "train houses.csv --target price --solver gd --hidden none --lambda 1 --epochs 40 --bins 0 "
        "--validation-fraction 0.1 --learning-rate 0.003"
    )
    assert "to learn: 1 number a row of price\n" in told.err
    assert "network   2-1, identity outputs; squared cost, lambda 1; 3 parameters\n" in told.err
    assert "  6  minimise J             gd, rate 0.003 (cosine), 40 epochs\n" in told.err
    assert re.match(r" {12}rows +R\^2    cost\ntrain         28 +-?\d+\.\d{4}  ", told.out)


def test_the_story_in_chinese(clearprop):
    result = clearprop(FLOWERS + " --lang zh")
    assert result.code == 0
    lines = result.err.splitlines()
    assert lines[:3] == [
        "数据      flowers.csv",
        "          训练集 28 行，验证集 4 行，测试集 8 行；学习目标：kind（2 个类别）",
        "网络      4-4-1，隐藏层 relu，输出层 sigmoid；logistic 代价，λ = 1；共 25 个参数",
    ]
    assert re.fullmatch(r"引擎      \w+，float32", lines[3])
    assert lines[5:7] == [
        "  1  随机初始化  he，随机种子 0",
        "  2  前向传播    10 行的 h(x)，就是梯度检查用的那几行",
    ]
    J = r"  3  代价        J = 0\.\d{4}，不含 λ 项（随机猜测的代价是 ln 2 = 0\.6931）"
    assert re.fullmatch(J, lines[7])
    assert re.fullmatch(r"  4  反向传播    \|dJ/dθ\| = \d\.\d{4}", lines[8])
    checked = r"  5  梯度检查    正确：19 个参数的相对误差都不超过 \d\.\de-\d\d；到此关闭"
    assert re.fullmatch(checked, lines[9])
    assert lines[10] == "  6  最小化 J    adam，学习率 0.003（cosine），小批量 28 行，3 轮"
    assert re.fullmatch(r" {17}3 轮，用时 \d+\.\d 秒，代价 \d\.\d{4}", lines[11])
    results = result.out.splitlines()
    assert results[0] == "        行数  准确率    代价"
    assert re.fullmatch(r"训练集    28  [01]\.\d{4}  \d\.\d{4}", results[1])
    matrix = "测试集：纵向是实际类别，横向是预测类别"
    assert results[4] == ""
    assert results[5].startswith("训练代价 ")
    assert re.fullmatch(
        r"模型：flowers\.safetensors（共用时 \d+\.\d 秒）", results[results.index(matrix) + 5]
    )
    assert all(cells(line) <= 80 for line in lines + results)


def test_a_file_that_is_replaced_is_named(clearprop):
    """A try-it of one page would otherwise overwrite the model of another in silence."""
    args = (*FLOWERS.replace("--epochs 3", "--epochs 1").split(), "--quiet", "--out", "twice")
    first = clearprop(*args).out.splitlines()
    assert first[-1].startswith("model: twice (")
    again = clearprop(*args).out.splitlines()
    assert again[-2].startswith("model: twice (")
    assert again[-1] == "it replaces the twice that was there; --out NAME keeps both"
    chinese = clearprop(*args, "--lang", "zh").out.splitlines()
    assert chinese[-1] == "原来的 twice 已被替换；想两个都留，请用 --out 另取文件名"


def test_quiet_leaves_the_results(clearprop):
    loud, quiet = clearprop(FLOWERS), clearprop(FLOWERS + " --quiet")
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out.splitlines()[:9] == loud.out.splitlines()[:9]


def count(monkeypatch, owner, name):
    """The arguments of every call of `name`, wherever it was imported to."""
    call, calls = getattr(owner, name), []

    def counted(*args, **kwargs):
        calls.append(args)
        return call(*args, **kwargs)

    for module in [owner, *sys.modules.values()]:
        if getattr(module, name, None) is call:
            monkeypatch.setattr(module, name, counted)
    return calls


@pytest.mark.parametrize("output", ["--json", "--lang zh", "--quiet"])
def test_nothing_is_computed_or_checked_twice(clearprop, monkeypatch, output):
    """The way of a table through `train`: what looks at it, and how often."""
    engine = type(choose_engine())
    gradients = count(monkeypatch, engine, "cost_and_gradient")
    finite = count(monkeypatch, table_cells, "check_finite")
    empty = count(monkeypatch, table_cells, "empty_cells")
    arrays = count(monkeypatch, samples, "_finite_problems")
    transformed = count(monkeypatch, Encoder, "transform")
    assert clearprop(f"train digits --hidden 8 --epochs 2 --lambda 1 {output}").code == 0
    # The gradient check's: ten rows.
    assert [len(args[3]) for args in gradients] == [10]
    assert [table.source for (table,) in finite] == ["digits"]
    assert [table.source for (table,) in empty] == ["digits"]
    shapes = [(name, array.shape) for name, array in (args[:2] for args in arrays)]
    n = 65 * 8 + 9 * 10
    assert shapes == [
        ("theta", (n,)),
        ("X", (6290, 64)),  # moved by a pixel, too
        ("Y", (6290, 10)),
        ("X", (180, 64)),
        ("Y", (180, 10)),
        ("theta", (n,)),  # the trained one, in the model
        ("X", (359, 64)),  # the test rows, where they are measured
    ]
    assert [rows.n_rows for _, rows, *_ in transformed] == [1258, 180, 359]


def test_a_picture_of_the_learning_curve(clearprop):
    for name, beginning in (("c.png", b"\x89PNG"), ("c.svg", b"<?xml"), ("c.PDF", b"%PDF")):
        result = clearprop(*FLOWERS.split(), "--plot", name)
        assert result.code == 0
        assert f"learning curve: {name}\n" in result.out
        assert Path(name).read_bytes().startswith(beginning)


def test_a_picture_under_a_name_that_no_font_has(clearprop, folder):
    (folder / "花 $1_$.csv").write_bytes((folder / "flowers.csv").read_bytes())
    args = [
        "train",
        "花 $1_$.csv",
        "--target",
        "kind",
        "--hidden",
        "none",
        "--epochs",
        "1",
        "--lambda",
        "1",
    ]
    result = clearprop(*args, "--plot", "c.png", "--json")
    assert (result.code, result.err) == (0, "")


def test_warnings_are_one_plain_line_each(clearprop):
    args = "--init zeros --solver gd --batch-size 4 --learning-rate 0.1 --json"
    result = clearprop(*FLOWERS.split(), *args.split())
    assert result.code == 0
    first, second = result.err.splitlines()
    assert first == "clearprop: warning: --batch-size: solver gd has none; ignored"
    assert second.startswith(
        "clearprop: warning: --init zeros: all units of a layer stay equal: symmetry."
    )


def test_ctrl_c_keeps_the_model_and_says_so(clearprop, monkeypatch):
    """As if Ctrl-C came in the second epoch; a real one is in test_terminal.py."""
    ended = Training._epoch_ended

    def interrupted(self, *args):
        event: EpochEnded = ended(self, *args)
        self._interrupt._pressed = event.epoch == 2
        return event

    monkeypatch.setattr(Training, "_epoch_ended", interrupted)
    args = FLOWERS.replace("--epochs 3", "--epochs 30").split()
    result = clearprop(*args, "--out", "q", "--quiet")
    assert (result.code, result.err) == (
        130,
        "clearprop: warning: interrupted: the model so far is in q\n",
    )
    assert "model: q (" in result.out
    result = clearprop(*args, "--out", "m")
    assert result.code == 130
    assert "2 epochs in " in result.err
    assert " " * 28 + "interrupted: the model so far is kept\n" in result.err
    assert "model: m (" in result.out
    assert library.load("m").trained["epochs"] == 2
    result = clearprop(*args, "--out", "n", "--json")
    assert (result.code, json.loads(result.out)["ended"]) == (130, "interrupted")
    assert result.err == "clearprop: warning: interrupted: the model so far is in n\n"


def test_ctrl_c_after_the_training_tells_what_was_written(clearprop, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    args = [*FLOWERS.split(), "--out", "m", "--plot", "c.svg"]
    with monkeypatch.context() as patch:
        patch.setattr("clearprop.cli.ending.save_somewhere", interrupted)
        result = clearprop(*args)
    assert (result.code, result.out) == (130, "")
    assert result.err.endswith("\nclearprop: interrupted; nothing was written\n")
    with monkeypatch.context() as patch:
        patch.setattr("clearprop.cli.train._draw", interrupted)
        result = clearprop(*args)
    assert result.code == 130
    assert result.err.endswith("\nclearprop: interrupted; written: m; not written: c.svg\n")
    monkeypatch.setattr("clearprop.cli.train.Terminal.results", interrupted)
    result = clearprop(*args)
    assert result.err.endswith("\nclearprop: interrupted; written: m, c.svg\n")
    assert Path("c.svg").exists()


def test_a_run_goes_on_from_its_checkpoint_to_the_same_bits(clearprop, monkeypatch):
    whole = clearprop(*FLOWERS.split(), "--out", "whole", "--json")
    ended = Training._epoch_ended

    def killed(self, *args):
        event = ended(self, *args)
        self._interrupt._pressed = event.epoch == 2
        return event

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_epoch_ended", killed)
        result = clearprop(*FLOWERS.split(), "--checkpoint", "c", "--out", "part")
        assert result.code == 130
        assert result.err.rstrip().endswith(
            "clearprop: interrupted: the run so far is in c; go on with the same command and "
            "--resume"
        )
    again = [*FLOWERS.split(), "--checkpoint", "c", "--out", "again"]
    assert clearprop(*again).code == 2
    result = clearprop(*again, "--resume")
    assert result.code == 0
    assert (
        "  1  random initial values  he, seed 0\n" + " " * 28 + "going on after epoch 2\n"
    ) in result.err
    # J is that of the second epoch, so the story does not compare it with guessing.
    assert "guessing" not in result.err
    again = library.load("again")
    np.testing.assert_array_equal(again.theta, library.load("whole").theta)
    assert again.trained["cost"] == json.loads(whole.out)["cost"]


def test_check_prints_the_report_and_its_verdict(clearprop):
    result = clearprop("check flowers.csv --target kind --hidden 3 --bins 0 --sample 5")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    # 3 and 5 of the first layer, 1 and 3 of the second.
    assert lines[0].startswith("Gradient right: 12 of 19 parameters, largest relative difference ")
    assert max(map(len, lines)) <= 80
    args = "check flowers.csv --target kind --hidden 3 --bins 0 --sample 0 --method complex --json"
    found = json.loads(clearprop(args).out)
    assert (found["verdict"], found["method"], found["n_checked"]) == ("right", "complex", 19)


def test_a_wrong_gradient_is_found_and_never_trained_on(clearprop, folder, monkeypatch):
    from clearprop.engines.reference import ReferenceEngine

    right = ReferenceEngine.cost_and_gradient

    def wrong(self, *args, **kwargs):
        J, gradient = right(self, *args, **kwargs)
        return J, gradient * 1.5

    monkeypatch.setattr(ReferenceEngine, "cost_and_gradient", wrong)
    choices = "flowers.csv --target kind --hidden 3 --bins 0 --engine reference"
    result = clearprop(f"check {choices}")
    assert result.code == 1
    assert result.out.startswith("Gradient wrong: ")
    before = sorted(folder.iterdir())
    result = clearprop(f"train {choices} --out m --json")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(
        "clearprop: error: the gradient of engine reference is wrong; training was refused\n"
    )
    assert sorted(folder.iterdir()) == before


def test_columns_can_be_left_out(clearprop, folder):
    rows = (folder / "flowers.csv").read_text().splitlines()
    lines = [f"plant {i}, {row}" for i, row in enumerate(rows[1:])]
    (folder / "named.csv").write_text("\n".join([f"id,{rows[0]}", *lines]))
    args = "train named.csv --target kind --hidden 4 --epochs 3 --lambda 1 --json --out m"
    assert clearprop(*args.split(), "--without", "id, width").code == 0
    assert library.load("m").encoder.names == ("length", "colour")
    # The model takes the whole table.
    assert clearprop("predict", "m", "named.csv").out.count("\n") == 41


def test_rows_and_classes_that_count_differently(clearprop, folder):
    lines = (folder / "flowers.csv").read_text().splitlines()
    rows = [f"{line},{i % 3},2024-05-{1 + i % 28:02}" for i, line in enumerate(lines[1:])]
    (folder / "more.csv").write_text("\n".join([lines[0] + ",w,day", *rows]))
    args = (
        "train more.csv --target kind --hidden 2 --epochs 2 --lambda 1 --bins 0 --weights w "
        "--split-by day"
    )
    result = clearprop(args + " --class-weight balanced --threads 1 --schedule constant")
    assert result.code == 0
    told = result.err.splitlines()
    assert "          w: how much each row counts" in told
    assert "          day: split in this order, the later rows held out" in told
    assert any(line.startswith("          a row counts by its class: iris ") for line in told)
    assert "network   4-2-1," in result.err  # neither w nor day is an input
    assert "rate 0.003, minibatches" in result.err
    said = clearprop("info more.safetensors").out
    assert " class_weight iris " in " ".join(said.split())
    chinese = clearprop(args + " --lang zh").err
    assert "w：每行的权重" in chinese
    assert "day：按此列先后划分，靠后的行留作验证和测试" in chinese
    assert clearprop(args.replace("train", "check", 1).replace("--epochs 2 ", "")).code == 0


def test_rows_of_another_file_to_test_on(clearprop, folder):
    lines = (folder / "flowers.csv").read_text().splitlines()
    (folder / "later.csv").write_text("\n".join(lines[:8]))
    args = "train flowers.csv --target kind --hidden 2 --epochs 1 --lambda 1 --test later.csv"
    result = clearprop(args + " --validation-fraction 0.25")
    assert "          30 train, 10 validation, 7 test rows;" in result.err


def test_what_is_wrong_with_rows_and_classes_has_flags(refused):
    args = "train flowers.csv --target kind "
    assert refused(args + "--class-weight rosee=2") == (
        "--class-weight: no class 'rosee' (did you mean \"rose\"?); the classes are iris, rose"
    )
    assert refused(args + "--threads none --validation-fraction 1") == (
        "2 problems: --validation-fraction: expected a number above 0 and below 1; got 1.0; "
        "--threads: expected a whole number of at least 1; got 'none'"
    )
    assert refused(args + "--weights wdith").startswith(
        "flowers.csv: no column 'wdith' for the weights (did you mean \"width\"?); the columns are"
    )
    assert refused(args + "--split-by kind") == (
        "flowers.csv: 'kind' is the target and cannot be the split too"
    )
    assert refused(args + "--test no.csv").startswith("no.csv: no such file")
    assert refused(args + "--test later.csv --out flowers.csv").startswith("--out: flowers.csv is ")
