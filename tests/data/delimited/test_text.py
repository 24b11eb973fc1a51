"""CSV and its relatives: what is read, and what each fault is called."""

import contextlib
import csv
import gzip
import io

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearprop.data import read
from clearprop.errors import DataError


def write(folder, content, name="made.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_every_column_is_raw_text(tmp_path):
    text = "n,x,text,flag,y\n007,0.50, red ,True,1\n2,,blue,NA,1.0\n3,1e3,red,-,2\n"
    table = read(write(tmp_path, text), "y")
    assert table.feature_names == ("n", "x", "text", "flag")
    assert set(table.X.dtypes) == {pl.String}
    assert table.X.rows() == [
        ("007", "0.50", "red", "True"),
        ("2", None, "blue", "NA"),
        ("3", "1e3", "red", "-"),
    ]
    assert table.y.tolist() == ["1", "1.0", "2"]
    assert (table.target_name, table.notes) == ("y", ())


@pytest.mark.parametrize("empty", ["", " ", "  ", '""', '" "', "\u00a0", "\u3000"])
def test_an_empty_cell_is_null(tmp_path, empty):
    table = read(write(tmp_path, f"a,b,y\n1,x,0\n{empty},{empty},1\n2,z,0\n"), "y")
    assert table.X.rows() == [("1", "x"), (None, None), ("2", "z")]


@pytest.mark.parametrize("kept", ["NA", "N/A", "NaN", "null", "?", "-", "None", "'", "\\N"])
def test_marks_of_an_empty_cell_are_text_here(tmp_path, kept):
    table = read(write(tmp_path, f"a,b,y\n1,x,0\n{kept},{kept},1\n"), "y")
    assert table.X.rows() == [("1", "x"), (kept, kept)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a;b;y\n1;2;0\n3;4;1\n", "semicolons.csv"),
        ("a\tb\ty\n1\t2\t0\n3\t4\t1\n", "tabs.tsv"),
        ("a, b ,y\r\n1, 2,0\r\n3 ,4,1\r\n", "spaces_and_crlf.csv"),
        ("a,b,y\r1,2,0\r3,4,1\r", "cr_only.csv"),
        ("\ufeffa,b,y\n1,2,0\n3,4,1", "bom_and_no_last_line_end.csv"),
        ('"a","b","y"\n"1","2","0"\n"3","4","1"\n', "quoted.csv"),
        ("a,b,y\n1,2,0\n\n3,4,1\n\n\n", "blank_lines.csv"),
        ('\n"a","b","y"\n\n1,2,0\n3,4,1\n', "blank_lines_quoted.csv"),
    ],
)
def test_one_table_in_many_hands(tmp_path, text, name):
    table = read(write(tmp_path, text, name), "y")
    assert table.feature_names == ("a", "b")
    assert table.X.rows() == [("1", "2"), ("3", "4")]
    assert table.y.tolist() == ["0", "1"]


def test_a_last_row_of_empty_cells_is_a_row(tmp_path):
    table = read(write(tmp_path, "a\ty\n1\t0\n\t\n"), "y")
    assert table.X.rows() == [("1",), (None,)]


def test_gzip_by_content_whatever_the_name(tmp_path):
    path = write(tmp_path, gzip.compress(b"a,y\n1,0\n2,1\n"), "made.csv")
    assert read(path, "y").X.rows() == [("1",), ("2",)]


def test_quoted_cells_may_hold_separators_and_line_ends(tmp_path):
    table = read(write(tmp_path, 'a,y\n"x, ""1""\nmore",0\nz,1\n'), "y")
    assert table.X.rows() == [('x, "1"\nmore',), ("z",)]
    # The second row stands in line 4, since the first takes two.
    assert table.place(1) == "line 4"


def test_a_mark_of_inches_is_no_quotation(tmp_path):
    table = read(write(tmp_path, 'a,y\n7,0\n5" disk,1\n3",0\n'), "y")
    assert table.X.rows() == [("7",), ('5" disk',), ('3"',)]


def test_lines_count_as_an_editor_counts_them(tmp_path):
    table = read(write(tmp_path, "a,y\n\n1,0\n\n2,1\n"), "y")
    assert [table.place(0), table.cell(1, 0)] == ["line 3", "line 5, column 'a'"]
    assert table.take([1]).place(0) == "line 5"


def test_an_unnamed_index_as_pandas_writes_it_is_left_out(tmp_path):
    table = read(write(tmp_path, ",a,y\n7,1,0\n3,2,1\n"), "y")
    assert table.feature_names == ("a",)


def test_whole_numbers_that_differ_may_be_names(tmp_path):
    assert read(write(tmp_path, "0,1,2\n5,6,0\n7,8,1\n"), "2").feature_names == ("0", "1")


