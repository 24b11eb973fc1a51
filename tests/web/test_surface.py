"""Several starts on the surface of J: the engine's ends, the plane, starts of one's own."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe

import clearprop
from clearprop import Options, Training, web

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "site"))

import xor_record

LATER = 30_000  # milliseconds: no test needs so long, but a busy machine may
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def shown(page, tmp_path, lang, tag="clearprop-surface", **attributes):
    """The element in a page, once its starts are trained."""
    body = web.element(tag, xor_record.record(), "<p>static</p>", lang, **attributes)
    path = tmp_path / f"{lang}.html"
    path.write_text(web.page("J", body, lang), encoding="utf-8")
    page.set_default_timeout(LATER)
    page.goto(path.as_uri())
    page.locator(f"{tag}[data-ready]").wait_for()
    return page


@pytest.fixture
def page(browser):
    """A page; nobody complains in it."""
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def end(seed, epochs):
    """J where the engine itself ends."""
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
    network = clearprop.Network((2, 2, 1), activation="tanh", regularization=0.01)
    options = Options("gd", learning_rate=1, epochs=epochs, patience=np.inf, check_gradient=False)
    training = Training(network, clearprop.initial_theta(network, seed, 3.0), X, y, options)
    for _ in training:
        pass
    return clearprop.cost_and_gradient(network, training.state.theta, X, y)[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_finds_the_minima_of_the_engine(page, tmp_path, lang):
    shown(page, tmp_path, lang, starts=12, init=3, epochs=3000)
    told = page.locator("[data-of=ends]").inner_text()
    page.wait_for_function("!document.querySelector('clearprop-surface').working")
    numbers = re.findall(r"\d\.\d{4}", told)
    counts = re.findall(r"(\d+) starts|(\d+) 个起点", told)
    assert numbers == ["0.1104", "0.4179", "0.5240"]
    assert [int(en or zh) for en, zh in counts] == [7, 3, 2]
    assert page.evaluate(SIDEWAYS) <= 0
    found = Axe().run(page).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert serious == []


def test_the_surface_goes_through_the_three_ends(page, tmp_path):
    shown(page, tmp_path, "en", starts=12, init=3, epochs=300)
    page.locator("[data-of=ends]").wait_for()
    off = page.evaluate(
        """() => {
            const { surface, trained, marked } = document.querySelector("clearprop-surface");
            const { origin, u, v } = surface.plane;
            const dot = (p, q) => p.reduce((sum, value, i) => sum + value * q[i], 0);
            const apart = marked.map((k) => {
                const away = trained.all[k].path.at(-1).map((value, i) => value - origin[i]);
                const J = surface.cost([dot(away, u), dot(away, v)]);
                return Math.abs(J - trained.all[k].costs.at(-1));
            });
            return [marked.length, Math.max(...apart), Math.abs(dot(u, v)), dot(u, u) + dot(v, v)];
        }"""
    )
    assert off[0] == 3
    assert off[1:] == pytest.approx([0, 0, 2], abs=1e-9)


def test_a_start_is_set_by_keyboard_and_a_path_is_followed(page, tmp_path):
    shown(page, tmp_path, "en", starts=4, init=3, epochs=100)
    page.locator("[data-of=ends]").wait_for()
    buttons = page.locator("[data-start]").all_inner_texts()
    in_page = {int(re.search(r"seed (\d+)", text)[1]): text.split()[-1] for text in buttons}
    assert in_page == {seed: f"{end(seed, 100):.4f}" for seed in range(4)}
    page.locator(".map").press("ArrowUp")
    assert page.locator("[data-of=here]").inner_text().startswith("Here J = ")
    page.locator(".map").press("Enter")
    page.get_by_text("set by hand").wait_for()
    assert page.locator("[data-start]").count() == 5
    page.locator("[name=plane]").select_option("path")
    page.get_by_text("% of its squared distances").wait_for()
    page.locator("[type=range]").press("Home")
    assert page.locator("[data-of=ends]").inner_text().startswith("After epoch 0")
    # Set anew, the element begins anew.
    page.evaluate("""() => {
        const element = document.querySelector("clearprop-surface");
        element.remove();
        document.body.append(element);
    }""")
    page.get_by_text("After epoch 100").wait_for()
    assert page.locator("[data-start]").count() == 4


def test_the_playground_has_the_surface_of_its_settings(page, tmp_path):
    shown(page, tmp_path, "en", "clearprop-playground")
    page.get_by_text("Several starts on the surface of J").click()
    page.locator("clearprop-surface [data-of=ends]").wait_for()
    seeds, sizes = page.evaluate(
        """() => {
            const { trained } = document.querySelector("clearprop-playground").shadowRoot
                .querySelector("clearprop-surface");
            return [trained.all.map((one) => one.seed), trained.task.net.sizes];
        }"""
    )
    assert seeds == list(range(8))
    assert sizes == [2, 4, 1]
