"""A folder of hand-ins: a line for each, whatever they do, going on where it stopped."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clearprop.errors import ParameterError
from clearprop.experiment.hand_ins import HandIn, HandIns, csv_lines

RIGHT = """\
import numpy as np
def cost(theta, X, y, lambda_):
    m = len(X)
    h = 1 / (1 + np.exp(-(theta[0] + X @ theta[1:])))
    J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    J += lambda_ / (2 * m) * theta[1:] @ theta[1:]
    D = np.r_[np.mean(h - y), X.T @ (h - y) / m]
    D[1:] += lambda_ / m * theta[1:]
    return J, D
"""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "hand-ins"
    (place / "anna" / "deep").mkdir(parents=True)
    (place / "__pycache__").mkdir()
    (place / "a.py").write_text(RIGHT)
    (place / "anna" / "deep" / "=b.py").write_text(RIGHT.replace("h - y", "y - h"))
    (place / "ends.py").write_text("import os\ndef cost(theta, X, y, lambda_):\n    os._exit(3)\n")
    (place / "loops.py").write_text("def cost(theta, X, y, lambda_):\n    while True: pass\n")
    (place / "none.py").write_text("def cots(theta): return 0, theta\n")
    (place / "syntax.py").write_text("def cost(\n")
    (place / "__pycache__" / "c.py").write_text(RIGHT)
    (place / "notes.txt").write_text("no code")
    return place


def given(folder, **more):
    return {"function": str(folder), "entry": "cost", "layers": "3,1", "time_limit": 4, **more}


def test_every_file_has_its_line_and_none_stops_the_rest(folder, tmp_path):
    out = tmp_path / "found.csv"
    found = dict.fromkeys(
        hand_in for hand_in, asked in HandIns.of(given(folder, out=str(out))).diagnosed() if asked
    )
    assert [(h.file, h.verdict) for h in found] == [
        ("a.py", "right"),
        ("ends.py", "unknown"),
        ("loops.py", "unknown"),
        ("none.py", "unknown"),
        ("syntax.py", "unknown"),
        ("anna/deep/=b.py", "wrong"),
    ]
    errors = {h.file: h.error for h in found}
    assert errors["a.py"] == ""
    assert errors["ends.py"].startswith("ProcessEnded: the function ended its process (exit code 3")
    assert errors["loops.py"].startswith("Timeout: no answer within 4 s")
    assert errors["none.py"].endswith("has no 'cost' (did you mean cots?); it has cots")
    assert errors["syntax.py"].startswith("SyntaxError: '(' was never closed (syntax.py, line 1)")
    assert next(h.causes for h in found if h.verdict == "wrong") == "delta-sign"
    with open(out, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [h.file for h in found]
    assert all(float(row["seconds"]) < 8 for row in rows)


def test_it_goes_on_and_asks_again_what_has_changed(folder, tmp_path):
    out = tmp_path / "found.csv"
    for name in ("loops.py", "ends.py", "syntax.py"):
        (folder / name).unlink()
    list(HandIns.of(given(folder, out=str(out))).diagnosed())
    first = out.read_text()
    assert [asked for _, asked in HandIns.of(given(folder, out=str(out))).diagnosed()] == [
        False
    ] * 3
    assert out.read_text() == first
    (folder / "none.py").write_text(RIGHT)
    out.write_text(first + "cut.py,ri")  # as after a power cut
    again = {
        h.file: (h.verdict, asked) for h, asked in HandIns.of(given(folder, out=out)).diagnosed()
    }
    assert again["none.py"] == ("right", True)
    assert not again["a.py"][1]
    assert out.read_text().count("none.py") == 1
    assert "cut.py" not in out.read_text()
    # Other options, other answers.
    other = HandIns.of(given(folder, out=str(out), labels="one-hot"))
    assert all(asked for _, asked in other.diagnosed())


def test_ctrl_c_keeps_what_is_done(folder, tmp_path):
    out = tmp_path / "found.csv"
    code = "from clearprop.cli import main; main()"
    command = [sys.executable, "-c", code, "doctor", str(folder), "--entry", "cost"]
    with subprocess.Popen(
        [*command, "--layers", "3,1", "--time-limit", "60", "--out", str(out)],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        end = time.monotonic() + 60
        while not (out.exists() and "ends.py" in out.read_text()):
            assert time.monotonic() < end
            time.sleep(0.05)
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        said = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("clearprop: interrupted")
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == [
        "file",
        "a.py",
        "ends.py",
    ]


def test_cells_are_no_formulas():
    hand_in = HandIn("@a.py", "unknown", "", "", "", "1.0", "=HYPERLINK(1)", "-1f")
    line = csv_lines([hand_in], header=False)
    assert line == "'@a.py,unknown,,,,1.0,'=HYPERLINK(1),'-1f\n"
    assert HandIn.of_cells(next(csv.reader([line]))) == hand_in


def test_what_is_wrong_is_said_at_once(folder, tmp_path):
    out = tmp_path / "found.csv"
    out.write_text("a,b\n1,2\n")
    wrong = given(folder, html="a.html", cost="softmx", out=str(out))
    with pytest.raises(ParameterError) as caught:
        HandIns.of(wrong)
    assert list(caught.value.problems) == [
        "html: a page shows one file; give a file, or leave the page out",
        "cost: expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
        "got 'softmx' "
        '(did you mean "softmax"?)',
        f"out: {out} is no list that clearprop doctor has written; choose another name",
    ]
    with pytest.raises(ParameterError) as caught:
        HandIns.of({**wrong, "lang": "zh"})
    assert str(caught.value) == (
        "有 3 处问题：--html：网页报告只能展示一个文件；请给出一个文件，或者不要网页；"
        "--cost：应当是 logistic, softmax, quadratic, squared, poisson, huber, quantile 之一；"
        "得到的是 'softmx'"
        '（你是不是指 "softmax"？）；'
        f"--out：{out} 不是 clearprop doctor 写出的列表；请换一个文件名"
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ParameterError, match="file in this folder or below"):
        HandIns.of(given(empty))


def test_octave_helpers_are_no_hand_ins(tmp_path):
    for name in ("cost", "sigmoid"):
        (tmp_path / f"{name}.m").write_text(f"function g = {name}(z)\n g = z;\nend\n")
    assert HandIns.of(given(tmp_path)).files == (Path(tmp_path, "cost.m"),)
