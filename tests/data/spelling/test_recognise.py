"""What a column of text is recognised as: by kinds of columns, and never a wrong number."""

import math
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from number_styles import STYLES, in_style

from clearprop.data.reading import Reading
from clearprop.data.spelling import Numerals, Undecided, parse_numbers, recognise, recognise_frame
from clearprop.data.spelling.numerals import SHORT

QUANTITIES = [f"{x / 7:.2f}" for x in range(-30, 90)]
COUNTS = [str(x * x) for x in range(60)]
FEW = ["1", "2", "3"] * 8
CODES = ["PC 17599", "A/5 21171", "STON 3101282", "W2"]


def found(cells, hint=None, **reading):
    return recognise(pl.Series("col", cells, dtype=pl.String), Reading(**reading), hint)


def numbers(cells, **reading):
    column = found(cells, **reading)
    assert not isinstance(column, Undecided), column.sentence
    assert column.kind == "numbers", column
    return column


def undecided(cells, **reading):
    column = found(cells, **reading)
    assert isinstance(column, Undecided), column
    return column


@pytest.mark.parametrize(
    ("cells", "how", "values"),
    [
        (["1.5", "2"], Numerals(), [1.5, 2.0]),
        (["1.234", "5.678"], Numerals(), [1.234, 5.678]),
        (["1,5", "2,25", "-3"], Numerals(","), [1.5, 2.25, -3.0]),
        (["0,123", "1,234"], Numerals(","), [0.123, 1.234]),
        (["1.234,5", "2", "1.000"], Numerals(",", "."), [1234.5, 2.0, 1000.0]),
        (["1.234", "0,5"], Numerals(",", "."), [1234.0, 0.5]),
        (["1,234", "0.5"], Numerals(".", ","), [1234.0, 0.5]),
        (["1,234,567", "12,345"], Numerals(".", ","), [1234567.0, 12345.0]),
        (["1,20,000", "5,000"], Numerals(".", ","), [120000.0, 5000.0]),
        (["1.234.567", "12.345"], Numerals(",", "."), [1234567.0, 12345.0]),
        (["€1,200", "€950"], Numerals(".", ",", currency=("€",)), [1200.0, 950.0]),
        (["1,200", "950"], Numerals(".", ","), [1200.0, 950.0]),  # no decimals look so
        (["$1,234", "$950"], Numerals(".", ",", currency=("$",)), [1234.0, 950.0]),
        (["1 234", "12"], Numerals(".", " "), [1234.0, 12.0]),
        (["45%", "50 %", "0"], Numerals(percent=True), [45.0, 50.0, 0.0]),
        (["USD 5", "$7", "8"], Numerals(currency=("$", "USD")), [5.0, 7.0, 8.0]),
        (["(1,200.00)", "3.50"], Numerals(".", ","), [-1200.0, 3.5]),
        (["5 kg", "7 kg"], Numerals(unit="kg"), [5.0, 7.0]),
        (["1 year", "2 years", "3 Years"], Numerals(unit="Years"), [1.0, 2.0, 3.0]),
        (["50 m2", "70m2"], Numerals(unit="m2"), [50.0, 70.0]),
        (["1.5L", "2.0L"], Numerals(unit="L"), [1.5, 2.0]),
        (["−2.5", "６．０"], Numerals(), [-2.5, 6.0]),
        (["2024年", "2023年"], Numerals(unit="年"), [2024.0, 2023.0]),
        (["12", "05", "11"], Numerals(), [12.0, 5.0, 11.0]),  # months
        (["1.5", "inf"], Numerals(), [1.5, math.inf]),
    ],
)
def test_columns_of_numbers(cells, how, values):
    column = numbers(cells)
    assert column.how == how
    assert column.values.to_list() == values
    assert column.markers == {}


