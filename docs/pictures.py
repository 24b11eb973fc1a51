"""Makes the pictures of the READMEs and of the pages about figures.

The first one shows a real run in a terminal of 80 columns, and needs tmux.

Run it from the repository after ``make demo``: ``.venv/bin/python docs/pictures.py``.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from clearprop.figures import FIGURES, make
from clearprop.language import LANGUAGES

IMAGES = Path(__file__).parent / "images"
COMMAND = "clearprop train digits"


def screen(command: str, folder: str) -> str:
    """What a terminal of 80 columns shows, colours included, once `command` is done."""
    tmux = ["tmux", "-L", "clearprop-pictures"]
    bin_ = Path(sys.executable).parent
    shell = f"cd {folder}; clear; PATH={bin_}:$PATH {command}; touch done; sleep 60"
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "60", shell], check=True)
    try:
        while not (Path(folder) / "done").exists():
            time.sleep(0.1)
        time.sleep(0.3)
        shown = subprocess.run(
            [*tmux, "capture-pane", "-p", "-e"], check=True, capture_output=True, text=True
        )
    finally:
        subprocess.run([*tmux, "kill-server"], check=True)
    return shown.stdout.rstrip() + "\n"


def figures() -> None:
    """Write docs/images/figures: every figure in both languages, as the page's commands do."""
    folder = IMAGES / "figures"
    folder.mkdir(exist_ok=True)
    for name in FIGURES:
        given = {"layers": (784, 16, 16, 10)} if name == "network" else {}
        for lang in LANGUAGES:
            make(name, lang=lang, **given).save(folder / f"{name}.{lang}.svg")


def terminal() -> None:
    """Write docs/images/train-digits.svg."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        console = Console(record=True, width=80, file=log)
        console.print(Text("$ " + COMMAND, style="bold"))
        console.print(Text.from_ansi(screen(COMMAND, folder)), soft_wrap=True)
        svg = console.export_svg(title="clearprop", theme=DIMMED_MONOKAI)
    # A picture stands alone: no fonts from elsewhere, the reader's own monospace instead.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / "train-digits.svg").write_text(re.sub(r"[ \t]+\n", "\n", svg), encoding="utf-8")


if __name__ == "__main__":
    terminal()
    figures()
