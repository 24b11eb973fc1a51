"""Where the pages are, and which there are."""

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "zh")
PAGES = sorted(page.name for page in (DOCS / "en").glob("*.md"))
# Made from the catalogue of mistakes, and held to it by a test of its own.
WRITTEN = [page for page in PAGES if page != "why-is-my-gradient-wrong.md"]


def source(language: str, page: str) -> str:
    return (DOCS / language / page).read_text(encoding="utf-8")


# A chapter asks its reader a question; the answer is folded.
CHAPTERS = [page for page in WRITTEN if "<summary>" in source("en", page)]
