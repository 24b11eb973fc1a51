"""What is wrong with a request: its status, and the cells that do not fit the model's columns."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from clearprop.errors import shown
from clearprop.language import printable

__all__ = ["MOST_PROBLEMS", "Problem", "Refusal", "refused", "too_many"]

MOST_PROBLEMS = 20  # that one answer lists; it counts the others
_LONGEST = 60  # characters of a value that an answer repeats


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, a row or a column.

    Attributes
    ----------
    expected
        What should stand there, in English; without a value, what is wrong.
    row
        The row, from 1; None for a whole column.
    column
        The column's name, or its number from 1 where rows are arrays; None for a whole row.
    value
        What stands there; ``...`` where nothing does.

    Examples
    --------
    >>> print(Problem("a number", 3, "age", "x"))
    row 3, column 'age': expected a number; got 'x'
    """

    expected: str
    row: int | None = None
    column: str | int | None = None
    value: Any = ...

    def __str__(self) -> str:
        row, column = self.row, self.column
        name = repr(column) if isinstance(column, str) else column
        where = {
            (True, True): f"row {row}, column {name}",
            (True, False): f"row {row}",
            (False, True): f"column {name}",
            (False, False): "rows",
        }[row is not None, column is not None]
        if self.value is ...:
            return f"{where}: {self.expected}"
        return f"{where}: expected {self.expected}; got {_written(self.value)}"

    def to_dict(self, say: Callable[[str], str]) -> dict[str, Any]:
        """The problem as JSON values, its sentences in the language of `say`."""
        where = {"row": self.row, "column": self.column}
        told = {name: of for name, of in where.items() if of is not None}
        if self.value is not ...:
            told |= {"value": _as_json(self.value), "expected": say(self.expected)}
        return {**told, "message": printable(say(str(self)))}


def _written(value: Any) -> str:
    """A value as JSON writes it, in quotation marks where it is a text."""
    if isinstance(value, str):
        return shown(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "an infinite number"
    if isinstance(value, int | float):
        return shown(value)
    return "an object" if isinstance(value, dict) else "an array"


def _as_json(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[: _LONGEST - 3] + "..."
    plain = value is None or isinstance(value, bool)
    number = isinstance(value, int | float) and math.isfinite(_as_float(value))
    return value if plain or number else _written(value)


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


class Refusal(Exception):  # noqa: N818  an answer, not a failure of the service
    """A request that is answered with a 4xx.

    Attributes
    ----------
    status
        The status of HTTP.
    reason
        One sentence in English.
    problems, more
        The first problems by row and column, and how many others there are.
    headers
        Further headers of the answer.

    Examples
    --------
    >>> Refusal(415, "Content-Type: expected one").body(str)
    b'{"status": 415, "error": "Content-Type: expected one"}'
    """

    def __init__(
        self,
        status: int,
        reason: str,
        problems: Iterable[Problem] = (),
        more: int = 0,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(reason)
        self.status, self.reason, self.more, self.headers = status, reason, more, headers
        self.problems = tuple(problems)

    def body(self, say: Callable[[str], str]) -> bytes:
        """The answer in JSON, its sentences in the language of `say`."""
        told: dict[str, Any] = {"status": self.status, "error": printable(say(self.reason))}
        if self.problems:
            told["problems"] = [problem.to_dict(say) for problem in self.problems]
            told["more"] = self.more
        # A half character of a client's is escaped once more, as JSON has it.
        return json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace")


def refused(problems: list[Problem], count: int = 1) -> Refusal:
    """The refusal of rows that do not fit the model's columns.

    `count` is how many problems there are, of which `problems` holds the first.

    Examples
    --------
    >>> refusal = refused([Problem("a number", 2, "b", "x"), Problem("a number", 1, "a", "y")], 2)
    >>> refusal.reason, refusal.problems[0].row
    ("2 problems; the first: row 1, column 'a': expected a number; got 'y'", 1)
    """
    ordered = sorted(problems, key=lambda problem: problem.row or 0)  # keeps that of the columns
    first = str(ordered[0])
    reason = first if count == 1 else f"{count:,} problems; the first: {first}"
    kept = ordered[:MOST_PROBLEMS]
    return Refusal(422, reason, kept, count - len(kept))


def too_many(most: int, got: int) -> Refusal:
    """The refusal of more rows than a request may have."""
    return Refusal(413, f"rows: expected at most {most:,} a request; got {got:,}")
