"""Files that a command is about to write: known to be writable before the work, not after it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from clearprop.errors import ParameterError


def check_writable(path: Path, endings: Sequence[str] = ()) -> None:
    """Raise where `path` cannot be written, or ends in none of `endings`.

    Examples
    --------
    >>> check_writable(Path("curve.gif"), (".png", ".svg"))
    Traceback (most recent call last):
    clearprop.errors.ParameterError: curve.gif: expected a name that ends in .png or .svg
    """
    folder = path.parent
    if endings and path.suffix.lower() not in endings:
        raise ParameterError(f"{path}: expected a name that ends in {' or '.join(endings)}")
    if not folder.is_dir():
        raise ParameterError(f"{path}: the folder {folder} is not there; make it first")
    if path.is_dir():
        raise ParameterError(f"{path}: expected the name of a file; this is a folder")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise ParameterError(f"{path}: no permission to write there; choose another place")
