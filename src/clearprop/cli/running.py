"""The running command: the wording of its messages, their language, the files that it writes."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from clearprop.choices.commands import COMMANDS, Command
from clearprop.errors import ParameterError
from clearprop.language import printable
from clearprop.messages.chinese import help_text, translated

__all__ = ["INCOMPLETE", "INTERRUPTED", "TERMINATED", "Interrupted", "Running"]

_LONGEST = 2500  # characters of a message
INTERRUPTED, TERMINATED = 130, 143  # the exit codes after Ctrl-C and SIGTERM, as shells count
INCOMPLETE = 3  # the model is there; something else is not, or not where it was to be

# The flags of all commands. A message may name an option of another command: predict may say that
# the model must be trained with --missing mean.
_FLAGS = {
    option.name: option.flag
    for command in COMMANDS.values()
    for option in command.all
    if not option.argument
}
_NAME = re.compile(r"^\w+(?=[:：])")  # what a message begins with: the name of an option
_KEYWORD = re.compile(rf"\b({'|'.join(_FLAGS)})='([\w.,-]+)'(?: \(--[\w-]+ \2\))?")


class Interrupted(Exception):  # noqa: N818  not an error: somebody asked for it
    """Ctrl-C was pressed. Some versions of Typer handle a KeyboardInterrupt silently."""


class Running:
    """The state of the running command.

    Examples
    --------
    >>> running = Running()
    >>> running.command = COMMANDS["train"]
    >>> running.message("epochs: expected at least 1; got 0")
    '--epochs: expected at least 1; got 0'
    >>> running.message("a.csv: for a quantity use task='regression'")
    'a.csv: for a quantity use --task regression'
    >>> running.lang = "zh"
    >>> running.message("epochs: expected a whole number of at least 1; got 0")
    '--epochs：应当是不小于 1 的整数；得到的是 0'
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self.command: Command | None = None
        self.printing = False  # True once results are being printed to standard output
        self._files: dict[Path, object] = {}

    def will_write(self, *paths: Path | None) -> None:
        """Remember the files that the command is going to write. None is ignored."""
        self._files |= {path: _state(path) for path in paths if path is not None}

    @contextmanager
    def ending_at_once(self) -> Iterator[None]:
        """In this block Ctrl-C ends the process at once. It is for loading and reading only.

        Some libraries turn a KeyboardInterrupt into other errors while they load. The block does
        nothing in other threads, or if somebody else handles the signal.
        """
        default = signal.default_int_handler
        ours = threading.current_thread() is threading.main_thread()
        if not ours or signal.getsignal(signal.SIGINT) is not default:
            yield
            return

        def leave(number: int, frame: FrameType | None) -> None:
            print(f"\nclearprop: {self.interrupted()}", file=sys.stderr, flush=True)
            os._exit(INTERRUPTED)

        signal.signal(signal.SIGINT, leave)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, default)

    @property
    def flags(self) -> Mapping[str, str]:
        """The flag of each option of the command, by the option's name, as the help shows it."""
        if self.command is None:
            return {}
        if self.lang == "en":
            return self.command.flags
        return {name: help_text(flag) for name, flag in self.command.flags.items()}

    def say(self, english: str) -> str:
        """A message of the library, in the language of the command."""
        return english if self.lang == "en" else translated(english)

    def error(self, error: ParameterError) -> str:
        """The message of an error about choices, with flags in place of names."""
        problems = [self.message(problem) for problem in error.problems]
        count = f"{len(problems)} problems: " if len(problems) > 1 else ""
        return self.say(count) + ("; " if self.lang == "en" else "；").join(problems)

    def message(self, text: str) -> str:
        """A message of the library as one line, with flags in place of names."""
        if len(text) > _LONGEST:  # a name of the user's own may be of any length
            text = f"{text[: _LONGEST - 500]} ... {text[-495:]}"
        said = _NAME.sub(lambda found: self.flags.get(found[0], found[0]), self.say(text))
        return printable(_KEYWORD.sub(lambda found: f"{_FLAGS[found[1]]} {found[2]}", said))

    def tell(self, english: str) -> None:
        """Print a message to standard error, in one line."""
        print(f"{self.say('clearprop: ')}{self.message(english)}", file=sys.stderr)

    def interrupted(self) -> str:
        """The message after Ctrl-C: which files were written and which were not."""
        there = [path for path, before in self._files.items() if _state(path) != before]
        lacking = [path for path in self._files if path not in there]
        parts = ["interrupted"]
        if self.printing:
            parts.append("what was printed may not be all")
        if there:
            parts.append(f"written: {_listed(there)}")
        if there and lacking:
            parts.append(f"not written: {_listed(lacking)}")
        if not there and not self.printing:
            parts.append("nothing was written")
        return self.say("; ".join(parts))


def _state(path: Path) -> object:
    """Changes whenever the file is written, since write_whole makes a new file each time.

    Of a folder, the names in it. None for what is not there, or empty.
    """
    try:
        if path.is_dir():
            return tuple(sorted(os.listdir(path))) or None
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _listed(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))
