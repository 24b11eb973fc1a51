"""Long columns of dates in digits are read as short ones."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.data.reading import Reading
from clearprop.data.spelling import Dates, Undecided, parse_dates, recognise
from clearprop.data.spelling.digits import dates_in_digits, moments_in_digits
from clearprop.data.spelling.moments import moment
from clearprop.data.spelling.numerals import SHORT
from clearprop.data.spelling.recognise_dates import recognise_dates
from clearprop.data.spelling.survey import Survey

TIMES = [
    *("", " 9:30", "T09:30:59", " 24:00", " 23:59:60", " 25:00", " 12:00 PM", " 12:05am"),
    *(" 13:00 AM", " 1:05:09.25 pm", " 12:30:45.1234567", "T12:30:45.123456Z", " 10:00+02:00"),
    *(" 10:00-0230", " 9", " 00:00:00 AM"),
]
NUMBERS = st.sampled_from(["0", "1", "02", "5", "09", "12", "13", "29", "31", "32"])
MARKS = st.sampled_from("-/.")
YEARS = st.sampled_from(["2024", "1999", "0999", "0000", "99"])


@st.composite
def dates(draw):
    a, b, year, mark = draw(NUMBERS), draw(NUMBERS), draw(YEARS), draw(MARKS)
    other = draw(st.sampled_from([mark, mark, "-"]))
    parts = draw(st.sampled_from([(a, b, year), (year, a, b)]))
    return parts[0] + mark + parts[1] + other + parts[2] + draw(st.sampled_from(TIMES))


@given(st.lists(dates(), min_size=1, max_size=30), st.sampled_from([None, True, False]))
def test_moments_are_those_of_single_texts(cells, day_first):
    moments = moments_in_digits(dates_in_digits(pl.Series(cells)), day_first)
    assert [x for x in moments if x is not None] == [
        moment(cell, day_first) for cell, x in zip(cells, moments, strict=True) if x is not None
    ]


def test_texts_that_are_no_dates_in_digits():
    cells = ["6.5/2024", "6.5.24", "0999-01-01", "May 2024", "12:30", "6.5.2024 12", "", None]
    assert all(x is None for row in dates_in_digits(pl.Series(cells)).rows() for x in row)


def days(count, first="2024-01-01T07:00:05"):
    begin = datetime.fromisoformat(first)
    return [begin + timedelta(hours=7 * i) for i in range(count)]


@pytest.mark.parametrize(
    "written",
    [
        "%d.%m.%Y %H:%M:%S",
        "%d/%m/%Y",
        "%m/%d/%Y %I:%M %p",
        "%d-%m-%Y %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M:%S",
    ],
)
@pytest.mark.parametrize("marker", [None, "-", "never"])
def test_a_long_column_of_dates_is_recognised_as_by_its_texts(written, marker):
    cells = [day.strftime(written) for day in days(SHORT + 7)]
    cells[3] = cells[9] = marker
    text, reading = pl.Series("day", cells), Reading(empty=("never",))
    found, slow = recognise(text, reading), recognise_dates(Survey.of(text, reading))
    assert found == slow
    assert found.values.equals(slow.values)
    assert found.kind == "dates"


def test_days_that_tell_no_order_are_left_to_a_closer_look():
    cells = [f"{a}/{b}/{1000 + year}" for a in (5, 6) for b in (7, 8) for year in range(SHORT)]
    found = recognise(pl.Series("day", cells))
    assert isinstance(found, Undecided)
    assert found.open_mark == "/"


def test_dates_of_new_rows_in_a_long_column():
    cells = [day.strftime("%d/%m/%Y %H:%M") for day in days(SHORT)] + ["5.6.2024", "30/2/2024"]
    moments, bad = parse_dates(pl.Series(cells), Dates(day_first=True))
    assert moments[0] == datetime(2024, 1, 1, 7)
    assert moments[-2] == datetime(2024, 6, 5)
    assert bad.arg_true().to_list() == [len(cells) - 1]
