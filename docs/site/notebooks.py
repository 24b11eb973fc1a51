"""The chapters as notebooks: a page's text and code in cells, without outputs."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import menu
import nbformat
from blocks import Block, pieces
from drawn import asked
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FORGE = "https://github.com/clearprop/clearprop/blob/main/docs"
# A link to a page of ours; its words may hold brackets.
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([\w-]+)\.md(#[^)]*)?\)")
_MADE_FROM = {
    "en": "Made from [this page]({url}). Run it in an environment in which Clearprop is installed.",
    "zh": "由[这一页]({url})生成。请在装有 Clearprop 的环境中运行。",
}


def write(folder: Path, language: str) -> None:
    """Write the notebook of every chapter into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in menu.chapters():
        made = notebook(menu.source(page, language), page, language)
        nbformat.write(made, folder / f"{page}.ipynb")


def notebook(markdown: str, page: str, language: str) -> nbformat.NotebookNode:
    """The notebook of a page."""
    url = f"{FORGE}/{language}/{page}.md"
    cells = [new_markdown_cell(_MADE_FROM[language].format(url=url))]
    for piece in pieces(markdown):
        if isinstance(piece, Block):
            cells += [new_code_cell(code) for code in _cells(piece)]
        elif text := _plain(piece, language).strip():
            cells.append(new_markdown_cell(text))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # a random one would differ in every build
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(made)
    return made


def _cells(block: Block) -> list[str]:
    """The code cells of a block, as a notebook says it."""
    code = block.code.rstrip("\n")
    if block.kind == "python":
        return [f"%%writefile {block.title}\n{code}", code] if block.title else [code]
    if figure := asked(block.code):
        layers = f", layers={figure.layers}" if figure.layers else ""
        made = f'figures.make("{figure.name}"{layers}, lang="{figure.lang}")'
        return [f"from clearprop import figures\n\n{made}"]
    return ["\n".join(f"!{line.removeprefix('$ ')}" for line in code.splitlines())]


def _plain(markdown: str, language: str) -> str:
    """The text without what folds and frames it, and with links that lead to the forge."""
    markdown = re.sub(r"<summary>(.*?)</summary>", r"**\1**", markdown)
    markdown = re.sub(r"</?(?:details|div|clearprop-\w+)\b[^>]*>\n?", "", markdown)
    return _LINK.sub(partial(_on_the_forge, language), markdown)


def _on_the_forge(language: str, link: re.Match[str]) -> str:
    words, page, anchor = link.groups(default="")
    if page == menu.MISTAKES:  # stored nowhere
        return words
    return f"[{words}]({FORGE}/{language}/{page}.md{anchor})"
