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
from clearprop.data.spelling.numerals import SHORT
from clearprop.data.spelling.shaped import numerals_among, shaped
from clearprop.data.spelling.shapes import Numeral, endless, normal, numeral, shape_of

# More different numbers than _LEVELS are no levels of a scale such as rooms, ratings or months.
# _FEW are enough where they are written as quantities are, or hardly repeat.
_LEVELS, _FEW = 20, 10

_NONZERO = frozenset("123456789")


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
        Texts that are one number, infinite ones among them. One text stands for all of its shape,
        as far as zeros do not tell them apart.
    others
        All other texts.
    read
        What is written in the finite numbers.
    different
        How many texts each finite number stands for.
    """

    text: pl.Series
    named: dict[str, int]
    markers: dict[str, int]
    numbers: dict[str, int]
    others: dict[str, int]
    read: dict[str, Numeral]
    different: dict[str, int]

    @classmethod
    def of(cls, text: pl.Series, reading: Reading) -> Survey:
        """The survey of a column ``(m,)`` of String."""
        empty = {word.casefold() for word in reading.empty}
        found = cls(text, {}, {}, {}, {}, {}, {})
        rest = text
        if len(text) >= SHORT and not any(map(numeral, reading.empty)):
            rest = found._take_shapes()
        first_of: dict[tuple[str, str, str], str] = {}
        for cell, cells in tally(rest).items():
            if empty and cell.casefold() in empty:
                found.named[cell] = cells
                continue
            shape = shape_of(cell)
            number = numeral(cell, shape) if "9" in shape else None
            if number is not None:
                ends = cell[number.start], cell[number.stop - 1]
                first = first_of.setdefault((shape, *_zeros(cell, *ends)), cell)
                found.numbers[first] = found.numbers.get(first, 0) + cells
                found.different[first] = found.different.get(first, 0) + 1
                found.read[first] = number
            elif is_marker(cell):
                found.markers[cell] = cells
            elif math.isnan(endless(cell)):
                found.others[cell] = cells
            else:
                found.numbers[cell] = cells
        if not found.read and all(cell.isalpha() and cell.isupper() for cell in found.numbers):
            found.others.update(found.numbers)  # INF is a word where no number stands
            found.numbers.clear()
        return found

    def _take_shapes(self) -> pl.Series:
        """Survey the cells whose shape tells that they are numbers; the others are returned."""
        frame = shaped(self.text)
        ends = [
            (shape, found.start, found.stop - 1, bool(found.thousands))
            for shape, found in numerals_among(frame).items()
        ]
        schema = {"shape": pl.String, "start": pl.Int64, "end": pl.Int64, "grouped": pl.Boolean}
        known = pl.DataFrame(ends, schema=schema, orient="row")
        frame = frame.join(known, on="shape", how="left", maintain_order="left")
        first = pl.col("normal").str.slice(pl.col("start"), 1)
        last = pl.col("normal").str.slice(pl.col("end"), 1)
        begins = pl.when(first.is_in(["0", ".", ","])).then(pl.col("normal").str.contains("[1-9]"))
        # No group of thousands begins with a zero.
        sure = pl.col("start").is_not_null() & ~(pl.col("grouped") & (first == "0"))
        frame = frame.select("text", "shape", sure=sure, begins=begins, ends=last == "0")
        groups = (
            frame.filter("sure")
            .group_by("shape", "begins", "ends")
            .agg(pl.col("text").first(), pl.len(), pl.col("text").n_unique().alias("different"))
            .sort("text")
        )
        for cell, cells, different in groups.select("text", "len", "different").rows():
            number = numeral(cell)
            assert number is not None
            self.numbers[cell], self.different[cell], self.read[cell] = cells, different, number
        return self.text.filter(~frame["sure"])

    def first(self, texts: Iterable[str]) -> tuple[int, str]:
        """The first cell that holds one of these texts: its row and text."""
        wanted = set(texts)
        return next((i, cell) for i, cell in enumerate(self.text.to_list()) if cell in wanted)

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
        different = sum(map(self.texts_of, self.numbers))
        cells = sum(self.numbers.values())
        return different > (_FEW if self.measured or 2 * different > cells else _LEVELS)

    def texts_of(self, text: str) -> int:
        """How many different texts of the column one in this survey stands for."""
        return self.different.get(text, 1)

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
        if 4 * len(mixed) < len(self.others):
            return False
        return sum(map(self.texts_of, mixed)) > 2 or any(
            text[0] == "0" and len(text) > 1 for text in texts
        )


def _zeros(cell: str, first: str, last: str) -> tuple[str, str]:
    """Which ends of a number are zeros; and of one that begins so, whether it is zero."""
    end = "0" if normal(last) == "0" else ""
    if normal(first) not in "0.,":
        return "", end
    return "0" if _NONZERO & set(normal(cell)) else "00", end


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
    if len(text) < SHORT:
        counts = Counter(text.to_list())
        del counts[None]
        return dict(counts)
    counted = text.rename("text").drop_nulls().to_frame()
    counted = counted.group_by("text", maintain_order=True).len()
    return dict(zip(counted["text"].to_list(), counted["len"].to_list(), strict=True))
