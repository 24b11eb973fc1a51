"""The Python of both READMEs runs, and both show the same code and commands."""

import re
from pathlib import Path

import pytest

import clearprop

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def without_comments(code: str) -> str:
    return re.sub(r"\s*#.*", "", code)


@pytest.mark.parametrize("name", READMES)
def test_the_python_examples_run(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    for block in blocks(name, "python"):
        exec(compile(block, name, "exec"), scope)
    printed = capsys.readouterr().out
    assert scope["classifier"].score(scope["X_test"], scope["y_test"]) > 0.95
    assert printed.count("right") >= 2
    assert (tmp_path / "digits.safetensors").exists()


@pytest.mark.parametrize("language", ["python", "console"])
def test_both_languages_show_the_same_code(language):
    english, chinese = (list(map(without_comments, blocks(n, language))) for n in READMES)
    assert english == chinese


def test_both_languages_have_the_same_parts():
    sections = [
        len(re.findall(r"^## ", (ROOT / n).read_text("utf-8"), re.MULTILINE)) for n in READMES
    ]
    assert sections[0] == sections[1] > 3


@pytest.mark.parametrize("name", READMES)
def test_links_to_files_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)]+)\)", text):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize(("name", "lang"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_explanation_that_is_shown_is_what_comes_out(name, lang):
    network = clearprop.Network((2, 3, 2), regularization=1.0)
    theta = clearprop.initial_theta(network, 0)
    X, y = [[1, 0], [0, 1], [1, 1]], [1, 0, 1]
    told = clearprop.explain(network, theta, X, y, sample=1, lang=lang).to_text()
    (shown,) = [block for block in blocks(name, "text") if "delta^(2)_1" in block]
    assert shown in told + "\n"
