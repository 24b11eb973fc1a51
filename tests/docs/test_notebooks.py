"""The chapters as notebooks: the page's code in order, and it runs."""

import re
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("nbformat")

import nbformat
from blocks import Block, pieces
from notebooks import notebook
from sources import CHAPTERS, LANGUAGES, source


def code(made):
    return [cell.source for cell in made.cells if cell.cell_type == "code"]


def text(made):
    return [cell.source for cell in made.cells if cell.cell_type == "markdown"]


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_and_its_notebook_hold_the_same_code(language, page):
    markdown = source(language, page)
    made = notebook(markdown, page.removesuffix(".md"), language)
    blocks = [piece for piece in pieces(markdown) if isinstance(piece, Block)]
    cells = [cell for cell in code(made) if not cell.startswith("%%writefile")]
    assert len(blocks) == len(cells) >= 4
    for block, cell in zip(blocks, cells, strict=True):
        if block.kind == "python":
            assert cell == block.code.rstrip("\n")
    assert [
        cell for cell in text(made) if re.search(r"\]\([\w-]+\.md|</?details|</?div", cell)
    ] == []


def test_commands_figures_and_files_are_said_as_a_notebook_says_them():
    page = (
        "A\n\n```console\n$ clearprop figure network --layers 3,2 --lang zh\n```\n\n"
        '```python title="six.py"\nprint(6)\n```\n\n```console\n$ python six.py\n$ ls\n```\n'
    )
    assert code(notebook(page, "delta", "en")) == [
        'from clearprop import figures\n\nfigures.make("network", layers=(3, 2), lang="zh")',
        "%%writefile six.py\nprint(6)",
        "print(6)",
        "!python six.py\n!ls",
    ]


def test_links_lead_to_the_forge():
    page = "[a [b]](cost.md#c), [d](why-is-my-gradient-wrong.md#e), [f](https://g.org) and [h](#i)"
    forge = "https://github.com/clearprop/clearprop/blob/main/docs/zh"
    assert text(notebook(page, "delta", "zh")) == [
        f"由[这一页]({forge}/delta.md)生成。请在装有 Clearprop 的环境中运行。",
        f"[a [b]]({forge}/cost.md#c), d, [f](https://g.org) and [h](#i)",
    ]


def test_nothing_is_folded():
    page = "<details>\n<summary>Answer</summary>\n\nSix.\n\n</details>\n"
    assert text(notebook(page, "delta", "en"))[1:] == ["**Answer**\n\nSix."]


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_leads_to_its_notebook(site, language, page):
    name = page.removesuffix(".md")
    assert f'<a href="notebooks/{name}.ipynb" download>' in (
        site / language / f"{name}.html"
    ).read_text(encoding="utf-8")
    stored = nbformat.read(site / language / "notebooks" / f"{name}.ipynb", as_version=4)
    assert stored == notebook(source(language, page), name, language)


def test_a_notebook_runs_in_jupyter(site, tmp_path):
    """One does; that their code runs on the pages is what builds the site."""
    pytest.importorskip("ipykernel")
    pytest.importorskip("nbclient")
    path = tmp_path / "forward.ipynb"
    shutil.copy(site / "zh" / "notebooks" / "forward.ipynb", path)
    subprocess.run(
        [sys.executable, "-c", "from nbclient.cli import main; main()", "--inplace", str(path)],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert any(cell.outputs for cell in cells)
