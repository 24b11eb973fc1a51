"""Pieces of a long text that end with a record, read one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from clearprop.errors import DataError

__all__ = ["Piece", "pieces", "whole_records"]


@dataclass(frozen=True)
class Piece:
    """Whole records of a text: their bytes, and the line of the first, from 1."""

    raw: bytes
    line: int


def pieces(source: str, file: BinaryIO, size: int) -> Iterator[Piece]:
    r"""A text in pieces of about `size` bytes, each of whole records.

    A record ends with a line, unless the line ends inside of quotation marks. The newline must be
    the byte 0x0A, as in UTF-8 and in all encodings but UTF-16 and UTF-32.

    Raises
    ------
    DataError
        For a record that is longer than two pieces.

    Examples
    --------
    >>> import io
    >>> text = b"a,b" + b"\n" + b'1,"x' + b"\n" + b'y"' + b"\n" + b"2,z"
    >>> [(piece.raw, piece.line) for piece in pieces("a.csv", io.BytesIO(text), 5)]
    [(b'a,b\n', 1), (b'1,"x\ny"\n', 2), (b'2,z', 4)]
    """
    kept, line = b"", 1
    while chunk := file.read(size):
        raw = kept + chunk
        end = whole_records(raw)
        if not end and len(raw) < 2 * size:
            kept = raw
            continue
        if not end:
            raise DataError(
                f"{source}, line {line}: a row of more than {len(raw):,} bytes; a quotation mark "
                "is perhaps not closed"
            )
        yield Piece(raw[:end], line)
        line += raw.count(b"\n", 0, end)
        kept = raw[end:]
    if kept:
        yield Piece(kept, line)


def whole_records(raw: bytes) -> int:
    """How many bytes of `raw`, which begins with a record, are whole records; 0 for none."""
    end = raw.rfind(b"\n") + 1
    if b'"' not in raw:
        return end
    quotes = raw.count(b'"', 0, end)
    while end and quotes % 2:
        before = raw.rfind(b"\n", 0, end - 1) + 1
        quotes -= raw.count(b'"', before, end)
        end = before
    return end
