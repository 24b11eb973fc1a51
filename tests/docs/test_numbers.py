"""Numbers of the chapters beside formulas of plain NumPy, which know nothing of Clearprop.

``docs/numbers/PAGE.toml`` is the table: a number as the page shows it, and the formula. `setup` is
code that the formulas share. It may read data with ``clearprop.read`` and nothing else of ours.
"""

import re
import tomllib
from html import unescape

import numpy as np
import pytest
from sources import CHAPTERS, DOCS, LANGUAGES

TABLES = sorted((DOCS / "numbers").glob("*.toml"))


def table(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def shown_numbers(html):
    """The numbers of a page as they are written, those of its outputs and frames included."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    frames = " ".join(unescape(frame) for frame in re.findall(r'srcdoc="([^"]*)"', text))
    plain = unescape(re.sub(r"<[^>]+>", " ", text + frames)).replace("−", "-")
    return set(re.findall(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?", plain))


def half_a_digit(shown):
    """Half of the last decimal place that a number shows."""
    digits, _, exponent = shown.replace(",", "").partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_number_is_what_its_formula_gives(path):
    given = table(path)
    used = re.findall(r"clearprop\.?\w*", given["setup"])
    assert set(used) <= {"clearprop", "clearprop.read"}
    scope = {"np": np}
    exec(given["setup"], scope)
    wrong = []
    for number in given["number"]:
        value = float(eval(number["formula"], scope))
        shown = number["shown"]
        if abs(value - float(shown.replace(",", ""))) > half_a_digit(shown) * (1 + 1e-9):
            wrong.append((number, value))
    assert not wrong


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_the_numbers_of_its_table(site, language, path):
    html = (site / language / f"{path.stem}.html").read_text(encoding="utf-8")
    numbers = table(path)["number"]
    assert len({number["formula"] for number in numbers}) >= 15
    shown = shown_numbers(html)
    assert not [number for number in numbers if number["shown"] not in shown]


def test_every_chapter_has_a_table():
    assert [path.stem for path in TABLES] == sorted(page.removesuffix(".md") for page in CHAPTERS)
