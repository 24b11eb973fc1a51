"""What the encoder learns of the columns, summed over the rows as they come by."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.data.blocks.moments import Moments
from clearprop.data.encoding import Encoder
from clearprop.data.table import Array, Table
from clearprop.errors import DataError

__all__ = ["ColumnSums"]


class ColumnSums:
    """The statistics of the training rows, column by column."""

    def __init__(self, head: Table) -> None:
        self._head = head
        columns = head.columns
        self.plain = columns is None or all(column.kind == "numbers" for column in columns)
        self._parts: tuple[tuple[str, ...], ...] = (("",),) * len(head.feature_names)
        if not self.plain:
            self._parts = _all_parts(head)
        self.p = sum(map(len, self._parts))
        self._moments = Moments(self.p)
        self._texts: dict[int, dict[str, int]] = {}
        self._gaps = np.zeros(len(head.feature_names), np.int64)
        self._rows = 0
        self.kept = np.ones(self.p, bool)  # which parts become inputs; of dates some never change

    def numbers(self, table: Table) -> Array:
        """All numbers of typed rows, ``(m, p)``."""
        if isinstance(table.X, np.ndarray):
            return table.X
        from clearprop.data import inputs  # start-up time: matrices need no Polars

        return inputs.numbers(table, self._parts)

    def add(self, table: Table) -> None:
        """Take in training rows."""
        self._rows += table.n_rows
        X = self.numbers(table)
        self._moments.add(X)
        if isinstance(table.X, np.ndarray):
            if X.dtype.kind == "f" and len(X) and np.isnan(X.sum()):
                self._gaps += np.isnan(X).sum(axis=0)
            return
        assert table.columns is not None
        self._gaps += np.array(table.X.null_count().row(0), np.int64)
        for j, column in enumerate(table.columns):
            if column.kind in ("categories", "booleans"):
                sums = self._texts.setdefault(j, {})
                for text, n in table.X.to_series(j).drop_nulls().value_counts().iter_rows():
                    sums[text] = sums.get(text, 0) + n

    @property
    def filled(self) -> bool:
        """Whether no cell is empty."""
        return not self._gaps.any()

    @property
    def empty_cells(self) -> dict[str, int]:
        """How many cells of each column are empty; columns without any are left out."""
        names = self._head.feature_names
        return {name: n for name, n in zip(names, self._gaps.tolist(), strict=True) if n}

    def encoder(self, shape: tuple[int, int] | None) -> Encoder:
        """The encoder without bins."""
        head, moments = self._head, self._moments
        empty = [
            name
            for name, gap in zip(head.feature_names, self._gaps.tolist(), strict=True)
            if gap == self._rows
        ]
        if empty:
            raise DataError(
                f"{head.source}: column {empty[0]!r} is empty in every row; leave it out"
            )
        levels: list[Any] = [None] * len(head.feature_names)
        if not self.plain:
            import polars as pl

            from clearprop.data.levels import Levels

            for j, sums in self._texts.items():
                counted = {"value": list(sums), "len": list(sums.values())}
                counts = pl.DataFrame(counted, {"value": pl.String, "len": pl.UInt32})
                levels[j] = Levels.of_counts(counts, head.reading.levels)
        parts: list[tuple[str, ...]] = []
        at = 0
        for names in self._parts:
            changing = moments.low[at : at + len(names)] < moments.high[at : at + len(names)]
            if len(names) > 1 or names != ("",) * len(names):
                # A part of a date that never changes tells nothing. One stays if none changes.
                changing[-1] |= not changing.any()
                self.kept[at : at + len(names)] = changing
                names = tuple(name for name, on in zip(names, changing, strict=True) if on)
            parts.append(names)
            at += len(self._parts[len(parts) - 1])
        keep, (mean, scale) = self.kept, moments.mean_and_scale()
        pixels = None
        if shape is not None:
            largest = float(max(moments.high.max(), -moments.low.min()))
            pixels = largest if largest > 1.5 else 1.0
            if not self._gaps.any():
                mean = np.zeros(self.p)
        columns = head.columns, tuple(parts), tuple(levels), self._gaps > 0
        bounds = moments.low[keep], moments.high[keep]
        return Encoder.of(columns, (mean[keep], scale[keep]), bounds, pixels)


def _all_parts(head: Table) -> tuple[tuple[str, ...], ...]:
    """The parts of each column; of dates all."""
    from clearprop.data.spelling.dates import parts as date_parts

    assert head.columns is not None
    frame: Any = head.X  # with dates or texts it is a frame
    found: list[tuple[str, ...]] = []
    for j, column in enumerate(head.columns):
        if column.dates is not None:
            found.append(tuple(date_parts(frame.to_series(j), column.dates).columns))
        else:
            found.append(("",) if column.kind == "numbers" else ())
    return tuple(found)
