"""The command line: parse, call, print. Messages go to stderr, results to stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; a user's mistake is one line on standard error and exit code 2."""
    try:
        # Imported here, so that Ctrl-C is met while the command line loads, too.
        from clearprop.cli.entry import run

        code = run(args)
    except KeyboardInterrupt:
        print("clearprop: interrupted; nothing was written", file=sys.stderr)
        code = 130
    sys.exit(code)
