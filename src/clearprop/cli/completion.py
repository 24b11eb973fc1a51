"""Completion in bash, zsh and fish: Typer's, with a repair for zsh."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["completing", "finish_installation"]

# Typer's scripts set this variable when they ask the command to complete a word.
_ASKED = "_CLEARPROP_COMPLETE"

# At the first TAB of a session zsh runs the installed file as the completion. Typer's file only
# defines a function, so the first TAB would complete nothing. This line calls the function.
_FIRST_TAB = '[ "$funcstack[1]" = "_clearprop" ] && _clearprop_completion "$@"'


def completing(args: Sequence[str]) -> bool:
    """Whether this call completes a word, or installs or shows completion.

    Examples
    --------
    >>> completing(["--show-completion"]), completing(["train", "digits"])
    (True, False)
    """
    return _ASKED in os.environ or bool({"--install-completion", "--show-completion"} & {*args})


def finish_installation(args: Sequence[str]) -> None:
    """Repair the file for zsh after ``--install-completion``."""
    path = Path.home() / ".zfunc" / "_clearprop"
    if "--install-completion" in args and path.is_file():
        text = path.read_text(encoding="utf-8")
        if _FIRST_TAB not in text:
            path.write_text(f"{text.rstrip()}\n{_FIRST_TAB}\n", encoding="utf-8")
