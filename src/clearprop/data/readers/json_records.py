"""JSON: one object a line, or an array of objects. Each object is a row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.delimited.decoding import decoded
from clearprop.data.files import Content
from clearprop.data.frames import MOST_COLUMNS, table_from_frame, too_wide
from clearprop.data.numbering import without_row_numbers
from clearprop.data.reading import Note, Reading
from clearprop.data.table import Table
from clearprop.errors import DataError, shown

# How many cells the table may have: so many in any case, and so many for each that an object fills.
# Without a bound, objects with a new name each would fill the memory with empty cells.
_CELLS, _PER_FILLED = 10_000_000, 100

_WAY = "one object a line, or an array of objects, each with the names of the columns"

# Numbers stay as they are written, as in other texts.


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwinError(next(name for name, times in Counter(names).items() if times > 1))
    return values


class _TwinError(Exception):
    """A name that stands twice in an object."""


_decoder = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_without_twins
)


def read_json(
    content: Content, target: str | Sequence[str] | None, need_target: bool, reading: Reading
) -> Table:
    """Read JSON; parameters and result as in `clearprop.data.read`.

    The columns are raw text, as those of :func:`~clearprop.data.delimited.text.read_text`. A name
    that an object lacks is an empty cell, and so are null and an empty text.

    Raises
    ------
    DataError
        For text that is not JSON, values that are no objects, and objects within objects.
    """
    source = content.name
    raw, encoding = decoded(source, content.read(), reading.encoding)
    columns: dict[str, list[str | None]] = {}
    lines: list[int] = []
    filled = 0
    for line, value in _values(source, raw.decode()):
        if not isinstance(value, dict):
            raise DataError(f"{source}, line {line}: expected {_WAY}; got {_kind(value)}")
        for name, cell in value.items():
            if name not in columns:
                columns[name] = [None] * len(lines)
            columns[name].append(_cell(source, line, name, cell))
        if len(columns) > MOST_COLUMNS:
            raise too_wide(f"{source}, line {line}", len(columns))
        lines.append(line)
        filled += len(value)
        if len(lines) * len(columns) > _CELLS + _PER_FILLED * filled:
            raise DataError(
                f"{source}, line {line}: the objects have {len(columns):,} different names so far, "
                f"and most of them in few objects; the file should hold {_WAY}"
            )
        if len(value) < len(columns):
            for column in columns.values():
                if len(column) < len(lines):
                    column.append(None)
    if not columns:
        raise DataError(f"{source}: holds no rows")
    try:
        frame = pl.DataFrame(columns, dict.fromkeys(columns, pl.String))
    except UnicodeEncodeError:
        raise DataError(
            f"{source}: a text holds half a character (an escape from \\ud800 to \\udfff alone); "
            "write it whole"
        ) from None
    frame, note = without_row_numbers(frame)
    notes = [] if encoding is None else [Note("encoding", {"encoding": encoding})]
    notes += [] if note is None else [note]
    places = np.array(lines, np.int64)
    table = table_from_frame(frame, source, target, need_target, places, reading)
    return replace(table, notes=(*table.notes, *notes))


def _values(source: str, text: str) -> Iterator[tuple[int, Any]]:
    """The values and the line where each begins. An array at the top is taken apart."""
    at, line, in_array = 0, 1, False
    while True:
        begin = at
        while at < len(text) and (text[at].isspace() or (in_array and text[at] == ",")):
            at += 1
        line += text.count("\n", begin, at)
        if at == len(text):
            if in_array:
                raise DataError(f"{source}, line {line}: the array is never closed")
            return
        if not in_array and text[at] == "[":
            in_array, at = True, at + 1
            continue
        if in_array and text[at] == "]":
            in_array, at = False, at + 1
            continue
        begin = at
        try:
            value, at = _decoder.raw_decode(text, at)
        except _TwinError as error:
            raise DataError(
                f"{source}, line {line}: the name {shown(error.args[0])} stands twice in an object"
            ) from None
        except (json.JSONDecodeError, RecursionError) as error:
            fault = getattr(error, "msg", "it is nested too deeply").lower()
            raise DataError(
                f"{source}, line {getattr(error, 'lineno', line)}: cannot be read as JSON: {fault}"
            ) from None
        yield line, value
        line += text.count("\n", begin, at)


def _cell(source: str, line: int, name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    raise DataError(
        f"{source}, line {line}, column {name!r}: expected a number, a text, true, false or null; "
        f"got {_kind(value)}; the file should hold {_WAY} (pandas: orient='records', lines=True)"
    )


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a single value"
