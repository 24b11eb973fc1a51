"""Drawn digits are treated as MNIST treats its own, in Python and in the page, and are read."""

import base64
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import clearprop
from clearprop import web
from clearprop.data.drawn import Image, as_mnist, as_small_digit, ink_of
from clearprop.explain.numbers import digits_for

ROOT = Path(__file__).parents[2]
MNIST = ROOT.parent / "shared" / "data" / "mnist" / "t10k-images-idx3-ubyte.gz"
READERS = {"mnist": web.reader(), "digits": web.reader()["other"]}
SIDE, PEN = 280, 20


# -- The treatment, on simulated drawings ----------------------------------------------------------


def simulated(image: Image, generator: np.random.Generator, side: int = 140) -> Image:
    """A digit of MNIST as if drawn on a canvas: moved, scaled, slanted, with another pen."""
    size, slant = generator.uniform(0.018, 0.03) * side, generator.uniform(-0.2, 0.2)
    x, y = generator.uniform(0.4, 0.6, 2) * side
    rows, columns = np.mgrid[:side, :side] + 0.5  # (side, side) each
    v = (rows - y) / size  # in pixels of the image, from its middle
    u = (columns - x) / (size * generator.uniform(0.9, 1.1)) + slant * v
    v, u = np.clip(v + 15.5, 0, 30.99), np.clip(u + 15.5, 0, 30.99)  # in the padded image
    padded = np.pad(image, 2)  # (32, 32)
    i, j = v.astype(int), u.astype(int)
    above = (1 - u + j) * padded[i, j] + (u - j) * padded[i, j + 1]
    below = (1 - u + j) * padded[i + 1, j] + (u - j) * padded[i + 1, j + 1]
    ink = (1 - v + i) * above + (v - i) * below
    return np.clip((ink - generator.uniform(0.2, 0.6)) * 4 + 0.5, 0, 1)


