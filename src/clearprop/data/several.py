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
    """The files that a pattern means, in order; None if `source` is no pattern but a name.

    Raises
    ------
    DataError
        If no file fits the pattern.
    """
    text = str(source)
    if not has_magic(text) or Path(text).exists():
        return None
    files = sorted(path for path in glob(text, recursive=True) if Path(path).is_file())
    if not files:
        raise DataError(f"{text}: no file fits this pattern")
    return files


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
        _check_alike(first, table)
    # Each note once, although several tables may have it.
    notes = {(note.key, str(note.facts)): note for table in tables for note in table.notes}
    return replace(
        first,
        source=source,
        X=_stacked(tables),
        y=None if first.y is None else np.concatenate([table.y for table in tables]),
        places=np.concatenate([table.numbers + FILE_STEP * k for k, table in enumerate(tables)]),
        files=tuple(names),
        ids=None if first.ids is None else _concatenated([table.ids for table in tables]),
        seconds=sum(table.seconds for table in tables),
        notes=(Note("files", {"files": listing(names)}), *notes.values()),
    )


def _concatenated(frames: Sequence[polars.DataFrame | None]) -> polars.DataFrame:
    import polars as pl  # start-up time: matrices need no Polars

    return pl.concat([frame for frame in frames if frame is not None], how="vertical_relaxed")


def _check_alike(first: Table, table: Table) -> None:
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
    return dict.fromkeys((*table.feature_names, *target))


def _stacked(tables: Sequence[Table]) -> Array | polars.DataFrame:
    first = tables[0]
    if isinstance(first.X, np.ndarray):
        return np.concatenate([np.asarray(table.X) for table in tables])
    import polars as pl  # start-up time: matrices need no Polars

    frames = []
    for table in tables:
        assert isinstance(table.X, pl.DataFrame)
        frame = table.X.select(first.feature_names)
        for name, ours, theirs in zip(frame.columns, first.X.dtypes, frame.dtypes, strict=True):
            if ours.is_numeric() != theirs.is_numeric():
                raise DataError(
                    f"{table.source}: column {name!r} holds {theirs}, and {ours} in {first.source}"
                )
        frames.append(frame)
    return pl.concat(frames, how="vertical_relaxed")
