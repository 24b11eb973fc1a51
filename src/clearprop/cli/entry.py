"""How a command starts and ends: streams, warnings, errors in one line, exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import TextIO

import typer

from clearprop.cli.app import app
from clearprop.cli.completion import completing, finish_installation
from clearprop.cli.running import INTERRUPTED, Interrupted, Running
from clearprop.cli.text import usage
from clearprop.errors import ClearpropError, GradientError, ParameterError
from clearprop.language import wrapped
from clearprop_command.language import spoken

WRONG_INPUT, READER_LEFT = 2, 141  # as shells and their tools count


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    A user's mistake is one line on standard error and the code 2.
    """
    words = sys.argv[1:] if args is None else args
    running = Running(spoken(words, os.environ))
    _prepare_streams(running.lang)
    try:
        with warnings.catch_warnings(), _completion_said(words, running):
            _show_warnings_plainly(running)
            typer_app = app(running.lang)
            code = typer_app(words, prog_name="clearprop", standalone_mode=False, obj=running) or 0
            sys.stdout.flush()
        if code == INTERRUPTED and running.command is None:  # while Typer read the command
            raise Interrupted
    except GradientError as error:
        print(f"{running.say('clearprop: error: ')}{running.say(str(error))}", file=sys.stderr)
        code = 1
    except ParameterError as error:
        code = _refuse(running.error(error), running)
    except ClearpropError as error:
        code = _refuse(running.message(str(error)), running)
    except (Interrupted, KeyboardInterrupt, typer.Abort):
        print(f"{running.say('clearprop: ')}{running.interrupted()}", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        code = _reader_left()
    except SystemExit as error:
        # Typer exits like this after completion, and then the code counts. Typer and Rich also exit
        # like this when nobody reads their output.
        if completing(words):
            finish_installation(words)
            code = int(error.code or 0)
        else:
            code = _reader_left()
    except MemoryError as error:
        what = f"not enough memory: use fewer rows or fewer hidden units. {error}".rstrip()
        code = _refuse(running.say(what), running)
    except OSError as error:
        _forget_output()
        where = f"{error.filename}: " if error.filename else ""
        code = _refuse(running.message(f"{where}{error.strerror or error}"), running)
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's: a wrong command, option or value
            raise
        code = _refuse(running.message(usage(error)), running)
    return int(code)


def _prepare_streams(lang: str) -> None:
    """Let nothing that is printed fail: labels and names of files may be in any writing.

    Chinese goes out in UTF-8 where the stream's encoding has no Chinese, as without its locale.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed, as by `>&-`
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            utf8 = {} if lang == "en" or _has_chinese(stream.encoding) else {"encoding": "utf-8"}
            stream.reconfigure(errors="backslashreplace", **utf8)


@contextlib.contextmanager
def _completion_said(words: Sequence[str], running: Running) -> Iterator[None]:
    """What Typer prints about an installed completion, in the language of the command."""
    if "--install-completion" not in words or running.lang == "en":
        yield
        return
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            yield
    finally:
        print(*map(running.say, printed.getvalue().splitlines()), sep="\n")


def _has_chinese(encoding: str) -> bool:
    try:
        "中文，".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _reader_left() -> int:
    _forget_output()
    return READER_LEFT


def _forget_output() -> None:
    """Drop what could not be written. Python would try to write it once more at its end."""
    with contextlib.suppress(io.UnsupportedOperation):  # no file, as under a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(message: str, running: Running) -> int:
    """Print an error: one line, or as many as fit a terminal's columns."""
    lines = [running.say("clearprop: error: ") + message]
    if sys.stderr.isatty():
        lines = wrapped(lines[0], max(shutil.get_terminal_size().columns - 1, 20))
    print(*lines, sep="\n", file=sys.stderr)
    return WRONG_INPUT


def _show_warnings_plainly(running: Running) -> None:
    """Show each warning of the library once, as one line on standard error.

    Only warnings for the user are shown, not a library's notes to programmers.
    """
    said = set()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = running.message(str(message))
        if text not in said:
            said.add(text)
            print(running.say("clearprop: warning: ") + text, file=sys.stderr)

    warnings.simplefilter("ignore")
    warnings.simplefilter("always", UserWarning)
    warnings.showwarning = show
