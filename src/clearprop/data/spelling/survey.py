"""The different texts of a column: which are numbers, which are markers, which are others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from clearprop.data.reading import Reading
from clearprop.data.spelling.markers import is_marker
from clearprop.data.spelling.marks import measure_of
from clearprop.data.spelling.numerals import Numeral, endless, normal, numeral

# More different numbers than _LEVELS are no levels of a scale such as rooms, ratings or months.
# _FEW are enough where they are written as quantities are, or hardly repeat.
_LEVELS, _FEW = 20, 10

# Shorter columns are counted sooner without a hash table of Polars.
_SHORT = 2000


@dataclass(frozen=True)
class Survey:
    """The different texts of a column, each with the number of its cells.

    Attributes
    ----------
    text
        The column.
    named, markers
        Markers of the missing: those of :class:`~clearprop.data.reading.Reading`, and known ones.
    numbers
        Texts that are one number, infinite ones among them.
    others
        All other texts.
    read
        What is written in the finite numbers.
    """

    text: pl.Series
    named: dict[str, int]
    markers: dict[str, int]
    numbers: dict[str, int]
    others: dict[str, int]
    read: dict[str, Numeral]

    @classmethod
    def of(cls, text: pl.Series, reading: Reading) -> Survey:
        """The survey of a column ``(m,)`` of String."""
        empty = {word.casefold() for word in reading.empty}
        found = cls(text, {}, {}, {}, {}, {})
        for cell, cells in tally(text).items():
            if cell.casefold() in empty:
                found.named[cell] = cells
            elif is_marker(cell):
                found.markers[cell] = cells
            elif (number := numeral(normal(cell))) is not None:
                found.numbers[cell] = cells
                found.read[cell] = number
            elif not math.isnan(endless(normal(cell))):
                found.numbers[cell] = cells
            else:
                found.others[cell] = cells
        return found

    def first(self, texts: Iterable[str]) -> tuple[int, str]:
        """The first cell that holds one of these texts: its row and text."""
        row = self.text.is_in(list(texts)).fill_null(False).arg_max()
        assert row is not None
        return row, str(self.text[row])

    def mark(self, cell: str) -> str:
        """What stands beside the number in a text."""
        return self.read[cell].mark if cell in self.read else ""

    def only(self, texts: Iterable[str]) -> Survey:
        """The survey in which only these numbers count as numbers, and the rest as other texts."""
        kept = set(texts)
        numbers = {cell: cells for cell, cells in self.numbers.items() if cell in kept}
        moved = {cell: cells for cell, cells in self.numbers.items() if cell not in kept}
        read = {cell: found for cell, found in self.read.items() if cell in kept}
        return replace(self, numbers=numbers, others=self.others | moved, read=read)

    @property
    def measured(self) -> bool:
        """Whether some number is written as quantities are and codes are not."""
        return any(
            found.measured or measure_of(found.mark) in ("currency", "percent")
            for found in self.read.values()
        )

    @property
    def many(self) -> bool:
        """Whether the different numbers are too many for the levels of a scale."""
        different, cells = len(self.numbers), sum(self.numbers.values())
        return different > (_FEW if self.measured or 2 * different > cells else _LEVELS)

    @property
    def are_codes(self) -> bool:
        """Whether the texts are codes, such as 007, or 113803 beside A10 and PC17599."""
        if self.measured:
            return False
        texts = list(self.numbers)
        if not self.others:
            return (
                len({len(text) for text in texts}) == 1
                and len(texts[0]) > 2
                and all(text.isdecimal() for text in texts)
                and any(text[0] == "0" for text in texts)
            )
        mixed = [text for text in self.others if has_digit(text) and any(map(str.isalpha, text))]
        if 2 * len(mixed) < len(self.others):
            return False
        return len(mixed) > 2 or any(text[0] == "0" and len(text) > 1 for text in texts)


def has_digit(text: str) -> bool:
    """Whether a digit of any script stands in a text.

    Examples
    --------
    >>> has_digit("10+"), has_digit("more")
    (True, False)
    """
    return any(map(str.isdigit, text))


def tally(text: pl.Series) -> dict[str, int]:
    """The different texts of a column, each with the number of its cells; nulls are left out.

    Examples
    --------
    >>> tally(pl.Series(["a", None, "a", "b"]))
    {'a': 2, 'b': 1}
    """
    if len(text) < _SHORT:
        counts = Counter(text.to_list())
        del counts[None]
        return dict(counts)
    counted = text.drop_nulls().value_counts()
    return dict(zip(counted.to_series(0).to_list(), counted.to_series(1).to_list(), strict=True))
