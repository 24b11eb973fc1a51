"""What an explanation is made of before it is text or a page: headings, sentences, sums, tables.

Symbols stand in backticks, as ```delta^(2)_5```; the renderers set them as they can.
All numbers are printed already, so that text and page show the same digits.
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
    """Lines that add up to the total, and what is made of it, as ``a = g(z)``."""

    rows: tuple[Row, ...]
    total: Row
    after: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table; the first column is text, the others are numbers. `total`: the last row sums up."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


@dataclass(frozen=True)
class Columns:
    """Lines of code side by side with what they compute: the loop and the matrix."""

    heads: tuple[str, str]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Image:
    """Grey values ``(height, width)``, drawn from their smallest to their largest."""

    values: Array
    caption: str


@dataclass(frozen=True)
class Diagram:
    """The place where a page draws the network; `caption` says what it shows."""

    caption: str


@dataclass(frozen=True)
class Unit:
    """A unit's arithmetic, which its circle in the diagram opens."""

    layer: int
    unit: int
    title: str
    blocks: tuple[Block, ...]


Block: TypeAlias = Heading | Paragraph | Formula | Sum | Table | Columns | Image | Diagram | Unit
