"""Dates and times of day: their spellings, their moments, and their parts."""

import json
from datetime import date, datetime, time, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.spelling import (
    Dates,
    Undecided,
    dates_of,
    parse_dates,
    parts,
    recognise,
    recognise_frame,
)

DAYS = [datetime(2024, 1, 1) + timedelta(days=9 * x) for x in range(40)]
NOON = datetime(2024, 5, 6, 15, 20)
TIME = Dates(has_day=False, has_month=False, has_time=True)


def found(cells):
    return recognise(pl.Series("day", cells, dtype=pl.String))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        *((text, datetime(2024, 5, 6)) for text in (
            "2024-05-06", "2024/5/6", "2024.05.06", "6.5.2024", "06.05.2024", "2024年5月6日",
            "2024 年 5 月 6 日", "２０２４年５月６日", "2024年5月6日（月）", "2024年5月6日 星期一",
            "2024년 5월 6일", "May 6, 2024", "6 May 2024", "6-May-24", "Mon, 6 May 2024",
            "6th May 2024", "6. Mai 2024", "6 mai 2024", "6 de mayo de 2024", "6 мая 2024",
            "2024-May-06", "2024-05-06T00:00:00Z",
        )),
        *((text, NOON) for text in (
            "2024-05-06T15:20", "2024-05-06 15:20:00", "2024-05-06 15:20:00.000",
            "2024-05-06T15:20:00Z", "2024-05-06T15:20:00+02:00", "2024/5/6 15:20 +0200",
            "2024年5月6日 下午3:20", "2024年5月6日15时20分", "2024年5月6日下午3时20分",
            "6.5.2024 15:20", "6.5.2024, 15:20 Uhr", "May 6, 2024 3:20 PM",
            "Mon, 06 May 2024 15:20:00 +0000",
        )),
        ("2024-05-06 15:20:30.25", datetime(2024, 5, 6, 15, 20, 30, 250_000)),
        ("2024-05-06 24:00", datetime(2024, 5, 7)),
        ("2024-02-29", datetime(2024, 2, 29)),
        ("31-Dec-99", datetime(1999, 12, 31)),
    ],
)  # fmt: skip
def test_a_date_is_read(text, moment):
    moments, bad = parse_dates(pl.Series("day", [text]), Dates())
    assert (moments.to_list(), bad.to_list()) == ([moment], [False])
    column = found([text])
    assert column.kind == "dates"
    assert column.values.to_list() == [moment]
    assert column.how.has_time == (moment.time() != time())


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("15:20", 15 + 1 / 3),
        ("15:20:30", 15 + 20.5 / 60),
        ("下午 3:20", 15 + 1 / 3),
        ("下午3时20分", 15 + 1 / 3),
        ("上午12:00", 0),
        ("3:20 PM", 15 + 1 / 3),
        ("12:00 am", 0),
        ("12:00 p.m.", 12),
        ("15h20", 15 + 1 / 3),
        ("１５：２０", 15 + 1 / 3),
        ("午後3時20分", 15 + 1 / 3),
    ],
)
def test_a_time_of_day_is_read(text, hour):
    column = found([text, None])
    assert (column.kind, column.how) == ("dates", TIME)
    assert parts(column.values, column.how)["hour"].to_list() == [pytest.approx(hour), None]


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        (["13/05/2024", "06/05/2024"], [datetime(2024, 5, 13), datetime(2024, 5, 6)]),
        (["05/13/2024", "05/06/2024"], [datetime(2024, 5, 13), datetime(2024, 5, 6)]),
        (["05/05/2024"], [datetime(2024, 5, 5)]),
        (["05.13.2024", "05.06.2024"], [datetime(2024, 5, 13), datetime(2024, 5, 6)]),
        (["2024-05-06", "6 May 2024"], [datetime(2024, 5, 6)] * 2),
        (["20240506", "20231231"], [datetime(2024, 5, 6), datetime(2023, 12, 31)]),
        (["2024-05", "2024年6月"], [datetime(2024, 5, 1), datetime(2024, 6, 1)]),
        (["May 2024", "06/2024"], [datetime(2024, 5, 1), datetime(2024, 6, 1)]),
        (["May-24", "Jun-24"], [datetime(2024, 5, 1), datetime(2024, 6, 1)]),
        (["2024-05-06", "0000-00-00"], [datetime(2024, 5, 6), None]),
        (["2024-05-06", "2024-05-07 12:00"], [datetime(2024, 5, 6), datetime(2024, 5, 7, 12)]),
    ],
)
def test_columns_of_dates(cells, moments):
    column = found(cells)
    assert not isinstance(column, Undecided), column.sentence
    assert (column.kind, column.values.to_list()) == ("dates", moments)


