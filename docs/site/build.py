"""Build the pages: ``python docs/site/build.py FOLDER [en] [zh]``; without a language, both.

One process builds both, so that each figure is computed once. A warning fails the build.
"""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

HERE = Path(__file__).parent


def main(folder: Path, languages: list[str]) -> None:
    """Write the site of each language into a folder of its own, and a page that leads to them."""
    for language in languages:
        config = load_config(
            str(HERE / f"{language}.yml"), strict=True, site_dir=str(folder.resolve() / language)
        )
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    shutil.copy(HERE / "languages.html", folder / "index.html")


if __name__ == "__main__":
    log = logging.getLogger("mkdocs")
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
    main(Path(sys.argv[1]), sys.argv[2:] or ["en", "zh"])
