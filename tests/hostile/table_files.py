"""Parquet, Arrow, ARFF and Excel files that were made to do harm, and formats that are refused."""

from __future__ import annotations

import io
import os
import pickle
import zipfile

import polars as pl
from case import EITHER, Case

SAME = pl.repeat(1, 5_000_000, dtype=pl.Int32, eager=True)  # columns of one buffer
FRAME = pl.DataFrame({"a": range(20), "y": [i % 2 for i in range(20)]})
DAMAGED = "cannot be read as|data are damaged"


def parquet(frame: pl.DataFrame, **options: object) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **options)
    return buffer.getvalue()


def arrow(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc(buffer)
    return buffer.getvalue()


def changed(raw: bytes, share: float) -> bytes:
    """One byte is another, at a share of the file."""
    at = int(len(raw) * share)
    return raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]


def workbook(sheet: bytes) -> bytes:
    """The smallest workbook around the XML of a sheet."""
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kinds = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml",
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr(
            "_rels/.rels",
            b'<Relationships %s><Relationship Id="r1" Type="%s/officeDocument" '
            b'Target="xl/workbook.xml"/></Relationships>' % (links, kinds),
        )
        archive.writestr(
            "xl/workbook.xml",
            b'<workbook %s xmlns:r="%s"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
            b"</workbook>" % (main, kinds),
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            b'<Relationships %s><Relationship Id="r1" Type="%s/worksheet" '
            b'Target="worksheets/sheet1.xml"/></Relationships>' % (links, kinds),
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (main, sheet),
        )
    return buffer.getvalue()


def cell(place: str, value: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'.encode()


def row(number: int, *cells: bytes) -> bytes:
    return b'<row r="%d">%s</row>' % (number, b"".join(cells))


SHEET = row(1, cell("A1", "a"), cell("B1", "y")) + b"".join(
    row(i + 2, b'<c r="A%d"><v>%d</v></c><c r="B%d"><v>%d</v></c>' % (i + 2, i, i + 2, i % 2))
    for i in range(20)
)
PARQUET, ARROW, XLSX = parquet(FRAME), arrow(FRAME), workbook(SHEET)
ARFF = b"@relation r\n@attribute a numeric\n@attribute y {0,1}\n@data\n"


class Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm-was-done",)


def archive(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return buffer.getvalue()


FILES: dict[str, Case] = {
    # Parquet and Arrow: each starts a child, so there are few of them
    "parquet: right": Case("a.parquet", PARQUET),
    "parquet: cut": Case("a.parquet", PARQUET[:-20], DAMAGED),
    "parquet: beginning only": Case("a.parquet", b"PAR1", DAMAGED),
    "parquet: a footer of 4 GB": Case("a.parquet", PARQUET[:-8] + b"\xff" * 4 + b"PAR1", DAMAGED),
    "parquet: a changed byte in a page": Case("a.parquet", changed(PARQUET, 0.04), EITHER),
    "parquet: a changed byte in the footer": Case("a.parquet", changed(PARQUET, 0.8), EITHER),
    "parquet: 800 MB in little": Case(
        "a.parquet",
        lambda f: (f / "a.parquet").write_bytes(
            parquet(pl.DataFrame({f"c{i}": SAME for i in range(40)}))
        ),
        "to read it takes more than",
    ),
    "parquet: a list as a column": Case(
        "a.parquet", parquet(FRAME.with_columns(b=pl.concat_list("a"))), "column 'b'"
    ),
    "parquet: bidi marks in a name": Case(
        "a.parquet", parquet(FRAME.rename({"a": "\u202ea\x1b[31m"}))
    ),
    "arrow: right": Case("a.arrow", ARROW),
    "arrow: cut": Case("a.arrow", ARROW[:-20], DAMAGED),
    "arrow: a changed byte": Case("a.arrow", changed(ARROW, 0.97), DAMAGED),
    # ARFF
    "arff: right": Case("a.arff", ARFF + b"".join(b"%d,%d\n" % (i, i % 2) for i in range(20))),
    "arff: no rows": Case("a.arff", ARFF, "holds no rows"),
    "arff: no attributes": Case("a.arff", b"@relation r\n@data\n1\n", "no column 'y'"),
    "arff: a value of none of the classes": Case("a.arff", ARFF + b"1,7\n" * 9, "as ARFF"),
    "arff: an attribute of dates": Case(
        "a.arff", ARFF.replace(b"numeric", b'date "yyyy"') + b"1,1\n", "as ARFF|expected"
    ),
    "arff: 20,000 attributes": Case(
        "a.arff",
        b"@relation r\n" + b"".join(b"@attribute a%d numeric\n" % i for i in range(20_000)),
        "as ARFF|no rows",
    ),
    "arff: a class of 2 MB": Case(
        "a.arff", b"@relation r\n@attribute y {" + b"k" * 2_000_000 + b"}\n@data\n", "ARFF|no rows"
    ),
    "arff: braces": Case(
        "a.arff", b"@relation r\n@attribute y " + b"{" * 100_000, "as ARFF|no rows"
    ),
    # Excel
    "excel: right": Case("a.xlsx", XLSX),
    "excel: a cell at the far end": Case(
        "a.xlsx",
        workbook(SHEET + row(1048576, cell("XFD1048576", "x"))),
        "to read it takes more than",
    ),
    "excel: 64 MB of blanks": Case(
        "a.xlsx",
        lambda f: (f / "a.xlsx").write_bytes(workbook(SHEET + b" " * (1 << 27))),
        "come out",
    ),
    "excel: entities in entities": Case(
        "a.xlsx",
        workbook(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + row(1, cell("A1", "&a;&b;"))),
        "Excel|target",
    ),
    "excel: no cells": Case("a.xlsx", workbook(b""), "Excel|no rows"),
    "excel: no sheet": Case(
        "a.xlsx", archive({"xl/workbook.xml": b"<x"}), "cannot be read as Excel"
    ),
    "excel: cut": Case("a.xlsx", XLSX[:-40], "damaged|Excel"),
    # Refused by name
    "ods": Case("a.ods", archive({"content.xml": b"<x/>"}), "got an OpenDocument file"),
    "xls": Case("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
    "pickle": Case("a.csv", pickle.dumps(Harm()), "a pickle, which can run code"),
    "pickle of version 5": Case(
        "a.pkl", pickle.dumps(FRAME.rows(), 5), "a pickle, which can run code"
    ),
    "pickle of version 0": Case("a.pkl", pickle.dumps(Harm(), 0), "pickle|separator|target"),
    "libsvm": Case("a.svm", b"+1 1:0.5 3:1\n-1 2:1\n" * 20, "got LIBSVM"),
    "libsvm: an index of 5,000 digits": Case(
        "a.svm", b"1 " + b"9" * 5000 + b":1\n", "what looks like data"
    ),
    "hdf5": Case("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(99), "got an HDF5 file"),
    "sqlite": Case("a.db", b"SQLite format 3\0" + bytes(99), "got an SQLite database"),
    "html": Case("a.csv", b"<!doctype html><script>alert(1)</script>", "got an HTML page"),
    "xml of entities": Case(
        "a.xml",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "&b;&b;">]><x>&a;</x>',
        "an XML document",
    ),
    "a named Parquet that is text": Case(
        "a.parquet", b"a,y\n1,2\n", "named as Parquet, but the con"
    ),
}
