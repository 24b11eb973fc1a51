"""``clearprop doctor FOLDER``: lines for people, CSV, JSON; and errors in Chinese, wrapped."""

import csv
import json
import subprocess
import sys

import pytest

from clearprop.language import cells

COMMAND = [sys.executable, "-c", "from clearprop.cli import main; main()", "doctor"]
MINE = "def f(theta):\n    return theta @ theta, 2 * theta\n"


def doctor(*arguments, folder):
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=folder, check=False
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.py").write_text(MINE)
    (tmp_path / "in" / "bob.py").write_text(MINE.replace("f(", "g("))
    return tmp_path


OPTIONS = ("in", "--entry", "f", "--parameters", "3")


def test_lines_for_people(folder):
    done = doctor(*OPTIONS, folder=folder)
    first, second = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "right 1, unknown 1\n")
    assert first == "anna.py: right"
    assert second == "bob.py: unknown (in/bob.py: has no 'f'; it has g)"


def test_csv_and_json(folder):
    done = doctor(*OPTIONS, "--csv", "--quiet", folder=folder)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [(row["file"], row["verdict"]) for row in rows] == [
        ("anna.py", "right"),
        ("bob.py", "unknown"),
    ]
    one = doctor("in/anna.py:f", "--parameters", "3", "--csv", "--quiet", folder=folder)
    assert next(csv.DictReader(one.stdout.splitlines()))["verdict"] == "right"
    found = json.loads(doctor(*OPTIONS, "--json", "--quiet", folder=folder).stdout)
    assert [hand_in["verdict"] for hand_in in found["files"]] == ["right", "unknown"]


def test_progress_and_an_earlier_run(folder):
    done = doctor(*OPTIONS, "--out", "found.csv", folder=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "[1/2] anna.py: right",
        "[2/2] bob.py: unknown (in/bob.py: has no 'f'; it has g)",
        "right 1, unknown 1 -> found.csv",
    ]
    again = doctor(*OPTIONS, "--out", "found.csv", folder=folder)
    assert again.stderr == "right 1, unknown 1; 2 of them from an earlier run -> found.csv\n"


def test_errors_are_said_in_chinese(folder):
    done = doctor("in/anna.py:h", "--parameters", "3", "--lang", "zh", folder=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "clearprop：错误：in/anna.py：其中没有 'h'；有的是 f\n",
    )
    twice = doctor("in/anna.py:f", "--entry", "g", "--lang", "zh", folder=folder)
    assert twice.stderr == ("clearprop：错误：in/anna.py：入口给了两次：f 和 g；请只给一次\n")
    alone = doctor("in/anna.py:f", "--lang", "zh", "--seed", "-1", "--cost", "c", folder=folder)
    assert alone.stderr.startswith("clearprop：错误：有 2 处问题：--cost：应当是 logistic, ")
    assert alone.stderr.endswith("；--seed：应当是不小于 0 的整数；得到的是 -1\n")
    needed = doctor("in/anna.py:f", "--lang", "zh", folder=folder)
    assert needed.stderr == (
        "clearprop：错误：--parameters：f 只接收 theta；请写明在哪里检查，例如 --parameters 12，"
        "或者各层的单元数，例如 --layers 400,25,10\n"
    )


def test_errors_fit_a_terminal(folder, monkeypatch, capsys):
    from clearprop.cli import entry

    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert entry.run(["doctor", str(folder / "no.py"), "--lang", "zh", "--seed", "-1"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 2
    assert max(map(cells, lines)) < 50
