"""A model that cannot be written where it was to be is written at another place."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from clearprop.errors import ModelFileError
from clearprop.model import Model
from clearprop.storage.model_file import save

__all__ = ["other_places", "save_somewhere"]


def save_somewhere(model: Model, path: Path) -> tuple[Path, str]:
    """Save a model at `path`, or else at the first of the :func:`other_places` that takes it.

    Training may have taken hours, and meanwhile the disk has filled up or the folder has gone.
    Nothing is overwritten at another place: a name that is taken gets a number, as in
    ``digits-2.safetensors``.

    Returns
    -------
    Where the model is, and a sentence that tells where and why if it is not at `path`.

    Raises
    ------
    ModelFileError
        Where no place takes it.
    """
    try:
        save(model, path)
    except ModelFileError as error:
        first = error
    else:
        return path, ""
    for folder in other_places():
        other = _free(folder / path.name)
        try:
            save(model, other)
        except ModelFileError:
            continue
        return other, f"{first}. The model is in {other}"
    raise first


def other_places() -> Iterator[Path]:
    """The current folder, the home folder, the folder for temporary files, and memory.

    Those that are not there, or may not be written to, are left out.

    Examples
    --------
    >>> all(folder.is_dir() for folder in other_places())
    True
    """
    temporary: Callable[[], str] = tempfile.gettempdir
    places: tuple[Callable[[], object], ...] = (Path.cwd, Path.home, temporary, lambda: "/dev/shm")
    for place in places:
        with contextlib.suppress(OSError, RuntimeError):  # gone, or there is no home
            folder = Path(str(place()))
            if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
                yield folder


def _free(path: Path) -> Path:
    """The path, or one with a number where a file has that name."""
    if not os.path.lexists(path):
        return path
    numbered = (path.with_stem(f"{path.stem}-{i}") for i in itertools.count(2))
    return next(other for other in numbered if not os.path.lexists(other))
