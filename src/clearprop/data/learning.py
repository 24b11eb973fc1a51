"""What the columns of a table are, learned once from all of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from clearprop.data.column import TRUTH, Column
from clearprop.data.columns import typed
from clearprop.data.reading import Note
from clearprop.data.spelling import Numerals, Recognised, Undecided, recognise_frame
from clearprop.data.spelling.blanks import text_of
from clearprop.data.spelling.dates import Dates, dates_of
from clearprop.data.spelling.markers import is_marker
from clearprop.data.table import Table, guess_image_shape, listing, names_among
from clearprop.data.wide import extremes
from clearprop.errors import DataError

__all__ = ["learned"]

# A column of text with more than _FEW different values is refused if it has more than half as many
# as rows: such text names rows and does not describe them.
_FEW = 20

# A column of whole numbers that counts the rows is suspected from this many rows on. In fewer rows
# a quantity may look like that by chance.
_COUNTED = 20


def learned(table: Table) -> Table:
    """The table in the types of its columns, with the columns and the notes on them.

    Parameters
    ----------
    table
        As it was read: a matrix, which is returned as it is, or a frame of raw text or of typed
        columns. ``table.reading`` names columns that are numbers or categories, whatever they look
        like.

    Raises
    ------
    DataError
        For a column whose meaning cannot be decided, naming a cell and the option that decides it;
        for columns that are empty in every row, and for text that names rows.

    Examples
    --------
    >>> raw = pl.DataFrame({"age": ["31", "42", "53"], "city": ["Rome", "Oslo", "Rome"]})
    >>> table = learned(Table("a.csv", raw, None, ("age", "city"), None))
    >>> [(column.name, column.kind) for column in table.columns]
    [('age', 'numbers'), ('city', 'categories')]
    >>> table.X["age"].to_list()
    [31.0, 42.0, 53.0]
    """
    if not isinstance(table.X, pl.DataFrame) or table.columns is not None:
        return table
    table = _with_names(table)
    assert isinstance(table.X, pl.DataFrame)
    found = _recognised(table)
    columns = tuple(
        _column(table, name, found[name])
        if name in found
        else _typed_column(table, table.X.to_series(j))
        for j, name in enumerate(table.X.columns)
    )
    values = {name: what.values for name, what in found.items() if what.values is not None}
    table = typed(table, columns, values)
    _check(table)
    notes = [*table.notes, *_notes(table, found)]
    shape = _image_shape(table)
    assert isinstance(table.X, pl.DataFrame)
    X = table.X if shape is None else table.X.cast(pl.UInt8)  # an eighth of the memory
    test = None if table.test is None else typed(table.test, columns)
    known = replace(
        table, X=X, notes=tuple(notes), image_shape=shape or table.image_shape, test=test
    )
    return known.known_as(table.finite, False)


def _with_names(table: Table) -> Table:
    """The table with the names in its reading put together: a name may hold a comma."""
    reading = replace(
        table.reading,
        numbers=_chosen(table, table.reading.numbers, "numbers"),
        categories=_chosen(table, table.reading.categories, "categories"),
    )
    return replace(table, reading=reading).known_as(table.finite, table.complete)


def _recognised(table: Table) -> dict[str, Recognised]:
    """What each column of text is; also columns that the user calls categories."""
    assert isinstance(table.X, pl.DataFrame)
    texts = [j for j, dtype in enumerate(table.X.dtypes) if dtype == pl.String]
    if not texts:
        return {}
    X = table.X if len(texts) == table.X.width else table.X[:, texts]
    found = recognise_frame(X, table.reading)
    undecided = [name for name, what in found.items() if isinstance(what, Undecided)]
    if undecided:
        raise _undecided(table, {name: found[name] for name in undecided})
    return {name: what for name, what in found.items() if isinstance(what, Recognised)}


def _chosen(table: Table, names: tuple[str, ...], kind: str) -> tuple[str, ...]:
    if not names:
        return ()
    return names_among(names, table.feature_names, table.source, f"to read as {kind}")


def _undecided(table: Table, found: dict[str, Recognised | Undecided]) -> DataError:
    name, what = next(iter(found.items()))
    assert isinstance(what, Undecided)
    where = table.cell(what.row, table.feature_names.index(name))
    others = list(found)[1:]
    more = f" (likewise in {listing(map(repr, others))})" if others else ""
    return DataError(f"{table.source}, {where}: {what.sentence}{more}")


def _column(table: Table, name: str, found: Recognised) -> Column:
    """The column of a text that was recognised."""
    if found.kind == "numbers":
        assert isinstance(found.how, Numerals)
        return Column(name, "numbers", numerals=found.how)
    if found.kind == "dates":
        assert isinstance(found.how, Dates)
        return Column(name, "dates", dates=found.how)
    if found.kind == "booleans":
        return Column(name, "booleans")
    assert isinstance(table.X, pl.DataFrame)
    return _categories(table, table.X[name])


def _typed_column(table: Table, series: pl.Series) -> Column:
    """The column of cells that have a type already."""
    name, dtype = series.name, series.dtype
    if name in table.reading.categories:
        return _categories(table, series)
    if dtype == pl.Boolean and name not in table.reading.numbers:
        return Column(name, "booleans")
    if dtype.is_temporal():
        return Column(name, "dates", dates=dates_of(series))
    return Column(name, "numbers", numerals=Numerals(empty=table.reading.empty))


def _categories(table: Table, series: pl.Series) -> Column:
    name = series.name
    if series.dtype != pl.String:
        return Column(name, "categories", empty=table.reading.empty)
    levels = text_of(series).drop_nulls().unique()
    numbers = levels.cast(pl.Float64, strict=False)
    whole = numbers.cast(pl.Int64, strict=False).cast(pl.String)
    # "007" and "1.50" are codes: as numbers they would be written otherwise.
    odd = levels.filter(numbers.is_finite().fill_null(False) & ~levels.eq_missing(whole)).sort()
    words = sorted(level for level in levels.to_list() if level.lower() in TRUTH)
    by_case = {word.lower(): word for word in words}
    false, true = (by_case.get(word, word) for word in TRUTH)
    return Column(
        name,
        "categories",
        empty=table.reading.empty,
        codes=odd[0] if len(odd) else None,
        truth=(false, true),
    )


def _check(table: Table) -> None:
    """Refuse columns that are empty in every row, and text that names rows."""
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    assert table.columns is not None
    problems, names = [], []
    gaps = frame.null_count().row(0)
    for j, (column, gap) in enumerate(zip(table.columns, gaps, strict=True)):
        if gap == frame.height:
            problems.append(f"column {column.name!r} is empty in every row; leave it out")
        elif column.kind == "categories" and column.name not in table.reading.categories:
            distinct = frame.to_series(j).drop_nulls().n_unique()
            filled = frame.height - gap
            if distinct > _FEW and distinct > filled / 2:
                names.append(f"{column.name!r} ({distinct:,} different texts in {filled:,} rows)")
    if names:
        problems.append(
            f"{', '.join(names)}: text that names rows rather than describing them; leave it out "
            "(--without), keep it beside the predictions (--id), or read it as categories "
            "(--categories)"
        )
    if problems:
        raise DataError(f"{table.source}: {'; '.join(problems)}")


def _image_shape(table: Table) -> tuple[int, int] | None:
    """The shape of an image if the columns look like pixels, as in Kaggle's MNIST; else None."""
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    assert table.columns is not None
    if guess_image_shape(frame.width, 0, 255, whole=True) is None:
        return None
    if any(column.kind != "numbers" for column in table.columns):
        return None
    if any(frame.null_count().row(0)):
        return None
    low, high = extremes(frame)
    shape = guess_image_shape(frame.width, low.min(), high.max(), whole=True)
    whole = shape is not None and all(frame.select((pl.all() == pl.all().floor()).all()).row(0))
    return shape if whole else None


