"""How a file is written and how its columns are meant, where the reader should not find it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from clearprop.errors import is_whole, raise_problems, shown

# The names that a separator may be typed with, since a shell makes a tab hard to type.
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "blank": " "}

_DECIMALS = (".", ",")
_THOUSANDS = (",", ".", " ", "'", "_")


@dataclass(frozen=True, repr=False)
class Reading:
    """How a source is read. None and ``()`` leave a choice to the reader.

    Parameters
    ----------
    encoding
        The encoding of a text, by the name that Python has for it.
    separator
        One character, or a name in :data:`SEPARATORS`.
    header
        False: the first line is a row and not the names of the columns.
    decimal
        The decimal mark of numbers, ``"."`` or ``","``.
    thousands
        The mark between groups of digits: ``","``, ``"."``, ``" "``, ``"'"`` or ``"_"``.
    empty
        Texts that stand for an empty cell, in every column and in the target.
    numbers, categories
        Names of columns that are numbers, or categories, whatever they look like.
    id
        Names of columns that name the rows. They are no inputs, and predictions repeat them.
    levels
        How many values of a column of categories have an input of their own. The others share one.

    Raises
    ------
    ParameterError
        Naming every choice that is wrong.

    Examples
    --------
    >>> Reading(separator="tab").separator == chr(9)
    True
    >>> Reading(decimal=";", levels=0)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: decimal: expected '.' or ','; got ';'; levels: \
expected a whole number of 1 or more; got 0
    """

    encoding: str | None = None
    separator: str | None = None
    header: bool | None = None
    decimal: str | None = None
    thousands: str | None = None
    empty: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    levels: int = 100

    def __post_init__(self) -> None:
        problems = []
        if self.separator is not None:
            separator = SEPARATORS.get(self.separator, self.separator)
            object.__setattr__(self, "separator", separator)
            if not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n':
                problems.append(
                    f"separator: expected one character, or {', '.join(SEPARATORS)}; got "
                    f"{shown(self.separator)}"
                )
        if self.encoding is not None and not _is_encoding(self.encoding):
            problems.append(
                "encoding: expected the name of an encoding, such as utf-8, gb18030 or "
                f"windows-1252; got {shown(self.encoding)}"
            )
        if self.decimal not in (None, *_DECIMALS):
            problems.append(f"decimal: expected '.' or ','; got {shown(self.decimal)}")
        if self.thousands not in (None, *_THOUSANDS):
            marks = ", ".join(map(repr, _THOUSANDS))
            problems.append(f"thousands: expected one of {marks}; got {shown(self.thousands)}")
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            problems.append(
                f"thousands: expected another mark than the decimal mark {self.thousands!r}; name "
                "both decimal and thousands"
            )
        for name in ("empty", "numbers", "categories", "id"):
            value = getattr(self, name)
            texts = (value,) if isinstance(value, str) else tuple(value)
            object.__setattr__(self, name, texts)
        if both := sorted(set(self.numbers) & set(self.categories)):
            problems.append(f"numbers, categories: {both[0]!r} stands in both")
        if not is_whole(self.levels) or self.levels < 1:
            problems.append(
                f"levels: expected a whole number of 1 or more; got {shown(self.levels)}"
            )
        raise_problems(problems)

    def __repr__(self) -> str:
        """The call that makes it: only what was chosen is named."""
        return f"Reading({', '.join(f'{name}={value!r}' for name, value in self.chosen.items())})"

    @property
    def chosen(self) -> dict[str, Any]:
        """The choices that are not left to the reader, by name."""
        values = ((field, getattr(self, field.name)) for field in fields(self))
        return {field.name: value for field, value in values if value != field.default}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Reading:
        """The reading that the values of a command's options ask for; other options are ignored."""
        names = {field.name for field in fields(cls)}
        given = {name: values[name] for name in names & values.keys() if values[name] is not None}
        if values.get("no_header"):
            given["header"] = False
        return cls(**given)


def _is_encoding(name: object) -> bool:
    try:
        "".encode(name)  # type: ignore[arg-type]
    except (LookupError, TypeError, ValueError):
        return False
    return True


AS_FOUND = Reading()
"""Everything is left to the reader."""


@dataclass(frozen=True)
class Note:
    """A decision that was made while reading, for the story of a run.

    Attributes
    ----------
    key
        Its sentence's key in the table ``notes`` of the catalogue of `clearprop.experiment`.
    facts
        What the sentence puts in: JSON values by name.
    """

    key: str
    facts: Mapping[str, Any]
