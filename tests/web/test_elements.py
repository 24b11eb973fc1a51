"""The network, a unit's arithmetic and the player, in Chromium: every number is the engine's."""

import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from playwright.sync_api import Page

from clearprop import Network, explain, web
from clearprop.explain.blocks import Sum, Table
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import significant
from clearprop.explain.sections.unit import unit
from clearprop.explain.sentences import NamedSentences
from visits import faults

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "zh")

# One network of every cost; hidden layers of several activations, sums with a rest.
NETWORKS = [
    Network((9, 8, 7), cost="logistic", regularization=0.5),
    Network((2, 3, 3), "tanh", "softmax"),
    Network((2, 3, 2), "relu", "quadratic"),
    Network((3, 2, 2, 1), "silu", "squared"),
    Network((2, 2), cost="poisson"),
    Network((2, 3, 2), "leaky_relu", "huber", threshold=0.5),
    Network((2, 3, 2), "identity", "quantile", quantiles=(0.1, 0.9)),
]

# The rows of the arithmetic of a unit in one direction, as they are shown.
ROWS = """
async ([layer, unit, way]) => {
    const player = document.querySelector('clearprop-player');
    const net = player.shadowRoot.querySelector('clearprop-network');
    await player.updateComplete;
    net.selected = [layer, unit];
    net.way = way;
    await net.updateComplete;
    const shown = net.shadowRoot.querySelector('clearprop-unit');
    await shown.updateComplete;
    return [...shown.shadowRoot.querySelectorAll('tbody tr')].map(
        row => [...row.querySelectorAll('th, td')].map(cell => cell.textContent));
}
"""


def told(network: Network, seed: int = 0) -> Explanation:
    """An explanation of the second of four samples."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=network.n_parameters)
    X = rng.normal(size=(4, network.n_inputs)).round(2)
    Y = np.eye(network.n_outputs)[rng.integers(0, network.n_outputs, 4)]
    return explain(network, theta, X, Y, sample=1)


def record(e: Explanation) -> dict:
    batch = e.batch
    return web.record(batch.network, batch.theta, batch.X, batch.Y, sample=e.sample)


def player(e: Explanation, lang: str = "en", **attributes: str | float) -> str:
    made = web.element("clearprop-player", record(e), lang=lang, **attributes)
    return web.page("A pass", made, lang)


def bare(text: str) -> str:
    """A cell without spaces, in the page's spelling."""
    return re.sub(r"[\s`]", "", text).replace("'", "′")


def numbers(e: Explanation, lang: str, layer: int, k: int) -> dict[str, list[list[str]]]:
    """What Python says of a unit: the products and values of each direction."""
    say = NamedSentences(lang, e.names)
    _, forward, _, backward, *_, shares = unit(e, say, layer, k).blocks
    found = {}
    for way, block in (("forward", forward), ("backward", backward)):
        assert isinstance(block, Sum)
        rows = [*((row, "") for row in block.rows), (block.total, "=")]
        rows += [(row, "=") for row in block.after]
        found[way] = [[bare(row.product) + sign, row.value] for row, sign in rows]
    assert isinstance(shares, Table)
    D = e.batch.mean(layer - 1) + e.penalty.block(layer - 1)  # (s_{l-1} + 1, s_l)
    sources = [0, *(term.unit for term in e.unit(layer, k).shares[:5])]
    found["gradient"] = [
        [*map(bare, row[1:]), significant(D[source, k - 1])]
        for row, source in zip(shares.rows, sources, strict=True)
    ]
    return found


def test_every_number_of_a_unit_is_that_of_the_engine(visit):
    """Of every cost, in both languages: some 1,500 numbers, in every step that shows them."""
    page = visit(player(told(NETWORKS[0])))
    seen = 0
    for i, network in enumerate(NETWORKS):
        e = told(network, seed=i)
        page.evaluate(
            "made => { document.querySelector('clearprop-player').record = made }", record(e)
        )
        page.wait_for_function(
            "theta => document.querySelector('clearprop-player').calculation.theta[0] === theta",
            arg=float(e.batch.theta[0]),
        )
        for layer in range(2, network.n_layers + 1):
            for k in range(1, network.layer_sizes[layer - 1] + 1):
                lang = LANGUAGES[k % 2]
                page.evaluate(
                    "lang => { document.querySelector('clearprop-player').lang = lang }", lang
                )
                for way, expected in numbers(e, lang, layer, k).items():
                    rows = page.evaluate(ROWS, [layer, k, way])
                    shown = [list(map(bare, row[1:])) for row in rows]
                    assert shown == expected, (network, layer, k, way)
                    seen += sum(map(len, shown))
    assert seen > 700


