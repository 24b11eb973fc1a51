"""A folder of checkpoints: of each part of a run the last two, each written whole or not at all."""

from __future__ import annotations

import math
import os
import re
import warnings
from pathlib import Path
from typing import Any, Self

from clearprop.errors import ModelFileError, ParameterError, is_number, raise_problems, shown
from clearprop.storage.checkpoint import Checkpoint, load_checkpoint, save_checkpoint

__all__ = ["EVERY", "Part", "RunFolder"]

EVERY = 30.0  # seconds between two checkpoints: a killed run loses at most about this much work
# While one checkpoint is written, or should it be damaged later, the one before it is there.
_KEPT = 2
_FILE = re.compile(r"([a-z]+(?:-[0-9]+)?)-([0-9]{6,})\.safetensors")


class RunFolder:
    """The folder in which a run keeps its checkpoints.

    A file is named by its part and its number: ``run-000007.safetensors``. Where several networks
    train side by side, each is a part of its own: ``candidate-2-000007.safetensors``.

    Parameters
    ----------
    path
        The folder. It is made if it is not there.
    every
        About so many seconds lie between two checkpoints.
    resume
        Whether the run goes on from what is in the folder. Otherwise a folder that holds a run is
        refused.

    Attributes
    ----------
    failed : bool
        Whether the last checkpoint could not be written. Training goes on all the same.

    Raises
    ------
    ParameterError
        For a folder that cannot be used, or a time that is no number above 0.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = RunFolder(Path(place) / "run")
    ...     folder.begin("run")
    ...     folder.path.is_dir(), folder.part("run").newest()
    (True, None)
    """

    def __init__(self, path: Any, every: float = EVERY, resume: bool = False) -> None:
        problems = folder_problems(path, resume)
        if not (is_number(every) and 0 < every < math.inf):
            problems.append(
                f"every: expected a time above 0, such as 0.2s, 30s, 5m or 1h; got {shown(every)}"
            )
        raise_problems(problems)
        self.path, self.every, self.resume = Path(os.fsdecode(path)), float(every), resume
        self.failed = False

    @classmethod
    def of(cls, checkpoint: Any, every: float = EVERY, resume: bool = False) -> Self | None:
        """The folder that a caller names, or has made already; None without one.

        Raises
        ------
        ParameterError
            As the class does, and for `resume` without a folder.
        """
        if isinstance(checkpoint, cls):
            return checkpoint
        if checkpoint is None:
            if resume:
                raise ParameterError(
                    "resume: goes on from the folder of checkpoint; name it, or leave resume out"
                )
            return None
        return cls(checkpoint, every, resume)

    def begin(self, first: str, *kinds: str) -> None:
        """Make the folder, and see whose checkpoints are in it.

        Parameters
        ----------
        first
            The name of the part that is there from the beginning.
        kinds
            The first words of the names of other parts, such as ``"refit"``.

        Raises
        ------
        ModelFileError
            For the checkpoints of another run, and for a folder that cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for left in self.path.glob(".clearprop-*.tmp"):  # by a process that was killed
                left.unlink(missing_ok=True)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise ModelFileError(f"cannot write {self.path}: {why}") from error
        there = _files(self.path)
        known = {first.partition("-")[0], *kinds}
        others = [name for name in there if name.partition("-")[0] not in known]
        if others:
            raise ModelFileError(
                f"{self.path}: holds another run: it has {there[others[0]][-1].name}, and this run "
                f"writes {first}-000001.safetensors; go on with the choices of that run, or "
                "name another folder"
            )
        if self.resume and not there:
            warnings.warn(
                f"{self.path}: holds no run to go on with; this one begins anew", stacklevel=2
            )

    def part(self, name: str) -> Part:
        """One part of the run."""
        return Part(self, name)

    def drop(self, kind: str) -> None:
        """Remove the checkpoints of all parts of a kind, which no run will go on from."""
        for name, files in _files(self.path).items():
            if name.partition("-")[0] == kind:
                for file in files:
                    file.unlink(missing_ok=True)


class Part:
    """The checkpoints of one part of a run: :class:`RunFolder` makes it."""

    def __init__(self, folder: RunFolder, name: str) -> None:
        self.folder, self.name = folder, name
        self._files = _files(folder.path).get(name, [])

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint that is whole; None if there is none, or the run begins anew.

        Where the newest one is damaged, a warning says so and the one before it is taken.

        Raises
        ------
        ModelFileError
            Where all are damaged.
        """
        if not self.folder.resume:
            return None
        first: ModelFileError | None = None
        for file in reversed(self._files):
            try:
                found = load_checkpoint(file)
            except ModelFileError as error:
                first = first or error
                continue
            if first is not None:
                warnings.warn(f"{first}; going on from {file.name}, the one before", stacklevel=2)
            return found
        if first is not None:
            raise first
        return None

    @property
    def file(self) -> Path:
        """The newest file, or the first one to be written."""
        return self._files[-1] if self._files else self._next(1)

    def save(self, checkpoint: Checkpoint) -> None:
        """Write the next checkpoint; of those before, the last one is kept.

        Where it cannot be written, for instance on a full disk, a warning says so once, and the
        next call tries again.
        """
        last = int(_FILE.fullmatch(self._files[-1].name)[2]) if self._files else 0  # type: ignore[index]
        file = self._next(last + 1)
        try:
            save_checkpoint(checkpoint, file)
        except ModelFileError as error:
            if not self.folder.failed:
                self.folder.failed = True
                warnings.warn(f"{error}; training goes on without this checkpoint", stacklevel=2)
            return
        self.folder.failed = False
        self._files.append(file)
        for old in self._files[:-_KEPT]:
            old.unlink(missing_ok=True)
        del self._files[:-_KEPT]

    def _next(self, number: int) -> Path:
        return self.folder.path / f"{self.name}-{number:06}.safetensors"


