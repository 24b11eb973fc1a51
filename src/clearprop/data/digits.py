"""The handwritten digits that come with scikit-learn, read without importing scikit-learn."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from clearprop.data.files import read_bytes
from clearprop.data.table import Table
from clearprop.errors import DataError


def read_digits(target: str | None = None) -> Table:
    """The 1,797 digits of 8x8 pixels from 0 to 16: `X` ``(1797, 64)`` and `y`, both uint8.

    Source: E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI (its test
    part). ``sklearn.datasets.load_digits`` returns the same data. Importing scikit-learn takes half
    a second, so its file is read directly.

    Raises
    ------
    DataError
        If scikit-learn is not installed, or for a `target` other than ``"digit"``.

    Examples
    --------
    >>> digits = read_digits()
    >>> digits.y[:10].tolist(), int(digits.X.max())
    ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 16)
    """
    if target not in (None, "digit"):
        raise DataError(f"digits: brings its own labels: leave target out; got {target!r}")
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataError("digits: scikit-learn brings these data and is not installed")
    path = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    lines = read_bytes(path).decode("ascii").splitlines()
    rows = np.loadtxt(lines, delimiter=",", dtype=np.uint8)  # (1797, 65)
    X, y = np.ascontiguousarray(rows[:, :-1]), rows[:, -1].copy()
    return Table("digits", X, y, tuple(map(str, range(64))), "digit", image_shape=(8, 8))
