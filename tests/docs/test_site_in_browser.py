"""The sites in Chromium: nothing is cut, nothing is asked for elsewhere, everybody can use them.

One browser visits all pages. Each visit checks the layout; axe-core reads every page once in a
colour scheme of each language, since that takes the longest.
"""

from contextlib import contextmanager

import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from sources import CHAPTERS, HTML, LANGUAGES

COURSE = [page.replace(".md", ".html") for page in CHAPTERS]

# What is wider than the window, or than a box that neither scrolls nor grows.
CUT = """() => {
    const faults = [], wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > wide) faults.push("the page scrolls sideways");
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    for (const element of document.querySelectorAll("article *")) {
        if (element.closest("svg, math, iframe, .copybtn")) continue;
        const box = element.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        let around = element.parentElement;
        while (around && !scrolls(around)) around = around.parentElement;
        if (box.right > wide + 1 && (!around || around === document.documentElement))
            faults.push("beyond the window: " + element.outerHTML.slice(0, 80));
        if (getComputedStyle(element).overflowX === "hidden" && element.scrollWidth > box.width + 1)
            faults.push("cut: " + element.outerHTML.slice(0, 80));
    }
    return faults;
}"""
# How far down the first picture or number ends, at most 200 pixels of it counted.
FIRST = """() => {
    const box = document.querySelector("article .output").getBoundingClientRect();
    return box.top + Math.min(box.height, 200);
}"""


@pytest.fixture
def visits(browser, site):
    """Visit pages of a language, one after another, in a window; nobody complains."""

    @contextmanager
    def opened(language, width, scheme, height=900):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on(
            "console",
            lambda said: (
                said.type in ("error", "warning") and complaints.append((page.url, said.text))
            ),
        )
        page.on("pageerror", lambda error: complaints.append((page.url, str(error))))

        def visit(name):
            page.goto(f"{(site / language).as_uri()}/{name}")
            return page

        yield visit
        context.close()
        assert complaints == []
        here = (site.as_uri(), "data:", "about:srcdoc")
        assert [url for url in asked if not url.startswith(here)] == []

    return opened


@pytest.mark.parametrize(
    ("language", "width", "scheme", "pages"),
    [
        ("en", 390, "dark", HTML),
        ("en", 1280, "light", HTML),
        ("en", 1440, "dark", COURSE),
        ("zh", 390, "light", HTML),
        ("zh", 1280, "dark", HTML),
        ("zh", 1440, "light", COURSE),
    ],
)
def test_nothing_is_cut(visits, language, width, scheme, pages):
    with visits(language, width, scheme) as visit:
        faults = {page: found for page in pages if (found := visit(page).evaluate(CUT))}
    assert faults == {}


@pytest.mark.parametrize(
    ("language", "width", "scheme", "pages"),
    [
        ("en", 1280, "light", [*HTML, "search.html"]),
        ("zh", 390, "dark", [*COURSE, "index.html", "search.html", "api/network.html"]),
    ],
)
def test_axe_finds_no_serious_fault(visits, language, width, scheme, pages):
    with visits(language, width, scheme) as visit:
        faults = {page: found for page in pages if (found := serious(visit(page)))}
    assert faults == {}


def serious(page):
    """What axe-core finds that is serious or critical; frames have tests of their own."""
    # It would ask for the style sheets once more, which pages of file:// may not.
    options = {"iframes": False, "preload": False, "resultTypes": ["violations"]}
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
        for fault in Axe().run(page, options=options).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_begins_with_a_picture_or_a_number(visits, language):
    with visits(language, 1280, "light") as visit:
        first = {page: visit(page).evaluate(FIRST) for page in COURSE}
    assert [page for page, y in first.items() if y > 900] == []


@pytest.mark.parametrize(
    ("language", "words", "page"),
    [
        ("en", "gradient checking", "gradient-checking.html"),
        ("zh", "梯度检查", "gradient-checking.html"),
        ("zh", "隐藏单元的误差", "delta.html"),
        ("en", "cost_and_gradient", "api/gradients.html"),
    ],
)
def test_search_finds_words(visits, language, words, page):
    with visits(language, 1280, "light") as visit:
        found = visit(f"search.html?q={words}")
        found.wait_for_selector("#search-results li a")
        links = found.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
        assert any(f"/{language}/{page}" in link for link in links[:5])


def test_the_switches_switch(visits):
    """Of language, to the same page; of colours, which the frames follow."""
    with visits("en", 1280, "light") as visit:
        page = visit("backward.html")
        colour = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(colour)
        while page.evaluate("document.body.dataset.theme") != "dark":
            page.locator(".theme-toggle-content .theme-toggle").click()
        assert page.evaluate(colour) != light
        frame = "getComputedStyle(document.querySelector('iframe')).colorScheme"
        assert page.evaluate(frame) == "dark"
        page.locator(".page-links a[hreflang=zh]").click()
        assert page.url.endswith("/zh/backward.html")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_all_is_open_and_dark_on_white(visits, language):
    with visits(language, 680, "dark") as visit:
        page = visit("backward.html")
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open])").count() == 0
        assert page.locator("details[open]").count() >= 1
        for gone in (".sidebar-drawer", ".toc-drawer", ".page-links", ".mobile-header", ".copybtn"):
            assert not any(part.is_visible() for part in page.locator(gone).all())
        style = "(name) => getComputedStyle(document.body)[name]"
        assert page.evaluate(style, "backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert page.evaluate(style, "color") == "rgb(0, 0, 0)"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("details[open]").count() == 0
