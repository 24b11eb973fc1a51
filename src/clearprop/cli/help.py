"""The words of the help in a language: our own, and those of the library that prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperCommand, TyperGroup

from clearprop.messages import help_text

__all__ = ["HelpWords"]

# The names in Typer's module for help whose texts are words; versions have some of them.
_ENDINGS = ("_TITLE", "_STRING", "_TEXT")


class HelpWords:
    """Says a sentence of the help in a language, and makes the classes of commands that do.

    Examples
    --------
    >>> HelpWords("en")("Options"), HelpWords("zh")("Options")
    ('Options', '选项')
    """

    def __init__(self, lang: str) -> None:
        self._say: Callable[[str], str] = str if lang == "en" else help_text
        self.command: type[TyperCommand] = type("_Command", (_Said, _Lined, TyperCommand), {})
        self.group: type[TyperGroup] = type("_Group", (_Said, TyperGroup), {})
        if lang == "en":
            self.command = type("_Command", (_Lined, TyperCommand), {})
            self.group = TyperGroup

    def __call__(self, english: str) -> str:
        return self._say(english)


class _Lined:
    """Prints the epilog with its line breaks. Versions of Typer differ in how they treat them."""

    epilog: str | None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        epilog, self.epilog = self.epilog, None
        super().format_help(ctx, formatter)  # type: ignore[misc]
        self.epilog = epilog
        print(epilog)


class _Said:
    """Says in Chinese what Typer adds to the help of a command: usage, headings, its own options."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        heading, colon, words = usage.partition(": ")
        return help_text(heading + colon) + words

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            param.help = help_text(param.help or "")
            if not param.metavar and hasattr(param, "display_type_rich"):
                param.display_type_rich = _nothing  # a name of Python's types, such as <bool>
        return params

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with _headings():
            super().format_help(ctx, formatter)  # type: ignore[misc]


def _nothing(ctx: Any) -> None:
    return None


@contextmanager
def _headings() -> Iterator[None]:
    """The headings of the help, in Chinese as long as it is printed."""
    # Start-up time: only the help needs it.
    from typer import rich_utils

    english = {
        name: text
        for name, text in vars(rich_utils).items()
        if name.endswith(_ENDINGS) and isinstance(text, str)
    }
    vars(rich_utils).update({name: help_text(text) for name, text in english.items()})
    try:
        yield
    finally:
        vars(rich_utils).update(english)
