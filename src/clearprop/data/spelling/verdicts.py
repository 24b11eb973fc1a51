"""What a column of text was recognised as, or why it could not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from clearprop.data.spelling.dates import Dates
from clearprop.data.spelling.numerals import Numerals

Kind = Literal["numbers", "categories", "dates", "booleans", "empty"]


@dataclass(frozen=True)
class Recognised:
    """What a column of text is.

    Attributes
    ----------
    kind
        ``"empty"``: every cell is empty, or holds one marker of the missing.
    how
        How numbers or dates are written; None for the other kinds.
    markers
        The texts that were read as an empty cell, with the number of their cells.
    settled
        The numbers show which mark is the decimal mark, so they can explain other columns.
    why
        The sign that decided for categories where numbers stand, too: ``"few"`` different values,
        ``"codes"``, or ``"texts"``, which are most of the cells. Else ``""``.
    example
        A cell that shows it, as its row and text: the first one with a mark, or, among numbers that
        were taken as categories, the first text.
    values
        Of numbers and dates, ``(m,)`` of Float64 or Datetime; null for an empty cell.
    """

    kind: Kind
    how: Numerals | Dates | None = None
    markers: Mapping[str, int] = field(default_factory=dict)
    settled: bool = False
    why: str = ""
    example: tuple[int, str] | None = None
    values: pl.Series | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Undecided:
    """Why a column could not be recognised, for an error that names the cell.

    Attributes
    ----------
    row, text
        The cell in question.
    reason
        What was expected and what came.
    options
        What the reader of the message can do, each a clause of its own.
    other
        A second cell that contradicts the first one, as its row and text; None if there is none.
    open_mark
        The mark that other columns of the table may explain: it is a decimal mark or separates
        thousands. ``""`` where they cannot help.
    """

    row: int
    text: str
    reason: str
    options: tuple[str, ...]
    other: tuple[int, str] | None = None
    open_mark: str = ""

    @property
    def sentence(self) -> str:
        """Reason and options as one sentence."""
        return f"{self.reason}; {', or '.join(self.options)}"