def test_rows_without_labels_for_predict(tmp_path):
    path = write(tmp_path, "a,b\n1,2\n")
    table = read(path, "y", need_target=False)
    assert table.y is None
    assert table.feature_names == ("a", "b")
    assert read(path, "b", need_target=False).feature_names == ("a",)
    assert read(path, need_target=False).target_name is None


def test_empty_labels_are_kept_for_whoever_handles_them(tmp_path):
    table = read(write(tmp_path, "a,n,t\n1,1,x\n2,,\n"), "n")
    assert table.y.tolist() == ["1", None]
    table = read(write(tmp_path, "a,n,t\n1,1,x\n2,,\n"), "t")
    assert table.y.tolist() == ["x", None]


BAD = {
    "empty": (b"", "the file is empty"),
    "only blank lines": (b"\n \n", "the file is empty"),
    "header only": (b"a,y\n", "has a header line but no rows"),
    "too long a row": (
        b"a,b,y\n1,2,3\n4,5,6,7\n",
        "line 3: expected 3 cells, as in the header; got 4",
    ),
    "too short a row": (
        b"a,b,y\n1,2,3\n\n4,5\n",
        "line 4: expected 3 cells, as in the header; got 2",
    ),
    "too short a header": (
        b"a,y\n1,2,3\n4,5,6\n",
        "line 2: expected 2 cells, as in the header; got 3; all rows agree on that: correct the "
        "header",
    ),
    "ragged, quoted": (
        b'a,"b",y\n"1\n",2,3\n4,5,6,7\n',
        "line 4: expected 3 cells, as in the header; got 4",
    ),
    "names twice": (
        b"a,b,a,y\n1,2,3,4\n",
        "every column needs a name of its own; these stand more than once: a",
    ),
    "no name": (b"a,,y\n1,2,3\n", "line 1: column 2 has no name"),
    "no name and no index": (b",a,y\nx,2,3\n", "column 1 has no name"),
    "no header": (
        b"5.1,3.5,0\n4.9,3.0,1\n",
        "line 1: expected the names of the columns; got what looks like data (5.1, 3.5, 0): put a "
        "header line before the data, or read it as a row with header=False (--no-header); the "
        "columns are then x1 to x3",
    ),
    "binary": (
        bytes(range(1, 256)) * 4 + b"\0",
        "not a format that can be read: expected CSV, Parquet, NPZ, NPY, MAT or IDX; got other "
        "binary data",
    ),
    "open quotation": (
        b'a,y\n1,0\n"2,1\n3,0\n',
        'line 3: a quotation mark is never closed; write a cell that holds one as "5"" disk"',
    ),
    "stray quotation": (b'a,y\n1,0\n"2" x,1\n', "line 3: a quotation mark stands in the wrong"),
    "target alone": (b"y\n1\n2\n", "no column but 'y': nothing to learn from"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_has_its_sentence(tmp_path, case):
    content, message = BAD[case]
    path = write(tmp_path, content)
    with pytest.raises(DataError) as caught:
        read(path, "y")
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_wrong_and_missing_targets(tmp_path):
    path = write(tmp_path, "age,city,class\n1,x,0\n2,y,1\n")
    with pytest.raises(DataError) as caught:
        read(path, "clas")
    assert str(caught.value) == (
        f"{path}: no column 'clas' for the target (did you mean \"class\"?); the columns are age, "
        "city, class"
    )
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: which column holds the labels? Set target (--target NAME) to one of age, city, "
        "class; 'class' looks likely"
    )


@pytest.mark.parametrize(
    ("header", "likely"),
    [("a,species,b", "species"), ("a,c,d", "d")],
)
def test_the_likely_target(tmp_path, header, likely):
    cells = ["1" if name in "acd" else "x" for name in header.split(",")]
    path = write(tmp_path, f"{header}\n{','.join(cells)}\n")
    with pytest.raises(DataError, match=f"'{likely}' looks likely"):
        read(path)


def test_the_letters(shared_data):
    table = read(shared_data / "letter-recognition.csv", "letter")
    assert table.X.shape == (20000, 16)
    assert ",".join(table.X.row(0)) == "2,8,3,5,1,8,13,0,6,6,10,8,0,8,0,8"
    assert (table.y[0], int((table.y == "A").sum()), int((table.y == "Z").sum())) == ("T", 789, 734)


# A cell of any text but blanks at its ends. Polars takes no zero byte for text, nor do we.
cells = st.text(st.characters(blacklist_characters="\0\r\x1a", codec="utf-8"), max_size=6).filter(
    lambda text: text == text.strip()
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_what_the_csv_module_writes_is_read_back(tmp_path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("a", "b", "y"), *((*row, 0) for row in rows)])
    X = read(write(tmp_path, text.getvalue()), "y").X
    assert X.rows() == [tuple(cell or None for cell in row) for row in rows]


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_but_a_data_error(tmp_path, content):
    with contextlib.suppress(DataError):
        read(write(tmp_path, b"a,y\n1,0\n" + content), "y")
