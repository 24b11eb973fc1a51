"""Ctrl-C as a request instead of an exception: training ends after the current slice."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class Asked(Exception):  # noqa: N818 - it is no error
    """Training was asked to end. The reason is that of :class:`~clearprop.training.Ended`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Interrupt:
    """Inside, the first Ctrl-C sets `asked`. A second one raises KeyboardInterrupt.

    This works in the main thread, if nobody else handles the signal. Otherwise it does nothing.
    """

    def __init__(self) -> None:
        self.asked = False
        self._installed = False

    def __enter__(self) -> Interrupt:
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._handle)
            self._installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._installed = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
