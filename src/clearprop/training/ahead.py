"""Windows are read in a thread, one ahead of the one that is trained on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType

from clearprop.engines.protocol import Rows
from clearprop.network.architecture import Array
from clearprop.training.stream import Memory, Stream

__all__ = ["Ahead"]

_LOOK = 0.02  # seconds between two looks for Ctrl-C while a window is read


class Ahead:
    """Reads one window after another, each while the one before it is in use.

    Parameters
    ----------
    stream
        Whose blocks are read.
    read
        Reads blocks, checks and converts them. It is called in a thread of its own.
    windows
        The numbers of the blocks of each window, in the order in which windows are taken.

    Examples
    --------
    >>> import numpy as np
    >>> class Tens:
    ...     sizes = (10, 10, 10)
    ...
    ...     def read(self, numbers):
    ...         return Rows(np.repeat(np.array(numbers, float), 10)[:, None])
    >>> source = Tens()
    >>> windows = iter([np.array([0, 2]), np.array([1])])
    >>> with Ahead(Stream(source, 20), source.read, windows) as ahead:
    ...     for _ in range(2):
    ...         while not ahead.ready():
    ...             pass  # look for Ctrl-C
    ...         print(ahead.take().X.mean())
    1.0
    1.0
    """

    def __init__(
        self,
        stream: Stream,
        read: Callable[[Sequence[int]], Rows],
        windows: Iterator[Array],
    ) -> None:
        self._stream, self._read, self._windows = stream, read, windows
        self._pool = ThreadPoolExecutor(1, "clearprop-reading")
        self._closed = threading.Event()
        self._memory = tuple(Memory(stream.window_rows) for _ in range(2))
        self._coming: Future[Rows] | None = None

    def __enter__(self) -> Ahead:
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self._pool.shutdown()

    def _begin(self) -> None:
        """Begin to read the next window, if there is one."""
        self._memory = self._memory[::-1]
        numbers = next(self._windows, None)
        if numbers is not None:
            self._coming = self._pool.submit(
                self._memory[0].filled, self._stream, self._read, numbers, self._closed.is_set
            )

    def ready(self) -> bool:
        """Whether the next window has been read; waits for it a moment."""
        assert self._coming is not None
        return bool(wait([self._coming], _LOOK).done)

    def take(self) -> Rows:
        """The next window. Its memory is used again after the next call.

        Raises
        ------
        ClearpropError
            What the source raised.
        """
        assert self._coming is not None
        rows = self._coming.result()
        self._begin()
        return rows
