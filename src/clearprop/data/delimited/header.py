"""Whether the first line of a table is a header: names of columns, or a row like the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

# Numbers as people write them, and dates and times: digits with marks, at most one unit beside.
_NUMBER_LIKE = re.compile(
    r"[-+(~<>≤≥$€£¥₹\s]*(?:[A-Z]{3}\s)?[-+]?[.,]?\d[\d\s.,:'’/_-]*(?:[eE][-+]?\d+)?"
    r"(?:T[\d:.]+Z?)?\s*(?:%|‰|[A-Z]{3}|[€£¥元°)]|[AaPp]\.?[Mm]\.?)*"
)
_CHINESE_TIME = re.compile("[年月日时時分秒]")
_WHOLE = re.compile(r"\d+")
# Texts that stand where a number is missing. They tell nothing about a header.
_EMPTY_LIKE = frozenset(
    [
        *("", "-", "--", "---", ".", "..", "…", "?", "*", "/", "n.a.", "k.a.", "n.d.", "na", "nd"),
        *("n/a", "nan", "null", "(null)", "nil", "none", "<na>", "missing", "unknown", "inf"),
        *(
            "-inf",
            "#n/a",
            "#value!",
            "#ref!",
            "#div/0!",
            "#num!",
            "#name?",
            "无",
            "無",
            "缺失",
            "未知",
        ),
    ]
)
# If at least this share of a column look like numbers, it is one of numbers.
_MOSTLY = 0.5
# How many columns and rows are looked at: half of the columns at each end, the first rows.
_COLUMNS, _ROWS = 200, 100


def looks_like_number(cell: str) -> bool:
    """Whether a cell looks like a number, a date or a time.

    Examples
    --------
    >>> [looks_like_number(cell) for cell in ("1.234,5", "$1,200", "2024年5月6日", "x1", "A10")]
    [True, True, True, False, False]
    """
    if not any(map(str.isdigit, cell)):
        return False
    text = unicodedata.normalize("NFKC", cell).replace("\u2212", "-")
    return bool(_NUMBER_LIKE.fullmatch(_CHINESE_TIME.sub(" ", text).strip()))


def is_data_row(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first line of a table looks like its rows, and not like names of columns.

    Parameters
    ----------
    first
        Its cells.
    below
        The cells of the rows below it, as many as were looked at.

    Notes
    -----
    A number above numbers speaks for a row, and so does a text that stands again below. A text
    above numbers speaks for names. Different whole numbers may be names, as pandas writes them, and
    so may growing numbers. Texts alone are names, unless each of them stands again below.

    Examples
    --------
    >>> rows = [["4.9", "no"], ["5.1", "yes"]]
    >>> is_data_row(["5.0", "no"], rows), is_data_row(["size", "out"], rows)
    (True, False)
    """
    below = below[:_ROWS]
    if len(first) > _COLUMNS:
        half, last = _COLUMNS // 2, len(first)
        ends = [*range(half), *range(last - half, last)]
        below = [[row[j] for j in ends] for row in below if len(row) == last]
        first = [first[j] for j in ends]
    columns = [[row[j] for row in below if len(row) > j and row[j]] for j in range(len(first))]
    numbers, again, names, texts = [], 0, 0, 0
    for cell, column in zip(first, columns, strict=True):
        if cell.lower() in _EMPTY_LIKE:
            continue
        numeric = sum(map(looks_like_number, column)) >= _MOSTLY * max(len(column), 1)
        if looks_like_number(cell):
            numbers.append((cell, not column or numeric, cell in column))
            continue
        texts += 1
        if cell in column:
            again += 1
        elif numeric and column:
            names += 1
    if not numbers:
        return again == texts > 1
    if names > again:
        return False
    if _may_be_names(numbers) and not again:
        return False
    return any(alike for _, alike, _ in numbers)


def _may_be_names(numbers: Sequence[tuple[str, bool, bool]]) -> bool:
    """Whether numbers in a first line can be the names of columns."""
    cells = [cell for cell, _, _ in numbers]
    if len(set(cells)) < len(cells):
        return False
    if all(map(_WHOLE.fullmatch, cells)):
        values = list(map(int, cells))
        consecutive = len(values) > 1 and values == list(range(values[0], values[0] + len(values)))
        return consecutive or not all(again for _, _, again in numbers)
    try:
        sizes = list(map(float, cells))
    except ValueError:
        return False
    growing = all(a < b for a, b in pairwise(sizes))
    return len(sizes) > 3 and growing and not any(again for _, _, again in numbers)
