"""Arrays: NPZ, NPY and MATLAB's MAT files. Nothing is ever unpickled."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any

import numpy as np

from clearprop.data.archives import beyond, unpacked_bound
from clearprop.data.files import Content, first_line
from clearprop.data.readers.mat import MatError, MatFile
from clearprop.data.reading import Reading
from clearprop.data.table import Array, Table, guess_image_shape, listing
from clearprop.errors import DataError, did_you_mean, shown

_NPY = b"\x93NUMPY"

# NPY files from so many bytes on are mapped.
_MAPPED = 1 << 20

# Array names in lower case: rows, labels, test rows, test labels. The course's MAT files, Keras's
# mnist.npz and similar files use them.
_NAMES = (
    ("x", "y", "xtest", "ytest"),
    ("x_train", "y_train", "x_test", "y_test"),
    ("xtrain", "ytrain", "xtest", "ytest"),
    ("data", "target", "data_test", "target_test"),
    ("images", "labels", "test_images", "test_labels"),
    ("train_images", "train_labels", "test_images", "test_labels"),
)


def read_npz(content: Content, target: str | None, need_target: bool, reading: Reading) -> Table:
    """Read an NPZ file with ``X`` and ``y``, or with Keras's four names; errors name its arrays.

    Only the arrays that are needed are unpacked.
    """
    with content.open() as file:
        try:
            archive = zipfile.ZipFile(file)
        # The last two are for an archive of a later version, and for one in several parts.
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise _unreadable(content.name, "NPZ", error) from None
        with archive:
            most = unpacked_bound(file.seek(0, io.SEEK_END))
            arrays = _Entries(content.name, archive, most)
            return _table(content.name, arrays, target, need_target)


class _Entries(Mapping[str, Array]):
    """The arrays of an NPZ file by name. Each is unpacked when it is asked for."""

    def __init__(self, source: str, archive: zipfile.ZipFile, most: int) -> None:
        self._source, self._archive, self._most = source, archive, most
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in archive.infolist():
            name = entry.filename.removesuffix(".npy")
            if name in self._entries:
                raise DataError(f"{source}: the array {shown(name)} stands in it twice")
            self._entries[name] = entry

    def __getitem__(self, name: str) -> Array:
        size = self._entries[name].file_size
        if size > self._most:
            raise DataError(f"{self._source}: {name}: {beyond(self._most)}")
        with self._opened(name) as file:
            return _read_array(file, size)

    def shape(self, name: str) -> tuple[int, ...] | None:
        """The shape that an array's header states, or None if the entry holds no array."""
        try:
            with self._opened(name) as file:
                return _shape_and_type(file)[0]
        except DataError:
            return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._archive.open(self._entries[name]) as file:
                head = file.read(len(_NPY))
                if head == _NPY:
                    file.seek(0)
                    yield file
                    return
        except Exception as error:
            # Damaged data raise any type of error, from zlib's to that of a size without memory.
            raise _unreadable(self._source, "NPZ", error) from None
        raise DataError(
            f"{self._source}: {name} holds no array, but what begins with {head[:6]!r}; save "
            "arrays with numpy.savez"
        )


