"""A sheet as a page: every blank has its box, and nothing is loaded."""

import re

import pytest

from clearprop.exercise.page import sheet_page
from clearprop.exercise.sheets import SHEETS, make_sheet
from clearprop.exercise.stages import shape_of, stages_of


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_has_a_box(name: str, lang: str) -> None:
    sheet = make_sheet(name, 2)
    html = sheet_page(sheet, lang)
    boxes = sum(
        table.count("<td></td>")
        for table in re.findall(r'<table class="blanks">.*?</table>', html, re.DOTALL)
    )
    shapes = [shape_of(stage, sheet.probe) for stage in stages_of(sheet.network)]
    assert boxes == sum(shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in shapes)
    for weight in sheet.probe.theta:
        assert f"<td>{weight:.5g}</td>" in html


def test_it_loads_nothing_and_runs_nothing() -> None:
    html = sheet_page(make_sheet("samples-2-3-2"), "en", paper=True)
    assert not re.search(r"<script|<img|<link|@import|src=|url\(|https?://", html)


def test_paper_has_room_to_calculate_in_every_part() -> None:
    sheet = make_sheet("softmax-2-2-3")
    assert sheet_page(sheet, "zh", paper=True).count("演算区") == 5
    assert "演算区" not in sheet_page(sheet, "zh")


def test_a_pupils_name_is_text() -> None:
    html = sheet_page(make_sheet("logistic-2-2-1"), "en", "<b>Anna & Éva")
    assert "<b>" not in html
    assert html.count("&lt;b&gt;Anna &amp; Éva") == 2


def test_formulas_are_mathml_and_the_slope_is_that_of_the_network() -> None:
    tanh, sigmoid = (sheet_page(make_sheet(n), "en") for n in ("softmax-2-2-3", "logistic-2-2-1"))
    assert tanh.count('<math display="block"') == sigmoid.count('<math display="block"') >= 9
    assert "tanh" in tanh
    assert "tanh" not in sigmoid
