"""Raw batches in the types of their columns, which the first batch tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from clearprop.data.cells import empty_cells, handle_missing
from clearprop.data.columns import typed
from clearprop.data.label_text import is_text, label_texts, labels_learned, numbers_of
from clearprop.data.learning import learned
from clearprop.data.spelling.numerals import Numerals
from clearprop.data.table import Array, Table
from clearprop.errors import DataError

__all__ = ["Head", "first_typed", "typed_batches"]


@dataclass(frozen=True)
class Head:
    """What the first batch tells.

    Attributes
    ----------
    table
        Its rows in their types.
    label_texts
        Whether labels are kept as text, to be understood when all are known.
    numerals
        How the numbers of each column of labels are written, where labels are numbers in text.
    rows
        How many rows the first batch had.
    """

    table: Table
    label_texts: bool
    numerals: tuple[Numerals, ...]
    rows: int


def first_typed(first: Table, task: str, batch_bytes: int) -> Head:
    """Learn from the first batch what the columns and the labels are.

    Raises
    ------
    DataError
        As :func:`clearprop.data.learning.learned`. It says from how many rows that is known.
    """
    try:
        table = learned(first)
        numerals: tuple[Numerals, ...] = ()
        text = is_text(table.y)
        if text:
            _, numerals = labels_learned(table, task)
    except DataError as error:
        if first.n_rows < 1000:
            raise
        raise DataError(f"{error} (as the first {first.n_rows:,} rows tell)") from None
    return Head(table, text and not numerals, numerals, first.n_rows)


def typed_batches(
    first: Table, rest: Iterator[Table], head: Head, missing: str | None
) -> Iterator[tuple[Table, Sequence[pl.Series] | None]]:
    """All batches in their types, with their labels where these are kept as text.

    Rows with empty cells or labels are left out if `missing` is ``"drop"``.

    Raises
    ------
    DataError
        For a cell that does not fit what the first batch told, and for an empty label.
    """
    assert head.table.columns is not None
    for batch in _chained(first, rest):
        try:
            table = typed(batch, head.table.columns)
        except DataError as error:
            if batch is first or head.rows < 1000:
                raise
            raise DataError(
                f"{error}; the first {head.rows:,} rows told what the column is: name it under "
                "categories or numbers (--categories, --numbers), or leave it out (--without)"
            ) from None
        labels: list[pl.Series] | None = None
        y = table.y
        if y is not None and head.numerals:
            y = numbers_of(y, head.numerals, table.target_name)
        elif y is not None and head.label_texts:
            labels = label_texts(y, table.reading.empty)
            y = np.stack([_filled(series) for series in labels], axis=1)  # (m, K)
        elif y is not None and y.dtype.kind == "O":  # empty labels among texts or truths
            y = _objects(table, y)
        table = replace(table, y=y).known_as(table.finite, False)
        keep = _kept(table, missing)
        if keep is not None:
            table = table.take(keep)
            labels = None if labels is None else [series.filter(keep) for series in labels]
        if table.n_rows:
            yield table, labels


def _chained(first: Table, rest: Iterator[Table]) -> Iterator[Table]:
    yield first
    yield from rest


def _filled(series: pl.Series) -> Array:
    """0 for a text, NaN for an empty label, ``(m,)``."""
    found: Array = np.where(series.is_null().to_numpy(), np.nan, 0.0)
    return found


def _objects(table: Table, y: Array) -> Array:
    """Labels with empty ones among them as numbers, NaN for the empty ones."""
    try:
        cells = [np.nan if label is None else float(label) for label in y.ravel().tolist()]
    except (TypeError, ValueError):
        raise DataError(
            f"{table.source}: labels of several types are not read in blocks; save them as text"
        ) from None
    return np.array(cells).reshape(y.shape)


def _kept(table: Table, missing: str | None) -> Array | None:
    """Which rows stay, ``(m,)`` of bool; None: all of them."""
    if missing != "drop":
        handle_missing(table, missing)  # refuses empty labels
        return None
    empty = np.zeros(table.n_rows, bool)
    assert isinstance(table.X, pl.DataFrame)
    if empty_cells(table):
        for series in table.X.get_columns():
            empty |= series.is_null().to_numpy()
    if table.y is not None and table.y.dtype.kind == "f":
        empty |= np.isnan(table.y.reshape(table.n_rows, -1)).any(axis=1)
    return ~empty if empty.any() else None
