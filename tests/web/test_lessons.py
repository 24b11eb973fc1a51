"""The elements of the chapters in Chromium: they react, and every number is the engine's."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")
pytest.importorskip("sphinx")

from axe_playwright_python.sync_playwright import Axe

import clearprop
from clearprop.explain.numbers import Digits, digits_for, significant
from clearprop.figures.small_network import NETWORK, THETA, X, Y
from clearprop.network import equations

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "site"))

import elements
import small_records

DOCS = Path(__file__).parents[2] / "docs"
HAN = r"[\u4e00-\u9fff]"
LESSONS = ["nudge", "accumulate", "secant", "cost", "forward"]
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>A lesson</title>
<meta name="viewport" content="width=device-width">
<style>:root{{color-scheme:light dark}}body{{background:Canvas}}</style>
<script defer src="{script}"></script><body><main><h1>A lesson</h1>
<clearprop-{name}><script type="application/json">{record}</script><p>static</p></clearprop-{name}>
</main>"""
# Letters that are too small, and targets that a finger misses.
SMALL = """(element) => {
    const faults = [];
    for (const one of element.shadowRoot.querySelectorAll("*")) {
        const box = one.getBoundingClientRect();
        if (!box.width || !box.height || one.closest(".unseen")) continue;
        const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        const scale = one.ownerSVGElement ? one.getScreenCTM().a : 1;
        const letters = parseFloat(getComputedStyle(one).fontSize) * scale;
        if (own && letters < 11) faults.push(one.outerHTML);
        const target = one.matches("button, input, select, [role=button]");
        if (target && Math.min(box.width, box.height) < 24) faults.push(one.outerHTML);
    }
    return faults;
}"""


