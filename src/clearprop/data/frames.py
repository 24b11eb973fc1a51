"""Frames of columns: the steps from any frame to a Table."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import polars as pl

from clearprop.data.files import first_line
from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.table import Array, Table, listing, names_among
from clearprop.errors import DataError, shown

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

_SAMPLE = 100
# Each column of a table costs some 0.1 ms in each of its steps, so a file of a few MB could keep a
# command busy for hours.
MOST_COLUMNS = 100_000
_LONGEST_NAME = 2000  # characters; forms write whole questions above their columns
_LONGEST_LABEL = 10_000  # bytes
# Labels are made of their levels where each of these stands in as many rows on average.
_REPEATED = 100
# Usual names of the target column. The error suggests one if the user named no target.
_LIKELY = ("target", "label", "class", "y", "species", "outcome")


def table_from_frame(
    frame: pl.DataFrame,
    source: str,
    target: str | Sequence[str] | None,
    need_target: bool,
    lines: Array | None = None,
    reading: Reading = AS_FOUND,
) -> Table:
    """Take the labels, and the columns that name the rows, out of a frame.

    Parameters
    ----------
    frame, source
        Raw text, or a frame from :func:`tidy`, and its name in messages.
    target, need_target
        As in `clearprop.data.read`.
    lines
        ``(m,)``: the line of each row in a text file.
    reading
        Its `id` are the columns that name the rows.

    Raises
    ------
    DataError
        For a missing or wrong target, or if no feature is left.
    """
    names = frame.columns
    check_size(source, names)
    targets = _targets(names, source, target, need_target)
    if not targets and need_target:
        raise DataError(
            f"{source}: which column holds the labels? Set target (--target NAME) to one of "
            f"{listing(names)}; {_likely_target(frame)!r} looks likely"
        )
    ids = names_among(reading.id, names, source, "that names rows") if reading.id else ()
    if both := set(ids) & set(targets):
        raise DataError(f"{source}: {min(both)!r} cannot be the target and name the rows")
    for name in targets:
        _check_label_lengths(frame[name], source)
    X = frame.clone()  # to take a column out of it costs less than a query
    y = [labels_of(X.drop_in_place(name)) for name in targets]
    for name in ids:
        X.drop_in_place(name)
    if not X.columns:
        raise DataError(
            f"{source}: no column but {listing(map(repr, [*targets, *ids]))}: nothing to learn from"
        )
    return Table(
        source,
        X,
        None if not y else y[0] if len(y) == 1 else np.stack(y, axis=1),
        tuple(X.columns),
        ", ".join(targets) or None,
        places=lines,
        place_word="row" if lines is None else "line",
        reading=reading,
        ids=frame.select(ids) if ids else None,
        target_names=targets if len(targets) > 1 else (),
    )


def _targets(
    names: Sequence[str], source: str, target: str | Sequence[str] | None, need_target: bool
) -> tuple[str, ...]:
    """The columns of the labels; ``()`` if none is asked for, or if they may be absent and are."""
    if target is None or not len(target):
        return ()
    try:
        return names_among(target, names, source, "for the target")
    except DataError:
        if need_target:
            raise
    pieces = target.split(",") if isinstance(target, str) else target
    there = set(names)
    return tuple(piece for piece in map(str.strip, pieces) if piece in there)


def _likely_target(frame: pl.DataFrame) -> str:
    for name in frame.columns:
        if name.lower() in _LIKELY:
            return name
    sample = frame.head(_SAMPLE)
    texts = [series.name for series in sample.get_columns() if _is_words(series)]
    return texts[0] if len(texts) == 1 else frame.columns[-1]


def _is_words(series: pl.Series) -> bool:
    """Whether a column is text, and no cell of it is a number."""
    if series.dtype != pl.String:
        return False
    return series.cast(pl.Float64, strict=False).null_count() == len(series)


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
    if series.null_count():
        return np.array(series.to_list(), dtype=object)
    return text_array(series) if series.dtype == pl.String else np.array(series.to_numpy())


def text_array(text: pl.Series) -> Array:
    """A column of String without nulls as an array ``(m,)`` of NumPy's text.

    Examples
    --------
    >>> text_array(pl.Series(["no", "yes", "no"]))
    array(['no', 'yes', 'no'], dtype='<U3')
    """
    levels = text.unique()
    if len(levels) > len(text) // _REPEATED:
        return np.array(text.to_list())
    # Texts that repeat are made once.
    codes = text.cast(pl.Enum(levels)).to_physical().to_numpy()  # (m,)
    array: Array = np.array(levels.to_list())[codes]
    return array


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
    if values.dtype.kind == "M":  # pandas counts in seconds, too, which Polars does not
        return pl.Series(name, values.astype("datetime64[us]"))
    cells = [None if gone else cell for cell, gone in zip(values.tolist(), empty, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pl.Series(name, cells, strict=True)
        except (TypeError, pl.exceptions.PolarsError):
            # A column that mixes numbers and text becomes text. If numbers are needed later, the
            # error names the cell that holds none.
            return pl.Series(name, [None if cell is None else str(cell) for cell in cells])


def check_size(source: str, names: Sequence[str]) -> None:
    """Do nothing if a table is no wider, and no column's name longer, than can be worked with.

    Raises
    ------
    DataError
        Naming the limit.
    """
    if len(names) > MOST_COLUMNS:
        raise too_wide(source, len(names))
    longest = max(names, key=len, default="")
    if len(longest) > _LONGEST_NAME:
        raise DataError(
            f"{source}: the name of column {list(names).index(longest) + 1} has {len(longest):,} "
            f"characters; expected at most {_LONGEST_NAME:,}: it begins with {shown(longest)}"
        )


def _check_label_lengths(series: pl.Series, source: str) -> None:
    if series.dtype != pl.String:
        return
    longest = cast(int, series.str.len_bytes().max() or 0)
    if longest > _LONGEST_LABEL:
        raise DataError(
            f"{source}: target {series.name!r}: a label of {longest:,} bytes; a class may have a "
            f"name of {_LONGEST_LABEL:,}: is it the right column?"
        )


def too_wide(place: str, columns: int) -> DataError:
    """The error for a table of so many columns that nothing could be done with it."""
    return DataError(
        f"{place}: {columns:,} columns; a table may have {MOST_COLUMNS:,}: save numbers as an "
        "array (numpy.savez(FILE, X=X, y=y))"
    )


def check_names(source: str, names: Sequence[str]) -> None:
    """Do nothing if all column names are different. Columns without a name are not looked at.

    Raises
    ------
    DataError
        Naming those that occur twice.
    """
    twice = [name for name, times in Counter(names).items() if name and times > 1]
    if twice:
        raise DataError(
            f"{source}: every column needs a name of its own; these stand more than once: "
            f"{listing(twice)}"
        )
