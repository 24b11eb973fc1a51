"""Where the pages are, and which there are."""

from pathlib import Path

from clearprop.doctor import mistakes_page

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "zh")
WRITTEN = sorted(page.name for page in (DOCS / "en").glob("*.md"))
MADE = "why-is-my-gradient-wrong.md"  # from the catalogue of mistakes, while the site is built
PAGES = sorted([*WRITTEN, MADE])


def source(language: str, page: str) -> str:
    if page == MADE:
        return mistakes_page(language)
    return (DOCS / language / page).read_text(encoding="utf-8")


# A chapter asks its reader a question and folds the answer.
CHAPTERS = [page for page in WRITTEN if "<summary>" in source("en", page)]
