"""A source as rows in a file: arrays where they lie, tables through a cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clearprop.data.blocks.arrays import FileArray, idx_array, npy_array, npz_arrays
from clearprop.data.blocks.packed import packer_of
from clearprop.data.blocks.rows import ArrayRows, RowFile
from clearprop.data.files import Content, check_exists, is_stream
from clearprop.data.formats import format_of
from clearprop.data.readers.arrays import array_names, column_number
from clearprop.data.readers.idx import idx_labels, idx_parts
from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.several import matching
from clearprop.data.table import Table, listing
from clearprop.errors import DataError

if TYPE_CHECKING:
    pass

__all__ = ["Opening", "batches_of", "files_of", "open_rows"]

_TABLES = ("Parquet", "Arrow", "text")
_ARRAYS = ("NPY", "NPZ", "IDX")


@dataclass(frozen=True)
class Opening:
    """How a source is opened.

    Attributes
    ----------
    target, reading
        As in :func:`clearprop.data.read`.
    need_target
        Whether rows must have labels.
    prepare
        What is done to each batch of raw rows: columns are set aside or left out; or None.
    task, missing
        As in :func:`clearprop.experiment.prepared.prepare`.
    batch_bytes
        The bytes of a batch. What the columns are is learned from the first one.
    folder
        Where rows are kept while they are read; None: beside the source.
    named
        Whether columns keep their names, since others will be looked for by name.
    tell
        Called with the folder and the bytes before rows are written there.
    """

    target: str | Sequence[str] | None = None
    reading: Reading = AS_FOUND
    need_target: bool = True
    prepare: Callable[[Table], Table] | None = None
    task: str = "auto"
    missing: str | None = None
    batch_bytes: int = 1 << 25
    folder: Path | None = None
    named: bool = False
    tell: Callable[[Path, int], object] | None = None

    def prepared(self, table: Table) -> Table:
        """A batch after `prepare`."""
        return table if self.prepare is None else self.prepare(table)


def files_of(source: str | Path) -> list[tuple[Content, str]]:
    """The files of a source with their formats.

    Raises
    ------
    DataError
        For a stream, and for a format that is not read in blocks.
    """
    if is_stream(source):
        raise DataError(
            f"{source}: a stream is read to its end at once, so it must fit into the memory; save "
            "it as a file first"
        )
    found = []
    for name in matching(source) or [str(source)]:
        path = Path(name)
        check_exists(path)
        if path.is_dir():
            found.append((Content(name, path, kind="IDX"), "IDX"))
            continue
        content = Content(name, path)
        head = content.head()
        if packer_of(head) is not None:
            kind = "text"
        elif head.startswith(b"PK"):
            kind = "NPZ"
        else:
            kind = format_of(content)
        found.append((content, kind))
    kinds = {kind for _, kind in found}
    if other := kinds - {*_TABLES, *_ARRAYS}:
        raise DataError(
            f"{source}: {min(other)} is not read in blocks, so it must fit into the memory; save "
            "it as Parquet, CSV or NPY"
        )
    if len(found) > 1 and kinds & set(_ARRAYS):
        raise DataError(f"{source}: several files of arrays are not read in blocks; join them")
    return found


def open_rows(source: str | Path, opening: Opening) -> RowFile:
    """Open a source to read it in blocks.

    NPY, NPZ and IDX are read where they lie. Tables (CSV, Parquet, Arrow) are parsed once, and
    their rows kept in a file without a name. What their columns are is learned from the first
    batch; a later cell that does not fit is an error.

    Raises
    ------
    DataError
        Naming file, place, value, and what to do.
    """
    files = files_of(source)
    content, kind = files[0]
    if kind in _TABLES:
        return _cached(str(source), files, opening)
    assert content.path is not None
    rows = {"NPY": _npy, "NPZ": _npz, "IDX": _idx}[kind](content.name, content.path, opening)
    if opening.prepared(rows.head).feature_names != rows.head.feature_names:
        raise DataError(
            f"{source}: columns of an array cannot be set aside while it is read in blocks; save "
            "the array without them, or as Parquet"
        )
    return rows


def _npy(name: str, path: Path, opening: Opening) -> ArrayRows:
    X = npy_array(name, path)
    target = opening.target
    if target is None or not isinstance(target, str):
        if opening.need_target:
            raise DataError(
                f"{name}: which column holds the labels? Set target (--target) to a number from "
                "0, or -1 for the last; or save X and y with numpy.savez"
            )
        return ArrayRows(name, _checked(name, X), None, None, None)
    if len(X.shape) != 2:
        raise DataError(f"{name}: expected a matrix (m, n); got shape {X.shape}")
    column = column_number(name, target, X.shape[1], opening.need_target)
    called = None if column is None else str(column)
    return ArrayRows(name, _checked(name, X), None, column, called)


def _npz(name: str, path: Path, opening: Opening) -> ArrayRows:
    found = npz_arrays(name, path)
    x, y, x_test, y_test = array_names(found)
    if isinstance(opening.target, str) and opening.target in found:
        y = opening.target.lower()
    arrays = {member.lower(): array for member, array in found.items()}

    def stored(member: str) -> FileArray | None:
        if member not in arrays:
            return None
        array = arrays[member]
        if array is None:
            raise DataError(
                f"{name}: {member} is compressed, so rows cannot be read in blocks; save it with "
                "numpy.savez, which does not compress"
            )
        return array

    X, labels = stored(x), stored(y)
    if X is None:
        raise DataError(
            f"{name}: expected an array X, one row a sample; the file holds "
            f"{listing(found) or 'nothing'}"
        )
    if labels is None and opening.need_target:
        raise DataError(
            f"{name}: expected an array y with a label for each row; the file holds "
            f"{listing(found)}"
        )
    test: ArrayRows | None = None
    others = stored(x_test), stored(y_test)
    if others[0] is not None and (others[1] is not None or not opening.need_target):
        test = _pair(name, others[0], others[1], y)
    return replace(_pair(name, X, labels, y), test=test)


def _idx(name: str, path: Path, opening: Opening) -> ArrayRows:
    train, test = idx_parts(path)

    def pair(images: Path) -> ArrayRows:
        labels = idx_labels(images, opening.need_target)
        for file in (images, labels):
            if file is not None and file.suffix == ".gz":
                raise DataError(
                    f"{file}: is packed, so rows cannot be read in blocks; unpack it (gunzip)"
                )
        y = None if labels is None else idx_array(labels)
        return _pair(str(images), idx_array(images), y, "label")

    return replace(pair(train), test=None if test is None else pair(test))


def _pair(name: str, X: FileArray, y: FileArray | None, target: str) -> ArrayRows:
    X = _checked(name, X)
    if y is not None and (len(y.shape) not in (1, 2) or len(y) != len(X)):
        raise DataError(f"{name}: {len(X)} rows and labels of shape {y.shape}; they must be a pair")
    if y is not None and y.dtype.kind not in "biuf":
        raise DataError(
            f"{name}: labels of type {y.dtype} are not read in blocks; save them as numbers"
        )
    return ArrayRows(name, X, y, None, None if y is None else target)


def _checked(name: str, X: FileArray) -> FileArray:
    """X as rows or grey images of numbers."""
    if X.dtype.kind not in "biuf":
        raise DataError(f"{name}: the array: expected numbers; got an array of type {X.dtype}")
    if len(X.shape) == 4 and X.shape[3] == 1:
        X = replace(X, shape=X.shape[:3])
    if len(X.shape) not in (2, 3) or 0 in X.shape:
        raise DataError(
            f"{name}: the array: expected rows (m, n) or grey images (m, height, width); got shape "
            f"{X.shape}"
        )
    return X


def batches_of(source: str, files: list[tuple[Content, str]], opening: Opening) -> Iterator[Table]:
    """The raw rows of a table in batches, without what is set aside."""
    # Start-up time: arrays need no Polars.
    from clearprop.data.blocks.batches import raw_batches

    how = (opening.target, opening.need_target, opening.reading, opening.batch_bytes)
    return map(opening.prepared, raw_batches(source, files, *how))


def _cached(source: str, files: list[tuple[Content, str]], opening: Opening) -> RowFile:
    # Start-up time: arrays need no Polars.
    from clearprop.data.blocks.cache import cached
    from clearprop.data.blocks.typing import first_typed, typed_batches

    batches = batches_of(source, files, opening)
    first = next(batches, None)
    if first is None:
        raise DataError(f"{source}: holds no rows")
    head = first_typed(first, opening.task, opening.batch_bytes)
    path = files[0][0].path
    assert path is not None
    folder = opening.folder or path.parent
    expected = _expected_rows(files, first)
    rows = cached(
        head.table,
        typed_batches(first, batches, head, opening.missing),
        head.label_texts,
        folder,
        expected,
        opening.tell,
        named=opening.named,
    )
    if rows.n_rows == 0:
        raise DataError(
            f"{source}: no row is left without its empty cells; leave out the "
            "emptiest columns, or use missing='mean' (--missing mean)"
        )
    return rows


def _expected_rows(files: list[tuple[Content, str]], first: Table) -> int:
    """About how many rows there are, by the first batch."""
    total = 0
    for content, kind in files:
        assert content.path is not None
        if kind == "text":
            # A packed text is about four times as long.
            size = content.path.stat().st_size * (1 if packer_of(content.head()) is None else 4)
            lines = int(first.numbers[-1] - first.numbers[0]) + 1
            total += max(lines, size // max(1, _line_bytes(content, lines)))
        else:
            from clearprop.data.blocks.columnar import columnar_size

            total += columnar_size(content.path, kind)[0]
    return total


def _line_bytes(content: Content, lines: int) -> int:
    """About how long a line is, by the beginning of the file."""
    head = content.head(1 << 16)
    return max(1, len(head) // max(1, head.count(b"\n")))
