"""The catalogues say the same in every language; lines fit the terminal."""

from pathlib import Path

import pytest

import clearprop
from clearprop import language
from clearprop.language import LANGUAGES, Sentences, catalogue, catalogue_problems, cells, wrapped

PACKAGE = Path(clearprop.__file__).parent
ROOMS = sorted(
    f"clearprop.{path.parent.relative_to(PACKAGE).as_posix().replace('/', '.')}"
    for path in PACKAGE.rglob("catalogue")
)


def test_there_are_catalogues():
    assert "clearprop.doctor" in ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_have_the_same_entries_with_the_same_values(room):
    assert catalogue_problems(room) == []


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty(room, lang):
    for key, text in language._entries(catalogue(room, lang)):
        assert text.strip(), key


def test_what_a_language_lacks_is_named(monkeypatch):
    texts = {
        "en": {"a": {"one": "{n} terms", "two": "z"}},
        "zh": {"a": {"one": "{m} 项", "three": "z"}},
    }
    monkeypatch.setattr(language, "catalogue", lambda room, lang: texts[lang])
    assert catalogue_problems("room") == [
        "zh: lacks a.two",
        "en: lacks a.three",
        "zh: a.one: has the values ['m']; en has ['n']",
    ]


def test_a_sentence_is_looked_up_by_table_and_key(monkeypatch):
    texts = {"en": {"a": {"one.more": "{key} terms"}}, "zh": {"a": {"one.more": "{key} 项"}}}
    monkeypatch.setattr(language, "catalogue", lambda room, lang: texts[lang])
    assert Sentences("room", "en")("a.one.more", key=3) == "3 terms"
    assert Sentences("room", "zh")("a.one.more", key=3) == "3 项"
    with pytest.raises(KeyError, match="two"):
        Sentences("room", "en")("a.two")
    with pytest.raises(KeyError, match="key"):
        Sentences("room", "en")("a.one.more")


def test_chinese_lines_are_wrapped_by_their_width():
    text = "误差往回传时要穿过激活函数。" * 5
    lines = wrapped(text, 30)
    assert all(cells(line) <= 30 for line in lines)
    assert "".join(lines) == text
    assert not any(line.startswith("。") for line in lines)


def test_marks_that_combine_take_no_column():
    assert cells("e\u0301") == 1
