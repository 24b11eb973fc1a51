"""A learner's file and what in it is to be examined: ``FILE``, ``FILE:ENTRY``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.learner.octave import OctaveProcess
from clearprop.doctor.learner.problems import Problem
from clearprop.errors import ParameterError

__all__ = ["ENDINGS", "InFile"]

ENDINGS = (".py", ".ipynb", ".m")


class InFile(NamedTuple):
    """An entry by its file and name; nothing has been loaded yet.

    ``name`` is a function, ``Class``, ``Class.method``, ``cost,gradient``, or empty.
    """

    path: Path
    name: str = ""

    @classmethod
    def parse(cls, target: str, entry: str | None = None) -> InFile:
        """Read ``FILE``, ``FILE:FUNCTION``, ``FILE:CLASS.METHOD`` or ``FILE:COST,GRADIENT``.

        An Octave file without a name stands for the function of its own name. `entry` is the name
        where it is not part of `target`.

        Raises
        ------
        ParameterError
            For a file that is not there, or is of another kind.

        Examples
        --------
        >>> InFile.parse("my_network.py:cost")
        Traceback (most recent call last):
        clearprop.errors.ParameterError: my_network.py: no such file; expected FILE, \
FILE:FUNCTION or FILE:CLASS.METHOD
        """
        file, _, name = target.rpartition(":")
        if not file or Path(target).is_file():
            file, name = target, ""
        path = Path(file)
        if name and entry:
            raise ParameterError(Problem(path, "two-entries", name=name, entry=entry))
        name = name or entry or ""
        if not path.is_file():
            raise ParameterError(Problem(path, "no-such-file"))
        if path.suffix.lower() == ".m":
            return cls(path, name or path.stem)
        return cls(path, name)

    def open(self, time_limit: float) -> ChildProcess:
        """Load the file in a process of its own, which ends after `time_limit` seconds.

        Raises
        ------
        ParameterError
            For an entry that the file lacks, or an Octave file without Octave.
        """
        kind = OctaveProcess if self.path.suffix.lower() == ".m" else ChildProcess
        return kind(self.path, self.name, time_limit)
