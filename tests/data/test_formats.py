"""Formats that are no tables here: each is named, with the way on."""

import pickle
import sqlite3

import pytest

from clearprop.data import read
from clearprop.errors import DataError

OTHERS = {
    "HTML": (b"\n<!DOCTYPE html><html><table></table>", "an HTML page: save the table in it as"),
    "XML": (b'<?xml version="1.0"?><rows><row/></rows>', "an XML document: save the table in it"),
    "PDF": (b"%PDF-1.7\n", "a PDF document: save the table in it as CSV"),
    "pickle": (pickle.dumps({"a": [1]}), "a pickle, which can run code and is never loaded: save"),
    "old pickle": (pickle.dumps([1.5], 2), "a pickle, which can run code and is never loaded"),
    "XLS": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
    "LIBSVM": (b"+1 1:0.5 3:2\n-1 2:1e-3\n", "LIBSVM (svmlight) text: load it with sklearn"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file: save its arrays with numpy.savez"),
    "tar": (bytes(257).replace(b"\0", b"a") + b"ustar" + bytes(300), "a tar archive: unpack it"),
    "Stata": (b"<stata_dta><header>", "a Stata file: save it as CSV"),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize("name", ["a.csv", "a"])
def test_other_formats_are_named(tmp_path, case, name):
    raw, message = OTHERS[case]
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(DataError) as caught:
        read(path, "y")
    assert str(caught.value).startswith(f"{path}: expected a table such as CSV or Parquet; got ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sqlite(tmp_path):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (a, y)")
    connection.close()
    with pytest.raises(DataError, match="got an SQLite database: export the table as CSV"):
        read(path, "y")


@pytest.mark.parametrize(
    "text", ["<a>5,y\nb,no\n", "12:30 5,y\na,no\n", "{a},y\n1,no\n", "@relations,y\n1,no\n"]
)
def test_texts_that_only_begin_like_another_format(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert read(path, "y").y.tolist() == ["no"]
