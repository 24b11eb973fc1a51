"""Where the pages are, and which there are."""

import menu

DOCS = menu.HERE.parent

LANGUAGES = ("en", "zh")
WRITTEN = sorted(page.name for page in (DOCS / "en").glob("*.md"))
MADE = f"{menu.MISTAKES}.md"  # from the catalogue of mistakes, while the site is built
PAGES = sorted([*WRITTEN, MADE])
CHAPTERS = sorted(f"{page}.md" for page in menu.chapters())
HTML = sorted(f"{page}.html" for page in menu.pages())  # with the pages about names


def source(language: str, page: str) -> str:
    return menu.source(page.removesuffix(".md"), language)
