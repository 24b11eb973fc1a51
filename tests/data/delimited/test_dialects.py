"""Tables as programs and people write them: each is read right, or refused in one sentence."""

import itertools

import pytest

from clearprop.data import read
from clearprop.data.reading import Reading
from clearprop.errors import DataError

ROWS = [("Zürich", "1.5", "-3", "no"), ("Köln", "12.25", "40", "yes"), ("Malmö", "0.75", "7", "no"),
        ("Genf", "1000.5", "-12", "yes"), ("Köln", "3.0", "0", "no")]  # fmt: skip
NAMES = ("city", "price", "change", "out")

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "windows-1252"]
SEPARATORS = [",", ";", "\t", "|", " "]
DECIMALS = [".", ","]
TOPS = {
    "plain": [],
    "comment": ["# exported 2024, v2; by hand"],
    "title": ["Sales by city", ""],
    "sep line": ["sep={}"],
}
CASES = [
    case
    for case in itertools.product(ENCODINGS, SEPARATORS, DECIMALS, TOPS)
    if case[1:3] != (",", ",") and not (case[1] == " " and case[3] == "sep line")
]


def written(separator, decimal, top, ending="\n", rows=ROWS, names=NAMES):
    lines = [line.format(separator) for line in TOPS[top]]
    cells = [[cell.replace(".", decimal) for cell in row] for row in rows]
    if separator == " ":
        lines += ["".join(cell.ljust(10) for cell in row) for row in [names, *cells]]
    else:
        lines += [separator.join(row) for row in [names, *cells]]
    return ending.join([*lines, ""])


def as_read(decimal):
    return [tuple(cell.replace(".", decimal) for cell in row[:3]) for row in ROWS]


@pytest.mark.parametrize(("encoding", "separator", "decimal", "top"), CASES)
def test_encoding_separator_decimal_mark_and_what_stands_above(
    tmp_path, encoding, separator, decimal, top
):
    path = tmp_path / "a.csv"
    path.write_bytes(written(separator, decimal, top, "\r\n").encode(encoding))
    table = read(path, "out")
    assert table.feature_names == NAMES[:3]
    assert table.X.rows() == as_read(decimal)
    assert table.y.tolist() == [row[3] for row in ROWS]
    first = len(TOPS[top]) + 2
    assert table.place(0) == f"line {first}"
    keys = [note.key for note in table.notes]
    expected = {"comment": ["skipped"], "title": ["skipped"], "sep line": ["sep-line"]}
    found = [] if encoding.startswith("utf-8") else ["encoding"]
    assert keys == found + expected.get(top, [])


MARKERS = ["", "NA", "-", "n/a", "?", "#N/A", "missing", "无"]


@pytest.mark.parametrize("separator", SEPARATORS[:4])
@pytest.mark.parametrize("marker", MARKERS)
def test_markers_stay_as_they_are_written(tmp_path, separator, marker):
    rows = [(marker, "1.5", "2", "no"), ("a", marker, marker, "yes"), ("b", "2.5", "4", "no")]
    path = tmp_path / "a.csv"
    path.write_text(written(separator, ".", "plain", rows=rows), encoding="utf-8")
    table = read(path, "out")
    kept = marker or None
    assert table.X.rows() == [(kept, "1.5", "2"), ("a", kept, kept), ("b", "2.5", "4")]


