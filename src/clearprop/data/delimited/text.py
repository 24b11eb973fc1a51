"""CSV, TSV and other delimited text, as a frame of raw text: no cell is interpreted here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from clearprop.data.delimited.decoding import decoded
from clearprop.data.delimited.dialect import ALIGNED, Dialect, find_dialect
from clearprop.data.delimited.lines import (
    QuotationError,
    Records,
    is_well_quoted,
    records,
    rewritten,
    without_alignment,
)
from clearprop.data.files import Content
from clearprop.data.frames import MOST_COLUMNS, check_names, table_from_frame, too_wide
from clearprop.data.numbering import without_row_numbers
from clearprop.data.reading import Note, Reading
from clearprop.data.table import Array, Table, count
from clearprop.errors import DataError
from clearprop.language import shorten

_NUMBERED = re.compile(r"x\d+")


def read_text(
    content: Content, target: str | Sequence[str] | None, need_target: bool, reading: Reading
) -> Table:
    """Read delimited text; parameters as in `clearprop.data.read`.

    Every column and the labels are raw text. Blanks around a cell are dropped, and an empty cell is
    null. Blank lines are ignored. Encoding, separator and header are found out where `reading`
    leaves them open. Comments and titles above the table, empty columns at its end and columns that
    number the rows are left out. The table's notes tell all of this.

    Raises
    ------
    DataError
        For text in an unknown encoding or with an unknown separator, rows that are longer or
        shorter than the header, duplicate names, a quotation mark that is not closed, a header
        without rows, a first line that is no header where the target's name is wanted, and as
        :func:`~clearprop.data.frames.table_from_frame`.
    """
    source = content.name
    raw, encoding = decoded(source, content.read(), reading.encoding)
    notes = [] if encoding is None else [Note("encoding", {"encoding": encoding})]
    dialect = find_dialect(source, raw, reading)
    frame, lines, ended = parsed(source, raw, dialect)
    notes += [*dialect.notes, *ended]
    if dialect.looks_headless:
        check_headless(source, dialect.line, frame, target, need_target)
        notes.append(Note("no-header", {"line": dialect.line, "last": f"x{frame.width}"}))
        reading = replace(reading, header=False)
    frame, left_out = without_row_numbers(frame)
    if "" in frame.columns:
        raise DataError(f"{source}, line {dialect.line}: column 1 has no name")
    notes += [] if left_out is None else [left_out]
    table = table_from_frame(frame, source, target, need_target, lines, reading)
    return replace(table, notes=(*table.notes, *notes))


def parsed(
    source: str, raw: bytes, dialect: Dialect, before: int = 0
) -> tuple[pl.DataFrame, Array, list[Note]]:
    """The rows below the header as raw text, their lines ``(m,)``, and notes.

    Parameters
    ----------
    source, raw, dialect
        What messages call the text, the text in UTF-8, and how it is written.
    before
        How many lines of the source are missing in `raw`, where it is a piece of it.

    Raises
    ------
    DataError
        As :func:`read_text`, for what is wrong in the text itself.
    """
    frame, lines = _cells(source, raw, dialect, before)
    frame = _stripped(frame, raw, dialect.separator)
    frame, notes = _named(source, frame, dialect, int(lines[0]))
    return frame, lines, notes


def _cells(source: str, raw: bytes, dialect: Dialect, before: int) -> tuple[pl.DataFrame, Array]:
    """The rows in columns whose names do not matter, and their lines ``(m,)``."""
    above, headers = dialect.line - 1 + before, int(dialect.header is not None)
    body, separator = _from_line(raw, dialect.line), dialect.separator
    _check_width(source, body, dialect)
    try:
        if separator == ALIGNED:
            body, separator = without_alignment(body), "\t"
        well = b'"' not in body or is_well_quoted(body, separator)
        frame = _parse(body, separator, headers) if well else None
        if frame is not None and _is_whole(frame, body, dialect):
            return frame, np.arange(frame.height) + above + 1 + headers
        found = records(body, separator) if well else rewritten(body, separator)
    except QuotationError as error:
        raise DataError(
            f"{source}, line {error.line + above}: a quotation mark {error.fault}; write a cell "
            'that holds one as "5"" disk"'
        ) from None
    found = replace(found, lines=found.lines + above)
    if len(found.lines) == headers:
        raise DataError(f"{source}: has a header line but no rows")
    _check_lengths(source, found, dialect)
    if frame is None or found.raw is not body:
        frame = _parse(found.raw, separator, headers)
    if frame is None or frame.height != len(found.lines) - headers:
        raise DataError(f"{source}: cannot be read as text with the separator {separator!r}")
    return frame, found.lines[headers:]


def _check_width(source: str, body: bytes, dialect: Dialect) -> None:
    """Do nothing if the first rows have as few cells as a table may have."""
    line, at = dialect.line, 0
    for _ in range(2):
        end = body.find(b"\n", at) + 1 or len(body)
        # Separators within quoted cells count as well: a first estimate, which costs nothing.
        if body.count(dialect.separator[:1].encode(), at, end) >= MOST_COLUMNS:
            found = records(body[at:end], dialect.separator[:1])
            if found.lengths.size and found.lengths[0] > MOST_COLUMNS:
                raise too_wide(f"{source}, line {line}", int(found.lengths[0]))
        line, at = line + 1, end


def _from_line(raw: bytes, line: int) -> bytes:
    at = 0
    for _ in range(line - 1):
        at = raw.index(b"\n", at) + 1
    return raw[at:]


def _parse(raw: bytes, separator: str, headers: int) -> pl.DataFrame | None:
    """All cells as text, or None where Polars finds more cells in a row than in the first."""
    try:
        return pl.read_csv(
            raw, separator=separator, has_header=False, skip_rows=headers, infer_schema=False
        )
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
        return None


def _is_whole(frame: pl.DataFrame, body: bytes, dialect: Dialect) -> bool:
    """Whether each line is a row with all cells, so that nothing has to be counted.

    Polars fills short rows and blank lines with empty cells. So the last column shows them.
    """
    if frame.width < 2 or frame.to_series(-1).null_count():
        return False
    if dialect.header is None:
        return b'"' not in body
    if frame.width != len(dialect.header):
        return False
    # A quoted cell may hold line ends.
    return b'"' not in body or body.count(b"\n") <= frame.height + 1


def _check_lengths(source: str, found: Records, dialect: Dialect) -> None:
    """Do nothing if all rows have as many cells as the header, apart from empty ones at the end."""
    header = dialect.header
    rows = found.lengths if header is None else found.lengths[1:]
    lines = found.lines if header is None else found.lines[1:]
    expected = int(rows[0]) if header is None else len(header)
    agree = bool((rows == rows[0]).all())
    # Whether the cells beyond the header are empty is known once they are read.
    if header is not None and agree and (rows[0] > expected or not any(header[rows[0] :])):
        return
    wrong = np.flatnonzero(rows != expected)
    if len(wrong):
        raise _ragged(
            source,
            dialect,
            int(lines[wrong[0]]),
            expected,
            int(rows[wrong[0]]),
            agree and len(rows) > 1,
        )


def _ragged(
    source: str, dialect: Dialect, line: int, expected: int, got: int, agree: bool
) -> DataError:
    like = "the header" if dialect.header is not None else f"line {dialect.line}"
    hint = "; all rows agree on that: correct the header" if agree else ""
    return DataError(
        f"{source}, line {line}: expected {count(expected, 'cell')}, as in {like}; got {got}{hint}"
    )


_UNICODE_BLANKS = (b"\xc2\xa0", b"\xe3\x80\x80", b"\xe2\x80")


def _stripped(frame: pl.DataFrame, raw: bytes, separator: str) -> pl.DataFrame:
    """The cells without outer blanks. Those that are empty then are null."""
    blank = _may_have_outer_blanks(raw, separator)
    cells = pl.all().str.strip_chars() if blank else pl.all()
    # A single byte is found ten times sooner than a pair.
    if blank or (b'"' in raw and b'""' in raw):
        return frame.lazy().select(cells).select(pl.when(pl.all() != "").then(pl.all())).collect()
    return frame


def _may_have_outer_blanks(raw: bytes, separator: str) -> bool:
    """Whether blanks stand beside a separator, a quotation mark or a line end, or Unicode's do."""
    if not raw.isascii() and any(mark in raw for mark in _UNICODE_BLANKS):
        return True
    for blank in (b" ", b"\t"):
        if blank in raw and blank != separator.encode():
            marks = (separator.encode(), b'"', b"\n", b"\r")
            if any(blank + mark in raw or mark + blank in raw for mark in marks):
                return True
    return raw.startswith((b" ", b"\t")) or raw.endswith((b" ", b"\t"))


