"""How a command starts and ends: streams, warnings, errors in one line, exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn, TextIO

import typer

from clearprop.cli.app import INTERRUPTED, app
from clearprop.cli.text import FLAGS, in_flags, usage
from clearprop.errors import ClearpropError, GradientError, ParameterError
from clearprop.language import printable

WRONG_INPUT, READER_LEFT = 2, 141  # as shells and their tools count


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; a user's mistake is one line on standard error and exit code 2."""
    _prepare_streams()
    try:
        with warnings.catch_warnings():
            _show_warnings_plainly()
            code = app(args, prog_name="clearprop", standalone_mode=False) or 0
            sys.stdout.flush()
    except GradientError as error:
        print(f"clearprop: error: {error}", file=sys.stderr)
        code = 1
    except ParameterError as error:
        code = _refuse(str(error.renamed(FLAGS)))
    except ClearpropError as error:
        code = _refuse(str(error))
    except (KeyboardInterrupt, typer.Abort):
        _refuse("interrupted before there was a model; nothing was written")
        code = INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the second is how Typer and Rich end on the first
        _forget_output()
        code = READER_LEFT
    except MemoryError as error:
        code = _refuse(f"not enough memory: use fewer rows or fewer hidden units. {error}".rstrip())
    except OSError as error:
        _forget_output()
        where = f"{error.filename}: " if error.filename else ""
        code = _refuse(f"{where}{error.strerror or error}")
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's: a wrong command, option or value
            raise
        code = _refuse(usage(error))
    sys.exit(code)


def _prepare_streams() -> None:
    """Let nothing that is printed fail: labels and names of files may be in any writing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed, as by `>&-`
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Let what could not be written go, or Python would try once more as it ends."""
    with contextlib.suppress(io.UnsupportedOperation):  # no file, as under a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(message: str) -> int:
    print(f"clearprop: error: {printable(in_flags(message))}", file=sys.stderr)
    return WRONG_INPUT


def _show_warnings_plainly() -> None:
    """Make what the library warns of one line on standard error, each said once.

    Only what is meant for the user: a library's notes to programmers are not.
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
        text = printable(in_flags(str(message)))
        if text not in said:
            said.add(text)
            print(f"clearprop: warning: {text}", file=sys.stderr)

    warnings.simplefilter("ignore")
    warnings.simplefilter("always", UserWarning)
    warnings.showwarning = show
