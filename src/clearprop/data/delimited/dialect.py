"""How a delimited text is written: its separator, what stands above the table, and its header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from clearprop.data.delimited.header import is_data_row, looks_like_number
from clearprop.data.delimited.lines import any_length
from clearprop.data.reading import Note, Reading
from clearprop.data.spelling.marks import measure_of
from clearprop.errors import DataError, shown

ALIGNED = " "
"""The separator of columns that are aligned by blanks: each run of blanks is one."""

# In this order if a text could be read with several. A comma is often a decimal mark or stands in
# a text, and a blank stands in many texts.
_SEPARATORS = ("\t", ";", "|", ",", ALIGNED)
# Marks that separate the cells of few tables. They are named and not taken.
_RARE = "^~:!&\x01\x1f¦，；、"
_COMMENTS = ("#", "%", "//")
_SET_OFF = re.compile(r"(?:#+|%+|//+)\s+(.+)")
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?[,;\s]*', re.IGNORECASE)
# Blanks that separate: several of them, or one between numbers that are no group of thousands.
_SPACED = re.compile(r"\S\s{2,}\S|\d [-+]?\d(?!\d\d(?!\d))")
# A number whose comma is a decimal mark or separates thousands, with what stands beside it.
_WITH_COMMA = re.compile(
    r"([^\d,]*)(?:\d[\d.'\u2019\s]*,\d+|\d{1,3}(?:,\d{2,3})+(?:\.\d+)?)([^\d,]*)"
)

# Texts hold blanks, so the columns must be this regular.
_ALIGNED_AT_LEAST = 0.6

# How much of a text is looked at: lines, bytes of them, and cells of a line.
_LINES, _BYTES, _CELLS = 200, 1 << 20, 200
# How much a note repeats of what was skipped: lines, and characters of each.
_REPEATED_LINES, _REPEATED = 3, 60


@dataclass(frozen=True)
class Dialect:
    """How a text is written.

    Attributes
    ----------
    separator
        One character; :data:`ALIGNED` for runs of blanks.
    line
        The line where the table begins, from 1: its header, or its first row.
    header
        The cells of the header, or None if there is none.
    looks_headless
        Whether the first line was found to be a row. False if the reading says so.
    notes
        What was skipped or decided.
    """

    separator: str
    line: int
    header: tuple[str, ...] | None
    looks_headless: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Row:
    line: int  # from 1
    cells: list[str]

    @property
    def filled(self) -> int:
        return sum(map(bool, self.cells))


def find_dialect(source: str, raw: bytes, reading: Reading) -> Dialect:
    """Find out how a text is written, from its first lines.

    Parameters
    ----------
    source, raw
        What messages call the text, and the text in UTF-8 with LF or CRLF line ends.
    reading
        What the user says about it.

    Raises
    ------
    DataError
        For a text whose separator is none of comma, semicolon, tab, bar and blank, and is not
        given.
    """
    lines = _first_lines(raw)
    notes: list[Note] = []
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    given = reading.separator
    if found := _SEP_LINE.fullmatch(lines[first]):
        given = given or found[1]
        notes.append(Note("sep-line", {"separator": shown(found[1])}))
        first += 1
    separator = given or _best_separator(source, lines[first:])
    rows = _rows(lines[first:], separator, first + 1)
    if not rows:
        raise DataError(f"{source}: has a header line but no rows")
    top, commented = _top(rows, separator)
    if reading.header is False:
        commented = False
    notes += _skipped(rows[:top], lines)
    cells = rows[top].cells
    below = [row.cells for row in rows[top + 1 :]]
    headless = reading.header is None and not commented and is_data_row(cells, below)
    header = None if headless or reading.header is False else tuple(cells)
    return Dialect(separator, rows[top].line, header, headless, tuple(notes))


def _skipped(rows: list[_Row], lines: list[str]) -> list[Note]:
    filled = [row for row in rows if row.filled]
    if not filled:
        return []
    texts = [_short(lines[row.line - 1]) for row in filled[:_REPEATED_LINES]]
    more = "; ..." if len(filled) > _REPEATED_LINES else ""
    return [Note("skipped", {"text": "; ".join(texts) + more})]


def _first_lines(raw: bytes) -> list[str]:
    """The first lines, whole ones; the last may be cut if there is only one."""
    ends, at = 0, 0
    while ends < _LINES and (at < _BYTES or ends < 3):
        found = raw.find(b"\n", at)
        if found < 0:
            at = len(raw)
            break
        ends, at = ends + 1, found + 1
    lines = raw[:at].decode("utf-8", "replace").split("\n")
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines


def _rows(lines: list[str], separator: str, line: int) -> list[_Row]:
    """The lines in cells, without blank lines. A quoted cell may go over several lines."""
    if not any('"' in text for text in lines):
        return [
            _Row(number, _cells(text, separator))
            for number, text in enumerate(lines, start=line)
            if text.strip(" \r")
        ]
    rows, begin = [], 0
    texts = [text.strip(" \r") if separator == ALIGNED else text for text in lines]
    with any_length(sum(map(len, texts))):
        reader = csv.reader(
            (text + "\n" for text in texts), delimiter=separator, skipinitialspace=True
        )
        for record in reader:
            if record and not (len(record) == 1 and not record[0].strip()):
                rows.append(_Row(begin + line, [cell.strip() for cell in record]))
            begin = reader.line_num
    return rows


def _cells(text: str, separator: str) -> list[str]:
    if separator == ALIGNED:
        return text.split() or [""]
    return [cell.strip() for cell in text.split(separator)]


def _best_separator(source: str, lines: list[str]) -> str:
    """The separator that gives the most regular table; a comma if there is a single column."""
    best, most = ",", 0.0
    for separator in _SEPARATORS:
        rows = [row for row in _rows(lines, separator, 1) if not _is_comment(row)]
        if not rows:
            continue
        width = _usual_width(rows)
        first = next(i for i, row in enumerate(rows) if len(row.cells) == width)
        if width < 2:
            continue
        if separator == ALIGNED and first:
            # Two texts of two words each make no table, but names above numbers do.
            # R gives no name to the column of its row names.
            below = [row.cells for row in rows[first + 1 :]]
            of_r = first == 1 and len(rows[0].cells) == width - 1
            if not of_r and not _is_certain_header(rows[first].cells, below):
                continue
        usual = [row for row in rows if len(row.cells) == width]
        cells = [cell for row in usual for cell in row.cells[:_CELLS]]
        clean = sum(_is_clean(cell, separator) for cell in cells) / len(cells)
        # Lines above the table count a little, since most separators stand in prose, too.
        score = clean * len(usual) / (len(rows) - 0.7 * first)
        if separator == ALIGNED and score < _ALIGNED_AT_LEAST:
            continue
        if score > most * 1.001:
            best, most = separator, score
    if not most:
        _refuse_others(source, lines)
    return best


def _refuse_others(source: str, lines: list[str]) -> None:
    texts = [line.strip() for line in lines if line.strip()]
    if len(texts) > 1 and all(_SPACED.search(text) for text in texts):
        raise DataError(
            f"{source}: the columns seem to be aligned by blanks, and some cells hold blanks or "
            "are empty; save the table with another separator, such as a comma"
        )
    for mark in _RARE:
        counts = {text.count(mark) for text in texts}
        if len(texts) > 1 and len(counts) == 1 and min(counts) > 0:
            raise DataError(
                f"{source}: the cells seem to be separated by {mark!r}; if they are, say "
                f"separator={mark!r} (--separator)"
            )


def _is_clean(cell: str, separator: str) -> bool:
    """Whether a cell holds no other separator. The comma of a number is none."""
    if separator == ",":
        return not any(mark in cell for mark in "\t;|") and not _SPACED.search(cell)
    if any(mark in cell for mark in "\t;|" if mark != separator):
        return False
    if "," not in cell:
        return True
    number = _WITH_COMMA.fullmatch(cell)
    return number is not None and all(map(_stands_beside_numbers, number.groups()))


def _stands_beside_numbers(text: str) -> bool:
    """Whether a text is blank, signs, or the name of a currency or a unit."""
    word = text.strip()
    return not any(map(str.isalnum, word)) or measure_of(word) in ("currency", "percent", "unit")


def _is_comment(row: _Row) -> bool:
    return row.cells[0].startswith(_COMMENTS)


def _usual_width(rows: list[_Row]) -> int:
    """The number of cells that most rows have, apart from the first half: prose may stand there."""
    widths = [len(row.cells) for row in rows]
    late, all_rows = Counter(widths[len(rows) // 2 :]), Counter(widths)
    return max(late, key=lambda width: (late[width], all_rows[width]))


def _top(rows: list[_Row], separator: str) -> tuple[int, bool]:
    """The index of the row where the table begins, and whether that is a header after a mark.

    Comments, titles and prose may stand above a table. A title fills one cell. Prose may fill
    several if a header follows it that cannot be a row. The header after a mark replaces its row.
    """
    plain = [i for i, row in enumerate(rows) if not _is_comment(row)]
    if not plain:
        return 0, False
    width = _usual_width([rows[i] for i in plain])
    if width == 1:
        return plain[0], False
    begin = next((i for i in plain if len(rows[i].cells) == width and rows[i].filled > 1), plain[0])
    below = [row.cells for row in rows[begin + 1 :]]
    is_row = is_data_row(rows[begin].cells, below)
    is_header = _is_certain_header(rows[begin].cells, below)
    above = [i for i in plain if i < begin and not _is_title(rows[i])]
    if above and (is_row or not is_header):
        return above[0], False  # a header that is too short or too long
    # Whole numbers may be a row or names. If names stand above them, they are a row.
    numbers = any(map(looks_like_number, rows[begin].cells))
    for i in range(begin - 1, -1, -1) if is_row or (numbers and not is_header) else ():
        cells = _without_mark(rows[i], separator)
        if _is_comment(rows[i]) and len(cells) == width and all(cells):
            rows[i] = _Row(rows[i].line, cells)
            return i, True
    return begin, False


def _is_title(row: _Row) -> bool:
    return row.filled == 1 and bool(row.cells[0])


def _without_mark(row: _Row, separator: str) -> list[str]:
    """The cells of a commented line, without the mark if a blank sets it off."""
    if separator == ALIGNED and row.cells[0] in _COMMENTS:
        return row.cells[1:]
    found = _SET_OFF.fullmatch(row.cells[0])
    return [found[1] if found else row.cells[0], *row.cells[1:]]


def _is_certain_header(cells: list[str], below: list[list[str]]) -> bool:
    """Whether a text stands in `cells` above numbers."""
    return any(
        bool(cell)
        and not looks_like_number(cell)
        and any(len(row) > j and looks_like_number(row[j]) for row in below[:5])
        for j, cell in enumerate(cells)
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _REPEATED else text[: _REPEATED - 3] + "..."
