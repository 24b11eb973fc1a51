"""The page about figures: it shows what its commands write, and so do the READMEs."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from drawn import drawn, keep_in
from sources import DOCS, LANGUAGES, source

from clearprop.cli import main
from clearprop.figures import FIGURES
from clearprop.figures.drawing import sentences


def blocks(language, kind):
    return re.findall(rf"```{kind}\n(.*?)```", source(language, "figures.md"), re.DOTALL)


COMMANDS = dict(zip(FIGURES, blocks("en", "console"), strict=True))


def test_every_figure_has_its_command():
    for name, command in COMMANDS.items():
        assert command.split()[:4] == ["$", "clearprop", "figure", name]


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_shows_what_the_command_writes(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(COMMANDS[name].split()[2:])
    assert ended.value.code == 0
    assert (tmp_path / f"{name}.svg").read_text(encoding="utf-8") == drawn(COMMANDS[name])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_site_shows_every_figure_in_its_language(site, language):
    html = (site / language / "figures.html").read_text(encoding="utf-8")
    shown = re.findall(r'<div class="output"><img alt="([^"]*)" src="data:image/svg', html)
    say = sentences(language)
    titles = [say(f"{name}.title", sizes="784-16-16-10", nudge="0.01") for name in FIGURES]
    assert [unescape(alt)[: len(t)] for alt, t in zip(shown, titles, strict=True)] == titles


@pytest.mark.parametrize(
    "code",
    [
        "$ clearprop figure secant --out secant.png\n",
        "$ clearprop figure secnat\n",
        "$ clearprop figures\n",
        "$ clearprop figure secant\n$ ls\n",
    ],
)
def test_other_commands_run_as_they_are(code):
    assert drawn(code) is None


def test_the_processes_of_a_build_find_what_one_of_them_has_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr("drawn._kept", None)  # so that it is None again afterwards
    command = "$ clearprop figure network --layers 3,2 --lang {}\n"
    alone = [drawn(command.format(language)) for language in LANGUAGES]
    keep_in(tmp_path / "figures")
    assert [drawn(command.format(language)) for language in LANGUAGES] == alone
    kept = sorted((tmp_path / "figures").iterdir())
    assert [file.name for file in kept] == ["network3-2.en.svg", "network3-2.zh.svg"]
    kept[1].write_text("<svg/>", encoding="utf-8")
    assert [drawn(command.format(language)) for language in LANGUAGES] == [alone[0], "<svg/>"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readmes_picture_is_of_its_command(language):
    """Its sentences are those that the command writes now."""
    now = ElementTree.fromstring(drawn(f"$ clearprop figure secant --lang {language}\n"))
    kept = ElementTree.parse(DOCS / "images" / "figures" / f"secant.{language}.svg").getroot()
    assert kept[0].text == now[0].text
    # Numbers may differ in their last digits from one processor to another.
    assert re.sub(r"\d\S*", "#", kept[1].text) == re.sub(r"\d\S*", "#", now[1].text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_python_examples_run(language, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    for block in blocks(language, "python"):
        exec(compile(block, "figures.md", "exec"), scope)
    assert scope["picture"].title == sentences("zh")("symmetry.title")
    assert {path.name for path in tmp_path.iterdir()} == {"symmetry.svg", "secant.svg"}
    assert "25 个隐藏单元" in capsys.readouterr().out