def _named(
    source: str, frame: pl.DataFrame, dialect: Dialect, first: int
) -> tuple[pl.DataFrame, list[Note]]:
    """The frame with the names of its columns, without empty columns at its end that have none."""
    names = list(dialect.header or [f"x{j}" for j in range(1, frame.width + 1)])
    width = frame.width
    if width == len(names) + 1 and _counts(frame.to_series(0)):
        names.insert(0, "")  # R writes row names in a column without a name
    while width > 1 and (width > len(names) or not names[width - 1] or dialect.header is None):
        if frame.to_series(width - 1).null_count() < frame.height:
            break
        width -= 1
    if width > len(names):
        raise _ragged(source, dialect, first, len(names), frame.width, frame.height > 1)
    notes = [] if width == frame.width else [Note("empty-end", {})]
    names = names[:width]
    check_names(source, names)
    unnamed = [j for j, name in enumerate(names) if not name and j > 0]
    if unnamed:
        raise DataError(f"{source}, line {dialect.line}: column {unnamed[0] + 1} has no name")
    if notes:
        frame = frame[:, :width]
    frame.columns = names
    return frame, notes


def _counts(series: pl.Series) -> bool:
    """Whether the cells are 1, 2, 3 ..."""
    numbers = series.cast(pl.Int64, strict=False)
    return numbers.equals(pl.int_range(1, len(series) + 1, eager=True), check_dtypes=False)


def check_headless(
    source: str,
    line: int,
    frame: pl.DataFrame,
    target: str | Sequence[str] | None,
    need_target: bool,
) -> None:
    """Do nothing if a table without a header can be meant: no name is wanted but x1, x2 ...

    Raises
    ------
    DataError
        For other names.
    """
    wanted = target.split(",") if isinstance(target, str) else list(target or ())
    if wanted and set(wanted) <= set(frame.columns):
        return
    if not need_target and all(_NUMBERED.fullmatch(name) for name in wanted):
        return
    cells = [shorten(str(cell), 40) for cell in frame.row(0)[:3]]
    more = ", ..." if frame.width > 3 else ""
    raise DataError(
        f"{source}, line {line}: expected the names of the columns; got what looks like data "
        f"({', '.join(cells)}{more}): put a header line before the data, or read it as a row with "
        f"header=False (--no-header); the columns are then x1 to x{frame.width}"
    )