@pytest.mark.parametrize("marker", ["-", "NA", "NaT", "无", "?", "never"])
def test_markers_are_empty_cells_of_dates(marker):
    cells = [f"{day:%Y-%m-%d}" for day in DAYS]
    column = found([*cells, marker, marker, None])
    assert (column.kind, column.markers) == ("dates", {marker: 2})
    assert column.how.empty == (("never",) if marker == "never" else ())
    assert column.values.to_list() == [*DAYS, None, None, None]


@pytest.mark.parametrize(
    ("cells", "row", "reason"),
    [
        (["06/05/2024", "07/08/2024"], 0, "'06/05/2024' is a date, but no row tells which number "
         "is the month"),
        (["06/05/24"], 0, "'06/05/24' is a date, but its year has two digits"),
        (["2024-05-06", "2024-02-30"], 1, "expected a day of the calendar or a time of the clock; "
         "got '2024-02-30'"),
        (["12:30", "25:00"], 1, "expected a day of the calendar or a time of the clock; got "
         "'25:00'"),
        (["13/05/2024", "05/13/2024"], 0, "expected dates in one spelling; got '13/05/2024' and "
         "'05/13/2024'"),
        (["2024-05-06", "12:30"], 0, "expected dates in one spelling; got '2024-05-06' and "
         "'12:30'"),
        (["2024-05-06", "2024-05"], 0, "expected dates in one spelling; got '2024-05-06' and "
         "'2024-05'"),
        ([*(f"{day:%Y-%m-%d}" for day in DAYS), "2024-05-3o"], 40, "expected a date or an empty "
         "cell; got '2024-05-3o'"),
    ],
)  # fmt: skip
def test_what_is_a_date_and_cannot_be_read_is_named(cells, row, reason):
    column = found(cells)
    assert isinstance(column, Undecided), column
    assert (column.row, column.text, column.reason) == (row, cells[row], reason)


def test_a_sentence_tells_the_way_on():
    assert found(["06/05/2024"]).sentence == (
        "'06/05/2024' is a date, but no row tells which number is the month; write dates as "
        "2024-05-06, or leave the column out (--without day), or take the column as categories "
        "(--categories day)"
    )
    assert found(["2024-02-30"]).sentence == (
        "expected a day of the calendar or a time of the clock; got '2024-02-30'; correct it, or "
        "read it as an empty cell (--empty 2024-02-30), or take the column as categories "
        "(--categories day)"
    )


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["2024", "2023"], "numbers"),
        (["20240506", "20241332"], "numbers"),
        (["20240506", "99999999"], "numbers"),
        (["2024.05", "2024.06"], "numbers"),
        (["55-44-3333", "66-77-1234"], "categories"),
        (["1.44.99", "1.50.98"], "categories"),
        (["Report 2024", "Plan 2023"], "categories"),
        (["Maybe 2024"], "categories"),
        (["1/2", "3/4"], "categories"),
        (["555-1234"], "categories"),
        (["MAR-01", "BRCA-02"], "categories"),
        (["2024-05-06", "soon"], "categories"),
    ],
)
def test_what_only_looks_like_a_date(cells, kind):
    assert found(cells).kind == kind


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2024-02-30", Dates()),
        ("2023-02-29", Dates()),
        ("06/05/2024", Dates()),
        ("06/05/24", Dates(day_first=True)),
        ("13/13/2024", Dates(day_first=True)),
        ("2024-05", Dates()),
        ("2024-05-06", Dates(has_day=False)),
        ("12:30", Dates()),
        ("2024-05-06", TIME),
        ("12:60", TIME),
        ("soon", Dates()),
        ("20240506" * 10, Dates()),
    ],
)
def test_what_is_no_date_of_the_column_is_marked(text, how):
    moments, bad = parse_dates(pl.Series("day", [text, None, "NA"]), how)
    assert (moments.to_list(), bad.to_list()) == ([None] * 3, [True, False, False])


