"""Ctrl-C and SIGTERM as requests instead of ends: training ends after the current slice."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import closing
from types import FrameType, TracebackType
from typing import TypeVar

__all__ = ["Asked", "Interrupt", "Termination"]

_Event = TypeVar("_Event")


class Asked(Exception):  # noqa: N818 - it is no error
    """Training was asked to end. The reason is that of :class:`~clearprop.training.Ended`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Interrupt:
    """Inside, the first Ctrl-C sets `asked`. A second one raises KeyboardInterrupt.

    This works in the main thread, if nobody else handles the signal. An Interrupt inside another
    one shares its `asked`. A :class:`Termination` asks every Interrupt of the process.
    """

    _outermost: Interrupt | None = None

    def __init__(self) -> None:
        self._pressed = False
        self._given = False  # an event is in the caller's hands
        self._outer: Interrupt | None = None
        self._installed = False

    @property
    def asked(self) -> bool:
        """Whether training should end."""
        outer = self._outer
        return self._pressed or _terminated.is_set() or (outer is not None and outer.asked)

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._handle)
                self._installed, Interrupt._outermost = True, self
            elif Interrupt._outermost is not None:
                self._outer = Interrupt._outermost
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._installed, Interrupt._outermost = False, None
        if self._outer is not None:
            self._pressed, self._outer = self.asked, None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._pressed or self._given:
            raise KeyboardInterrupt
        self._pressed = True

    def around(self, events: Generator[_Event, None, None]) -> Generator[_Event, None, None]:
        """The events, made inside of this Interrupt. The first one installs it."""
        with self:
            yield from self._handing_out(events)

    def _handing_out(self, events: Generator[_Event, None, None]) -> Generator[_Event, None, None]:
        """The events. While the caller looks at one, Ctrl-C raises KeyboardInterrupt as ever.

        The iteration is paused then. Nothing would look at `asked`, so Ctrl-C would do nothing.
        """
        with closing(events):
            for event in events:
                self._given = True
                try:
                    yield event
                finally:
                    self._given = False


_terminated = threading.Event()


class Termination:
    """Inside, the first SIGTERM asks every :class:`Interrupt` to end. The second ends the process.

    This works in the main thread, if nobody else handles the signal.
    """

    def __init__(self) -> None:
        self._installed = False
        self.asked = False

    def __enter__(self) -> Termination:
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._handle)
            self._installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._installed = False
            _terminated.clear()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self.asked = True
        _terminated.set()
