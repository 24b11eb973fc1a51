"""A sheet in the page is marked as `clearprop exercise mark` marks it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from clearprop.doctor.mistakes.mutation import changed
from clearprop.exercise.judge import Answers, judged, sheet_mutants
from clearprop.exercise.marks import Marked
from clearprop.exercise.program import empty_blanks
from clearprop.exercise.record import sheet_record
from clearprop.exercise.sheets import SHEETS, Sheet, make_sheet
from clearprop.exercise.stages import Stage, stages_of
from clearprop.exercise.typed import typed

sys.path.insert(0, str(Path(__file__).parent.parent / "exercise"))
from pupils import EXACT, ROUNDED, filled

SCRIPT = Path(__file__).parents[2] / "src" / "clearprop" / "web" / "assets" / "clearprop.js"


def page_of(browser: Browser, tmp_path: Path, *sheets: Sheet, lang: str = "en") -> Page:
    records = [json.dumps(sheet_record(sheet)).replace("<", "\\u003c") for sheet in sheets]
    elements = "".join(
        f'<clearprop-exercise><script type="application/json">{record}</script>'
        "</clearprop-exercise>"
        for record in records
    )
    path = tmp_path / "exercise.html"
    path.write_text(
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Sheet</title>'
        '<meta name="viewport" content="width=device-width"><style>:root{color-scheme:light dark}'
        f"body{{margin:8px}}</style><main><h1>x</h1><h2>y</h2>{elements}</main>"
        f"<script>{SCRIPT.read_text(encoding='utf-8')}</script></html>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.errors = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda said: said.type in ("error", "warning") and page.errors.append(said.text),  # type: ignore[attr-defined]
    )
    page.goto(path.as_uri())
    page.wait_for_selector("clearprop-exercise[data-ready]")
    return page


def texts(sheet: Sheet, answers: Answers) -> list[list[str]]:
    """What stands in the blanks, by stage and place."""
    return [
        [
            answers[stage][blank.index].text if blank.index in answers.get(stage, {}) else ""
            for blank in empty_blanks(stage, sheet)
        ]
        for stage in stages_of(sheet.network)
    ]


# Fills in and marks the n-th sheet of the page, and tells the marks.
MARK = """([n, sheets]) => {
    const element = document.querySelectorAll("clearprop-exercise")[n];
    return sheets.map((texts) => {
        texts.forEach((stage, s) => stage.forEach((text, i) => {
            element.renderRoot.querySelector(`#b${s}-${i}`).value = text;
        }));
        element.mark();
        return element.marked.map(({blanks, causes, slips}) => [
            blanks.map(({verdict}) => verdict),
            causes.map(({id, blanks, alternatives}) =>
                [id, blanks.map((b) => b.place), alternatives]),
            slips.map(({kind, blanks}) => [kind, blanks.map((b) => b.place)]),
        ]);
    });
}"""


def marks(marked: Marked) -> list[list[object]]:
    """The same of Python's marks."""
    found: list[list[object]] = []
    for mark in marked.stages:
        place = mark.blanks.index
        found.append(
            [
                [blank.verdict for blank in mark.blanks],
                [
                    [
                        cause.id,
                        [place(blank) for blank in cause.blanks],
                        [other.mutation.id for other in cause.alternatives],
                    ]
                    for cause in mark.causes
                ],
                [[kind, [place(blank) for blank in blanks]] for kind, blanks in mark.slips],
            ]
        )
    return found


def some_answers(sheet: Sheet, n: int) -> list[Answers]:
    """Sheets of pupils: honest ones, mistakes, mistakes with empty blanks and slips."""
    generator = np.random.default_rng(5)
    mutants = sheet_mutants(sheet)
    found = [filled(sheet, 4, ROUNDED), filled(sheet, 3, EXACT), filled(sheet, 2, ROUNDED), {}]
    for i in generator.choice(len(mutants), n, replace=False):
        answers = filled(sheet, int(generator.integers(3, 6)), ROUNDED, do=changed([mutants[i]]))
        spoiled = {stage: dict(numbers) for stage, numbers in answers.items()}
        stage = list(spoiled)[generator.integers(len(spoiled))]
        index = next(iter(spoiled[stage]))
        old = spoiled[stage].pop(index)
        if i % 2 and (new := typed(old.text[1:] if old.text[0] == "-" else "-" + old.text)):
            spoiled[stage][index] = new
        found += [answers, spoiled]
    return found


