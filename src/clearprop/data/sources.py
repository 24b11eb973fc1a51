""":func:`read` reads every kind of source: it finds out the format and calls the right reader."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from clearprop.data.cells import ensure_finite
from clearprop.data.digits import read_digits
from clearprop.data.files import Content, content_of
from clearprop.data.formats import format_of
from clearprop.data.reading import AS_FOUND, Note, Reading
from clearprop.data.several import joined, matching
from clearprop.data.table import Table, listing
from clearprop.errors import DataError

# Start-up time: each reader is loaded on first use, so only the one that is needed costs its
# imports.
_READERS = {
    "Parquet": ("clearprop.data.readers.columnar", "read_parquet"),
    "Arrow": ("clearprop.data.readers.columnar", "read_arrow"),
    "NPY": ("clearprop.data.readers.arrays", "read_npy"),
    "NPZ": ("clearprop.data.readers.arrays", "read_npz"),
    "MAT": ("clearprop.data.readers.arrays", "read_mat"),
    "IDX": ("clearprop.data.readers.idx", "read_idx"),
    "JSON": ("clearprop.data.readers.json_records", "read_json"),
    "ARFF": ("clearprop.data.readers.arff", "read_arff"),
    "Excel": ("clearprop.data.readers.workbooks", "read_excel"),
    "text": ("clearprop.data.delimited.text", "read_text"),
}


class _Reader(Protocol):
    def __call__(
        self, content: Content, target: Any, need_target: bool, reading: Reading
    ) -> Table: ...


def read(
    source: str | Path | Content | Sequence[str | Path],
    target: str | Sequence[str] | None = None,
    need_target: bool = True,
    reading: Reading = AS_FOUND,
) -> Table:
    """Read a data set.

    Parameters
    ----------
    source
        ``"digits"``: the 1,797 handwritten 8x8 digits that come with scikit-learn. Or a path to

        - CSV, TSV or other delimited text, in any common encoding;
        - JSON: an object a line, or an array of objects;
        - Parquet or Arrow (Feather); an Excel workbook, with the extra ``excel``; ARFF;
        - NPZ with ``X`` and ``y``, or with ``x_train``, ``y_train``, ``x_test``, ``y_test``;
        - NPY with a matrix;
        - MAT 5 with ``X`` and ``y``;
        - an IDX or IDX.gz file of images or labels (the other is found beside it), or a folder
          with the pairs, as MNIST has them;
        - a folder with Parquet files, which have the same columns.

        Each may be packed with gzip, bzip2, xz, Zstandard (with the extra ``zstd``), or alone in a
        zip archive. ``"-"`` is standard input. A pattern such as ``"data/*.csv"`` and a list of
        paths are several files with the same columns.
    target
        The column with the labels, by name; several are named as in ``"y1,y2"``. For NPY it is a
        number from 0 (or from -1, the last); for NPZ and MAT it is the name of an array. Sources
        with labels of their own need none.
    need_target
        False: rows without labels are accepted. A `target` that exists is still taken out.
    reading
        How the file is written and how its columns are meant, where that should not be found out.

    Returns
    -------
    A :class:`~clearprop.data.table.Table`.

    Raises
    ------
    DataError
        Naming file, place, value, and what to do.

    Examples
    --------
    >>> digits = read("digits")
    >>> digits.X.shape, digits.X.dtype, digits.image_shape
    ((1797, 64), dtype('uint8'), (8, 8))
    >>> read("digitz")
    Traceback (most recent call last):
    clearprop.errors.DataError: digitz: no such file (did you mean "digits"?). A source is a \
path, or "digits"
    """
    if isinstance(source, str | Path) and str(source) == "digits":
        started = time.perf_counter()
        table = ensure_finite(read_digits(target if isinstance(target, str) else None))
        _check_choices(table, reading)
        return _timed(table, time.perf_counter() - started)
    if isinstance(source, Content):
        return _read_one(source, target, need_target, reading)
    if isinstance(source, str | Path):
        files = matching(source) or [str(source)]
        name = str(source)
    else:
        files = list(map(str, source))
        name = listing(files)
        if not files:
            raise DataError("source: expected at least one file; got an empty list")
    tables = [_read_one(file, target, need_target, reading) for file in files]
    if len(tables) == 1:
        return tables[0]
    return _timed(ensure_finite(joined(name, tables)), sum(table.seconds for table in tables))


def _read_one(
    source: str | Path | Content,
    target: str | Sequence[str] | None,
    need_target: bool,
    reading: Reading,
) -> Table:
    started = time.perf_counter()
    content = source if isinstance(source, Content) else content_of(source)
    module, name = _READERS[format_of(content)]
    found = time.perf_counter()
    reader = cast(_Reader, getattr(import_module(module), name))
    loaded = time.perf_counter()  # to load a library is not to read
    table = ensure_finite(reader(content, target, need_target, reading))
    _check_choices(table, reading)
    if content.entry is not None:
        notes = (Note("entry", {"entry": content.entry}), *table.notes)
        table = replace(table, notes=notes).known_as(table.finite, table.complete)
    return _timed(table, time.perf_counter() - loaded + found - started)


def _check_choices(table: Table, reading: Reading) -> None:
    """Refuse or name the choices that a matrix of numbers cannot follow."""
    idle = [] if not table.is_matrix else list(reading.chosen)
    for name, what in (("id", "that name rows"), ("categories", "of categories")):
        if name in idle:
            raise DataError(
                f"{table.source}: {name}: a matrix of numbers has no columns {what} (--{name}); "
                "save the table as CSV or Parquet, or leave the columns out (--without)"
            )
    if idle:
        warnings.warn(
            f"{', '.join(idle)}: {table.source} is a matrix of numbers, without text; ignored",
            UserWarning,
            stacklevel=4,
        )


def _timed(table: Table, seconds: float) -> Table:
    return replace(table, seconds=seconds).known_as(table.finite, table.complete)
