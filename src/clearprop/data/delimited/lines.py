"""The records of a delimited text: where each begins, its number of cells, and its line.

Polars fills a short row with empty cells, skips nothing and names no line. So this file finds the
true places, where something is wrong or a message needs them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from clearprop.data.table import Array

_NEWLINE, _RETURN, _QUOTE, _BLANK = b'\n\r" '


@dataclass(frozen=True)
class Records:
    """The records of a text, without blank lines.

    Attributes
    ----------
    raw
        The text. It was rewritten if it held blank lines, or quotation marks within cells.
    lengths
        ``(r,)``: the number of cells of each record.
    lines
        ``(r,)``: the line where each begins, from 1.
    """

    raw: bytes
    lengths: Array
    lines: Array


class QuotationError(Exception):
    """A quotation mark that stands wrong: the line of its record, and the fault in words."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(line, fault)
        self.line = line
        self.fault = fault


@contextmanager
def any_length(most: int) -> Iterator[None]:
    """Let the csv module read cells of up to `most` characters within the block."""
    limit = csv.field_size_limit()
    csv.field_size_limit(max(limit, most))
    try:
        yield
    finally:
        csv.field_size_limit(limit)  # it is the interpreter's


def is_well_quoted(raw: bytes, separator: str) -> bool:
    """Whether each quotation mark opens or closes a whole cell, or is doubled in a quoted one.

    Examples
    --------
    >>> is_well_quoted(b'"a, b",1', ","), is_well_quoted(b'5" disk,1', ",")
    (True, False)
    """
    text = np.frombuffer(raw, np.uint8)
    quotes = np.flatnonzero(text == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    doubled = np.concatenate([[False], closing[:-1] + 1 == opening[1:]])
    beside = np.zeros(256, bool)
    beside[[_NEWLINE, _RETURN, ord(separator)]] = True
    begins = (opening == 0) | beside[text[opening - 1]] | doubled
    last = len(text) - 1
    ends = (closing == last) | beside[text[np.minimum(closing + 1, last)]]
    ends |= np.concatenate([doubled[1:], [False]])
    return bool(begins.all() and ends.all())


def records(raw: bytes, separator: str) -> Records:
    r"""The records of a text that is well quoted.

    Examples
    --------
    >>> found = records(b'a,b\n\n"1\n",2\n', ",")
    >>> found.raw, found.lengths.tolist(), found.lines.tolist()
    (b'a,b\n"1\n",2', [2, 2], [1, 3])
    """
    text = np.frombuffer(raw, np.uint8)
    newlines = np.flatnonzero(text == _NEWLINE)
    marks = np.flatnonzero(text == ord(separator))
    ends = newlines
    if b'"' in raw:
        quotes = np.flatnonzero(text == _QUOTE)
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    if not raw.endswith(b"\n"):
        ends = np.append(ends, len(raw))
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
    lines = np.searchsorted(newlines, starts) + 1
    blank = [
        i
        for i in np.flatnonzero(lengths == 1)
        if not raw[starts[i] : ends[i]].strip(b" \r" if separator != " " else b"\r")
    ]
    if blank:
        keep = np.delete(np.arange(len(starts)), blank)
        raw = b"\n".join(raw[starts[i] : ends[i]] for i in keep)
        lengths, lines = lengths[keep], lines[keep]
    return Records(raw, lengths, lines)


def rewritten(raw: bytes, separator: str) -> Records:
    r"""The records of any text with quotation marks, written anew so that it is well quoted.

    Blanks around a quoted cell are dropped, and a mark within an unquoted cell is a letter.

    Raises
    ------
    QuotationError
        For a quotation mark that is never closed, or is followed by more of its cell.

    Examples
    --------
    >>> rewritten(b'a,b\n5" disk, "1"', ",").raw
    b'a,b\n"5"" disk",1\n'
    """
    text = raw.decode()
    try:
        found, lines = _strictly(text, separator)
    except QuotationError as error:
        # The csv module takes no blanks behind a quoted cell. They are dropped only now, since
        # what looks like them may stand within a quoted cell.
        mark = re.escape(separator)
        shorter = re.sub(rf'"[ \t]+(?={mark}|\r?\n|\Z)', '"', text)
        if shorter == text:
            raise
        try:
            found, lines = _strictly(shorter, separator)
        except QuotationError:
            raise error from None
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(found)
    lengths = np.array([len(record) for record in found], np.int64)
    return Records(buffer.getvalue().encode(), lengths, np.array(lines, np.int64))


def _strictly(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The records that are not blank, and the line where each begins."""
    found, lines, line = [], [], 1
    try:
        with any_length(len(text)):
            reader = csv.reader(
                io.StringIO(text, newline=""),
                delimiter=separator,
                strict=True,
                skipinitialspace=True,
            )
            for record in reader:
                if record and not (len(record) == 1 and not record[0].strip()):
                    found.append(record)
                    lines.append(line)
                line = reader.line_num + 1
    except csv.Error as error:
        never = "end of data" in str(error)
        raise QuotationError(
            line, "is never closed" if never else "stands in the wrong place"
        ) from None
    return found, lines


def without_alignment(raw: bytes) -> bytes:
    r"""A text whose columns are aligned by blanks, with a tab between cells. Lines stay lines.

    Raises
    ------
    QuotationError
        As :func:`rewritten`.

    Examples
    --------
    >>> without_alignment(b"  a   b\n 10  2 ")
    b'a\tb\n10\t2'
    """
    if b'"' not in raw:
        return b"\n".join(b"\t".join(line.split()) for line in raw.split(b"\n"))
    lines = []
    for number, line in enumerate(raw.decode().split("\n"), start=1):
        try:
            cells = next(
                csv.reader([line.strip()], delimiter=" ", skipinitialspace=True, strict=True), []
            )
        except csv.Error:
            raise QuotationError(number, "is never closed in its line") from None
        buffer = io.StringIO()
        csv.writer(buffer, delimiter="\t", lineterminator="").writerow(cells)
        lines.append(buffer.getvalue())
    return "\n".join(lines).encode()
