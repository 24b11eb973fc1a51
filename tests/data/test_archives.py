"""Packed tables: by content, whatever their names; and archives in which nothing can be read."""

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pytest

from clearprop.data import read
from clearprop.errors import DataError

CSV = b"a,y\n1,no\n2,yes\n"


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def zstd(raw):
    return pytest.importorskip("backports.zstd").compress(raw)


PACKED = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Zstandard": zstd,
    "zip": lambda raw: zipped({"a.csv": raw}),
    "zip of gzip": lambda raw: zipped({"a.csv.gz": gzip.compress(raw)}),
    "gzip of gzip": lambda raw: gzip.compress(gzip.compress(raw)),
    "zip of macOS": lambda raw: zipped(
        {"data/": b"", "data/a.csv": raw, "__MACOSX/data/._a.csv": b"\0\5", "data/.DS_Store": b"x"}
    ),
    "zip with notes": lambda raw: zipped({"README.txt": b"hello", "a.csv": raw, "x.pdf": b"%PDF-"}),
}


@pytest.mark.parametrize("kind", PACKED)
def test_a_packed_table(tmp_path, kind):
    path = tmp_path / "named_as_it_likes.csv"
    path.write_bytes(PACKED[kind](CSV))
    table = read(path, "y")
    assert table.X.rows() == [("1",), ("2",)]
    assert table.place(0) == "line 2"
    entries = [note.facts["entry"] for note in table.notes if note.key == "entry"]
    assert len(entries) == kind.startswith("zip")


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "Zstandard", "zip"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_packed_table_that_is_cut(tmp_path, kind, share):
    whole = PACKED[kind](np.random.default_rng(0).bytes(3000).hex().encode())
    path = tmp_path / "a.csv"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match=f"{kind} (data are|archive is) damaged or end"):
        read(path, "y")


def test_without_zstandard(tmp_path, monkeypatch):
    path = tmp_path / "a.csv.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    monkeypatch.setitem(__import__("sys").modules, "backports.zstd", None)
    monkeypatch.setitem(__import__("sys").modules, "compression.zstd", None)
    with pytest.raises(DataError) as caught:
        read(path, "y")
    assert str(caught.value) == (
        f"{path}: Zstandard needs a library: pip install 'clearprop[zstd]', or unpack the file "
        "first (unzstd)"
    )


def test_archives_without_one_table(tmp_path):
    path = tmp_path / "a.zip"
    for entries, message in [
        (
            {"a.csv": CSV, "b.csv": CSV},
            "holds several files; unpack it and name one of a.csv, b.csv",
        ),
        ({"x/": b"", ".a.csv": CSV}, "the zip archive holds no file"),
        ({"a.csv": b""}, "the file is empty"),
    ]:
        path.write_bytes(zipped(entries))
        with pytest.raises(DataError, match=message):
            read(path, "y")
    path.write_bytes(gzip.compress(bytes(257) + b"ustar" + bytes(100)))
    with pytest.raises(DataError, match="holds a tar archive; unpack it and name one of its files"):
        read(path, "y")


def test_entries_that_cannot_be_read(tmp_path):
    path = tmp_path / "a.zip"
    raw = bytearray(zipped({"a.csv": CSV * 50}))
    raw[40] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"a\.csv in the zip archive is damaged"):
        read(path, "y")
    raw = bytearray(zipped({"a.csv": CSV}, zipfile.ZIP_STORED))
    at = raw.index(b"PK\x01\x02")
    raw[6], raw[at + 8] = raw[6] | 1, raw[at + 8] | 1
    path.write_bytes(raw)
    with pytest.raises(DataError, match="is encrypted; unpack it with its password"):
        read(path, "y")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("content.xml", "got an OpenDocument file: save the spreadsheet as CSV"),
        ("word/document.xml", "got a Word document: save the table in it as CSV"),
    ],
)
def test_documents_that_are_archives(tmp_path, entry, message):
    path = tmp_path / "table.csv"
    path.write_bytes(zipped({entry: b"<x/>", "mimetype": b""}))
    with pytest.raises(DataError, match=message):
        read(path, "y")
