"""The page of all mistakes, and the equations with what is wrong in them."""

import re

import pytest

from clearprop.doctor.mistakes import CATALOGUE, PARTS
from clearprop.doctor.report.content import sentences
from clearprop.doctor.report.mistakes_page import mistakes_page
from clearprop.doctor.report.text import marked
from clearprop.language import LANGUAGES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_tells_every_mistake(lang):
    page = mistakes_page(lang)
    ids = [mutation.id for mutation in CATALOGUE]
    assert re.findall(r"^### (.*)$", page, re.MULTILINE) == ids
    assert re.findall(r"^\| .* \| \[`(.*)`\]\(#\1\) \|$", page, re.MULTILINE) == ids
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    say = sentences(lang)
    assert headings == [say("page.table"), *(say(f"page.part-{part}") for part in PARTS)]
    for mutation in CATALOGUE:
        described = mutation.description(lang)
        entry = page.partition(f"\n### {mutation.id}\n")[2].partition("\n### ")[0]
        assert f"*{described.symptom}*\n" in entry
        assert described.cause in entry
        assert described.hint in entry
        assert f"```python\n{mutation.line}\n```" in entry
        assert "\n".join(["```text", *marked(mutation.equation), "```"]) in entry


def test_every_equation_has_its_mark_and_fits_a_terminal():
    for mutation in CATALOGUE:
        equation, carets = marked(mutation.equation)
        assert "^" in carets, mutation.id
        assert len(equation) <= 68, mutation.id
        assert "[[" not in equation.replace("[[1; a", ""), mutation.id
