"""Which pages there are, in which order, and what each is made from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import reference

from clearprop import doctor

HERE = Path(__file__).parent
MISTAKES = "why-is-my-gradient-wrong"  # made from the doctor's catalogue, stored nowhere
# Pages whose code does not run: lines of the catalogue are no programs, an engine may be missing.
ONLY_READ = {MISTAKES, "engines", "gpu"}


class Part(NamedTuple):
    """A part of the menu: its caption by language, and the names of its pages."""

    name: str
    caption: dict[str, str]
    pages: list[str]


def parts() -> list[Part]:
    """The parts in order."""
    found = tomllib.loads((HERE / "menu.toml").read_text(encoding="utf-8"))["part"]
    return [_part(part) for part in found]


def _part(given: dict[str, Any]) -> Part:
    pages = given["pages"] or [f"api/{page}" for page in reference.PAGES]
    return Part(given["name"], {language: given[language] for language in ("en", "zh")}, pages)


def chapters() -> list[str]:
    """The pages of the course."""
    return next(part.pages for part in parts() if part.name == "course")


def pages() -> list[str]:
    """Every page, the first one first."""
    return ["index", *(page for part in parts() for page in part.pages)]


def source(page: str, language: str) -> str:
    """The Markdown of a page."""
    if page == MISTAKES:
        return doctor.mistakes_page(language)
    if page.startswith("api/"):
        return reference.page(page.removeprefix("api/"), language)
    return (HERE.parent / language / f"{page}.md").read_text(encoding="utf-8")
