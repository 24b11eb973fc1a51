"""Build the pages: ``python docs/site/build.py FOLDER [en] [zh]``; without a language, both.

First the pages are prepared, each by one process for both languages, and then each language is
built by one process. There are as many processes as processors. A warning fails the build.
"""

from __future__ import annotations

import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import menu
import notebooks
from drawn import keep_in
from prepare import prepare
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

HERE = Path(__file__).parent
_SPHINX = {"en": "en", "zh": "zh_CN"}  # Sphinx's names of the languages


def main(folder: Path, languages: list[str]) -> None:
    """Write the site of each language into a folder of its own, and a page that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "languages.html", folder / "index.html")
    os.environ["OMP_NUM_THREADS"] = "1"  # a page has one processor: the next page has the other
    # The pages run fifty commands, each of which would compile the package.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with TemporaryDirectory() as name:
        pages = Path(name)
        with ProcessPoolExecutor(
            len(os.sched_getaffinity(0)), get_context("spawn"), keep_in, (pages / "figures",)
        ) as processes:
            list(processes.map(partial(prepare, pages, languages), menu.pages()))
            list(processes.map(partial(site, pages, folder.resolve()), languages))


def site(pages: Path, folder: Path, language: str) -> None:
    """The site of a language, and its notebooks."""
    build(pages / language, folder / language, language)
    notebooks.write(folder / language / "notebooks", language)


def build(pages: Path, out: Path, language: str) -> None:
    """Let Sphinx make the HTML of prepared pages."""
    with patch_docutils(), docutils_namespace():
        sphinx = Sphinx(
            pages,
            HERE,
            out,
            pages.parent / "doctrees" / pages.name,
            "html",
            confoverrides={"language": _SPHINX[language]},
            status=None,
            warningiserror=True,
        )
        sphinx.build()
    if sphinx.statuscode:
        raise SystemExit(f"{language}: the pages have faults, see above")
    (out / ".buildinfo").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["en", "zh"])
