"""Frames by their columns: new rows in the types that the columns had in training."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

import polars as pl

from clearprop.data.cells import ensure_finite
from clearprop.data.column import Column
from clearprop.data.spelling import Numerals, parse_numbers
from clearprop.data.spelling.blanks import text_of
from clearprop.data.spelling.dates import parse_dates
from clearprop.data.spelling.numerals import casts, sentinels
from clearprop.data.table import Table, listing
from clearprop.data.wide import as_floats, with_nan
from clearprop.errors import DataError, did_you_mean

__all__ = ["select", "typed"]


def select(table: Table, names: Sequence[str]) -> Table:
    """The table with just these columns, in this order.

    Raises
    ------
    DataError
        Naming all columns that are missing.
    """
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    if table.feature_names == tuple(names):
        return table
    there = set(frame.columns)
    missing = [name for name in names if name not in there]
    if missing:
        hint = did_you_mean(missing[0], frame.columns)
        raise DataError(
            f"{table.source}: expected the columns of the training rows; missing: "
            f"{listing(missing)}{hint}; found: {listing(frame.columns)}{_without_header(table)}"
        )
    kept = replace(table, X=frame.select(names), feature_names=tuple(names), columns=None)
    return kept.known_as(table.finite, False)


def _without_header(table: Table) -> str:
    lines = [note.facts["line"] for note in table.notes if note.key == "no-header"]
    return f" (line {lines[0]} looks like data: put a header line before it)" if lines else ""


def typed(
    table: Table,
    columns: tuple[Column, ...],
    values: Mapping[str, pl.Series] | None = None,
) -> Table:
    """The table with each column in its type: Float64, String or Datetime. An empty cell is null.

    Each cell is read by itself, so what a row becomes does not depend on the other rows.

    Parameters
    ----------
    table
        Raw text, or typed columns of any source; its columns are found by name.
    columns
        What each column is.
    values
        Columns that have been read already, by name.

    Raises
    ------
    DataError
        For missing columns, and for the first cell that its column cannot hold.

    Examples
    --------
    >>> raw = pl.DataFrame({"age": ["7", "-"], "code": ["007", "7"]})
    >>> table = Table("a.csv", raw, None, ("age", "code"), None)
    >>> columns = (Column("age", "numbers", Numerals(empty=("-",))), Column("code", "categories"))
    >>> typed(table, columns).X.rows()
    [(7.0, '007'), (None, '7')]
    """
    if table.columns is columns:
        return table
    table = select(table, [column.name for column in columns])
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    found = dict(values or {})
    found |= _plain_numbers(frame, columns, found)
    for j, column in enumerate(columns):
        if column.name not in found:
            found[column.name] = _TYPED[column.kind](table, j, column)
    X = pl.DataFrame([found[column.name] for column in columns])
    X.columns = [column.name for column in columns]
    return ensure_finite(replace(table, X=X, columns=columns))


def _plain_numbers(
    frame: pl.DataFrame, columns: tuple[Column, ...], known: Container[str]
) -> dict[str, pl.Series]:
    """The other columns of plainly written numbers, cast all at once."""
    plain = [
        column.name
        for column, dtype in zip(columns, frame.dtypes, strict=True)
        if column.kind == "numbers"
        and (dtype == pl.String or dtype.is_numeric())
        and column.name not in known
    ]
    if not plain:
        return {}
    raw = frame if len(plain) == frame.width else frame.select(plain)
    cast = as_floats(raw)
    if with_nan(cast).any():
        cast = cast.select(pl.all().fill_nan(None))
    gaps = zip(raw.null_count().row(0), cast.null_count().row(0), strict=True)
    parts = zip(plain, raw.get_columns(), cast.get_columns(), gaps, strict=True)
    styles = {column.name: column.numerals for column in columns}
    return {
        name: _without(numbers, styles[name]) if cells.dtype.is_numeric() else numbers
        for name, cells, numbers, (n_raw, n_cast) in parts
        # A text that became null is no plain number.
        if cells.dtype.is_numeric() or (n_raw == n_cast and casts(styles[name]))
    }


def _without(numbers: pl.Series, how: Numerals) -> pl.Series:
    """The numbers; null for those that stand for an empty cell."""
    return numbers.set(numbers.is_in(sentinels(how)), None) if how.empty else numbers


def _numbers(table: Table, j: int, column: Column) -> pl.Series:
    series = _series(table, j)
    if series.dtype in (pl.Boolean, pl.Null):
        return series.cast(pl.Float64)
    if series.dtype != pl.String:
        raise DataError(f"{table.source}, column {column.name!r}: expected numbers; got dates")
    text = text_of(series)
    values, bad = parse_numbers(text, column.numerals)
    if bad.any():
        mark = "%" if column.numerals.percent else column.numerals.unit
        if mark:
            what = f"expected a number with {mark!r}, as in training; got"
            _refuse(table, j, text, bad, what, "write it so")
        _refuse(table, j, text, bad, "text where numbers stand:", "write a number")
    return values.rename(column.name)


def _dates(table: Table, j: int, column: Column) -> pl.Series:
    series, how = _series(table, j), column.dates
    assert how is not None
    is_time = series.dtype == pl.Time
    if series.dtype.is_temporal() and is_time == (not how.has_month):
        return series
    if series.dtype != pl.String:
        kinds = {True: "dates", False: "times of day"}
        got = kinds[not is_time] if series.dtype.is_temporal() else "numbers"
        raise DataError(
            f"{table.source}, column {column.name!r}: expected {kinds[how.has_month]}, as in "
            f"training; got {got}"
        )
    text = text_of(series)
    values, bad = parse_dates(text, how)
    if bad.any():
        what = "expected a date or time written as in training; got"
        _refuse(table, j, text, bad, what, "write it so")
    return values


def _categories(table: Table, j: int, column: Column) -> pl.Series:
    series = _series(table, j)
    if series.dtype == pl.String:
        return _without_markers(text_of(series), column)
    if series.dtype == pl.Boolean:
        false, true = column.truth
        return series.replace_strict({False: false, True: true}, return_dtype=pl.String)
    if series.dtype.is_numeric():
        if column.codes:
            raise DataError(
                f"{table.source}, column {column.name!r}: expected text, as in training, where "
                f"{column.codes!r} is not the same as the number; got numbers: read the column as "
                "text (dtype=str in pandas, pl.String in Polars)"
            )
        return _without_markers(_as_text(series), column)
    return series.cast(pl.String)


def _without_markers(text: pl.Series, column: Column) -> pl.Series:
    return text.set(text.is_in(list(column.empty)), None) if column.empty else text


def _booleans(table: Table, j: int, column: Column) -> pl.Series:
    series = _series(table, j)
    if series.dtype == pl.String:
        return text_of(series).str.to_lowercase()
    if series.dtype.is_numeric():
        number = series.cast(pl.Float64)
        is_switch = number.is_in([0.0, 1.0])
        return number.set(~is_switch, None).cast(pl.Boolean).cast(pl.String)
    return series.cast(pl.String)


_TYPED: dict[str, Callable[[Table, int, Column], pl.Series]] = {
    "numbers": _numbers,
    "categories": _categories,
    "booleans": _booleans,
    "dates": _dates,
}


def _series(table: Table, j: int) -> pl.Series:
    assert isinstance(table.X, pl.DataFrame)
    return table.X.to_series(j)


def _as_text(series: pl.Series) -> pl.Series:
    """Numbers as text; a whole number has no decimal point, whatever its type."""
    if series.dtype.is_float():
        # pandas turns 1 into 1.0 if another cell of the column is empty.
        whole = series.cast(pl.Int64, strict=False)
        as_whole = (whole.cast(pl.Float64) == series).fill_null(False)
        return series.cast(pl.String).zip_with(~as_whole, whole.cast(pl.String))
    return series.cast(pl.String)


def _refuse(table: Table, j: int, text: pl.Series, bad: pl.Series, what: str, do: str) -> None:
    i = int(bad.arg_true()[0])
    n = int(bad.sum())
    more = f" ({n} such cells)" if n > 1 else ""
    raise DataError(f"{table.source}, {table.cell(i, j)}: {what} {text[i]!r}{more}; {do}")
