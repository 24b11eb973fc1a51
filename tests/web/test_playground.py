"""Training in the page: the engine's bits, one start, the lines of Python, and use by everybody."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import clearprop
from clearprop import web

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "site"))

import digits_record

LATER = 30_000  # milliseconds: no test needs so long, but a busy machine may

# Letters that are too small, and targets that a finger misses.
SMALL = """(element) => {
    const faults = [];
    for (const one of element.shadowRoot.querySelectorAll("*")) {
        const box = one.getBoundingClientRect();
        if (!box.width || !box.height || one.matches("input[type=checkbox], option")) continue;
        const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (own && parseFloat(getComputedStyle(one).fontSize) < 11) faults.push(one.outerHTML);
        if (one.matches("button, input, select") && Math.min(box.width, box.height) < 24)
            faults.push(one.outerHTML);
    }
    return faults;
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page with one element; nobody complains, and nothing is asked for."""
    contexts, complaints, asked = [], [], []

    def show(*tags, address="", lang="en", width=1000, scheme="light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width < 500
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LATER)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        made = [
            web.element(tag, digits_record.record(), "<p>static</p>", lang, address="")
            for tag in tags
        ]
        path = tmp_path / f"{tags[0]}.{lang}.html"
        path.write_text(web.page("Training", "".join(made), lang), encoding="utf-8")
        page.goto(path.as_uri() + address)
        for tag in tags:
            page.locator(f"{tag}[data-ready]").wait_for()
        return page

    yield show
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def state(page: Page, tag="clearprop-playground"):
    """Theta's bytes in hexadecimal, J and the step, as the element has them."""
    return page.evaluate(
        """(tag) => {
            const { theta, last, step } = document.querySelector(tag).run;
            const bytes = new Uint8Array(theta.buffer, theta.byteOffset, theta.byteLength);
            const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
            return { theta: hex, step, J: last.training.J, right: last.training.right,
                     validated: last.validation.right };
        }""",
        tag,
    )


def at_rest(page: Page, tag="clearprop-playground"):
    page.wait_for_function(
        "(tag) => { const e = document.querySelector(tag); return e.run && !e.playing; }", arg=tag
    )
    return state(page, tag)


def shown(page: Page, what: str) -> str:
    return page.locator(f"[data-of={what}]").inner_text()


def test_xor_is_learned(opened):
    page = opened("clearprop-playground", address="#set=xor&noise=0.05&hidden=4&step=2000")
    reached = at_rest(page)
    assert reached["step"] == 2000
    assert reached["J"] < 0.05
    assert reached["validated"] > 0.95
    assert shown(page, "training-cost") == f"{reached['J']:.4f}"
    assert "step 2000" in shown(page, "step")
    page.locator("clearprop-curves input").fill("0")
    first = page.evaluate(
        "document.querySelector('clearprop-playground').run.moments[0].training.J"
    )
    told = page.locator("clearprop-curves output").inner_text()
    assert told.startswith(f"Epoch 0, training J = {first:.4f}, ")


def test_pauses_batches_and_a_new_start_give_the_same_bits(opened):
    page = opened("clearprop-playground", address="#set=circle&hidden=3&step=90")
    straight = at_rest(page)
    page.get_by_role("button", name="Back to the start").click()
    assert state(page)["step"] == 0
    for _ in range(5):
        page.get_by_role("button", name="One batch").click()
    page.get_by_role("button", name="One epoch").click()
    assert state(page)["step"] == 20
    page.get_by_label("Speed").select_option("batch")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("document.querySelector('clearprop-playground').run.step > 23")
    page.get_by_role("button", name="Pause").click()
    while state(page)["step"] % 20:
        page.get_by_role("button", name="One batch").click()
    while state(page)["step"] < 80:
        page.get_by_role("button", name="One epoch").click()
    for _ in range(90 - state(page)["step"]):
        page.get_by_role("button", name="One batch").click()
    assert state(page) == straight


ADDRESSES = [
    "#set=moons&hidden=5-3&lambda=0.5&seed=3&step=47",
    "#set=arms&cost=softmax&hidden=6&activation=relu&init=he&solver=adamw&step=40",
    "#set=hills&hidden=4&solver=sgd&rate=0.05&batch=16&activation=sigmoid&init=0.5&step=30",
    "#set=digits&hidden=25&activation=sigmoid&solver=gd&rate=1&lambda=1&step=7",
    "#set=own&own=1_0.5_0~-1_0.25_1~0_-1_2&cost=quadratic&init=half&hidden=&step=5",
]


def test_the_lines_of_python_give_the_same_bits(opened):
    page = opened("clearprop-playground", address=ADDRESSES[0])
    page.get_by_text("As Python", exact=True).click()
    reached, lines = [], []
    for address in ADDRESSES:
        page.evaluate("(address) => { location.hash = address; }", address)
        page.wait_for_function(
            "(step) => document.querySelector('clearprop-playground').run.step == step",
            arg=int(address.rpartition("=")[2]),
        )
        reached.append(at_rest(page))
        lines.append(page.locator("pre").inner_text())
    told = subprocess.run(
        [sys.executable, "-c", "\nprint(theta.tobytes().hex())\n".join([*lines, ""])],
        env={**os.environ, "CLEARPROP_ISA": "baseline"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[1::2] == [one["theta"] for one in reached]
    for said, one in zip(told[::2], reached, strict=True):
        assert said.startswith(f"step {one['step']}: J = ")


def test_an_address_that_cannot_be_read_is_the_default(opened):
    page = opened(
        "clearprop-playground", address="#set=xor&hidden=4-x&rate=-1&seed=1e99&noise=2&step=-3"
    )
    assert at_rest(page)["step"] == 0
    assert page.evaluate("location.hash") == "#set=xor&step=0"


def test_an_anchor_of_the_page_stays_in_the_address(opened):
    page = opened("clearprop-playground", address="#what-to-try")
    at_rest(page)
    assert page.evaluate("location.hash") == "#what-to-try"
    page.get_by_role("button", name="One batch").click()
    assert page.evaluate("location.hash") == "#set=circle&step=1"


def test_a_model_file_can_be_loaded(opened, tmp_path):
    page = opened("clearprop-playground", address="#set=arms&cost=softmax&hidden=3&step=20")
    reached = at_rest(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Model file").click()
    saved.value.save_as(tmp_path / "arms.safetensors")
    model = clearprop.load(tmp_path / "arms.safetensors")
    assert model.theta.tobytes().hex() == reached["theta"]
    assert model.network == clearprop.Network((2, 3, 3), activation="tanh", cost="softmax")
    assert set(model.predict(np.eye(2))) <= {0, 1, 2}


def test_weights_and_formulas_are_those_of_theta(opened):
    page = opened("clearprop-playground", address="#set=xor&hidden=3&step=40")
    at_rest(page)
    theta = np.frombuffer(bytes.fromhex(state(page)["theta"]))
    page.locator("[data-wire='1-2-1']").dispatch_event("pointerenter")
    assert f"= {theta[3 + 1]:.5g}, from unit 1 of layer 1 to unit 2" in shown(page, "line")
    page.get_by_label("unit 2 of layer 2").click()
    z, a, _ = filter(None, shown(page, "formula").splitlines())
    printed = re.findall(r"[−+]? ?\d+\.\d+", z)
    numbers = [float(number.replace("−", "-").replace(" ", "")) for number in printed]
    assert np.allclose(numbers, theta[[1, 4, 7]], atol=5e-5)
    assert a.endswith("tanh z⁽²⁾₂")


def test_a_sample_goes_through_the_trained_network(opened):
    page = opened("clearprop-playground", address="#set=xor&hidden=3&step=40")
    at_rest(page)
    page.get_by_text("One sample, number by number").click()
    player = page.locator("clearprop-player[data-ready]")
    player.wait_for()
    assert player.evaluate("(player) => [...player.theta]") == page.evaluate(
        "[...document.querySelector('clearprop-playground').run.theta]"
    )


def test_points_of_ones_own_by_pointer_and_keyboard(opened):
    page = opened("clearprop-playground", address="#set=own")
    plane = page.get_by_role("application")
    box = plane.bounding_box()
    plane.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    page.get_by_label("Class 2").click()
    plane.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        plane.press(key)
    own = page.evaluate("document.querySelector('clearprop-playground').settings.own")
    assert [point[2] for point in own] == [0, 2]
    assert page.evaluate("document.querySelector('clearprop-playground').run.net.sizes") == [
        2,
        4,
        3,
    ]
    assert "own=" in page.evaluate("location.hash")
    page.get_by_role("button", name="Undo").click()
    plane.click(position={"x": box["width"] / 4, "y": box["height"] / 2})  # takes the other away
    assert "click into the plane" in page.locator(".left").inner_text()


def test_the_digits_reach_95_percent(opened):
    tag = "clearprop-train"
    page = opened(tag)
    page.get_by_label("Samples per step").select_option("32")
    page.get_by_label("Speed").select_option("fast")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator("[role=status]").wait_for()
    reached = at_rest(page, tag)
    assert reached["validated"] >= 0.95
    assert shown(page, "validation-right") == f"{100 * reached['validated']:.1f} %"


def test_units_move_as_one_or_apart(opened):
    tag = "clearprop-symmetry"
    page = opened(tag)
    for start, different in (
        ("all 0", "All 25"),
        ("all 0.5", "All 25"),
        ("random, the", "25 of 25"),
    ):
        page.get_by_role("button", name=start, exact=start.startswith("all")).click()
        for _ in range(3):
            page.get_by_role("button", name="One epoch").click()
        assert shown(page, "different").startswith(different)
    network = clearprop.Network((64, 25, 10))
    read = clearprop.read("digits")
    rows = np.random.default_rng(0).permutation(1797)[:1400]
    theta = clearprop.initial_theta(network, seed=0)
    for _ in range(3):
        _, D = clearprop.cost_and_gradient(network, theta, read.X[rows] / 16, read.y[rows])
        theta = theta - D
    got = np.frombuffer(bytes.fromhex(state(page, tag)["theta"]))
    assert np.allclose(got, theta, atol=1e-12)


def test_the_language_changes_while_it_trains(opened):
    page = opened("clearprop-playground", address="#set=moons&step=20")
    at_rest(page)
    page.evaluate("document.querySelector('clearprop-playground').lang = 'zh-CN'")
    page.get_by_role("button", name="训练", exact=True).wait_for()
    assert shown(page, "step") == "第 1 轮，第 20 步"
    assert "训练集 J = " in page.locator("clearprop-curves output").inner_text()
    # A preset has a sentence that tells what to see; words() throws for one that is missing.
    sentences = page.locator("select[name=preset]").evaluate("""(box) => {
        const names = [...box.options].map((option) => option.value).filter(Boolean);
        return names.map((name) => clearprop.words("zh", "playground", `why_${name}`));
    }""")
    assert len(set(sentences)) == 11


TAGS = ["clearprop-playground", "clearprop-symmetry", "clearprop-train"]


@pytest.mark.parametrize(("lang", "width", "scheme"), [("en", 390, "dark"), ("zh", 1280, "light")])
def test_everybody_can_use_it(opened, lang, width, scheme):
    page = opened(*TAGS, lang=lang, width=width, scheme=scheme)
    for tag in TAGS:
        at_rest(page, tag)
        assert page.evaluate(f"({SMALL})(document.querySelector('{tag}'))") == []
    assert page.evaluate(SIDEWAYS) == 0
    found = Axe().run(page).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert [f"{fault['id']}: {fault['nodes'][0]['html'][:150]}" for fault in serious] == []