def _shape_and_type(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """What the header of an array in NPY's format states. The file stands behind it then."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    return tuple(shape), dtype


def _read_array(file: IO[bytes], size: int) -> Array:
    """The array in NPY's format in a file of so many bytes; it may not state more than they hold.

    Raises
    ------
    Exception
        Of any type, NumPy's own.
    """
    shape, dtype = _shape_and_type(file)
    # NumPy allocates what the header states. A type of no bytes has room for any number of values.
    if math.prod(shape) * max(dtype.itemsize, 1) > size:
        raise ValueError(f"its header says shape {shown(shape)}, and the values end too early")
    file.seek(0)
    array: Array = np.lib.format.read_array(file, allow_pickle=False)
    return array


def read_mat(content: Content, target: str | None, need_target: bool, reading: Reading) -> Table:
    """Read a MAT 5 file with ``X`` and ``y``, as the course's exercises have them.

    ``y`` of shape ``(m, 1)`` becomes ``(m,)``. MATLAB stores whole numbers as doubles; in ``y``
    they become integers.
    """
    try:
        arrays = MatFile(content.read())
        table = _table(content.name, arrays, target, need_target)
    except MatError as error:
        raise _unreadable(content.name, "MAT 5", error) from None
    # In MATLAB, X(i, :) = image(:)' unrolls an image column by column. The course's digits are so.
    if all(len(arrays.shape(name)) == 2 for name in arrays):
        test = None if table.test is None else replace(table.test, image_order="F")
        table = replace(table, image_order="F", test=test)
    return table


def read_npy(content: Content, target: str | None, need_target: bool, reading: Reading) -> Table:
    """Read an NPY file with a matrix; `target` is the number of the column with the labels.

    Columns are counted as in NumPy: from 0, and from -1 backwards for the last ones. A large file
    is mapped into memory and not copied, so it must not change while the table is used.
    """
    source = content.name
    try:
        matrix = _npy_array(content)
    except DataError:
        raise
    except Exception as error:
        raise _unreadable(source, "NPY", error) from None
    if target is None:
        if need_target:
            raise DataError(
                f"{source}: which column holds the labels? Set target (--target) to a number from "
                "0, or -1 for the last; or save X and y with numpy.savez"
            )
        return _table(source, {"X": matrix}, None, need_target=False)
    _check_numbers(source, "the array", matrix)
    if matrix.ndim != 2:
        raise DataError(f"{source}: expected a matrix (m, n); got shape {matrix.shape}")
    n = matrix.shape[1]
    column = column_number(source, target, n, need_target)
    if column is None:
        return _table(source, {"X": matrix}, None, need_target=False)
    y = _labels(source, target, matrix[:, column])
    table = _table(source, {"X": _without_column(matrix, column)}, None, need_target=False)
    names = tuple(str(j) for j in range(n) if j != column)
    return replace(table, y=y, feature_names=names, target_name=str(column))


def _npy_array(content: Content) -> Array:
    """The array of an NPY file. A large one is mapped: its pages take no memory of the process."""
    path = content.path
    if content.raw is None and path is not None and path.stat().st_size >= _MAPPED:
        mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
        # A plain array on the map; the subclass would spread to all that is computed from it.
        return np.asarray(mapped)
    with content.open() as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        return _read_array(file, size)


def _without_column(matrix: Array, column: int) -> Array:
    """The other columns; no copy where the column is the first or the last one."""
    n = matrix.shape[1]
    if column in (0, n - 1):
        return matrix[:, 1:] if column == 0 else matrix[:, :-1]
    return np.delete(matrix, column, axis=1)


def column_number(source: str, target: str, n: int, need_target: bool) -> int | None:
    """The column of the labels among n, from 0; None where none is needed and none is meant.

    Raises
    ------
    DataError
        For a target that is no column.
    """
    try:
        column = int(target)
    except ValueError:
        column = n
    if -n <= column < n:
        return column % n
    if not need_target:
        return None
    raise DataError(
        f"{source}: no column {target!r} for the target; columns count from 0 to {n - 1}, or from "
        f"-1 (the last) to -{n}"
    )


def array_names(arrays: Iterable[str]) -> tuple[str, str, str, str]:
    """What the arrays of rows, labels, test rows and test labels are called, in lower case.

    Examples
    --------
    >>> array_names(["x_train", "y_train"])
    ('x_train', 'y_train', 'x_test', 'y_test')
    """
    lower = {name.lower() for name in arrays}
    return next((row for row in _NAMES if row[0] in lower), _NAMES[0])


def _table(
    source: str, arrays: Mapping[str, Array], target: str | None, need_target: bool
) -> Table:
    """The table made of the arrays whose names stand in one row of ``_NAMES``."""
    by_lower = {name.lower(): name for name in arrays}
    x, y, x_test, y_test = array_names(arrays)
    if x not in by_lower:
        raise DataError(f"{source}: expected an array X, one row a sample{_holds(arrays)}")
    if target is not None and target in arrays:
        y = target.lower()
    elif target is not None and need_target:
        hint = did_you_mean(target, arrays)
        raise DataError(
            f"{source}: no array {target!r} for the target{hint}; it holds {_shapes(arrays)}"
        )
    if y not in by_lower and need_target:
        raise DataError(f"{source}: expected an array y with a label for each row{_holds(arrays)}")
    for name in (x, y, x_test, y_test):
        if len(twins := [other for other in arrays if other.lower() == name]) > 1:
            raise DataError(f"{source}: which is meant, {listing(twins)}? Keep one of them")
    table = _pair(source, arrays, by_lower[x], by_lower.get(y))
    if x_test in by_lower and (y_test in by_lower or not need_target):
        test = _pair(source, arrays, by_lower[x_test], by_lower.get(y_test))
        if test.X.shape[1] != table.X.shape[1]:
            raise DataError(
                f"{source}: {by_lower[x_test]} has {test.X.shape[1]} columns and {by_lower[x]} has "
                f"{table.X.shape[1]}; they must agree"
            )
        # The test rows get the shape that was guessed from the training rows.
        table = replace(table, test=replace(test, image_shape=table.image_shape))
    return table


def _pair(source: str, arrays: Mapping[str, Array], x: str, y: str | None) -> Table:
    X, shape = _rows(source, x, arrays[x])
    labels = None if y is None else _labels(source, y, arrays[y])
    if labels is not None and len(labels) != len(X):
        hint = (
            f": one sample must be a row of {x}: transpose it" if len(labels) == X.shape[1] else ""
        )
        raise DataError(f"{source}: {x} has {len(X)} rows and {y} has {len(labels)}{hint}")
    names = tuple(map(str, range(X.shape[1])))
    return Table(source, X, labels, names, y, image_shape=shape)


def _rows(source: str, name: str, X: Array) -> tuple[Array, tuple[int, int] | None]:
    """X as ``(m, n)``, and the shape of its images if it holds images."""
    _check_numbers(source, name, X)
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]  # one channel of grey
    if X.ndim not in (2, 3) or X.size == 0:
        raise DataError(
            f"{source}: {name}: expected rows (m, n) or grey images (m, height, width); got shape "
            f"{X.shape}"
        )
    if X.dtype == bool:
        X = X.astype(np.uint8)
    if X.dtype.kind == "f" and X.dtype.itemsize > 8:
        X = X.astype(np.float64)  # long doubles, which no engine computes with
    if X.ndim == 3:
        return X.reshape(len(X), -1), (X.shape[1], X.shape[2])
    whole = X.dtype.kind in "iu"
    return X, guess_image_shape(X.shape[1], float(X.min()), float(X.max()), whole)


def _labels(source: str, name: str, y: Array) -> Array:
    if y.ndim == 2 and 1 in y.shape:
        y = y.ravel()  # MATLAB has no vectors, only matrices of one column or row
    if y.dtype.kind == "U" and y.ndim == 1:
        return np.char.strip(y)
    _check_numbers(source, name, y)
    if y.ndim not in (1, 2):
        raise DataError(f"{source}: {name}: expected labels (m,) or (m, K); got shape {y.shape}")
    if y.dtype.kind == "f" and (y == np.round(y)).all() and (np.abs(y) < 2**53).all():
        return y.astype(np.int64)
    return y


def _check_numbers(source: str, name: str, array: Array) -> None:
    if array.dtype.kind not in "biuf":
        what = f"a {array}" if array.ndim == 0 else f"an array of type {array.dtype}"
        raise DataError(f"{source}: {name}: expected numbers; got {what}")


def _holds(arrays: Mapping[str, Array]) -> str:
    weights = [name for name in arrays if name.lower().startswith("theta")]
    what = "weights, not data: " if weights and len(weights) == len(arrays) else ""
    return f"; the file holds {what}{_shapes(arrays) or 'nothing'}"


def _shapes(arrays: Mapping[str, Array]) -> str:
    return listing(f"{name} {_shape(arrays, name)}" for name in arrays)


def _shape(arrays: Mapping[str, Array], name: str) -> str:
    if isinstance(arrays, _Entries):
        shape = arrays.shape(name)
        return "(no array)" if shape is None else str(shape)
    array = arrays[name]
    return str(array.shape) if array.ndim else f"({array})"


def _unreadable(source: str, kind: str, error: Exception) -> DataError:
    text = first_line(error)
    if "allow_pickle" in text or "Python" in text:
        text = "it holds Python objects, which are never loaded; save arrays of numbers"
    return DataError(f"{source}: cannot be read as {kind}: {text}")