def test_another_column_tells_which_number_is_the_month():
    def values(*other, reading=AS_FOUND):
        columns = {"a": ["06/05/2024"] * 2, "b": [*other, "06/07/2024"]}
        column = recognise_frame(pl.DataFrame(columns), reading)["a"]
        return column.open_mark if isinstance(column, Undecided) else column.values[0]

    assert values("13/05/2024") == datetime(2024, 5, 6)
    assert values("05/13/2024") == datetime(2024, 6, 5)
    assert values("05/13/2024", reading=Reading(decimal=",")) == datetime(2024, 6, 5)
    assert values("05/06/2024") == "/"
    assert values("2024-05-06") == "/"


def test_parts_of_dates():
    moments = pl.Series([NOON, None, datetime(1969, 12, 31, 6)])
    assert parts(moments, Dates(has_time=True)).to_dict(as_series=False) == {
        "year": [2024, None, 1969],
        "month": [5, None, 12],
        "day": [6, None, 31],
        "weekday": [1, None, 3],
        "hour": [pytest.approx(15 + 1 / 3), None, 6],
        "days": [pytest.approx(19849 + 23 / 36), None, -0.75],
    }
    assert set(parts(moments, Dates()).dtypes) == {pl.Float64}
    assert parts(moments, Dates()).row(2) == (1969, 12, 31, 3, -1)
    assert parts(moments, Dates(has_day=False)).columns == ["year", "month", "days"]
    assert parts(moments, TIME).columns == ["hour"]


def test_typed_columns_have_the_parts_of_written_ones():
    days = pl.Series([date(2024, 5, 6), None])
    assert dates_of(days) == Dates()
    written = found(["2024-05-06", None])
    assert parts(days, dates_of(days)).equals(parts(written.values, written.how))
    for unit in ("ms", "us", "ns"):
        moments = pl.Series([NOON, None], dtype=pl.Datetime(unit))
        assert dates_of(moments) == Dates(has_time=True)
        written = found(["2024-05-06T15:20:00.000", None])
        assert parts(moments, dates_of(moments)).equals(parts(written.values, written.how))
    midnights = pl.Series([datetime(2024, 5, 6), None])
    assert dates_of(midnights) == Dates()
    times = pl.Series([time(15, 20), None])
    assert dates_of(times) == TIME
    written = found(["15:20", None])
    assert parts(times, TIME)["hour"].to_list() == parts(written.values, TIME)["hour"].to_list()


def test_a_moment_with_a_zone_is_what_its_clock_showed():
    zone = timezone(timedelta(hours=2))
    moments = pl.Series([NOON.replace(tzinfo=zone)]).dt.convert_time_zone("Etc/GMT-2")
    assert parts(moments, Dates(has_time=True))["hour"][0] == pytest.approx(15 + 1 / 3)


def test_a_record_passes_through_json():
    how = Dates(has_time=True, day_first=False, empty=("a",))
    for record in (how, Dates(), TIME):
        assert Dates.from_dict(json.loads(json.dumps(record.to_dict()))) == record


SPELLINGS = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d",
    "%Y年%m月%d日", "%d %b %Y", "%B %d, %Y", "%d-%b-%Y", "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S.%f",
    "%d/%m/%Y %I:%M:%S.%f %p", "%Y年%m月%d日 %H:%M:%S.%f",
]  # fmt: skip
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31))


@given(
    st.sampled_from(SPELLINGS),
    st.lists(st.none() | moments, min_size=1, max_size=20),
    st.randoms(use_true_random=False),
)
@settings(max_examples=500)
def test_dates_in_every_spelling_are_read_or_refused_and_never_wrong(spelling, written, shuffled):
    if "%H" not in spelling and "%I" not in spelling:
        written = [x and x.replace(hour=0, minute=0, second=0, microsecond=0) for x in written]
    rows = [(x and x.strftime(spelling), x) for x in written]
    column = found([text for text, _ in rows])
    filled = [x for x in written if x is not None]
    if isinstance(column, Undecided):
        assert spelling[:2] in ("%d", "%m")
        assert all(x.day <= 12 for x in filled)
    elif filled:
        assert column.values.to_list() == written
        for text, x in rows:  # rows that come later are read alike
            values, bad = parse_dates(pl.Series([text], dtype=pl.String), column.how)
            assert (values.to_list(), bad.to_list()) == ([x], [False])
    shuffled.shuffle(rows)
    again = found([text for text, _ in rows])
    assert type(again) is type(column)
    if not isinstance(again, Undecided):
        assert (again.kind, again.how) == (column.kind, column.how)
