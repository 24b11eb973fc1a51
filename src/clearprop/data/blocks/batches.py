"""Tables in batches of raw rows, as the readers give them, from files of columns or of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from clearprop.data.blocks.columnar import columnar_batches
from clearprop.data.blocks.packed import unpacking
from clearprop.data.blocks.records import pieces, whole_records
from clearprop.data.delimited.decoding import decoded
from clearprop.data.delimited.dialect import ALIGNED, Dialect, find_dialect
from clearprop.data.delimited.text import check_headless, parsed
from clearprop.data.frames import table_from_frame, tidy
from clearprop.data.numbering import without_row_numbers
from clearprop.data.reading import Note, Reading
from clearprop.data.several import check_alike
from clearprop.data.table import FILE_STEP, Array, Table, listing
from clearprop.errors import DataError

if TYPE_CHECKING:
    from clearprop.data.files import Content

__all__ = ["raw_batches"]

_COLUMNAR = ("Parquet", "Arrow")


def raw_batches(
    source: str,
    files: Sequence[tuple[Content, str]],
    target: str | Sequence[str] | None,
    need_target: bool,
    reading: Reading,
    batch_bytes: int,
) -> Iterator[Table]:
    """The rows of one file or several as tables, which together are what `read` would give.

    Parameters
    ----------
    source
        What messages call all files together.
    files
        Each file with its format: ``"Parquet"``, ``"Arrow"`` or ``"text"``.
    target, need_target, reading
        As in :func:`clearprop.data.read`.
    batch_bytes
        About how many bytes of the file a batch has.

    Raises
    ------
    DataError
        As :func:`clearprop.data.read`, when the batch that is wrong has its turn.
    """
    first: Table | None = None
    names = tuple(content.name for content, _ in files)
    for k, (content, kind) in enumerate(files):
        frames = _columnar if kind in _COLUMNAR else _text
        for frame, lines, notes in frames(content, kind, target, need_target, reading, batch_bytes):
            of_text = lines if kind == "text" else None  # rows of columns have no lines
            table = table_from_frame(frame, content.name, target, need_target, of_text, reading)
            table = replace(table, places=lines)
            if first is None:
                of_files = [Note("files", {"files": listing(names)})] if len(files) > 1 else []
                first = table = replace(table, notes=(*of_files, *table.notes, *notes))
            else:
                check_alike(first, table)
            if len(files) > 1:
                numbers = table.numbers + FILE_STEP * k  # (m,)
                table = replace(table, source=source, places=numbers, files=names)
            yield table


# A batch with the numbers of its rows in messages, and a file's notes beside its first batch.
_Frames = Iterator[tuple[pl.DataFrame, Array, Sequence[Note]]]


def _columnar(
    content: Content,
    kind: str,
    target: object,
    need_target: bool,
    reading: Reading,
    batch_bytes: int,
) -> _Frames:
    name, start = content.name, 1
    numbering: tuple[str, ...] = ()
    notes: list[Note] = []
    assert content.path is not None
    for frame in columnar_batches(content.path, kind, batch_bytes):
        frame = tidy(frame, name)
        if start == 1:
            kept, note = without_row_numbers(frame)
            numbering = tuple(set(frame.columns) - set(kept.columns))
            notes = [] if note is None else [note]
        frame = frame.drop(numbering)
        yield frame, np.arange(start, start + frame.height), notes if start == 1 else ()
        start += frame.height
    if start == 1:
        raise DataError(f"{name}: holds no rows")


def _text(
    content: Content,
    kind: str,
    target: str | Sequence[str] | None,
    need_target: bool,
    reading: Reading,
    batch_bytes: int,
) -> _Frames:
    name = content.name
    dialect: Dialect | None = None
    encoding, header = reading.encoding, b""
    numbering: tuple[str, ...] = ()
    with unpacking(content) as file:
        for piece in pieces(name, file, batch_bytes):
            raw, found = decoded(name, piece.raw, encoding, piece.line - 1)
            if dialect is None:
                encoding = found or "utf-8"
                if encoding.startswith(("utf-16", "utf-32")):
                    raise DataError(
                        f"{name}: {encoding} text is not read in blocks; save the file as UTF-8"
                    )
                dialect = find_dialect(name, raw, reading)
                if dialect.separator == ALIGNED:
                    raise DataError(
                        f"{name}: columns that are aligned with blanks are not read in blocks; "
                        "save the table as CSV"
                    )
                frame, lines, ended = parsed(name, raw, dialect)
                notes = [] if found is None else [Note("encoding", {"encoding": found})]
                notes += [*dialect.notes, *ended]
                if dialect.looks_headless:
                    check_headless(name, dialect.line, frame, target, need_target)
                    last = f"x{frame.width}"
                    notes.append(Note("no-header", {"line": dialect.line, "last": last}))
                kept, note = without_row_numbers(frame)
                numbering = tuple(set(frame.columns) - set(kept.columns))
                yield kept, lines, [*notes, *([] if note is None else [note])]
                header = _header(raw, dialect)
                dialect = replace(dialect, line=1, notes=(), looks_headless=False)
            elif raw.strip():
                before = piece.line - 1 - header.count(b"\n")
                frame, lines, _ = parsed(name, header + raw, dialect, before)
                yield frame.drop(numbering), lines, ()


def _header(raw: bytes, dialect: Dialect) -> bytes:
    """The record with the names of the columns; ``b""`` where there is none."""
    if dialect.header is None:
        return b""
    at = 0
    for _ in range(dialect.line - 1):
        at = raw.index(b"\n", at) + 1
    end = at
    while True:  # a name may hold a line end, in quotation marks
        end = raw.index(b"\n", end) + 1
        if whole_records(raw[at:end]) == end - at:
            return raw[at:end]
