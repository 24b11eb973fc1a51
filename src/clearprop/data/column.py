"""What a column of a table is: numbers and how they are written, categories, booleans or dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clearprop.data.spelling.dates import Dates
from clearprop.data.spelling.numerals import PLAIN, Numerals
from clearprop.errors import DataError

# How the kind "booleans" writes its two values.
TRUTH = ("false", "true")

KINDS = ("numbers", "categories", "booleans", "dates")


@dataclass(frozen=True)
class Column:
    """What one column was in the training rows. New rows are read by it.

    Attributes
    ----------
    name
        Its name.
    kind
        One of :data:`KINDS`.
    numerals
        How its numbers are written in text; plain for other kinds.
    dates
        What stands in its dates, and how they are written in text; None for other kinds.
    empty
        The texts that stand for an empty cell in a column of categories.
    codes
        A category that looks like a number but is not written as one, such as ``"007"``; or None.
        Such categories cannot be told from numbers.
    truth
        How false and true are written among the categories.

    Examples
    --------
    >>> Column.from_dict(Column("age", "categories", empty=("-",)).to_dict())
    Column(name='age', kind='categories', ..., empty=('-',), ...)
    """

    name: str
    kind: str
    numerals: Numerals = PLAIN
    dates: Dates | None = None
    empty: tuple[str, ...] = ()
    codes: str | None = None
    truth: tuple[str, str] = TRUTH

    def to_dict(self) -> dict[str, Any]:
        """The column in JSON values; what is plain is left out."""
        values: dict[str, Any] = {"name": self.name, "kind": self.kind}
        if self.numerals != PLAIN:
            values["numerals"] = self.numerals.to_dict()
        if self.dates is not None:
            values["dates"] = self.dates.to_dict()
        if self.empty:
            values["empty"] = list(self.empty)
        if self.codes is not None:
            values["codes"] = self.codes
        if self.truth != TRUTH:
            values["truth"] = list(self.truth)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Column:
        """The inverse of :meth:`to_dict`; KeyError, TypeError or DataError for other values."""
        if values["kind"] not in KINDS:
            raise DataError(f"column {values['name']!r}: unknown kind {values['kind']!r}")
        numerals, dates = values.get("numerals"), values.get("dates")
        return cls(
            str(values["name"]),
            values["kind"],
            PLAIN if numerals is None else Numerals.from_dict(numerals),
            None if dates is None else Dates.from_dict(dates),
            tuple(map(str, values.get("empty", ()))),
            None if values.get("codes") is None else str(values["codes"]),
            _pair(values.get("truth", TRUTH)),
        )


def _pair(values: Sequence[Any]) -> tuple[str, str]:
    false, true = values
    return str(false), str(true)