def drawn(page: Page) -> list[str]:
    """What the circles say."""
    return page.locator("[data-unit]").evaluate_all(
        "units => units.map(unit => unit.getAttribute('aria-label'))"
    )


def state(page: Page) -> tuple[str, str, list[str]]:
    """What the player says of its step, and what the circles say."""
    return page.locator(".says").inner_text(), page.locator(".facts").inner_text(), drawn(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_player_goes_forward_back_and_through_an_update(visit, lang):
    e = told(NETWORKS[1], seed=5)
    page = visit(player(e, lang, step=0, rate=0.5))
    do = lambda name: page.locator(f"[data-do={name}]").click()  # noqa: E731
    states = []
    for _ in range(7):
        states.append(state(page))
        do("forward")
    # Each circle says its a once its layer is reached, and its delta once it has come back.
    say = NamedSentences(lang, e.names)
    a, delta = (f"{v[0, 0]:.3g}" for v in (e.one.a(2), e.one.delta(2)))
    firsts = [labels[0] for *_, labels in states]
    assert firsts[0] == firsts[0].replace("a =", "")
    assert firsts[1:4] == [say("page.unit-forward", layer=2, unit=1, a=a)] * 3
    assert firsts[4:] == [say("page.unit", layer=2, unit=1, a=a, delta=delta)] * 3
    # The gradient and the update say J before and after.
    D = np.concatenate([e.batch.mean(l).ravel() for l in (1, 2)])
    after = explain(e.batch.network, e.batch.theta - 0.5 * D, e.batch.X, e.batch.Y, sample=1)
    facts = [shown for _, shown, _ in states]
    assert [significant(e.one.J) in fact for fact in facts] == [False] * 2 + [True] * 5
    assert significant(e.batch.J) in facts[5]
    assert significant(after.batch.J) in facts[6]
    # Now the second round has begun, with the new theta.
    do("forward")
    a = f"{after.one.a(2)[0, 0]:.3g}"
    assert drawn(page)[0] == say("page.unit-forward", layer=2, unit=1, a=a)
    do("back")
    for before in reversed(states):
        do("back")
        assert state(page) == before
    assert page.locator("[data-do=back]").is_disabled()


def test_a_changed_weight_changes_all_that_follows(visit):
    e = told(NETWORKS[1], seed=6)
    page = visit(player(e))
    page.evaluate(ROWS, [2, 1, "forward"])
    page.locator(".weight").nth(1).click()  # Theta^(1)_1,1
    page.keyboard.press("Control+a")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    theta = e.batch.theta.copy()
    theta[3] = 2.5
    other = explain(e.batch.network, theta, e.batch.X, e.batch.Y, sample=1)
    for layer, k in ((2, 1), (3, 2)):
        rows = page.evaluate(ROWS, [layer, k, "forward"])
        expected = numbers(other, "en", layer, k)["forward"]
        assert [list(map(bare, row[1:])) for row in rows] == expected
    page.locator("[data-do=reset]").click()
    page.locator("input[type=range]").first.evaluate(
        "slider => { slider.value = 4; slider.dispatchEvent(new Event('input')); }"
    )
    rows = page.evaluate(ROWS, [3, 2, "backward"])
    assert [list(map(bare, row[1:])) for row in rows] == numbers(e, "en", 3, 2)["backward"]


def test_a_line_under_the_pointer_tells_its_weight_and_a_click_opens_it(visit):
    e = told(NETWORKS[1], seed=7)
    page = visit(player(e, step=2))
    ends = page.locator('line[data-ends="1-1 2-3"]').evaluate(
        """line => {
            const box = line.ownerSVGElement.getBoundingClientRect();
            const at = name => Number(line.getAttribute(name));
            const between = axis => 0.8 * at(`${axis}1`) + 0.2 * at(`${axis}2`);
            return [box.x + between('x'), box.y + between('y')];
        }"""
    )
    page.mouse.move(*ends)
    weight, a = float(e.batch.Theta(1)[1, 2]), float(e.one.a(1)[0, 0])
    said = page.locator(".readout").inner_text()
    for number in (weight, a, weight * a):
        assert significant(number) in said
    page.mouse.click(*ends)
    editor = page.locator(".editor")
    assert editor.locator("input[type=number]").input_value() == repr(weight)
    slider = editor.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    moved = float(editor.locator("input[type=number]").input_value())
    assert moved > weight
    editor.locator("button").first.click()
    assert float(editor.locator("input[type=number]").input_value()) == weight


def test_samples_follow_each_other_in_a_ring_and_the_language_turns_at_once(visit):
    e = told(NETWORKS[1], seed=8)
    page = visit(player(e))
    for row in (2, 3, 0):
        page.locator("[data-do=next-sample]").click()
        other = explain(e.batch.network, e.batch.theta, e.batch.X, e.batch.Y, sample=row)
        assert f"{other.one.a(3)[0, 0]:.3g}" in drawn(page)[3]
    page.evaluate("document.documentElement.lang = 'zh-CN'")
    page.evaluate("document.querySelector('clearprop-player').lang = 'zh'")
    page.wait_for_timeout(50)
    assert page.locator(".sample").inner_text() == "样本 1（共 4 个）"
    assert drawn(page)[0].startswith("第 2 层第 1 个单元：a = ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_for_teachers_works_as_it_stands(visit, lang):
    """The second element follows the first; the record, written by hand, is XNOR."""
    text = (DOCS / lang / "elements.md").read_text(encoding="utf-8")
    example = re.search(r"```html\n(.*?)```", text, re.DOTALL)[1]
    example = example.replace('src="clearprop.js">', f">{web.script()}")
    head = f'<!doctype html><html lang="{lang}"><head><title>x</title></head>'
    page = visit(f"{head}<body>{example}</body></html>")
    assert page.get_by_text("This is shown where no script runs").is_hidden()
    theta = np.array([-30.0, 10, 20, -20, 20, -20, -10, 20, 20])

    def total() -> str:
        last = page.locator("body > clearprop-unit tbody tr").last.locator("td").last
        return last.inner_text()

    def delta() -> str:
        return numbers(explain(Network((2, 2, 1)), theta, [0, 1], [0]), lang, 3, 1)["backward"][-1][
            1
        ]

    assert total() == delta()
    page.locator("clearprop-network .weight").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("-15.5")
    page.keyboard.press("Enter")
    theta[6] = -15.5
    assert total() == delta()


@pytest.mark.parametrize(
    ("lang", "scheme", "width"), [("en", "dark", 390), ("zh", "light", 390), ("zh", "dark", 1280)]
)
def test_everybody_can_use_it(visit, lang, scheme, width):
    """No fault for axe, nothing sideways, letters of 11 pixels and targets of 24, in every step."""
    page = visit(
        player(told(NETWORKS[0]), lang, step=0),
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
    )
    for step in range(7):
        page.evaluate("step => document.querySelector('clearprop-player').goTo(step)", step)
        page.wait_for_timeout(30)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    page.evaluate("document.querySelector('clearprop-player').goTo(4)")
    small = page.evaluate(
        """() => {
            const all = root => [...root.querySelectorAll('*')].flatMap(
                element => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
            const seen = all(document.body).filter(element => element.checkVisibility());
            const read = element => !element.closest('.unseen, math') && [...element.childNodes]
                .some(node => node.nodeType === 3 && node.textContent.trim());
            const letters = seen.filter(read);
            const targets = seen.filter(element => element.matches('button, input, [role=button]'));
            const size = element => Math.min(...['width', 'height'].map(
                side => element.getBoundingClientRect()[side]));
            return [
                ...letters.filter(element => parseFloat(getComputedStyle(element).fontSize) < 11),
                ...targets.filter(element => size(element) < 23.5),
            ].map(element => element.outerHTML.slice(0, 200));
        }"""
    )
    assert small == []


def test_a_broken_record_leaves_what_stands_there(browser, tmp_path):
    """A record of another version is said in the console, and the still drawing stays."""
    made = web.element("clearprop-network", {"version": 2}, "<p>still</p>")
    path = tmp_path / "broken.html"
    path.write_text(web.page("Broken", made), encoding="utf-8")
    page = browser.contexts[0].new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    assert page.get_by_text("still").is_visible()
    assert any("record: expected version 1; got 2" in text for text in said)
    page.close()
