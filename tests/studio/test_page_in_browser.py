"""The studio in Chromium: train, look inside, break and diagnose, in both languages."""

import struct
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from playwright.sync_api import Locator, Page, expect

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
    page.locator(".beside summary").click()
    page.locator(".beside [data-do=start]").click()
    page.locator(".runs").wait_for()
    for name in ("units", "worst", "steps", "nudge", "doctor"):
        page.locator(f"#tab-{name}").click()
        if name in ("steps", "nudge"):
            page.locator("#view > [data-ready]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert faults(page) == [], name
    page.locator("header button").first.click()
    page.locator(".lesson").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
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


def test_two_runs_are_trained_side_by_side_and_exchanged(opened: Callable[..., Page]) -> None:
    page = opened("#source=moons&made=60,0.1,0&hidden=3&epochs=4&bins=0")
    page.locator(".beside summary").click()
    button(page, "Another start beside it").click()
    button(page, "Train both").click()

    def row(label: str) -> Locator:
        return page.locator(".runs tbody tr").filter(has_text=label).locator("td")

    expect(row("epochs")).to_have_text(["4", "4"])
    expect(row("Seed")).to_have_text(["1", "0"])
    expect(page.locator(".chart").first.locator("polyline")).to_have_count(4)
    one, other = row("Cost J, training").all_inner_texts()
    assert one != other
    button(page, "Exchange").click()
    expect(row("Seed")).to_have_text(["0", "1"])
    expect(row("Cost J, training")).to_have_text([other, one])
    expect(page.get_by_label("Seed", exact=True)).to_have_value("0")
    page.get_by_label("lambda").fill("3")  # the run is opened anew, and the other one stays
    page.get_by_label("lambda").press("Enter")
    expect(row("lambda").first).to_have_text("3")
    button(page, "End the one beside").click()
    expect(page.locator(".runs")).to_be_hidden()
    expect(page.locator(".chart").first.locator("polyline")).to_have_count(0)


def test_while_it_trains_the_page_leaves_the_processors_to_training(
    opened: Callable[..., Page],
) -> None:
    page = opened("#source=digits&recipe=modern&hidden=16&epochs=100000&view=confusion")
    page.evaluate(
        """() => {
            window.addresses = 0;
            const real = history.replaceState;
            history.replaceState = (...given) => { addresses += 1; real.apply(history, given); };
            const studio = document.querySelector("clearprop-studio"), draw = studio.render;
            window.drawn = 0;
            studio.render = () => { drawn += 1; return draw.call(studio); };
        }"""
    )
    button(page, "Train").click()
    expect(page.locator(".chart").first).to_be_visible()
    before = page.evaluate("[drawn, addresses]")
    page.wait_for_timeout(2000)
    after = page.evaluate("[drawn, addresses]")
    assert 0 < after[0] - before[0] <= 14  # five messages a second of each kind
    assert after[1] == before[1]  # the address is that of the last place where it stood
    page.locator("#tab-steps").click()
    expect(page.locator("#view .files")).to_have_count(0)  # no sample is shown while it trains
    button(page, "Pause").click()
    expect(button(page, "One batch")).to_be_enabled()
    expect(page.locator(".place [role=status]")).to_have_text("paused")
    page.wait_for_url("**at=**")
    expect(page.locator("#view .files")).to_be_visible()


def test_every_view_is_saved_as_svg_and_png(opened: Callable[..., Page]) -> None:
    page = opened("#source=clouds&made=60,0.1,0&hidden=3&epochs=2&bins=0")
    page.locator("button.main").click()
    expect(page.locator(".place")).to_contain_text("done: all epochs")

    def saved(where: Locator, ending: str) -> tuple[str, bytes]:
        with page.expect_download() as download:
            where.locator(f"[data-save={ending}]").click()
        return download.value.suggested_filename, download.value.path().read_bytes()

    places = {"curves": ".charts + .files", "plane": ".planefigure .files"}
    for view in ("curves", "plane", "units", "confusion", "steps", "nudge", "surface"):
        if view not in places:
            page.locator(f"#tab-{view}").click()
        tag = {"steps": "clearprop-player", "nudge": "clearprop-nudge"}.get(view)
        if tag is not None:
            page.locator(f"{tag}[data-ready]").wait_for()
        if view == "surface":
            expect(page.locator("#view .files")).to_have_count(0)  # nothing to save yet
            button(page, "Compute the surface").click()
            page.locator(".starts").wait_for()
        where = page.locator(places.get(view, "#view .files"))
        name, drawn = saved(where, "svg")
        assert name == f"clouds-{view}-2.svg"
        inside = {
            element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()
        }
        assert inside & {"image", "polyline", "text"}, view
        name, drawn = saved(where, "png")
        assert name == f"clouds-{view}-2.png"
        assert drawn.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", drawn[16:24])
        assert 200 < width < 4000, view
        assert 100 < height < 4000, view


def test_a_drag_of_a_slider_is_one_undo(opened: Callable[..., Page]) -> None:
    page = opened("#source=moons&made=60,0.1,0&hidden=3&epochs=2&bins=0&view=steps")
    player = page.locator("clearprop-player[data-ready]")
    player.locator(".weight").first.click()
    box = player.locator(".editor input[type=range]").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for share in (0.6, 0.7, 0.8):
        page.mouse.move(box["x"] + share * box["width"], y)
    page.mouse.up()
    expect(page.locator("section.controls")).to_contain_text("1 weights edited here")
    button(page, "Undo").click()
    expect(button(page, "Undo")).to_be_disabled()
    expect(page.locator("section.controls")).not_to_contain_text("edited here")
