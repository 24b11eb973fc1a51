"""A learner's function in a file: ``FILE.py:FUNCTION``, or an Octave ``FILE.m``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.learner.octave import OctaveProcess
from clearprop.errors import ParameterError

__all__ = ["InFile"]


class InFile(NamedTuple):
    """A function by its file and name; nothing has been loaded yet."""

    path: Path
    name: str

    @classmethod
    def parse(cls, target: str) -> InFile:
        """Read ``FILE.py:FUNCTION``, ``FILE.m:FUNCTION``, or ``FILE.m`` for the function FILE.

        Raises
        ------
        ParameterError
            For a file that is not there, or a Python file without a function.

        Examples
        --------
        >>> InFile.parse("my_network.py")
        Traceback (most recent call last):
        clearprop.errors.ParameterError: my_network.py: expected FILE.py:FUNCTION, such as \
my_network.py:cost_function, or FILE.m
        """
        file, _, name = target.rpartition(":")
        if not file or Path(target).is_file():
            file, name = target, ""
        path = Path(file)
        name = name or (path.stem if path.suffix == ".m" else "")
        if not name:
            raise ParameterError(
                f"{target}: expected FILE.py:FUNCTION, such as my_network.py:cost_function, or "
                "FILE.m"
            )
        if not path.is_file():
            raise ParameterError(f"{path}: no such file; expected FILE.py:FUNCTION or FILE.m")
        return cls(path, name)

    def open(self, time_limit: float) -> ChildProcess:
        """Load the file in a process of its own, which ends after `time_limit` seconds.

        Raises
        ------
        ParameterError
            For a function that the file lacks, or an Octave file without Octave.
        """
        kind = OctaveProcess if self.path.suffix == ".m" else ChildProcess
        return kind(self.path, self.name, time_limit)
