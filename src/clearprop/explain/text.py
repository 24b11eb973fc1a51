"""An explanation as text for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearprop.explain.assemble import assemble, assemble_units
from clearprop.explain.blocks import (
    Block,
    Columns,
    Diagram,
    Formula,
    Heading,
    Image,
    Paragraph,
    Row,
    Sum,
    Table,
    Unit,
)
from clearprop.explain.explanation import Explanation
from clearprop.language import cells, wrapped
from clearprop.network.architecture import Array

__all__ = ["explanation_text", "half_blocks", "text_of"]

_COLUMNS = 79
_INDENT = "  "
_NO_BREAK = "\N{NO-BREAK SPACE}"


def explanation_text(e: Explanation, lang: str) -> str:
    """The whole explanation, or the units that were asked for."""
    return text_of(assemble_units(e, lang) if e.asked else assemble(e, lang))


def text_of(blocks: Sequence[Block]) -> str:
    """The blocks one after the other, an empty line between them.

    Examples
    --------
    >>> print(text_of([Heading(2, "Forward"), Paragraph("`z` is a sum.")]))
    Forward
    -------
    <BLANKLINE>
    z is a sum.
    """
    parts = [lines for lines in map(_lines, blocks) if lines]
    whole = "\n\n".join("\n".join(line.rstrip() for line in lines) for lines in parts)
    return whole.replace(_NO_BREAK, " ")


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(level, text):
            rule = {1: "=", 2: "-"}.get(level)
            lines = wrapped(_plain(text), _COLUMNS)
            return [*lines, *([rule * max(map(cells, lines))] if rule else [])]
        case Paragraph(text):
            return wrapped(_plain(text), _COLUMNS)
        case Formula(plain, _):
            return _formula(plain)
        case Sum():
            return _sum(block)
        case Table():
            return _table(block)
        case Columns():
            return _columns(block)
        case Image():
            return [*(_INDENT + line for line in half_blocks(block.values)), block.caption]
        case Unit():
            title = wrapped(_plain(block.title), _COLUMNS - len(_INDENT))
            lines = [_INDENT + line for line in title]
            for inner in block.blocks:
                if isinstance(inner, Heading):
                    lines.append("")
                indented = isinstance(inner, Paragraph)
                lines += [_INDENT * 2 * indented + line for line in _inner(inner)]
            return lines
        case Diagram():
            return []  # a page draws it


def _inner(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return wrapped(_plain(block.text), _COLUMNS - 2 * len(_INDENT))
    return _lines(block)


def _plain(sentence: str) -> str:
    """A sentence without its backticks; a line does not break between them."""
    parts = sentence.split("`")
    return "".join(part.replace(" ", _NO_BREAK) if i % 2 else part for i, part in enumerate(parts))


def _formula(plain: str) -> list[str]:
    """A formula, cut after commas where it is wider than the terminal.

    Examples
    --------
    >>> _formula("g(z) = z (z > 0), 0 (z <= 0)")
    ['    g(z) = z (z > 0), 0 (z <= 0)']
    """
    first, *others = plain.split(", ")
    lines = [2 * _INDENT + first]
    for part in others:
        lines[-1] += ","
        if cells(lines[-1]) + 1 + cells(part) < _COLUMNS:
            lines[-1] += f" {part}"
        else:
            lines.append(4 * _INDENT + part)
    return lines


# -- Sums and tables -------------------------------------------------------------------------------


def _sum(block: Sum) -> list[str]:
    """Labels, products and numbers in columns; a line over the total."""
    rows = [*block.rows, block.total, *block.after]
    number = max(cells(row.value) for row in rows)
    product = max(cells(_plain(row.product)) for row in rows)
    label = min(max(cells(_plain(row.label)) for row in rows), _COLUMNS - number - product - 9)

    def line(row: Row, sign: str) -> list[str]:
        *above, last = wrapped(_plain(row.label), label) or [""]
        made = f"{_pad(last, label)}  {_pad(_plain(row.product), product, right=True)} {sign} "
        return [*(2 * _INDENT + part for part in above),
                2 * _INDENT + made + _pad(row.value, number, right=True)]  # fmt: skip

    lines = [part for row in block.rows for part in line(row, " ")]
    lines.append(2 * _INDENT + " " * (label + product + 5) + "-" * number)
    for row in (block.total, *block.after):
        lines += line(row, "=")
    return lines


def _table(block: Table) -> list[str]:
    """The first column on the left, numbers on the right; a wide table is cut into several."""
    rows = [tuple(map(_plain, row)) for row in (block.head, *block.rows)]
    widths = [max(cells(row[j]) for row in rows) for j in range(len(block.head))]
    first, room = widths[0], _COLUMNS - 2 * len(_INDENT) - widths[0]
    groups: list[list[int]] = [[]]
    for j in range(1, len(widths)):
        if groups[-1] and sum(widths[i] + 2 for i in [*groups[-1], j]) > room:
            groups.append([])
        groups[-1].append(j)
    lines: list[str] = []
    for group in groups:
        lines += [""] * bool(lines)
        for i, row in enumerate(rows):
            cut = "  ".join(_pad(row[j], widths[j], right=True) for j in group)
            lines.append(f"{2 * _INDENT}{_pad(row[0], first)}  {cut}")
            if i == 0 or (block.total and i == len(rows) - 2):
                length = first + sum(widths[j] + 2 for j in group)
                lines.append(2 * _INDENT + "-" * length)
    return lines


def _columns(block: Columns) -> list[str]:
    """Two programs side by side, or one below the other if they are too wide for that."""
    left = max(cells(line[0]) for line in (block.heads, *block.lines))
    right = max(cells(line[1]) for line in (block.heads, *block.lines))
    if len(_INDENT) + left + 3 + right > _COLUMNS:  # ten layers and more
        first, second = zip(block.heads, *block.lines, strict=True)
        return [*_code(first), "", *_code(tuple(filter(None, second)))]
    rows = [f"{_pad(a, left)} | {b}" for a, b in (block.heads, *block.lines)]
    rows.insert(1, "-" * (left + 1) + "+" + "-" * (right + 1))
    return [_INDENT + row for row in rows]


def _code(lines: Sequence[str]) -> list[str]:
    width = max(map(cells, lines))
    return [_INDENT + line for line in (lines[0], "-" * width, *lines[1:])]


def _pad(text: str, width: int, right: bool = False) -> str:
    spaces = " " * (width - cells(text))
    return spaces + text if right else text + spaces


# -- Images ----------------------------------------------------------------------------------------

_SHADES = " ░▒▓█"


def half_blocks(values: Array) -> list[str]:
    """An image as characters; each shows a pixel in its upper and one in its lower half.

    An image that is wider than the terminal is shrunk first: squares of pixels become their means.

    Parameters
    ----------
    values
        ``(height, width)``, shown from their smallest (blank) to their largest (black).

    Examples
    --------
    >>> half_blocks(np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]))
    [' █▄']
    """
    step = -(-values.shape[1] // (_COLUMNS - len(_INDENT)))
    values = _shrunk(values, step) if step > 1 else values  # (height, width)
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) / (high - low or 1.0)  # (height, width)
    if len(scaled) % 2:
        scaled = np.vstack([scaled, np.zeros((1, scaled.shape[1]))])
    lines = []
    for upper, lower in zip(scaled[::2], scaled[1::2], strict=True):
        lines.append("".join(map(_half_block, upper, lower)))
    return lines


def _shrunk(values: Array, step: int) -> Array:
    """The means of squares of `step` by `step` pixels; the edge fills the last ones."""
    height, width = values.shape
    whole = np.pad(values, ((0, -height % step), (0, -width % step)), "edge")
    tiles = whole.reshape(len(whole) // step, step, -1, step)
    means: Array = tiles.mean(axis=(1, 3))  # (height / step, width / step)
    return means


def _half_block(upper: float, lower: float) -> str:
    if (upper >= 0.5) != (lower >= 0.5):
        return "▀" if upper >= 0.5 else "▄"
    return _SHADES[min(int((upper + lower) / 2 * len(_SHADES)), len(_SHADES) - 1)]
