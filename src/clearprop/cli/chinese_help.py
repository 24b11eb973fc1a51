"""The help in Chinese, as Rich sets it: lines that break between Chinese characters.

Start-up time: this file loads Rich, so it is imported when the help is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.containers import Lines
from rich.text import Text
from typer import rich_utils

from clearprop.language import wrapped
from clearprop.messages.chinese import help_text

__all__ = ["chinese_help"]

# The names in Typer's module whose texts are words of the help; versions have some of them.
_ENDINGS = ("_TITLE", "_STRING", "_TEXT")


class _Chinese(Text):
    """A text whose lines break between Chinese characters. Rich takes a run of them for a word."""

    def wrap(self, console: Any, width: int, **options: Any) -> Lines:
        ends, at = [], 0
        for text in wrapped(self.plain, width):
            at = self.plain.index(text, at) + len(text)
            ends.append(at)
        lines = self.divide(ends[:-1])
        for part in lines:
            part.rstrip()
        first, *others = lines
        return Lines([first, *(line[len(line) - len(line.plain.lstrip()) :] for line in others)])


@contextmanager
def chinese_help() -> Iterator[None]:
    """Headings and lines of the help are Chinese in this block."""
    names = vars(rich_utils)
    make = names.get("_make_rich_text")
    before = {
        name: text
        for name, text in names.items()
        if name.endswith(_ENDINGS) and isinstance(text, str)
    }
    names.update({name: help_text(text) for name, text in before.items()})
    if make is not None:
        before["_make_rich_text"] = make
        names["_make_rich_text"] = lambda **given: _chinese(make(**given))
    try:
        yield
    finally:
        names.update(before)


def _chinese(made: Any) -> Any:
    if not isinstance(made, Text):
        return made
    return _Chinese(made.plain, style=made.style, spans=made.spans)
