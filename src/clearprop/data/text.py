"""CSV, TSV and other delimited text. The lines are checked first, then Polars parses them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import polars as pl

from clearprop.data.files import first_line, read_bytes
from clearprop.data.frames import check_names, table_from_frame
from clearprop.data.table import Array, Table, count
from clearprop.errors import DataError

# The texts of an empty cell. "?" is used by UCI. "None" is not among them, since it is a category
# in many real tables.
EMPTY = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "?")

# If at least this share of a column are numbers, the other texts in it are taken for mistakes.
_MOSTLY_NUMBERS = 0.9

_NUMBER = re.compile(rb"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")


def read_text(path: Path, target: str | None, need_target: bool) -> Table:
    """Read delimited text with a header line; parameters as in `clearprop.data.read`.

    The separator is comma, semicolon or tab, whichever occurs most often in the header. Spaces
    around cells are dropped, and blank lines are ignored. A column is numeric if all its cells are
    numbers, Boolean if all are true or false, and text otherwise. :data:`EMPTY` lists the texts of
    an empty cell. A first column is left out if it has no name and only numbers the rows, as
    pandas writes its index.

    Raises
    ------
    DataError
        For text that is not UTF-8, rows that are longer or shorter than the header, duplicate
        names, a quotation mark that is not closed, a header without rows, text in a column of
        numbers, and as :func:`~clearprop.data.frames.table_from_frame`.
    """
    raw = _plain(path, read_bytes(path))
    separator = _separator(raw)
    raw, header, lines = _check_lines(path, raw, separator)
    check_names(str(path), header)
    if not len(lines):
        raise DataError(f"{path}: has a header line but no rows")
    frame = _parse(path, raw, separator)
    if frame.shape != (len(lines), len(header)):
        raise DataError(
            f"{path}: expected {len(lines)} rows of {len(header)} cells; got {frame.shape}: is a "
            "quotation mark in the wrong place?"
        )
    frame.columns = header
    frame = frame.with_columns(pl.all().str.strip_chars())
    return table_from_frame(frame, str(path), target, need_target, lines)


def _plain(path: Path, raw: bytes) -> bytes:
    """The text as UTF-8 with LF or CRLF line ends, without byte-order mark or blanks at the end."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path}: the text is UTF-16; save it as UTF-8")
    if b"\0" in raw[:4096]:
        raise DataError(
            f"{path}: not a format that can be read: expected CSV, Parquet, NPZ, NPY, MAT or IDX; "
            "got other binary data"
        )
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}, line {line}: byte {raw[error.start]:#04x} is not UTF-8 text; save the file "
            "as UTF-8"
        ) from None
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    # Tabs stay, since a last row may be empty cells between tabs. Blank lines at the start stay
    # too, since messages count lines.
    raw = raw.rstrip(b" \r\n")
    if not raw:
        raise DataError(f"{path}: the file is empty")
    return raw


def _separator(raw: bytes) -> str:
    header = raw.lstrip(b"\r\n").split(b"\n", 1)[0]
    return max(",;\t", key=lambda mark: header.count(mark.encode()))


def _check_lines(path: Path, raw: bytes, separator: str) -> tuple[bytes, list[str], Array]:
    """The text without blank lines, the names in its header, and the line of each row.

    The lengths are checked here, because Polars silently fills a short row with empty cells and
    does not say which row is too long.
    """
    if b'"' in raw:
        records, lines = _quoted_records(path, raw, separator)
        lengths = [len(record) for record in records]
        header = records[0]
        # Polars fails on a quotation mark within a cell, as in 5" disk. So the text is rewritten
        # with proper quoting.
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(records)
        raw = buffer.getvalue().encode()
    else:
        mark = separator.encode()
        rows = raw.split(b"\n")
        lines = [number for number, row in enumerate(rows, start=1) if not _is_blank(row)]
        if len(lines) != len(rows):
            rows = [rows[number - 1] for number in lines]
            raw = b"\n".join(rows)
        lengths = [row.count(mark) + 1 for row in rows]
        header = rows[0].decode().rstrip("\r").split(separator)
    header = [name.strip() for name in header]
    _check_header(path, header, lines[0])
    _check_lengths(path, len(header), lengths, lines)
    return raw, header, np.array(lines[1:], np.int64)