@pytest.mark.parametrize(
    "marker",
    [
        "NA",
        "n/a",
        "-",
        "--",
        "—",
        ".",
        "?",
        "missing",
        "None",
        "#N/A",
        "#DIV/0!",
        "\\N",
        "无",
        "缺失",
        "nan",
        "NaN",
        "暂无",
        "なし",
        "k.A.",
        "s/d",
        "<NA>",
        "####",
    ],
)
def test_markers_of_the_missing_are_empty_cells_of_numbers(marker):
    for cells in (QUANTITIES, FEW, [text.replace(".", ",") for text in QUANTITIES]):
        column = numbers([*cells, marker, None, marker])
        assert column.markers == {marker: 2}
        assert column.values.null_count() == 3


def test_a_word_that_is_repeated_among_many_numbers_is_a_marker():
    for cells in (QUANTITIES, COUNTS, [f"${text}" for text in COUNTS]):
        column = numbers([*cells, "kaputt", "kaputt", "-"])
        assert (column.markers, column.how.empty) == ({"kaputt": 2, "-": 1}, ("kaputt",))
        assert column.values.null_count() == 3
    assert numbers([*QUANTITIES, *["kaputt"] * 1000]).markers == {"kaputt": 1000}


@pytest.mark.parametrize(
    ("cells", "why", "example"),
    [
        (["3", "1", "2", "more"] * 9, "few", (3, "more")),
        ([*map(str, range(1, 11)), "10+"] * 3, "few", (10, "10+")),
        (["38", "40", "42", "XL", "M"] * 9, "few", (3, "XL")),
        (["1.0", "XL"] * 9, "few", (1, "XL")),
        (["A10", "1E5"] * 9, "few", (0, "A10")),
        (["5x1", "7x1"] * 9, "", None),
        (["5q", "7q"] * 9, "few", (0, "5q")),
        (["5 kg", "500 g"] * 9, "few", (0, "5 kg")),
        (["007", "042", "100", "2A1"] * 5, "codes", (3, "2A1")),
        (["007", "042", "100"] * 5, "codes", (0, "007")),
        ([*COUNTS, *CODES, "LINE"], "codes", (60, "PC 17599")),
        ([f"{x * 7919 % 4096:03x}" for x in range(60)], "codes", None),
        ([*map(str, range(30)), "12A", "15B", "7C"], "codes", (30, "12A")),
        ([*COUNTS, *[f"word {chr(97 + x % 26)}{x // 26}" for x in range(99)]], "codes", None),
        ([*QUANTITIES, *["low", "high"] * 99], "texts", (120, "low")),
    ],
)
def test_numbers_and_texts_that_are_categories(cells, why, example):
    column = found(cells)
    assert (column.kind, column.why) == ("categories", why), column
    assert example in (None, column.example)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["True", "false", None], "booleans"),
        (["TRUE"], "booleans"),
        (["True", "False", "unknown"], "categories"),
        (["yes", "no"], "categories"),
        (["NA", "DE"], "categories"),
        (["-", "left", "right"], "categories"),
        (["None", "unknown"], "categories"),
        ([None, None], "empty"),
        ([], "empty"),
        (["NA", "na"], "empty"),
    ],
)
def test_other_columns(cells, kind):
    column = found(cells)
    assert column.kind == kind
    if kind != "empty":
        assert column.markers == {}