def _notes(table: Table, found: dict[str, Recognised]) -> list[Note]:
    """What was decided about the columns. Columns with the same decision share a note."""
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    assert table.columns is not None
    notes: list[Note] = []
    marked: dict[tuple[int, str], list[str]] = defaultdict(list)
    for column in table.columns:
        what = found.get(column.name)
        if what is None:
            continue
        if column.kind in ("numbers", "dates") and what.markers:
            markers = {"column": column.name, "markers": dict(what.markers), "kind": column.kind}
            notes.append(Note("markers", markers))
        if column.kind == "numbers" and what.example is not None:
            marked[what.example].append(column.name)
        if column.kind == "categories" and what.example is not None:
            reason = {"column": column.name, "text": what.example[1], "why": what.why}
            notes.append(Note("numbers-as-categories", reason))
    notes += [
        Note("kept-markers", {"column": column.name, "markers": kept})
        for j, column in enumerate(table.columns)
        if column.kind == "categories" and (kept := _kept_markers(frame.to_series(j)))
    ]
    for (row, text), names in marked.items():
        value = frame[names[0]][row]
        notes.append(Note("numerals", {"columns": names, "example": text, "value": value}))
    dates = [column.name for column in table.columns if column.kind == "dates"]
    if dates:
        notes.append(Note("dates", {"columns": dates}))
    counting = _counting(table)
    if counting:
        notes.append(Note("counts-rows", {"columns": counting}))
    return notes


def _kept_markers(series: pl.Series) -> dict[str, int]:
    """The values of a column of categories that often mean an empty cell, with their cells."""
    if series.dtype != pl.String:
        return {}
    counts = series.drop_nulls().value_counts().rows()
    return {text: n for text, n in sorted(counts) if is_marker(text)}


def _counting(table: Table) -> Sequence[str]:
    """The columns that number the rows: whole numbers without a gap, each once, in any order."""
    frame = table.X
    assert isinstance(frame, pl.DataFrame)
    assert table.columns is not None
    numbers = [column.name for column in table.columns if column.kind == "numbers"]
    if not numbers or frame.height < _COUNTED:
        return []
    X = frame if len(numbers) == frame.width else frame.select(numbers)
    first = X.head(_COUNTED).to_numpy()
    whole = np.flatnonzero((first == np.floor(first)).all(axis=0)).tolist()
    if not whole:
        return []
    X = X[:, whole]
    low, high = extremes(X)
    dense = map(X.to_series, np.flatnonzero(high - low == X.height - 1).tolist())
    return [
        series.name
        for series in dense
        if series.null_count() == 0
        and (series == series.floor()).all()
        and series.n_unique() == X.height
    ]
