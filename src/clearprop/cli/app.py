"""The commands for Typer: it declares them from the table of choices and calls their jobs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer

from clearprop import __version__
from clearprop.choices.commands import COMMANDS, Command
from clearprop.choices.option import Option
from clearprop.choices.options import LANG
from clearprop.cli.help import HelpWords
from clearprop.cli.running import Interrupted, Running

__all__ = ["app"]

# Start-up time: the function of a command is imported when the command is called, since it imports
# what it computes with. It takes the choices by name and the running command, and returns the exit
# code.
_JOBS = {
    "train": ("clearprop.cli.train", "train"),
    "choose": ("clearprop.cli.choose", "choose"),
    "evaluate": ("clearprop.cli.use", "evaluate"),
    "predict": ("clearprop.cli.use", "predict"),
    "check": ("clearprop.cli.train", "check"),
    "doctor": ("clearprop.cli.doctor", "doctor"),
    "explain": ("clearprop.cli.explain", "explain"),
    "export": ("clearprop.cli.export", "export"),
    "import": ("clearprop.cli.export", "take_in"),
    "figure": ("clearprop.cli.figure", "figure"),
    "studio": ("clearprop.cli.studio", "studio"),
    "exercise list": ("clearprop.cli.exercise", "list_exercises"),
    "exercise start": ("clearprop.cli.exercise", "start"),
    "exercise sheet": ("clearprop.cli.exercise", "sheet"),
    "exercise mark": ("clearprop.cli.exercise", "mark"),
    "info": ("clearprop.cli.use", "info"),
    "bench": ("clearprop.cli.bench", "bench"),
}

_SETTINGS: dict[str, Any] = {
    "context_settings": {"help_option_names": ["-h", "--help"]},
    "pretty_exceptions_enable": False,
}
_HELP = "Train feed-forward networks whose gradients are proven; see every number."
_VERSION = "Print the version and leave."
# Commands of two words stand in a group, which is named by the first one.
_GROUPS = {"exercise": "Exercises that mark themselves: by hand, and in your own code."}


@cache
def app(lang: str) -> typer.Typer:
    """All commands, with their help in a language."""
    words = HelpWords(lang)
    found = _group(words, _HELP, "clearprop train digits")
    found.callback(invoke_without_command=True)(_options(words))
    groups = {}
    for name, about in _GROUPS.items():
        groups[name] = _group(words, about, f"clearprop {name} list")
        found.add_typer(groups[name], name=name, callback=_help, invoke_without_command=True)
    for command in COMMANDS.values():
        group, _, name = command.name.rpartition(" ")
        (groups[group] if group else found).command(
            name,
            cls=words.command,
            help=words(command.help),
            options_metavar=words("[OPTIONS]"),
            epilog=_examples(command, words),
        )(_function(command, words))
    return found


def _group(words: HelpWords, about: str, first: str) -> typer.Typer:
    return typer.Typer(
        cls=words.group,
        help=words(about),
        epilog=words("First steps: ") + first,
        options_metavar=words("[OPTIONS]"),
        subcommand_metavar=words("COMMAND [ARGS]..."),
        **_SETTINGS,
    )


def _options(words: HelpWords) -> Callable[..., None]:
    """The options of the command without a subcommand."""

    def options(context: typer.Context, version: bool = False) -> None:
        if version:
            print(f"clearprop {__version__}")
        elif context.invoked_subcommand is None:
            print(context.get_help())
        else:
            return
        raise typer.Exit

    flag = typer.Option("--version", "-V", help=words(_VERSION))
    options.__annotations__ = {"context": typer.Context, "version": Annotated[bool, flag]}
    return options


def _help(context: typer.Context) -> None:
    """Show the help of a group that is called without a command."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


def _examples(command: Command, words: HelpWords) -> str:
    """The examples at the end of the help, with remarks in its language."""
    return "\n".join([words(" Examples:"), *(f"   {line}" for line in command.lines(words))])


def _function(command: Command, words: HelpWords) -> Callable[..., int]:
    """The function that Typer calls. Its signature is made from the command's row of the table."""
    repeatable = [option for option in command.options if option.repeatable]

    def call(context: typer.Context, **given: Any) -> int:
        for option in repeatable:
            values = given[option.name]
            given[option.name] = ",".join(values) if values else None
        running: Running = context.obj
        running.command = command
        if given["lang"] is None:
            given["lang"] = running.lang
        module, name = _JOBS[command.name]
        with running.ending_at_once():
            job = getattr(import_module(module), name)
        try:
            code: int = job(given, running)
        except KeyboardInterrupt:
            raise Interrupted from None
        return code

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(name, keyword, default=default, annotation=_annotation(option, words))
        for option, name, default in [
            *((option, option.name, inspect.Parameter.empty) for option in command.needed),
            *((option, option.name, _default(option)) for option in command.options),
        ]
    ]
    first = inspect.Parameter("context", keyword, annotation=typer.Context)
    call.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in [first, *parameters]}
    return call


def _annotation(option: Option, words: HelpWords) -> Any:
    """Declare a switch, or an option that takes text.

    Typer reads no numbers. The table's parsers do, and the job checks them, so that one message
    lists every wrong choice and other users of the job get the same message.
    """
    metavar = words(option.metavar) if option.metavar else None
    if option.argument:
        about: Any = typer.Argument(metavar=metavar, help=words(option.help), show_default=False)
    else:
        panel = words(option.panel) if option.panel else None
        about = typer.Option(
            option.flag, metavar=metavar, help=words(option.help), rich_help_panel=panel
        )
    if option.repeatable:
        return Annotated[list[str] | None, about]
    return Annotated[bool if option.switch else str | None, about]


def _default(option: Option) -> Any:
    """The default as the help shows it. It is parsed like typed text."""
    if option.switch:
        return False
    if option is LANG:  # the environment's language, which is known when the command runs
        return None
    return None if option.default is None else str(option.default)
