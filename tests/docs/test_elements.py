"""The pages carry elements that react: the tag, what it shows without a script, its record."""

import json
import re

import pytest
from sources import LANGUAGES, source

LESSONS = {
    "backward": "accumulate",
    "cost": "cost",
    "delta": "nudge",
    "forward": "forward",
    "gradient-checking": "secant",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "name"), LESSONS.items())
def test_a_page_has_its_element_around_what_is_static(language, page, name):
    text = source(language, f"{page}.md")
    (inside,) = re.findall(
        rf"^<clearprop-{name}>\n\n(.*?)\n</clearprop-{name}>$", text, re.S | re.M
    )
    assert inside.startswith(("```console folded\n$ clearprop figure", "| "))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "name"), LESSONS.items())
def test_the_site_gives_an_element_its_record(site, language, page, name):
    html = (site / language / f"{page}.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<script src="_static/clearprop\.js[^"]*"></script>', html)) == 1
    (inside,) = re.findall(rf"<clearprop-{name}>(.*?)</clearprop-{name}>", html, re.S)
    found = re.match(r'<script type="application/json">(.*?)</script>', inside)
    if name == "cost":
        assert found is None
    else:
        assert json.loads(found[1])["network"]["sizes"] == [2, 3, 2]
    assert "<img " in inside or "<td>" in inside


def test_other_pages_load_no_script(site):
    assert "clearprop.js" not in (site / "en" / "index.html").read_text(encoding="utf-8")