def folder_problems(path: Any, resume: bool) -> list[str]:
    """What is wrong with a folder for checkpoints, as a list of at most one sentence.

    Examples
    --------
    >>> folder_problems("no-such-folder", resume=False)
    []
    >>> folder_problems(3, resume=False)
    ["checkpoint: expected the name of a folder, such as 'run'; got 3"]
    """
    try:
        text = os.fsdecode(path)
    except TypeError:
        text = ""
    if text == "" or "\0" in text:
        return [f"checkpoint: expected the name of a folder, such as 'run'; got {path!r}"]
    folder = Path(text)
    try:
        if folder.is_dir():
            there = _files(folder)
        elif folder.exists():
            return [
                f"checkpoint: {folder} is a file; checkpoints are kept in a folder, which is made "
                "for them. A file of an earlier version cannot go on: name a folder and train "
                "afresh"
            ]
        else:
            there = {}
        first = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    except OSError as error:
        return [f"checkpoint: cannot write {folder}: {(error.strerror or str(error)).lower()}"]
    if not first.is_dir():
        return [f"checkpoint: cannot write {folder}: {first} is not a folder"]
    if not os.access(first, os.W_OK | os.X_OK):
        return [
            f"checkpoint: cannot write {folder}: no permission; give a place that you may write to"
        ]
    if there and not resume:
        newest = next(iter(there.values()))[-1]
        return [
            f"checkpoint: {folder} holds a run already ({newest.name}); go on with it (--resume), "
            "or name another folder"
        ]
    return []


def _files(folder: Path) -> dict[str, list[Path]]:
    """The checkpoints in a folder, by part, the newest last."""
    found: dict[str, list[tuple[int, Path]]] = {}
    for file in folder.iterdir() if folder.is_dir() else ():
        name = _FILE.fullmatch(file.name)
        if name:
            found.setdefault(name[1], []).append((int(name[2]), file))
    return {part: [file for _, file in sorted(files)] for part, files in sorted(found.items())}