@pytest.mark.parametrize(
    ("cells", "row", "sentence"),
    [
        (
            [*COUNTS, "12o"],
            60,
            "expected a number or an empty cell; got '12o'; correct it, or read it as an empty "
            "cell (--empty 12o), or take the column as categories (--categories col)",
        ),
        (
            [*QUANTITIES, "see note"],
            120,
            "expected a number or an empty cell; got 'see note'; correct it, or read it as an "
            "empty cell (--empty 'see note'), or take the column as categories (--categories col)",
        ),
        (
            [*QUANTITIES, "b", "a", "b"],
            120,
            "expected a number or an empty cell; got 'b' (and 1 more text); correct it, or read "
            "them as empty cells (--empty a --empty b), or take the column as categories "
            "(--categories col)",
        ),
        (
            ["950", "1,234", "5,678"],
            1,
            "the comma in '1,234' may be a decimal mark or separate thousands; say which: "
            "--decimal ',' or --thousands ',', or take the column as categories "
            "(--categories col)",
        ),
        (
            ["950", "1.200"],
            1,
            "the point in '1.200' may be a decimal mark or separate thousands; say which: "
            "--decimal . or --decimal ',' --thousands ., or take the column as categories "
            "(--categories col)",
        ),
        (
            ["1,739 €", "1,849 €"],
            0,
            "the comma in '1,739 €' may be a decimal mark or separate thousands; say which: "
            "--decimal ',' or --thousands ',', or take the column as categories "
            "(--categories col)",
        ),
        (
            ["7", "1,5", "1.5"],
            1,
            "expected one decimal mark and one mark of thousands; got '1,5' and '1.5'; write all "
            "numbers alike, or take the column as categories (--categories col)",
        ),
        (
            ["$5", "€7"],
            0,
            "expected numbers of one measure; got '$5' and '€7'; write all of them alike, or take "
            "the column as categories (--categories col)",
        ),
        (
            ["45%", "0.5"],
            0,
            "expected numbers of one measure; got '45%' and '0.5'; write all of them alike, or "
            "take the column as categories (--categories col)",
        ),
        (
            ["(1)", "(2)"],
            0,
            "every number stands in parentheses, such as '(1)', which may make it negative; write "
            "them with a minus sign or without parentheses, or take the column as categories "
            "(--categories col)",
        ),
    ],
)
def test_what_cannot_be_decided_names_the_cell_and_the_way_on(cells, row, sentence):
    column = undecided(cells)
    assert (column.row, column.text) == (row, cells[row])
    assert column.sentence == sentence


def test_a_long_text_is_cut_in_messages():
    assert undecided([*QUANTITIES, "x" * 200_000]).sentence == (
        f"expected a number or an empty cell; got '{'x' * 56}...; correct it, or take the column "
        "as categories (--categories col)"
    )


def test_contradicting_cells_are_both_named():
    assert undecided(["7", "1.5", "1,5"]).other == (2, "1,5")
    assert undecided([f"{x} kg" for x in range(30)] + ["12"]).other == (30, "12")
    assert undecided([*COUNTS, "90+"]).other is None


def test_an_example_shows_how_a_column_is_written():
    assert numbers(["7", "1.5", "-2e3"]).example is None
    assert numbers(["7", "−1.5"]).example == (1, "−1.5")
    assert numbers(["7", "(5)"]).example == (1, "(5)")
    assert numbers(["7", "1,5", "2,5"]).example == (1, "1,5")
    assert numbers(["7", "5.000", "1.234.567"]).example == (1, "5.000")


def test_options_decide():
    assert numbers(["1,234", "5,678"], decimal=",").values.to_list() == [1.234, 5.678]
    assert numbers(["1,234", "5,678"], thousands=",").values.to_list() == [1234.0, 5678.0]
    assert numbers(["1.234"], decimal=",", thousands=".").values.to_list() == [1234.0]
    assert numbers(["950", "1.200"], decimal=".").values.to_list() == [950.0, 1.2]
    assert numbers(["1.5", "2.5"], decimal=",").values.to_list() == [1.5, 2.5]
    assert numbers(["007", "042"], numbers=("col",)).values.to_list() == [7.0, 42.0]
    assert found(["1", "2"], categories=("col",)).kind == "categories"
    assert undecided(["1", "2", "x"], numbers=("col",)).sentence == (
        "expected a number or an empty cell; got 'x'; correct it, or read it as an empty cell "
        "(--empty x)"
    )


