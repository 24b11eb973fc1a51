"""Where the environment asks for Chinese, everything that a person reads is Chinese."""

import re
from typing import get_args

import pytest

from clearprop import figures, names
from clearprop.choices.commands import COMMANDS
from clearprop.messages.chinese import help_text

# What stays as it is: the values of options, ...
VALUES = {
    *(value for kind in vars(names).values() for value in get_args(kind)),
    "b1b",  # of 3b1b
    *("classification", "regression", "mean", "drop", "balanced", "none", "complex", "differences"),
    *("comma", "semicolon", "tab", "pipe", "blank", "en", "zh", "one-hot", "digits", "whole"),
    *figures.FIGURES,
    *("forward", "backward", "gradient-check", "training-step", "cost", "delta", "secant"),
    *("published-2-2-2", "logistic-2-2-1", "samples-2-3-2", "softmax-2-2-3"),
}
# ... formulas, file formats, proper names, and examples of columns and classes.
OTHERS = {
    *("theta", "Theta", "dTheta", "Delta", "delta", "lambda", "da", "dz", "dJ", "ln", "log", "max"),
    *("sum", "for", "to", "m_train"),  # the loop and the formulas of an explanation
    *(
        "CSV",
        "JSON",
        "IDX",
        "TOML",
        "ONNX",
        "MNIST",
        "XOR",
        "AUC",
        "RMSE",
        "MAE",
        "F1",
        "gb18030",
        "safetensors",
        "shell",
        "MB",
    ),
    *("Clearprop", "clearprop", "Octave", "NumPy", "float32", "float64", "torch", "jax", "sklearn"),
    *("LC_ALL", "LC_MESSAGES", "LANG", "fraud", "ok", "thread"),
    *("length", "width", "colour", "kind", "rose", "iris", "red", "blue", "rooms", "area", "price"),
}


@pytest.fixture(autouse=True)
def chinese(monkeypatch):
    """The variables say Chinese, whether or not this system has that locale."""
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")


# What a sentence may hold beside its words: what is quoted, options, files, the commands of
# examples, the course's symbols such as dJ_i or Theta2.
NAMED = re.compile(
    r"""'[^'\n]*' | "[^"\n]*" | (?<!\w)--?[a-z][\w-]* | \S*\.\w+ | \$[ ].*?(?=[ ][ ]\#|\n)
    | \bd?(?:J|Theta|Delta|delta|sum|[ahyzABZ])(?:_[ijk]|\d)\b""",
    re.VERBOSE,
)


def english(text, *known):
    """The words of a text that are neither Chinese nor names."""
    words = set(re.findall(r"[A-Za-z]\w*[\w-]*\w", NAMED.sub(" ", text), re.ASCII))
    commands = {word for command in COMMANDS for word in command.split()}
    options = {option.name for command in COMMANDS.values() for option in command.all}
    return sorted(words - VALUES - OTHERS - commands - options - set(known))


