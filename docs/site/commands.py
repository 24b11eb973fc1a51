"""The commands of a page: Clearprop's own run in this process, others in a shell.

A command of Clearprop goes through the same entry point as in a terminal. The pages run fifty, and
each would load the package anew.
"""

from __future__ import annotations

import io
import shlex
import signal
import subprocess
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import distribution

_NAME = "clearprop"
_SHELL = set("|&;<>$`*?#~")  # what a shell alone understands


def command(line: str) -> tuple[int, str]:
    """Run a command; its exit code, and what it printed to both streams."""
    if line.startswith(f"{_NAME} ") and not _SHELL.intersection(line):
        return _here(shlex.split(line))
    done = subprocess.run(
        line, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, done.stdout


def _here(words: list[str]) -> tuple[int, str]:
    scripts = distribution(_NAME).entry_points.select(group="console_scripts", name=_NAME)
    (script,) = scripts
    # Tables are written as bytes.
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    before, heard = sys.argv, signal.getsignal(signal.SIGINT)
    sys.argv = words
    try:
        with (
            redirect_stdout(printed),
            redirect_stderr(printed),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("default")  # as in a process of its own
            script.load()()
    except SystemExit as ended:
        printed.flush()
        return int(ended.code or 0), printed.buffer.getvalue().decode()  # type: ignore[attr-defined]
    finally:
        sys.argv = before
        signal.signal(signal.SIGINT, heard)  # the script ignores it once it is done
    raise AssertionError("the script ends with its exit code")
