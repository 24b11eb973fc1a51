"""What is said of the asking: the piece that was taken and why; lines to paste."""

import textwrap

import pytest

from clearprop.doctor.examine import diagnose_callee
from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.stated import Stated

RIGHT = """
import numpy as np

def accuracy(h, y):
    return np.mean((h > 0.5) == y)

def gradients(w, b, X, y):
    h = 1 / (1 + np.exp(-(X @ w + b)))
    J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    return J, {"dw": X.T @ (h - y) / len(y), "db": np.mean(h - y)}
"""

OBJECTS = """
def loss_and_grads(params, X, y):
    return params.W1.nothing
"""


def diagnosed(tmp_path, source, lang="en", sizes=(4, 1)):
    path = tmp_path / "mine.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    with ChildProcess(path) as callee:
        return diagnose_callee(callee, Stated(sizes, lang=lang))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            "Of this file gradients was asked: what it returns has the names of a gradient.",
        ),
        ("zh", "在这个文件里，检查的是 gradients：它返回的东西用的是梯度的名字。"),
    ],
)
def test_the_piece_that_was_taken_is_said(tmp_path, lang, said):
    diagnosis = diagnosed(tmp_path, RIGHT, lang)
    assert diagnosis.verdict == "right"
    assert diagnosis.entry == said
    assert said in " ".join(diagnosis.report().split()) or lang == "zh"


def test_code_that_cannot_be_asked_gets_lines_to_paste(tmp_path):
    diagnosis = diagnosed(tmp_path, OBJECTS, sizes=(4, 5, 3))
    assert diagnosis.verdict == "unknown"
    assert diagnosis.to_dict()["adapter"] == diagnosis.adapter
    assert diagnosis.adapter.splitlines()[0] == "def ask(W1, b1, W2, b2, X, y):"
    assert diagnosis.adapter.splitlines()[-1] == "    return J, dW1, db1, dW2, db2"
    assert any("has no attribute 'W1'" in line for line in diagnosis.tried)
    assert len(diagnosis.tried) <= 8
    compile(diagnosis.adapter, "adapter", "exec")


def test_a_file_without_anything_to_ask_gets_them_too(tmp_path):
    diagnosis = diagnosed(tmp_path, "x = 1\n", sizes=(4, 5, 3))
    assert diagnosis.raised.kind == "Signature"
    assert "def ask(W1, b1, W2, b2, X, y):" in diagnosis.report()
