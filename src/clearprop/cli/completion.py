"""Completion of words in bash, zsh and fish: Typer's, and what it lacks in zsh."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["completing", "finish_installation"]

# What Typer's scripts set when they ask the command to complete a word.
_ASKED = "_CLEARPROP_COMPLETE"

# zsh runs the file at the first TAB of a session, as the completion itself. Typer's script only
# defines a function there, so the first TAB completed nothing.
_FIRST_TAB = '[ "$funcstack[1]" = "_clearprop" ] && _clearprop_completion "$@"'


def completing(args: Sequence[str]) -> bool:
    """Whether the command was called to complete a word, or to install or show completion.

    Examples
    --------
    >>> completing(["--show-completion"]), completing(["train", "digits"])
    (True, False)
    """
    return _ASKED in os.environ or bool({"--install-completion", "--show-completion"} & {*args})


def finish_installation(args: Sequence[str]) -> None:
    """After ``--install-completion``: let zsh complete at the first TAB, too."""
    path = Path.home() / ".zfunc" / "_clearprop"
    if "--install-completion" in args and path.is_file():
        text = path.read_text(encoding="utf-8")
        if _FIRST_TAB not in text:
            path.write_text(f"{text.rstrip()}\n{_FIRST_TAB}\n", encoding="utf-8")
