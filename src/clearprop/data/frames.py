"""Frames of columns: Parquet files, and the steps from any frame to a Table."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from clearprop.data.files import first_line
from clearprop.data.table import Array, Table, guess_image_shape, listing
from clearprop.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

# Usual names of the target column. The error suggests one if the user named no target.
_LIKELY = ("target", "label", "class", "y", "species", "outcome")


def read_parquet(path: Path, target: str | None, need_target: bool) -> Table:
    """Read a Parquet file; parameters, result and errors as in `clearprop.data.read`."""
    try:
        frame = pl.read_parquet(path)
    except (Exception, pl.exceptions.PanicException) as error:
        # The parser may raise any type of error on a damaged file.
        raise DataError(f"{path}: cannot be read as Parquet: {first_line(error)}") from None
    if frame.height == 0:
        raise DataError(f"{path}: holds no rows")
    return table_from_frame(tidy(frame, str(path)), str(path), target, need_target)


def table_from_frame(
    frame: pl.DataFrame,
    source: str,
    target: str | None,
    need_target: bool,
    lines: Array | None = None,
) -> Table:
    """Take the labels out of a tidy frame.

    Parameters
    ----------
    frame, source
        A frame from :func:`tidy`, and its name in messages.
    target, need_target
        As in `clearprop.data.read`.
    lines
        ``(m,)``: the line of each row in a text file.

    Raises
    ------
    DataError
        For a missing or wrong target, or if no feature is left.
    """
    names = frame.columns
    if target is not None and target not in names and need_target:
        hint = did_you_mean(target, names)
        raise DataError(
            f"{source}: no column {target!r} for the target{hint}; the columns are {listing(names)}"
        )
    if target is None and need_target:
        raise DataError(
            f"{source}: which column holds the labels? Set target (--target NAME) to one of "
            f"{listing(names)}; {_likely_target(frame)!r} looks likely"
        )
    found = target if target in names else None
    y = None if found is None else labels_of(frame[found])
    X = frame if found is None else frame.drop(found)
    if not X.columns:
        raise DataError(f"{source}: no column but the target {target!r}: nothing to learn from")
    shape = _image_shape(X)
    return Table(
        source,
        X if shape is None else X.cast(pl.UInt8),  # an eighth of the memory
        y,
        tuple(X.columns),
        found,
        image_shape=shape,
        places=lines,
        place_word="row" if lines is None else "line",
    )


def _likely_target(frame: pl.DataFrame) -> str:
    for name in frame.columns:
        if name.lower() in _LIKELY:
            return name
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return texts[0] if len(texts) == 1 else frame.columns[-1]


def _image_shape(X: pl.DataFrame) -> tuple[int, int] | None:
    """The shape of an image if the columns look like pixels, as in Kaggle's MNIST; else None."""
    whole = all(dtype.is_integer() for dtype in X.dtypes)
    if not whole or guess_image_shape(X.width, 0, 255, whole=True) is None:
        return None
    if any(X.null_count().row(0)):
        return None
    smallest, largest = min(X.min().row(0)), max(X.max().row(0))
    return guess_image_shape(X.width, smallest, largest, whole=True)


def tidy(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Reduce the column types to integers, floats, Boolean and String. Dates stay as they are.

    NaN becomes null, since both mean an empty cell.

    Raises
    ------
    DataError
        For columns that hold lists, structures or bytes.
    """
    columns = []
    for name, dtype in frame.schema.items():
        columns.append(_tidy_column(pl.col(name), name, dtype, source))
    try:
        return frame.select(columns)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError(f"{source}: cannot be used: {first_line(error)}") from None


def _tidy_column(column: pl.Expr, name: str, dtype: PolarsDataType, source: str) -> pl.Expr:
    if dtype.is_float():
        return column.cast(pl.Float64).fill_nan(None)
    if dtype.is_decimal() or dtype in (pl.Int128, pl.UInt64):
        return column.cast(pl.Float64)
    if isinstance(dtype, pl.Categorical | pl.Enum) or dtype == pl.Null:
        return column.cast(pl.String)
    if dtype.is_integer() or dtype.is_temporal() or dtype in (pl.Boolean, pl.String):
        return column
    raise DataError(
        f"{source}: column {name!r} holds {dtype}: expected numbers, text or true/false; leave "
        "the column out or turn it into several"
    )


def labels_of(series: pl.Series) -> Array:
    """A column as labels ``(m,)``: numbers, bools or text. Empty ones are NaN or None."""
    if series.null_count() and series.dtype.is_integer():
        series = series.cast(pl.Float64)
    if series.dtype.is_float():
        return series.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    values = series.to_list() if series.dtype == pl.String else series.to_numpy()
    if series.null_count():
        return np.array(series.to_list(), dtype=object)
    return np.array(values)


def frame_of(rows: Any, source: str) -> pl.DataFrame:
    """A tidy Polars frame from a Polars or pandas frame.

    Raises
    ------
    DataError
        For duplicate column names, or columns that hold neither numbers nor text.
    """
    if isinstance(rows, pl.DataFrame):
        return tidy(rows, source)
    check_names(source, [str(name) for name in rows.columns])
    return tidy(pl.DataFrame([_from_pandas(rows, j) for j in range(rows.shape[1])]), source)


def _from_pandas(rows: Any, j: int) -> pl.Series:
    """One column. Polars' own conversion would need pyarrow, and this one does not."""
    name, column = str(rows.columns[j]), rows.iloc[:, j]
    values = column.to_numpy()
    if values.dtype.kind in "biuf":
        return pl.Series(name, values)
    empty = column.isna().to_numpy()
    if values.dtype.kind == "M":
        return pl.Series(name, values)
    cells = [None if gone else cell for cell, gone in zip(values.tolist(), empty, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pl.Series(name, cells, strict=True)
        except (TypeError, pl.exceptions.PolarsError):
            # A column that mixes numbers and text becomes text. If numbers are needed later, the
            # error names the cell that holds none.
            return pl.Series(name, [None if cell is None else str(cell) for cell in cells])


def check_names(source: str, names: Sequence[str]) -> None:
    """Do nothing if all column names are different.

    Raises
    ------
    DataError
        Naming those that occur twice.
    """
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise DataError(
            f"{source}: every column needs a name of its own; these stand more than once: "
            f"{listing(twice)}"
        )