@pytest.mark.parametrize("command", [*COMMANDS, "exercise", ""])
def test_the_help_of_every_command(clearprop, command):
    result = clearprop(*command.split(), "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.lstrip().startswith(f"用法：clearprop {command}".rstrip())
    assert "显示本帮助并退出。" in result.out
    assert "…" not in result.out  # nothing is cut
    assert english(result.out) == []


def test_every_sentence_of_the_help_has_its_chinese():
    said = {
        *(command.help for command in COMMANDS.values()),
        *(about for command in COMMANDS.values() for _, about in command.examples if about),
        *(option.help for command in COMMANDS.values() for option in command.all),
        *(option.panel for command in COMMANDS.values() for option in command.all if option.panel),
    }
    assert {sentence for sentence in said if help_text(sentence) == sentence} == set()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("train flowers.csv --target kind --hidden 4 --epochs 2 --out m.safetensors", "梯度检查"),
        ("choose flowers.csv --target kind --time 0.5 --out m.safetensors", "选定："),
        ("evaluate flowers.safetensors flowers.csv --importance", "准确率"),
        ("check flowers.csv --target kind --hidden 4 --sample 5", "梯度正确：检查了"),
        ("explain flowers.safetensors flowers.csv --sample 3", "前向传播"),
        ("figure network --layers 3,2,1 --out n.svg", "图：n.svg"),
        ("exercise list", "手算练习纸"),
        ("exercise start delta", "填好空白后运行"),
        ("exercise sheet samples-2-3-2 --seed 1", ""),
        ("exercise mark samples-2-3-2-5.toml", "还没有填写。"),
        ("info flowers.safetensors", "各层单元数      "),
    ],
)
def test_what_every_command_prints(clearprop, folder, line, sentence):
    if "mark" in line:
        clearprop("exercise sheet samples-2-3-2 --seed 5")
    result = clearprop(line)
    assert result.code in (0, 1)
    assert sentence in result.out + result.err
    assert english(result.out + result.err, folder.name) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("train 0.txt", '0.txt：没有这个文件。数据可以是文件路径，也可以是 "digits"'),
        (
            "train flowers.csv --target kid",
            "flowers.csv：没有列 'kid' 可作目标（你是不是指 \"kind\"？）；"
            "各列是 length, width, colour, kind",
        ),
        (
            "train flowers.csv --target kind --epochs 0 --solver adma --out 0/m",
            "共 3 处问题：--out：无法写入 0/m：文件夹 0 不存在；请先建立；"
            "--solver：应当是 adam, adamw, sgd, gd, lbfgs, cg 之一；"
            "得到的是 'adma'（你是不是指 \"adam\"？）；--epochs：应当是不小于 1 的整数；得到的是 0",
        ),
        ("train", "缺少参数 '数据'（用法见：clearprop train --help）"),
        (
            "train flowers.csv --hiden 3",
            '没有选项 --hiden（你是不是指 "--hidden"？）（用法见：clearprop train --help）',
        ),
        ("evaluate no.safetensors flowers.csv", "没有这个文件"),
        (
            "predict houses.safetensors houses.csv --proba",
            "--proba：houses.safetensors 是回归模型，只有数值，没有概率；请去掉它",
        ),
        (
            "explain flowers.safetensors flowers.csv --sample 99",
            "有 40 行，编号 0 到 39",
        ),
        ("doctor no.py", "no.py：没有这个文件；应当写成 文件、文件:函数 或 文件:类.方法"),
        ("exercise sheet no", "名称：应当是 published-2-2-2, "),
        ("exercise mark no.toml", "no.toml：没有这个文件；应当是填好的练习纸"),
        ("info flowers.csv", "flowers.csv：不是 safetensors 文件"),
        ("bench --works H", "--works：应当是 A, B, C"),
        ("figure network --layers x", "--layers：应当是 1 到 1,000,000 的整数，例如 784,16,16,10"),
    ],
)
def test_what_every_command_refuses(clearprop, line, message):
    result = clearprop(line)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("clearprop：错误：")
    assert message in result.err
    assert english(result.err, "C2", "D2", "G1", "G2", "G3") == []


def test_warnings_are_chinese(clearprop, folder):
    (folder / "new.csv").write_text("length,width,colour\n4.1,2.1,green\n")
    assert clearprop("predict flowers.safetensors new.csv").err == (
        "clearprop：警告：new.csv，第 2 行，列 'colour'：'green' 在训练时没有出现过；"
        "不算作其中任何一个：blue, red\n"
    )


def test_json_keeps_its_keys(clearprop):
    assert '"layer_sizes": [' in clearprop("info flowers.safetensors --json").out


def test_the_option_wins(clearprop, monkeypatch):
    assert clearprop("info no.st --lang en").err.startswith("clearprop: error: no.st: there is no")
    assert clearprop("train --lang=en --help").out.lstrip().startswith("Usage: ")
    monkeypatch.setenv("LC_ALL", "C")
    assert clearprop("info no.st --lang zh").err.startswith("clearprop：错误：no.st：没有这个文件")
    assert clearprop("--help").out.lstrip().startswith("Usage: ")
