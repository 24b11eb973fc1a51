"""How the cells of a row become a network's inputs, as tables of numbers.

A C file and a page both walk through these tables, so neither derives the encoding by itself. The
cells are those of :func:`~clearprop.export.cells.cells_of`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.network.architecture import Array

__all__ = ["Steps", "steps_of"]

# What a part takes of its cell: a number itself; of a date the parts of
# `clearprop.data.spelling.dates.parts`, the days with their fraction where there are times of day.
_KINDS = {"": 0, "year": 1, "month": 2, "day": 3, "weekday": 4, "hour": 5, "days": 6}
_DAYS_AND_HOURS = 7


@dataclass(frozen=True, eq=False)
class Steps:
    """The tables of an encoder with p parts, w lines, c columns of categories and g of gaps.

    Attributes
    ----------
    part_column, part_kind, fill
        ``(p,)`` each: the column of a part, what it takes of the cell (0 a number; of a date 1
        year, 2 month, 3 day, 4 weekday, 5 hour, 6 days, 7 days with their fraction), and what
        stands in for an empty cell.
    line_part, line_place, shift, scale, least, most
        ``(w,)`` each: the input at `line_place` is ``(x - shift) / scale`` of the part's x, cut
        off below `least` and above `most`.
    category_column, category_start, category_count, category_other, category_fill
        ``(c,)`` each: the column, its first input, the values with an input of their own, 1 if
        other values share one more input, and the input of an empty cell counted from the first,
        -1 for none.
    gap_column, gap_place
        ``(g,)`` each: the input at `gap_place` is 1 where the column's cell is empty.
    """

    part_column: Array
    part_kind: Array
    fill: Array
    line_part: Array
    line_place: Array
    shift: Array
    scale: Array
    least: Array
    most: Array
    category_column: Array
    category_start: Array
    category_count: Array
    category_other: Array
    category_fill: Array
    gap_column: Array
    gap_place: Array


def steps_of(encoder: Encoder) -> Steps:
    """The tables of an encoder.

    Examples
    --------
    >>> from clearprop.data.table import Table
    >>> table = Table("made", np.array([[1.0, 5.0], [3.0, 5.0]]), None, ("0", "1"), None)
    >>> steps = steps_of(Encoder.fit(table))
    >>> steps.shift, steps.scale, steps.line_place
    (array([2., 5.]), array([1., 1.]), array([0, 1]))
    """
    spans, lines = encoder.spans, encoder.lines
    levels = [(j, of) for j, of in enumerate(encoder.levels) if of is not None]
    fills = []
    for j, of in levels:
        known = {value: place for place, value in enumerate(of.values)}
        unseen = len(of.values) if of.other else -1
        takes = of.fill is not None and not encoder.gaps[j]
        fills.append(known.get(str(of.fill), unseen) if takes else -1)
    gaps = np.flatnonzero(encoder.gaps)
    return Steps(
        encoder.part_columns,
        np.array(_kinds(encoder), np.int64),
        encoder.fill,
        lines.part,
        lines.place,
        lines.shift,
        lines.scale,
        lines.least,
        lines.most,
        np.array([j for j, _ in levels], np.int64),
        np.array([spans[j].start for j, _ in levels], np.int64),
        np.array([len(of.values) for _, of in levels], np.int64),
        np.array([of.other for _, of in levels], np.int64),
        np.array(fills, np.int64),
        gaps,
        np.array([spans[j].stop - 1 for j in gaps.tolist()], np.int64),
    )


def _kinds(encoder: Encoder) -> list[int]:
    found = []
    for j, parts in enumerate(encoder.parts):
        dates = encoder.columns[j].dates if encoder.columns else None
        for part in parts:
            timed = part == "days" and dates is not None and dates.has_time
            found.append(_DAYS_AND_HOURS if timed else _KINDS[part])
    return found
