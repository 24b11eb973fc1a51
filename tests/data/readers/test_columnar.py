"""Parquet and Arrow files, damaged ones too: the interpreter lives."""

import contextlib
import io
import random

import polars as pl
import pytest

from clearprop.data import read
from clearprop.errors import DataError

FRAME = pl.DataFrame(
    {
        "x": [0.5, 1.5, None, 2.5] * 10,
        "s": ["a", "b", "a", None] * 10,
        "n": range(40),
        "y": ["no", "yes"] * 20,
    }
)


def raw(write, **choices):
    buffer = io.BytesIO()
    getattr(FRAME, write)(buffer, **choices)
    return buffer.getvalue()


KINDS = {
    "Parquet": raw("write_parquet"),
    "Parquet, plain": raw("write_parquet", compression="uncompressed"),
    "Parquet, groups": raw("write_parquet", row_group_size=10, statistics="full"),
    "Arrow": raw("write_ipc"),
    "Arrow, packed": raw("write_ipc", compression="zstd"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_decides_not_the_name(tmp_path, kind):
    path = tmp_path / "a.csv"
    path.write_bytes(KINDS[kind])
    table = read(path, "y")
    assert table.X.equals(FRAME.drop("y"))
    assert table.y.tolist() == FRAME["y"].to_list()


@pytest.mark.parametrize("kind", KINDS)
def test_changed_bytes_raise_a_data_error_or_nothing(tmp_path, kind):
    path = tmp_path / "a.parquet"
    draw = random.Random(kind)
    for _ in range(2):
        content = bytearray(KINDS[kind])
        for _ in range(3):
            content[draw.randrange(8, len(content))] = draw.randrange(256)
        path.write_bytes(content)
        with contextlib.suppress(DataError):
            read(path, "y", need_target=False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_file(tmp_path, kind):
    path = tmp_path / "a"
    path.write_bytes(KINDS[kind][:-9])
    with pytest.raises(DataError, match=f"cannot be read as {kind.split(',')[0]}: "):
        read(path, "y")


def test_a_file_that_aborts_its_reader(shared_data):
    path = shared_data.parent / "cases" / "tables" / "abort.parquet"
    with pytest.raises(DataError) as caught:
        read(path, "out")
    assert str(caught.value) == (
        f"{path}: the Parquet data are damaged; the file was perhaps not copied or downloaded to "
        "its end: get it again, or write it again"
    )


def test_without_a_child(tmp_path, monkeypatch):
    # An interpreter within another program has no executable of its own.
    monkeypatch.setattr("sys.executable", "")
    path = tmp_path / "a.parquet"
    path.write_bytes(KINDS["Parquet"])
    assert read(path, "y").X.equals(FRAME.drop("y"))
    path.write_bytes(KINDS["Parquet"][:-9])
    with pytest.raises(DataError, match="cannot be read as Parquet: "):
        read(path, "y")


def test_row_numbers_of_pandas_are_left_out(tmp_path):
    path = tmp_path / "a.parquet"
    FRAME.rename({"n": "__index_level_0__"}).write_parquet(path)
    table = read(path, "y")
    assert table.feature_names == ("x", "s")
    (note,) = table.notes
    assert (note.key, note.facts) == ("row-numbers", {"columns": "'__index_level_0__'"})


def test_no_rows(tmp_path):
    FRAME.head(0).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="holds no rows"):
        read(tmp_path / "a.parquet", "y")