def test_named_markers_are_empty_in_every_kind_of_column():
    column = numbers(["1", "2.5", "-999", "-999"], empty=("-999",))
    assert (column.markers, column.values.to_list()) == ({"-999": 2}, [1.0, 2.5, None, None])
    assert column.how.empty == ("-999",)
    column = numbers(["1", "2", "more"], empty=("More",))
    assert (column.markers, column.how.empty) == ({"more": 1}, ("more",))
    assert found(["DE", "NA"], empty=("NA",)).markers == {"NA": 1}
    assert found(["true", "NA"], empty=("NA",)).kind == "booleans"
    assert found(["x", "NA"], empty=("NA",), categories=("col",)).markers == {"NA": 1}
    assert found(["gone", "gone"], empty=("gone",)).kind == "empty"


def test_other_columns_tell_what_a_mark_means():
    def values(name, **columns):
        column = recognise_frame(pl.DataFrame(columns))[name]
        return column.open_mark if isinstance(column, Undecided) else column.values.to_list()

    people, points = ["1,234", "5,678"], ["1.234", "5.678"]
    assert values("a", a=people, b=["0.5", "7"]) == [1234.0, 5678.0]
    assert values("a", a=people, b=["0,5", "7"]) == [1.234, 5.678]
    assert values("a", a=people, b=["1,234,567", "7"]) == [1234.0, 5678.0]
    assert values("a", a=people, b=["1", "2"]) == ","
    assert values("a", a=people, b=["0,5", "7"], c=["0.5", "7"]) == ","
    assert values("a", a=points, b=["0,5", "7"]) == [1234.0, 5678.0]
    assert values("a", a=[*points, "NA"], b=["0,5", "7", "8"]) == [1234.0, 5678.0, None]
    assert values("a", a=points, b=["0.5", "7"]) == [1.234, 5.678]
    assert values("a", a=["1.5", "2.5"], b=["0,5", "7"]) == [1.5, 2.5]
    assert values("a", a=["950", "1.200"], b=["0.5", "7"]) == [950.0, 1.2]
    assert values("a", a=["1,234", "5.678"], b=["0.5", "7"]) == [1234.0, 5.678]
    assert values("a", a=["1,234", "5.678"], b=["1", "7"]) == ","
    assert values("a", a=["950", "1.200"], b=["0,5", "7"]) == [950.0, 1200.0]


def test_a_frame_is_recognised_column_by_column():
    frame = pl.DataFrame(
        {"n": ["1", None], "t": ["x", "NA"], "e": [None, None], "d": ["2024-05-06", "-"]},
        schema=dict.fromkeys("nted", pl.String),
    )
    kinds = {name: column.kind for name, column in recognise_frame(frame).items()}
    assert kinds == {"n": "numbers", "t": "categories", "e": "empty", "d": "dates"}
    assert recognise_frame(frame.drop(frame.columns)) == {}


