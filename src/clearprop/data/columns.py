"""What the Encoder does with the columns of a Polars frame."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl

from clearprop.data.table import Array, Table, listing
from clearprop.errors import DataError, did_you_mean

# A column of text with more than _FEW different values is refused if it has more than _MANY of
# them, or more than half as many as rows: such text names rows and does not describe them.
_FEW, _MANY = 20, 1000

_DATE = r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}([T ].*)?$"


def is_text(dtype: pl.DataType) -> bool:
    """Whether a column of this type is encoded one-hot."""
    return dtype in (pl.String, pl.Boolean)


def check(table: Table) -> None:
    """Do nothing if every column of the frame can be encoded.

    Raises
    ------
    DataError
        Naming all columns that hold dates, are empty, or have a different text in nearly every row.
    """
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    problems, dates, names = [], [], []
    for series in frame.get_columns():
        distinct, filled = series.drop_nulls().n_unique(), len(series) - series.null_count()
        if filled == 0:
            problems.append(f"column {series.name!r} is empty in every row; leave it out")
        elif series.dtype.is_temporal() or (
            series.dtype == pl.String and series.str.contains(_DATE).sum() == filled
        ):
            dates.append(repr(series.name))
        elif (
            series.dtype == pl.String
            and distinct > _FEW
            and (distinct > filled / 2 or distinct > _MANY)
        ):
            names.append(f"{series.name!r} ({distinct:,} different texts in {filled:,} rows)")
    if dates:
        problems.append(
            f"{', '.join(dates)}: dates cannot be inputs; turn each into numbers (year, month, "
            "day, or days since a start) or leave it out"
        )
    if names:
        problems.append(
            f"{', '.join(names)}: text that names rows rather than describing them; leave it out"
        )
    if problems:
        raise DataError(f"{table.source}: {'; '.join(problems)}")


def categories_of(series: pl.Series) -> tuple[tuple[str, ...] | None, str]:
    """A column's sorted texts and the most frequent one; ``(None, "")`` for numbers."""
    if not is_text(series.dtype):
        return None, ""
    texts = _as_text(series).drop_nulls()
    # Among equally frequent texts, the first in alphabetical order is taken.
    return tuple(texts.unique().sort().to_list()), str(texts.mode().sort()[0])


def _as_text(series: pl.Series) -> pl.Series:
    if series.dtype.is_float():  # pandas turns 1 into 1.0 if the column has an empty cell
        whole = series.cast(pl.Int64, strict=False)
        if (whole == series).all():
            series = whole
    return series.cast(pl.String)


def select(table: Table, names: tuple[str, ...]) -> Table:
    """The table with just these columns, in this order.

    Raises
    ------
    DataError
        Naming all columns that are missing.
    """
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        hint = did_you_mean(missing[0], frame.columns)
        raise DataError(
            f"{table.source}: expected the columns of the training rows; missing: "
            f"{listing(missing)}{hint}; found: {listing(frame.columns)}"
        )
    kept = Table(
        table.source,
        frame.select(names),
        None,
        names,
        None,
        places=table.places,
        place_word=table.place_word,
    )
    return kept.known_as(table.finite, table.complete)


def numbers(table: Table, numeric: Array) -> Array:
    """The columns with these indices as a matrix ``(m, n)``. Empty cells are NaN.

    Raises
    ------
    DataError
        Naming a cell with text in a column of numbers, or a column of dates.
    """
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    chosen = [_as_numbers(table, int(j)) for j in numeric]
    if not chosen:
        return np.empty((frame.height, 0))
    found = pl.DataFrame(chosen)
    if any(series.null_count() for series in chosen):
        found = found.cast(pl.Float64).fill_null(float("nan"))
    return found.to_numpy()


def _as_numbers(table: Table, j: int) -> pl.Series:
    assert isinstance(table.X, pl.DataFrame)
    series = table.X.to_series(j)
    if series.dtype.is_numeric():
        return series
    if series.dtype in (pl.Boolean, pl.Null):
        return series.cast(pl.Float64)
    if series.dtype != pl.String:
        raise DataError(f"{table.source}, column {series.name!r}: expected numbers; got dates")
    found = series.str.strip_chars().cast(pl.Float64, strict=False)
    stray = (found.is_null() & series.is_not_null()).arg_true()
    if len(stray):
        more = f" ({len(stray)} such cells)" if len(stray) > 1 else ""
        i = int(stray[0])
        raise DataError(
            f"{table.source}, {table.cell(i, j)}: text where numbers stand: {series[i]!r}{more}; "
            "write a number"
        )
    return found


def one_hot(table: Table, j: int, values: tuple[str, ...], fill: str | None, out: Array) -> None:
    """Write column j into `out` ``(m, len(values))``: 1 in the column of its value, 0 elsewhere.

    Raises
    ------
    DataError
        If no cell holds one of `values`.

    Warns
    -----
    UserWarning
        Naming a cell that holds another value.
    """
    assert isinstance(table.X, pl.DataFrame)
    texts = _as_text(table.X.to_series(j))
    if fill is not None:
        texts = texts.fill_null(fill)
    codes = texts.cast(pl.Enum(values), strict=False).to_physical()
    unknown = (codes.is_null() & texts.is_not_null()).arg_true()
    if len(unknown):
        i = int(unknown[0])
        seen = listing(values)
        if len(unknown) == len(texts):
            raise DataError(
                f"{table.source}, {table.cell(i, j)}: no value of this column was seen in "
                f"training, such as {texts[i]!r}{did_you_mean(texts[i], values)}; expected {seen}"
            )
        more = f" ({len(unknown)} such cells)" if len(unknown) > 1 else ""
        warnings.warn(
            f"{table.source}, {table.cell(i, j)}: {texts[i]!r} was not seen in training"
            f"{did_you_mean(texts[i], values)}{more}; it counts as none of {seen}",
            UserWarning,
            stacklevel=3,
        )
    out[...] = 0
    known = codes.is_not_null().arg_true().to_numpy()
    out[known, codes.drop_nulls().to_numpy()] = 1
