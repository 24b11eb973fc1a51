"""What an option is: the name, the flag, the help and the parser of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clearprop.choices import parsing

__all__ = ["Option"]


@dataclass(frozen=True)
class Option:
    """One option of a command, or one of its arguments.

    Attributes
    ----------
    name
        Its name in the library, a form or a service.
    flag
        Its name on the command line. An argument has no flag but a word in capitals, such as
        ``"SOURCE"``.
    metavar
        The word for its value in the help. A switch has no value, so its metavar is empty.
    help
        One sentence on its purpose.
    panel
        The heading in the help.
    parse
        Turns typed text into a value; see :mod:`clearprop.choices.parsing`.
    default
        The value if the user chose none. None means the recipe's value, or no value.
    endings
        The endings that the name of a written file may have; empty if any will do.
    written
        Whether the value names a file that the command writes.
    repeatable
        Whether it may be given several times; the values are joined by commas.
    """

    name: str
    flag: str
    metavar: str
    help: str
    panel: str = ""
    parse: Callable[[str], Any] = parsing.text
    default: Any = None
    endings: tuple[str, ...] = ()
    written: bool = False
    repeatable: bool = False

    @property
    def switch(self) -> bool:
        """Whether the option is on or off and takes no value."""
        return not self.metavar

    @property
    def text(self) -> bool:
        """Whether its value is the text as it was typed."""
        return self.parse is parsing.text

    @property
    def argument(self) -> bool:
        """Whether the command line recognises it by its position."""
        return not self.flag.startswith("-")
