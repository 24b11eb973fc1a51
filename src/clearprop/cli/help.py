"""The words of the help in a language: our own, and those of the library that prints it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup

from clearprop.messages.chinese import help_text

__all__ = ["HelpWords"]


class HelpWords:
    """Says a sentence of the help in a language; has the classes of commands that do so.

    Examples
    --------
    >>> HelpWords("en")("Options"), HelpWords("zh")("Options")
    ('Options', '选项')
    """

    def __init__(self, lang: str) -> None:
        english = lang == "en"
        self._say: Callable[[str], str] = str if english else help_text
        self.command: type[TyperCommand] = _Command if english else _ChineseCommand
        self.group: type[TyperGroup] = TyperGroup if english else _ChineseGroup

    def __call__(self, english: str) -> str:
        """The sentence in the language."""
        return self._say(english)


class _Command(TyperCommand):
    """Prints the epilog with its line breaks. Versions of Typer differ in how they treat them.

    An error of its options knows the command, so that it can name the command's own help.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # Typer's parser raises some of its errors, such as for an option without its value,
            # without the context.
            if getattr(error, "ctx", ctx) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        epilog, self.epilog = self.epilog, None
        super().format_help(ctx, formatter)
        self.epilog = epilog
        print(epilog)


class _Chinese:
    """Says in Chinese what Typer adds to the help of a command: usage, headings, its options."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        heading, colon, words = usage.partition(": ")
        return help_text(heading + colon) + words

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            param.help = help_text(param.help or "")
            if isinstance(param, TyperArgument) or not param.metavar:
                param.display_type_rich = _nothing  # else some versions add <str> or <bool>
        return params

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from clearprop.cli.chinese_help import chinese_help  # start-up time: it loads Rich

        with chinese_help():
            super().format_help(ctx, formatter)  # type: ignore[misc]


def _nothing(ctx: Any) -> None:
    return None


class _ChineseCommand(_Chinese, _Command):
    pass


class _ChineseGroup(_Chinese, TyperGroup):
    pass
