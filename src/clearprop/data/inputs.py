"""From the typed columns of a frame to the numbers and values that become a network's inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from clearprop.data.column import Column
from clearprop.data.columns import typed
from clearprop.data.levels import Levels
from clearprop.data.spelling.dates import parts as date_parts
from clearprop.data.table import Array, Table

__all__ = ["as_matrix", "learned", "numbers"]

Parts = tuple[tuple[str, ...], ...]


def learned(table: Table) -> tuple[Parts, tuple[Levels | None, ...], Array]:
    """What the columns of the training rows become.

    Returns
    -------
    As in :class:`clearprop.data.encoding.Encoder`: the parts and the levels of each column, and
    which columns have empty cells, ``(n,)`` of bool.
    """
    assert isinstance(table.X, pl.DataFrame)
    assert table.columns is not None
    parts: list[tuple[str, ...]] = []
    levels: list[Levels | None] = []
    for j, column in enumerate(table.columns):
        values = None
        if column.kind == "numbers":
            parts.append(("",))
            levels.append(None)
            continue
        series = table.X.to_series(j)
        if column.dates is not None:
            of_dates = date_parts(series, column.dates)
            # A part that never changes tells nothing. One part stays if none changes.
            changing = [part.name for part in of_dates.get_columns() if part.n_unique() > 1]
            parts.append(tuple(changing or of_dates.columns[-1:]))
        else:
            parts.append(())
            if series.null_count() < len(series):
                at_most = table.reading.levels
                values = Levels.of(series, at_most)
            else:
                values = Levels(())
        levels.append(values)
    gaps = np.array(table.X.null_count().row(0)) > 0  # (n,)
    return tuple(parts), tuple(levels), gaps


def numbers(table: Table, parts: Parts) -> Array:
    """The numbers of a typed frame, ``(m, p)``: numbers as they are, dates in parts.

    An empty cell is NaN in all its parts.
    """
    assert isinstance(table.X, pl.DataFrame)
    assert table.columns is not None
    if all(column.kind == "numbers" for column in table.columns):
        return table.X.to_numpy()
    found: list[pl.Series] = []
    for column, series, names in zip(table.columns, table.X.get_columns(), parts, strict=True):
        if column.dates is None:
            found += [series] if names else []
        else:
            of_dates = date_parts(series, column.dates)
            found += [of_dates[name] for name in names]
    if not found:
        return np.empty((table.n_rows, 0))
    frame = pl.DataFrame([series.alias(str(k)) for k, series in enumerate(found)])
    if any(series.null_count() for series in found):
        frame = frame.cast(pl.Float64).fill_null(float("nan"))
    return frame.to_numpy()


def as_matrix(table: Table) -> Table:
    """A frame of numbers as a matrix, for a model that was trained on one."""
    columns = tuple(Column(name, "numbers") for name in table.feature_names)
    table = typed(table, columns)
    X = numbers(table, (("",),) * len(columns))
    return replace(table, X=X, columns=None).known_as(table.finite, False)
