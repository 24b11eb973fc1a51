"""Options and commands that are wrong: one line that says what, and what is right."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

TRAIN = "train flowers.csv --target kind "
HIDDEN = "--hidden: expected whole numbers from 1 to 1,000,000, as in 100,50, or none; got "
WHOLE = "expected a whole number of at least "

OPTIONS = {
    "--recipe moder": "--recipe: expected one of modern, course, 3b1b; got 'moder' "
    '(did you mean "modern"?)',
    "--activation relo": "--activation: "
    "expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; got 'relo' "
    '(did you mean "relu"?)',
    "--cost softmx": "--cost: "
    "expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
    "got 'softmx' (did you mean \"softmax\"?)",
    "--solver adma": "--solver: expected one of adam, adamw, sgd, gd, lbfgs, cg; got 'adma' "
    '(did you mean "adam"?)',
    "--init hee": "--init: expected a number e for [-e, e], or one of uniform",
    "--init -1": "--init: as a number it is e in [-e, e] and must be finite and above 0; got -1.0",
    "--init nan": "--init: as a number it is e in [-e, e] and must be finite and above 0; got nan",
    "--engine refrence": "--engine: expected auto",
    "--task clasification": "--task: expected one of auto, classification, multilabel, "
    "regression; got 'clasification' (did you mean \"classification\"?)",
    "--missing men": "--missing: expected one of mean, drop; got 'men' (did you mean \"mean\"?)",
    "--hidden 10,x": HIDDEN + "'10,x'",
    "--hidden 0": HIDDEN + "'0'",
    "--hidden -3": HIDDEN + "'-3'",
    "--hidden 10,,5": HIDDEN + "'10,,5'",
    "--hidden 3.5": HIDDEN + "'3.5'",
    "--hidden ''": HIDDEN + "''",
    "--hidden 99999999999999999999": HIDDEN + "'99999999999999999999'",
    "--lambda -1": "--lambda: expected a finite number of at least 0; got -1.0",
    "--lambda nan": "--lambda: expected a finite number of at least 0; got nan",
    "--lambda much": "--lambda: expected a finite number of at least 0; got 'much'",
    "--epochs 0": f"--epochs: {WHOLE}1; got 0",
    "--epochs abc": f"--epochs: {WHOLE}1; got 'abc'",
    "--epochs 1.5": f"--epochs: {WHOLE}1; got '1.5'",
    "--batch-size 0": f"--batch-size: {WHOLE}1; got 0",
    "--learning-rate 0": "number above 0; got 0.0",
    "--learning-rate inf": "expected a finite number; got inf",
    "--learning-rate fast": "number above 0; got 'fast'",
    "--seed -1": f"--seed: {WHOLE}0; got -1",
    "--seed x": f"--seed: {WHOLE}0; got 'x'",
    "--out nowhere/x": "--out: cannot write nowhere/x: the folder nowhere is not there; make it "
    "first",
    "--out .": "--out: cannot write .: it is a folder; give a file's name, such as "
    "model.safetensors",
    "--out flowers.csv": "--out: flowers.csv is read and would be overwritten; choose another name",
    "--plot curve.gif": "--plot: expected a name that ends in .png, .svg or .pdf; got 'curve.gif'",
    "--plot nowhere/c.png": "--plot: cannot write nowhere/c.png: the folder nowhere is not there",
    "--plot m.png --out m.png": "--out: expected another file than that of plot; got 'm.png'",
    "--checkpoint c --solver cg": "--checkpoint: solver cg cannot go on from one; use adam, adamw, "
    "sgd or gd",
    "--checkpoint flowers.csv": "--checkpoint: flowers.csv is a file; checkpoints are kept in a "
    "folder",
    "--checkpoint c --every soon": "--every: expected a time above 0, such as 0.2s, 30s, 5m or 1h; "
    "got 'soon'",
    "--every 5m": "--every: is how often checkpoints are written; name their folder with "
    "checkpoint",
    "--resume": "--resume: goes on from the folder of checkpoint; name it",
    "--cost squared": "--cost: expected one of logistic, softmax, quadratic; got 'squared'; the "
    "task is classification",
    "--cost poisson": "--cost: expected one of logistic, softmax, quadratic; got 'poisson'; the "
    "task is classification",
    "--task regression": "flowers.csv: target 'kind': regression needs numbers; got text such as "
    "'iris'",
    "--without sepal": "flowers.csv: no column 'sepal' to leave out; the columns are length, "
    "width, colour",
    "--without length,width,colour": "flowers.csv: no feature column is left",
    "--epoch 3": 'no such option: --epoch (did you mean "--epochs"?) (see: clearprop train --help)',
    "--nope": "no such option: --nope (see: clearprop train --help)",
    "--epochs": "option '--epochs' requires an argument (see: clearprop train --help)",
    "second.csv": "got unexpected extra argument",
}

COMMANDS = {
    "train houses.csv --target price --cost softmax": "--cost: "
    "expected one of squared, poisson, huber, quantile; "
    "got 'softmax'; the task is regression",
    "train houses.csv --target price --cost logistic": "--cost: "
    "expected one of squared, poisson, huber, quantile; "
    "got 'logistic'; the task is regression",
    "train houses.csv --target price --task classification": "houses.csv: target 'price': classes "
    "are text or whole numbers; got 100.25 in row 1; for a quantity use --task regression",
    "check flowers.csv --target kind --sample -1": f"--sample: {WHOLE}0; got -1",
    "check flowers.csv --target kind --sample few --method complx": "2 problems: --method: "
    "expected one of differences, complex; got 'complx' (did you mean \"complex\"?); --sample: "
    f"{WHOLE}0; got 'few'",
    "check flowers.csv --target kind --epochs 3": "no such option: --epochs (see: clearprop check",
    "train": "missing argument 'SOURCE' (see: clearprop train --help)",
    "evaluate flowers.safetensors": "missing argument 'SOURCE' (see: clearprop evaluate --help)",
    "info": "missing argument 'MODEL' (see: clearprop info --help)",
    "info --json=yes": "option '--json' does not take a value (see: clearprop info --help)",
    "exercise sheet --seed": "option '--seed' requires an argument (see: clearprop exercise sheet "
    "--help)",
    "trian digits": "no such command 'trian'",
    "train digits --target x": "digits: brings its own labels: leave target out; got 'x'",
    "predict flowers.safetensors flowers.csv --out p.xlsx": "--out: expected a name that ends in "
    ".csv or .parquet; got 'p.xlsx'",
    "predict flowers.safetensors flowers.csv --out flowers.csv": "--out: flowers.csv is read and "
    "would be overwritten; choose another name",
    "predict flowers.safetensors flowers.csv --out no/p.csv": "--out: cannot write no/p.csv: the "
    "folder no is not there; make it first",
    "predict houses.safetensors houses.csv --proba --out no/p.csv": "2 problems: --out: cannot "
    "write no/p.csv: the folder no is not there; make it first; --proba: houses.safetensors is a "
    "regression, which has numbers and no probabilities; leave it out",
    "predict none.safetensors houses.csv --out p.txt": "2 problems: --out: expected a name that "
    "ends in .csv or .parquet; got 'p.txt'; none.safetensors: there is no such file",
    "explain flowers.safetensors flowers.csv --lang fr --sample 99 --unit 9:1": "3 problems: "
    "--lang: expected one of en, zh; got 'fr'; --sample: flowers.csv has 40 rows, 0 to 39; got 99; "
    "--unit: expected a layer from 2 to 3; got 9:1",
    "bench --works H --seconds soon": "2 problems: --works: expected one of A, B, C, C2, D, D2, E, "
    "F, G1, G2, G3; got 'H'; --seconds: expected a number above 0; got 'soon'",
    "figure netwrk --layers 3,x --seed x --lang de --model none.st --out a.gif": "6 problems: ",
    "train flowers.csv --target kind --lang de --checkpoint m --out m --recipe course": "3 "
    "problems: --lang: expected one of en, zh; got 'de'; --out: expected another file than that of "
    "checkpoint; got 'm'; --checkpoint: solver cg cannot go on from one; use adam, adamw, sgd or "
    "gd",
    "predict houses.safetensors houses.csv --proba": "--proba: houses.safetensors is a regression, "
    "which has numbers and no probabilities; leave it out",
}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_that_is_wrong(refused: Callable[..., str], option: str) -> None:
    assert OPTIONS[option] in refused(TRAIN + option)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_wrong(refused: Callable[..., str], command: str) -> None:
    assert COMMANDS[command] in refused(command)


def test_all_that_is_wrong_is_named_in_one_line(refused: Callable[..., str]) -> None:
    wrong = {
        "--out": "no/m",
        "--plot": "c.gif",
        "--recipe": "x",
        "--task": "y",
        "--missing": "z",
        "--engine": "q",
        "--hidden": "0",
        "--solver": "s",
        "--learning-rate": "-1",
        "--batch-size": "0",
        "--epochs": "abc",
        "--seed": "-1",
        "--init": "zz",
        "--activation": "a",
        "--cost": "c",
        "--lambda": "-1",
    }
    said = refused(*shlex.split(TRAIN), *(part for pair in wrong.items() for part in pair))
    assert said.startswith("16 problems: ")
    assert [name for name in wrong if f"{name}: " not in said] == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_without_permission(refused: Callable[..., str], folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    said = refused(*shlex.split(TRAIN), "--out", "locked/m")
    assert said == "--out: cannot write locked/m: no permission; give a place that you may write to"


def test_a_network_past_any_memory(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def initial_theta(*_: object) -> None:
        raise MemoryError("Unable to allocate 7.28 TiB")

    monkeypatch.setattr("clearprop.experiment.lineup.initial_theta", initial_theta)
    said = refused(*shlex.split(TRAIN), "--hidden", "1000000,1000000")
    assert said == (
        "not enough memory: use fewer rows or fewer hidden units. Unable to allocate 7.28 TiB"
    )
