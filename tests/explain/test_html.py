"""The page says what the text says, carries all it needs, and leaks nothing into a notebook."""

import re
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from clearprop.explain.assemble import assemble
from clearprop.explain.blocks import Sum, Table, Unit
from clearprop.explain.trace import trace
from clearprop.language import LANGUAGES

# Elements that have no end.
VOID = {"meta", "input", "br", "hr", "img", "link", "wbr"}


class Reader(HTMLParser):
    """Elements, attributes and texts; everything that opens must be closed in its order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.cells: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.cells += [""] * (tag == "td")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open:
            self.cells[-1] += data
        if not {"style", "script"} & set(self.open):
            self.text += data

    def values(self, attribute: str) -> list[str]:
        """All values of an attribute."""
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attrs for name, attrs in self.elements if name == tag]


def cells(blocks):
    """The cells of all sums and tables beside their first column, as the blocks have them."""
    for block in blocks:
        match block:
            case Unit():
                yield from cells(block.blocks)
            case Sum():
                for row in (*block.rows, block.total, *block.after):
                    yield from (row.product, row.value)
            case Table():
                yield from (cell for row in block.rows for cell in row[1:])


def with_digits(found):
    """Those that are numbers, or made of numbers."""
    return [cell for cell in found if re.fullmatch(r"[-+\d.e×/ ]*\d", cell)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["image", "table", "toy", "forward", "large"])
def test_the_parts_have_every_number_of_the_text_in_its_order(explained, name, lang):
    e = explained(name)
    page = e.to_html(lang)
    page = page.partition("<script>")[0]
    end = page.rindex("</section>") + len("</section>")
    parts = page[page.index('<section id="cp-part-1">') : end]
    shown = [cell.removesuffix("=").strip() for cell in Reader(parts).cells]
    expected = with_digits(cells(assemble(e, lang)))
    assert len(expected) > 15
    assert with_digits(shown) == expected
    text = e.to_text(lang)
    assert [cell for cell in expected if cell not in text] == []


@pytest.mark.parametrize("name", ["image", "table", "toy", "forward", "large"])
def test_every_circle_opens_a_panel_with_its_sums(explained, name):
    e = explained(name)
    reader = Reader(e.to_html())
    links = [attrs for attrs in reader.all("a") if attrs.get("class") == "u"]
    ids = reader.values("id")
    assert len(ids) == len(set(ids))
    assert all(link["href"].removeprefix("#") in ids for link in links)
    drawn = [tuple(map(int, link["href"].split("-")[1:])) for link in links]
    told = {(l, k) for l in range(2, e.one.n_layers + 1) for k in e.told(l)}
    assert told <= set(drawn)
    assert len(links) == 2 * len(set(drawn))  # in the wide drawing and in the narrow one
    assert len(reader.all("details")) == len(set(drawn))
    assert sum("open" in attrs for attrs in reader.all("details")) == 1


def test_a_circle_says_its_numbers_and_its_panel_its_arithmetic(explained):
    e = explained("image")
    l, k = 3, e.told(3)[0]
    a, delta = (f"{v[0, k - 1]:.3g}" for v in (e.one.a(l), e.one.delta(l)))
    page = e.to_html()
    label = f"Unit {k} of layer {l}: a = {a}, delta = {delta}"
    assert f'href="#cp-{l}-{k}" aria-label="{label}"' in page
    panel = page[page.index(f'<div id="cp-{l}-{k}">') :].split("</details>")[0]
    story = e.unit(l, k)
    assert re.findall("<h4>(.*?)</h4>", panel) == ["Forward", "Backward", "Gradient"]
    for value in (story.a, story.bias, story.delta, story.nudge.raised, story.shares[0].product):
        assert f"{value:.5g}" in panel
    assert "Checked: raise" in panel


def test_without_targets_circles_have_no_rings(explained):
    page = explained("forward").to_html("zh").partition("<script>")[0]
    assert 'aria-label="第 2 层第 1 个单元：a = ' in page
    assert 'class="ring' not in page
    assert "圆环" not in page


def test_the_pixels_of_a_drawing_are_an_image(explained):
    reader = Reader(explained("image").to_html())
    image, narrow = reader.all("image")
    assert narrow["href"] == image["href"]
    assert image["href"].startswith("data:image/png;base64,")
    assert image["aria-label"] == "The inputs as an image."
    assert reader.all("img") == []


def test_names_from_the_data_are_text(explained):
    page = explained("table").to_html()
    reader = Reader(page)
    assert reader.all("script") == [{"type": "application/json"}, {}]
    assert reader.all("b") == []
    assert page.count("</style>") == 2  # the page's and the report's
    assert "The network says <script>alert(1)</script>; right is a & b." in reader.text
    assert "(\"quoted\" 'name')" in reader.text
    assert "(</style><b>)" in reader.text


@pytest.mark.parametrize(("lang", "code"), [("en", "en"), ("zh", "zh-CN")])
def test_the_page_names_its_language_and_loads_nothing(explained, lang, code):
    page = explained("image").to_html(lang)
    reader = Reader(page)
    assert reader.all("html") == [{"lang": code}]
    assert reader.all("link") == []
    for name in ("src", "srcset", "poster", "action"):
        assert reader.values(name) == []
    assert {href[0] for href in reader.values("href")} == {"#", "d"}  # places, and the image
    assert "url(" not in page
    assert "@import" not in page
    assert not re.search("https?:", page)


def test_headings_go_down_one_level_at_a_time(explained):
    levels = [int(tag[1]) for tag, _ in Reader(explained("image").to_html()).elements
              if re.fullmatch("h[1-6]", tag)]  # fmt: skip
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(b - a for a, b in pairwise(levels)) == 1


def test_fragments_in_one_notebook_keep_apart(explained):
    first, second = (explained(name)._repr_html_() for name in ("image", "toy"))
    ids = [Reader(fragment).values("id") for fragment in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    for fragment, own in zip((first, second), ids, strict=True):
        reader = Reader(fragment)
        assert len(own) == len(set(own))
        assert all(name.startswith(own[0]) for name in own)
        assert {href[1:] for href in reader.values("href") if href[0] == "#"} <= set(own)
        assert reader.all("details") == []
        assert not {"html", "head", "body", "main", "nav"} & {tag for tag, _ in reader.elements}


def test_the_panels_of_a_page_open_one_at_a_time_without_a_script(explained):
    panels = Reader(explained("image").to_html()).all("details")
    assert {attrs["name"] for attrs in panels} == {"cp-unit"}


def root_id(e):
    return Reader(e._repr_html_()).values("id")[0]


def test_ids_are_the_same_in_every_run_and_another_explanation_has_others(explained):
    e = explained("image")
    assert e._repr_html_() == replace(e)._repr_html_()
    code = (
        "import clearprop\n"
        "e = clearprop.explain(clearprop.Network((2, 1)), [0.5, 1.0, -1.0], [3.0, 1.0], 1)\n"
        "print(e._repr_html_())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    own = e.batch
    others = [
        replace(e, sample=1),
        replace(e, asked=((2, 1),)),
        replace(e, lang="zh"),
        replace(e, names=replace(e.names, seen="1")),
        replace(e, batch=trace(own.network, own.theta, own.X)),
        replace(e, batch=trace(own.network, own.theta, own.X, own.Y[::-1])),
        replace(e, batch=trace(own.network, own.theta, own.X[::-1], own.Y)),
        replace(e, batch=trace(own.network, -own.theta, own.X, own.Y)),
        replace(e, batch=trace(replace(own.network, regularization=1.0), own.theta, own.X, own.Y)),
    ]
    assert len({root_id(one) for one in [e, *others]}) == 1 + len(others)


def test_a_fragment_styles_nothing_but_itself(explained):
    [style] = re.findall("<style>(.*?)</style>", explained("toy")._repr_html_(), re.DOTALL)
    style = re.sub(r"@(media|container)[^{]*{", "", style)
    selectors = re.findall(r"([^{}]+){", style)
    assert len(selectors) > 50
    for selector in selectors:
        # Commas inside :is(...) do not part selectors.
        for one in re.sub(r":is\([^)]*\)", "", selector).split(","):
            assert one.strip().startswith((".cpx", ".clearprop")), selector


def test_a_large_network_makes_a_small_page_in_time(explained):
    e = explained("large")
    begun = time.process_time()
    page = e.to_html()
    assert time.process_time() - begun < 5  # about 1 s of the processor
    assert 100_000 < len(page.encode()) < 500_000
    assert Reader(page).text.count("⋮ 496 more") == 4  # two layers in two drawings