@pytest.fixture
def shown(browser, tmp_path):
    """Show an element in a page of its own; nobody complains, nothing is asked for elsewhere."""
    contexts, complaints, asked = [], [], []

    def show(name, lang="en", width=800, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width < 500
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        record = json.dumps(elements.record(name, {}, lang))
        file = tmp_path / "lesson.html"
        file.write_text(
            PAGE.format(
                lang=lang,
                script=(elements.ASSETS / "clearprop.js").as_uri(),
                name=name,
                record=record,
            ),
            encoding="utf-8",
        )
        page.goto(file.as_uri())
        element = page.locator(f"clearprop-{name}[data-ready]")
        element.wait_for()
        return page, element

    yield show
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def told(element):
    """The text of an element, in one line."""
    return " ".join(element.evaluate("(element) => element.shadowRoot.textContent").split())


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize(("lang", "width", "scheme"), [("en", 800, "light"), ("zh", 390, "dark")])
def test_everybody_can_use_it(shown, name, lang, width, scheme):
    page, element = shown(name, lang, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert element.evaluate(SMALL) == []
    faults = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
        for fault in faults
        if fault["impact"] in ("serious", "critical")
    ] == []
    before = told(element)
    assert bool(re.search(HAN, before)) == (lang == "zh")
    page.evaluate(
        "document.documentElement.lang = document.documentElement.lang == 'en' ? 'zh' : 'en'"
    )
    page.evaluate("new Promise(requestAnimationFrame)")
    assert bool(re.search(HAN, told(element))) == (lang == "en")
    number = r"[-+]?\d[\d.]*"
    assert re.findall(number, told(element)) == re.findall(number, before) != []


def plus(printed):
    return printed if re.match(r"-|0(\.0*)?$", printed) else f"+{printed}"


def cells(element, rows="tbody tr"):
    """The table's cells, row by row."""
    return element.locator(rows).evaluate_all(
        "(rows) => rows.map("
        "(row) => [...row.querySelectorAll('td')].map((td) => td.innerText.trim()))"
    )


# The nudge


def nudged(layer, unit, epsilon):
    """z, a and J of sample 1 by layer, once z of a unit is nudged."""
    zs = equations.forward(np, NETWORK, THETA, X[:1])[0]
    z2, z3 = (z[0].copy() for z in zs)
    if layer == 2:
        z2[unit - 1] += epsilon
        B2 = equations.split(NETWORK, THETA)[1]
        z3 = B2[0] + equations.ACTIVATIONS["sigmoid"].f(np, z2) @ B2[1:]
    else:
        z3[unit - 1] += epsilon
    g = equations.ACTIVATIONS["sigmoid"].f
    J = equations.cost_of(NETWORK).per_output(np, z3, Y[0]).sum()
    return (z2, z3), (g(np, z2), g(np, z3)), float(J)


def delta(layer, unit):
    passed = equations.forward(np, NETWORK, THETA, X[:1])
    return float(
        equations.backward(np, NETWORK, THETA, passed, Y[:1]).deltas[layer - 2][0, unit - 1]
    )


def says(layer, unit, epsilon):
    """The row of a try as it has to stand in the table."""
    said = delta(layer, unit) * epsilon
    measured = nudged(layer, unit, epsilon)[2] - nudged(layer, unit, 0)[2]
    way = digits_for([said, measured])
    apart = f"{significant(abs((said - measured) / measured) * 100, 2)} %"
    return [plus(significant(epsilon)), plus(way.show(said)), plus(way.show(measured)), apart]


def drawn(element):
    """Every number of the drawing."""
    found = element.locator("svg text:not(.index)").all_text_contents()
    return sorted(text for text in map(str.strip, found) if re.fullmatch(r"[-+]?\d[\d.e+-]*", text))


def in_drawing(layer, unit, epsilon, digits=3):
    """Every number that the drawing has to show."""
    value = Digits(4)
    zs0, as0, J0 = nudged(layer, unit, 0)
    zs1, as1, J1 = nudged(layer, unit, epsilon)
    before = np.concatenate([*zs0, *as0, [J0]])
    after = np.concatenate([*zs1, *as1, [J1]])
    found = [significant(float(x)) for x in X[0]]
    found += map(value.show, after.tolist())
    found += [plus(significant(c, digits)) for c in (after - before).tolist() if c]
    slope = equations.ACTIVATIONS["sigmoid"].prime
    if layer == 2:
        found.append(value.show(float(slope(np, zs0[0], as0[0])[unit - 1])))
    return sorted(found)


@pytest.mark.parametrize(("lang", "width"), [("en", 800), ("zh", 390)])
def test_a_nudge_begins_as_the_text_tells(shown, lang, width):
    _, element = shown("nudge", lang, width)
    assert cells(element) == [says(2, 2, 0.01)] == [["+0.01", "+0.001194", "+0.001194", "0.031 %"]]
    expected = in_drawing(2, 2, 0.01, digits=3 if width > 500 else 2)
    if width < 500:  # the slope stands in the line below alone
        expected.remove("0.2461")
    assert drawn(element) == expected
    formula = "0.2461 × [(-0.4) × (-0.3913) + 0.6 × 0.5476] = +0.1194"
    assert formula in told(element)


@pytest.mark.parametrize(("layer", "unit"), [(2, 1), (3, 2)])
def test_a_unit_is_dragged_until_delta_and_the_measurement_agree(shown, layer, unit):
    page, element = shown("nudge")
    box = element.locator(f"[data-unit='{layer}:{unit}'] circle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y - 30)
    page.mouse.move(x + 5, y - 60)
    page.mouse.up()
    page.mouse.move(x, y + 40)  # after it is let go, nothing follows
    rows = [says(layer, unit, 1.01)]
    assert cells(element) == rows
    assert drawn(element) == in_drawing(layer, unit, 1.01)
    assert "slope just here" in told(element)
    for epsilon in (0.101, 0.0101, 0.00101):
        element.get_by_role("button", name="A tenth of ε").click()
        rows.append(says(layer, unit, epsilon))
    assert cells(element) == rows
    apart = [float(row[-1].removesuffix(" %")) for row in rows]
    assert apart == sorted(apart, reverse=True)
    assert "less than a thousandth apart" in told(element)
    element.get_by_role("button", name="Reset").click()
    assert cells(element) == [says(2, 2, 0.01)]


def test_a_nudge_by_the_keyboard(shown):
    page, element = shown("nudge", "zh")
    element.locator("[data-unit='3:1']").focus()
    page.keyboard.press("Enter")
    assert cells(element) == [says(3, 1, 0.01)]
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    assert cells(element) == [says(3, 1, 0.12)]
    element.get_by_role("slider").focus()
    for _ in range(13):
        page.keyboard.press("ArrowLeft")
    assert cells(element) == [says(3, 1, -0.01)]
    page.keyboard.press("ArrowRight")
    assert cells(element) == [["0", "0.0000", "0.0000", ""]]
    assert "J 自然不变" in told(element)


# Backward propagation by hand


def passed(theta=THETA, Y=Y):
    """Activations and deltas of all samples by layer, and the slopes of each sample."""
    whole = equations.forward(np, NETWORK, theta, X)
    deltas = equations.backward(np, NETWORK, theta, whole, Y).deltas
    a1, a2, a3 = whole[1]
    one = np.ones((3, 1))
    slopes = [  # (3, s_{l+1}, s_l + 1)
        d[:, :, None] * np.hstack([one, a])[:, None] for d, a in zip(deltas, (a1, a2), strict=True)
    ]
    return (a1, a2, a3), deltas, slopes


def matrix(element, name):
    """The cells of a matrix: what stands there, and beneath it."""
    found = element.locator(f"[data-matrix={name}] td.n").all_inner_texts()
    return [text.split() for text in found]


def sums(slopes, samples, brings=None):
    """What the cells of Delta have to show."""
    value = Digits(4)
    total, more = sum(slopes[:samples], np.zeros_like(slopes[0])), slopes[brings or 0]
    return [
        [value.show(t), *([plus(value.show(b))] if brings is not None else [])]
        for t, b in zip(total.ravel().tolist(), more.ravel().tolist(), strict=True)
    ]


def test_every_sign_is_guessed_and_delta_grows(shown):
    _, element = shown("accumulate", "zh", 390)
    value = Digits(4)
    _, (delta2, delta3), (first, second) = passed()
    for i in range(3):
        for delta in [*delta3[i].tolist(), *delta2[i].tolist()]:
            assert plus(value.show(delta)) not in told(element)
            element.locator(f"[data-guess='{int(np.sign(delta))}']").click()
            assert plus(value.show(delta)) in element.locator(".now").inner_text()
            element.locator("[data-go=on]").click()
        assert matrix(element, "Delta1") == sums(first, i, i)
        assert matrix(element, "Delta2") == sums(second, i, i)
        element.locator("[data-go=on]").click()
        assert matrix(element, "Delta1") == sums(first, i + 1, i)
        assert matrix(element, "Delta2") == sums(second, i + 1, i)
        element.locator("[data-go=on]").click()
    mean = [cell for (cell,) in matrix(element, "D2")]
    assert mean == [value.show(d) for d in second.mean(0).ravel().tolist()]
    assert "猜对 15 次，共 15 次" in told(element)


def test_a_hidden_delta_is_told_product_by_product(shown):
    _, element = shown("accumulate")
    for guess in ("-1", "1"):
        element.locator(f"[data-guess='{guess}']").click()
        element.locator("[data-go=on]").click()
    element.locator("[data-guess='1']").click()
    assert "Not right. δ is negative" in told(element)
    rows = cells(element, ".now tbody tr")
    assert [row[-1].split()[-1] for row in rows] == [
        "-0.1174",
        "-0.1095",
        "-0.2269",
        "0.2486",
        "-0.0564",
    ]


def test_a_weight_and_a_target_are_changed(shown):
    page, element = shown("accumulate")
    page.evaluate(
        "addEventListener('clearprop-change', ({ detail }) => {"
        "window.told = [detail.theta[11], detail.sheet.Y[0]]; })"
    )
    element.locator("summary").press("Enter")
    element.get_by_label("Θ⁽²⁾₁,₁").fill("-2.5")
    element.get_by_label("Θ⁽²⁾₁,₁").press("Enter")
    element.locator("[data-y='1']").click()
    element.locator("[data-go=skip]").click()
    assert page.evaluate("window.told") == [-2.5, 0]
    theta, changed = THETA.copy(), Y.copy()
    theta[11], changed[0, 0] = -2.5, 0
    _, (delta2, delta3), (first, second) = passed(theta, changed)
    assert matrix(element, "Delta1") == sums(first, 0, 0)
    assert matrix(element, "Delta2") == sums(second, 0, 0)
    for delta in [*delta3[0].tolist(), *delta2[0].tolist()]:
        assert f"δ = {plus(Digits(4).show(delta))}" in told(element)
    element.get_by_role("button", name="Step back").click()
    assert "δ = ?" not in told(element)  # the last delta is known, Delta waits
    element.get_by_role("button", name="Start again").click()
    assert told(element).count("δ = ?") == 5


# Gradient checking

LAMBDA_1 = replace(NETWORK, regularization=1.0)


def slopes(entry, epsilon):
    """The two-sided and the one-sided slope of J along an entry of theta."""
    moved = [THETA + step * epsilon * np.eye(17)[entry] for step in (1, 0, -1)]
    up, here, down = (clearprop.cost_and_gradient(LAMBDA_1, theta, X, Y)[0] for theta in moved)
    return (up - down) / (2 * epsilon), (up - here) / epsilon


def relative(a, n):
    return abs(a - n) / max(abs(a), abs(n))


def told_slopes(entry, epsilon, D):
    """The table of slopes as it has to stand."""
    way = Digits(8)
    two, one = slopes(entry, epsilon)
    return [
        [way.show(D), ""],
        [way.show(two), significant(relative(D, two), 2)],
        [way.show(one), significant(relative(D, one), 2)],
    ]


def slope_rows(element):
    return cells(element, ".slopes tbody tr")


def test_the_secant_comes_near_the_tangent_and_leaves_it_again(shown):
    page, element = shown("secant")
    D = clearprop.cost_and_gradient(LAMBDA_1, THETA, X, Y)[1].tolist()
    slider = element.get_by_role("slider")
    assert slope_rows(element) == told_slopes(9, 2.5, D[9])
    assert "the secant is not the tangent yet" in told(element)
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    assert slope_rows(element) == told_slopes(9, 0.01, D[9])
    element.locator("[data-entry='4']").click()
    assert slope_rows(element) == told_slopes(4, 0.01, D[4])
    slider.press("Home")
    assert "steps" in told(element)
    assert float(slope_rows(element)[1][1]) > 1e-6  # rounding
    entries = element.locator("[data-entry]")
    shown_ = {e.get_attribute("data-entry"): e.inner_text() for e in entries.all()}
    assert shown_ == {str(i): Digits(4).show(d) for i, d in enumerate(D)}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_broken_step_turns_its_blocks_red_as_the_page_says(shown, lang):
    _, element = shown("secant", lang)
    right, wrong = {"en": ("right", "wrong"), "zh": ("正确", "有错")}[lang]
    page = (DOCS / lang / "gradient-checking.md").read_text(encoding="utf-8")
    inside = page.split("<clearprop-secant>")[1].split("</clearprop-secant>")[0]
    table = [re.split(r"\s*\|\s*", row)[2:-1] for row in inside.strip().splitlines()[2:]]
    listed = [
        "slope-missing",
        "delta-output-slope",
        "accumulate-last-sample",
        "lambda-bias",
        "lambda-missing",
    ]
    assert len(table) == len(listed)

    def blocks():
        return [row[-1].split()[-1] for row in cells(element, ".blocks tbody tr")]

    assert blocks() == [right] * 4
    assert element.locator(".entry.bad").count() == 0
    for name, verdicts in zip(listed, table, strict=True):
        element.locator("select").select_option(name)
        assert blocks() == verdicts
        pressed = element.locator("[aria-pressed=true]")
        assert pressed.inner_text().startswith("✗")
        entry = int(pressed.get_attribute("data-entry"))
        D = small_records.broken(name, 1.0).tolist()
        assert slope_rows(element) == told_slopes(entry, 0.1, D[entry])
    assert [verdict in (right, wrong) for row in table for verdict in row] == [True] * 20
    element.locator("select").select_option("")
    assert blocks() == [right] * 4


# The cost of one output


def paid(h):
    """The rows of the table as they have to stand: by y, each for the logarithm and the square."""
    J, by_h, by_z = [], [], []
    for y in (1, 0):
        J += [-np.log(h if y else 1 - h), (h - y) ** 2 / 2]
        by_h += [(h - y) / (h * (1 - h)), h - y]
        by_z += [h - y, (h - y) * h * (1 - h)]
    return [[significant(float(v), 4) for v in row] for row in (J, by_h, by_z)]


@pytest.mark.parametrize("width", [800, 390])
def test_h_is_dragged_in_a_drawing_and_by_the_keyboard(shown, width):
    page, element = shown("cost", width=width)
    assert cells(element) == paid(0.1)
    slider = element.get_by_role("slider")
    slider.press("ArrowRight")
    assert cells(element) == paid(0.101)
    slider.press("End")
    assert cells(element) == paid(0.999)
    assert "almost certain of 1" in told(element)
    for y in (1, 0):
        box = element.locator(f"svg[data-y='{y}']").bounding_box()
        page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + (0.3 + 0.2 * y) * box["width"], box["y"] + 60)
        page.mouse.up()
        page.mouse.move(box["x"] + 20, box["y"] + 60)
        h = float(element.locator("output").inner_text().removeprefix("h = "))
        assert h == pytest.approx((0.3 + 0.2 * y - 30 / 340) / (300 / 340), abs=0.01)
        assert cells(element) == paid(h)


# Forward propagation


def answers(theta, x):
    """z and a of each unit as they have to stand, layer by layer."""
    value = Digits(4)
    zs, activations = equations.forward(np, NETWORK, theta, np.array([x]))
    return [
        [value.show(float(z)), value.show(float(a))]
        for layer, after in zip(zs, activations[1:], strict=True)
        for z, a in zip(layer[0], after[0], strict=True)
    ]


@pytest.mark.parametrize(("lang", "width"), [("en", 800), ("zh", 390)])
def test_an_input_and_a_weight_are_changed(shown, lang, width):
    _, element = shown("forward", lang, width)

    def shown_answers():
        return cells(element, "tr[data-unit]")

    assert shown_answers() == answers(THETA, X[0])
    sliders = element.locator("> .row input[type=range]").all()
    sliders[0].press("ArrowLeft")
    sliders[1].press("End")
    assert shown_answers() == answers(THETA, [0.95, 2.0])
    element.locator("clearprop-unit .weight").nth(1).click()
    number = element.locator("clearprop-network .editor input[type=number]")
    number.fill("-1.5")
    number.press("Tab")
    theta = THETA.copy()
    theta[11] = -1.5  # to output 1 from hidden unit 1
    assert shown_answers() == answers(theta, [0.95, 2.0])
    sliders[0].press("ArrowLeft")
    assert shown_answers() == answers(theta, [0.9, 2.0])
    element.locator("> .buttons button").click()
    assert shown_answers() == answers(THETA, X[0])


def test_without_a_script_the_static_content_is_shown(browser, tmp_path):
    file = tmp_path / "static.html"
    file.write_text("<clearprop-nudge><p>static</p></clearprop-nudge>", encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.get_by_text("static").is_visible()
    page.close()
