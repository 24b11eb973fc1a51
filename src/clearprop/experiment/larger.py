"""Whether a source fits into memory, and what becomes of one that does not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clearprop.data.aside import set_aside
from clearprop.data.blocks.memory import amount, anonymous_memory, free_memory, memory_needed
from clearprop.data.blocks.opened import Opening, files_of
from clearprop.data.reading import Reading
from clearprop.data.several import matching
from clearprop.data.table import Table
from clearprop.errors import DataError, ParameterError, is_number, shown
from clearprop.experiment.recipes import Recipe
from clearprop.experiment.streamed import StreamedRows, stream_rows
from clearprop.model import Model

__all__ = ["Tell", "larger_rows", "memory_problems", "opening_of", "room_for", "usable_memory"]

# Called with a message for the user, in English.
Tell = Callable[[str], object]

# Smaller sources are read as a whole without a look at the memory, unless that is limited.
_SMALL = 1 << 25

# The least memory that can be asked for; the libraries alone take most of it.
_LEAST = 200_000_000


def memory_problems(memory: object) -> list[str]:
    """What is wrong with a limit of memory, as a list of at most one sentence.

    Examples
    --------
    >>> memory_problems(512e6), memory_problems("much")
    ([], ["memory: expected a size such as 512MB or 2GB, 200MB at least; got 'much'"])
    """
    if is_number(memory) and _LEAST <= float(memory) < 2**62:
        return []
    return [f"memory: expected a size such as 512MB or 2GB, 200MB at least; got {_typed(memory)}"]


def _typed(memory: object) -> str:
    return f"{float(memory):,.0f} bytes" if is_number(memory) else shown(memory)


def room_for(source: str, memory: float | None, inputs: int = 1) -> bool:
    """Whether a source fits into the memory as a whole.

    Parameters
    ----------
    source
        As in :func:`clearprop.data.read`.
    memory
        The most bytes that the process may allocate; None: what the machine has free.
    inputs
        How many inputs each number may become.

    Raises
    ------
    DataError
        For a source that does not fit and cannot be read in blocks.
    """
    if source == "digits" or (memory is None and _size(source) < _SMALL):
        return True
    limit = free_memory() if memory is None else memory - anonymous_memory()
    if limit is None:
        return True
    try:
        files = files_of(source)
    except DataError:
        # A source that is wrong is told by its reader. A stream and some formats have no blocks.
        if _size(source) * 4 < limit or memory is None:
            return True
        raise
    return memory_needed(files, inputs) <= limit


def _size(source: str) -> int:
    """The bytes of all files of a source; 0 for what is no file."""
    try:
        paths = [Path(name) for name in matching(source) or [source]]
        files = [file for path in paths for file in (path.iterdir() if path.is_dir() else [path])]
        return sum(file.stat().st_size for file in files if file.is_file())
    except (DataError, OSError, ValueError):
        return 0


def opening_of(values: Mapping[str, Any], tell: Tell | None = None) -> Opening:
    """How the values of a command's options open a source in blocks."""
    weights, without = values.get("weights"), values.get("without")

    def prepared(table: Table) -> Table:
        table = set_aside(table, weights)
        if without is None:
            return table
        return table.without([name for name in without if name != weights])

    def told(folder: Path, size: int) -> None:
        if tell is not None:
            tell(
                f"{values['source']}: is larger than the memory; its rows take about "
                f"{amount(size)} in {folder} while it is read, and are removed at the end"
            )

    cache = values.get("cache")
    return Opening(
        values.get("target"),
        Reading.of(values),
        prepare=prepared,
        task=values.get("task", "auto"),
        missing=values.get("missing"),
        folder=None if cache is None else Path(cache),
        tell=told,
    )


def usable_memory() -> int:
    """The bytes that a process may take where no limit is chosen.

    A power of two, since the bits of training depend on it: the next run shall find the same.
    """
    free = free_memory()
    assert free is not None  # otherwise there would have been room
    return int(2 ** int(math.log2(anonymous_memory() + 0.8 * free)))


def larger_rows(
    values: Mapping[str, Any],
    recipe: Recipe,
    tell: Tell | None = None,
    start: Model | None = None,
    *,
    fits: bool | None = None,
) -> StreamedRows | None:
    """The rows of a source that does not fit into memory, to be read in blocks; None if it does.

    Parameters
    ----------
    values
        Those of the options of `train`.
    recipe
        The chosen recipe.
    tell
        Called with the size of what is written beside the source, before it is written.
    start
        The model that training goes on from; its encoding is kept.
    fits
        Whether the source fits, where that is known; None: :func:`room_for` tells.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.
    """
    memory = values.get("memory")
    if room_for(values["source"], memory, 1 + recipe.bins) if fits is None else fits:
        return None
    if values["split_by"] is not None:
        raise ParameterError(
            "split_by: rows that are read in blocks are divided by the hash of their numbers; "
            "leave it out, or name a file of test rows (--test)"
        )
    return stream_rows(
        values["source"],
        opening_of(values, tell),
        recipe,
        int(usable_memory() if memory is None else memory),
        validation_fraction=values["validation_fraction"],
        test=values["test"],
        start=start,
    )
