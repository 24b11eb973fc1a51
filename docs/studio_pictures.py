"""Makes the pictures of docs/{en,zh}/studio.md: a new user's five tasks, done in the studio.

Run it from the repository after ``make test``: ``.venv/bin/python docs/studio_pictures.py``. It
needs Chromium. ``tests/studio/test_tasks_in_browser.py`` does the same tasks and counts the clicks.
"""

import io
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

DOCS = Path(__file__).parent
SIZE = {"width": 1180, "height": 860}
TALL, LARGEST = 960, 60_000  # pixels, bytes of a picture


@dataclass
class Hand:
    """Clicks and drags, counted."""

    page: Page
    clicks: int = 0

    def click(self, place: str) -> None:
        """Click the first element of a selector."""
        self.page.locator(place).first.click()
        self.clicks += 1

    def drag(self, what: Locator, up: float) -> None:
        """Drag an element upwards by so many pixels."""
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x, y - up, steps=5)
        self.page.mouse.up()
        self.clicks += 1


def train(hand: Hand) -> None:
    """Train the digits."""
    hand.click("[data-do=run]")
    expect(hand.page.locator(".place [role=status]")).not_to_be_empty()


def wrong(hand: Hand) -> None:
    """Find why one digit is wrong."""
    hand.click("#tab-worst")
    hand.click(".worst button")
    hand.page.locator("clearprop-player[data-ready]").wait_for()


def drag(hand: Hand) -> None:
    """See one delta by dragging."""
    hand.click("#tab-nudge")
    hand.drag(hand.page.locator("clearprop-nudge[data-ready] g[data-unit^='2:']").first, 8)


def back(hand: Hand) -> None:
    """Go one step back."""
    hand.click("#tab-steps")
    hand.click("clearprop-player[data-ready] [data-do=back]")


def broken(hand: Hand) -> None:
    """Break the gradient, and find where."""
    hand.click("#tab-doctor")
    hand.click("[data-do=diagnose]")
    hand.page.locator(".report").wait_for()


# In the order of a first visit: each begins where the one before has ended.
TASKS: dict[str, Callable[[Hand], None]] = {
    "train": train,
    "wrong": wrong,
    "drag": drag,
    "back": back,
    "broken": broken,
}
# What the picture of a task shows: the window, or the view alone.
SHOWN = {"train": "body", "wrong": "#view", "drag": "#view", "back": "#view", "broken": "#view"}


@contextmanager
def studio() -> Iterator[str]:
    """A studio that serves; its address."""
    command = Path(sys.executable).with_name("clearprop")
    words = [str(command), "studio", "--no-open", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        yield serving.stdout.readline().strip()
        serving.send_signal(signal.SIGINT)


def _picture(page: Page, name: str, path: Path) -> None:
    """What belongs to a task, as a picture of at most 60 kB."""
    page.mouse.move(1, 1)
    page.wait_for_timeout(400)  # the last picture of ten a second
    drawn = Image.open(io.BytesIO(page.locator(SHOWN[name]).screenshot())).convert("RGB")
    drawn = drawn.crop((0, 0, drawn.width, min(drawn.height, TALL)))
    for quality in range(70, 20, -10):
        drawn.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size < LARGEST:
            break
    print(f"{path.relative_to(DOCS)}: {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Write docs/LANG/studio/TASK.webp."""
    expect.set_options(timeout=60_000)
    with studio() as address, sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for lang in ("en", "zh"):
            page = browser.new_page(viewport=SIZE)
            page.goto(f"{address}#source=digits&recipe=modern&lang={lang}")
            hand = Hand(page)
            page.locator(".controls").first.wait_for()
            for name, does in TASKS.items():
                before = hand.clicks
                does(hand)
                print(f"{name}: {hand.clicks - before} clicks")
                _picture(page, name, DOCS / lang / "studio" / f"{name}.webp")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
