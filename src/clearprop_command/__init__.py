"""What the command ``clearprop`` runs.

It stands beside the package. ``import clearprop`` loads NumPy, which takes most of the time until a
command begins; Ctrl-C is met here before that.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # as typing's, without its import
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    # Where somebody ignores Ctrl-C, as for commands in the background, it stays ignored.
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, _leave)
    from clearprop.cli.entry import run  # loads all that takes time

    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run()
    if heard:  # the command is over
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def _leave(number: int, frame: FrameType | None) -> None:
    """End at once. NumPy turns a KeyboardInterrupt that comes while it loads into other errors."""
    os.write(2, b"clearprop: interrupted; nothing was written\n")
    os._exit(130)  # as shells count
