"""Excel workbooks, also those that are named as CSV."""

import io
import sys
import zipfile

import pytest

from clearprop.data import read
from clearprop.errors import DataError

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheets):
    """The bytes of a workbook with these rows by the name of their sheet."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r0" Type="{_OFFICE}/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{k}" r:id="r{k}"/>' for k, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{k}" Type="{_OFFICE}/worksheet" Target="worksheets/s{k}.xml"/>'
            for k in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        )
        for k, rows in enumerate(sheets.values(), 1):
            body = "".join(
                f'<row r="{i}">{"".join(_cell(i, j, cell) for j, cell in enumerate(row))}</row>'
                for i, row in enumerate(rows, 1)
            )
            archive.writestr(
                f"xl/worksheets/s{k}.xml",
                f'<worksheet xmlns="{_SHEET}"><sheetData>{body}</sheetData></worksheet>',
            )
    return buffer.getvalue()


def _cell(i, j, cell):
    if cell is None:
        return ""
    place = f"{'ABCDE'[j]}{i}"
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


ROWS = [["a", "s", "y"], [1.5, "x", "no"], [2, None, "yes"]]


def test_the_first_sheet_is_read(tmp_path):
    pytest.importorskip("fastexcel")
    path = tmp_path / "table.csv"
    path.write_bytes(workbook({"data": ROWS}))
    table = read(path, "y")
    assert table.X.rows() == [(1.5, "x"), (2.0, None)]
    assert (table.y.tolist(), table.notes) == (["no", "yes"], ())
    path.write_bytes(workbook({"data": ROWS, "notes": [["b"], ["x"]]}))
    (note,) = read(path, "y").notes
    assert (note.key, note.facts) == ("sheet", {"sheet": "data", "sheets": 2})


def test_sheets_that_are_no_tables(tmp_path):
    pytest.importorskip("fastexcel")
    path = tmp_path / "a.xlsx"
    for rows, message in [
        ([["a", None, "y"], [1, 2, "no"]], "column 2 has no name; the first row of the sheet 'd'"),
        ([["a", "y"]], "the sheet 'd' holds no rows"),
    ]:
        path.write_bytes(workbook({"d": rows}))
        with pytest.raises(DataError, match=message):
            read(path, "y")
    whole = workbook({"d": ROWS})
    path.write_bytes(whole.replace(b"<sheetData>", b"<sheetDxta>"))
    with pytest.raises(DataError):
        read(path, "y")


def test_without_the_library(tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"  # from the child process that reads the workbook, too
    hidden.mkdir()
    (hidden / "fastexcel.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    path = tmp_path / "table.csv"
    path.write_bytes(workbook({"data": ROWS}))
    with pytest.raises(DataError) as caught:
        read(path, "y")
    assert str(caught.value) == (
        f"{path}: expected a table such as CSV or Parquet; got an Excel workbook: save it as CSV, "
        "or install what reads it: pip install 'clearprop[excel]'"
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(DataError, match="the zip archive is damaged or ends too early"):
        read(path, "y")
