"""The pages as Sphinx reads them: with the outputs of their code, the first one with the menu."""

from __future__ import annotations

import shutil
from pathlib import Path

import execute
import menu
import shown


def prepare(folder: Path, languages: list[str], page: str) -> None:
    """Write a page and its pictures into `folder`, in each of the languages.

    One process writes them all, so that a figure is computed once.
    """
    for language in languages:
        target = folder / language / f"{page}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        text = prepared(menu.source(page, language), page, language)
        pictures = menu.HERE.parent / language / page
        if pictures.is_dir():
            shutil.copytree(pictures, target.with_suffix(""), dirs_exist_ok=True)
        target.write_text(text + (_menu(language) if page == "index" else ""), encoding="utf-8")


def prepared(markdown: str, page: str, language: str) -> str:
    """A page with what its code put out, unless the code is there to be read only."""
    if page not in menu.ONLY_READ and not page.startswith("api/"):
        markdown = "".join(
            piece if output is None else shown.with_output(piece, output, language)
            for piece, output in execute.run(markdown, f"{language}/{page}.md")
        )
    return markdown


def _menu(language: str) -> str:
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:titlesonly:\n:caption: {part.caption[language]}\n\n"
        + "".join(f"{page}\n" for page in part.pages)
        + "```\n"
        for part in menu.parts()
    )
