"""The page in Chromium: it asks for nothing, has no fault, and its units open their arithmetic."""

import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page


class Visit:
    """A page in a context of its own, and what went wrong on it."""

    def __init__(self, browser: Browser, path, html: str, **options) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        path.write_text(html, encoding="utf-8")
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())
        self.own = path.as_uri()

    def went_well(self) -> bool:
        """Nothing was asked for but the page itself and what it carries; nobody complained."""
        others = [url for url in self.asked if url != self.own and not url.startswith("data:")]
        return (others, self.complaints) == ([], [])


@pytest.fixture
def visit(browser, tmp_path):
    """Open HTML in a window of 1280 x 900; at the end it must have gone well."""
    visits = []

    def opened(html: str, **options) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        visits.append(Visit(browser, tmp_path / f"{len(visits)}.html", html, **options))
        return visits[-1].page

    yield opened
    for one in visits:
        one.context.close()
        assert one.went_well(), (one.asked, one.complaints)


def faults(page: Page) -> list[str]:
    """What axe-core finds that is more than minor."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html']}"
        for fault in found
        if fault["impact"] != "minor"
    ]


@pytest.mark.parametrize(
    ("name", "lang", "scheme", "width"),
    [
        ("image", "en", "light", 1440),
        ("table", "zh", "dark", 390),
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
    if name in ("toy", "forward"):  # with all panels open; it would take longer for the others
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


def test_a_click_opens_a_unit_and_closes_the_one_before(visit, explained):
    page = visit(explained("image").to_html())
    assert open_panels(page) == ["Unit 3 of layer 4, which stands for 2"]
    page.locator('a.u[href="#cp-2-5"]:visible').click()
    assert open_panels(page) == ["Unit 5 of layer 2"]
    panel = page.locator("#cp-2-5")
    assert panel.locator("h4").all_inner_texts() == ["Forward", "Backward", "Gradient"]
    bias = f"{explained('image').unit(2, 5).bias:.5g} × 1"
    assert bias in panel.inner_text()
    assert page.locator("a.u[aria-current]:visible").get_attribute("href") == "#cp-2-5"
    lit = page.locator("line.on")
    assert lit.count() >= 2
    assert all("2-5" in line.get_attribute("data-ends").split() for line in lit.all())
    assert page.locator("details:not([open]) summary").first.is_hidden()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(390, 844, "light"), (1280, 900, "dark"), (1440, 900, "light")]
)
def test_the_arithmetic_of_a_unit_is_in_view_after_a_click(
    visit, explained, width, height, scheme, lang
):
    """Of the widest layers' units, in each direction; and so is the whole width of the drawing."""
    page = visit(
        explained("large").to_html(lang),
        viewport={"width": width, "height": height},
        color_scheme=scheme,
    )
    net = page.locator(".net:visible").bounding_box()
    assert net["x"] >= 0
    assert net["x"] + net["width"] <= width
    assert page.locator(".net:visible").evaluate("net => net.scrollWidth <= net.clientWidth")
    links = page.locator("a.u:visible")
    for link in (links.nth(0), links.nth(20), links.last):
        link.click()
        for way in ("backward", "gradient", "forward"):
            page.locator(f".ways button[data-way={way}]").click()
            box = page.locator(f"details[open] .way.{way}").bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, way
            other = page.locator(f"details[open] .way:not(.{way})")
            assert not any(element.is_visible() for element in other.all())


def test_the_letters_of_the_drawing_can_be_read_on_a_telephone(visit, explained):
    page = visit(explained("image").to_html(), viewport={"width": 390, "height": 844})
    sizes = page.evaluate(
        """[...document.querySelectorAll('.net.narrow text')].map(text => {
            const net = text.ownerSVGElement;
            const scale = net.getBoundingClientRect().width / net.viewBox.baseVal.width;
            return parseFloat(getComputedStyle(text).fontSize) * scale;
        })"""
    )
    assert min(sizes) > 8
    inside = page.evaluate(
        """[...document.querySelectorAll('.net.narrow text')].every(text => {
            const box = text.getBoundingClientRect();
            return box.left >= 0 && box.right <= innerWidth;
        })"""
    )
    assert inside


def focused(page: Page) -> str:
    """What the focused element is: a link's place, or a title."""
    return page.evaluate(
        "document.activeElement.getAttribute('href') || document.activeElement.innerText"
    )


def test_the_keyboard_opens_units_goes_on_and_comes_back(visit, explained):
    page = visit(explained("toy").to_html())
    stops = []
    while not stops or stops[-1] != "#cp-2-1":
        page.keyboard.press("Tab")
        stops.append(focused(page))
        assert len(stops) < 5
    assert stops[0] == "#cp-units"  # past the diagram
    page.keyboard.press("Enter")
    assert open_panels(page) == ["Unit 1 of layer 2"]
    assert focused(page) == "Unit 1 of layer 2"
    page.keyboard.press("Escape")
    assert focused(page) == "#cp-2-1"
    for key, place in (
        ("ArrowDown", "#cp-2-2"),
        ("ArrowDown", "#cp-2-3"),
        ("ArrowDown", "#cp-2-3"),  # the last one
        ("ArrowRight", "#cp-3-2"),
        ("ArrowUp", "#cp-3-1"),
        ("ArrowLeft", "#cp-2-1"),
        ("ArrowLeft", "#cp-2-1"),  # inputs have no arithmetic
    ):
        page.keyboard.press(key)
        assert focused(page) == place
    assert open_panels(page) == ["Unit 1 of layer 2"]
    ring = page.evaluate(
        "getComputedStyle(document.activeElement.querySelector('.paper')).strokeWidth"
    )
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


