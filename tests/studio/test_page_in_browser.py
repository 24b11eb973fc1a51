"""The studio in Chromium: train, look inside, break and diagnose, in both languages."""

from collections.abc import Callable

import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from visits import button, faults


def test_the_digits_are_trained_looked_into_and_copied(opened: Callable[..., Page]) -> None:
    page = opened("#source=digits&recipe=modern&hidden=16&epochs=12&regularization=1")
    button(page, "One batch").click()
    expect(page.locator(".place")).to_contain_text("epoch 0 of 12, minibatch 1 of 20")
    button(page, "Undo").click()
    expect(page.locator(".place")).to_contain_text("epoch 0 of 12, minibatch 0 of 20")
    button(page, "Train").click()
    expect(page.locator(".place")).to_contain_text("done: all epochs")
    expect(page.locator(".controls")).to_contain_text("gradient checked: right")
    accuracy = page.locator(".chart").nth(1).locator(".value").nth(1)
    assert float(accuracy.inner_text()) > 0.9
    page.get_by_role("tab", name="Most wrong").click()
    page.locator(".worst button").first.click()
    player = page.locator("clearprop-player[data-ready]")
    player.wait_for()
    expect(page.get_by_role("tab", name="Step by step")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Copy").click()
    line = "clearprop train digits --recipe modern --hidden 16"
    expect(page.get_by_label("As a command")).to_contain_text(line)
    assert "at=12%2C0" in page.url
    assert "view=code" in page.url


def test_an_address_leads_back_to_its_place_with_its_edited_weights(
    opened: Callable[..., Page],
) -> None:
    page = opened("#source=moons&made=60,0.1,0&hidden=3&epochs=2&bins=0&weights=2:0.5&at=1,0")
    expect(page.locator(".place")).to_contain_text("epoch 1 of 2")
    page.get_by_role("tab", name="Copy").click()
    expect(page.get_by_label("As Python")).to_contain_text("advance(training, 1, 0), {2: 0.5}")


def test_an_update_in_the_player_is_only_shown_and_an_edited_weight_goes_into_the_run(
    opened: Callable[..., Page],
) -> None:
    page = opened("#source=moons&made=60,0.1,0&hidden=3&epochs=2&bins=0&view=steps")
    player = page.locator("clearprop-player[data-ready]")
    for _ in range(4):
        player.locator("[data-do=forward]").click()
    expect(player.locator(".facts")).to_contain_text("updates so far: 1")
    expect(button(page, "Undo")).to_be_disabled()
    player.locator(".weight").first.click()
    player.locator(".editor input[type=number]").fill("0.5")
    player.locator(".editor input[type=number]").press("Enter")
    expect(button(page, "Undo")).to_be_enabled()
    page.get_by_role("tab", name="Copy").click()
    lines = page.get_by_label("As Python")
    expect(lines).to_contain_text("advance(training, 0, 0), {")
    assert lines.inner_text().count(": 0.5}") == 1


def test_the_link_holds_no_token_and_without_a_clipboard_the_lines_are_selected(
    opened: Callable[..., Page],
) -> None:
    page = opened("?token=not-to-be-shared#source=moons&made=60,0.1,0&hidden=3&view=code")
    link = page.get_by_label("Link to this place").inner_text()
    assert link.endswith("view=code")
    assert "token" not in link
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    button(page, "Copy").first.click()
    expect(page.get_by_text("Selected: this page has no clipboard")).to_be_visible()
    assert "clearprop train moons.csv" in page.evaluate("String(getSelection())")


def test_an_upload_asks_for_its_column_in_the_work_area(opened: Callable[..., Page]) -> None:
    page = opened("#source=moons&made=60,0.1,0&hidden=3")
    address = page.url
    page.get_by_label("Source").select_option("upload")
    assert page.url == address
    rows = b"x,z,kind\n" + b"1,2,a\n3,4,b\n" * 20
    file = {"name": "own.csv", "mimeType": "text/csv", "buffer": rows}
    page.locator("form input[type=file]").set_input_files(file)
    asked = page.get_by_text("Choose the column with the labels")
    expect(asked).to_be_visible()
    page.get_by_label("Which column holds the labels?").select_option("kind")
    expect(asked).to_be_hidden()
    expect(page.locator("form")).to_contain_text("2 classes")


@pytest.mark.parametrize(("lang", "scheme", "width"), [("zh", "dark", 390), ("en", "light", 1280)])
def test_axe_finds_no_fault_and_nothing_is_too_wide(
    opened: Callable[..., Page], lang: str, scheme: str, width: int
) -> None:
    page = opened(
        f"#source=spiral&made=80,0.1,0&hidden=4&epochs=3&lang={lang}",
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
    )
    page.locator("button.main").click()
    expect(page.locator(".place [role=status]")).not_to_be_empty()
    for name in ("units", "worst", "steps", "doctor"):
        page.locator(f"#tab-{name}").click()
        if name == "steps":
            page.locator("clearprop-player[data-ready]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert faults(page) == [], name
    if lang == "zh":
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        expect(page.locator("h1")).to_have_text("Clearprop 工作台")


def test_a_mistake_is_diagnosed_and_an_error_is_told_in_the_page(
    opened: Callable[..., Page],
) -> None:
    page = opened(
        "#source=moons&made=60,0.1,0&hidden=3&activation=sigmoid&cost=logistic&view=doctor"
    )
    expect(page.locator("#mistake")).to_have_value("slope-missing")
    expect(page.locator(".doctor")).to_contain_text("a small network (4-5-1")
    button(page, "Break it and diagnose").click()
    expect(page.locator(".report")).to_contain_text("[slope-missing]")
    address = page.url
    page.locator(".layer input").first.fill("99999999")
    page.locator(".layer input").first.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("hidden: expected whole numbers from 1 to")
    expect(page.locator(".layer input").first).to_have_value("3")
    assert page.url == address
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("alert")).to_contain_text("没有成功")
