"""The values of a column of categories that have an input of their own: one-hot encoding."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import polars as pl

from clearprop.data.table import Array, Table, listing
from clearprop.errors import did_you_mean

__all__ = ["Levels"]


@dataclass(frozen=True)
class Levels:
    """The values of one column, as learned from the training rows.

    Attributes
    ----------
    values
        The sorted values with an input of their own.
    other
        Whether rarer values share one more input.
    fill
        The most frequent value. It stands in for an empty cell if the training rows had none; None:
        such a cell is 0 in all inputs.

    Examples
    --------
    >>> Levels.of(pl.Series(["b", "a", "b", "c", "c", "b"]), at_most=2)
    Levels(values=('b', 'c'), other=True, fill='b')
    """

    values: tuple[str, ...]
    other: bool = False
    fill: str | None = None

    @classmethod
    def of(cls, texts: pl.Series, at_most: int) -> Levels:
        """The levels of a column with at least one filled cell.

        The `at_most` most frequent values are kept; of equally frequent ones the first in
        alphabetical order.
        """
        counts = texts.drop_nulls().to_frame("value").group_by("value").len()
        return cls.of_counts(counts, at_most)

    @classmethod
    def of_counts(cls, counts: pl.DataFrame, at_most: int) -> Levels:
        """The levels of at least one different ``value``, each with its rows, ``len``."""
        counts = counts.sort(["len", "value"], descending=[True, False])
        values = counts["value"].to_list()
        return cls(tuple(sorted(values[:at_most])), len(values) > at_most, values[0])

    @property
    def n_inputs(self) -> int:
        """The number of inputs."""
        return len(self.values) + self.other

    def names(self, column: str) -> list[str]:
        """The names of the inputs: ``"city=Paris"``, and ``"city=(other)"`` for the rare ones."""
        return [f"{column}={value}" for value in (*self.values, *["(other)"] * self.other)]

    def write(self, table: Table, j: int, own_gap: bool, out: Array) -> None:
        """Write column j of a typed frame into `out` ``(m, n_inputs)``: 1 for its value, else 0.

        Parameters
        ----------
        own_gap
            Whether an empty cell has an input of its own, outside `out`. If not, `fill` stands in.

        Warns
        -----
        UserWarning
            Naming a cell that holds a value that was not seen in training.
        """
        assert isinstance(table.X, pl.DataFrame)
        texts = table.X.to_series(j)
        if not own_gap and self.fill is not None:
            texts = texts.fill_null(self.fill)
        codes = texts.cast(pl.Enum(self.values), strict=False).to_physical()
        unknown = (codes.is_null() & texts.is_not_null()).arg_true().to_numpy()
        out[...] = 0
        known = codes.is_not_null().arg_true().to_numpy()
        out[known, codes.drop_nulls().to_numpy().astype(np.int64)] = 1
        if not len(unknown):
            return
        if self.other:
            out[unknown, -1] = 1
        else:
            self._warn(table, j, texts, unknown)

    def _warn(self, table: Table, j: int, texts: pl.Series, unknown: Array) -> None:
        i = int(unknown[0])
        hint = did_you_mean(texts[i], self.values)
        if len(unknown) == len(texts) > 1:
            text = f"no value of this column was seen in training, such as {texts[i]!r}{hint}"
        else:
            more = f" ({len(unknown)} such cells)" if len(unknown) > 1 else ""
            text = f"{texts[i]!r} was not seen in training{hint}{more}"
        warnings.warn(
            f"{table.source}, {table.cell(i, j)}: {text}; it counts as none of "
            f"{listing(self.values)}",
            UserWarning,
            stacklevel=4,
        )
