"""IDX, the format of MNIST: images and labels in two files, plain or gzip.

Format (Y. LeCun, *The MNIST database*): two zero bytes, the code of a type, the number of
dimensions d; d big-endian int32 sizes; then the values, big-endian, in C order.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from clearprop.data.files import Content, read_bytes
from clearprop.data.reading import Reading
from clearprop.data.table import Array, Table
from clearprop.errors import DataError

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_DIMENSIONS = 32  # all versions of NumPy can have so many
_HOW_NAMED = "as in train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz"


def read_idx(content: Content, target: str | None, need_target: bool, reading: Reading) -> Table:
    """Read a pair of images and labels, or a folder of pairs.

    Parameters
    ----------
    content
        A file of images or of labels; the other file is found beside it by its name. Or a folder:
        its ``train`` pair is read, and its ``t10k`` (or ``test``) pair becomes the test set.
    target
        None, or ``"label"``.
    need_target
        False: images without labels are accepted.
    reading
        Not used: IDX says itself how it is written.

    Returns
    -------
    A Table with `X` ``(m, height * width)`` and `y` ``(m,)`` in the types of the files (uint8).

    Raises
    ------
    DataError
        For a wrong magic number, different counts of images and labels, a file that is too short
        or too long, or a folder without such files.
    """
    path = content.path
    if path is None:
        raise DataError(
            f"{content.name}: IDX is a pair of files: name one of them, or their folder"
        )
    if target not in (None, "label"):
        raise DataError(f"{path}: IDX brings its own labels: leave target out; got {target!r}")
    train, tests = idx_parts(path)
    table = _read_pair(train, need_target)
    if tests is None:
        return table
    test = _read_pair(tests, need_target)
    if test.X.shape[1] != table.X.shape[1]:
        raise DataError(
            f"{tests}: images of shape {test.image_shape}; those of {train.name} have "
            f"shape {table.image_shape}"
        )
    return replace(table, test=test)


def idx_parts(path: Path) -> tuple[Path, Path | None]:
    """The file of the images to train on, and that of the images to test on, if there is one.

    Raises
    ------
    DataError
        For labels without images, and for a folder without images or with several sets of them.
    """
    if path.is_dir():
        return _in_folder(path)
    if "labels" not in path.name:
        return path, None
    images = _partner(path, "labels", "images")
    if images is None:
        raise DataError(f"{path}: no file of images beside these labels, {_HOW_NAMED}")
    return images, None


def _in_folder(folder: Path) -> tuple[Path, Path | None]:
    images = sorted(
        file
        for file in folder.iterdir()
        if "images" in file.name and ("idx" in file.name or "ubyte" in file.name)
    )
    if not images:
        raise DataError(f"{folder}: a folder must hold pairs of IDX files, {_HOW_NAMED}")
    # A file and its .gz hold the same images, so only one of them is kept.
    by_name = {file.name.removesuffix(".gz"): file for file in reversed(images)}
    tests = [file for name, file in by_name.items() if "t10k" in name or "test" in name]
    trains = [file for file in by_name.values() if file not in tests] or tests
    if len(trains) > 1 or (len(tests) > 1 and trains != tests):
        names = ", ".join(sorted(by_name))
        raise DataError(f"{folder}: expected one set of images to train on; choose one of {names}")
    return trains[0], None if not tests or tests == trains else tests[0]


def idx_labels(images: Path, need_target: bool) -> Path | None:
    """The file of the labels beside one of images, or None.

    Raises
    ------
    DataError
        If there are no labels and some are needed.
    """
    labels = _partner(images, "images", "labels")
    if labels is None and need_target:
        raise DataError(f"{images}: no file of labels beside these images, {_HOW_NAMED}")
    return labels


def _read_pair(path: Path, need_target: bool) -> Table:
    X = read_array(path)
    if X.ndim not in (2, 3):
        raise DataError(f"{path}: expected images, 2 or 3 dimensions; got shape {X.shape}")
    shape = (X.shape[1], X.shape[2]) if X.ndim == 3 else None
    X = X.reshape(len(X), -1)  # (m, height * width)
    names = tuple(map(str, range(X.shape[1])))
    labels = idx_labels(path, need_target)
    if labels is None:
        return Table(str(path), X, None, names, None, image_shape=shape)
    y = read_array(labels)
    if y.ndim != 1:
        raise DataError(f"{labels}: expected labels, 1 dimension; got shape {y.shape}")
    if len(y) != len(X):
        raise DataError(
            f"{labels}: {len(y)} labels, but {path.name} holds {len(X)} images; they must be a pair"
        )
    return Table(str(path), X, y, names, "label", image_shape=shape)


def _partner(path: Path, this: str, other: str) -> Path | None:
    """The file of labels for one of images, or the reverse. One word and one digit are swapped."""
    if this not in path.name:
        return None
    old, new = ("idx3", "idx1") if other == "labels" else ("idx1", "idx3")
    name = path.name.replace(this, other).replace(old, new).removesuffix(".gz")
    candidates = [path.with_name(name + ending) for ending in ("", ".gz")]
    return next((file for file in candidates if file.is_file()), None)


def read_array(path: Path) -> Array:
    """The array of one IDX file, in the byte order of this machine.

    It is read-only if its bytes did not have to be swapped.

    Raises
    ------
    DataError
        For a wrong magic number, or more or fewer bytes than the header says.
    """
    raw = read_bytes(path)
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in _TYPES or raw[3] == 0:
        raise DataError(
            f"{path}: not an IDX file: expected a magic number such as 00 00 08 03; got "
            f"{raw[:4].hex(' ')}"
        )
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise DataError(f"{path}: the file ends within its header")
    shape = tuple(int(size) for size in np.frombuffer(raw, ">u4", raw[3], 4))
    dtype = np.dtype(_TYPES[raw[2]])
    if len(shape) > _DIMENSIONS:
        raise DataError(f"{path}: expected images or labels; got {len(shape)} dimensions")
    expected = start + math.prod(shape) * dtype.itemsize
    if len(raw) != expected:
        fault = "ends too early" if len(raw) < expected else "goes on after its end"
        raise DataError(
            f"{path}: the file {fault}: its header says shape {shape}, {expected} bytes in all; "
            f"got {len(raw)} bytes"
        )
    if not math.prod(shape):
        raise DataError(f"{path}: holds nothing: its header says shape {shape}")
    values = np.frombuffer(raw, dtype, offset=start).reshape(shape)
    return values.astype(dtype.newbyteorder("="), copy=False)
