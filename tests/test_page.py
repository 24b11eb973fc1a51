"""Pages and fragments: what stands around a report, and that its style stays inside."""

import re

import pytest

from clearprop.page import TABLE_STYLE, fragment, page, table


def test_a_page_names_its_language_and_its_title_is_text():
    made = page("<b> & c", "zh", "<main>x</main>")
    assert made.startswith('<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">')
    assert "<title>&lt;b&gt; &amp; c</title>" in made
    assert made.endswith("<body>\n<main>x</main>\n</body>\n</html>\n")
    assert not re.search(r"https?:|src=|url\(|@import", made)


@pytest.mark.parametrize(
    ("options", "opened"),
    [
        ({}, '<div class="clearprop" lang="en">'),
        ({"kind": "cpm", "id": "m1"}, '<div class="clearprop cpm" id="m1" lang="en">'),
    ],
)
def test_a_fragment_is_a_style_and_one_element(options, opened):
    style, _, body = fragment("<p>x</p>", "en", style=".cpm{color:red}", **options).partition(
        "</style>\n"
    )
    assert style.startswith("<style>\n.clearprop{")
    assert style.endswith(".cpm{color:red}")
    assert body == f"{opened}\n<p>x</p>\n</div>"


def test_the_shared_styles_touch_nothing_outside_a_report():
    style = fragment("", "en", style=TABLE_STYLE).partition("</style>")[0].removeprefix("<style>")
    selectors = re.findall(r"([^{}]+){", re.sub(r"@media[^{]*{", "", style))
    assert len(selectors) > 8
    for selector in selectors:
        for one in re.sub(r":is\([^)]*\)", "", selector).split(","):
            assert one.strip().startswith(".clearprop"), selector


def test_a_table_names_its_rows_and_columns_and_its_cells_are_text():
    assert table(["a", "<b>"], [["c & d", "1"], ["e", "<2"]]) == (
        '<table class="cells"><thead><tr><th scope="col">a</th>'
        '<th scope="col" class="n">&lt;b&gt;</th></tr></thead><tbody>'
        '<tr><th scope="row">c &amp; d</th><td class="n">1</td></tr>'
        '<tr><th scope="row">e</th><td class="n">&lt;2</td></tr></tbody></table>'
    )