def test_on_paper_all_that_is_told_is_dark_on_white(visit, explained):
    e = explained("image")
    page = visit(e.to_html(), color_scheme="dark", viewport={"width": 680, "height": 960})
    paper = "getComputedStyle(document.querySelector('.cpx')).backgroundColor"
    assert page.evaluate(paper) != "rgb(255, 255, 255)"
    other = next(k for k in range(1, 6) if k not in e.told(3))
    page.locator(f'a.u[href="#cp-3-{other}"]:visible').click()
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.cpx')).color") == (
        "rgb(27, 31, 36)"
    )
    told = sum(len(e.told(l)) for l in (2, 3, 4))
    units = page.locator(".unit h4")
    assert units.count() == 3 * told  # forward, backward, gradient
    assert all(unit.is_visible() for unit in units.all())
    assert open_panels(page) == [f"Unit {other} of layer 3"]  # what the reader chose, too
    assert page.locator("nav").is_hidden()
    box = page.locator(".net:visible").bounding_box()
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
    frames.nth(1).locator("a.u").first.click()
    opened = [frame.locator("details[open] summary").inner_text() for frame in frames.all()]
    assert opened[1] == "Unit 1 of layer 2"
    assert opened[0].startswith("Unit ")
    assert opened[0].endswith("of layer 3")


NOTEBOOK = '<!doctype html><html lang="en"><head><title>n</title></head><body>{}</body></html>'


def opened_in(frame) -> list[str]:
    """The titles of the open panels of one fragment."""
    return frame.locator("details[open] summary").all_inner_texts()


def test_one_explanation_that_stands_twice_answers_where_it_is_asked(visit, explained):
    fragment = explained("toy")._repr_html_()
    page = visit(NOTEBOOK.format(fragment * 2))
    first, second = page.locator(".cpx").all()
    assert opened_in(first) == opened_in(second) != []  # neither has closed the other's
    for frame, other, link, expected in (
        (second, first, "-2-3", "Unit 3 of layer 2"),
        (first, second, "-2-2", "Unit 2 of layer 2"),
    ):
        unchanged = opened_in(other)
        frame.locator(f'a.u[href$="{link}"]:visible').click()
        assert opened_in(frame) == [expected]
        assert opened_in(other) == unchanged
        assert frame.locator("a.u[aria-current]:visible").get_attribute("href").endswith(link)
        focus_inside = "frame => frame.contains(document.activeElement)"
        assert frame.evaluate(focus_inside)
        assert not other.evaluate(focus_inside)


def test_a_link_past_the_diagram_stays_in_its_own_copy(visit, explained):
    page = visit(NOTEBOOK.format(explained("toy")._repr_html_() * 2))
    second = page.locator(".cpx").nth(1)
    second.locator("a.skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(
        "document.activeElement === document.querySelectorAll('.cpx')[1].querySelector('.panels')"
    )
    page.keyboard.press("Tab")
    assert second.locator(".panels button:focus").count() == 1


def test_scripts_that_run_once_more_change_nothing(visit, explained):
    """JupyterLab shows both copies before any script runs; the scripts then run one by one."""
    fragment = explained("toy")._repr_html_()
    page = visit(NOTEBOOK.format("<div id='cell-1'></div><div id='cell-2'></div>"))
    names = "Object.getOwnPropertyNames(window).length"
    before = page.evaluate(names)
    page.evaluate(
        """fragment => {
            const cells = document.querySelectorAll('body > div');
            for (const cell of cells) cell.innerHTML = fragment;
            for (const cell of cells)
                for (const script of cell.querySelectorAll('script')) {
                    const again = document.createElement('script');
                    again.textContent = script.textContent;
                    script.replaceWith(again);
                }
        }""",
        fragment,
    )
    assert page.evaluate(names) == before  # the scripts leave no names behind
    first, second = page.locator(".cpx").all()
    start = opened_in(first)
    second.locator("a.u").nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert opened_in(second) == ["Unit 2 of layer 2"]  # one step, not one for each script
    assert opened_in(first) == start


def test_without_a_script_the_panels_of_two_copies_leave_each_other_alone(visit, explained):
    page = visit(NOTEBOOK.format(explained("toy")._repr_html_() * 2), java_script_enabled=False)
    first, second = page.locator(".cpx").all()
    start = opened_in(first)
    assert opened_in(second) == start
    second.locator("summary", has_text="Unit 2 of layer 2").click()
    assert opened_in(second) == ["Unit 2 of layer 2", *start]
    assert opened_in(first) == start


def test_less_motion_where_less_is_asked_for(visit, explained):
    page = visit(explained("toy").to_html(), reduced_motion="reduce")
    moving = "getComputedStyle(document.querySelector('.net line')).transitionDuration"
    assert page.evaluate(moving) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) == "0.15s"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_number_in_a_circle_can_be_read_however_full_it_is(visit, explained, scheme):
    page = visit(explained("toy").to_html(), color_scheme=scheme)
    paper, ink, *levels = page.evaluate(
        """() => {
            const net = document.querySelector('.net'), look = getComputedStyle;
            const rgb = text => text.match(/[.0-9]+/g).slice(0, 3).map(Number);
            const all = document.querySelector('.cpx');
            const found = [rgb(look(all).backgroundColor), rgb(look(all).color)];
            for (let i = 0; i <= 8; i++) {
                net.innerHTML += `<circle class="fill f${i}"/><text class="t${i}"/>`;
                const [circle, text] = [...net.children].slice(-2);
                found.push([Number(look(circle).fillOpacity), rgb(look(text).fill)]);
            }
            return found;
        }"""
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