def _check_lengths(path: Path, expected: int, lengths: list[int], lines: list[int]) -> None:
    ragged = [row for row, length in enumerate(lengths) if length != expected]
    if not ragged:
        return
    length, line = lengths[ragged[0]], lines[ragged[0]]
    wrong_header = len(ragged) == len(lengths) - 1 > 1 and len(set(lengths[1:])) == 1
    hint = "; all rows agree on that: correct the header" if wrong_header else ""
    raise DataError(
        f"{path}, line {line}: expected {count(expected, 'cell')}, as in the header; got "
        f"{length}{hint}"
    )


def _is_blank(line: bytes) -> bool:
    return not line.strip(b" \r")


def _quoted_records(path: Path, raw: bytes, separator: str) -> tuple[list[list[str]], list[int]]:
    """The records of a text with quotation marks, and the line where each begins.

    Blank lines are left out.
    """
    reader = csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=separator, strict=True)
    records, lines, line = [], [], 1
    try:
        for record in reader:
            if record and not (len(record) == 1 and not record[0].strip()):
                records.append(record)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        fault = "is never closed" if "end of data" in str(error) else "stands in the wrong place"
        raise DataError(
            f"{path}, line {line}: a quotation mark {fault}; write a cell that holds one as "
            '"5"" disk"'
        ) from None
    return records, lines


def _check_header(path: Path, header: list[str], line: int) -> None:
    numbers = [bool(_NUMBER.fullmatch(name.encode())) for name in header]
    # A header of different whole numbers may be names, as pandas writes them. Other numbers in the
    # first line are data, so the header is missing.
    whole = all(name.isdigit() for name in header) and len(set(header)) == len(header)
    if all(numbers) and not whole:
        raise DataError(
            f"{path}, line {line}: expected the names of the columns; got numbers "
            f"({', '.join(header[:3])}, ...): put a header line before the data"
        )
    unnamed = [j for j, name in enumerate(header) if not name and j > 0]
    if unnamed:
        raise DataError(f"{path}, line {line}: column {unnamed[0] + 1} has no name")


def _parse(path: Path, raw: bytes, separator: str) -> pl.DataFrame:
    """The frame with the types that Polars finds in 1000 rows, or if that fails in all rows."""
    fault: BaseException | None = None
    for rows in (1000, None):
        try:
            return pl.read_csv(raw, separator=separator, infer_schema=False)
        except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
            fault = error
    assert fault is not None
    raise DataError(f"{path}: cannot be read as text: {first_line(fault)}") from None


def _typed(series: pl.Series, source: str, lines: Array) -> pl.Series:
    """A column of text in its real type: numbers, Booleans, or text without outer spaces."""
    name = series.name
    text = series.str.strip_chars()
    text = text.to_frame().select(
        pl.when(~pl.col(name).is_in(list(EMPTY))).then(pl.col(name)).alias(name)
    )[name]
    filled = len(text) - text.null_count()
    numbers = text.cast(pl.Float64, strict=False)
    numeric = filled - (numbers.null_count() - text.null_count())
    if filled == 0:
        return text
    if numeric == filled:
        whole = text.cast(pl.Int64, strict=False)
        return whole if whole.null_count() == text.null_count() else numbers
    if numeric >= _MOSTLY_NUMBERS * filled:
        stray = (numbers.is_null() & text.is_not_null()).arg_true()
        more = f" ({len(stray)} such cells)" if len(stray) > 1 else ""
        raise DataError(
            f"{source}, line {lines[stray[0]]}, column {name!r}: text where numbers stand: "
            f"{text[stray[0]]!r}{more}; write a number or leave the cell empty"
        )
    lower = text.str.to_lowercase()
    if lower.is_in(["true", "false"]).sum() == filled:
        return (lower == "true").alias(name)
    return text


def _without_index(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    if frame.columns[0]:
        return frame
    series = frame.get_column("")
    if series.dtype.is_integer() and series.n_unique() == len(series) and frame.width > 1:
        return frame.drop("")
    raise DataError(f"{source}: column 1 has no name")
