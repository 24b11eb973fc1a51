"""The entry point of the command ``clearprop``.

It stands beside the package because ``import clearprop`` loads NumPy, and that is most of the time
until a command begins. From here Ctrl-C works during that time too.
"""

from __future__ import annotations

import os
import signal
import sys

from clearprop_command.language import spoken

TYPE_CHECKING = False  # as typing's, without its import
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    # Commands in the background may ignore Ctrl-C. Then it stays ignored.
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
    """End at once. While it loads, NumPy turns a KeyboardInterrupt into other errors."""
    said = "clearprop: interrupted; nothing was written\n"
    if spoken(sys.argv[1:], os.environ) == "zh":
        said = "clearprop：已中断；没有写入任何文件\n"
    os.write(2, said.encode())
    os._exit(130)  # as shells count
