"""Where the pages are, and which there are."""

from pathlib import Path

from clearprop.gradients import doctor_pages

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "zh")
WRITTEN = sorted(page.name for page in (DOCS / "en").glob("*.md"))
PAGES = sorted([*WRITTEN, doctor_pages.FILE])  # one is made from the catalogue of mistakes


def source(language: str, page: str) -> str:
    if page == doctor_pages.FILE:
        return doctor_pages.page(language)
    return (DOCS / language / page).read_text(encoding="utf-8")


# A chapter asks its reader a question; the answer is folded.
CHAPTERS = [page for page in WRITTEN if "<summary>" in source("en", page)]
