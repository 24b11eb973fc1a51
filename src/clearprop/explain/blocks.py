"""The kinds of block that an explanation is made of: headings, sentences, sums, tables and others.

Symbols stand in backticks, such as ```delta^(2)_5```; each renderer sets them in its own way. All
numbers are printed already, so that text and page show the same digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from clearprop.network.architecture import Array

__all__ = ["Block", "Columns", "Diagram", "Formula", "Heading", "Image", "Paragraph", "Row", "Sum",
           "Table", "Unit"]  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the page), 2 (a part), 3, or 4 (within a unit)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula in its own line: `plain` for a terminal, `latex` for a page."""

    plain: str
    latex: str


@dataclass(frozen=True)
class Row:
    """One line of a sum: a label, the product it is made of (or ""), and the number."""

    label: str
    product: str
    value: str


@dataclass(frozen=True)
class Sum:
    """Lines that add up to the total, and what is made of the total, such as ``a = g(z)``."""

    rows: tuple[Row, ...]
    total: Row
    after: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: the first column is text, the others are numbers; a last row may be the `total`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


@dataclass(frozen=True)
class Columns:
    """Two programs side by side, line by line: the loop and the matrix."""

    heads: tuple[str, str]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Image:
    """Grey values ``(height, width)``, shown from their smallest to their largest."""

    values: Array
    caption: str


@dataclass(frozen=True)
class Diagram:
    """The place of the diagram on a page; `caption` says what the diagram shows."""

    caption: str


@dataclass(frozen=True)
class Unit:
    """A unit's arithmetic, which its circle in the diagram opens."""

    layer: int
    unit: int
    title: str
    blocks: tuple[Block, ...]


Block: TypeAlias = Heading | Paragraph | Formula | Sum | Table | Columns | Image | Diagram | Unit
