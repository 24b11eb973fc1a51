"""The commands for Typer: it declares them from the table of choices and calls their jobs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from clearprop import __version__
from clearprop.choices.commands import COMMANDS, Command
from clearprop.choices.option import Option
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
    "figure": ("clearprop.cli.figure", "figure"),
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
app = typer.Typer(
    help="Train feed-forward networks whose gradients are proven; see every number.",
    epilog="First steps: clearprop train digits",
    **_SETTINGS,
)
# Commands of two words stand in a group, which is named by the first one.
_GROUPS = {
    "exercise": typer.Typer(
        help="Exercises that mark themselves: by hand, and in your own code.",
        epilog="First steps: clearprop exercise list",
        **_SETTINGS,
    ),
}


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and leave.")
    ] = False,
) -> None:
    if version:
        print(f"clearprop {__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())
    else:
        return
    raise typer.Exit


def _help(context: typer.Context) -> None:
    """Show the help of a group that is called without a command."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


def _function(command: Command) -> Callable[..., int]:
    """The function that Typer calls. Its signature is made from the command's row of the table."""
    repeatable = [option for option in command.options if option.repeatable]

    def call(context: typer.Context, **given: Any) -> int:
        for option in repeatable:
            values = given[option.name]
            given[option.name] = ",".join(values) if values else None
        running: Running = context.obj
        running.command = command
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
        inspect.Parameter(name, keyword, default=default, annotation=_annotation(option))
        for option, name, default in [
            *((option, option.name, inspect.Parameter.empty) for option in command.needed),
            *((option, option.name, _default(option)) for option in command.options),
        ]
    ]
    first = inspect.Parameter("context", keyword, annotation=typer.Context)
    call.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in [first, *parameters]}
    return call


def _annotation(option: Option) -> Any:
    """Declare a switch, or an option that takes text.

    Typer reads no numbers. The table's parsers do, and the job checks them, so that one message
    lists every wrong choice and other users of the job get the same message.
    """
    if option.argument:
        about: Any = typer.Argument(metavar=option.metavar, help=option.help, show_default=False)
    else:
        metavar = option.metavar or None
        panel = option.panel or None
        about = typer.Option(option.flag, metavar=metavar, help=option.help, rich_help_panel=panel)
    if option.repeatable:
        return Annotated[list[str] | None, about]
    return Annotated[bool if option.switch else str | None, about]


def _default(option: Option) -> Any:
    """The default as the help shows it. It is parsed like typed text."""
    if option.switch:
        return False
    return None if option.default is None else str(option.default)


class _CommandWithExamples(TyperCommand):
    """Prints the epilog with its line breaks. Versions of Typer differ in how they treat them."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        epilog, self.epilog = self.epilog, None
        super().format_help(ctx, formatter)
        self.epilog = epilog
        print(epilog)


for _command in COMMANDS.values():
    _group, _, _name = _command.name.rpartition(" ")
    if _group and _name == "list":
        app.add_typer(_GROUPS[_group], name=_group, callback=_help, invoke_without_command=True)
    (_GROUPS[_group] if _group else app).command(
        _name,
        cls=_CommandWithExamples,
        help=_command.help,
        epilog="\n".join([" Examples:", *(f"   {line}" for line in _command.example_lines)]),
    )(_function(_command))
