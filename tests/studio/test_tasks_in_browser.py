"""A new user's five tasks, with the clicks that docs/{en,zh}/studio.md state."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("PIL")
pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

DOCS = Path(__file__).parents[2] / "docs"
CLICKS = {"train": 1, "wrong": 2, "drag": 2, "back": 2, "broken": 2}


def test_the_five_tasks_take_the_clicks_that_the_page_states(opened: Callable[..., Page]) -> None:
    spec = importlib.util.spec_from_file_location("studio_pictures", DOCS / "studio_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    page = opened("#source=digits&recipe=modern&hidden=16&epochs=12")
    hand = pictures.Hand(page)
    clicks = {}
    for name, does in pictures.TASKS.items():
        before = hand.clicks
        does(hand)
        clicks[name] = hand.clicks - before
        if name == "drag":  # the slider has followed
            shown = page.locator("clearprop-nudge output").inner_text()
            assert shown not in ("", "+0.01")
    assert clicks == CLICKS
    expect(page.locator(".blocks .bad").first).to_contain_text("wrong")
    numbers = {1: "一下", 2: "两下"}
    for lang in ("en", "zh"):
        text = (DOCS / lang / "studio.md").read_text(encoding="utf-8")
        for name, n in CLICKS.items():
            said = f"{n} click{'s' * (n > 1)}" if lang == "en" else numbers[n]
            part = text.partition(f"studio/{name}.webp")[0].rpartition("**")[2]
            assert said in part, (lang, name)
