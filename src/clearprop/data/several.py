"""Several files as one table: a pattern such as ``data/*.csv``, or a list of paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clearprop.data.reading import Note
from clearprop.data.table import FILE_STEP, Array, Table, listing
from clearprop.errors import DataError

if TYPE_CHECKING:
    import polars


def matching(source: str | Path) -> list[str] | None:
    """The files that a pattern or a folder of Parquet means, in order; None for another name.

    Raises
    ------
    DataError
        If no file fits the pattern.
    """
    text = str(source)
    if (folder := _parquet_folder(text)) is not None:
        return folder
    if not has_magic(text) or Path(text).exists():
        return None
    files = sorted(path for path in glob(text, recursive=True) if Path(path).is_file())
    if not files:
        raise DataError(f"{text}: no file fits this pattern")
    return files


def _parquet_folder(text: str) -> list[str] | None:
    """The Parquet files in a folder and the folders in it; None for what is no such folder."""
    try:
        path = Path(text)
        if not path.is_dir():
            return None
        files = sorted(str(file) for file in path.rglob("*.parquet") if file.is_file())
    except (OSError, ValueError):  # the reader tells what is wrong
        return None
    return files or None


def joined(source: str, tables: Sequence[Table]) -> Table:
    """One table of the rows of all, in their order. Messages about a row name its file.

    Raises
    ------
    DataError
        For tables whose columns differ, or which have a test set of their own.
    """
    first = tables[0]
    names = [table.source for table in tables]
    for table in tables:
        check_alike(first, table)
    # Each note once, although several tables may have it.
    notes = {(note.key, str(note.facts)): note for table in tables for note in table.notes}
    return replace(
        first,
        source=source,
        X=_stacked(tables),
        y=None if first.y is None else np.concatenate([table.y for table in tables]),
        places=np.concatenate([table.numbers + FILE_STEP * k for k, table in enumerate(tables)]),
        files=tuple(names),
        seconds=sum(table.seconds for table in tables),
        ids=None if first.ids is None else _stacked_frames(tables, [t.ids for t in tables]),
        notes=(Note("files", {"files": listing(names)}), *notes.values()),
    )


def check_alike(first: Table, table: Table) -> None:
    """Do nothing if a table has the columns of the first, in any order.

    Raises
    ------
    DataError
        For other columns, or a test set of its own.
    """
    if table.test is not None:
        raise DataError(f"{table.source}: has a test set of its own; read it alone")
    ours, theirs = _columns(first), _columns(table)
    lacks = [name for name in ours if name not in theirs]
    more = [name for name in theirs if name not in ours]
    if lacks or more or first.is_matrix != table.is_matrix:
        parts = [f"lacks {listing(lacks)}"] * bool(lacks) + [f"has {listing(more)}"] * bool(more)
        what = " and ".join(parts) or "is of another kind"
        raise DataError(f"{table.source}: expected the columns of {first.source}; it {what}")


def _columns(table: Table) -> dict[str, None]:
    target = () if table.target_name is None else (table.target_name,)
    ids = () if table.ids is None else table.ids.columns
    return dict.fromkeys((*table.feature_names, *(table.target_names or target), *ids))


def _stacked(tables: Sequence[Table]) -> Array | polars.DataFrame:
    if tables[0].is_matrix:
        return np.concatenate([np.asarray(table.X) for table in tables])
    return _stacked_frames(tables, [table.X for table in tables])


def _stacked_frames(tables: Sequence[Table], frames: Sequence[object]) -> polars.DataFrame:
    """The frames of the tables beneath each other, with the columns in the order of the first."""
    import polars as pl  # start-up time: matrices need no Polars

    kept: list[pl.DataFrame] = []
    for table, frame in zip(tables, frames, strict=True):
        assert isinstance(frame, pl.DataFrame)
        kept.append(frame.select(kept[0].columns) if kept else frame)
        for name, ours, theirs in zip(
            kept[0].columns, kept[0].dtypes, kept[-1].dtypes, strict=True
        ):
            if ours.is_numeric() != theirs.is_numeric():
                raise DataError(
                    f"{table.source}: column {name!r} holds {theirs}, and {ours} in "
                    f"{tables[0].source}"
                )
    return pl.concat(kept, how="vertical_relaxed")
