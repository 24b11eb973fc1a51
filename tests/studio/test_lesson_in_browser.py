"""The lesson of the studio in Chromium, to its end in both languages; its links, and its place."""

import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from visits import button


def step_on(page: Page, times: int) -> None:
    for _ in range(times):
        page.locator("clearprop-player[data-ready] [data-do=forward]").click()


def train(page: Page, key: str) -> None:
    page.locator(f".controls button[data-do={key}]").click()


def drag_z(page: Page) -> None:
    unit = page.locator("clearprop-nudge[data-ready] [data-unit='2:1']")
    box = unit.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=4)
    page.mouse.up()


def two_runs(page: Page) -> None:
    page.locator(".beside summary").click()
    page.locator(".beside [data-do=start]").click()
    page.locator(".beside [data-do=both]").click()


# What each step asks for.
ACTS: dict[str, Callable[[Page], None]] = {
    "data": lambda page: page.locator(".worst button").first.click(),
    "zeros": lambda page: train(page, "epoch"),
    "random": lambda page: train(page, "epoch"),
    "forward": lambda page: step_on(page, 2),
    "cost": lambda page: page.locator("clearprop-player [data-do=next-sample]").click(),
    "delta": drag_z,
    "backward": lambda page: step_on(page, 1),
    "gradient": lambda page: step_on(page, 1),
    "check": lambda page: page.locator("[data-do=diagnose]").click(),
    "update": lambda page: train(page, "batch"),
    "train": lambda page: train(page, "run"),
    "wrong": lambda page: page.locator(".worst button").first.click(),
    "two-runs": two_runs,
    "surface": lambda page: page.locator("[data-do=compute]").click(),
}


@pytest.mark.filterwarnings("ignore:init='zeros'")  # a step shows what comes of it
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_lesson_is_walked_to_its_end(opened: Callable[..., Page], lang: str) -> None:
    catalogue = files("clearprop.studio").joinpath("catalogue", f"{lang}.toml")
    say = tomllib.loads(catalogue.read_text(encoding="utf-8"))
    page = opened(f"#source=moons&made=60,0.1,0&hidden=3&lang={lang}")
    button(page, say["lesson"]["start"]).click()
    for name, act in ACTS.items():
        expect(page.locator("#h-lesson")).to_have_text(say["lesson"][f"title-{name}"])
        expect(page.locator(".lesson [role=status]")).to_have_text("")
        assert f"lesson={name}&" in page.url
        act(page)
        expect(page.locator(".lesson [role=status]")).to_have_text(f"✓ {say['lesson']['done']}")
        expect(page.get_by_text(say["lesson"][f"then-{name}"].partition("{")[0])).to_be_visible()
        if name != "surface":
            button(page, say["lesson"]["next"]).click()
    expect(button(page, say["lesson"]["next"])).to_be_disabled()


def test_a_link_leads_to_a_step_and_a_reload_stays_there(opened: Callable[..., Page]) -> None:
    page = opened("#lesson=backward")
    title = page.locator("#h-lesson")
    expect(title).to_have_text("Step 4, backward propagation")
    expect(page.locator("clearprop-player[data-ready] .says")).to_contain_text("Backward, layer 3")
    train(page, "epoch")
    expect(page.locator(".place")).to_contain_text("epoch 1 of 60")
    page.reload()
    expect(title).to_have_text("Step 4, backward propagation")
    expect(page.locator(".place")).to_contain_text("epoch 1 of 60")
    page.get_by_label("Go to").select_option("check")
    expect(title).to_have_text("Step 5, gradient checking")
    link = page.get_by_role("link", name="Link to this step")
    expect(link).to_have_attribute("href", "#lesson=check")
    button(page, "Leave the lesson").click()
    expect(title).to_be_hidden()
    assert "lesson" not in page.url
