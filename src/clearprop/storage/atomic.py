"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clearprop.errors import ModelFileError

__all__ = ["check_destination", "growing", "write_whole"]


def check_destination(path: Any) -> Path:
    """Check before an hour of training that a file can be written at `path`.

    Returns
    -------
    The path of the file itself, with links followed. So a link stays a link when its file is
    replaced.

    Raises
    ------
    ModelFileError
        For a folder, a folder that is not there, a device, or a file or folder without permission.

    Examples
    --------
    >>> check_destination("no/such/folder/model.safetensors")
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: cannot write no/such/folder/model.safetensors: \
the folder no/such/folder is not there; make it first
    """
    try:
        text = os.fsdecode(path)
        shown = Path(text)
        if text == "" or "\0" in text:
            raise TypeError
    except TypeError:
        raise ModelFileError(
            f"cannot write a file: expected its name, such as 'model.safetensors'; got {path!r}"
        ) from None
    with _reworded(shown):
        real = Path(os.path.realpath(shown))
        if real.is_dir():
            raise ModelFileError(
                f"cannot write {shown}: it is a folder; give a file's name, "
                f"such as {shown / 'model.safetensors'}"
            )
        if not real.parent.is_dir():
            folder = shown.parent
            if real.parent.exists():
                raise ModelFileError(f"cannot write {shown}: the folder {folder} is not a folder")
            raise ModelFileError(
                f"cannot write {shown}: the folder {folder} is not there; make it first"
            )
        # Replacing a file is a change of its folder, so a read-only file would be replaced too.
        if real.exists() and not real.is_file():
            raise ModelFileError(f"cannot write {shown}: it is a device or a pipe, not a file")
        if not os.access(real if real.exists() else real.parent, os.W_OK):
            raise ModelFileError(
                f"cannot write {shown}: no permission; give a place that you may write to"
            )
    return real


def write_whole(path: Any, data: bytes) -> None:
    """Write `data` at `path`. A reader sees the old file or the new one, and never a part.

    The data are written into a temporary file of the same folder, flushed to the disk, and renamed
    over the old file. Then the folder's entry is flushed. An error before the renaming leaves the
    old file as it was and removes the temporary file. A killed process or a power cut may leave
    one: ``.clearprop-*.tmp``.

    Raises
    ------
    ModelFileError
        Saying why the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a", b"whole")
    ...     (Path(folder) / "a").read_bytes(), len(list(Path(folder).iterdir()))
    (b'whole', 1)
    """
    target = check_destination(path)
    # A short name of its own, since the target's name plus an ending could be too long.
    temporary = target.with_name(f".clearprop-{secrets.token_hex(8)}.tmp")
    with _reworded(Path(os.fsdecode(path))):
        try:
            with open(temporary, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            os.replace(temporary, target)
        except BaseException:  # Ctrl-C too
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(target.parent)


@contextlib.contextmanager
def growing(path: Any) -> Iterator[Path]:
    """A temporary file beside `path`, to be written piece by piece; it takes the place of `path`.

    If the block raises, it is removed, and what stood at `path` stays.

    Raises
    ------
    ModelFileError
        Saying why the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with growing(Path(folder) / "a") as temporary:
    ...         _ = temporary.write_bytes(b"whole")
    ...     (Path(folder) / "a").read_bytes()
    b'whole'
    """
    target = check_destination(path)
    temporary = target.with_name(f".clearprop-{secrets.token_hex(8)}.tmp")
    with _reworded(Path(os.fsdecode(path))):
        try:
            yield temporary
            os.replace(temporary, target)
        except BaseException:  # Ctrl-C too
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Flush the renaming to the disk, if the system can. The file is whole either way."""
    with contextlib.suppress(OSError):  # Windows and some network folders cannot do that
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class _reworded(contextlib.AbstractContextManager["_reworded"]):  # noqa: N801  reads as a phrase
    """Turn the system's error into one sentence about `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError):
            why = (error.strerror or str(error)).lower()
            raise ModelFileError(
                f"cannot write {self.path}: {why}; what stood there before is untouched"
            ) from error
