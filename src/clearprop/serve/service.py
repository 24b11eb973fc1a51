"""The answer to ``POST /predict``, and what the service has in hand: model, limits, counts.

This is ASGI without a framework, since a request object and a router cost as much as reading a row,
passing it through the network and writing the answer. The pages beside it are Starlette's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from time import perf_counter

from clearprop.data.table import Array
from clearprop.messages.chinese import translated
from clearprop.serve.answers import JSON, accepted
from clearprop.serve.batching import Batching
from clearprop.serve.bodies import Left, Receive, check_headers, read_body, table_of
from clearprop.serve.heard import heard
from clearprop.serve.limits import Limits
from clearprop.serve.metrics import Metrics
from clearprop.serve.parsing import json_rows
from clearprop.serve.refusal import Refusal
from clearprop.serve.served import Served
from clearprop.server.guard import Scope, Send

__all__ = ["FAILED", "HEADERS", "Service", "language", "saying"]

# Bodies of more bytes are read by another thread, so that nobody waits for them.
_SHORT = 1 << 15
_BUSY = ((b"retry-after", b"1"),)
HEADERS = ((b"x-content-type-options", b"nosniff"),)  # of every answer
FAILED = "the service failed here"


@lru_cache(maxsize=64)
def language(accept: str, otherwise: str) -> str:
    """The language of an answer, by the header Accept-Language.

    Examples
    --------
    >>> language("zh-CN,zh;q=0.9,en;q=0.8", "en"), language("fr", "en"), language("", "zh")
    ('zh', 'en', 'zh')
    """
    best, weight = otherwise, 0.0
    for part in accept.split(","):
        tag, _, q = part.strip().lower().partition(";q=")
        lang = tag[:2]
        try:
            own = float(q) if q else 1.0
        except ValueError:
            continue
        if lang in ("en", "zh") and own > weight:
            best, weight = lang, own
    return best


def saying(lang: str) -> Callable[[str], str]:
    """What says an English sentence in a language."""
    return translated if lang == "zh" else str


class Service:
    """A model that answers requests.

    Parameters
    ----------
    served
        The model; another one may take its place while requests are answered.
    limits
        What a request may ask.
    lang
        The language of answers to requests that name none.
    """

    def __init__(
        self,
        served: Served,
        limits: Limits | None = None,
        lang: str = "en",
    ) -> None:
        self.served, self.limits, self.lang = served, limits or Limits(), lang
        self.metrics = Metrics()
        self._batching = Batching(self.metrics.batch_rows.add)
        self._readers = ThreadPoolExecutor(2, "clearprop-serve-reader")

    def close(self) -> None:
        """End the threads."""
        self._batching.close()
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def predict(self, scope: Scope, receive: Receive, send: Send) -> Exception | None:
        """Answer ``POST /predict``; return a failure of ours, which is answered with a 500."""
        began, metrics, rows = perf_counter(), self.metrics, 0
        failure: Exception | None = None
        body: bytes | None = None
        kind: str = JSON
        more: tuple[tuple[bytes, bytes], ...] = ()
        metrics.open += 1
        try:
            body, kind, rows = await self._answer(scope, receive)
            status, scope["rows"] = 200, rows  # for the log
        except Refusal as refusal:
            status, more = refusal.status, refusal.headers
            body = refusal.body(saying(self.language_of(scope)))
        except Left:
            # Nobody is there to be answered, or it was answered already.
            status = 408 if "late" in scope else 499
        except Exception as error:
            status, failure = 500, error
            body = Refusal(500, FAILED).body(saying(self.language_of(scope)))
        finally:
            metrics.open -= 1
        if body is not None:
            length = b"%d" % len(body)
            own = (b"content-type", kind.encode()), (b"content-length", length)
            headers = [*own, *more, *HEADERS]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        metrics.requests["/predict", status] += 1
        metrics.rows += rows
        metrics.seconds.add(perf_counter() - began)
        return failure

    def language_of(self, scope: Scope) -> str:
        """The language that a request asks for."""
        return language(_header(scope, b"accept-language"), self.lang)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[bytes, str, int]:
        """The body of the answer, its media type, and how many rows there were.

        Raises
        ------
        Refusal
            For a request that cannot be answered.
        """
        if scope["method"] != "POST":
            raise Refusal(405, "expected POST", (), 0, ((b"allow", b"POST"),))
        if self.metrics.open > self.limits.requests:
            what = f"busy: {self.limits.requests} requests at once are answered; try again"
            raise Refusal(503, what, (), 0, _BUSY)
        kind = check_headers(scope["headers"], self.limits)
        accept = accepted(_header(scope, b"accept"))
        body = await read_body(receive, self.limits)
        served = self.served
        if kind == JSON and len(body) <= _SHORT:
            X, told = self._inputs(served, body, kind)
            short = True
        else:
            loop = asyncio.get_running_loop()
            X, told = await loop.run_in_executor(
                self._readers, partial(self._inputs, served, body, kind)
            )
            short = False
        rows = len(X)
        if served.is_quick(rows):
            self.metrics.batch_rows.add(rows)
            h = served.at_once(X)  # (m, K)
        else:
            h = await self._batching.outputs(served, X)
        if told:
            self.metrics.warned += len(told)
            told = list(map(saying(self.language_of(scope)), told))
        if short:
            return served.answers.body(h, accept, told), accept, rows
        make = partial(served.answers.body, h, accept, told)
        return await asyncio.get_running_loop().run_in_executor(self._readers, make), accept, rows

    def _inputs(self, served: Served, body: bytes, kind: str) -> tuple[Array, list[str]]:
        """The network's inputs ``(m, s_1)`` of a body, and warnings about its rows."""
        columns = served.columns
        if kind == JSON:
            rows = json_rows(body, self.limits.rows)
            X = served.ordinary.inputs(rows)
            if X is not None:
                return X, []
        with heard() as told:
            if kind == JSON:
                table = columns.of_rows(rows)
            else:
                table = columns.of_table(table_of(body, kind, self.limits))
            return columns.inputs(table), told


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""
