""":func:`read` reads every kind of source: it finds out the format and calls the right reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from clearprop.data.cells import ensure_finite
from clearprop.data.digits import read_digits
from clearprop.data.files import check_exists, read_head
from clearprop.data.reading import AS_FOUND, Reading
from clearprop.data.table import Table
from clearprop.errors import DataError

# The first bytes of formats that have a signature. They are more reliable than a file's name.
_BEGINNINGS = (
    (b"PAR1", "Parquet"),
    (b"\x93NUMPY", "NPY"),
    (b"PK\x03\x04", "NPZ"),
    (b"PK\x05\x06", "NPZ"),
    (b"MATLAB", "MAT"),
    (b"\x89HDF\r\n", "MAT"),
)
_ENDINGS = {".parquet": "Parquet", ".pq": "Parquet", ".npy": "NPY", ".npz": "NPZ", ".mat": "MAT"}
_EXCEL = (".xlsx", ".xls", ".xlsm", ".ods")

# Start-up time: each reader is loaded on first use, so only the one that is needed costs its
# imports.
_READERS = {
    "Parquet": ("clearprop.data.frames", "read_parquet"),
    "NPY": ("clearprop.data.arrays", "read_npy"),
    "NPZ": ("clearprop.data.arrays", "read_npz"),
    "MAT": ("clearprop.data.arrays", "read_mat"),
    "IDX": ("clearprop.data.idx", "read_idx"),
    "text": ("clearprop.data.text", "read_text"),
}


class _Reader(Protocol):
    def __call__(self, path: Path, target: Any, need_target: bool) -> Table: ...


def read(
    source: str | Path,
    target: str | Sequence[str] | None = None,
    need_target: bool = True,
    reading: Reading = AS_FOUND,
) -> Table:
    """Read a data set.

    Parameters
    ----------
    source
        ``"digits"``: the 1,797 handwritten 8x8 digits that come with scikit-learn. Or a path to

        - CSV, TSV or other delimited text with a header line, plain or gzip;
        - Parquet;
        - NPZ with ``X`` and ``y``, or with ``x_train``, ``y_train``, ``x_test``, ``y_test``;
        - NPY with a matrix;
        - MAT 5 with ``X`` and ``y``;
        - an IDX or IDX.gz file of images or labels (the other is found beside it), or a folder
          with the pairs, as MNIST has them.
    target
        The column with the labels, by name; several are named as in ``"y1,y2"``. For NPY it is a number from 0 (or from -1, the last);
        for NPZ and MAT it is the name of an array. Sources with labels of their own need none.
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
    if str(source) == "digits":
        return ensure_finite(read_digits(target))
    path = Path(source)
    check_exists(path)
    module, name = _READERS["IDX" if path.is_dir() else _format(path)]
    reader = cast(_Reader, getattr(import_module(module), name))
    return ensure_finite(replace(reader(path, target, need_target), reading=reading))


def _format(path: Path) -> str:
    """The format of a file: what its first bytes say, or text if they say nothing."""
    head, packed = read_head(path)
    if not head:
        raise DataError(f"{path}: the file is empty")
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    if ending in _EXCEL:
        raise DataError(f"{path}: expected CSV or Parquet; got a spreadsheet: save it as CSV")
    found = _by_content(head)
    claimed = _ENDINGS.get(ending)
    if claimed == "MAT" and found is None:
        found = "MAT"  # the header is free text: only MATLAB itself begins it with "MATLAB"
    if claimed and found is None:
        raise DataError(f"{path}: named as {claimed}, but the content is not {claimed}")
    if found not in (None, "IDX") and packed:
        raise DataError(f"{path}: unpack this {found} file first (gunzip)")
    return found or "text"


def _by_content(head: bytes) -> str | None:
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    # IDX: two zero bytes, the code of a type, the number of dimensions.
    if len(head) >= 4 and head[:2] == b"\0\0" and 8 <= head[2] <= 14 and 1 <= head[3] <= 4:
        return "IDX"
    return None
