"""The pages about figures: the same in both languages, their code runs, their pictures are true."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clearprop.cli import main
from clearprop.figures import FIGURES
from clearprop.figures.drawing import sentences
from clearprop.language import LANGUAGES

DOCS = Path(__file__).parents[2] / "docs"


def blocks(lang, language):
    text = (DOCS / lang / "figures.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def without_comments(code):
    return re.sub(r"\s*#.*", "", code)


@pytest.mark.parametrize("language", ["python", "console"])
def test_both_languages_show_the_same_code(language):
    english, chinese = (list(map(without_comments, blocks(lang, language))) for lang in LANGUAGES)
    assert english == chinese


def test_every_figure_has_its_command():
    commands = [block.strip().removeprefix("$ ") for block in blocks("en", "console")]
    assert [command.split()[:3] for command in commands] == [
        ["clearprop", "figure", name] for name in FIGURES
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_is_of_its_command(lang, tmp_path, monkeypatch):
    """Its words, numbers included, are those that the command draws now."""
    monkeypatch.chdir(tmp_path)
    for block in blocks(lang, "console"):
        args = block.strip().removeprefix("$ clearprop ").split()
        with pytest.raises(SystemExit) as ended:
            main([*args, "--lang", lang])
        assert ended.value.code == 0
        drawn = ElementTree.fromstring((tmp_path / f"{args[1]}.svg").read_bytes())
        kept = ElementTree.fromstring(
            (DOCS / "images" / "figures" / f"{args[1]}.{lang}.svg").read_bytes()
        )
        assert kept[0].text == drawn[0].text
        # Numbers may differ in their last digits from one processor to another.
        assert re.sub(r"\d\S*", "#", kept[1].text) == re.sub(r"\d\S*", "#", drawn[1].text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_python_examples_run(lang, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    for block in blocks(lang, "python"):
        exec(compile(block, "figures.md", "exec"), scope)
    assert scope["picture"].title == sentences("zh")("symmetry.title")
    assert {path.name for path in tmp_path.iterdir()} == {"symmetry.svg", "secant.svg"}
    assert "25 个隐藏单元" in capsys.readouterr().out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_links_lead_somewhere(lang):
    text = (DOCS / lang / "figures.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)]+)\)", text):
        assert (DOCS / lang / target).exists(), target
