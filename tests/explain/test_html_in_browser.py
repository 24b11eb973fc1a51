"""The page in Chromium: it asks for nothing, has no fault, and its units open their arithmetic."""

import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from playwright.sync_api import Locator, Page

from visits import faults, settled


def still(html: str) -> str:
    """The page as it is shown where no script runs, though scripts may look at it."""
    return html.partition("<script>")[0] + "</div></main></body></html>"


@pytest.mark.parametrize(
    ("name", "lang", "scheme", "width"),
    [
        pytest.param("image", "en", "light", 1440, marks=pytest.mark.long),
        pytest.param("table", "zh", "dark", 390, marks=pytest.mark.long),
        ("toy", "zh", "light", 390),
        ("forward", "en", "dark", 1280),
    ],
)
def test_axe_finds_no_fault(visit, explained, name, lang, scheme, width):
    page = visit(
        explained(name).to_html(lang),
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    assert faults(page) == []


@pytest.mark.parametrize("name", [pytest.param("toy", marks=pytest.mark.long), "forward"])
def test_axe_finds_no_fault_without_a_script(visit, explained, name):
    page = visit(still(explained(name).to_html("zh")))
    page.evaluate(
        """for (const panel of document.querySelectorAll('details')) {
            panel.removeAttribute('name'); panel.open = true;
        }"""
    )
    assert len(open_panels(page)) == 5
    assert faults(page) == []


def test_axe_sees_faults(visit):
    page = visit(
        "<!doctype html><html><body><main><h1>a</h1><a href='#x'></a></main></body></html>"
    )
    ids = {fault.split()[0] for fault in faults(page)}
    assert {"html-has-lang", "link-name"} <= ids


@pytest.mark.parametrize("name", ["image", "table", "toy", "forward", "large"])
def test_at_360_pixels_nothing_is_wider_than_the_screen(visit, explained, name):
    for lang in ("en", "zh"):
        page = visit(explained(name).to_html(lang), viewport={"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def open_panels(page: Page) -> list[str]:
    """The titles of the panels that can be read."""
    titles = page.locator("details[open] summary")
    return [title.inner_text() for title in titles.all() if title.is_visible()]


def unit(page: Page | Locator, layer: int, k: int) -> Locator:
    """The circle of a unit in the live drawing."""
    return page.locator(f'[data-unit="{layer}-{k}"]')


def opened(page: Page | Locator) -> str:
    """The title of the arithmetic that is open in the live drawing."""
    return page.locator("clearprop-unit .title").inner_text()


def test_a_click_opens_a_unit_and_closes_the_one_before(visit, explained):
    page = visit(explained("image").to_html())
    assert opened(page) == "Unit 1 of layer 2"
    unit(page, 2, 5).click()
    assert opened(page) == "Unit 5 of layer 2"
    page.locator("button[data-way=forward]").click()
    bias = f"{explained('image').unit(2, 5).bias:.5g} × 1"
    assert bias in page.locator("clearprop-unit table").inner_text()
    assert page.locator(".u[aria-pressed=true]").get_attribute("data-unit") == "2-5"
    lit = page.locator("line.on")
    assert lit.count() >= 2
    assert all("2-5" in line.get_attribute("data-ends").split() for line in lit.all())
    assert page.locator("details").first.is_hidden()  # what stands there without a script


@pytest.mark.parametrize(
    ("width", "height", "scheme", "lang"),
    [
        (390, 844, "light", "zh"),
        (1280, 720, "dark", "en"),
        pytest.param(390, 844, "light", "en", marks=pytest.mark.long),
        pytest.param(1440, 900, "light", "zh", marks=pytest.mark.long),
    ],
)
def test_the_arithmetic_of_a_unit_is_in_view_after_a_click(
    visit, explained, width, height, scheme, lang
):
    """Of the longest sums, in each direction; and so is the whole width of the drawing."""
    page = visit(
        explained("middle").to_html(lang),
        viewport={"width": width, "height": height},
        color_scheme=scheme,
    )
    net = page.locator(".net").last.bounding_box()
    assert net["x"] >= 0
    assert net["x"] + net["width"] <= width
    units = page.locator("[data-unit]")
    for circle in (units.first, units.nth(15), units.last):
        circle.click()
        for way in ("backward", "gradient", "forward"):
            page.locator(f"button[data-way={way}]").click()
            page.wait_for_timeout(50)  # for the scrolling
            box = page.locator("clearprop-unit").bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, way


@pytest.mark.parametrize("name", ["image", "middle", "table"])
def test_the_letters_of_the_drawing_can_be_read_on_a_telephone(visit, explained, name):
    page = visit(explained(name).to_html(), viewport={"width": 390, "height": 844})
    sizes, inside, targets = page.evaluate(
        """() => {
            const net = document.querySelector('clearprop-player').shadowRoot
                .querySelector('clearprop-network').shadowRoot;
            const texts = [...net.querySelectorAll('.net text')];
            return [
                texts.map(text => parseFloat(getComputedStyle(text).fontSize)),
                texts.every(text => {
                    const box = text.getBoundingClientRect();
                    return box.left >= 0 && box.right <= innerWidth;
                }),
                [...net.querySelectorAll('.u')].map(unit => unit.getBoundingClientRect())
                    .map(box => Math.min(box.width, box.height)),
            ];
        }"""
    )
    assert min(sizes) >= 11
    assert inside
    assert min(targets) >= 24


FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
    return at.dataset.unit || at.dataset.do || at.innerText || at.localName;
}"""


def test_the_keyboard_opens_units_goes_on_and_comes_back(visit, explained):
    page = visit(explained("toy").to_html())
    stops = []
    while not stops or stops[-1] != "2-3":
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        assert len(stops) < 12, stops
    assert stops[:3] == ["back", "play", "forward"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert opened(page) == "Unit 1 of layer 2"
    assert page.evaluate(FOCUSED) == "Unit 1 of layer 2"
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "2-1"
    for key, place in (
        ("ArrowDown", "2-2"),
        ("ArrowDown", "2-3"),
        ("ArrowDown", "2-3"),  # the last one
        ("ArrowRight", "3-2"),
        ("ArrowUp", "3-1"),
        ("ArrowLeft", "2-1"),
        ("ArrowLeft", "2-1"),  # inputs have no arithmetic
    ):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == place
    assert opened(page) == "Unit 1 of layer 2"
    ring = unit(page, 2, 1).locator(".paper").evaluate("e => getComputedStyle(e).strokeWidth")
    assert ring == "5px"  # the focus can be seen


def test_without_a_script_units_are_a_list_and_links_open_them(visit, explained):
    page = visit(explained("toy").to_html(), java_script_enabled=False)
    assert page.locator("summary").count() == 5
    assert all(title.is_visible() for title in page.locator("summary").all())
    page.locator('a.u[href="#cp-2-3"]:visible').click()
    page.locator("#cp-2-3").wait_for(state="visible")
    page.locator("summary", has_text="Unit 2 of layer 3").click()
    page.locator("#cp-3-2").wait_for(state="visible")
    assert page.locator("#cp-2-3").is_hidden()


def test_a_network_whose_record_is_too_large_is_shown_as_it_is_without_a_script(visit, explained):
    html = explained("large").to_html()
    assert "<clearprop-player" not in html
    page = visit(html)
    page.locator("a.u:visible").nth(20).click()
    assert len(open_panels(page)) == 1


def test_on_paper_all_that_is_told_is_dark_on_white(visit, explained):
    e = explained("image")
    page = visit(e.to_html(), color_scheme="dark", viewport={"width": 680, "height": 960})
    paper = "getComputedStyle(document.querySelector('.cpx')).backgroundColor"
    assert page.evaluate(paper) != "rgb(255, 255, 255)"
    other = next(k for k in range(1, 6) if k not in e.told(3))
    unit(page, 3, other).click()
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.cpx')).color") == (
        "rgb(27, 31, 36)"
    )
    told = sum(len(e.told(l)) for l in (2, 3, 4))
    units = page.locator(".unit h4")
    assert units.count() == 3 * told  # forward, backward, gradient
    assert all(unit.is_visible() for unit in units.all())
    assert opened(page) == f"Unit {other} of layer 3"  # what the reader chose, too
    assert page.locator("clearprop-unit table").is_visible()
    assert page.locator(".controls").is_hidden()
    assert page.locator("nav").is_hidden()
    box = page.locator(".net").last.bounding_box()
    assert box["width"] <= 680
    assert box["height"] <= 960
    pdf = page.pdf(format="A4")
    assert 5 <= pdf.count(b"/Type /Page\n") <= 25


def test_two_fragments_and_their_notebook_leave_each_other_alone(visit, explained):
    first, second = explained("toy")._repr_html_(), explained("image")._repr_html_()
    host = "<h1>Notebook</h1><table><tr><td>1</td></tr></table><svg><text>a</text></svg>"
    look = """[...document.querySelectorAll('body > h1, body > table *, body > svg *')].map(
        e => [...getComputedStyle(e)].map(name => getComputedStyle(e)[name]).join())"""
    head = '<!doctype html><html lang="en"><head><title>n</title></head><body>'
    alone = visit(f"{head}{host}</body></html>").evaluate(look)
    page = visit(f"{head}{host}{first}{second}</body></html>")
    assert page.evaluate(look) == alone
    frames = page.locator(".cpx")
    unit(frames.nth(1), 2, 1).click()
    titles = [opened(frame) for frame in frames.all()]
    assert titles == ["Unit 3 of layer 2", "Unit 1 of layer 2"]


NOTEBOOK = '<!doctype html><html lang="en"><head><title>n</title></head><body>{}</body></html>'


def test_one_explanation_that_stands_twice_answers_where_it_is_asked(visit, explained):
    fragment = explained("toy")._repr_html_()
    page = visit(NOTEBOOK.format(fragment * 2))
    first, second = page.locator(".cpx").all()
    unchanged = opened(first)
    unit(second, 2, 1).click()
    assert (opened(first), opened(second)) == (unchanged, "Unit 1 of layer 2")
    assert second.evaluate("frame => frame.contains(document.activeElement)")


def test_scripts_that_run_once_more_change_nothing(visit, explained):
    """JupyterLab shows both copies before any script runs; the scripts then run one by one."""
    fragment = explained("toy")._repr_html_()
    page = visit(NOTEBOOK.format("<div id='cell-1'></div><div id='cell-2'></div>"))
    page.evaluate(
        """fragment => {
            const cells = document.querySelectorAll('body > div');
            for (const cell of cells) cell.innerHTML = fragment;
            for (const cell of cells)
                for (const script of cell.querySelectorAll('script')) {
                    const again = document.createElement('script');
                    for (const { name, value } of script.attributes)
                        again.setAttribute(name, value);
                    again.textContent = script.textContent;
                    script.replaceWith(again);
                }
        }""",
        fragment,
    )
    settled(page)
    first, second = page.locator(".cpx").all()
    start = opened(first)
    unit(second, 2, 3).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert opened(second) == "Unit 2 of layer 2"  # one step, not one for each script
    assert opened(first) == start


LIVE = """document.querySelector('clearprop-player').shadowRoot
    .querySelector('clearprop-network').shadowRoot.querySelector('.net')"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("drawing", "kept"), [("document.querySelector('.net')", still), (LIVE, str)]
)
def test_the_number_in_a_circle_can_be_read_however_full_it_is(
    visit, explained, scheme, drawing, kept
):
    page = visit(kept(explained("toy").to_html()), color_scheme=scheme)
    paper, ink, *levels = page.evaluate(
        """() => {
            const net = DRAWING, look = getComputedStyle;
            const rgb = text => text.match(/[.0-9]+/g).slice(0, 3).map(Number);
            const all = document.querySelector('.cpx');
            const found = [rgb(look(all).backgroundColor), rgb(look(all).color)];
            for (let i = 0; i <= 8; i++) {
                net.innerHTML += `<circle class="fill f${i}"/><text class="t${i}"/>`;
                const [circle, text] = [...net.children].slice(-2);
                found.push([Number(look(circle).fillOpacity), rgb(look(text).fill)]);
            }
            return found;
        }""".replace("DRAWING", drawing)
    )
    fillings = [opacity for opacity, _ in levels]
    assert fillings == sorted(set(fillings))
    assert (fillings[0], fillings[-1]) == (0, 1)
    for opacity, text in levels:
        ground = [p * (1 - opacity) + i * opacity for p, i in zip(paper, ink, strict=True)]
        assert _contrast(ground, text) >= 4.5, (opacity, text)


def _contrast(one: list[float], other: list[float]) -> float:
    """Of two colours: WCAG 2.2, "contrast ratio"."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: list[float]) -> float:
    parts = [c / 255 for c in rgb]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
