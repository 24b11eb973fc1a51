"""Rows of several requests through the network together, where that saves time.

Nothing waits for a batch to fill. While the thread computes, requests queue up; when it is free, it
takes all that wait. A large network reads its weights from memory for each batch, so eight rows
take hardly longer than one. A small one is computed on the spot and never comes here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from clearprop.data.table import Array
from clearprop.serve.served import Served

__all__ = ["Batching"]

_MOST_ROWS = 1024  # of several requests; products of more rows are no faster


@dataclass(eq=False)
class _Waiting:
    served: Served
    X: Array  # (m, s_1)
    answer: asyncio.Future[Array]


class Batching:
    """One thread that computes, and the requests that wait for it.

    Parameters
    ----------
    seen
        Is called with the number of rows of each batch.
    """

    def __init__(self, seen: Callable[[int], None]) -> None:
        self._seen = seen
        self._pool = ThreadPoolExecutor(1, "clearprop-serve-network")
        self._waiting: deque[_Waiting] = deque()
        self._busy = False

    async def outputs(self, served: Served, X: Array) -> Array:
        """The outputs ``(m, K)`` of inputs ``(m, s_1)``."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(served, X, loop.create_future())
        self._waiting.append(waiting)
        if not self._busy:
            self._busy = True
            loop.call_soon(self._next)  # after the requests that have come with this one
        return await waiting.answer

    def _next(self) -> None:
        batch: list[_Waiting] = []
        rows = 0
        while self._waiting:
            first = self._waiting[0]
            if first.answer.cancelled():
                self._waiting.popleft()
                continue
            joins = not batch or (
                first.served is batch[0].served
                and first.served.may_join
                and rows + len(first.X) <= _MOST_ROWS
            )
            if not joins:
                break
            batch.append(self._waiting.popleft())
            rows += len(first.X)
        if not batch:
            self._busy = False
            return
        self._seen(rows)
        loop = asyncio.get_running_loop()
        X = batch[0].X if len(batch) == 1 else np.concatenate([each.X for each in batch])
        done = loop.run_in_executor(self._pool, batch[0].served.apart, X)
        done.add_done_callback(lambda future: self._answer(batch, future))

    def _answer(self, batch: list[_Waiting], done: asyncio.Future[Array]) -> None:
        error, at = done.exception(), 0
        for each in batch:
            rows = slice(at, at + len(each.X))
            at += len(each.X)
            if each.answer.cancelled():
                continue
            if error is None:
                each.answer.set_result(done.result()[rows])
            else:
                each.answer.set_exception(error)
        self._next()

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)