def test_marks_are_those_of_the_command_line(browser: Browser, tmp_path: Path) -> None:
    sheets = [make_sheet(name, seed) for seed, name in enumerate(SHEETS)]
    page = page_of(browser, tmp_path, *sheets)
    for n, sheet in enumerate(sheets):
        answers = some_answers(sheet, 8)
        found = page.evaluate(MARK, [n, [texts(sheet, one) for one in answers]])
        for one, in_page in zip(answers, found, strict=True):
            assert in_page == marks(judged(sheet, one))
    assert page.errors == []  # type: ignore[attr-defined]
    page.close()


def type_in(page: Page, sheet: Sheet, answers: Answers) -> None:
    page.evaluate(
        """(stages) => stages.forEach((stage, s) => stage.forEach((text, i) => {
            const root = document.querySelector("clearprop-exercise").renderRoot;
            root.querySelector(`#b${s}-${i}`).value = text;
        }))""",
        texts(sheet, answers),
    )


def with_two_mistakes(sheet: Sheet) -> Answers:
    """The slope is missing in delta^(2), and one z has a wrong sign; all else follows."""
    slope = next(m for m in sheet_mutants(sheet) if m.mutation.id == "slope-missing")
    answers = filled(sheet, 4, ROUNDED, do=changed([slope]))
    z2 = Stage("z", 2)
    turned = typed("-" + answers[z2][0, 1].text)
    assert turned is not None
    return {**answers, z2: {**answers[z2], (0, 1): turned}}


HELP = {
    "en": ("Hint 1: where?", "Look at"),
    "zh": ("提示 1：错在哪里？", "请再看看"),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_mistakes_get_three_hints_each_and_the_solution(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    sheet = make_sheet("published-2-2-2")
    page = page_of(browser, tmp_path, sheet, lang=lang)
    answers = with_two_mistakes(sheet)
    type_in(page, sheet, answers)
    page.locator("#b2-0").press("Enter")  # marks, as the button does
    wrong = page.locator(".blank.wrong input")
    assert [one.get_attribute("id") for one in wrong.all()] == ["b0-1", "b6-0", "b6-1"]
    sections = page.locator(".mistake")
    assert [one.get_attribute("data-stage") for one in sections.all()] == ["z2", "delta2"]
    first, second = sections.nth(0), sections.nth(1)
    assert first.get_by_role("button").inner_text() == HELP[lang][0]
    for n in range(4):
        assert first.locator("p, pre, math, table").count() >= n
        first.get_by_role("button").click()
        second.get_by_role("button").click()
    assert first.get_by_role("button").count() == 0
    assert HELP[lang][1] in first.inner_text()
    assert "slope-missing" in second.inner_text()
    assert second.locator("mark").inner_text().startswith(".* g'")
    assert second.locator("table.sum").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(
        "document.documentElement.lang = document.documentElement.lang === 'en' ? 'zh' : 'en'"
    )
    other = "请再看看" if lang == "en" else "Look at"
    first.get_by_text(other).wait_for()
    found = Axe().run(page)
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []
    assert page.errors == []  # type: ignore[attr-defined]
    page.close()


def test_what_is_no_number_is_shown_and_a_right_sheet_is_called_right(
    browser: Browser, tmp_path: Path
) -> None:
    sheet = make_sheet("logistic-2-2-1")
    page = page_of(browser, tmp_path, sheet)
    page.get_by_role("button", name="Mark my numbers").click()
    assert "Nothing is filled in yet." in page.locator(".result").inner_text()
    page.locator("#b0-0").fill("about 2")
    page.get_by_role("button", name="Mark my numbers").click()
    assert page.locator("#b0-0").get_attribute("aria-invalid") == "true"
    type_in(page, sheet, filled(sheet, 4, ROUNDED))
    page.get_by_role("button", name="Mark my numbers").click()
    assert "Everything is right." in page.locator(".result").inner_text()
    assert page.locator(".mistake").count() == 0
    page.close()
