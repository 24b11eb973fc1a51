"""Build the pages: ``python docs/site/build.py FOLDER [en] [zh]``; without a language, both.

Each language has a process of its own, so that both are built at a time. A warning fails the build.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import notebooks
from prepare import prepare
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

HERE = Path(__file__).parent
_SPHINX = {"en": "en", "zh": "zh_CN"}  # Sphinx's names of the languages


def main(folder: Path, languages: list[str]) -> int:
    """Write the site of each language into a folder of its own, and a page that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "languages.html", folder / "index.html")
    if len(languages) > 1:
        command = [sys.executable, __file__, str(folder)]
        builds = [subprocess.Popen([*command, language]) for language in languages]
        codes = [process.wait() for process in builds]
        return int(any(codes))  # a killed process has a negative one
    (language,) = languages
    with TemporaryDirectory() as name:
        temporary = Path(name)
        (temporary / "pages").mkdir()
        prepare(temporary / "pages", language)
        build(temporary / "pages", folder.resolve() / language, language)
    notebooks.write(folder / language / "notebooks", language)
    return 0


def build(pages: Path, out: Path, language: str) -> None:
    """Let Sphinx make the HTML of prepared pages."""
    with patch_docutils(), docutils_namespace():
        sphinx = Sphinx(
            pages,
            HERE,
            out,
            pages.parent / "doctrees",
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
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:] or ["en", "zh"]))
