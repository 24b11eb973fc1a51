"""Several files as one table."""

import numpy as np
import pytest

from clearprop.data import read
from clearprop.errors import DataError


def three(folder):
    (folder / "b.csv").write_text("y,a\nno,3\n\nyes,4\n")
    (folder / "a.csv").write_text("a,y\n1,no\n2,yes\n")
    (folder / "c.csv").write_bytes("a;y\n5;no\n".encode("utf-16"))
    return [folder / name for name in ("a.csv", "b.csv", "c.csv")]


def test_a_pattern_and_a_list(tmp_path):
    paths = three(tmp_path)
    for source in (tmp_path / "*.csv", str(tmp_path / "[abc].csv"), paths, list(map(str, paths))):
        table = read(source, "y")
        assert table.X.rows() == [("1",), ("2",), ("3",), ("4",), ("5",)]
        assert table.y.tolist() == ["no", "yes", "no", "yes", "no"]
        assert table.notes[0].key == "files"
        assert "encoding" in [note.key for note in table.notes]
    assert read(tmp_path / "*.csv", "y").source == str(tmp_path / "*.csv")


def test_places_name_the_file(tmp_path):
    three(tmp_path)
    table = read(tmp_path / "*.csv", "y")
    assert table.place(1) == f"{tmp_path}/a.csv, line 3"
    assert table.cell(3, 0) == f"{tmp_path}/b.csv, line 4, column 'a'"
    assert table.take([4]).place(0) == f"{tmp_path}/c.csv, line 2"


def test_one_file_that_fits_is_read_alone(tmp_path):
    (tmp_path / "a.csv").write_text("a,y\n1,no\n")
    table = read(tmp_path / "*.csv", "y")
    assert (table.source, table.notes) == (f"{tmp_path}/a.csv", ())


def test_a_name_with_a_mark_goes_first(tmp_path):
    (tmp_path / "a[1].csv").write_text("a,y\n1,no\n")
    (tmp_path / "a1.csv").write_text("a,y\n2,no\n")
    assert read(tmp_path / "a[1].csv", "y").X.rows() == [("1",)]


def test_columns_that_differ(tmp_path):
    three(tmp_path)
    (tmp_path / "d.csv").write_text("y,b,c\nno,1,2\n")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "*.csv", "y")
    assert str(caught.value) == (
        f"{tmp_path}/d.csv: expected the columns of {tmp_path}/a.csv; it lacks a and has b, c"
    )
    with pytest.raises(DataError, match=r"no file fits this pattern"):
        read(tmp_path / "*.tsv", "y")
    with pytest.raises(DataError, match="expected at least one file; got an empty list"):
        read([], "y")


def test_a_fault_names_its_file(tmp_path):
    three(tmp_path)
    (tmp_path / "b.csv").write_text("a,y\n1,no\n2\n")
    with pytest.raises(DataError, match=r"b\.csv, line 3: expected 2 cells, as in the header"):
        read(tmp_path / "*.csv", "y")


def test_matrices(tmp_path):
    for k in range(2):
        np.savez(tmp_path / f"{k}.npz", X=np.full((2, 3), k), y=[k, k])
    table = read(tmp_path / "*.npz")
    assert table.X.tolist() == [[0] * 3] * 2 + [[1] * 3] * 2
    assert table.y.tolist() == [0, 0, 1, 1]
    assert table.cell(3, 2) == f"{tmp_path}/1.npz, X[1, 2]"
    np.savez(tmp_path / "2.npz", X=np.ones((2, 4)), y=[1, 1])
    with pytest.raises(DataError, match=r"2\.npz: expected the columns of .*0\.npz; it has 3"):
        read(tmp_path / "*.npz")