@pytest.mark.parametrize(
    ("separator", "decimal"),
    [pair for pair in itertools.product(SEPARATORS, DECIMALS) if len({*pair}) > 1],
)
def test_a_table_without_a_header_loses_no_row(tmp_path, separator, decimal):
    path = tmp_path / "a.csv"
    text = written(separator, decimal, "plain", rows=ROWS[1:], names=ROWS[0])
    path.write_text(text.replace(ROWS[0][1], ROWS[0][1].replace(".", decimal), 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(path, "no")
    cells = ", ".join(cell.replace(".", decimal) for cell in ROWS[0][:3])
    assert str(caught.value) == (
        f"{path}, line 1: expected the names of the columns; got what looks like data ({cells}, "
        "...): put a header line before the data, or read it as a row with header=False "
        "(--no-header); the columns are then x1 to x4"
    )
    for reading in (Reading(), Reading(header=False)):
        table = read(path, "x4", reading=reading)
        assert (table.feature_names, table.reading.header) == (("x1", "x2", "x3"), False)
        assert table.X.rows() == as_read(decimal)
        assert table.place(0) == "line 1"


@pytest.mark.parametrize(
    ("text", "names", "first"),
    [
        ("#,#id,out\n1,5,a\n2,7,b\n", ("#", "#id"), ("1", "5")),
        # Whole numbers as pandas writes them, years, wavelengths, texts alone.
        ("0,1,out\n5.5,6.5,a\n7.5,8.5,b\n", ("0", "1"), ("5.5", "6.5")),
        ("0,1,2\n5,6,0\n7,8,1\n", ("0", "1"), ("5", "6")),
        ("2019,2020,out\n5,6,a\n7,8,b\n", ("2019", "2020"), ("5", "6")),
        ("400.5,401,401.5,402,out\n5,6,7,8,a\n7,8,9,9,b\n", ("400.5", "401", "401.5", "402"),
         ("5", "6", "7", "8")),
        ("colour,size,out\nred,big,a\nblue,small,b\n", ("colour", "size"), ("red", "big")),
        ("a b,c (%),out\n1,2,a\n3,4,b\n", ("a b", "c (%)"), ("1", "2")),
    ],
)  # fmt: skip
def test_what_is_a_header(tmp_path, text, names, first):
    path = tmp_path / "a.csv"
    path.write_text(text)
    table = read(path, text.split("\n")[0].split(",")[-1])
    assert table.feature_names == names
    assert table.X.row(0) == first


@pytest.mark.parametrize(
    "text",
    [
        "5,3,no\n4,2,yes\n5,1,no\n",  # whole numbers
        "NA,3.2,no\n1.5,2.2,yes\n0.5,1.0,no\n",  # an empty cell in the first line
        "5,5,0\n1,2,1\n3,4,0\n",  # equal numbers are no names
        "red,big,yes\nblue,big,no\nred,small,yes\nred,big,no\nblue,small,yes\n",
        "2024-05-06,$3.00,no\n2024-05-07,$4.00,yes\n2024-05-08,$1.00,no\n",
        "12:30,45%,no\n13:30,46%,yes\n14:00,1%,no\n",
    ],
)
def test_what_is_a_row(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match="got what looks like data"):
        read(path, text.split("\n")[0].split(",")[-1])
    table = read(path, "x3")
    assert table.n_rows == text.count("\n")


READ = {
    "trailing separators": "a,b,out,\n1,2,no,\n3,4,yes,\n",
    "trailing separators below the header": "a,b,out\n1,2,no,\n3,4,yes,\n",
    "trailing separators in the header": "a,b,out,\n1,2,no\n3,4,yes\n",
    "several empty columns": "a,b,out,,,\n1,2,no,,,\n3,4,yes,,,\n",
    "a title over the columns": "Report 2024,,\na,b,out\n1,2,no\n3,4,yes\n",
    "prose with separators": "Made by Ann, in May, 2024, at home\na,b,out\n1,2,no\n3,4,yes\n",
    "a quoted comment": '"# exported 2024, v2",,\na,b,out\n1,2,no\n3,4,yes\n',
    "comments of other kinds": "% one\n// two\n\na,b,out\n1,2,no\n3,4,yes\n",
    "a header after a mark": "# a,b,out\n1,2,no\n3,4,yes\n3,4,yes\n",
    "a header after a mark and a comment": "# made by hand\n# a b out\n1 2 no\n3 4 yes\n",
    "aligned to the right": "   a    b  out\n 1    2   no\n3  4  yes\n",
    "aligned and quoted": '"a" "b" "out"\n1 2 "no"\n3   4 "yes"\n',
    "tabs and blanks": "a\t b\tout\n1 \t2\tno\n3\t4 \tyes\n",
    "blanks around quotes": '"a", "b" ,"out"\n"1" ,"2", "no"\n"3","4","yes"\n',
    "old Mac": "a,b,out\r1,2,no\r3,4,yes\r",
    "mixed line ends": "a,b,out\r\n1,2,no\r3,4,yes\n",
    "quoted sep line": '"sep=;"\na;b;out\n1;2;no\n3;4;yes\n',
    "row numbers of pandas": ",a,b,out\n0,1,2,no\n1,3,4,yes\n",
    "row names of R": '"a" "b" "out"\n"1" 1 2 "no"\n"2" 3 4 "yes"\n',
    "row names of R with commas": '"a","b","out"\n"1",1,2,"no"\n"2",3,4,"yes"\n',
    "DOS's end of a file": "a,b,out\r\n1,2,no\r\n3,4,yes\r\n\x1a",
    "row numbers read back": "Unnamed: 0,a,b,out\n0,1,2,no\n1,3,4,yes\n",
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_the_same_table_in_other_hands(tmp_path, case):
    path = tmp_path / "a.csv"
    path.write_bytes(READ[case].encode())
    table = read(path, "out")
    assert table.feature_names == ("a", "b")
    assert table.X.rows()[:2] == [("1", "2"), ("3", "4")]
    assert table.y.tolist()[:2] == ["no", "yes"]


NOTES = {
    "trailing separators": ("empty-end", {}),
    "prose with separators": ("skipped", {"text": "Made by Ann, in May, 2024, at home"}),
    "comments of other kinds": ("skipped", {"text": "% one; // two"}),
    "quoted sep line": ("sep-line", {"separator": "';'"}),
    "row numbers of pandas": ("row-numbers", {"columns": "''"}),
    "row numbers read back": ("row-numbers", {"columns": "'Unnamed: 0'"}),
}


@pytest.mark.parametrize("case", NOTES)
def test_what_is_left_out_is_noted(tmp_path, case):
    path = tmp_path / "a.csv"
    path.write_text(READ[case])
    (note,) = read(path, "out").notes
    assert (note.key, note.facts) == NOTES[case]


REFUSED = {
    "a rare separator": (
        "a^b^out\n1^2^no\n3^4^yes\n",
        "the cells seem to be separated by '^'; if they are, say separator='^' (--separator)",
    ),
    "aligned columns with blanks in cells": (
        "name        x    out\nNew York    1.5  no\nBoston      2.5  yes\n"
        "San Juan    3.5  no\nRio de Janeiro  1  no\n",
        "the columns seem to be aligned by blanks, and some cells hold blanks or are empty; save "
        "the table with another separator, such as a comma",
    ),
    "a short row": (
        "# x\na;b;out\n1,5;2;no\n3;yes\n",
        "line 4: expected 3 cells, as in the header; got 2",
    ),
    "a cell more than the header": (
        "a,b,out\n1,2,3,no\n3,4,5,yes\n",
        "line 2: expected 3 cells, as in the header; got 4; all rows agree on that: correct the "
        "header",
    ),
    "a column without a name": ("a,,out\n1,2,no\n3,4,yes\n", "line 1: column 2 has no name"),
    "an empty cell between blanks": (
        "a    b    out\n1    2    no\n     4    yes\n",
        "line 3: expected 3 cells, as in the header; got 2",
    ),
    "an unclosed quotation": (
        'Report\na,b,out\n1,"2,no\n3,4,yes\n',
        "line 3: a quotation mark is never closed; write a cell that holds one as",
    ),
    "no header, ragged": (
        "1.5,2,no\n3.5,yes\n1.5,2,no\n",
        "line 2: expected 3 cells, as in line 1; got 2",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_has_its_sentence(tmp_path, case):
    text, message = REFUSED[case]
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        read(path, "out" if "out" in text else "x3")
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))


AMOUNTS = ["1.234,50 CHF", "2,345.50 USD", "1.5 kg", "-1,234,567.8 zł", "€ 1.234,5", "1,5 %"]


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
@pytest.mark.parametrize("amount", AMOUNTS)
def test_the_comma_and_the_blank_of_an_amount_separate_nothing(tmp_path, separator, amount):
    path = tmp_path / "a.csv"
    rows = [(amount, "1.5", "yes"), (amount.replace("5", "7"), "2.5", "no")] * 4
    lines = [separator.join(row) for row in [("a", "b", "out"), *rows]]
    path.write_text("\n".join(lines), encoding="utf-8")
    table = read(path, "out")
    assert table.feature_names == ("a", "b")
    assert table.X.rows() == [row[:2] for row in rows]


def test_a_separator_that_is_given(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a^b,c^out\n1^2,3^no\n3^4,5^yes\n")
    table = read(path, "out", reading=Reading(separator="^"))
    assert table.X.rows() == [("1", "2,3"), ("3", "4,5")]


def test_a_long_cell(tmp_path):
    # The csv module takes 131,072 characters unless it is told otherwise.
    path = tmp_path / "cell.csv"
    rows = [
        f'{i % 9},"{"x" * (140_000 if i == 4 else 3)}, and so on",{"yn"[i % 9 > 4]}\n'
        for i in range(80)
    ]
    path.write_text("a,note,out\n" + "".join(rows))
    assert len(read(path, "out").X[4, "note"]) == 140_011
    path.write_text("a,note,out\n" + "".join(rows) + '5" disk,x,n\n')
    assert read(path, "out").X[80, "a"] == '5" disk'


def test_lines_after_cells_of_several_lines(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Title\n"a","b"\n"x\ny",1\nz,\n\n"q",3\n')
    table = read(path, "b")
    assert [table.place(i) for i in range(3)] == ["line 3", "line 5", "line 7"]
    assert table.y.tolist() == ["1", None, "3"]


@pytest.mark.parametrize("columns", [300, 3000])
def test_wide_tables(tmp_path, columns):
    path = tmp_path / "wide.csv"
    names = [f"g{j}" for j in range(columns)]
    rows = [[f"{(i * j) % 7}.5" for j in range(columns)] + ["yn"[i % 2]] for i in range(5)]
    path.write_text("\n".join(",".join(row) for row in [[*names, "out"], *rows]))
    table = read(path, "out")
    assert table.feature_names == tuple(names)
    assert table.X.row(4) == tuple(rows[4][:-1])
