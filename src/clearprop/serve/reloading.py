"""A new model file in the place of the old one, while requests are answered.

A file that cannot be used never takes the place of a model that works. A half-written one is not
loaded at all: the reader of model files checks the frame first, and the next look finds it whole.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from clearprop.errors import ClearpropError
from clearprop.serve.served import Served, changes
from clearprop.serve.service import Service

__all__ = ["Reloading"]

_LOOK_SECONDS = 1.0


class Reloading:
    """Looks at the model's file, and takes a new one.

    Parameters
    ----------
    service
        What serves it.
    path
        The file.
    log
        Takes a line for each file that is taken or refused.
    """

    def __init__(self, service: Service, path: Path, log: Callable[[str], None]) -> None:
        self._service, self._path, self._log = service, path, log
        self._seen = _state(path)
        self._lock = asyncio.Lock()

    async def watch(self) -> None:
        """Look at the file, again and again."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if _state(self._path) != self._seen:
                await self.take()

    async def take(self) -> bool:
        """Load the file; whether it was taken."""
        async with self._lock:
            self._seen = _state(self._path)
            if self._seen is None:
                self._log(f"{self._path} is gone; the model of before goes on")
                return False
            metrics, old = self._service.metrics, self._service.served
            try:
                loop = asyncio.get_running_loop()
                new = await loop.run_in_executor(None, Served.of, self._path)
            except (ClearpropError, OSError, MemoryError) as error:
                metrics.reloads["refused"] += 1
                self._log(f"the new model was not taken, the one of before goes on: {error}")
                return False
            metrics.reloads["taken"] += 1
            self._service.served = new
            said = changes(old.model, new.model)
            told = "; ".join(said) if said else "its columns and answers are those of before"
            self._log(f"took the new model {new.sha256[:12]}: {told}")
            return True


def _state(path: Path) -> tuple[int, int, int] | None:
    """Changes when the file is written or replaced; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
