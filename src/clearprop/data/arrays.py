"""Arrays: NPZ, NPY and MATLAB's MAT files. Nothing is ever unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from clearprop.data.files import first_line, read_bytes
from clearprop.data.mat import MatError, mat_arrays
from clearprop.data.table import Array, Table, guess_image_shape, listing
from clearprop.errors import DataError, did_you_mean

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


def read_npz(path: Path, target: str | None, need_target: bool) -> Table:
    """Read an NPZ file with ``X`` and ``y``, or with Keras's four names; errors name its arrays."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception as error:
        raise _unreadable(path, "NPZ", error) from None
    return _table(path, arrays, target, need_target)


def read_mat(path: Path, target: str | None, need_target: bool) -> Table:
    """Read a MAT 5 file with ``X`` and ``y``, as the course's exercises have them.

    ``y`` of shape ``(m, 1)`` becomes ``(m,)``. MATLAB stores whole numbers as doubles; in ``y``
    they become integers.
    """
    try:
        arrays = mat_arrays(read_bytes(path))
    except MatError as error:
        raise _unreadable(path, "MAT 5", error) from None
    table = _table(path, arrays, target, need_target)
    # In MATLAB, X(i, :) = image(:)' unrolls an image column by column. The course's digits are so.
    if all(array.ndim == 2 for array in arrays.values()):
        test = None if table.test is None else replace(table.test, image_order="F")
        table = replace(table, image_order="F", test=test)
    return table


def read_npy(path: Path, target: str | None, need_target: bool) -> Table:
    """Read an NPY file with a matrix; `target` is the number of the column with the labels.

    Columns are counted as in NumPy: from 0, and from -1 backwards for the last ones.
    """
    try:
        with path.open("rb") as file:
            matrix = np.load(file, allow_pickle=False)
    except Exception as error:
        raise _unreadable(path, "NPY", error) from None
    if target is None:
        if need_target:
            raise DataError(
                f"{path}: which column holds the labels? Set target (--target) to a number from "
                "0, or -1 for the last; or save X and y with numpy.savez"
            )
        return _table(path, {"X": matrix}, None, need_target=False)
    _check_numbers(path, "the array", matrix)
    if matrix.ndim != 2:
        raise DataError(f"{path}: expected a matrix (m, n); got shape {matrix.shape}")
    n = matrix.shape[1]
    column = _column_number(path, target, n, need_target)
    if column is None:
        return _table(path, {"X": matrix}, None, need_target=False)
    y = _labels(path, target, matrix[:, column])
    table = _table(path, {"X": np.delete(matrix, column, axis=1)}, None, need_target=False)
    names = tuple(str(j) for j in range(n) if j != column)
    return replace(table, y=y, feature_names=names, target_name=str(column))


def _column_number(path: Path, target: str, n: int, need_target: bool) -> int | None:
    try:
        column = int(target)
    except ValueError:
        column = n
    if -n <= column < n:
        return column % n
    if not need_target:
        return None
    raise DataError(
        f"{path}: no column {target!r} for the target; columns count from 0 to {n - 1}, or from "
        f"-1 (the last) to -{n}"
    )


def _table(path: Path, arrays: Mapping[str, Array], target: str | None, need_target: bool) -> Table:
    """The table made of the arrays whose names stand in one row of ``_NAMES``."""
    by_lower = {name.lower(): name for name in arrays}
    x, y, x_test, y_test = next((row for row in _NAMES if row[0] in by_lower), _NAMES[0])
    if x not in by_lower:
        raise DataError(f"{path}: expected an array X, one row a sample{_holds(arrays)}")
    if target is not None and target in arrays:
        y = target.lower()
    elif target is not None and need_target:
        hint = did_you_mean(target, arrays)
        raise DataError(
            f"{path}: no array {target!r} for the target{hint}; it holds {_shapes(arrays)}"
        )
    if y not in by_lower and need_target:
        raise DataError(f"{path}: expected an array y with a label for each row{_holds(arrays)}")
    table = _pair(path, arrays, by_lower[x], by_lower.get(y))
    if x_test in by_lower and (y_test in by_lower or not need_target):
        test = _pair(path, arrays, by_lower[x_test], by_lower.get(y_test))
        if test.X.shape[1] != table.X.shape[1]:
            raise DataError(
                f"{path}: {by_lower[x_test]} has {test.X.shape[1]} columns and {by_lower[x]} has "
                f"{table.X.shape[1]}; they must agree"
            )
        # The test rows get the shape that was guessed from the training rows.
        table = replace(table, test=replace(test, image_shape=table.image_shape))
    return table


def _pair(path: Path, arrays: Mapping[str, Array], x: str, y: str | None) -> Table:
    X, shape = _rows(path, x, arrays[x])
    labels = None if y is None else _labels(path, y, arrays[y])
    if labels is not None and len(labels) != len(X):
        hint = (
            f": one sample must be a row of {x}: transpose it" if len(labels) == X.shape[1] else ""
        )
        raise DataError(f"{path}: {x} has {len(X)} rows and {y} has {len(labels)}{hint}")
    names = tuple(map(str, range(X.shape[1])))
    return Table(str(path), X, labels, names, y, image_shape=shape)


def _rows(path: Path, name: str, X: Array) -> tuple[Array, tuple[int, int] | None]:
    """X as ``(m, n)``, and the shape of its images if it holds images."""
    _check_numbers(path, name, X)
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]  # one channel of grey
    if X.ndim not in (2, 3) or X.size == 0:
        raise DataError(
            f"{path}: {name}: expected rows (m, n) or grey images (m, height, width); got shape "
            f"{X.shape}"
        )
    if X.dtype == bool:
        X = X.astype(np.uint8)
    if X.ndim == 3:
        return X.reshape(len(X), -1), (X.shape[1], X.shape[2])
    whole = X.dtype.kind in "iu"
    return X, guess_image_shape(X.shape[1], float(X.min()), float(X.max()), whole)


def _labels(path: Path, name: str, y: Array) -> Array:
    if y.ndim == 2 and 1 in y.shape:
        y = y.ravel()  # MATLAB has no vectors, only matrices of one column or row
    if y.dtype.kind == "U" and y.ndim == 1:
        return np.char.strip(y)
    _check_numbers(path, name, y)
    if y.ndim not in (1, 2):
        raise DataError(f"{path}: {name}: expected labels (m,) or (m, K); got shape {y.shape}")
    if y.dtype.kind == "f" and (y == np.round(y)).all() and (np.abs(y) < 2**53).all():
        return y.astype(np.int64)
    return y


def _check_numbers(path: Path, name: str, array: Array) -> None:
    if array.dtype.kind not in "biuf":
        what = f"a {array}" if array.ndim == 0 else f"an array of type {array.dtype}"
        raise DataError(f"{path}: {name}: expected numbers; got {what}")


def _holds(arrays: Mapping[str, Array]) -> str:
    weights = [name for name in arrays if name.lower().startswith("theta")]
    what = "weights, not data: " if weights and len(weights) == len(arrays) else ""
    return f"; the file holds {what}{_shapes(arrays) or 'nothing'}"


def _shapes(arrays: Mapping[str, Array]) -> str:
    return listing(
        f"{name} {array.shape if array.ndim else f'({array})'}" for name, array in arrays.items()
    )


def _unreadable(path: Path, kind: str, error: Exception) -> DataError:
    text = first_line(error)
    if "allow_pickle" in text:
        text = "it holds Python objects, which are never loaded; save arrays of numbers"
    return DataError(f"{path}: cannot be read as {kind}: {text}")
