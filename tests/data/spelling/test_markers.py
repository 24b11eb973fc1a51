"""Texts that stand for an empty cell."""

import pytest
from pandas._libs.parsers import STR_NA_VALUES

from clearprop.data.spelling.markers import KNOWN, is_marker
from clearprop.data.spelling.shapes import numeral


def test_all_that_pandas_reads_as_empty_is_known():
    assert [text for text in STR_NA_VALUES if text and not is_marker(text)] == []


@pytest.mark.parametrize("text", ["-", "--", "NULL", "N/A", "#VALUE!", "\\N", "无", "##"])
def test_what_programs_and_people_write_is_known(text):
    assert is_marker(text)


@pytest.mark.parametrize("text", ["0", "more", "10+", "#", "no", "nein", "x", "Inf", "-1"])
def test_values_are_no_markers(text):
    assert not is_marker(text)


def test_no_marker_is_a_number():
    assert [word for word in KNOWN if numeral(word)] == []
    assert all(word == word.casefold() == word.strip() for word in KNOWN)
