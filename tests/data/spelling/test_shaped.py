"""Long columns are read by the shapes of their texts, to the very numbers of single cells."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from number_styles import STYLES, in_style

from clearprop.data.reading import Reading
from clearprop.data.spelling import parse_numbers, recognise
from clearprop.data.spelling.numerals import SHORT, Reader
from clearprop.data.spelling.shaped import shaped
from clearprop.data.spelling.shapes import normal, shape_of
from clearprop.data.spelling.survey import Survey

CELLS = [
    *("$1,200.00", "-$5", "($3.50)", "１２３", "−1.5 kg", "12 m2", "7 m3", "0,123", "0,123,456"),
    *("1.234,5 €", "1,234", "1.234", "45%", "0 %", "0", "00", ".5", "0.0", "n/a", "-", "inf"),
    *("id 5 x3", "A10", "007", "12,34,567", "1 234", "1'234.5", "2A1", "", "٣٫٥", "x" * 500),
]


@given(st.lists(st.sampled_from(CELLS) | st.text("0123456789.,-%$€ m²2kg", max_size=9), min_size=1))
@settings(max_examples=200, deadline=None)
def test_a_survey_by_shapes_is_one_by_texts(cells):
    short = Survey.of(pl.Series("a", cells), Reading())
    long = Survey.of(pl.Series("a", cells * (SHORT // len(cells) + 1)), Reading())
    times = SHORT // len(cells) + 1
    for name in ("named", "markers", "others"):
        found = {cell: n * times for cell, n in getattr(short, name).items()}
        assert getattr(long, name) == found
    assert sum(long.numbers.values()) == times * sum(short.numbers.values())
    assert sum(long.different.values()) == sum(short.different.values())
    assert set(long.read.values()) == set(short.read.values())


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@given(st.lists(st.sampled_from(CELLS), max_size=9))
@settings(max_examples=20, deadline=None)
def test_a_long_column_has_the_numbers_of_its_cells(style, others):
    cells = [in_style(Decimal(x) / 8, style) for x in range(-9000, 9000, 71)]
    text = pl.Series("a", (cells + others) * (SHORT // len(cells) + 1))
    values, bad = parse_numbers(text, style.how)
    reader = Reader(style.how)
    expected = list(map(reader.value, text))
    assert bad.to_list() == [x is not None and x != x for x in expected]
    assert values.to_list() == [None if x is None or x != x else x for x in expected]
    assert not bad.head(len(cells)).any()


@given(st.text(max_size=20))
def test_normal_forms_and_shapes(text):
    assert shaped(pl.Series([text])).row(0) == (text, normal(text), shape_of(text))


def test_long_columns_of_texts_with_digits():
    texts = [f"user{i} of room {i % 7}" for i in range(2 * SHORT)]
    assert recognise(pl.Series("a", texts)).kind == "categories"
    areas = [f"{i} m2" for i in range(2 * SHORT)]
    assert recognise(pl.Series("a", areas)).kind == "numbers"