def centred_by_box(ink: Image) -> Image:
    image = as_mnist(ink)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    cut = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    found = np.zeros((28, 28))
    top, left = ((28 - n) // 2 for n in cut.shape)
    found[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return found


def merely_shrunk(ink: Image) -> Image:
    n = len(ink) // 28
    return ink.reshape(28, n, 28, n).mean(axis=(1, 3))


def parameters(reader: str) -> tuple[clearprop.Network, np.ndarray]:
    record = READERS[reader]
    network = clearprop.Network(tuple(record["network"]["sizes"]), regularization=1.0)
    packed = gzip.decompress(base64.b64decode(record["theta"].removeprefix("f4:")))
    return network, np.frombuffer(packed, "<f4").astype(np.float64)


@pytest.mark.skipif(not MNIST.exists(), reason="needs MNIST in ../shared/data")
def test_drawings_are_read_nearly_as_well_as_images_of_mnist() -> None:
    table = clearprop.read(str(MNIST))
    X, y = np.asarray(table.X[:300], np.float64) / 255, np.asarray(table.y[:300])
    generator = np.random.default_rng(0)
    drawings = [simulated(image, generator) for image in X.reshape(-1, 28, 28)]
    network, theta = parameters("mnist")

    def right(treatment: Callable[[Image], Image]) -> float:
        images = np.array([treatment(ink).ravel() for ink in drawings])
        return float(np.mean(clearprop.predict(network, theta, images).argmax(axis=1) == y))

    by_mass, by_box, shrunk = map(right, (as_mnist, centred_by_box, merely_shrunk))
    assert by_mass >= 0.95 * READERS["mnist"]["accuracy"]
    assert by_mass > by_box + 0.1
    assert by_box > shrunk + 0.1
    small, theta = parameters("digits")
    images = np.array([as_small_digit(ink).ravel() for ink in drawings])
    other = float(np.mean(clearprop.predict(small, theta, images).argmax(axis=1) == y))
    assert 0.5 < other < 0.8 < READERS["digits"]["accuracy"]  # trained on other hands


def test_the_centre_of_mass_is_on_pixel_14_and_the_longer_side_is_20() -> None:
    image = as_mnist(ink_of([[(30, 200), (90, 40), (200, 60)]], side=SIDE, width=PEN))
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    for axis in (0, 1):
        mass = image.sum(axis=1 - axis)
        assert abs(mass @ np.arange(28) / mass.sum() - 14) <= 0.5
    assert image.max() == 1.0


def test_an_empty_canvas_is_refused() -> None:
    for treatment in (as_mnist, as_small_digit):
        with pytest.raises(clearprop.DataError, match="expected a digit; got a canvas without ink"):
            treatment(np.zeros((9, 9)))


# -- The pad ---------------------------------------------------------------------------------------


def page_of(
    browser: Browser, tmp_path: Path, body: str, lang: str = "en", width: int = 800
) -> Page:
    path = tmp_path / "page.html"
    path.write_text(web.page("Digits", body, lang), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.said = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda one: one.type in ("error", "warning") and page.said.append(one.text),  # type: ignore[attr-defined]
    )
    page.goto(path.as_uri())
    page.wait_for_selector("[data-ready]")
    return page


def pad(lang: str = "en") -> str:
    return web.element("clearprop-drawing", web.reader(), "<p>static</p>", lang)


def fine(page: Page) -> None:
    """No complaint, no serious fault of access, nothing to be scrolled sideways."""
    assert page.said == []  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


# Draws strokes, and tells the image and the outputs of the reader that is chosen.
DRAW = """(drawings) => {
    const element = document.querySelector("clearprop-drawing");
    return drawings.map((strokes) => {
        element.drawStrokes(strokes);
        element.readNow();
        return [[...element.got.ink], [...element.outputs]];
    });
}"""


def test_the_page_makes_the_image_that_python_makes(browser: Browser, tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    drawings = []
    for n in (1, 1, 2, 2, 3, 3):
        scale, middle = generator.uniform(15, 120), generator.uniform(60, 220, 2)
        points = generator.normal(0, 1, (n, 5, 2)) * scale * [0.6, 1] + middle
        drawings.append(np.clip(points, 2, 278).tolist())
    drawings.append([[[140, 140]]])  # a dot
    page = page_of(browser, tmp_path, pad())
    for reader, treatment in (("mnist", as_mnist), ("digits", as_small_digit)):
        page.locator("select.reader").select_option(reader)
        network, theta = parameters(reader)
        for strokes, (image, h) in zip(drawings, page.evaluate(DRAW, drawings), strict=True):
            expected = treatment(ink_of(strokes, SIDE, PEN)).ravel()
            np.testing.assert_allclose(image, expected, rtol=0, atol=1e-12)
            np.testing.assert_allclose(h, clearprop.predict(network, theta, [expected])[0], 1e-9)
    page.close()


def answer(page: Page, digit: int, lang: str = "en") -> None:
    said = {"en": f"Read as {digit}:", "zh": f"认成 {digit}，"}[lang]
    page.locator(".answer", has_text=said).wait_for(timeout=5000)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_digits_are_drawn_and_read(browser: Browser, tmp_path: Path, lang: str) -> None:
    page = page_of(browser, tmp_path, pad(lang), lang, width=390)
    nothing = {"en": "Nothing is drawn yet.", "zh": "还没有写。"}[lang]
    assert page.locator(".answer").inner_text() == nothing
    for digit in range(10):
        page.locator("select.samples").select_option(str(digit))
        answer(page, digit, lang)
    page.locator(".buttons button").nth(1).click()  # clear
    page.locator(".answer", has_text=nothing).wait_for()
    box = page.locator("canvas.pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.25 * box["height"])
    page.mouse.down()
    for x, y in ((0.7, 0.23), (0.54, 0.52), (0.46, 0.83)):  # far apart: lines are drawn between
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.up()
    answer(page, 7, lang)
    fine(page)
    page.close()


def test_the_keyboard_draws_and_a_stroke_is_taken_back(browser: Browser, tmp_path: Path) -> None:
    page = page_of(browser, tmp_path, pad())
    page.locator("canvas.pad").focus()
    for key in (" ", *["ArrowDown"] * 14, " "):
        page.keyboard.press(key)
    answer(page, 1)
    page.get_by_role("button", name="Take back a stroke").click()
    page.locator(".answer", has_text="Nothing is drawn yet.").wait_for()
    fine(page)
    page.close()


def test_a_digit_in_the_corner_shows_what_the_treatment_is_for(
    browser: Browser, tmp_path: Path
) -> None:
    page = page_of(browser, tmp_path, pad())
    corner = [[[20, 20], [20, 80]]]
    middle = "() => document.querySelector('clearprop-drawing').got.ink[14 * 28 + 14]"
    page.evaluate(DRAW, [corner])
    assert page.evaluate(middle) == 1
    page.locator("select.treatment").select_option("shrunk")
    page.wait_for_function(f"({middle})() === 0")
    page.locator("select.treatment").select_option("box")
    page.wait_for_function(f"({middle})() > 0.5")
    page.close()


# -- Wishes ----------------------------------------------------------------------------------------


def small_network() -> tuple[clearprop.Network, np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(4)
    network = clearprop.Network((3, 5, 4, 3), cost="quadratic")
    theta = clearprop.initial_theta(network, seed=0, init="nielsen")
    return network, theta, generator.normal(0, 1, (6, 3)), np.arange(6) % 3


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_wishes_are_minus_the_derivatives(browser: Browser, tmp_path: Path, lang: str) -> None:
    network, theta, X, y = small_network()
    record = web.record(network, theta, X, y, outputs=["0", "1", "2"], sample=1)
    page = page_of(browser, tmp_path, web.element("clearprop-wishes", record, lang=lang), lang, 390)
    passed = clearprop.equations.forward(np, network, theta, X[1:2])
    back = clearprop.equations.backward(np, network, theta, passed, np.eye(3)[y[1:2]])
    B, a = clearprop.equations.split(network, theta)[-1], passed.activations[-2][0]
    delta = back.deltas[-1][0]
    k = y[1]
    order = np.argsort(-a)
    asked = -delta[k] * B[1 + order, k]  # of the activations
    shown = digits_for(asked.tolist())
    cells = page.locator("table.one tbody tr td:last-child").all_inner_texts()[1:]
    assert [cell.split()[-1] for cell in cells] == [shown.show(w) for w in asked.tolist()]
    fine(page)
    page.locator("[data-view=sum]").click()
    page.locator("select.unit").select_option("2")
    wish = -back.deltas[-2][0][1]
    last = page.locator("table.sum tr:last-child td")
    assert last.inner_text() == digits_for([wish]).show(wish)
    fine(page)
    page.locator("[data-view=batch]").click()
    D = clearprop.equations.split(network, clearprop.cost_and_gradient(network, theta, X, y)[1])[-1]
    rows = page.locator("table.batch td").all_inner_texts()
    assert len(rows) == 7
    each = [
        -clearprop.cost_and_gradient(network, theta, X[[i]], y[[i]])[1].reshape(-1)
        for i in range(6)
    ]
    each_k = [clearprop.equations.split(network, one)[-1][2, k] for one in each]
    shown = digits_for([*map(float, each_k), float(D[2, k])])
    assert [row.split()[-1] for row in rows] == [
        shown.show(w) for w in [*map(float, each_k), float(-D[2, k])]
    ]
    fine(page)
    page.close()


def test_wishes_follow_the_drawing(browser: Browser, tmp_path: Path) -> None:
    body = pad().replace("<clearprop-drawing", '<clearprop-drawing id="pad"')
    body += web.element("clearprop-wishes", READERS["mnist"], **{"for": "pad"})
    page = page_of(browser, tmp_path, body)
    page.locator("select.samples").select_option("3")
    page.locator("clearprop-wishes select.output").get_by_text("3").wait_for(state="attached")
    output = "document.querySelector('clearprop-wishes').renderRoot.querySelector('.output').value"
    page.wait_for_function(f"{output} === '4'")
    page.locator("select.meant").select_option("5")
    page.wait_for_function(f"{output} === '6'")
    page.close()