def test_long_columns_are_recognised_as_short_ones():
    comma = [text.replace(".", ",") for text in QUANTITIES]
    for cells in (
        QUANTITIES,
        comma,
        [*comma, "NA"],
        [*QUANTITIES, "NA", "nan", None],
        [*COUNTS, "kaputt", "kaputt"],
        [f"${text}" for text in QUANTITIES],
        ["007", "042"],
        ["1.200", "950"],
        ["20240506", "20231231"],
        ["2024-05-06", "2023-12-31", "-"],
        ["2024-05-06", "2023-12-31T15:20:00.5"],
        ["2024-05-06 15:20:00", "2024-05-06 15:20", "2023-12-31"],
        ["2024-02-30", "2024-05-06"],
        ["6.5.2024", "24.12.2024"],
        ["2024-05-06", "soon"],
        [chr(97 + i % 26) + chr(97 + i // 26) * 3 for i in range(600)],
        ["red", "NA"],
    ):
        short = found(cells)
        long = found(cells * SHORT)
        assert type(long) is type(short)
        if isinstance(short, Undecided):
            assert long == short
            continue
        assert (long.kind, long.how, long.example) == (short.kind, short.how, short.example)
        assert long.markers == {text: n * SHORT for text, n in short.markers.items()}
        if short.values is not None:
            assert long.values.to_list() == short.values.to_list() * SHORT


amounts = st.decimals(-(10**12), 10**12, places=3, allow_nan=False, allow_infinity=False)
columns = st.tuples(
    st.sampled_from(sorted(STYLES)),
    st.lists(amounts, min_size=1, max_size=30),
    st.lists(st.sampled_from(["NA", "-", "无", "kaputt", None]), max_size=6),
    st.randoms(use_true_random=False),
)


def same(a, b):
    return [x and float(x).hex() for x in a] == [x and float(x).hex() for x in b]


@given(columns)
@settings(max_examples=500)
def test_a_column_in_any_style_is_never_a_wrong_number(drawn):
    name, written, markers, shuffled = drawn
    rows = [(in_style(x, STYLES[name]), float(x)) for x in written]
    rows += [(marker, None) for marker in markers]
    column = found([text for text, _ in rows])
    if not isinstance(column, Undecided) and column.kind == "numbers":
        assert same(column.values, [x for _, x in rows])
        # Rows that come later are read alike, whichever others stand beside them.
        for text, x in rows:
            values, bad = parse_numbers(pl.Series([text], dtype=pl.String), column.how)
            assert same(values, [x])
            assert not bad.any()
    # Beside words that are not known, only marks that can be read in two ways stop it.
    if "kaputt" not in markers and isinstance(column, Undecided):
        assert column.open_mark or name == "bookkeeper"

    # The order of the rows does not matter.
    shuffled.shuffle(rows)
    again = found([text for text, _ in rows])
    assert type(again) is type(column)
    if not isinstance(again, Undecided):
        assert (again.kind, again.how, again.markers) == (column.kind, column.how, column.markers)
        if again.kind == "numbers":
            assert same(again.values, [x for _, x in rows])


@given(st.lists(st.sampled_from([*QUANTITIES, *COUNTS, *CODES, "007", "NA", "x", "1,5", "1,234"])))
@settings(max_examples=300)
def test_the_order_of_rows_does_not_matter(cells):
    column = found(cells)
    mixed = cells.copy()
    random.Random(0).shuffle(mixed)
    again = found(mixed)
    assert type(again) is type(column)
    if not isinstance(column, Undecided):
        assert (again.kind, again.why, again.how) == (column.kind, column.why, column.how)


@given(st.lists(st.one_of(st.none(), st.text(max_size=6)), max_size=12))
@settings(max_examples=300)
def test_any_text_is_recognised(cells):
    column = found(cells)
    if not isinstance(column, Undecided) and column.values is not None:
        assert len(column.values) == len(cells)


def test_numbers_that_were_asked_for_where_there_are_none():
    column = undecided(["red", "blue", "red"], numbers=("col",))
    assert column.sentence == (
        "expected a number or an empty cell; got 'red' (and 1 more text); correct it, or read them "
        "as empty cells (--empty blue --empty red)"
    )


def test_hexadecimal_codes_are_not_numbers_in_units():
    codes = [f"{(i * 7919) % 0xFFFFF:05x}" for i in range(1, 160)]
    assert any(code.isdecimal() for code in codes)
    assert any(code[:-1].isdecimal() and code.endswith("d") for code in codes)
    assert found(codes).kind == "categories"
    assert undecided([*(f"{i} kg" for i in range(30)), *map(str, range(30))])


@pytest.mark.parametrize("times", [1, SHORT])
def test_a_word_that_is_infinite_in_other_columns(times):
    assert found(["INF", "INF", None] * times).kind == "categories"
    assert found(["INF", "ENG", "INF"] * times).kind == "categories"
    assert found(["INF", "2", "3"] * times).kind == "numbers"
    assert found(["inf", "-inf"] * times).kind == "numbers"
