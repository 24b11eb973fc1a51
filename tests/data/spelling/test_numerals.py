"""Numbers in every style are the floats that Python reads in the plain one."""

import json
import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from number_styles import STYLES, in_style

from clearprop.data.spelling import Numerals, parse_numbers
from clearprop.data.spelling.numerals import SHORT, Reader

PLAIN = Numerals()


def parsed(cells, how):
    values, bad = parse_numbers(pl.Series("a", cells, dtype=pl.String), how)
    assert values.dtype == pl.Float64
    assert bad.dtype == pl.Boolean
    assert (values.name, bad.name) == ("a", "a")
    return values.to_list(), bad.to_list()


@pytest.mark.parametrize(
    ("text", "how", "value"),
    [
        ("1.5", PLAIN, 1.5),
        ("+1.5", PLAIN, 1.5),
        ("-1e-3", PLAIN, -0.001),
        ("1E5", PLAIN, 1e5),
        (".5", PLAIN, 0.5),
        ("5.", PLAIN, 5.0),
        ("007", PLAIN, 7.0),
        ("'12", PLAIN, 12.0),
        ("5-", PLAIN, -5.0),
        ("(12.5)", PLAIN, -12.5),
        ("−1.5", PLAIN, -1.5),
        ("–1.5", PLAIN, -1.5),
        ("－１．５", PLAIN, -1.5),
        ("１２３", PLAIN, 123.0),
        ("٣٫٥", PLAIN, 3.5),
        ("inf", PLAIN, math.inf),
        ("-Infinity", PLAIN, -math.inf),
        ("∞", PLAIN, math.inf),
        ("1,5", Numerals(","), 1.5),
        ("1,234", Numerals(","), 1.234),
        ("1,5E-3", Numerals(","), 0.0015),
        ("1.234,5", Numerals(",", "."), 1234.5),
        ("1.234", Numerals(",", "."), 1234.0),
        ("1.234.567", Numerals(",", "."), 1234567.0),
        ("1,200", Numerals(thousands=","), 1200.0),
        ("1,20,000.50", Numerals(thousands=","), 120000.5),
        ("1 234 567,8", Numerals(",", " "), 1234567.8),
        ("1\u202f234", Numerals(thousands=" "), 1234.0),
        ("1\u00a0234", Numerals(thousands=" "), 1234.0),
        ("1\u2009234", Numerals(thousands=" "), 1234.0),
        ("1'234.5", Numerals(thousands="'"), 1234.5),
        ("1\u2019234.5", Numerals(thousands="'"), 1234.5),
        ("1_000", Numerals(thousands="_"), 1000.0),
        ("45%", Numerals(percent=True), 45.0),
        ("45 %", Numerals(percent=True), 45.0),
        ("45％", Numerals(percent=True), 45.0),
        ("0", Numerals(percent=True), 0.0),
        ("$1,200.00", Numerals(thousands=",", currency=("$",)), 1200.0),
        ("-$5", Numerals(currency=("$",)), -5.0),
        ("$-5", Numerals(currency=("$",)), -5.0),
        ("($1,200.00)", Numerals(thousands=",", currency=("$",)), -1200.0),
        ("$(5)", Numerals(currency=("$",)), -5.0),
        ("USD 5", Numerals(currency=("$",)), 5.0),
        ("1.200,00 €", Numerals(",", ".", currency=("€",)), 1200.0),
        ("1 200,50 kr", Numerals(",", " ", currency=("kr",)), 1200.5),
        ("￥5", Numerals(currency=("元",)), 5.0),
        ("5元", Numerals(currency=("¥",)), 5.0),
        ("R$ 5,50", Numerals(",", currency=("R$",)), 5.5),
        ("5", Numerals(currency=("$",)), 5.0),
        ("70 kg", Numerals(unit="kg"), 70.0),
        ("70KG", Numerals(unit="kg"), 70.0),
        ("36.6°C", Numerals(unit="°C"), 36.6),
        # Another spelling, where only one meaning is left.
        ("1.5", Numerals(","), 1.5),
        ("1,5", PLAIN, 1.5),
        ("0,123", PLAIN, 0.123),
        ("1,234,567", PLAIN, 1234567.0),
        ("1 234", PLAIN, 1234.0),
    ],
)
def test_a_number_is_read(text, how, value):
    assert parsed([text], how) == ([value], [False])


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("x", PLAIN),
        ("12o", PLAIN),
        ("2A1", PLAIN),
        ("10+", PLAIN),
        ("<5", PLAIN),
        ("1/2", PLAIN),
        ("12 34", PLAIN),
        ("1.2.3", PLAIN),
        ("192.168.1.1", PLAIN),
        ("020 123 456", PLAIN),
        ("2m1", PLAIN),
        ("5 m3", Numerals(unit="m2")),
        ("--5", PLAIN),
        ("-5-", PLAIN),
        ("(-5)", PLAIN),
        ("(5", PLAIN),
        ("5)", PLAIN),
        ("1e", PLAIN),
        ("10³", PLAIN),
        ("½", PLAIN),
        ("0x10", PLAIN),
        ("12:30", PLAIN),
        ("1,234", PLAIN),  # 1234, or a decimal comma
        ("1.234", Numerals(",")),
        ("1.5", Numerals(",", ".")),  # points separate thousands
        ("1,5", Numerals(thousands=",")),
        ("1,234,567", Numerals(",")),
        ("$5", PLAIN),
        ("€5", Numerals(currency=("$",))),
        ("45%", PLAIN),
        ("45", Numerals(percent=True)),
        ("70", Numerals(unit="kg")),
        ("70 g", Numerals(unit="kg")),
        ("9" * 401, PLAIN.__class__(",")),
    ],
)
def test_what_is_no_number_is_marked_and_not_guessed(text, how):
    assert parsed([text], how) == ([None], [True])


