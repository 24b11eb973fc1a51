"""Lines, columns of a terminal, and the confusion matrix."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clearprop.cli.confusion import confusion_text
from clearprop.cli.text import fold, pad
from clearprop.language import cells, printable, shorten


@given(st.text(max_size=30))
def test_what_is_printed_is_one_line_that_moves_no_cursor(text):
    assert printable(text).isprintable()
    if text.isprintable():
        assert printable(text) == text


@given(st.text(st.characters(categories=["L", "N"]), max_size=30), st.integers(3, 20))
def test_shortened_text_fits_and_padded_text_fills(text, width):
    short = shorten(text, width)
    assert cells(short) <= width
    assert short == text or short.endswith("...")
    assert cells(pad(short, width)) == cells(pad(short, width, right=True)) == width


@given(st.lists(st.from_regex(r"[a-z]{1,12}( [a-z]{1,12})?", fullmatch=True), min_size=1))
def test_lines_break_between_phrases_only(phrases):
    lines = fold("data", phrases, 10, 36).split("\n")
    assert all(len(line) <= 36 for line in lines)
    assert [line[:10] for line in lines] == ["data      "] + [" " * 10] * (len(lines) - 1)
    assert " ".join(line[10:] for line in lines) == " ".join(phrases)


def test_a_phrase_that_is_too_long_stands_in_its_own_line():
    assert fold("a", ["b" * 40, "c"], 2, 20) == f"a {'b' * 40}\n  c"


def test_the_confusion_of_a_few_classes_is_a_matrix():
    confusion = np.array([[12, 0], [3, 1400]])
    text = confusion_text(confusion, np.array(["no", "玫瑰"]), 80, "rows")
    assert text.plain.split("\n")[1:] == [
        "      no  玫瑰",
        "no    12     .",
        "玫瑰   3  1400",
    ]
    styles = {text.plain[span.start : span.end].strip(): span.style for span in text.spans}
    assert styles == {"12": "green", ".": "dim", "3": "red", "1400": "green"}


def test_the_confusion_of_many_classes_or_in_a_narrow_terminal_is_the_worst_pairs():
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    confusion = np.diag(np.full(26, 90))
    confusion[10, 17], confusion[14, 16], confusion[1, 17] = 9, 1200, 2
    expected = [
        "test rows: what was most often taken for something else",
        "  O taken for Q: 1,200 of 1,290",
        "  K taken for R: 9 of 99",
        "  B taken for R: 2 of 92",
    ]
    found = confusion_text(confusion, letters, 200, "test-rows").plain
    assert found.split("\n") == expected
    two = np.array([[5, 1], [0, 6]])
    assert re.search(
        "no taken for yes: 1 of 6", confusion_text(two, np.array(["no", "yes"]), 10, "rows").plain
    )
    assert "taken" not in confusion_text(two, np.array(["no", "yes"]), 12, "rows").plain


def test_no_confusion_at_all():
    text = confusion_text(np.diag([3] * 13), np.arange(13), 80, "rows").plain
    assert text == "rows: no class was taken for another"
