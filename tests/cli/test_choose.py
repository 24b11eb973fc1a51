"""`clearprop choose`: what is told, what is printed, what is written; Ctrl-C, and after a kill."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import clearprop as library
from clearprop.cli.choose import _Watcher
from clearprop.experiment.halving import MOST_PARAMETERS
from clearprop.experiment.search import Search
from clearprop.language import cells
from clearprop.storage.model_file import load

FLOWERS = "choose flowers.csv --target kind --epochs 3"


def test_a_search_from_rows_to_a_model(clearprop, folder):
    result = clearprop(FLOWERS + " --out m --plot found.svg")
    assert result.code == 0
    for told in (
        "25 train, 7 validation, 8 test rows",
        "gradient check  right:",
        "one to three hidden layers,",
        "lambda 0.3, 3, 30,",
        "rate 0.001, 0.003, 0.009,",
        "dropout 0, 0.1, 0.2;",
        "at most 300 s",
        "1: none or one hidden layer",
        "4: the best third with the other lambdas",
        "5: each with its best lambda and the other rates",
        "8: the best network with a finer lambda or rate",
        "networks in ",
    ):
        assert told in result.err
    lines = result.out.splitlines()
    head = ["layers", "parameters", "lambda", "rate", "epoch", "training", "validation", "seconds"]
    assert lines[0].split() == head
    for told in ("Chosen: ", "The next best, ", "accuracy", "model: m (", "found.svg"):
        assert told in result.out
    assert max(map(cells, lines + result.err.splitlines())) <= 80
    assert (folder / "found.svg").read_text(encoding="utf-8").startswith("<?xml")
    model = load(folder / "m")
    best = min(model.trained["search"], key=lambda trial: trial["validation_cost"])
    assert list(model.network.layer_sizes[1:-1]) == best["hidden"]
    assert best["parameters"] == model.network.n_parameters <= MOST_PARAMETERS
    shown = clearprop("info m").out
    assert "layers  " in shown
    assert "validation" in shown
    assert '"search": [{' in clearprop("info m --json").out
    assert clearprop("predict m flowers.csv").code == 0


def test_dropouts_are_tried_on_a_network_with_a_hidden_layer(clearprop, folder):
    result = clearprop("choose digits --epochs 3 --lambda 1 --learning-rate 0.003 --out m")
    assert "5: the best third with the other dropouts" in result.err
    assert "dropout" in result.out.splitlines()[0]
    tried = load(folder / "m").trained["search"]
    assert {trial["dropout"] for trial in tried if trial["rung"] == 5} == {0.1, 0.2}
    assert {trial["dropout"] for trial in tried if trial["rung"] < 5} == {0.0}
    # Stated, it is kept.
    result = clearprop(
        "choose digits --epochs 3 --lambda 1 --learning-rate 0.003 --dropout 0.3 --out m"
    )
    assert "rate 0.003, dropout 0.3;" in " ".join(result.err.split())
    tried = load(folder / "m").trained["search"]
    assert {trial["dropout"] for trial in tried if trial["hidden"]} == {0.3}


@pytest.mark.parametrize(
    ("left", "english", "chinese"),
    [
        ({}, ("8 to 256 units, one to", ""), ("8 到 256 个单元，一到", "")),
        (
            {"widths": (9,)},
            ("search 9 units, one to", "the time: 9 units at most\n"),
            ("搜索 9 个单元，一到", "而缩短：至多 9 个单元\n"),
        ),
        (
            {"widths": (1,), "epochs": 20},
            ("search 1 unit, one to", "the time: 1 unit at most, 20 epochs in place of 11 epochs"),
            ("搜索 1 个单元，一到", "至多 1 个单元，", "训练 20 轮，而不是 11 轮"),
        ),
        (
            {"epochs": 1},
            ("8 to 256 units, one to", "the time: 1 epoch in place of 11 epochs"),
            ("8 到 256 个单元，一到", "而缩短：训练 1 轮，而不是 11 轮"),
        ),
    ],
)
def test_the_plan_says_what_is_left(left, english, chinese, capsys):
    search = Search(library.Experiment(library.read("digits"), "modern"))
    search.space = replace(search.whole, **left)
    for lang, expected in (("en", english), ("zh", chinese)):
        _Watcher(search, lang, steps=True, bar=False)._plan()
        told = " ".join(capsys.readouterr().err.split()) + "\n"
        assert not [part for part in expected if part not in told], told


def test_in_chinese(clearprop):
    result = clearprop(FLOWERS + " --lang zh --out m")
    for told in ("没有或只有一个隐藏层", "λ 取 0.3、3、30，", "至多 300 秒"):
        assert told in result.err
    for told in ("隐藏层 ", "选定：", "其次是", "测试集"):
        assert told in result.out
    assert max(map(cells, (result.out + result.err).splitlines())) <= 80


def test_json_is_one_object_and_nothing_else(clearprop, folder):
    result = clearprop(FLOWERS + " --json")
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    assert list(found) == [
        "source", "recipe", "seed", "chosen", "trials", "shortened", "ended", "seconds",
        "train_accuracy", "validation_accuracy", "test_accuracy", "model",
    ]  # fmt: skip
    assert (found["model"], found["ended"]) == ("flowers.safetensors", "epochs")
    assert found["chosen"] in found["trials"]


def test_quiet_prints_results_alone(clearprop):
    result = clearprop(FLOWERS + " --quiet --out m")
    assert result.err == ""
    assert result.out.startswith("layers ")


def test_the_same_seed_gives_the_same_bits_on_one_thread_and_on_two(clearprop, folder):
    for threads in (1, 2):
        assert clearprop(f"{FLOWERS} --quiet --threads {threads} --out {threads}").code == 0
    assert load(folder / "1").theta.tobytes() == load(folder / "2").theta.tobytes()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    {
        "--time 0": "--time: expected a number of seconds above 0; got 0.0",
        "--time soon": "--time: expected a number of seconds above 0; got 'soon'",
        "--quiet --time 0.001": "--time: 0.001 s are too short for an epoch of any network; "
        "give more time, or fewer rows",
        "--recipe modren": '--recipe: expected one of modern, course, 3b1b; got \'modren\' '
        '(did you mean "modern"?)',
        "--plot a.gif": "--plot: expected a name that ends in .png, .svg or .pdf; got 'a.gif'",
        "--checkpoint a --out a": "--out: expected another file than that of checkpoint; got 'a'",
        "--time 0 --lang fr": "2 problems: --lang: expected one of en, zh; got 'fr'; "
        "--time: expected a number of seconds above 0; got 0.0",
    }.items(),
)  # fmt: skip
def test_a_mistake_is_one_line(refused, wrong, expected):
    assert refused(f"choose flowers.csv --target kind {wrong}") == expected


def test_a_checkpoint_of_training_is_refused(clearprop, folder):
    clearprop("train flowers.csv --target kind --lambda 1 --epochs 3 --checkpoint a --out m")
    result = clearprop(FLOWERS + " --checkpoint a --out n --quiet")
    assert (result.code, result.out) == (2, "")
    result = clearprop(FLOWERS + " --checkpoint a --resume --out n --quiet")
    told = (
        "clearprop: error: a: holds another run: it has run-000001.safetensors, and this run "
        "writes search-000001.safetensors; go on with the choices of that run, or name another "
        "folder\n"
    )
    assert (result.code, result.out, result.err) == (2, "", told)
    assert not (folder / "n").exists()


# -- In a child process ---------------------------------------------------------------------------

DIGITS = [
    *(sys.executable, "-m", "clearprop", "choose", "digits", "--learning-rate", "0.003"),
    *("--lambda", "1", "--threads", "1"),
]


def child(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*DIGITS, *more], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until(process: subprocess.Popen[str], told: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if told in line:
            return
    raise AssertionError(f"never told: {told}")


def test_ctrl_c_keeps_the_best_so_far(tmp_path):
    process = child(tmp_path, "--epochs", "90", "--time", "9999")
    until(process, "2: two and three hidden layers")
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "interrupted: the best network so far is kept" in err
    assert "Chosen: " in out
    assert load(tmp_path / "digits.safetensors").trained["search"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_before_the_first_epoch_writes_no_model(tmp_path, number, code):
    for attempt in range(5):  # on a machine that is busy the signal may come late
        tmp_path = tmp_path / str(attempt)
        tmp_path.mkdir()
        process = child(tmp_path, "--time", "9999", "--checkpoint", "search")
        until(process, "gradient check")  # now epochs are timed, for half a second
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
        if not out:
            break
    assert (process.returncode, out) == (code, "")
    trials = list((tmp_path / "search").iterdir())  # one may have begun
    written = (
        "written: search; not written: digits.safetensors" if trials else "nothing was written"
    )
    assert err == f"clearprop: interrupted; {written}\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "search"]


def test_a_killed_search_goes_on_to_the_same_bits(tmp_path):
    few = ("--epochs", "9", "--checkpoint", "search", "--every", "1s")
    process = child(tmp_path, *few)
    until(process, "3: the best third")
    process.kill()
    process.communicate()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["search"]
    again = child(tmp_path, *few, "--resume")
    _, err = again.communicate(timeout=300)
    assert again.returncode == 0, err
    assert "12 networks are trained already" in err
    whole = child(tmp_path, "--epochs", "9", "--out", "whole.safetensors")
    whole.communicate(timeout=300)
    one, other = (load(tmp_path / f"{name}.safetensors") for name in ("digits", "whole"))
    assert one.theta.tobytes() == other.theta.tobytes()
    without = [
        [{**trial, "seconds": 0} for trial in model.trained["search"]] for model in (one, other)
    ]
    assert without[0] == without[1]
