"""Makes the pictures of the READMEs; `benchmarks.run` makes the one of the benchmarks.

Run it from the repository after ``make test``: ``.venv/bin/python docs/pictures.py``. It needs tmux
for the terminal of 80 columns, and Chromium for the page of an explanation.
"""

import html
import io
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from clearprop import figures

IMAGES = Path(__file__).parent / "images"
COMMAND = "clearprop train digits"
_TEXT = r'<text ([^>]*)x="([\d.]+)"([^>]*)textLength="([\d.]+)"([^>]*)>([^<]*)</text>'


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


def secant() -> None:
    """Write docs/images/figures/secant.*.svg."""
    for lang in ("en", "zh"):
        figures.make("secant", lang=lang).save(IMAGES / "figures" / f"secant.{lang}.svg")


def _in_columns(found: re.Match[str]) -> str:
    """A text of the picture, with Chinese two columns wide: Rich takes every character for one."""
    before, at, between, length, after, escaped = found.groups()
    text = html.unescape(escaped)
    if cell_len(text) == len(text):
        return found[0]
    x, column, runs = float(at), float(length) / len(text), []
    for _, characters in itertools.groupby(text, cell_len):
        run = "".join(characters)
        width = column * cell_len(run)
        said = html.escape(run).replace(" ", "&#160;")
        place = f'{before}x="{x:g}"{between}textLength="{width:g}"{after}'
        runs.append(f"<text {place}>{said}</text>")
        x += width
    return "".join(runs)


def terminal(name: str, lang: str) -> None:
    """Write docs/images/NAME.svg: what the command prints in a language."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        console = Console(record=True, width=80, file=log)
        console.print(Text("$ " + COMMAND, style="bold"))
        shown = screen(f"LC_ALL={lang}.UTF-8 {COMMAND}", folder)
        console.print(Text.from_ansi(shown), soft_wrap=True)
        svg = console.export_svg(title="clearprop", theme=DIMMED_MONOKAI)
    # The picture loads no fonts; the reader's own monospace stands in.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(_TEXT, _in_columns, svg)
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{name}.svg").write_text(re.sub(r"[ \t]+\n", "\n", svg), encoding="utf-8")


def explanation() -> None:
    """Write docs/images/explain.*.png: the head of the page of one digit."""
    bin_ = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        for command in (
            "train digits --hidden 16,16",
            *(
                f"explain digits.safetensors digits --sample 17 --lang {lang} --html {lang}.html"
                for lang in ("en", "zh")
            ),
        ):
            subprocess.run(
                [bin_ / "clearprop", *command.split()], cwd=folder, check=True, capture_output=True
            )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            view = browser.new_page(viewport={"width": 1280, "height": 940})
            for lang in ("en", "zh"):
                view.goto(f"file://{folder}/{lang}.html")
                shown = Image.open(io.BytesIO(view.screenshot())).convert("RGB")
                # 64 colours are enough, in a quarter of the bytes.
                shown.quantize(64).save(IMAGES / f"explain.{lang}.png", optimize=True)
            browser.close()


if __name__ == "__main__":
    terminal("train-digits", "C")
    terminal("train-digits.zh", "zh_CN")
    explanation()
    secant()