def test_markers_are_empty_and_no_fault():
    cells = [None, "NA", "nan", "-", "无", "#DIV/0!", "####", "\\N", "k.A.", "1.#QNAN", "never"]
    for rows in (1, SHORT):  # read cell by cell, and by Polars
        values, bad = parsed(cells * rows, Numerals(empty=("Never",)))
        assert values == [None] * len(cells) * rows
        assert not any(bad)


def test_a_number_can_stand_for_an_empty_cell():
    for rows in (1, SHORT):
        values, bad = parsed(["-999", "1.5"] * rows, Numerals(empty=("-999",)))
        assert values == [None, 1.5] * rows
        assert not any(bad)


def test_no_cell_is_read_by_the_digits_of_another():
    how = Numerals(thousands=",")
    assert parsed(["1 234", "0 234", "5,000", "0,500"], how) == (
        [1234.0, None, 5000.0, None],
        [False, True, False, True],
    )
    assert parsed(["5 m2", "5 m3"], Numerals(unit="m2")) == ([5.0, None], [False, True])
    assert parsed(["1,234", "0,234"], PLAIN) == ([None, 0.234], [True, False])


def test_a_record_passes_through_json():
    how = Numerals(",", ".", percent=True, currency=("$", "US$"), unit="kg", empty=("a", "b"))
    for record in (how, PLAIN):
        assert Numerals.from_dict(json.loads(json.dumps(record.to_dict()))) == record


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, max_size=8))
@settings(max_examples=300)
def test_plain_floats_are_read_to_the_last_bit(numbers):
    values, bad = parsed([repr(x) for x in numbers], PLAIN)
    assert [x.hex() for x in values] == [x.hex() for x in numbers]
    assert not any(bad)


amounts = st.decimals(-(10**12), 10**12, places=3, allow_nan=False, allow_infinity=False)


@given(st.sampled_from(sorted(STYLES)), st.lists(amounts, min_size=1, max_size=8))
@settings(max_examples=500)
def test_numbers_in_every_style_are_read_to_the_last_bit(name, numbers):
    style = STYLES[name]
    cells = [in_style(x, style) for x in numbers]
    values, bad = parsed(cells, style.how)
    assert [x.hex() for x in values] == [float(x).hex() for x in numbers], cells
    assert not any(bad)


@given(
    st.sampled_from(sorted(STYLES)),
    st.lists(
        st.one_of(amounts.map(str), st.sampled_from(["1,5", "1.5", "x", "NA", "1,234", "-5"]))
    ),
)
def test_long_columns_are_read_as_short_ones(name, cells):
    how = STYLES[name].how
    values, bad = parsed(cells, how)
    many = SHORT // (len(cells) or 1) + 1
    assert parsed(cells * many, how) == (values * many, bad * many)


@given(st.text(max_size=12), st.sampled_from(sorted(STYLES)))
@settings(max_examples=500)
def test_any_text_is_a_number_empty_or_bad(text, name):
    value = Reader(STYLES[name].how).value(text)
    assert value is None or isinstance(value, float)
