"""A block on the site: its output beneath it, or above it when the code is folded."""

import subprocess
import sys

import menu
import pytest
from blocks import Block
from execute import Output
from prepare import prepared
from shown import with_output


def test_an_output_stands_beneath_its_code():
    shown = with_output(Block("python", "print(6)\n", 1), Output("6\n", ""), "en")
    assert shown == (
        "```{code-block} python\nprint(6)\n```\n\n```{code-block} text\n:class: output\n\n6\n```\n"
    )


def test_a_title_stands_above_its_code():
    shown = with_output(Block("python", "6\n", 1, title="six.py"), Output("", ""), "en")
    assert shown == "```{code-block} python\n:caption: six.py\n\n6\n```\n"


@pytest.mark.parametrize(("language", "word"), [("en", "The code"), ("zh", "代码")])
def test_folded_code_lies_beneath_its_output(language, word):
    shown = with_output(Block("console", "$ ls\n", 1, folded=True), Output("a\n", ""), language)
    places = [shown.index(part) for part in ("\na\n", f"<summary>{word}</summary>", "$ ls")]
    assert places == sorted(places)
    assert shown.rstrip().endswith("</details>\n~~~~~~")


def test_a_picture_has_its_words_beside_it():
    svg = "<svg><title>A &amp; B</title><desc>two</desc></svg>"
    shown = with_output(Block("python", "x\n", 1), Output("", svg), "en")
    assert '<img alt="A &amp; B&#10;two" src="data:image/svg+xml;base64,' in shown


def test_html_stands_in_a_frame_that_has_its_title():
    shown = with_output(Block("python", "x\n", 1), Output("", "<h1>One <b>two</b></h1>"), "zh")
    assert '<iframe title="One two" loading="lazy" srcdoc="&lt;!doctype html&gt;' in shown
    assert "lang=&quot;zh&quot;" in shown


def test_code_that_is_there_to_be_read_does_not_run():
    page = "```python\n1 / 0\n```\n"
    assert prepared(page, "engines", "en") == page


def test_a_link_or_an_anchor_that_leads_nowhere_fails_the_build(tmp_path):
    """The anchors that are there: of a heading, and one that is written out."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.md").write_text(
        '# What δ is!\n\n<a id="here"></a>Text [a](#here) [b](#what-δ-is) [c](index.md#here)\n\n'
        "[d](index.md#there) [e](#elsewhere) [f](missing.md)\n",
        encoding="utf-8",
    )
    code = "import sys, build; build.build(*map(build.Path, sys.argv[1:]), 'en')"
    done = subprocess.run(
        [sys.executable, "-c", code, pages, tmp_path / "out"],
        cwd=menu.HERE,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    faults = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(faults) == 3, done.stderr
    for fault, target in zip(faults, ("there", "elsewhere", "missing.md"), strict=True):
        assert target in fault
