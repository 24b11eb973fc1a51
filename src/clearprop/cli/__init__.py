"""The command line: parse, call, print. Messages go to stderr, results to stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from clearprop.cli.entry import run

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; a user's mistake is one line on standard error and exit code 2.

    ``clearprop_command`` does the same for the script, and meets Ctrl-C while all this loads.
    """
    sys.exit(run(args))
