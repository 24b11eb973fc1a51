"""Files that a page hands in: kept as data, within limits, until their tab closes."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from clearprop.errors import DataError
from clearprop.studio.protocol import LARGEST, MOST_FILES
from clearprop.studio.unpacking import check_unpacked

__all__ = ["Uploads"]

_ENDINGS = (
    *(".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet", ".arrow", ".feather", ".arff"),
    *(".npy", ".npz", ".mat", ".xlsx", ".xls", ".ods", ".data", ".dat", ".idx", ".ubyte"),
    *(".safetensors", ".py", ".m", ".ipynb"),
)


class Uploads:
    """The files of one tab, in a folder of their own that goes with it.

    Examples
    --------
    >>> uploads = Uploads()
    >>> uploads.add("../../etc/iris.csv", b"a,b")
    'f1'
    >>> uploads.files["f1"][0]
    'iris.csv'
    >>> uploads.close()
    """

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, Path]] = {}
        self.source: Path | None = None  # what the run reads: it never makes room
        self._folder: Path | None = None
        self._count = 0

    def add(self, name: str, data: bytes) -> str:
        """Keep a file; return its id.

        Raises
        ------
        DataError
            For a file that is empty, too large, packed, or of another kind.
        """
        shown = _shown(name)
        if not data:
            raise DataError(f"{shown}: the file is empty")
        if len(data) > LARGEST:
            raise DataError(f"{shown}: expected at most {LARGEST >> 20} MiB; got more")
        ending = PurePosixPath(shown).suffix.lower()
        if ending not in _ENDINGS and not re.search(r"ubyte$", shown):
            raise DataError(
                f"{shown}: expected a table, a model or a learner's file; got the ending "
                f"{ending or 'none'!r}"
            )
        folder = self.room()
        path = folder / shown
        path.write_bytes(data)
        try:
            check_unpacked(shown, path, data)
        except DataError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return self.keep(shown, path)

    def room(self) -> Path:
        """A new folder for a file."""
        self._count += 1
        folder = self._made() / str(self._count)
        folder.mkdir(mode=0o700)
        return folder

    def keep(self, name: str, path: Path) -> str:
        """Remember a file that lies in a folder of :meth:`room`; return its id."""
        key = f"f{self._count}"
        self.files[key] = (name, path)
        others = [old for old, (_, lies) in self.files.items() if lies != self.source]
        for old in others[:-MOST_FILES]:
            shutil.rmtree(self.files.pop(old)[1].parent, ignore_errors=True)
        return key

    def path(self, key: str) -> tuple[str, Path]:
        """Name and place of a file.

        Raises
        ------
        DataError
            For one that is not here.
        """
        if key not in self.files:
            raise DataError("upload: this file is not here any more; choose it once more")
        return self.files[key]

    def close(self) -> None:
        """Delete all files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None
        self.files.clear()

    def _made(self) -> Path:
        if self._folder is None:
            self._folder = Path(
                tempfile.mkdtemp(prefix=f"clearprop-studio-{secrets.token_hex(4)}-")
            )
        return self._folder


def _shown(name: str) -> str:
    r"""The last part of a file's name, with what would not be a plain name replaced.

    Examples
    --------
    >>> _shown("C:\\data\\a b.csv"), _shown(".."), _shown("花.csv")
    ('a b.csv', 'file', '花.csv')
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c if c.isprintable() and c not in '<>:"|?*' else "_" for c in last)
    plain = plain.strip(" .-")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:60]}{dot}{ending[:12]}" if plain else "file"
