"""The code of a page runs: its output stands beneath its block, and a failure says where."""

import os
import signal
import sys
from pathlib import Path

import pytest
from blocks import Block
from commands import command
from execute import Output, PageError, run

from clearprop.figures import make


def outputs(page):
    return [output for _, output in run(page, "page.md") if output]


def test_what_a_block_prints_belongs_beneath_it():
    page = (
        "One\n\n```python\nx = 2\nprint(x)\n```\n\nTwo\n\n```python\nprint(x + 1)\n```\n\nThree\n"
    )
    assert run(page, "page.md") == [
        ("One\n\n", None),
        (Block("python", "x = 2\nprint(x)\n", 3), Output("2\n", "")),
        ("\n\nTwo\n\n", None),
        (Block("python", "print(x + 1)\n", 10), Output("3\n", "")),
        ("\n\nThree\n", None),
    ]


@pytest.mark.parametrize("kind", ["html", "svg"])
def test_what_shows_itself_in_a_notebook_shows_itself_here(kind):
    code = f"class Shown:\n    def _repr_{kind}_(self):\n        return '<b>7</b>'\n\n\nShown()\n"
    assert outputs(f"```python\n{code}```\n") == [Output("", "<b>7</b>")]


def test_other_values_are_not_shown():
    assert outputs("```python\n1 + 1\n```\n") == [Output("", "")]


def test_a_title_makes_a_file_for_the_commands():
    page = '```python title="mine.py"\nprint(6)\n```\n\n```console\n$ python mine.py\n```\n'
    assert outputs(page) == [Output("6\n", ""), Output("6\n", "")]


def test_a_command_may_be_expected_to_fail():
    assert outputs('```console exit="3"\n$ echo no; exit 3\n```\n') == [Output("no\n", "")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("clearprop exercise list --lang zh", 0),
        ("clearprop train nowhere.csv --target y", 2),
    ],
)
def test_a_command_of_clearprop_prints_here_what_it_prints_by_itself(
    line, code, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    heard = signal.getsignal(signal.SIGINT)
    outside = command(f"{line}; exit $?")  # a shell's
    assert command(line) == outside
    assert outside[0] == code
    assert signal.getsignal(signal.SIGINT) is heard


def test_another_exit_code_fails():
    with pytest.raises(PageError, match=r"page.md, line 3: \$ exit 3: exit code 3"):
        run("A\n\n```console\n$ exit 3\n```\n", "page.md")


def test_a_console_block_holds_no_pasted_output():
    with pytest.raises(PageError, match=r"page.md, line 1: .* lines with '\$ ' only; got 'hello'"):
        run("```console\n$ echo hello\nhello\n```\n", "page.md")


def test_an_error_fails_and_says_where():
    with pytest.raises(ZeroDivisionError) as raised:
        run("A\n\n```python\n1 / 0\n```\n", "page.md")
    assert raised.value.__notes__ == ["in the code of page.md, line 3"]


def test_a_warning_fails():
    with pytest.raises(UserWarning, match="careful"):
        run('```python\nimport warnings\n\nwarnings.warn("careful")\n```\n', "page.md")


def test_other_blocks_are_left_alone():
    page = "```sh\nexit 1\n```\n\n```text\n1 / 0\n```\n"
    assert run(page, "page.md") == [(page, None)]


def test_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run('```python title="left.py"\nopen("behind", "w").close()\n```\n', "page.md")
    assert list(tmp_path.iterdir()) == []


def test_a_figures_command_shows_the_figure():
    page = "```console\n$ clearprop figure network --layers 3,2 --lang zh\n```\n"
    svg = make("network", layers=(3, 2), lang="zh").to_bytes(".svg").decode()
    assert outputs(page) == [Output("", svg)]
