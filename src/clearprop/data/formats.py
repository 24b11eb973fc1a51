"""The format of a source: by its content, not by its name."""

from __future__ import annotations

import re
from pathlib import PurePath

from clearprop.data.files import Content
from clearprop.errors import DataError

# The first bytes of formats that have a signature. They are more reliable than a file's name.
_BEGINNINGS = (
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"\x93NUMPY", "NPY"),
    (b"MATLAB", "MAT"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"SQLite format 3\0", "SQLite"),
    (b"%PDF-", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf'\x1c", "7z"),
    (b"RDX", "RData"),
    (b"X\n\0\0\0", "RData"),
    (b"$FL2", "SPSS"),
    (b"<stata_dta>", "Stata"),
    (b"FEA1", "Feather"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_IDX_TYPES = range(8, 15)

_ENDINGS = {
    ".parquet": "Parquet",
    ".pq": "Parquet",
    ".npy": "NPY",
    ".npz": "NPZ",
    ".mat": "MAT",
    ".arrow": "Arrow",
    ".feather": "Arrow",
    ".xlsx": "Excel",
    ".xlsm": "Excel",
}

# Formats that are not read: what they are called, and the way on.
_OTHERS = {
    "HDF5": ("an HDF5 file", "save its arrays with numpy.savez, or its table as CSV or Parquet"),
    "SQLite": ("an SQLite database", "export the table as CSV (sqlite3 -header -csv)"),
    "PDF": ("a PDF document", "save the table in it as CSV"),
    "XLS": ("an old Excel workbook or another Office document", "save it as CSV or .xlsx"),
    "OpenDocument": ("an OpenDocument file", "save the spreadsheet as CSV"),
    "Word": ("a Word document", "save the table in it as CSV"),
    "PowerPoint": ("a PowerPoint presentation", "save the table in it as CSV"),
    "RAR": ("a RAR archive", "unpack it first"),
    "7z": ("a 7z archive", "unpack it first"),
    "tar": ("a tar archive", "unpack it and name one of its files"),
    "RData": ("an R data file", "save it in R with write.csv(x, row.names = FALSE)"),
    "SPSS": ("an SPSS file", "save it as CSV"),
    "Stata": ("a Stata file", "save it as CSV"),
    "Feather": ("a Feather file of version 1", "save it as Parquet or CSV"),
    "ORC": ("an ORC file", "save it as Parquet or CSV"),
    "Avro": ("an Avro file", "save it as Parquet or CSV"),
    "pickle": (
        "a pickle, which can run code and is never loaded",
        "save the table as CSV or Parquet, or arrays with numpy.savez",
    ),
    "HTML": ("an HTML page", "save the table in it as CSV"),
    "LIBSVM": (
        "LIBSVM (svmlight) text",
        "load it with sklearn.datasets.load_svmlight_file, and save it with numpy.savez(FILE, "
        "X=X.toarray(), y=y)",
    ),
    "XML": ("an XML document", "save the table in it as CSV"),
}


def format_of(content: Content) -> str:
    """The format of a source that can be read: what its first bytes say, else ``"text"``.

    Raises
    ------
    DataError
        For a format that cannot be read, which is named, and for one that the name of the file
        promises and the content is not.
    """
    name = content.entry or content.name
    ending = PurePath(name).suffix.lower()
    found = content.kind or _by_content(content.head())
    claimed = _ENDINGS.get(ending)
    if claimed == "MAT" and found in (None, "HDF5"):
        return "MAT"  # the header is free text: only MATLAB itself begins it with "MATLAB"
    if found is None and claimed:
        raise DataError(f"{content.name}: named as {claimed}, but the content is not {claimed}")
    if found in _OTHERS:
        raise _refused(content.name, found)
    return found or "text"


def _refused(name: str, kind: str) -> DataError:
    called, way = _OTHERS[kind]
    return DataError(f"{name}: expected a table such as CSV or Parquet; got {called}: {way}")


def _by_content(head: bytes) -> str | None:
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    # IDX: two zero bytes, the code of a type, the number of dimensions.
    if len(head) >= 4 and head[:2] == b"\0\0" and head[2] in _IDX_TYPES and 1 <= head[3] <= 4:
        return "IDX"
    if _PICKLE.match(head):
        return "pickle"
    if head[257:262] == b"ustar":
        return "tar"
    return _by_words(head.removeprefix(b"\xef\xbb\xbf"))


# Texts that are no delimited text, by how they begin.
_WORDS = (
    ("HTML", re.compile(rb"\s*<(?:!doctype html|html|head|body|table|!--.*?<html)", re.I | re.S)),
    ("XML", re.compile(rb"\s*<(?:\?xml|[a-z][\w:-]*(?:\s[^>]*)?>\s*<)", re.I)),
    ("JSON", re.compile(rb'\s*(?:\[\s*)?\{\s*["}]')),
    ("JSON", re.compile(rb"\s*\[\s*\[")),
    ("ARFF", re.compile(rb"\s*(?:%[^\n]*\n\s*)*@relation\s", re.I)),
    (
        "LIBSVM",
        re.compile(
            rb"(?:\s*#[^\n]*\n)*[-+]?[\d.eE+-]+(?:,[-+\d.eE]+)*(?:[ \t]+qid:\d+)?"
            rb"(?:[ \t]+\d+:[-+]?[\d.]+(?:[eE][-+]?\d+)?)+[ \t]*(?:#[^\n]*)?\r?(?:\n|$)"
        ),
    ),
)


def _by_words(head: bytes) -> str | None:
    return next((name for name, pattern in _WORDS if pattern.match(head)), None)
